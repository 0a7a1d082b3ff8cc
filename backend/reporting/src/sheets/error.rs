//! Why a file is not taken, each with a stable code.

use fupin_kernel::{Error, error::Refusal};
use fupin_sheet::Unreadable;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    #[error("unreadable: {0:?}")]
    Unreadable(Unreadable),
    /// A workbook, but not one that was downloaded here.
    #[error("not ours")]
    NotOurs,
    /// Downloaded before the way in which forms are laid out changed.
    #[error("old layout")]
    OldLayout,
    #[error("other form")]
    OtherForm { title: String },
    #[error("other version")]
    OtherVersion { file: i32, report: i32 },
    #[error("other unit")]
    OtherUnit { unit: String },
    #[error("other period")]
    OtherPeriod { period: String },
    /// Of the same form, unit and period, but of a task that was issued before.
    #[error("other report")]
    OtherReport,
    #[error("sheet missing")]
    SheetMissing { sheet: String },
    /// More rows or columns than a form can be made from.
    #[error("too large")]
    TooLarge { sheet: String },
    /// Nothing on it is filled in.
    #[error("no table")]
    NoTable { sheet: String },
    /// A printed text is not where it was.
    #[error("text changed")]
    TextChanged { sheet: String, cell: String, expected: String, found: String },
    /// A printed text stands somewhere else: rows or columns were inserted, deleted or moved.
    #[error("moved")]
    Moved { sheet: String, cell: String, expected: String, found: String },
    #[error("merges changed")]
    MergesChanged { sheet: String, cell: String },
}

impl SheetError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(why) => match why {
                Unreadable::OldFormat => "reporting.sheet_old_format",
                Unreadable::PlainText => "reporting.sheet_plain_text",
                Unreadable::NotAWorkbook => "reporting.sheet_no_workbook",
                Unreadable::Encrypted => "reporting.sheet_encrypted",
                Unreadable::Macros => "reporting.sheet_macros",
                Unreadable::Suspicious => "reporting.sheet_suspicious",
                Unreadable::TooComplex => "reporting.sheet_too_complex",
                Unreadable::Damaged => "reporting.sheet_damaged",
            },
            Self::NotOurs => "reporting.sheet_not_ours",
            Self::OldLayout => "reporting.sheet_old_layout",
            Self::OtherForm { .. } => "reporting.sheet_other_form",
            Self::OtherVersion { .. } => "reporting.sheet_other_version",
            Self::OtherUnit { .. } => "reporting.sheet_other_unit",
            Self::OtherPeriod { .. } => "reporting.sheet_other_period",
            Self::OtherReport => "reporting.sheet_other_report",
            Self::SheetMissing { .. } => "reporting.sheet_missing",
            Self::TooLarge { .. } => "reporting.sheet_too_large",
            Self::NoTable { .. } => "reporting.sheet_no_table",
            Self::TextChanged { .. } => "reporting.sheet_text_changed",
            Self::Moved { .. } => "reporting.sheet_moved",
            Self::MergesChanged { .. } => "reporting.sheet_merges_changed",
        }
    }
}

impl From<SheetError> for Error {
    fn from(error: SheetError) -> Self {
        let refusal = Refusal::new(error.code());
        Self::Invalid(match error {
            SheetError::Unreadable(_) | SheetError::NotOurs | SheetError::OldLayout | SheetError::OtherReport => {
                refusal
            }
            SheetError::OtherForm { title } => refusal.with("title", title),
            SheetError::OtherVersion { file, report } => refusal.with("file", file).with("report", report),
            SheetError::OtherUnit { unit } => refusal.with("unit", unit),
            SheetError::OtherPeriod { period } => refusal.with("period", period),
            SheetError::SheetMissing { sheet } | SheetError::TooLarge { sheet } | SheetError::NoTable { sheet } => {
                refusal.with("sheet", sheet)
            }
            SheetError::TextChanged { sheet, cell, expected, found }
            | SheetError::Moved { sheet, cell, expected, found } => {
                refusal.with("sheet", sheet).with("cell", cell).with("expected", expected).with("found", found)
            }
            SheetError::MergesChanged { sheet, cell } => refusal.with("sheet", sheet).with("cell", cell),
        })
    }
}
