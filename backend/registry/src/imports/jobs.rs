//! The background job of imports: it carries an import's id, and the import's own row says what is to be done. Running it
//! twice changes nothing.

use fupin_contract::RegistryImportId;
use fupin_kernel::{App, Result, Tx, jobs};
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext, WorkerOptions};
use serde::{Deserialize, Serialize};

use super::passes;

/// Check, take or undo an import.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct WorkOnTable {
    import_id: RegistryImportId,
}

/// What a worker needs for the jobs of this domain.
#[derive(Clone, Debug)]
struct Registry(App);

impl WorkOnTable {
    pub const TASK: &'static str = "registry.work_on_table";

    pub fn of(import_id: RegistryImportId) -> Self {
        Self { import_id }
    }

    pub async fn enqueue(&self, tx: &mut Tx) -> Result<()> {
        jobs::enqueue(tx, Self::TASK, self, None).await
    }
}

impl TaskHandler for WorkOnTable {
    const IDENTIFIER: &'static str = Self::TASK;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Registry(app) = context.get_ext::<Registry>().ok_or("the worker knows no application")?;
        passes::work(app, self.import_id).await.map_err(|error| error.to_string())
    }
}

/// Teach a worker the job.
#[must_use]
pub fn define(options: WorkerOptions, app: &App) -> WorkerOptions {
    options.add_extension(Registry(app.clone())).define_job::<WorkOnTable>()
}
