//! Steering a running task: dunning, reminders, and the log of what was done to it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use crate::{FormId, UnitId, units::Level};

/// Which reports are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DunOf {
    /// Those whose deadline has passed.
    #[default]
    Overdue,
    /// All that have not been handed in.
    Unsubmitted,
}

/// Ask those who owe reports of a task for them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DunReports {
    pub of: DunOf,
    /// Only whoever owes this form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<FormId>,
    /// Only at or below this unit, by today's tree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
}

/// How many have been asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Dunned {
    /// Reports that are owed, and units that owe them.
    pub reports: i64,
    pub units: i64,
    /// People who are told now, each by one message of all that they owe.
    pub told: i64,
    /// People who were dunned for this task only a short while ago.
    pub resting: i64,
    /// Units for which nobody could be told.
    pub unreached: i64,
    /// How often the caller may dun today after this.
    pub left_today: i64,
}

/// The most days between a deadline and a reminder.
pub const MOST_REMINDER_DAYS: i16 = 30;

/// Set the days on which those who owe reports of a task are reminded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetReminders {
    /// Days from the deadline: before it negative, on it zero; absent, as the province has it; empty, never.
    #[validate(length(max = 10), custom(function = "check_reminder_days"))]
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<Vec<i16>>,
}

fn check_reminder_days(days: &[i16]) -> Result<(), ValidationError> {
    if days.iter().all(|day| day.unsigned_abs() <= MOST_REMINDER_DAYS.unsigned_abs()) {
        return Ok(());
    }
    Err(ValidationError::new("reminder_days"))
}

/// The days of reminding of a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reminders {
    /// Whether they are the task's own.
    pub own: bool,
    pub steps: Vec<ReminderStep>,
}

/// One day of reminding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReminderStep {
    /// Days from the deadline.
    pub day: i16,
    pub at: DateTime<Utc>,
    /// Levels whose reviewers hear of it as well.
    pub escalates_to: Vec<Level>,
    pub state: ReminderState,
}

/// Where a day of reminding stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReminderState {
    Ahead,
    Told,
    /// Had passed before it could be taken; nobody was told.
    PassedOver,
}

/// What was done to a task, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskLog {
    pub entries: Vec<TaskLogEntry>,
}

/// One line of a task's log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskLogEntry {
    pub at: DateTime<Utc>,
    /// Who did it; absent, the platform by the calendar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub act: TaskAct,
}

/// What was done to a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TaskAct {
    Issued { deadline: NaiveDate },
    Closed,
    Cancelled,
    Dunned { of: DunOf, told: i64, resting: i64 },
    Reminded { day: i16 },
    DeadlineSet { from: NaiveDate, to: NaiveDate },
    UnitsChanged { added: Vec<String>, removed: Vec<String>, expected: i64, void: i64 },
    FormCorrected { title: String, from: i32, to: i32, reports: i64, aside: Vec<String>, returned: i64 },
}
