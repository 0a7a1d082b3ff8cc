//! What reviewers send and hear: returns of chosen cells, acts on many reports, approvals taken back, differences.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use fupin_form::Cell;
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError, ValidationErrors};

use super::ReportSummary;
use crate::{Faults, FormId, ReportId, TaskId, UnitId, access::check_line};

/// The longest remark on one returned cell.
const MOST_REMARK: usize = 200;

/// Send a report back: all of it, or chosen cells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReturnReport {
    #[validate(range(min = 0))]
    #[cfg_attr(feature = "openapi", schema(minimum = 0))]
    pub version: i32,
    #[validate(length(min = 1, max = 500), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub reason: String,
    /// The cells that are opened to the clerk, by key, each with a remark that may be empty; absent, all cells are.
    #[validate(length(max = 2000), custom(function = "check_remarks"))]
    #[cfg_attr(feature = "openapi", schema(schema_with = remarks_schema, required = false))]
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub cells: BTreeMap<String, String>,
}

fn check_remarks(remarks: &BTreeMap<String, String>) -> Result<(), ValidationError> {
    if remarks.values().any(|remark| remark.chars().count() > MOST_REMARK) {
        let mut fault = ValidationError::new("length");
        fault.add_param("max".into(), &MOST_REMARK);
        return Err(fault);
    }
    if remarks.values().any(|remark| remark.chars().any(char::is_control)) {
        return Err(ValidationError::new("blank"));
    }
    Ok(())
}

/// Take an approval back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RevokeApproval {
    #[validate(range(min = 0))]
    #[cfg_attr(feature = "openapi", schema(minimum = 0))]
    pub version: i32,
    #[validate(length(min = 1, max = 500), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub reason: String,
}

/// A report in the version that the caller saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SeenReport {
    pub id: ReportId,
    #[validate(range(min = 0))]
    #[cfg_attr(feature = "openapi", schema(minimum = 0))]
    pub version: i32,
}

/// Reports one by one; one that is named twice counts once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChosenReports {
    #[validate(length(min = 1, max = 5000), nested)]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 5000))]
    pub reports: Vec<SeenReport>,
}

/// All reports that wait for the caller and have done so, unchanged, since an instant of the server's clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WaitingReports {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<FormId>,
    /// Of this unit and of all below it, by today's tree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// What came or changed later is left alone.
    pub as_of: DateTime<Utc>,
}

/// Which reports an act on many is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReportSelection {
    Chosen(ChosenReports),
    Waiting(WaitingReports),
}

impl Validate for ReportSelection {
    fn validate(&self) -> Result<(), ValidationErrors> {
        match self {
            Self::Chosen(chosen) => ValidationErrors::merge(Ok(()), "chosen", chosen.validate()),
            Self::Waiting(waiting) => ValidationErrors::merge(Ok(()), "waiting", waiting.validate()),
        }
    }
}

/// Approve many reports for one's level of the chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ApproveMany {
    #[validate(nested)]
    pub which: ReportSelection,
}

/// Return many reports for the same reason.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReturnMany {
    #[validate(nested)]
    pub which: ReportSelection,
    #[validate(length(min = 1, max = 500), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub reason: String,
}

/// What an act on many reports did. Whatever befell some, the others were acted on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewedReports {
    pub done: Vec<ReportId>,
    pub refused: Vec<RefusedReport>,
}

/// A report that was left as it is, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RefusedReport {
    pub id: ReportId,
    /// As of a problem.
    pub code: String,
    /// What is wrong by cell or rule, where that is why.
    #[serde(default, skip_serializing_if = "Faults::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, Vec<crate::Fault>>))]
    pub faults: Faults,
    /// How it stands; absent where there is no such report for the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<ReportSummary>,
}

/// Of which reports to count those that wait for the caller.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct WaitingFilter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<FormId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
}

/// How many reports wait for the caller, and the instant of which that is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WaitingCount {
    pub count: i64,
    /// Send it back to act on these and on none that came later.
    pub as_of: DateTime<Utc>,
}

/// What a report is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Since {
    /// The submission before the one that is being reviewed; of a report with its clerk, the last one.
    #[default]
    Submission,
    /// The last approval, at whatever level, before the submission that is being reviewed.
    Approval,
}

/// Which differences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct DifferenceFilter {
    #[cfg_attr(feature = "openapi", param(inline))]
    pub since: Since,
}

/// What has changed in a report since a step of its history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Differences {
    /// The step that it is compared with; absent where there was none, and then nothing differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Step>,
    /// By cell key; computed cells as well.
    pub cells: BTreeMap<String, Difference>,
}

/// One step of a report's history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Step {
    /// The report's version after it.
    pub version: i32,
    pub at: DateTime<Utc>,
    pub by: String,
    /// In whose place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
}

/// A cell then and now, and the step that made it so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Difference {
    pub old: Cell,
    pub new: Cell,
    pub last: Step,
}

#[cfg(feature = "openapi")]
fn remarks_schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
    let remark = utoipa::openapi::ObjectBuilder::new()
        .schema_type(utoipa::openapi::schema::Type::String)
        .max_length(Some(MOST_REMARK));
    super::limited_map(remark.into(), 0, 2000)
}
