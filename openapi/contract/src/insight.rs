//! What waits for the caller, and what the caller can jump to.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

/// What is to be done with a todo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TodoKind {
    FillReport,
    MendReport,
    ReviewReport,
    /// A change of what is kept of a household.
    ReviewChange,
}

/// One thing that waits for the caller.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Todo {
    pub kind: TodoKind,
    /// The report or the change that waits.
    pub object_id: String,
    /// The form's title; of a change, by whose name the household goes.
    pub title: String,
    pub unit_name: String,
    /// Of a change the month in which it was proposed.
    pub period: crate::Period,
    /// Since when it waits.
    pub since: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    pub overdue: bool,
    /// In whose place the caller would act; absent where it is the caller's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
}

/// The caller's todos: how many there are, and the first of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TodoList {
    pub count: i64,
    pub overdue: i64,
    /// Soonest due first, at most two hundred.
    pub items: Vec<Todo>,
}

/// What to look for.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct SearchFilter {
    #[validate(length(min = 1, max = 50))]
    #[cfg_attr(feature = "openapi", param(min_length = 1, max_length = 50))]
    pub q: String,
}

/// What a hit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HitKind {
    Unit,
    Form,
    Task,
    Report,
}

/// One thing that the caller can jump to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hit {
    pub kind: HitKind,
    pub object_id: String,
    pub title: String,
    /// Where it lies: a path of units, a period.
    pub place: String,
}
