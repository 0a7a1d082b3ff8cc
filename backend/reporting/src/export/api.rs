//! The operation of the export.

use actix_web::get;
use fupin_access::{Permit, permit::ExportReports};
use fupin_contract::{TaskId, reporting::TotalsFilter};
use fupin_kernel::{Download, Filter, Path, Result};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(export_totals);
}

/// A form's totals as a spreadsheet
#[utoipa::path(
    tag = "reporting",
    params(("id" = TaskId, Path, description = "A task"), TotalsFilter),
    responses((
        status = 200,
        description = "A workbook",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        body = [u8]
    ))
)]
#[get("/tasks/{id}/totals.xlsx")]
async fn export_totals(
    permit: Permit<ExportReports>,
    id: Path<TaskId>,
    filter: Filter<TotalsFilter>,
) -> Result<Download> {
    actions::export_totals(&permit, id.0, &filter.0).await
}
