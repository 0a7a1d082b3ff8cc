//! How well units keep their deadlines and fill their forms.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{Period, UnitId, units::Level, units::UnitName};

/// The most months that a sheet spans.
pub const MOST_DISCIPLINE_MONTHS: i32 = 12;

/// Which sheet: months, and a line for each unit of a level.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct DisciplineFilter {
    /// The first month.
    pub from: Period,
    /// The last month.
    pub until: Period,
    /// A line for each unit of this level, by today's tree.
    #[cfg_attr(feature = "openapi", param(inline))]
    pub level: Level,
    /// At or below this unit; absent, the top of the caller's scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
}

/// Units ranked by how they report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Discipline {
    pub unit: UnitName,
    pub from: Period,
    pub until: Period,
    pub points: DisciplinePoints,
    /// The best first.
    pub rows: Vec<DisciplineRow>,
    pub as_of: DateTime<Utc>,
}

/// What each shortcoming costs, as decimals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DisciplinePoints {
    /// A day of lateness of one report.
    pub late_day: String,
    pub returned: String,
    /// A cell that was mended after a return.
    pub error: String,
}

/// One unit's line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DisciplineRow {
    /// Units of the same score share a rank.
    pub rank: i64,
    pub unit: UnitName,
    pub expected: i64,
    pub submitted: i64,
    /// Reports that were first handed over after the deadline, or are owed after it.
    pub late: i64,
    pub late_days: i64,
    pub returns: i64,
    pub errors: i64,
    /// What is taken off, for each expected report.
    pub taken_off: String,
    /// A hundred, less what is taken off; never below zero.
    pub score: String,
}
