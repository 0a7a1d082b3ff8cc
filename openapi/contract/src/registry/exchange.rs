//! Tables in bulk: brought in from a file, checked row by row, taken or not, undone as a whole; taken out again.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use validator::Validate;

use crate::{Cursor, RegistryImportId, UnitId, access::check_line, units::UnitName};

/// The media types of what may be uploaded.
pub const CSV_MEDIA_TYPE: &str = "text/csv";
pub const GZIP_MEDIA_TYPE: &str = "application/gzip";
pub const ZIP_MEDIA_TYPE: &str = "application/zip";

/// The most bytes of a file as it is sent.
pub const MOST_IMPORT_BYTES: u64 = 512 * 1024 * 1024;
/// The most rows of a file with commas, and of a workbook.
pub const MOST_CSV_ROWS: usize = 1_000_000;
pub const MOST_WORKBOOK_ROWS: usize = 200_000;

/// Which table it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TableKind {
    Person,
    Household,
    Income,
}

impl TableKind {
    pub const ALL: [Self; 3] = [Self::Person, Self::Household, Self::Income];

    /// The name in storage, in URLs and in the catalogue.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Household => "household",
            Self::Income => "income",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// How a file is to be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct UploadTable {
    pub table: TableKind,
    /// Whose codes it speaks; absent: the national ones.
    #[validate(custom(function = check_line), length(min = 1, max = 40))]
    #[cfg_attr(
        feature = "openapi",
        param(min_length = 1, max_length = 40, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")
    )]
    pub source: Option<String>,
    /// What the file is called.
    #[validate(custom(function = check_line), length(min = 1, max = 120))]
    #[cfg_attr(
        feature = "openapi",
        param(min_length = 1, max_length = 120, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")
    )]
    pub name: Option<String>,
    /// One bad row keeps all others from being taken.
    pub atomic: Option<bool>,
}

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TableImportState {
    /// Its rows are being looked at; nothing is changed.
    Checking,
    /// Somebody is to say whether the good rows are taken.
    Checked,
    /// Good rows are being taken.
    Taking,
    Done,
    /// It is being undone.
    Undoing,
    Undone,
    /// It could not be read; `failure` says why.
    Failed,
    /// Nobody took it within seven days, or somebody gave it up.
    Dropped,
}

impl TableImportState {
    pub const ALL: [Self; 8] = [
        Self::Checking,
        Self::Checked,
        Self::Taking,
        Self::Done,
        Self::Undoing,
        Self::Undone,
        Self::Failed,
        Self::Dropped,
    ];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Checking => "checking",
            Self::Checked => "checked",
            Self::Taking => "taking",
            Self::Done => "done",
            Self::Undoing => "undoing",
            Self::Undone => "undone",
            Self::Failed => "failed",
            Self::Dropped => "dropped",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether it goes on by itself.
    #[must_use]
    pub fn is_under_way(self) -> bool {
        matches!(self, Self::Checking | Self::Taking | Self::Undoing)
    }
}

/// How many rows come to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TableCounts {
    /// Of people, households or ledgers that are not there in the year.
    pub create: i64,
    /// They are there, and the row says something else.
    pub update: i64,
    /// They are there, and the row says the same.
    pub same: i64,
    pub faulty: i64,
    /// Good rows of which somebody should look at something.
    pub warned: i64,
}

/// How the columns of a file were understood.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TableColumns {
    /// Keys of fields by the file's header.
    pub known: BTreeMap<String, String>,
    /// Headers that mean nothing to us: their cells are left out.
    pub unknown: Vec<String>,
    /// Keys of columns of the table that the file does not have.
    pub missing: Vec<String>,
}

/// Why a file cannot be taken at all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TableFailure {
    pub code: String,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub params: Map<String, Value>,
}

/// A file of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TableImport {
    pub id: RegistryImportId,
    pub table: TableKind,
    pub state: TableImportState,
    pub name: String,
    pub source: String,
    pub atomic: bool,
    /// Rows may speak of households of this unit and those below it.
    pub unit: UnitName,
    pub uploaded_by: String,
    pub uploaded_at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<DateTime<Utc>>,
    pub bytes: i64,
    /// `csv`, `csv.gz`, `csv.zip` or `xlsx`, and the encoding of a text.
    pub format: String,
    pub columns: TableColumns,
    /// Rows of the file, once they have been counted.
    pub total: i64,
    /// Rows that the pass under way has dealt with.
    pub handled: i64,
    pub counts: TableCounts,
    /// When the very same file was taken before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_file_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<TableFailure>,
    pub as_of: DateTime<Utc>,
}

/// What is wrong with one cell, or one row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TableFault {
    /// As the file counts: the header is row 1.
    pub row: i64,
    /// The file's header of the column; absent: the row as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    pub code: String,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub params: Map<String, Value>,
    /// The row is taken all the same.
    pub warns: bool,
}

/// Which imports to list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct TableImportFilter {
    #[validate(range(min = 1, max = 100))]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 100))]
    pub limit: Option<u16>,
    pub after: Option<Cursor>,
}

/// Which faults to list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct TableFaultFilter {
    /// Only what keeps a row from being taken, or only what does not.
    pub warns: Option<bool>,
    #[validate(range(min = 1, max = 200))]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 200))]
    pub limit: Option<u16>,
    pub after: Option<Cursor>,
}

/// Which table to take out, of where and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ExportTable {
    pub table: TableKind,
    #[validate(range(min = 2000, max = 2100))]
    #[cfg_attr(feature = "openapi", schema(minimum = 2000, maximum = 2100))]
    pub year: i16,
    /// Within this unit; absent: all that the caller may see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<UnitId>,
    /// Numbers of people in clear: for this purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<super::Purpose>,
}
