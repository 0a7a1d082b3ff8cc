//! The operations on one report as a spreadsheet.

use actix_web::{get, post};
use fupin_access::{
    Permit,
    permit::{FillReports, ReadReports},
};
use fupin_contract::{
    ReportId,
    reporting::{UploadSheet, UploadedSheet},
};
use fupin_kernel::{Download, Filter, Json, Path, Result, Upload};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(download_sheet).service(upload_sheet);
}

/// A report as a spreadsheet to fill
#[utoipa::path(
    tag = "reporting",
    params(("id" = ReportId, Path, description = "A report")),
    responses((
        status = 200,
        description = "A workbook",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        body = [u8]
    ))
)]
#[get("/reports/{id}/sheet.xlsx")]
async fn download_sheet(permit: Permit<ReadReports>, id: Path<ReportId>) -> Result<Download> {
    actions::download_sheet(&permit, id.0).await
}

/// Bring a filled spreadsheet back
#[utoipa::path(
    tag = "reporting",
    params(
        ("id" = ReportId, Path, description = "A report"),
        UploadSheet,
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    request_body(
        content = [u8],
        description = "The workbook that was downloaded for this report, at most 10 MiB",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ),
    responses((status = 200, body = UploadedSheet))
)]
#[post("/reports/{id}/sheet")]
async fn upload_sheet(
    permit: Permit<FillReports>,
    id: Path<ReportId>,
    how: Filter<UploadSheet>,
    upload: Upload,
) -> Result<Json<UploadedSheet>> {
    actions::upload_sheet(&permit, id.0, how.0, upload).await.map(Json)
}
