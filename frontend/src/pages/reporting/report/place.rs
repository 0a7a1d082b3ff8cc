//! Places in the grid and where keys lead.

use super::desk::Desk;

/// A cell by position: section, row, column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub section: usize,
    pub row: usize,
    pub column: usize,
}

/// Where a key leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toward {
    Up,
    Down,
    Left,
    Right,
    /// To the next cell that can be filled, line by line.
    Next,
    Previous,
}

/// The place that is reached from another; none at the edge of the form.
pub fn step(desk: &Desk, from: Place, toward: Toward) -> Option<Place> {
    match toward {
        Toward::Up => above(desk, from),
        Toward::Down => below(desk, from),
        Toward::Left => from.column.checked_sub(1).map(|column| Place { column, ..from }),
        Toward::Right => Some(Place { column: from.column + 1, ..from }).filter(|place| desk.key_at(*place).is_some()),
        Toward::Next => seek(desk, from, after),
        Toward::Previous => seek(desk, from, before),
    }
}

fn seek(desk: &Desk, from: Place, next: fn(&Desk, Place) -> Option<Place>) -> Option<Place> {
    let mut place = next(desk, from)?;
    loop {
        let key = desk.key_at(place);
        if key.is_some_and(|key| desk.is_open(&key)) {
            return Some(place);
        }
        place = next(desk, place)?;
    }
}

fn width(desk: &Desk, section: usize) -> usize {
    desk.form.sections().get(section).map_or(0, |found| found.columns.len())
}

fn after(desk: &Desk, from: Place) -> Option<Place> {
    if from.column + 1 < width(desk, from.section) {
        return Some(Place { column: from.column + 1, ..from });
    }
    if from.row + 1 < desk.rows_of(from.section) {
        return Some(Place { row: from.row + 1, column: 0, ..from });
    }
    let section = (from.section + 1..desk.form.sections().len()).find(|section| desk.rows_of(*section) > 0)?;
    Some(Place { section, row: 0, column: 0 })
}

fn before(desk: &Desk, from: Place) -> Option<Place> {
    if let Some(column) = from.column.checked_sub(1) {
        return Some(Place { column, ..from });
    }
    if let Some(row) = from.row.checked_sub(1) {
        return Some(Place { row, column: width(desk, from.section).checked_sub(1)?, ..from });
    }
    let section = (0..from.section).rev().find(|section| desk.rows_of(*section) > 0)?;
    Some(Place { section, row: desk.rows_of(section).checked_sub(1)?, column: width(desk, section).checked_sub(1)? })
}

fn below(desk: &Desk, from: Place) -> Option<Place> {
    if from.row + 1 < desk.rows_of(from.section) {
        return Some(Place { row: from.row + 1, ..from });
    }
    let section = (from.section + 1..desk.form.sections().len()).find(|section| desk.rows_of(*section) > 0)?;
    Some(Place { section, row: 0, column: from.column.min(width(desk, section).checked_sub(1)?) })
}

fn above(desk: &Desk, from: Place) -> Option<Place> {
    if let Some(row) = from.row.checked_sub(1) {
        return Some(Place { row, ..from });
    }
    let section = (0..from.section).rev().find(|section| desk.rows_of(*section) > 0)?;
    Some(Place {
        section,
        row: desk.rows_of(section).checked_sub(1)?,
        column: from.column.min(width(desk, section).checked_sub(1)?),
    })
}
