//! The words for what people are told, with `{{names}}` for what varies.

use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

/// Where words appear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TemplateChannel {
    /// On a phone.
    Message,
    /// In the application.
    Notice,
    /// In a mailbox: a subject, and a text of several lines.
    Mail,
}

impl TemplateChannel {
    pub const ALL: [Self; 3] = [Self::Message, Self::Mail, Self::Notice];

    /// The name in storage and in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Notice => "notice",
            Self::Mail => "mail",
        }
    }
}

/// The words for an event on a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MessageTemplate {
    /// `reporting.task_issued`; with `.many` where several things are told together.
    pub event: String,
    pub channel: TemplateChannel,
    /// Of a mail; empty elsewhere.
    #[serde(default)]
    pub subject: String,
    pub body: String,
    /// What it may ask for.
    pub facts: Vec<String>,
}

/// All words in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MessageTemplates {
    pub items: Vec<MessageTemplate>,
}

/// Change the words for an event on a channel.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetTemplate {
    /// Of a mail.
    #[validate(length(min = 1, max = 100), custom(function = "check_words"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// One line, but in a mail.
    #[validate(length(min = 1, max = 500), custom(function = "check_text"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub body: String,
}

/// Words that are not in force yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct PreviewTemplate {
    #[validate(length(min = 1, max = 100))]
    #[cfg_attr(feature = "openapi", param(min_length = 1, max_length = 100))]
    pub event: String,
    /// Absent: as on a phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub channel: Option<TemplateChannel>,
    #[validate(length(min = 1, max = 100), custom(function = "check_words"))]
    #[cfg_attr(feature = "openapi", param(min_length = 1, max_length = 100))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    #[validate(length(min = 1, max = 500), custom(function = "check_text"))]
    #[cfg_attr(feature = "openapi", param(min_length = 1, max_length = 500))]
    pub body: String,
}

/// What they would look like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TemplatePreview {
    /// Of a mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Filled with what somebody made up might be told; of a mail with what stands below each.
    pub text: String,
    pub characters: i64,
    /// How many texts a carrier counts it as; of no account in the application.
    pub segments: i32,
}

/// Lines that say something.
fn check_text(text: &str) -> Result<(), ValidationError> {
    crate::access::check_line(&text.replace('\n', " "))
}

/// One line that says something.
fn check_words(text: &str) -> Result<(), ValidationError> {
    crate::access::check_line(text)
}
