//! The operations that read reports.

use actix_web::get;
use fupin_access::{Permit, permit::ReadReports};
use fupin_contract::{
    Page, ReportId,
    reporting::{Report, ReportFilter, ReportHistory, ReportSummary},
};
use fupin_kernel::{Filter, Json, Path, Result};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list_reports).service(get_report).service(get_report_history);
}

/// Reports, those that changed last first
#[utoipa::path(tag = "reporting", params(ReportFilter), responses((status = 200, body = Page<ReportSummary>)))]
#[get("/reports")]
async fn list_reports(permit: Permit<ReadReports>, filter: Filter<ReportFilter>) -> Result<Json<Page<ReportSummary>>> {
    actions::list_reports(&permit, filter.0).await.map(Json)
}

/// One report with its content, and what the caller may do with it
#[utoipa::path(
    tag = "reporting",
    params(("id" = ReportId, Path, description = "A report")),
    responses((status = 200, body = Report))
)]
#[get("/reports/{id}")]
async fn get_report(permit: Permit<ReadReports>, id: Path<ReportId>) -> Result<Json<Report>> {
    actions::get_report(&permit, id.0).await.map(Json)
}

/// What happened to a report and to each of its cells, oldest first
#[utoipa::path(
    tag = "reporting",
    params(("id" = ReportId, Path, description = "A report")),
    responses((status = 200, body = ReportHistory))
)]
#[get("/reports/{id}/history")]
async fn get_report_history(permit: Permit<ReadReports>, id: Path<ReportId>) -> Result<Json<ReportHistory>> {
    actions::get_report_history(&permit, id.0).await.map(Json)
}
