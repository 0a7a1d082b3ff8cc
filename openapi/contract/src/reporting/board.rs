//! The board as a matrix of units and forms, and one item over the months.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{FormSummary, TotalsOf};
use crate::{Period, UnitId, units::Level, units::UnitName};

/// Which matrix: of a task, for the units directly below one.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct MatrixFilter {
    /// Absent, the top of the caller's scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
}

/// How complete and how timely each unit is with each form of a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Matrix {
    pub unit: UnitName,
    pub path: Vec<UnitName>,
    pub forms: Vec<FormSummary>,
    /// Of all units together, in the order of the forms.
    pub whole: Vec<MatrixCell>,
    pub rows: Vec<MatrixRow>,
    /// The server's clock at which it was right.
    pub as_of: DateTime<Utc>,
}

/// One unit's line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MatrixRow {
    pub unit: UnitName,
    /// In the order of the forms.
    pub cells: Vec<MatrixCell>,
}

/// How far one unit has come with one form. On time ≤ submitted ≤ expected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MatrixCell {
    pub expected: i64,
    /// Handed over, whatever was approved.
    pub submitted: i64,
    /// Handed over before the deadline was over.
    pub on_time: i64,
    pub approved: i64,
    /// Not handed over, and the deadline is over.
    pub overdue: i64,
}

/// Which trend: one item of a form over some months, for all units of a level.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct TrendFilter {
    /// The form's code, whatever its version.
    #[validate(length(min = 1, max = 100))]
    #[cfg_attr(feature = "openapi", param(min_length = 1, max_length = 100))]
    pub form: String,
    /// The item's key.
    #[validate(length(min = 1, max = 200))]
    #[cfg_attr(feature = "openapi", param(min_length = 1, max_length = 200))]
    pub item: String,
    /// The last month.
    pub until: Period,
    /// How many months; absent, twelve.
    #[validate(range(min = 1, max = 24))]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 24))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months: Option<u32>,
    /// A line for each unit of this level, by today's tree.
    #[cfg_attr(feature = "openapi", param(inline))]
    pub level: Level,
    /// At or below this unit; absent, the top of the caller's scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub of: Option<TotalsOf>,
}

/// One item over some months.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Trend {
    pub unit: UnitName,
    pub form_title: String,
    /// Row and column of the item.
    pub label: String,
    /// What it is measured in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured_in: Option<String>,
    /// The first month first.
    pub periods: Vec<Period>,
    /// All units together, in the order of the months.
    pub whole: Vec<TrendValue>,
    pub rows: Vec<TrendRow>,
    pub as_of: DateTime<Utc>,
}

/// One unit's line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrendRow {
    pub unit: UnitName,
    /// In the order of the months.
    pub values: Vec<TrendValue>,
}

/// What an item came to in a month.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrendValue {
    /// A decimal or a date as text; absent where nobody has answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Reports that are expected, and those that count.
    pub expected: i64,
    pub counted: i64,
}
