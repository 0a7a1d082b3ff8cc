//! The operations of the discipline sheet.

use actix_web::get;
use fupin_access::{
    Permit,
    permit::{ExportReports, ReadReports},
};
use fupin_contract::reporting::{Discipline, DisciplineFilter};
use fupin_kernel::{Download, Filter, Json, Result};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get_discipline).service(export_discipline);
}

/// Units ranked by how they report
#[utoipa::path(tag = "reporting", params(DisciplineFilter), responses((status = 200, body = Discipline)))]
#[get("/discipline")]
async fn get_discipline(permit: Permit<ReadReports>, filter: Filter<DisciplineFilter>) -> Result<Json<Discipline>> {
    actions::get_discipline(&permit, &filter.0).await.map(Json)
}

/// The ranking as a circular
#[utoipa::path(
    tag = "reporting",
    params(DisciplineFilter),
    responses((
        status = 200,
        description = "A workbook",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        body = [u8]
    ))
)]
#[get("/discipline.xlsx")]
async fn export_discipline(permit: Permit<ExportReports>, filter: Filter<DisciplineFilter>) -> Result<Download> {
    actions::export_discipline(&permit, &filter.0).await
}
