//! The operations of this domain.

use actix_web::{get, post, put};
use fupin_access::{
    Permit,
    permit::{Anyone, ManageGateways, ReadMessages, SignedIn},
};
use fupin_contract::{
    MessageId, Page,
    notify::{
        GatewaySettings, Message, MessageFilter, NoticeList, ReadNotices, SandboxFilter, SandboxMessage, SettleMessage,
    },
};
use fupin_kernel::{Filter, Json, NoContent, Path, Result, Valid};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{actions, choices, limits, mail, receipts, replies, templates};

/// Register the operations.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_notices)
        .service(read_notices)
        .service(list_messages)
        .service(settle_message)
        .service(get_gateway)
        .service(set_gateway)
        .service(list_sandbox_messages)
        .configure(receipts::configure)
        .configure(replies::configure)
        .configure(limits::configure)
        .configure(mail::configure)
        .configure(choices::configure)
        .configure(templates::configure);
}

/// The caller's notices
#[utoipa::path(tag = "notify", operation_id = "list_notices", responses((status = 200, body = NoticeList)))]
#[get("/notices")]
async fn list_notices(permit: Permit<SignedIn>) -> Result<Json<NoticeList>> {
    actions::list_notices(&permit).await.map(Json)
}

/// Mark the caller's notices up to one as read
#[utoipa::path(tag = "notify", operation_id = "read_notices", request_body = ReadNotices, responses((status = 204)))]
#[post("/notices/read")]
async fn read_notices(permit: Permit<SignedIn>, body: Valid<ReadNotices>) -> Result<NoContent> {
    actions::read_notices(&permit, body.into_inner()).await.map(|()| NoContent)
}

/// The message log
#[utoipa::path(tag = "notify", operation_id = "list_messages", params(MessageFilter), responses((status = 200, body = Page<Message>)))]
#[get("/messages")]
async fn list_messages(permit: Permit<ReadMessages>, filter: Filter<MessageFilter>) -> Result<Json<Page<Message>>> {
    actions::list_messages(&permit, filter.0).await.map(Json)
}

/// Settle a message whose fate is unknown
#[utoipa::path(
    tag = "notify", operation_id = "settle_message",
    params(("id" = MessageId, Path)),
    request_body = SettleMessage,
    responses((status = 200, body = Message))
)]
#[post("/messages/{id}/settlement")]
async fn settle_message(
    permit: Permit<ReadMessages>,
    id: Path<MessageId>,
    body: Valid<SettleMessage>,
) -> Result<Json<Message>> {
    actions::settle_message(&permit, id.0, body.into_inner()).await.map(Json)
}

/// How messages leave the house
#[utoipa::path(tag = "notify", operation_id = "get_gateway", responses((status = 200, body = GatewaySettings)))]
#[get("/gateway")]
async fn get_gateway(permit: Permit<ManageGateways>) -> Result<Json<GatewaySettings>> {
    actions::get_gateway(&permit).await.map(Json)
}

/// Change how messages leave the house
#[utoipa::path(tag = "notify", operation_id = "set_gateway", request_body = GatewaySettings, responses((status = 200, body = GatewaySettings)))]
#[put("/gateway")]
async fn set_gateway(permit: Permit<ManageGateways>, body: Valid<GatewaySettings>) -> Result<Json<GatewaySettings>> {
    actions::set_gateway(&permit, body.into_inner()).await.map(Json)
}

/// What the sandbox has taken: open to all in a demonstration, else to readers of the message log
#[utoipa::path(tag = "notify", operation_id = "list_sandbox_messages", params(SandboxFilter), responses((status = 200, body = Page<SandboxMessage>)))]
#[get("/sandbox/messages")]
async fn list_sandbox_messages(
    anyone: Permit<Anyone>,
    permit: Result<Permit<ReadMessages>>,
    filter: Filter<SandboxFilter>,
) -> Result<Json<Page<SandboxMessage>>> {
    let permit = if anyone.app().settings.demo { Permit::for_job(anyone.app(), "sandbox") } else { permit? };
    actions::list_sandbox_messages(&permit, filter.0).await.map(Json)
}
