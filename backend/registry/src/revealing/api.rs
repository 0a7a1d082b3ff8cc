//! The one operation by which a number leaves in clear.

use actix_web::post;
use fupin_access::{Permit, permit::RevealPeople};
use fupin_contract::registry::{Reveal, RevealedValue};
use fupin_kernel::{Json, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub(crate) fn configure(service: &mut ServiceConfig<'_>) {
    service.service(reveal_number);
}

/// See one number of a person or household in clear, for a purpose
#[utoipa::path(tag = "registry", operation_id = "reveal_number", request_body = Reveal,
    responses((status = 200, body = RevealedValue)))]
#[post("/revelations")]
async fn reveal_number(permit: Permit<RevealPeople>, body: Valid<Reveal>) -> Result<Json<RevealedValue>> {
    actions::reveal_number(&permit, body.into_inner()).await.map(Json)
}
