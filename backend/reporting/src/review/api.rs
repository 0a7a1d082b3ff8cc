//! The operations of a reviewer.

use actix_web::post;
use fupin_access::{
    Permit,
    permit::{ApproveReports, ReturnReports, RevokeApprovals},
};
use fupin_contract::{
    ReportId,
    reporting::{AtVersion, ReportSummary, ReturnReport, RevokeApproval},
};
use fupin_kernel::{Json, Path, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(approve_report).service(return_report).service(revoke_approval);
}

/// Approve a report for one's level of the chain
#[utoipa::path(
    tag = "reporting",
    params(
        ("id" = ReportId, Path, description = "A report"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    request_body = AtVersion,
    responses((status = 200, body = ReportSummary))
)]
#[post("/reports/{id}/approval")]
async fn approve_report(
    permit: Permit<ApproveReports>,
    id: Path<ReportId>,
    body: Valid<AtVersion>,
) -> Result<Json<ReportSummary>> {
    actions::approve_report(&permit, id.0, body).await.map(Json)
}

/// Return a report to the clerk with a reason, opening all of it or chosen cells
#[utoipa::path(
    tag = "reporting",
    params(
        ("id" = ReportId, Path, description = "A report"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    request_body = ReturnReport,
    responses((status = 200, body = ReportSummary))
)]
#[post("/reports/{id}/return")]
async fn return_report(
    permit: Permit<ReturnReports>,
    id: Path<ReportId>,
    body: Valid<ReturnReport>,
) -> Result<Json<ReportSummary>> {
    actions::return_report(&permit, id.0, body).await.map(Json)
}

/// Take back an approval that nobody above has acted on
#[utoipa::path(
    tag = "reporting",
    params(
        ("id" = ReportId, Path, description = "A report"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    request_body = RevokeApproval,
    responses((status = 200, body = ReportSummary))
)]
#[post("/reports/{id}/revocation")]
async fn revoke_approval(
    permit: Permit<RevokeApprovals>,
    id: Path<ReportId>,
    body: Valid<RevokeApproval>,
) -> Result<Json<ReportSummary>> {
    actions::revoke_approval(&permit, id.0, body).await.map(Json)
}
