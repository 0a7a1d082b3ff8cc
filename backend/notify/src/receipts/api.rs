//! The operations that carriers call.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, post};
use fupin_access::{Permit, permit::Anyone};
use fupin_contract::notify::{AliyunReceipt, AliyunTaken, GatewayKind, Receipt, TencentReceipt, TencentTaken};
use fupin_kernel::{Error, Json, NoContent, Path, Result, extract::read_body};
use utoipa_actix_web::service_config::ServiceConfig;

use super::actions;

pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(take_receipt).service(take_aliyun_receipts).service(take_tencent_receipts);
}

/// What a carrier sends, as it came; the headers are empty where it cannot sign.
#[derive(Debug)]
pub struct SignedBody {
    pub timestamp: String,
    pub signature: String,
    pub body: Vec<u8>,
}

/// Take the carrier's word on a message
#[utoipa::path(
    tag = "notify", operation_id = "take_receipt",
    params(
        ("gateway" = GatewayKind, Path),
        ("X-Fupin-Timestamp" = String, Header, description = "Seconds since 1970; five minutes off at most"),
        ("X-Fupin-Signature" = String, Header, description = "HMAC-SHA256 over `<timestamp>.<body>`, hexadecimal"),
    ),
    request_body = Receipt,
    responses((status = 204))
)]
#[post("/receipts/{gateway}")]
async fn take_receipt(permit: Permit<Anyone>, gateway: Path<GatewayKind>, signed: SignedBody) -> Result<NoContent> {
    actions::take_receipt(&permit, gateway.0, signed).await.map(|()| NoContent)
}

/// Take 阿里云's words on messages (SmsReport)
#[utoipa::path(
    tag = "notify", operation_id = "take_aliyun_receipts",
    params(("token" = String, Path, description = "The end of the address that the carrier was told")),
    request_body = Vec<AliyunReceipt>,
    responses((status = 200, body = AliyunTaken))
)]
#[post("/receipts/aliyun/{token}")]
async fn take_aliyun_receipts(
    permit: Permit<Anyone>,
    token: Path<String>,
    signed: SignedBody,
) -> Result<Json<AliyunTaken>> {
    actions::take_aliyun_receipts(&permit, &token.0, &signed.body).await.map(Json)
}

/// Take 腾讯云's words on messages
#[utoipa::path(
    tag = "notify", operation_id = "take_tencent_receipts",
    params(("token" = String, Path, description = "The end of the address that the carrier was told")),
    request_body = Vec<TencentReceipt>,
    responses((status = 200, body = TencentTaken))
)]
#[post("/receipts/tencent/{token}")]
async fn take_tencent_receipts(
    permit: Permit<Anyone>,
    token: Path<String>,
    signed: SignedBody,
) -> Result<Json<TencentTaken>> {
    actions::take_tencent_receipts(&permit, &token.0, &signed.body).await.map(Json)
}

impl FromRequest for SignedBody {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let header = |name: &str| {
            let value = request.headers().get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let (timestamp, signature) = (header("X-Fupin-Timestamp"), header("X-Fupin-Signature"));
        let payload = payload.take();
        Box::pin(async move { Ok(Self { timestamp, signature, body: read_body(payload).await?.to_vec() }) })
    }
}
