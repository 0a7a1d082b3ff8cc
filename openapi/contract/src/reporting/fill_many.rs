//! What a clerk of a town sends and hears who fills the reports of many villages side by side.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{RefusedReport, ReportSummary};
use crate::{Cursor, FormId, ReportId, UnitId};

/// The most reports that one call brings with all their content.
pub const MOST_CONTENTS: u16 = 50;

/// Which reports of a task to read with all their content: those that the caller may fill, in the order of the units.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ContentFilter {
    pub form: FormId,
    /// Reports of this unit and of all below it, by today's tree; absent, all within the caller's scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Cursor>,
    #[validate(range(min = 1, max = 50))]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 50))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u16>,
}

/// Submit many reports, each as it was saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SubmitMany {
    /// One that is named twice counts once.
    #[validate(length(min = 1, max = 50), nested)]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 50))]
    pub reports: Vec<SubmitOne>,
}

/// One of many reports to be submitted, in the version that the caller saw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SubmitOne {
    pub id: ReportId,
    #[validate(range(min = 0))]
    #[cfg_attr(feature = "openapi", schema(minimum = 0))]
    pub version: i32,
    /// Typed reasons for soft rules, by rule.
    #[validate(length(max = 200))]
    #[cfg_attr(feature = "openapi", schema(schema_with = super::explanations_schema, required = false))]
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub explanations: BTreeMap<String, String>,
}

/// What submitting many did. Whatever befell some, the others were handed over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SubmittedReports {
    pub done: Vec<ReportSummary>,
    pub refused: Vec<RefusedReport>,
}
