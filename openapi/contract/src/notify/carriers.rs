//! What carriers send and how they are answered, in their own words. They add fields as they like: unknown ones are
//! passed over here, and here alone.

use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::Phone;

/// 阿里云's word on a message (SmsReport); they come as an array.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AliyunReceipt {
    pub success: bool,
    /// `DELIVERED`, or why not.
    #[serde(default)]
    pub err_code: String,
    /// The carrier's number of the message.
    #[serde(default)]
    pub biz_id: String,
    /// The id that we gave the message.
    #[serde(default)]
    pub out_id: String,
}

/// A reply that 阿里云 passes on (SmsUp); they come as an array.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AliyunReply {
    pub phone_number: String,
    pub content: String,
}

/// How 阿里云 is told that what it sent has been taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AliyunTaken {
    /// Nothing is wrong.
    pub code: i32,
    pub msg: String,
}

/// 腾讯云's word on a message; they come as an array.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TencentReceipt {
    /// `SUCCESS` or `FAIL`.
    pub report_status: String,
    /// `DELIVRD`, or why not.
    #[serde(default)]
    pub errmsg: String,
    /// The carrier's number of the message.
    pub sid: String,
}

/// A reply that 腾讯云 passes on, one by one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TencentReply {
    pub mobile: String,
    pub text: String,
}

/// How 腾讯云 is told that what it sent has been taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TencentTaken {
    /// Nothing is wrong.
    pub result: i32,
    pub errmsg: String,
}

/// A reply that the HTTP hook passes on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CarrierReply {
    pub phone: Phone,
    #[validate(length(max = 1000))]
    #[cfg_attr(feature = "openapi", schema(max_length = 1000))]
    pub text: String,
}

impl AliyunTaken {
    /// Everything was taken.
    #[must_use]
    pub fn all() -> Self {
        Self { code: 0, msg: "接收成功".to_owned() }
    }
}

impl TencentTaken {
    /// Everything was taken.
    #[must_use]
    pub fn all() -> Self {
        Self { result: 0, errmsg: "OK".to_owned() }
    }
}
