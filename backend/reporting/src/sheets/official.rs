//! The layout that somebody else gave a form: the ministry's own sheet, with a place for each cell of the form. It is
//! kept with the version of the form, and what is exported or filled goes back into exactly this sheet.
//! Invariants: it holds no formula but those that were understood; a form that has a cell without a place in it is laid
//! out as any other form.

mod fitting;
mod writing;

use fupin_sheet::{Merge, Style};
use serde::{Deserialize, Serialize};

pub use fitting::Meanings;
pub use writing::{Figure, write};

/// A sheet as it is to be written again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Official {
    pub sheet: String,
    #[serde(default)]
    pub is_landscape: bool,
    /// First and last column, and their width in pixels; none of a hidden one.
    pub widths: Vec<(u16, u16, u32)>,
    /// A row and its height in hundredths of a point; none of a hidden one.
    pub heights: Vec<(u32, u32)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_height: Option<u32>,
    /// They touch nowhere.
    pub merges: Vec<Merge>,
    pub styles: Vec<Style>,
    /// Row by row.
    pub cells: Vec<OfficialCell>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficialCell {
    pub row: u32,
    pub column: u16,
    /// A number of the styles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<u16>,
    pub holds: Held,
}

/// What stands in a cell of the layout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Held {
    /// Only a frame.
    Nothing,
    /// What whoever sends it on may change: titles, notes, signatures.
    Loose(String),
    Number(String),
    /// A head or a label: it tells what the cells beside it mean.
    Fixed(Fixed),
    /// A cell of the form.
    Field(Field),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixed {
    pub text: String,
    /// What of the form it says, so that it follows when that is called otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Named>,
}

/// A row or a column of a form by what it was called when the layout was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    pub section: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    pub said: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// `section.row.column`; `section.*.column` where the clerk adds rows.
    pub key: String,
    /// Which of the rows that the clerk adds.
    #[serde(default)]
    pub line: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formula: Option<KeptFormula>,
}

/// A formula of the sheet that the form computes as well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptFormula {
    /// As the sheet says it, without the equals sign.
    pub written: String,
    /// What the form said it means; a form that means something else writes its own.
    pub meaning: String,
}
