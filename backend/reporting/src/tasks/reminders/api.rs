//! The operations on a task's days of reminding.

use actix_web::{get, put};
use fupin_access::{
    Permit,
    permit::{IssueTasks, ReadReports},
};
use fupin_contract::{
    TaskId,
    reporting::{Reminders, SetReminders},
};
use fupin_kernel::{Json, Path, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get_reminders).service(set_reminders);
}

/// When those who owe are reminded
#[utoipa::path(
    tag = "reporting",
    params(("id" = TaskId, Path, description = "A task")),
    responses((status = 200, body = Reminders))
)]
#[get("/tasks/{id}/reminders")]
async fn get_reminders(permit: Permit<ReadReports>, id: Path<TaskId>) -> Result<Json<Reminders>> {
    actions::get_reminders(&permit, id.0).await.map(Json)
}

/// Set when those who owe are reminded
#[utoipa::path(
    tag = "reporting",
    params(("id" = TaskId, Path, description = "A task")),
    request_body = SetReminders,
    responses((status = 200, body = Reminders))
)]
#[put("/tasks/{id}/reminders")]
async fn set_reminders(
    permit: Permit<IssueTasks>,
    id: Path<TaskId>,
    body: Valid<SetReminders>,
) -> Result<Json<Reminders>> {
    actions::set_reminders(&permit, id.0, body.into_inner()).await.map(Json)
}
