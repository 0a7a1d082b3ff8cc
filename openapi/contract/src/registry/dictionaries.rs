//! What the province keeps beside its catalogue: codes that nobody knew, and the lines of income.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{CodeGapId, Cursor, UnitId, access::check_line, units::UnitName};

/// A code that came in and that no dictionary knew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CodeGap {
    pub id: CodeGapId,
    pub dictionary: String,
    pub dictionary_title: String,
    /// Whose code it is; empty for the national tables.
    pub source: String,
    pub year: i16,
    pub typed: String,
    /// How many cells said so.
    pub seen: i64,
    pub last_seen_at: DateTime<Utc>,
    /// What somebody has said that it means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub means: Option<String>,
}

/// Which gaps to list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct CodeGapFilter {
    /// Those that have been answered instead.
    pub mapped: Option<bool>,
    #[validate(range(min = 1, max = 200))]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 200))]
    pub limit: Option<u16>,
    pub after: Option<Cursor>,
}

/// Say which of our codes is meant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MapCode {
    #[validate(custom(function = check_line), length(min = 1, max = 40))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 40, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")
    )]
    pub means: String,
}

/// Which line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// Below it a household is poor.
    Poverty,
    /// Below it a household is watched.
    Monitoring,
}

impl LineKind {
    pub const ALL: [Self; 2] = [Self::Poverty, Self::Monitoring];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Poverty => "poverty",
            Self::Monitoring => "monitoring",
        }
    }
}

/// Net income per capita that a year is measured by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IncomeLine {
    pub kind: LineKind,
    /// Where it holds; absent: the whole nation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitName>,
    pub year: i16,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub value: Decimal,
    /// The document that sets it.
    pub source: String,
    /// Somebody set it, and it can be removed; else the province's folder has it.
    pub by_hand: bool,
}

/// Set a line, or change it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetIncomeLine {
    pub kind: LineKind,
    pub unit_id: UnitId,
    #[validate(range(min = 2000, max = 2100))]
    #[cfg_attr(feature = "openapi", schema(minimum = 2000, maximum = 2100))]
    pub year: i16,
    /// Yuan, at most two decimals.
    #[validate(length(min = 1, max = 12))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 12, pattern = r"^[0-9]{1,9}(\.[0-9]{1,2})?$"))]
    pub value: String,
    #[validate(custom(function = check_line), length(min = 2, max = 200))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 2, max_length = 200, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")
    )]
    pub source: String,
}

/// Which line is to be removed: one that somebody set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct IncomeLinePlace {
    pub kind: LineKind,
    pub unit_id: UnitId,
    #[validate(range(min = 2000, max = 2100))]
    #[cfg_attr(feature = "openapi", param(minimum = 2000, maximum = 2100))]
    pub year: i16,
}
