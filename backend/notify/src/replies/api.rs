//! The operations that carriers call with what came back.

use actix_web::post;
use fupin_access::{Permit, permit::Anyone};
use fupin_contract::notify::{AliyunReply, AliyunTaken, CarrierReply, GatewayKind, TencentReply, TencentTaken};
use fupin_kernel::{Json, NoContent, Path, Result};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;
use crate::receipts::SignedBody;

pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(take_reply).service(take_aliyun_replies).service(take_tencent_reply);
}

/// Take a reply from a phone
#[utoipa::path(
    tag = "notify", operation_id = "take_reply",
    params(
        ("gateway" = GatewayKind, Path),
        ("X-Fupin-Timestamp" = String, Header, description = "Seconds since 1970; five minutes off at most"),
        ("X-Fupin-Signature" = String, Header, description = "HMAC-SHA256 over `<timestamp>.<body>`, hexadecimal"),
    ),
    request_body = CarrierReply,
    responses((status = 204))
)]
#[post("/replies/{gateway}")]
async fn take_reply(permit: Permit<Anyone>, gateway: Path<GatewayKind>, signed: SignedBody) -> Result<NoContent> {
    actions::take_reply(&permit, gateway.0, signed).await.map(|()| NoContent)
}

/// Take replies from phones by 阿里云 (SmsUp)
#[utoipa::path(
    tag = "notify", operation_id = "take_aliyun_replies",
    params(("token" = String, Path, description = "The end of the address that the carrier was told")),
    request_body = Vec<AliyunReply>,
    responses((status = 200, body = AliyunTaken))
)]
#[post("/replies/aliyun/{token}")]
async fn take_aliyun_replies(
    permit: Permit<Anyone>,
    token: Path<String>,
    signed: SignedBody,
) -> Result<Json<AliyunTaken>> {
    actions::take_aliyun_replies(&permit, &token.0, &signed.body).await.map(Json)
}

/// Take a reply from a phone by 腾讯云
#[utoipa::path(
    tag = "notify", operation_id = "take_tencent_reply",
    params(("token" = String, Path, description = "The end of the address that the carrier was told")),
    request_body = TencentReply,
    responses((status = 200, body = TencentTaken))
)]
#[post("/replies/tencent/{token}")]
async fn take_tencent_reply(
    permit: Permit<Anyone>,
    token: Path<String>,
    signed: SignedBody,
) -> Result<Json<TencentTaken>> {
    actions::take_tencent_reply(&permit, &token.0, &signed.body).await.map(Json)
}
