//! The operations on schedules.

use actix_web::{get, post};
use fupin_access::{
    Permit,
    permit::{IssueTasks, ReadReports},
};
use fupin_contract::{
    Page, ScheduleId,
    reporting::{CreateSchedule, PlannedIssue, Schedule, ScheduleRule},
};
use fupin_kernel::{Created, Filter, Json, Path, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_schedules)
        .service(create_schedule)
        .service(preview_schedule)
        .service(pause_schedule)
        .service(resume_schedule);
}

/// Schedules, by title
#[utoipa::path(tag = "reporting", responses((status = 200, body = Page<Schedule>)))]
#[get("/schedules")]
async fn list_schedules(permit: Permit<ReadReports>) -> Result<Json<Page<Schedule>>> {
    actions::list_schedules(&permit).await.map(Json)
}

/// Let forms be issued again and again
#[utoipa::path(
    tag = "reporting",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100)),
    request_body = CreateSchedule,
    responses((status = 201, body = Schedule))
)]
#[post("/schedules")]
async fn create_schedule(permit: Permit<IssueTasks>, body: Valid<CreateSchedule>) -> Result<Created<Schedule>> {
    actions::create_schedule(&permit, body).await.map(Created)
}

/// What a schedule would do first
#[utoipa::path(tag = "reporting", params(ScheduleRule), responses((status = 200, body = Page<PlannedIssue>)))]
#[get("/schedule-preview")]
async fn preview_schedule(permit: Permit<IssueTasks>, rule: Filter<ScheduleRule>) -> Result<Json<Page<PlannedIssue>>> {
    actions::preview_schedule(&permit, &rule.0).await.map(Json)
}

/// Let a schedule rest
#[utoipa::path(
    tag = "reporting",
    params(("id" = ScheduleId, Path, description = "A schedule")),
    responses((status = 200, body = Schedule))
)]
#[post("/schedules/{id}/pause")]
async fn pause_schedule(permit: Permit<IssueTasks>, id: Path<ScheduleId>) -> Result<Json<Schedule>> {
    actions::pause_schedule(&permit, id.0).await.map(Json)
}

/// Let a schedule go on; what came due meanwhile is left out
#[utoipa::path(
    tag = "reporting",
    params(("id" = ScheduleId, Path, description = "A schedule")),
    responses((status = 200, body = Schedule))
)]
#[post("/schedules/{id}/resumption")]
async fn resume_schedule(permit: Permit<IssueTasks>, id: Path<ScheduleId>) -> Result<Json<Schedule>> {
    actions::resume_schedule(&permit, id.0).await.map(Json)
}
