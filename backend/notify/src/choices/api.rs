//! The operations on what a person chooses.

use actix_web::{get, put};
use fupin_access::{Permit, permit::SignedIn};
use fupin_contract::notify::{MessageChoices, SetMessageChoices};
use fupin_kernel::{Json, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get_message_choices).service(set_message_choices);
}

/// By which ways the caller is told of what
#[utoipa::path(tag = "notify", operation_id = "get_message_choices", responses((status = 200, body = MessageChoices)))]
#[get("/message-choices")]
async fn get_message_choices(permit: Permit<SignedIn>) -> Result<Json<MessageChoices>> {
    actions::get_choices(&permit).await.map(Json)
}

/// Choose by which ways to be told of what
#[utoipa::path(tag = "notify", operation_id = "set_message_choices", request_body = SetMessageChoices, responses((status = 200, body = MessageChoices)))]
#[put("/message-choices")]
async fn set_message_choices(permit: Permit<SignedIn>, body: Valid<SetMessageChoices>) -> Result<Json<MessageChoices>> {
    actions::set_choices(&permit, body.into_inner()).await.map(Json)
}
