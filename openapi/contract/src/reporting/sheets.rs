//! A report as a spreadsheet: what an upload did, and exports of many at once.

use chrono::{DateTime, Utc};
use fupin_form::Cell;
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::CellConflict;
use crate::{ExportId, Fault, FormId, Period, TaskId, UnitId, units::UnitName};

/// The largest spreadsheet that may be uploaded, in bytes.
pub const MOST_SHEET_BYTES: u64 = 10 * 1024 * 1024;

/// What a spreadsheet is called on the wire.
pub const SHEET_MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// How to take an upload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct UploadSheet {
    /// Only say what it would do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
}

/// What an upload did, or would do. Good cells are kept whatever befell the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UploadedSheet {
    pub dry_run: bool,
    /// The report's version after it.
    pub version: i32,
    /// Cells that have another content now.
    pub changed: Vec<SheetChange>,
    /// Cells of the file that say what the report says already.
    pub unchanged: i64,
    /// Cells that cannot be read or whose content the form does not allow; not kept.
    pub rejected: Vec<SheetRejection>,
    /// Cells that somebody else changed since the file was downloaded; not kept.
    pub conflicts: Vec<SheetConflict>,
    /// Cells that were read although they were not quite what was asked for.
    pub notes: Vec<SheetNote>,
}

/// Where something stands in the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SheetPlace {
    pub sheet: String,
    /// As `C7`.
    pub cell: String,
    /// The key of the form's cell, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// A cell before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SheetChange {
    pub at: SheetPlace,
    pub old: Cell,
    pub new: Cell,
}

/// A cell that was not kept, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SheetRejection {
    pub at: SheetPlace,
    /// What stands there in the file.
    pub typed: String,
    pub fault: Fault,
}

/// A cell that somebody else changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SheetConflict {
    pub at: SheetPlace,
    pub mine: Cell,
    pub theirs: CellConflict,
}

/// A cell that was read after a little mending.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SheetNote {
    pub at: SheetPlace,
    pub note: Fault,
}

/// Order an export of all reports of one form of a task, below one unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OrderExport {
    pub form: FormId,
    /// Absent, the top of the caller's scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
}

/// Where an export stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExportState {
    Queued,
    Running,
    /// The file can be fetched until it expires.
    Done,
    Failed,
    Cancelled,
    /// The file is gone.
    Expired,
}

impl ExportState {
    /// Whether it is still to be waited for.
    #[must_use]
    pub fn is_under_way(self) -> bool {
        match self {
            Self::Queued | Self::Running => true,
            Self::Done | Self::Failed | Self::Cancelled | Self::Expired => false,
        }
    }
}

/// A file of many spreadsheets that somebody ordered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Export {
    pub id: ExportId,
    pub task_id: TaskId,
    pub task_title: String,
    pub period: Period,
    pub form_id: FormId,
    pub form_title: String,
    pub unit: UnitName,
    pub state: ExportState,
    /// Spreadsheets that it will hold, and those that it holds so far.
    pub total: i64,
    pub written: i64,
    /// Of the file, once it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<i64>,
    pub ordered_at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<DateTime<Utc>>,
    /// From when on the file is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
    /// The server's clock at which this was right.
    pub as_of: DateTime<Utc>,
}

impl UploadedSheet {
    /// Whether it changed nothing and found nothing wrong.
    #[must_use]
    pub fn says_nothing_new(&self) -> bool {
        self.changed.is_empty() && self.rejected.is_empty() && self.conflicts.is_empty()
    }
}
