//! The background job: it carries an export's id, and the export's own row says what is left to do. Running it twice
//! changes nothing.

use chrono::{DateTime, Duration, Utc};
use fupin_contract::ExportId;
use fupin_kernel::{App, Result, Tx, jobs};
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext, WorkerOptions};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use super::making;

/// One at a time: two would take the processors from whoever is at work, and a place from the messages.
static TURN: Semaphore = Semaphore::const_new(1);
const AGAIN_AFTER: Duration = Duration::seconds(2);

/// Write the file of one export.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct WriteExport {
    export_id: ExportId,
}

/// What a worker needs for the jobs of this domain.
#[derive(Clone, Debug)]
struct Reporting(App);

impl WriteExport {
    pub const TASK: &'static str = "reporting.write_export";

    pub fn of(export_id: ExportId) -> Self {
        Self { export_id }
    }

    pub async fn enqueue(&self, tx: &mut Tx, run_at: Option<DateTime<Utc>>) -> Result<()> {
        jobs::enqueue(tx, Self::TASK, self, run_at).await
    }

    async fn write(self, app: &App) -> Result<()> {
        let Ok(_turn) = TURN.try_acquire() else {
            let later = async |tx: &mut Tx| self.enqueue(tx, Some(Utc::now() + AGAIN_AFTER)).await;
            return app.db.write(later).await.map(|_| ());
        };
        making::make(app, self.export_id).await
    }
}

impl TaskHandler for WriteExport {
    const IDENTIFIER: &'static str = Self::TASK;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Reporting(app) = context.get_ext::<Reporting>().ok_or("the worker knows no application")?;
        self.write(app).await.map_err(|error| error.to_string())
    }
}

/// Teach a worker the jobs of this domain.
#[must_use]
pub fn define(options: WorkerOptions, app: &App) -> WorkerOptions {
    options.add_extension(Reporting(app.clone())).define_job::<WriteExport>()
}
