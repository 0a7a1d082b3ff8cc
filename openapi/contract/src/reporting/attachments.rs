//! Files beside a report and its cells: a photograph of a ledger, a scanned certificate.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{AttachmentId, access::check_line};

/// The largest file that is attached.
pub const MOST_ATTACHMENT_BYTES: u64 = 10 * 1024 * 1024;
/// Whatever a file is, it travels as bytes: what it is, its content tells.
pub const ATTACHMENT_MEDIA_TYPE: &str = "application/octet-stream";
/// What a file may be called at its end.
pub const ATTACHMENT_EXTENSIONS: [&str; 7] = ["jpg", "jpeg", "png", "webp", "pdf", "xlsx", "docx"];

/// What a file is attached to, and what it is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct AttachFile {
    /// With its ending, without a folder.
    #[validate(length(min = 1, max = 120), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", param(min_length = 1, max_length = 120))]
    pub name: String,
    /// The cell by its key; absent, the whole report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 200))]
    #[cfg_attr(feature = "openapi", param(min_length = 1, max_length = 200))]
    pub cell: Option<String>,
}

/// A file that somebody attached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Attachment {
    pub id: AttachmentId,
    pub name: String,
    pub bytes: i64,
    pub by: String,
    pub at: DateTime<Utc>,
    /// The caller attached it and may take it away now.
    pub removable: bool,
}
