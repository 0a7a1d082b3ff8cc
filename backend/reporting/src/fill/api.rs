//! The operations of a clerk.

use actix_web::{patch, post, put};
use fupin_access::{
    Permit,
    permit::{FillReports, SubmitReports, WithdrawReports},
};
use fupin_contract::{
    ReportId,
    reporting::{AtVersion, ReportSummary, SaveCells, SavedCells, SubmitReport},
};
use fupin_kernel::{Json, Path, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(save_cells).service(submit_report).service(withdraw_report);
}

/// Save cells as they are left
#[utoipa::path(
    tag = "reporting",
    params(
        ("id" = ReportId, Path, description = "A report"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    request_body = SaveCells,
    responses((status = 200, body = SavedCells))
)]
#[patch("/reports/{id}/cells")]
async fn save_cells(
    permit: Permit<FillReports>,
    id: Path<ReportId>,
    body: Valid<SaveCells>,
) -> Result<Json<SavedCells>> {
    actions::save_cells(&permit, id.0, body).await.map(Json)
}

/// Submit a report for review
#[utoipa::path(
    tag = "reporting",
    params(
        ("id" = ReportId, Path, description = "A report"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    request_body = SubmitReport,
    responses((status = 200, body = ReportSummary))
)]
#[put("/reports/{id}/submission")]
async fn submit_report(
    permit: Permit<SubmitReports>,
    id: Path<ReportId>,
    body: Valid<SubmitReport>,
) -> Result<Json<ReportSummary>> {
    actions::submit_report(&permit, id.0, body).await.map(Json)
}

/// Take back a report that nobody has reviewed yet
#[utoipa::path(
    tag = "reporting",
    params(
        ("id" = ReportId, Path, description = "A report"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    request_body = AtVersion,
    responses((status = 200, body = ReportSummary))
)]
#[post("/reports/{id}/withdrawal")]
async fn withdraw_report(
    permit: Permit<WithdrawReports>,
    id: Path<ReportId>,
    body: Valid<AtVersion>,
) -> Result<Json<ReportSummary>> {
    actions::withdraw_report(&permit, id.0, body).await.map(Json)
}
