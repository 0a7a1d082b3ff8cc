//! The operations on many reports.

use actix_web::{get, post};
use fupin_access::{
    Permit,
    permit::{ApproveReports, ReturnReports},
};
use fupin_contract::reporting::{ApproveMany, ReturnMany, ReviewedReports, WaitingCount, WaitingFilter};
use fupin_kernel::{Filter, Json, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(count_waiting_reports).service(approve_reports).service(return_reports);
}

/// How many reports wait for the caller's review
#[utoipa::path(tag = "reporting", params(WaitingFilter), responses((status = 200, body = WaitingCount)))]
#[get("/waiting-reports")]
async fn count_waiting_reports(
    permit: Permit<ApproveReports>,
    filter: Filter<WaitingFilter>,
) -> Result<Json<WaitingCount>> {
    actions::count_waiting_reports(&permit, filter.0).await.map(Json)
}

/// Approve many reports for one's level of the chain
#[utoipa::path(
    tag = "reporting",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    request_body = ApproveMany,
    responses((status = 200, body = ReviewedReports))
)]
#[post("/report-approvals")]
async fn approve_reports(permit: Permit<ApproveReports>, body: Valid<ApproveMany>) -> Result<Json<ReviewedReports>> {
    actions::approve_reports(&permit, body).await.map(Json)
}

/// Return many reports to their clerks for the same reason
#[utoipa::path(
    tag = "reporting",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    request_body = ReturnMany,
    responses((status = 200, body = ReviewedReports))
)]
#[post("/report-returns")]
async fn return_reports(permit: Permit<ReturnReports>, body: Valid<ReturnMany>) -> Result<Json<ReviewedReports>> {
    actions::return_reports(&permit, body).await.map(Json)
}
