//! The compiled form: what screens draw, what checks run on, what rolls up.
//! Invariants: it exists only for a faultless definition; `cells()[i].index == i`; a fixed section
//! holds rows × columns consecutive cells; a dynamic section holds one cell for each column, the
//! pattern of that column in every row, under the key `<section>.*.<column>`.

mod items;
mod spreadsheet;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::cell::key_parts;
use crate::compile::prefill::Suggestion;
use crate::evaluate::{Formula, Reference, Rule};
use crate::{CellKey, ChoiceOption, FormDefinition, Value};

pub use items::{AskedTwice, Item, asked_twice, items};
pub use spreadsheet::{Addresses, NOT_APPLICABLE_WORD};

/// The largest number, at its scale, that a cell holds: exact in JavaScript, and 512 rows of it
/// still fit in 64 bits.
pub const MAX_SCALED: i64 = (1 << 53) - 1;
/// The most rows that a section of dynamic rows can allow.
pub const MAX_DYNAMIC_ROWS: u32 = 512;
/// The most cells (dynamic sections: columns) of a form.
pub const MAX_CELLS: usize = 5_000;

/// A form that can be filled in, checked and rolled up. Made by [`Form::compile`].
#[derive(Debug, Clone)]
pub struct Form {
    pub(crate) definition: FormDefinition,
    pub(crate) sections: Vec<Section>,
    pub(crate) cells: Vec<CellSpec>,
    /// Indexes of the fixed cells, in the order of their keys.
    pub(crate) by_key: Vec<u32>,
    pub(crate) measures: Vec<Measure>,
    /// For each cell its formula, if it is computed.
    pub(crate) formulas: Vec<Option<Formula>>,
    /// Computed cells, each after everything that it is computed from.
    pub(crate) order: Vec<u32>,
    pub(crate) rules: Vec<Rule>,
    /// For each cell: the computed cells and the rules that read it.
    pub(crate) readers: Vec<Readers>,
    /// By index of the cell: what is suggested there from the last period.
    pub(crate) prefills: BTreeMap<u32, Suggestion>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Readers {
    pub computed: Vec<u32>,
    pub rules: Vec<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    pub key: String,
    pub title: String,
    pub row_header: String,
    /// Rows of the table head, merged. The head of the row labels spans all of them and is not in here.
    pub header: Vec<Vec<HeaderCell>>,
    pub columns: Vec<Column>,
    pub rows: Rows,
    /// Index of the section's first cell.
    pub first: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderCell {
    pub title: String,
    pub rowspan: usize,
    pub colspan: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub key: String,
    pub title: String,
    /// The titles above it and its own, as 「务工人数 / 省外」.
    pub path: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rows {
    Fixed(Vec<Row>),
    /// Row ids are made by the client, match `[a-z0-9_]{1,36}`, and sort in the order of display.
    Dynamic {
        min: u32,
        max: u32,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub key: String,
    pub label: String,
    pub indent: u8,
}

impl Section {
    pub fn is_dynamic(&self) -> bool {
        matches!(self.rows, Rows::Dynamic { .. })
    }

    /// The fixed rows; none in a dynamic section.
    pub fn fixed_rows(&self) -> &[Row] {
        match &self.rows {
            Rows::Fixed(rows) => rows,
            Rows::Dynamic { .. } => &[],
        }
    }

    /// Index of the cell at a row and column; in a dynamic section the row is always 0.
    pub fn index_at(&self, row: usize, column: usize) -> usize {
        self.first + row * self.columns.len() + column
    }

    pub(crate) fn cell_count(&self) -> usize {
        self.columns.len() * if self.is_dynamic() { 1 } else { self.fixed_rows().len() }
    }

    pub(crate) fn column_of(&self, index: usize) -> usize {
        (index - self.first) % self.columns.len()
    }

    pub(crate) fn column_named(&self, key: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.key == key)
    }
}

/// Everything that is known of a cell (in a dynamic section: of a column's cells).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellSpec {
    pub index: usize,
    pub key: CellKey,
    /// Index of the section.
    pub section: usize,
    /// Label of the row; empty in a dynamic section.
    pub row_label: String,
    /// Title of the column with the titles above it.
    pub column_title: String,
    pub kind: CellKind,
    pub unit: Option<String>,
    pub hint: Option<String>,
    pub required: bool,
    pub always_applies: bool,
    pub min: Option<Value>,
    pub max: Option<Value>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellKind {
    Integer,
    Decimal { scale: u32 },
    Money,
    Text { max_len: u32 },
    Date,
    Choice { options: Arc<[ChoiceOption]> },
    Computed { scale: u32 },
    Blocked,
}

impl CellKind {
    /// Decimals of a number; none for what is not a number.
    pub fn scale(&self) -> Option<u32> {
        match self {
            Self::Integer => Some(0),
            Self::Money => Some(2),
            Self::Decimal { scale } | Self::Computed { scale } => Some(*scale),
            Self::Text { .. } | Self::Date | Self::Choice { .. } | Self::Blocked => None,
        }
    }
}

impl CellSpec {
    /// Whether a person fills the cell in.
    pub fn is_fillable(&self) -> bool {
        !matches!(self.kind, CellKind::Computed { .. } | CellKind::Blocked)
    }
}

/// An item that rolls up; its index is its place in a [`crate::Leaf`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    pub index: usize,
    /// The cell's key; `<section>.*.<column>` for a column of dynamic rows.
    pub key: CellKey,
    /// Index of the cell in [`Form::cells`].
    pub cell: usize,
    pub kind: MeasureKind,
    /// Decimals of the numbers in the leaf; a date is a count of days, a count a count.
    pub scale: u32,
    pub is_date: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeasureKind {
    Sum,
    /// Weighted by the measure at this index.
    Average {
        weight: usize,
    },
    Min,
    Max,
    Count,
    Last,
    /// Computed again from the totals.
    Formula,
}

impl Form {
    pub fn definition(&self) -> &FormDefinition {
        &self.definition
    }

    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// Every cell of the fixed sections and every column of the dynamic ones, in reading order.
    pub fn cells(&self) -> &[CellSpec] {
        &self.cells
    }

    /// The cell that a key names; for a dynamic section any well-formed row id will do.
    pub fn cell(&self, key: &str) -> Option<&CellSpec> {
        self.index_of(key).map(|index| &self.cells[index])
    }

    /// What rolls up, in the order of the leaf.
    pub fn measures(&self) -> &[Measure] {
        &self.measures
    }

    /// How many cells of fixed rows a person fills in.
    pub fn fillable_cells(&self) -> usize {
        self.cells.iter().filter(|cell| cell.is_fillable() && !self.sections[cell.section].is_dynamic()).count()
    }

    pub(crate) fn index_of(&self, key: &str) -> Option<usize> {
        self.by_key
            .binary_search_by(|index| self.cells[*index as usize].key.as_str().cmp(key))
            .ok()
            .map(|at| self.by_key[at] as usize)
            .or_else(|| self.dynamic_index(key).map(|(index, _)| index))
    }

    pub(crate) fn spec_of(&self, reference: Reference) -> &CellSpec {
        match reference {
            Reference::Cell(index) => &self.cells[index as usize],
            Reference::InRow { section, column } => {
                &self.cells[self.sections[section as usize].first + column as usize]
            }
        }
    }

    /// The cell pattern and the row id that a key of a dynamic section names.
    pub(crate) fn dynamic_index<'k>(&self, key: &'k str) -> Option<(usize, &'k str)> {
        let (section, row, column) = key_parts(key)?;
        let section = self.sections.iter().find(|known| known.is_dynamic() && known.key == section)?;
        let column = section.column_named(column)?;
        is_row_id(row).then(|| (section.first + column, row))
    }
}

/// Whether a client may call a dynamic row so.
pub fn is_row_id(id: &str) -> bool {
    (1..=36).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
