//! A form in the sheet that it was made from: where each of its cells stands there, and what is printed around them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use fupin_form::{CellKind, Form};

use super::{Merge, Part, Printed, Spot};
use crate::sheets::official::{Held, Official};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    official: Arc<Official>,
    /// By the cell's index and, where the clerk adds rows, the row.
    spots: BTreeMap<(usize, usize), Spot>,
    is_dense: bool,
}

impl Given {
    pub fn new(form: &Form, official: Arc<Official>) -> Self {
        let indexes: BTreeMap<&str, usize> = form.cells().iter().map(|spec| (spec.key.as_str(), spec.index)).collect();
        let mut spots = BTreeMap::new();
        for cell in &official.cells {
            if let Held::Field(field) = &cell.holds
                && let Some(index) = indexes.get(field.key.as_str())
            {
                spots.insert((*index, field.line), Spot { sheet: 0, row: cell.row, column: cell.column });
            }
        }
        let is_dense = is_dense(form, &spots);
        Self { official, spots, is_dense }
    }

    pub fn official(&self) -> &Official {
        &self.official
    }

    pub fn is_dense(&self) -> bool {
        self.is_dense
    }

    pub fn spot(&self, index: usize, line: usize) -> Option<Spot> {
        self.spots.get(&(index, line)).copied()
    }

    pub fn merges(&self) -> BTreeSet<Merge> {
        self.official.merges.iter().copied().collect()
    }

    /// All that stands in the sheet and is no cell of the form.
    pub fn printed(&self) -> Vec<Printed> {
        let merges: BTreeMap<(u32, u32), &Merge> =
            self.official.merges.iter().map(|merge| (merge.first, merge)).collect();
        let size = |row: u32, column: u16| {
            let length = |first: u32, last: u32| usize::try_from(last.saturating_sub(first) + 1).unwrap_or(1);
            merges
                .get(&(row, u32::from(column)))
                .map_or((1, 1), |Merge { first, last }| (length(first.0, last.0), length(first.1, last.1)))
        };
        let text = |cell: &crate::sheets::official::OfficialCell| {
            let (text, part) = match &cell.holds {
                Held::Loose(text) | Held::Number(text) => (text.clone(), Part::Note),
                Held::Fixed(fixed) => (fixed.text.clone(), Part::Label { indent: 0 }),
                Held::Nothing | Held::Field(_) => return None,
            };
            let (rows, columns) = size(cell.row, cell.column);
            let spot = Spot { sheet: 0, row: cell.row, column: cell.column };
            Some(Printed { spot, rows, columns, text, part })
        };
        self.official.cells.iter().filter_map(text).collect()
    }
}

/// Whether each section's cells follow one another in its rows and columns without a gap.
fn is_dense(form: &Form, spots: &BTreeMap<(usize, usize), Spot>) -> bool {
    let is_placed = |(index, line): &(usize, usize), spot: &Spot| {
        let section = &form.sections()[form.cells()[*index].section];
        let at = index - section.first;
        let row = if section.is_dynamic() { *line } else { at / section.columns.len() };
        let column = at % section.columns.len();
        let Some(first) = spots.get(&(section.first, 0)) else { return false };
        let (row, column) = (u32::try_from(row), u16::try_from(column));
        row.is_ok_and(|row| first.row.checked_add(row) == Some(spot.row))
            && column.is_ok_and(|column| first.column.checked_add(column) == Some(spot.column))
    };
    let is_blocked = |index: usize| form.cells()[index].kind == CellKind::Blocked;
    spots.iter().filter(|((index, _), _)| !is_blocked(*index)).all(|(place, spot)| is_placed(place, spot))
}
