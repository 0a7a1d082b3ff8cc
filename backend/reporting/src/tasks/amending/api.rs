//! The operations that amend a task.

use actix_web::{post, put};
use fupin_access::{Permit, permit::IssueTasks};
use fupin_contract::{
    TaskId,
    reporting::{ChangeUnits, CorrectForm, FormCorrected, SetDeadline, Task, UnitsChanged},
};
use fupin_kernel::{Json, Path, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{actions, correction};

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(set_deadline).service(change_task_units).service(correct_task_form);
}

/// Give a running task another deadline
#[utoipa::path(
    tag = "reporting",
    params(
        ("id" = TaskId, Path, description = "A task"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    request_body = SetDeadline,
    responses((status = 200, body = Task))
)]
#[put("/tasks/{id}/deadline")]
async fn set_deadline(permit: Permit<IssueTasks>, id: Path<TaskId>, body: Valid<SetDeadline>) -> Result<Json<Task>> {
    actions::set_deadline(&permit, id.0, body).await.map(Json)
}

/// Add units to a running task, or take some out of it
#[utoipa::path(
    tag = "reporting",
    params(
        ("id" = TaskId, Path, description = "A task"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    request_body = ChangeUnits,
    responses((status = 200, body = UnitsChanged))
)]
#[post("/tasks/{id}/units")]
async fn change_task_units(
    permit: Permit<IssueTasks>,
    id: Path<TaskId>,
    body: Valid<ChangeUnits>,
) -> Result<Json<UnitsChanged>> {
    actions::change_units(&permit, id.0, body).await.map(Json)
}

/// Put a corrected version of a form in the place of the one that a task was issued with
#[utoipa::path(
    tag = "reporting",
    params(
        ("id" = TaskId, Path, description = "A task"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    request_body = CorrectForm,
    responses((status = 200, body = FormCorrected))
)]
#[post("/tasks/{id}/form-corrections")]
async fn correct_task_form(
    permit: Permit<IssueTasks>,
    id: Path<TaskId>,
    body: Valid<CorrectForm>,
) -> Result<Json<FormCorrected>> {
    correction::correct_form(&permit, id.0, body).await.map(Json)
}
