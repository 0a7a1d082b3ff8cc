//! The operations on exports.

use actix_web::{get, post};
use fupin_access::{Permit, permit::ExportReports};
use fupin_contract::{
    ExportId, Page, TaskId,
    reporting::{Export, OrderExport},
};
use fupin_kernel::{Created, Download, Json, Path, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(order_export)
        .service(list_exports)
        .service(get_export)
        .service(cancel_export)
        .service(download_export);
}

/// Order the spreadsheets of all reports of a form in one file
#[utoipa::path(
    tag = "reporting",
    params(
        ("id" = TaskId, Path, description = "A task"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    request_body = OrderExport,
    responses((status = 201, body = Export))
)]
#[post("/tasks/{id}/exports")]
async fn order_export(
    permit: Permit<ExportReports>,
    id: Path<TaskId>,
    body: Valid<OrderExport>,
) -> Result<Created<Export>> {
    actions::order_export(&permit, id.0, body).await.map(Created)
}

/// The caller's own exports, newest first
#[utoipa::path(tag = "reporting", responses((status = 200, body = Page<Export>)))]
#[get("/exports")]
async fn list_exports(permit: Permit<ExportReports>) -> Result<Json<Page<Export>>> {
    actions::list_exports(&permit).await.map(Json)
}

/// One of the caller's own exports
#[utoipa::path(
    tag = "reporting",
    params(("id" = ExportId, Path, description = "An export")),
    responses((status = 200, body = Export))
)]
#[get("/exports/{id}")]
async fn get_export(permit: Permit<ExportReports>, id: Path<ExportId>) -> Result<Json<Export>> {
    actions::get_export(&permit, id.0).await.map(Json)
}

/// Give up an export that is not done yet
#[utoipa::path(
    tag = "reporting",
    params(("id" = ExportId, Path, description = "An export")),
    responses((status = 200, body = Export))
)]
#[post("/exports/{id}/cancellation")]
async fn cancel_export(permit: Permit<ExportReports>, id: Path<ExportId>) -> Result<Json<Export>> {
    actions::cancel_export(&permit, id.0).await.map(Json)
}

/// The file of an export, until it expires
#[utoipa::path(
    tag = "reporting",
    params(("id" = ExportId, Path, description = "An export")),
    responses((status = 200, description = "An archive of workbooks", content_type = "application/zip", body = [u8]))
)]
#[get("/exports/{id}/file")]
async fn download_export(permit: Permit<ExportReports>, id: Path<ExportId>) -> Result<Download> {
    actions::download_export(&permit, id.0).await
}
