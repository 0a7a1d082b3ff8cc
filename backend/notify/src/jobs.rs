//! Background jobs: each carries a message's id, and the message's own row says what is left to do. Running one twice
//! changes nothing.

use chrono::{DateTime, Utc};
use fupin_contract::{
    MessageId,
    notify::{Receipt, ReceiptOutcome},
};
use fupin_kernel::{App, Result, Tx, jobs};
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext, WorkerOptions};
use serde::{Deserialize, Serialize};

use crate::{gateway::PostOffice, sending};

/// Send one message.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct SendMessage {
    message_id: MessageId,
}

/// The sandbox says that a message has reached its phone.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct SandboxReceipt {
    message_id: MessageId,
}

/// Ask the carrier what became of one message.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct AskCarrier {
    message_id: MessageId,
    /// How often it has been asked already.
    asked: usize,
}

impl SendMessage {
    pub const TASK: &'static str = "notify.send_message";

    #[must_use]
    pub fn of(message_id: MessageId) -> Self {
        Self { message_id }
    }

    pub async fn enqueue(&self, tx: &mut Tx, run_at: Option<DateTime<Utc>>) -> Result<()> {
        jobs::enqueue(tx, Self::TASK, self, run_at).await
    }
}

impl SandboxReceipt {
    pub const TASK: &'static str = "notify.sandbox_receipt";

    #[must_use]
    pub fn of(message_id: MessageId) -> Self {
        Self { message_id }
    }

    pub async fn enqueue(&self, tx: &mut Tx) -> Result<()> {
        jobs::enqueue(tx, Self::TASK, self, None).await
    }

    /// The receipt takes the way of every other one, but for the signature: the sandbox is in the house.
    async fn give(self, app: &App) -> Result<()> {
        let receipt =
            Receipt { message_id: self.message_id, outcome: ReceiptOutcome::Delivered, code: "SANDBOX".to_owned() };
        app.db.write(async |tx| sending::receive(tx, &receipt).await).await.map(|_| ())
    }
}

impl AskCarrier {
    pub const TASK: &'static str = "notify.ask_carrier";

    #[must_use]
    pub fn of(message_id: MessageId, asked: usize) -> Self {
        Self { message_id, asked }
    }

    pub async fn enqueue(&self, tx: &mut Tx, run_at: DateTime<Utc>) -> Result<()> {
        jobs::enqueue(tx, Self::TASK, self, Some(run_at)).await
    }
}

impl TaskHandler for AskCarrier {
    const IDENTIFIER: &'static str = Self::TASK;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let office = context.get_ext::<PostOffice>().ok_or("there is no post office")?;
        sending::ask(office, self.message_id, self.asked).await.map_err(|error| error.to_string())
    }
}

impl TaskHandler for SendMessage {
    const IDENTIFIER: &'static str = Self::TASK;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let office = context.get_ext::<PostOffice>().ok_or("there is no post office")?;
        sending::send(office, self.message_id).await.map_err(|error| error.to_string())
    }
}

impl TaskHandler for SandboxReceipt {
    const IDENTIFIER: &'static str = Self::TASK;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let office = context.get_ext::<PostOffice>().ok_or("there is no post office")?;
        self.give(&office.app).await.map_err(|error| error.to_string())
    }
}

/// Teach a worker the jobs of this domain.
#[must_use]
pub fn define(options: WorkerOptions, office: PostOffice) -> WorkerOptions {
    options.add_extension(office).define_job::<SendMessage>().define_job::<AskCarrier>().define_job::<SandboxReceipt>()
}
