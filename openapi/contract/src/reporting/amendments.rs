//! Amending a running task: its deadline, its units, a form of it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::Task;
use crate::{FormId, ReportId, UnitId, access::check_line, units::UnitName};

/// Give a running task another deadline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetDeadline {
    pub deadline: NaiveDate,
    #[validate(length(min = 1, max = 200), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub reason: String,
}

/// Add units to a running task, or take some out of it; each stands for all of the filling level below it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeUnits {
    #[validate(length(max = 200))]
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    #[serde(default)]
    pub add: Vec<UnitId>,
    /// Their reports become void.
    #[validate(length(max = 200))]
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    #[serde(default)]
    pub remove: Vec<UnitId>,
    #[validate(length(min = 1, max = 200), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub reason: String,
}

/// What changing the units did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnitsChanged {
    pub task: Task,
    /// Reports that are expected now and were not before.
    pub added: i64,
    /// Of the units that were to be added, reports that were expected already, here or in another task.
    pub already_expected: i64,
    /// Reports that count no more.
    pub void: i64,
}

/// Put a corrected version of a form in the place of the one that a task was issued with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CorrectForm {
    /// The corrected version: of the same code as a form of the task, and newer.
    pub form: FormId,
    #[validate(length(min = 1, max = 200), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub reason: String,
}

/// What correcting a form did to the reports in hand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FormCorrected {
    pub task: Task,
    /// Reports that follow the new version, and those of them that had content.
    pub reports: i64,
    pub with_content: i64,
    /// Cells that have no place in the new version, with how many reports had them filled; the history keeps them.
    pub aside: Vec<AsideCell>,
    /// Submitted reports that break a hard rule now and went back to the clerk.
    pub returned: i64,
    /// The first fifty of them.
    pub broken: Vec<BrokenReport>,
}

/// A cell that was kept aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AsideCell {
    pub key: String,
    /// Row and column as the form before had them.
    pub label: String,
    pub reports: i64,
}

/// A report that went back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BrokenReport {
    pub report_id: ReportId,
    pub unit: UnitName,
    /// The rule, in the words of the form.
    pub reason: String,
}
