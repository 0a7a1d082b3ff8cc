//! The audit trail as the audit administrator reads it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use validator::Validate;

use crate::{AccountId, AuditId, Cursor};

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AuditOutcome {
    Done,
    /// A rule, a right or a check said no.
    Refused,
    /// Something broke.
    Failed,
}

/// Who did what, when, from where, and how it ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditRow {
    pub id: AuditId,
    pub at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// In whose place the account acted: a user name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// For example `reporting.report_submitted`.
    pub event: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_id: Option<String>,
    pub outcome: AuditOutcome,
    /// The code of the refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    pub address: String,
    pub request_id: String,
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub detail: Map<String, Value>,
}

/// Which rows to read; newest first.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct AuditFilter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// The head of an event's name: `access.` or `reporting.report_submitted`.
    #[validate(length(min = 1, max = 100))]
    #[cfg_attr(feature = "openapi", param(min_length = 1, max_length = 100))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    #[validate(length(min = 1, max = 100))]
    #[cfg_attr(feature = "openapi", param(min_length = 1, max_length = 100))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// False leaves out what happens all day by itself: renewed sessions, and readings of this trail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routine: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Cursor>,
    #[validate(range(min = 1, max = 200))]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 200))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u16>,
}

/// What a verification of the trail found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditVerdict {
    /// Rows read, sealed and not yet sealed.
    pub rows: i64,
    pub segments: i64,
    /// Absent when the trail is whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breach: Option<AuditBreach>,
    /// The sealed head: keep it elsewhere to notice a tail that was cut off.
    pub head: String,
}

/// The first thing that is wrong with the trail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditBreach {
    pub kind: BreachKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audit_id: Option<AuditId>,
}

/// What was done to the trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BreachKind {
    RowChanged,
    RowMissing,
    RowInserted,
    RowsReordered,
    SegmentChanged,
    SegmentMissing,
    /// The trail ends before a head that was sealed earlier.
    TailCut,
}
