//! Forms that are being designed, and items that two forms ask for.

use chrono::{DateTime, Utc};
use fupin_form::{CellKey, DefinitionFault, FormDefinition};
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationErrors};

use super::FormSummary;
use crate::{DraftId, FormId, Period, access::check_line};

/// What a draft begins with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum DraftStart {
    /// One section with one row and one column.
    Empty(EmptyForm),
    /// Another form under a number of its own.
    Copy(CopyForm),
    /// The next version of the same form.
    Revise(ReviseForm),
    /// A definition that was taken out of here, or written elsewhere.
    Definition(FormDefinition),
}

/// Shape checks; what is wrong with a definition is shown where it is designed.
impl Validate for DraftStart {
    fn validate(&self) -> Result<(), ValidationErrors> {
        match self {
            Self::Empty(empty) => ValidationErrors::merge(Ok(()), "empty", empty.validate()),
            Self::Copy(copy) => ValidationErrors::merge(Ok(()), "copy", copy.validate()),
            Self::Revise(_) | Self::Definition(_) => Ok(()),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EmptyForm {
    #[validate(length(min = 1, max = 50), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 50))]
    pub code: String,
    #[validate(length(min = 1, max = 200), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub title: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CopyForm {
    /// Any version.
    pub form: FormId,
    #[validate(length(min = 1, max = 50), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 50))]
    pub code: String,
    #[validate(length(min = 1, max = 200), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub title: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReviseForm {
    /// Any version; the draft becomes the one after the newest.
    pub form: FormId,
}

/// A draft by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FormDraftSummary {
    pub id: DraftId,
    pub code: String,
    pub title: String,
    /// Grows with each save.
    pub version: i32,
    /// The version of the form that it is to follow; absent for a form that is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub based_on: Option<FormSummary>,
    pub changed_by: String,
    pub changed_at: DateTime<Utc>,
}

/// A form that is being designed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FormDraft {
    pub summary: FormDraftSummary,
    pub definition: FormDefinition,
    /// What stands in the way of publishing, by place.
    pub faults: Vec<DefinitionFault>,
    /// What was guessed when it was read from a spreadsheet.
    pub notes: Vec<DraftNote>,
    /// The sheet that it was made from, and goes back into when it is exported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<DraftLayout>,
}

/// The sheet that a draft was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DraftLayout {
    pub sheet: String,
    /// Cells that have no place in it. While there are any, the form is published without the sheet's layout.
    pub missing: Vec<CellKey>,
}

/// How to read a spreadsheet that a form is made from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ReadForm {
    /// Only say what would be made of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
    /// The sheet by name; absent, the first one on which a table is found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 31), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", param(min_length = 1, max_length = 31))]
    pub sheet: Option<String>,
}

/// What was made of a spreadsheet, or would be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FormOfSheet {
    pub dry_run: bool,
    /// The sheet that was read, and all that the file shows.
    pub sheet: String,
    pub sheets: Vec<String>,
    pub definition: FormDefinition,
    /// What stands in the way of publishing, by place.
    pub faults: Vec<DefinitionFault>,
    /// What was guessed, and what was not understood.
    pub notes: Vec<DraftNote>,
    /// Cells that a person fills, and cells that are computed.
    pub filled: i64,
    pub computed: i64,
    /// The draft that was begun; none of a dry run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<FormDraftSummary>,
}

/// Something that was guessed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DraftNote {
    pub kind: DraftNoteKind,
    pub sheet: String,
    /// `C7` in that sheet; empty where it concerns all of it.
    pub cell: String,
    /// What stood there.
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DraftNoteKind {
    /// No table was found on the sheet, or in a part of it.
    NoTable,
    /// A formula that cannot be said here: the cell is filled by hand.
    FormulaLost,
    /// A cell that held something was taken for one to fill.
    ContentDropped,
    /// A text that is no part of the form; the sheet's layout keeps it.
    TextDropped,
    /// A table without row labels: the clerk adds its rows.
    RowsAdded,
    /// The unit was read out of a title.
    UnitGuessed,
    /// Nothing says what is filled in there: a whole number was assumed.
    TypeGuessed,
    /// Nothing is written above a column.
    TitleMissing,
    /// No number of the form was found: it has to be given one.
    CodeMissing,
    /// A cell with a mark in it was taken for one that nobody fills.
    Greyed,
    /// A share is kept as a number of hundredths, and shown without the sign.
    ShareChanged,
    /// An empty cell with neither a label nor a title.
    Nameless,
    /// Another sheet of the file, which was not read.
    OtherSheet,
}

/// A draft as it is to be from now on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SaveFormDraft {
    /// The version that was changed.
    #[validate(range(min = 1))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub version: i32,
    pub definition: FormDefinition,
}

/// An item that another form collects as well.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ItemOverlap {
    /// Number and title of the form that asks.
    pub code: String,
    pub title: String,
    pub cell: CellKey,
    /// Label of the row; empty where the clerk adds rows.
    pub row: String,
    /// Title of the column with the titles above it.
    pub column: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The form that asks for the same, and where.
    pub other: FormSummary,
    pub other_cell: CellKey,
}

/// Forms that are about to be issued for a period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct OverlapFilter {
    /// Ids of forms, with commas between them.
    #[cfg_attr(feature = "openapi", param(value_type = String, pattern = "^[0-9a-f-]{36}(,[0-9a-f-]{36}){0,49}$"))]
    pub forms: FormIds,
    pub period: Period,
}

/// From one to fifty forms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FormIds(pub Vec<FormId>);

impl TryFrom<String> for FormIds {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let ids: Result<Vec<FormId>, _> = text.split(',').take(51).map(str::parse).collect();
        match ids {
            Ok(ids) if ids.len() <= 50 => Ok(Self(ids)),
            Ok(_) | Err(_) => Err("one to fifty ids of forms are expected".to_owned()),
        }
    }
}

impl From<FormIds> for String {
    fn from(ids: FormIds) -> Self {
        ids.0.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
    }
}
