//! Messages to phones and mailboxes, notices in the application, gateways and their receipts.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{Cursor, MessageId, NoticeId, Period, UnitId, access::check_line};

mod carriers;
mod choices;
mod gateways;
mod limits;
mod mail;
mod templates;

pub use carriers::{AliyunReceipt, AliyunReply, AliyunTaken, CarrierReply, TencentReceipt, TencentReply, TencentTaken};
pub use choices::{MessageChoice, MessageChoices, SetMessageChoices};
pub use gateways::{
    AliyunGateway, CarrierParam, CarrierTemplate, GatewayKind, GatewaySettings, HttpGateway, HttpHeader, TencentGateway,
};

pub use limits::{
    GatewayPrice, HoldReason, MessageCosts, MessageHold, MessageLimits, MonthCost, QuietHours, ReplyCounts,
    minute_of_day,
};
pub use mail::{MailSecurity, MailServer, MailSettings, MailTrial, MailTrialOutcome, MessageChannel};
pub use templates::{
    MessageTemplate, MessageTemplates, PreviewTemplate, SetTemplate, TemplateChannel, TemplatePreview,
};

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    Queued,
    /// Committed before the gateway is called.
    Sending,
    /// The carrier has it. For mail this is the end: nobody says whether it was delivered.
    Accepted,
    Delivered,
    Failed,
    /// The gateway was called and nobody knows whether it took the message; never sent again blindly.
    Unknown,
}

/// One text to one phone, or one mail to one address, as the message log shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message {
    pub id: MessageId,
    pub created_at: DateTime<Utc>,
    pub state: MessageState,
    pub changed_at: DateTime<Utc>,
    pub channel: MessageChannel,
    pub recipient_name: String,
    /// `138****5678`, or `z***@hainan.gov.cn`.
    pub address: String,
    /// Of a mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    pub text: String,
    /// How many texts the carrier counts it as.
    pub segments: i32,
    pub gateway: String,
    /// The gateway's own code, verbatim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway_code: Option<String>,
    pub attempts: i32,
    /// It waits, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<MessageHold>,
}

/// Which messages to list; newest first.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct MessageFilter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub state: Option<MessageState>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub channel: Option<MessageChannel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub gateway: Option<GatewayKind>,
    /// The local month in which it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month: Option<Period>,
    /// To people of this unit and of all below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Cursor>,
    #[validate(range(min = 1, max = 200))]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 200))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u16>,
}

/// What a person decides about a message whose fate is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum UnknownDecision {
    /// The carrier was asked: it was delivered.
    Delivered,
    /// It did not go out and shall not.
    Failed,
    /// It did not go out; send it once more.
    SendAgain,
}

/// Settle a message whose fate is unknown.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SettleMessage {
    pub decision: UnknownDecision,
    #[validate(length(min = 1, max = 200), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub reason: String,
}

/// An in-app line for the caller.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Notice {
    pub id: NoticeId,
    pub at: DateTime<Utc>,
    pub text: String,
    /// The page that it speaks of.
    pub link: String,
    pub read: bool,
}

/// The caller's latest notices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoticeList {
    pub unread: i64,
    /// Newest first, at most fifty.
    pub items: Vec<Notice>,
}

/// Mark notices up to one as read.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReadNotices {
    pub up_to: NoticeId,
}

/// The carrier's word on a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The id that we gave the message.
    pub message_id: MessageId,
    pub outcome: ReceiptOutcome,
    /// The carrier's own code, kept verbatim.
    #[validate(length(max = 100))]
    #[cfg_attr(feature = "openapi", schema(max_length = 100))]
    #[serde(default)]
    pub code: String,
}

/// What the carrier says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReceiptOutcome {
    Accepted,
    Delivered,
    Failed,
}

/// A message as the sandbox keeps it: what a phone would show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SandboxMessage {
    pub id: MessageId,
    pub at: DateTime<Utc>,
    pub recipient_name: String,
    pub phone: String,
    pub text: String,
    pub state: MessageState,
}

/// Which sandbox messages to list; newest first.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct SandboxFilter {
    /// Part of a recipient's name, of the phone or of the text.
    #[validate(length(min = 1, max = 50))]
    #[cfg_attr(feature = "openapi", param(min_length = 1, max_length = 50))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Cursor>,
}
