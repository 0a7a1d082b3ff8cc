//! How much may be sent, when, and what it costs.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use super::GatewayKind;
use crate::Period;

/// What bounds the messages of the province; whatever is absent is not bounded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MessageLimits {
    #[validate(nested)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet: Option<QuietHours>,
    /// Events that are told at any hour: `reporting.report_returned`.
    #[validate(length(max = 50))]
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    #[serde(default)]
    pub urgent: Vec<String>,
    /// Messages to one number within a minute.
    #[validate(range(min = 1, max = 1000))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1000))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_minute: Option<i32>,
    #[validate(range(min = 1, max = 1000))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1000))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_hour: Option<i32>,
    #[validate(range(min = 1, max = 1000))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1000))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_day: Option<i32>,
    /// Mails to one address within a day. Quiet hours and the budget are for SMS alone.
    #[validate(range(min = 1, max = 1000))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1000))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail_per_day: Option<i32>,
    /// Segments that the province may pay for in a month; the rest is held until the next, or until this is raised.
    #[validate(range(min = 1, max = 100_000_000))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 100000000))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monthly_segments: Option<i32>,
    #[validate(length(max = 10), nested)]
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    #[serde(default)]
    pub prices: Vec<GatewayPrice>,
}

/// Hours of the local day in which no phone rings; they may span midnight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "check_hours"))]
pub struct QuietHours {
    /// `21:30`.
    #[validate(custom(function = "check_time"))]
    #[cfg_attr(feature = "openapi", schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$"))]
    pub from: String,
    #[validate(custom(function = "check_time"))]
    #[cfg_attr(feature = "openapi", schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$"))]
    pub until: String,
}

/// Read `HH:MM` as minutes since midnight.
#[must_use]
pub fn minute_of_day(text: &str) -> Option<u32> {
    let (hour, minute) = text.split_once(':')?;
    let read = |part: &str, below: u32| {
        let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<u32>().ok().filter(|number| digits && *number < below)
    };
    Some(read(hour, 24)? * 60 + read(minute, 60)?)
}

fn check_time(text: &str) -> Result<(), ValidationError> {
    minute_of_day(text).map(|_| ()).ok_or_else(|| ValidationError::new("time"))
}

fn check_hours(hours: &QuietHours) -> Result<(), ValidationError> {
    if hours.from == hours.until { Err(ValidationError::new("hours_equal")) } else { Ok(()) }
}

/// What a gateway takes for one segment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GatewayPrice {
    pub gateway: GatewayKind,
    /// `0.045`.
    #[validate(custom(function = "check_price"))]
    #[serde(with = "rust_decimal::serde::str")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[0-9]{1,3}([.][0-9]{1,4})?$"))]
    pub yuan: Decimal,
}

fn check_price(price: &Decimal) -> Result<(), ValidationError> {
    let whole = price.is_sign_negative() || price.scale() > 4 || *price >= Decimal::from(1000);
    if whole { Err(ValidationError::new("price")) } else { Ok(()) }
}

/// Why a message waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// It is night.
    Quiet,
    /// The number, or the address, has had its fill.
    Number,
    /// The month's budget is spent.
    Budget,
}

/// A message waits, and until when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MessageHold {
    pub until: DateTime<Utc>,
    pub reason: HoldReason,
}

/// What messages cost, by month and gateway, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MessageCosts {
    /// Of the last twelve months in which anything was sent.
    pub items: Vec<MonthCost>,
    /// Segments that have gone out this month.
    pub segments_this_month: i64,
    /// What may go out in a month.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub monthly_segments: Option<i32>,
    /// Messages that wait for the next month, or for a larger budget.
    pub held_for_budget: i64,
    pub replies: ReplyCounts,
}

/// One gateway's month.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MonthCost {
    pub month: Period,
    /// The gateway's name in the message log.
    pub gateway: String,
    pub messages: i64,
    pub segments: i64,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub yuan: Decimal,
}

/// What came back from phones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReplyCounts {
    /// Said 「1」 and marked notices as read.
    pub read: i64,
    /// Said something else.
    pub other: i64,
    /// From numbers that no message went to.
    pub unknown: i64,
}

#[cfg(test)]
mod tests {
    use super::{Decimal, GatewayKind, GatewayPrice, MessageLimits, QuietHours, minute_of_day};
    use validator::Validate;

    #[test]
    fn a_time_is_two_digits_each() {
        assert_eq!(minute_of_day("21:30"), Some(1290));
        for text in ["24:00", "7:30", "07:60", "0730", "", "+7:30"] {
            assert_eq!(minute_of_day(text), None, "{text}");
        }
    }

    #[test]
    fn hours_that_are_no_hours_and_prices_that_are_no_prices_are_refused() {
        let hours = |from: &str, until: &str| MessageLimits {
            quiet: Some(QuietHours { from: from.into(), until: until.into() }),
            ..MessageLimits::default()
        };
        assert!(hours("21:30", "07:30").validate().is_ok());
        assert!(hours("21:30", "21:30").validate().is_err());
        assert!(hours("9", "21:30").validate().is_err());
        for (price, fits) in [("0", true), ("0.045", true), ("-0.1", false), ("0.00001", false), ("1000", false)] {
            let yuan: Decimal = price.parse().unwrap();
            assert_eq!(GatewayPrice { gateway: GatewayKind::Http, yuan }.validate().is_ok(), fits, "{price}");
        }
    }
}
