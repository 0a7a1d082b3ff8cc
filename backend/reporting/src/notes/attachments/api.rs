//! The operations on attachments.

use actix_web::{delete, get, post};
use fupin_access::{
    Permit,
    permit::{NoteCells, ReadReports},
};
use fupin_contract::{
    AttachmentId, ReportId,
    reporting::{AttachFile, ReportNotes},
};
use fupin_kernel::{Created, Download, Filter, Json, Path, Result, Upload};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(attach_file).service(download_attachment).service(remove_attachment);
}

/// Attach a file to a report, or to one of its cells
#[utoipa::path(
    tag = "reporting",
    params(
        ("id" = ReportId, Path, description = "A report"),
        AttachFile,
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    request_body(
        content = [u8],
        description = "A photograph (jpg, png, webp), a pdf, a workbook or a document without macros, at most 10 MiB",
        content_type = "application/octet-stream"
    ),
    responses((status = 201, body = ReportNotes))
)]
#[post("/reports/{id}/attachments")]
async fn attach_file(
    permit: Permit<NoteCells>,
    id: Path<ReportId>,
    how: Filter<AttachFile>,
    upload: Upload,
) -> Result<Created<ReportNotes>> {
    actions::attach_file(&permit, id.0, how.0, upload).await.map(Created)
}

/// A file that is attached, to be saved
#[utoipa::path(
    tag = "reporting",
    params(("id" = AttachmentId, Path, description = "An attachment")),
    responses((status = 200, description = "Its bytes", content_type = "application/octet-stream", body = [u8]))
)]
#[get("/attachments/{id}/file")]
async fn download_attachment(permit: Permit<ReadReports>, id: Path<AttachmentId>) -> Result<Download> {
    actions::download_attachment(&permit, id.0).await
}

/// Take away what one has attached, as long as the report is with its clerk
#[utoipa::path(
    tag = "reporting",
    params(("id" = AttachmentId, Path, description = "An attachment")),
    responses((status = 200, body = ReportNotes))
)]
#[delete("/attachments/{id}")]
async fn remove_attachment(permit: Permit<NoteCells>, id: Path<AttachmentId>) -> Result<Json<ReportNotes>> {
    actions::remove_attachment(&permit, id.0).await.map(Json)
}
