//! The content of a spreadsheet as it leaves the process that has read it: what stands where and, where it was asked
//! for, how it looks; nothing else.

use rust_xlsxwriter::utility::row_col_to_cell;
use serde::{Deserialize, Serialize};

use crate::style::Style;

/// A workbook that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    pub sheets: Vec<ReadSheet>,
    /// The styles that the sheets' looks name by number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub styles: Vec<Style>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadSheet {
    pub name: String,
    /// First row and column, last row and column.
    pub merges: Vec<Merge>,
    /// Cells that are not empty, row by row.
    pub cells: Vec<ReadCell>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub looks: Option<Looks>,
}

/// How a sheet looks, as far as a form that is made from it keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looks {
    pub is_hidden: bool,
    pub is_landscape: bool,
    /// First and last column, and their width in pixels; none of a hidden one.
    pub widths: Vec<(u16, u16, u32)>,
    /// A row and its height in hundredths of a point; none of a hidden one.
    pub heights: Vec<(u32, u32)>,
    pub default_height: Option<u32>,
    /// The style of each cell that the sheet names, empty or not.
    pub styled: Vec<(u32, u16, u16)>,
    /// Without the equals sign.
    pub formulas: Vec<(u32, u16, String)>,
}

/// Cells that are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Merge {
    pub first: (u32, u32),
    pub last: (u32, u32),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadCell {
    pub row: u32,
    pub column: u16,
    pub typed: Typed,
}

impl ReadCell {
    /// `C7`.
    #[must_use]
    pub fn address(&self) -> String {
        row_col_to_cell(self.row, self.column)
    }
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Typed {
    Text(String),
    /// A decimal of at most fifteen significant digits, which is what a spreadsheet's number is good for.
    Number(String),
    /// `2026-11-23`
    Date(String),
    Truth(bool),
    /// A formula that came to no value, as `#REF!`.
    Broken(String),
}

impl Typed {
    /// As the person sees it, and not more of it than a sentence can hold.
    #[must_use]
    pub fn shown(&self) -> String {
        const MOST: usize = 60;
        let text = match self {
            Self::Text(text) | Self::Number(text) | Self::Date(text) | Self::Broken(text) => text.as_str(),
            Self::Truth(true) => "TRUE",
            Self::Truth(false) => "FALSE",
        };
        match text.char_indices().nth(MOST) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text.to_owned(),
        }
    }
}

/// Why a file is not read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unreadable {
    /// A workbook of the format before 2007.
    OldFormat,
    /// Text with commas.
    PlainText,
    /// Whatever else is no workbook.
    NotAWorkbook,
    Encrypted,
    Macros,
    /// Entities, other files inside, names that lead elsewhere: nothing that a spreadsheet program writes.
    Suspicious,
    /// More than a filled form can come to: inflated, in parts, in sheets, in time or in memory.
    TooComplex,
    Damaged,
}

/// What the reading process says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Read(Book),
    Unreadable(Unreadable),
}
