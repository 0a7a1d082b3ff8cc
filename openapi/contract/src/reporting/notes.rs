//! What people say of single cells of a report: a short thread, and a flag to follow up.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::access::check_line;

/// The most comments on one cell, and the most flags of one report.
pub const MOST_COMMENTS: i64 = 30;
pub const MOST_FLAGS: i64 = 200;

/// What is said of the cells of a report, by cell key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportNotes {
    pub cells: BTreeMap<String, CellNotes>,
}

/// What is said of one cell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CellNotes {
    /// The oldest first.
    pub comments: Vec<CellComment>,
    /// Somebody will follow it up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<CellFlag>,
}

/// One word in a thread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CellComment {
    pub by: String,
    pub at: DateTime<Utc>,
    pub text: String,
}

/// Who flagged a cell, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CellFlag {
    pub by: String,
    pub at: DateTime<Utc>,
}

/// Say something of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CommentCell {
    #[validate(length(min = 1, max = 200))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub cell: String,
    #[validate(length(min = 1, max = 500), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub text: String,
}

/// Flag a cell to follow up, or take the flag off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FlagCell {
    #[validate(length(min = 1, max = 200))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub cell: String,
    pub flagged: bool,
}
