//! The operation that reads the log.

use actix_web::get;
use fupin_access::{Permit, permit::ReadReports};
use fupin_contract::{TaskId, reporting::TaskLog};
use fupin_kernel::{Json, Path, Result};
use utoipa_actix_web::service_config::ServiceConfig;

use super::store;
use crate::tasks::store::find_task;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get_task_log);
}

/// What was done to a task, newest first
#[utoipa::path(
    tag = "reporting",
    params(("id" = TaskId, Path, description = "A task")),
    responses((status = 200, body = TaskLog))
)]
#[get("/tasks/{id}/log")]
async fn get_task_log(permit: Permit<ReadReports>, id: Path<TaskId>) -> Result<Json<TaskLog>> {
    let read = permit.read(async |tx| {
        let found = find_task(tx, permit.scope(), id.0).await?;
        store::list_entries(tx, &found).await
    });
    Ok(Json(TaskLog { entries: read.await? }))
}
