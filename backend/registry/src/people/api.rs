//! The operation on people.

use actix_web::get;
use fupin_access::{Permit, permit::ReadPeople};
use fupin_contract::{PersonId, registry::Person};
use fupin_kernel::{Json, Path, Result};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub(crate) fn configure(service: &mut ServiceConfig<'_>) {
    service.service(get_person);
}

/// A person, with all years of which something is kept
#[utoipa::path(tag = "registry", operation_id = "get_person",
    params(("id" = PersonId, Path, description = "A person")), responses((status = 200, body = Person)))]
#[get("/persons/{id}")]
async fn get_person(permit: Permit<ReadPeople>, id: Path<PersonId>) -> Result<Json<Person>> {
    actions::get_person(&permit, id.0).await.map(Json)
}
