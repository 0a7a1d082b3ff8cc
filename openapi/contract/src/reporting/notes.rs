//! What people say of single cells of a report: a short thread, a flag to follow up, files; and when they said it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::Attachment;
use crate::{AttachmentId, access::check_line};

/// The most comments on one cell, and the most flags of one report.
pub const MOST_COMMENTS: i64 = 30;
pub const MOST_FLAGS: i64 = 200;

/// What is said of the cells of a report, by cell key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReportNotes {
    pub cells: BTreeMap<String, CellNotes>,
    /// Of the whole report, the oldest first.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
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
    /// The oldest first.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
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

/// Something that was said of a report, or of one of its cells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HistoryNote {
    /// The report's version when it was said: it follows the entry that made this version.
    pub version: i32,
    pub at: DateTime<Utc>,
    pub by: String,
    pub kind: NoteKind,
    /// Absent, the whole report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// The words of a comment, the name of a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The file, as long as it can be fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<AttachmentId>,
}

/// In which way something was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    Commented,
    Flagged,
    /// The flag was taken off.
    Unflagged,
    Attached,
    /// A file was taken away by whoever had attached it.
    Removed,
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
