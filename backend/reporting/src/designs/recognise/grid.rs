//! A sheet as whoever reads it sees it: which cells are one, what stands in each, which are framed. Pure.

use std::collections::BTreeMap;

use fupin_sheet::{Book, Merge, ReadSheet, Style, Typed};
use rust_xlsxwriter::utility::row_col_to_cell;

/// Row and column.
pub type Place = (u32, u16);

/// A sheet that goes further is no form.
pub const MOST_ROWS: u32 = 1_000;
pub const MOST_COLUMNS: u16 = 100;

/// `C7`.
pub fn address(place: Place) -> String {
    row_col_to_cell(place.0, place.1)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What<'g> {
    Empty,
    Text(&'g str),
    Formula(&'g str),
    /// A number, a date, a truth or an error.
    Value(&'g Typed),
}

#[derive(Debug)]
pub struct Grid<'b> {
    pub sheet: &'b ReadSheet,
    pub styles: &'b [Style],
    values: BTreeMap<Place, &'b Typed>,
    formulas: BTreeMap<Place, &'b str>,
    looks: BTreeMap<Place, u16>,
    /// Those that touch no other.
    pub merges: BTreeMap<Place, Merge>,
    anchors: BTreeMap<Place, Place>,
    pub rows: u32,
    pub columns: u16,
    pub has_frames: bool,
}

impl<'b> Grid<'b> {
    /// None for a sheet that goes further than any form.
    pub fn new(book: &'b Book, sheet: &'b ReadSheet) -> Option<Self> {
        if sheet.cells.iter().any(|cell| cell.row >= MOST_ROWS || cell.column >= MOST_COLUMNS) {
            return None;
        }
        let mut grid = Self {
            sheet,
            styles: &book.styles,
            values: sheet.cells.iter().map(|cell| ((cell.row, cell.column), &cell.typed)).collect(),
            formulas: BTreeMap::new(),
            looks: BTreeMap::new(),
            merges: BTreeMap::new(),
            anchors: BTreeMap::new(),
            rows: 0,
            columns: 0,
            has_frames: false,
        };
        if let Some(looks) = &sheet.looks {
            let inside = |row: u32, column: u16| row < MOST_ROWS && column < MOST_COLUMNS;
            let formulas = looks.formulas.iter().filter(|(row, column, _)| inside(*row, *column));
            grid.formulas = formulas.map(|(row, column, formula)| ((*row, *column), formula.as_str())).collect();
            grid.looks = looks.styled.iter().map(|(row, column, style)| ((*row, *column), *style)).collect();
        }
        sheet.merges.iter().for_each(|merge| grid.merge(*merge));
        let framed =
            grid.looks.iter().filter(|(_, style)| grid.styles.get(usize::from(**style)).is_some_and(Style::has_border));
        let framed: Vec<Place> = framed.map(|(place, _)| *place).collect();
        grid.has_frames = framed.len() > 1;
        let all = grid.values.keys().chain(grid.formulas.keys()).chain(grid.anchors.keys()).chain(&framed);
        let (rows, columns) =
            all.fold((0, 0), |(rows, columns), place| (rows.max(place.0 + 1), columns.max(place.1 + 1)));
        (grid.rows, grid.columns) = (rows, columns);
        Some(grid)
    }

    fn merge(&mut self, merge: Merge) {
        let (Ok(left), Ok(right)) = (u16::try_from(merge.first.1), u16::try_from(merge.last.1)) else { return };
        let is_inside = merge.last.0 < MOST_ROWS && right < MOST_COLUMNS;
        let is_several = merge.first != merge.last && merge.first.0 <= merge.last.0 && left <= right;
        if !is_inside || !is_several {
            return;
        }
        let first = (merge.first.0, left);
        let covered: Vec<Place> =
            (merge.first.0..=merge.last.0).flat_map(|row| (left..=right).map(move |column| (row, column))).collect();
        if covered.iter().any(|place| self.anchors.contains_key(place)) {
            return;
        }
        self.anchors.extend(covered.into_iter().map(|place| (place, first)));
        self.merges.insert(first, merge);
    }

    /// The first of the cells that are one with this.
    pub fn anchor(&self, place: Place) -> Place {
        self.anchors.get(&place).copied().unwrap_or(place)
    }

    pub fn is_anchor(&self, place: Place) -> bool {
        self.anchor(place) == place
    }

    /// The last row and column of the cells that are one with this.
    pub fn end(&self, place: Place) -> Place {
        let merge = self.merges.get(&self.anchor(place));
        merge.map_or(place, |merge| (merge.last.0, u16::try_from(merge.last.1).unwrap_or(place.1)))
    }

    pub fn what(&self, place: Place) -> What<'_> {
        let place = self.anchor(place);
        if let Some(formula) = self.formulas.get(&place) {
            return What::Formula(formula);
        }
        match self.values.get(&place) {
            None => What::Empty,
            Some(Typed::Text(text)) if text.trim().is_empty() => What::Empty,
            Some(Typed::Text(text)) => What::Text(text),
            Some(other) => What::Value(other),
        }
    }

    /// The text of a cell as one line; empty where there is none.
    pub fn text(&self, place: Place) -> String {
        match self.what(place) {
            What::Text(text) => one_line(text),
            What::Empty | What::Formula(_) | What::Value(_) => String::new(),
        }
    }

    /// What a formula came to when the file was saved.
    pub fn value(&self, place: Place) -> Option<&'b Typed> {
        self.values.get(&self.anchor(place)).copied()
    }

    pub fn look(&self, place: Place) -> Option<u16> {
        self.looks.get(&place).copied()
    }

    pub fn style(&self, place: Place) -> Option<&'b Style> {
        self.styles.get(usize::from(self.look(place)?))
    }

    pub fn is_framed(&self, place: Place) -> bool {
        let framed = |place: Place| self.style(place).is_some_and(Style::has_border);
        framed(place) || framed(self.anchor(place))
    }

    /// The cells of a row that begin in it, within some columns.
    pub fn own(&self, row: u32, columns: std::ops::RangeInclusive<u16>) -> Vec<Place> {
        columns.map(|column| (row, column)).filter(|place| self.is_anchor(*place)).collect()
    }

    /// Every place at which something stands or looks like something.
    pub fn places(&self) -> Vec<Place> {
        let all = self.values.keys().chain(self.formulas.keys()).chain(self.looks.keys());
        let mut places: Vec<Place> =
            all.copied().filter(|place| place.0 < self.rows && place.1 < self.columns).collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

/// Without line breaks, and without spaces between Chinese signs, which only stretch a word.
pub fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split(|sign: char| sign.is_whitespace()).filter(|word| !word.is_empty()).collect();
    let mut line = String::new();
    for word in words {
        let is_latin = |sign: Option<char>| sign.is_some_and(|sign| sign.is_ascii_alphanumeric());
        if is_latin(line.chars().last()) && is_latin(word.chars().next()) {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}
