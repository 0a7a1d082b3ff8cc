//! The operation that tells what changed.

use actix_web::get;
use fupin_access::{Permit, permit::ReadReports};
use fupin_contract::{
    ReportId,
    reporting::{DifferenceFilter, Differences},
};
use fupin_kernel::{Filter, Json, Path, Result};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get_differences);
}

/// What has changed in a report since it was last submitted or approved
#[utoipa::path(
    tag = "reporting",
    params(("id" = ReportId, Path, description = "A report"), DifferenceFilter),
    responses((status = 200, body = Differences))
)]
#[get("/reports/{id}/differences")]
async fn get_differences(
    permit: Permit<ReadReports>,
    id: Path<ReportId>,
    filter: Filter<DifferenceFilter>,
) -> Result<Json<Differences>> {
    actions::get_differences(&permit, id.0, filter.0.since).await.map(Json)
}
