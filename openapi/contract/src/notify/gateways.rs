//! What carries messages, and how it is configured. Secrets are written and never read back.

use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::access::check_line;

/// How messages leave the house.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GatewaySettings {
    pub kind: GatewayKind,
    /// Of the HTTP hook; kept, and not used, while another gateway is in force, as are the others.
    #[validate(nested)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<HttpGateway>,
    #[validate(nested)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aliyun: Option<AliyunGateway>,
    #[validate(nested)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tencent: Option<TencentGateway>,
}

/// Which gateway carries messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum GatewayKind {
    /// Keeps messages, produces receipts, shows them on a page; nothing leaves the house.
    Sandbox,
    /// Calls a configured address for each message.
    Http,
    /// 阿里云短信服务 (Dysmsapi 2017-05-25).
    Aliyun,
    /// 腾讯云短信 (SMS 2021-01-11).
    Tencent,
}

impl GatewayKind {
    pub const ALL: [Self; 4] = [Self::Sandbox, Self::Http, Self::Aliyun, Self::Tencent];

    /// The name in storage and in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Http => "http",
            Self::Aliyun => "aliyun",
            Self::Tencent => "tencent",
        }
    }
}

impl GatewaySettings {
    /// A kind alone, with nothing configured.
    #[must_use]
    pub fn of(kind: GatewayKind) -> Self {
        Self { kind, http: None, aliyun: None, tencent: None }
    }
}

/// A configurable hook: address, headers, body template and signature.
#[derive(Clone, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HttpGateway {
    #[validate(length(min = 8, max = 500))]
    #[cfg_attr(feature = "openapi", schema(min_length = 8, max_length = 500))]
    pub url: String,
    #[validate(length(max = 20), nested)]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    #[serde(default)]
    pub headers: Vec<HttpHeader>,
    /// JSON with `{{id}}`, `{{phone}}` and `{{text}}`, each replaced by a JSON string.
    #[validate(length(min = 2, max = 4000))]
    #[cfg_attr(feature = "openapi", schema(min_length = 2, max_length = 4000))]
    pub body: String,
    /// Signs each call and its receipts (HMAC-SHA256); written, never read back: a reading shows it empty,
    /// and writing it empty keeps the one in force.
    #[validate(length(max = 200))]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    #[serde(default)]
    pub secret: String,
}

/// One header of the hook.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HttpHeader {
    #[validate(length(min = 1, max = 100))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub name: String,
    #[validate(length(max = 500))]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub value: String,
}

/// 阿里云短信服务. It knows no free text: each event names a template that the carrier has approved.
#[derive(Clone, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AliyunGateway {
    /// `https://dysmsapi.aliyuncs.com`, unless the region has its own.
    #[validate(length(min = 8, max = 200))]
    #[cfg_attr(feature = "openapi", schema(min_length = 8, max_length = 200))]
    pub endpoint: String,
    #[validate(length(min = 1, max = 100), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub access_key_id: String,
    /// Written, never read back; written empty, the one in force stays.
    #[validate(length(max = 200))]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    #[serde(default)]
    pub access_key_secret: String,
    /// 短信签名, as the carrier approved it.
    #[validate(length(min = 1, max = 50), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 50))]
    pub sign_name: String,
    #[validate(length(max = 100), nested)]
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    #[serde(default)]
    pub templates: Vec<CarrierTemplate>,
    /// The end of the address that the carrier sends receipts to, which it cannot sign. Made by the server, and read to
    /// be told to the carrier; written as anything else than what it is, it is made anew.
    #[validate(length(max = 100))]
    #[cfg_attr(feature = "openapi", schema(max_length = 100))]
    #[serde(default)]
    pub receipt_token: String,
}

/// 腾讯云短信. Like 阿里云, it sends approved templates; their parameters have places instead of names.
#[derive(Clone, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TencentGateway {
    /// `https://sms.tencentcloudapi.com`.
    #[validate(length(min = 8, max = 200))]
    #[cfg_attr(feature = "openapi", schema(min_length = 8, max_length = 200))]
    pub endpoint: String,
    /// `ap-guangzhou`, for example.
    #[validate(length(min = 1, max = 50), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 50))]
    pub region: String,
    #[validate(length(min = 1, max = 100), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub secret_id: String,
    /// Written, never read back; written empty, the one in force stays.
    #[validate(length(max = 200))]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    #[serde(default)]
    pub secret_key: String,
    /// SmsSdkAppId, of the console's application.
    #[validate(length(min = 1, max = 50), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 50))]
    pub app_id: String,
    /// 短信签名, as the carrier approved it.
    #[validate(length(min = 1, max = 50), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 50))]
    pub sign_name: String,
    #[validate(length(max = 100), nested)]
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    #[serde(default)]
    pub templates: Vec<CarrierTemplate>,
    /// As that of 阿里云.
    #[validate(length(max = 100))]
    #[cfg_attr(feature = "openapi", schema(max_length = 100))]
    #[serde(default)]
    pub receipt_token: String,
}

/// Which of the carrier's templates tells of an event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CarrierTemplate {
    /// `reporting.task_issued.many`.
    #[validate(length(min = 1, max = 100))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub event: String,
    /// The carrier's number of the template.
    #[validate(length(min = 1, max = 50), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 50))]
    pub code: String,
    /// In the order of the template.
    #[validate(length(max = 20), nested)]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    #[serde(default)]
    pub params: Vec<CarrierParam>,
}

/// What stands in a place of a carrier's template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CarrierParam {
    /// The carrier's name of the place; where places have numbers, their order counts.
    #[validate(length(min = 1, max = 50), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 50))]
    pub name: String,
    /// Our name of what is put there: `count`.
    #[validate(length(min = 1, max = 50))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 50))]
    pub fact: String,
}

impl AliyunGateway {
    pub const ENDPOINT: &'static str = "https://dysmsapi.aliyuncs.com";
}

impl TencentGateway {
    pub const ENDPOINT: &'static str = "https://sms.tencentcloudapi.com";
    pub const REGION: &'static str = "ap-guangzhou";
}

impl std::fmt::Debug for HttpGateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpGateway").field("url", &self.url).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for AliyunGateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AliyunGateway").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for TencentGateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TencentGateway").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}
