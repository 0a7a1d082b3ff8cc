//! The operation of the totals.

use actix_web::get;
use fupin_access::{Permit, permit::ReadReports};
use fupin_contract::{
    TaskId,
    reporting::{Totals, TotalsFilter},
};
use fupin_kernel::{Filter, Json, Path, Result};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get_totals);
}

/// What a form's reports add up to, by unit
#[utoipa::path(
    tag = "reporting",
    params(("id" = TaskId, Path, description = "A task"), TotalsFilter),
    responses((status = 200, body = Totals))
)]
#[get("/tasks/{id}/totals")]
async fn get_totals(
    permit: Permit<ReadReports>,
    id: Path<TaskId>,
    filter: Filter<TotalsFilter>,
) -> Result<Json<Totals>> {
    actions::get_totals(&permit, id.0, &filter.0).await.map(Json)
}
