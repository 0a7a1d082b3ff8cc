//! The operations of the trend.

use actix_web::get;
use fupin_access::{
    Permit,
    permit::{ExportReports, ReadReports},
};
use fupin_contract::reporting::{Trend, TrendFilter};
use fupin_kernel::{Download, Filter, Json, Result};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get_trend).service(export_trend);
}

/// One item of a form over some months, for all units of a level
#[utoipa::path(tag = "reporting", params(TrendFilter), responses((status = 200, body = Trend)))]
#[get("/trend")]
async fn get_trend(permit: Permit<ReadReports>, filter: Filter<TrendFilter>) -> Result<Json<Trend>> {
    actions::get_trend(&permit, &filter.0).await.map(Json)
}

/// The trend as a spreadsheet
#[utoipa::path(
    tag = "reporting",
    params(TrendFilter),
    responses((
        status = 200,
        description = "A workbook",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        body = [u8]
    ))
)]
#[get("/trend.xlsx")]
async fn export_trend(permit: Permit<ExportReports>, filter: Filter<TrendFilter>) -> Result<Download> {
    actions::export_trend(&permit, &filter.0).await
}
