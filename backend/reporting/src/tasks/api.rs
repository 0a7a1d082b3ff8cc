//! The operations on tasks.

use actix_web::{get, post};
use fupin_access::{
    Permit,
    permit::{IssueTasks, ReadReports},
};
use fupin_contract::{
    Page, TaskId,
    reporting::{CancelTask, IssueTask, IssuedTask, Task, TaskFilter},
};
use fupin_kernel::{Created, Filter, Json, Path, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(issue_task).service(list_tasks).service(get_task).service(cancel_task).service(close_task);
}

/// Issue forms for a period, or add what is missing
#[utoipa::path(
    tag = "reporting",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100)),
    request_body = IssueTask,
    responses((status = 201, body = IssuedTask))
)]
#[post("/tasks")]
async fn issue_task(permit: Permit<IssueTasks>, body: Valid<IssueTask>) -> Result<Created<IssuedTask>> {
    actions::issue_task(&permit, body).await.map(Created)
}

/// Tasks, newest first
#[utoipa::path(tag = "reporting", params(TaskFilter), responses((status = 200, body = Page<Task>)))]
#[get("/tasks")]
async fn list_tasks(permit: Permit<ReadReports>, filter: Filter<TaskFilter>) -> Result<Json<Page<Task>>> {
    actions::list_tasks(&permit, filter.0).await.map(Json)
}

/// One task
#[utoipa::path(
    tag = "reporting",
    params(("id" = TaskId, Path, description = "A task")),
    responses((status = 200, body = Task))
)]
#[get("/tasks/{id}")]
async fn get_task(permit: Permit<ReadReports>, id: Path<TaskId>) -> Result<Json<Task>> {
    actions::get_task(&permit, id.0).await.map(Json)
}

/// Cancel a task that was issued by mistake; its reports are void
#[utoipa::path(
    tag = "reporting",
    params(("id" = TaskId, Path, description = "A task")),
    request_body = CancelTask,
    responses((status = 200, body = Task))
)]
#[post("/tasks/{id}/cancellation")]
async fn cancel_task(permit: Permit<IssueTasks>, id: Path<TaskId>, body: Valid<CancelTask>) -> Result<Json<Task>> {
    actions::cancel_task(&permit, id.0, body.into_inner()).await.map(Json)
}

/// Close a task: nothing is accepted any more
#[utoipa::path(
    tag = "reporting",
    params(("id" = TaskId, Path, description = "A task")),
    responses((status = 200, body = Task))
)]
#[post("/tasks/{id}/closing")]
async fn close_task(permit: Permit<IssueTasks>, id: Path<TaskId>) -> Result<Json<Task>> {
    actions::close_task(&permit, id.0).await.map(Json)
}
