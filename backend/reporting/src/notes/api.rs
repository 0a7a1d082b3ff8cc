//! The operations on notes.

use actix_web::{get, post, put};
use fupin_access::{
    Permit,
    permit::{NoteCells, ReadReports},
};
use fupin_contract::{
    ReportId,
    reporting::{CommentCell, FlagCell, ReportNotes},
};
use fupin_kernel::{Created, Json, Path, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get_report_notes).service(comment_cell).service(flag_cell);
}

/// What is said of the cells of a report
#[utoipa::path(
    tag = "reporting",
    params(("id" = ReportId, Path, description = "A report")),
    responses((status = 200, body = ReportNotes))
)]
#[get("/reports/{id}/notes")]
async fn get_report_notes(permit: Permit<ReadReports>, id: Path<ReportId>) -> Result<Json<ReportNotes>> {
    actions::get_report_notes(&permit, id.0).await.map(Json)
}

/// Say something of a cell
#[utoipa::path(
    tag = "reporting",
    params(
        ("id" = ReportId, Path, description = "A report"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key acts once", min_length = 8, max_length = 100),
    ),
    request_body = CommentCell,
    responses((status = 201, body = ReportNotes))
)]
#[post("/reports/{id}/comments")]
async fn comment_cell(
    permit: Permit<NoteCells>,
    id: Path<ReportId>,
    body: Valid<CommentCell>,
) -> Result<Created<ReportNotes>> {
    actions::comment_cell(&permit, id.0, body).await.map(Created)
}

/// Flag a cell to follow up, or take the flag off
#[utoipa::path(
    tag = "reporting",
    params(("id" = ReportId, Path, description = "A report")),
    request_body = FlagCell,
    responses((status = 200, body = ReportNotes))
)]
#[put("/reports/{id}/flags")]
async fn flag_cell(permit: Permit<NoteCells>, id: Path<ReportId>, body: Valid<FlagCell>) -> Result<Json<ReportNotes>> {
    actions::flag_cell(&permit, id.0, body.into_inner()).await.map(Json)
}
