//! Tasks that come again each month, quarter or year.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::FormSummary;
use crate::{FormId, Period, ScheduleId, TaskId, UnitId, access::check_line, units::Level, units::UnitName};

/// How often.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Every {
    #[default]
    Month,
    /// Under its last month.
    Quarter,
    /// Under December.
    Year,
}

/// How the deadline is counted in the month after the period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DueBy {
    /// The day of that number.
    #[default]
    Day,
    /// The working day of that number, by the State Council's calendar.
    WorkingDay,
}

/// When a schedule issues, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ScheduleRule {
    #[cfg_attr(feature = "openapi", param(inline))]
    pub every: Every,
    /// The day of the period's last month on which it is issued.
    #[validate(range(min = 1, max = 28))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 28), param(minimum = 1, maximum = 28))]
    pub issue_day: i16,
    #[cfg_attr(feature = "openapi", param(inline))]
    pub due: DueBy,
    #[validate(range(min = 1, max = 28))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 28), param(minimum = 1, maximum = 28))]
    pub due_number: i16,
    /// The first month that it is for, or any month of the first quarter or year.
    pub first: Period,
}

/// Let forms be issued again and again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateSchedule {
    /// The tasks are called by the period and this.
    #[validate(length(min = 1, max = 60), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 60))]
    pub title: String,
    /// Each task takes the newest version there is.
    #[validate(length(min = 1, max = 50))]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 50))]
    pub forms: Vec<FormId>,
    pub level: Level,
    pub unit: UnitId,
    #[validate(length(min = 1, max = 3))]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 3))]
    pub chain: Vec<Level>,
    #[validate(nested)]
    pub rule: ScheduleRule,
}

/// A schedule, and what it will do next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Schedule {
    pub id: ScheduleId,
    pub title: String,
    pub forms: Vec<FormSummary>,
    pub level: Level,
    pub unit: UnitName,
    pub chain: Vec<Level>,
    pub rule: ScheduleRule,
    pub paused: bool,
    pub created_by: String,
    /// The next three, as if it were not paused.
    pub next: Vec<PlannedIssue>,
    /// What it did last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<PastIssue>,
}

/// A task that is to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlannedIssue {
    pub period: Period,
    pub issues_on: NaiveDate,
    pub deadline: NaiveDate,
    /// The holidays of that month have not been confirmed.
    pub provisional: bool,
}

/// A period that a schedule has dealt with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PastIssue {
    pub period: Period,
    pub at: DateTime<Utc>,
    /// Absent where nothing was issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskId>,
    /// The code of the refusal, where there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}
