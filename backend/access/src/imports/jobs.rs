//! Background jobs: each carries an import's id, and the import's own rows say what is left to do. Running one twice
//! changes nothing.

use chrono::{DateTime, Utc};
use fupin_contract::AccountImportId;
use fupin_kernel::{App, Result, Tx, jobs};
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext, WorkerOptions};
use serde::{Deserialize, Serialize};

use super::{inviting, working};

/// Judge the rows of an import, or take the good ones.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct WorkOnImport {
    import_id: AccountImportId,
}

/// Have the people of an import sent their links, some at a time.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct InvitePeople {
    import_id: AccountImportId,
}

/// What a worker needs for the jobs of this domain.
#[derive(Clone, Debug)]
struct Access(App);

impl WorkOnImport {
    pub const TASK: &'static str = "access.work_on_import";

    pub fn of(import_id: AccountImportId) -> Self {
        Self { import_id }
    }

    pub async fn enqueue(&self, tx: &mut Tx) -> Result<()> {
        jobs::enqueue(tx, Self::TASK, self, None).await
    }
}

impl InvitePeople {
    pub const TASK: &'static str = "access.invite_people";

    pub fn of(import_id: AccountImportId) -> Self {
        Self { import_id }
    }

    pub async fn enqueue(&self, tx: &mut Tx, run_at: Option<DateTime<Utc>>) -> Result<()> {
        jobs::enqueue(tx, Self::TASK, self, run_at).await
    }
}

impl TaskHandler for WorkOnImport {
    const IDENTIFIER: &'static str = Self::TASK;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Access(app) = context.get_ext::<Access>().ok_or("the worker knows no application")?;
        working::work(app, self.import_id).await.map_err(|error| error.to_string())
    }
}

impl TaskHandler for InvitePeople {
    const IDENTIFIER: &'static str = Self::TASK;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Access(app) = context.get_ext::<Access>().ok_or("the worker knows no application")?;
        inviting::invite(app, self.import_id).await.map_err(|error| error.to_string())
    }
}

/// Teach a worker the jobs of this domain.
#[must_use]
pub fn define(options: WorkerOptions, app: &App) -> WorkerOptions {
    options.add_extension(Access(app.clone())).define_job::<WorkOnImport>().define_job::<InvitePeople>()
}
