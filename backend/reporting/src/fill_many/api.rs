//! The operations on the reports of many units.

use actix_web::{get, post};
use fupin_access::{
    Permit,
    permit::{FillReports, SubmitReports},
};
use fupin_contract::{
    Page, TaskId,
    reporting::{ContentFilter, Report, SubmitMany, SubmittedReports},
};
use fupin_kernel::{Filter, Json, Path, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list_report_contents).service(submit_reports);
}

/// The reports of one form of a task that the caller may fill, with all their content
#[utoipa::path(
    tag = "reporting",
    params(("id" = TaskId, Path, description = "A task"), ContentFilter),
    responses((status = 200, body = Page<Report>))
)]
#[get("/tasks/{id}/report-contents")]
async fn list_report_contents(
    permit: Permit<FillReports>,
    id: Path<TaskId>,
    filter: Filter<ContentFilter>,
) -> Result<Json<Page<Report>>> {
    actions::list_report_contents(&permit, id.0, filter.0).await.map(Json)
}

/// Submit many reports for review, each as it was saved
#[utoipa::path(
    tag = "reporting",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    request_body = SubmitMany,
    responses((status = 200, body = SubmittedReports))
)]
#[post("/report-submissions")]
async fn submit_reports(permit: Permit<SubmitReports>, body: Valid<SubmitMany>) -> Result<Json<SubmittedReports>> {
    actions::submit_reports(&permit, body).await.map(Json)
}
