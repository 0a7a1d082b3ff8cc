//! The operations on households.

use actix_web::get;
use fupin_access::{Permit, permit::ReadPeople};
use fupin_contract::{
    HouseholdId, Page,
    registry::{Household, HouseholdFilter, HouseholdLine, YearQuery},
};
use fupin_kernel::{Filter, Json, Path, Result};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub(crate) fn configure(service: &mut ServiceConfig<'_>) {
    service.service(list_households).service(get_household);
}

/// List households of a year, by place; a page that is asked for attributes may be short, or empty, and still go on
#[utoipa::path(tag = "registry", operation_id = "list_households", params(HouseholdFilter),
    responses((status = 200, body = Page<HouseholdLine>)))]
#[get("/households")]
async fn list_households(
    permit: Permit<ReadPeople>,
    filter: Filter<HouseholdFilter>,
) -> Result<Json<Page<HouseholdLine>>> {
    actions::list_households(&permit, &filter.0).await.map(Json)
}

/// A household in a year: its values with their origin, its members, its ledger, what happened to it
#[utoipa::path(tag = "registry", operation_id = "get_household",
    params(("id" = HouseholdId, Path, description = "A household"), YearQuery),
    responses((status = 200, body = Household)))]
#[get("/households/{id}")]
async fn get_household(
    permit: Permit<ReadPeople>,
    id: Path<HouseholdId>,
    query: Filter<YearQuery>,
) -> Result<Json<Household>> {
    actions::get_household(&permit, id.0, query.0.year).await.map(Json)
}
