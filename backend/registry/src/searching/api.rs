//! The operation that finds people. It is a POST, so that what is looked for stands in no address.

use actix_web::post;
use fupin_access::{Permit, permit::ReadPeople};
use fupin_contract::{
    Page,
    registry::{FindPeople, FoundPerson},
};
use fupin_kernel::{Json, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub(crate) fn configure(service: &mut ServiceConfig<'_>) {
    service.service(find_people);
}

/// Find people by exactly one mark
#[utoipa::path(tag = "registry", operation_id = "find_people", request_body = FindPeople,
    responses((status = 200, body = Page<FoundPerson>)))]
#[post("/person-searches")]
async fn find_people(permit: Permit<ReadPeople>, body: Valid<FindPeople>) -> Result<Json<Page<FoundPerson>>> {
    actions::find_people(&permit, &body.into_inner()).await.map(Json)
}
