//! The operations on limits and costs.

use actix_web::{get, put};
use fupin_access::{
    Permit,
    permit::{ManageGateways, ReadMessages},
};
use fupin_contract::notify::{MessageCosts, MessageLimits};
use fupin_kernel::{Json, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get_message_limits).service(set_message_limits).service(get_message_costs);
}

/// How much may be sent, and when
#[utoipa::path(tag = "notify", operation_id = "get_message_limits", responses((status = 200, body = MessageLimits)))]
#[get("/message-limits")]
async fn get_message_limits(permit: Permit<ManageGateways>) -> Result<Json<MessageLimits>> {
    actions::get_limits(&permit).await.map(Json)
}

/// Change how much may be sent, and when
#[utoipa::path(tag = "notify", operation_id = "set_message_limits", request_body = MessageLimits, responses((status = 200, body = MessageLimits)))]
#[put("/message-limits")]
async fn set_message_limits(permit: Permit<ManageGateways>, body: Valid<MessageLimits>) -> Result<Json<MessageLimits>> {
    actions::set_limits(&permit, body.into_inner()).await.map(Json)
}

/// What messages cost, by month and gateway
#[utoipa::path(tag = "notify", operation_id = "get_message_costs", responses((status = 200, body = MessageCosts)))]
#[get("/message-costs")]
async fn get_message_costs(permit: Permit<ReadMessages>) -> Result<Json<MessageCosts>> {
    actions::get_costs(&permit).await.map(Json)
}
