//! The operations of the board.

use actix_web::get;
use fupin_access::{
    Permit,
    permit::{ExportReports, ReadReports},
};
use fupin_contract::{
    TaskId,
    reporting::{Board, BoardFilter, Matrix, MatrixFilter},
};
use fupin_kernel::{Download, Filter, Json, Path, Result};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get_board).service(get_matrix).service(export_matrix);
}

/// Who has submitted, by unit
#[utoipa::path(
    tag = "reporting",
    params(("id" = TaskId, Path, description = "A task"), BoardFilter),
    responses((status = 200, body = Board))
)]
#[get("/tasks/{id}/board")]
async fn get_board(permit: Permit<ReadReports>, id: Path<TaskId>, filter: Filter<BoardFilter>) -> Result<Json<Board>> {
    actions::get_board(&permit, id.0, &filter.0).await.map(Json)
}

/// How complete and how timely each unit is with each form
#[utoipa::path(
    tag = "reporting",
    params(("id" = TaskId, Path, description = "A task"), MatrixFilter),
    responses((status = 200, body = Matrix))
)]
#[get("/tasks/{id}/matrix")]
async fn get_matrix(
    permit: Permit<ReadReports>,
    id: Path<TaskId>,
    filter: Filter<MatrixFilter>,
) -> Result<Json<Matrix>> {
    actions::get_matrix(&permit, id.0, &filter.0).await.map(Json)
}

/// The matrix as a spreadsheet
#[utoipa::path(
    tag = "reporting",
    params(("id" = TaskId, Path, description = "A task"), MatrixFilter),
    responses((
        status = 200,
        description = "A workbook",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        body = [u8]
    ))
)]
#[get("/tasks/{id}/matrix.xlsx")]
async fn export_matrix(
    permit: Permit<ExportReports>,
    id: Path<TaskId>,
    filter: Filter<MatrixFilter>,
) -> Result<Download> {
    actions::export_matrix(&permit, id.0, &filter.0).await
}
