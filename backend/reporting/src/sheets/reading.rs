//! From what stands in a file to cells to save. Pure.
//! Invariants: a file is taken only for the report that it was made for, in the layout that it was made in; a cell that
//! cannot be read loses nothing, and no other cell; what was only carried along is not saved.

mod cells;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use fupin_contract::{
    Fault,
    reporting::{SaveCell, SheetNote, SheetPlace, SheetRejection},
};
use fupin_form::{Cell, CellKind, Form, Rows, is_row_id};
use fupin_sheet::{Book, Merge, ReadCell, ReadSheet, Typed};

use super::{
    error::SheetError,
    layout::{Layout, Lines, Part, Printed, Slot},
    marks::{Marks, Origin},
    official::Official,
    words,
};

/// Cells outside the form that are named; more of them would say the same.
const MOST_OUTSIDE: usize = 50;

/// What a file brings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// The sheets in their order.
    pub sheets: Vec<String>,
    /// Cells that hold something else than when the file was made.
    pub wanted: BTreeMap<String, SaveCell>,
    /// Cells that hold what they held then, and something at all.
    pub carried: usize,
    /// Where each cell of the form stands.
    pub places: BTreeMap<String, SheetPlace>,
    /// What the person typed there, and how it was read.
    pub typed: BTreeMap<String, String>,
    pub mine: BTreeMap<String, Cell>,
    pub rejected: Vec<SheetRejection>,
    pub notes: Vec<SheetNote>,
}

/// What the file says of itself.
pub fn marks(book: &Book) -> Result<Marks, SheetError> {
    let sheet = book.sheets.iter().find(|sheet| sheet.name == words::MARKS_SHEET).ok_or(SheetError::NotOurs)?;
    Marks::read(sheet).ok_or(SheetError::NotOurs)
}

/// Refuse a file that was made for another report.
pub fn check_origin(file: &Origin, report: &Origin) -> Result<(), SheetError> {
    let short = |text: &str| text.chars().take(100).collect::<String>();
    if file.form_code != report.form_code {
        return Err(SheetError::OtherForm { title: short(&file.form_title) });
    }
    if file.unit != report.unit {
        return Err(SheetError::OtherUnit { unit: short(&file.unit_name) });
    }
    if file.period != report.period {
        return Err(SheetError::OtherPeriod { period: short(&file.period) });
    }
    if file.form_version != report.form_version {
        return Err(SheetError::OtherVersion { file: file.form_version, report: report.form_version });
    }
    if file.report == report.report { Ok(()) } else { Err(SheetError::OtherReport) }
}

/// Read the cells of a file that was made for this form, in the layout that the form has.
pub fn read(form: &Form, official: Option<&Arc<Official>>, book: &Book, marks: &Marks) -> Result<Reading, SheetError> {
    let layout = Layout::within(form, &lines(form, marks)?, official);
    check_marks(form, &layout, marks)?;
    let sheets: Vec<&ReadSheet> = layout.names.iter().map(|name| sheet_named(book, name)).collect::<Result<_, _>>()?;
    let printed = layout.printed(form, "");
    for (number, sheet) in sheets.iter().enumerate() {
        let here: Vec<&Printed> = printed.iter().filter(|text| text.spot.sheet == number).collect();
        check_texts(sheet, &here)?;
        check_merges(sheet, &layout.merges(&here))?;
    }
    let mut reading = Reading { sheets: layout.names.clone(), ..Reading::default() };
    let held: BTreeMap<&str, &Cell> = marks.cells.iter().map(|mark| (mark.key.as_str(), &mark.held)).collect();
    let slots: Vec<Slot<'_>> = layout.slots(form).collect();
    let contents: Vec<BTreeMap<(u32, u16), &Typed>> = sheets.iter().map(|sheet| by_place(sheet)).collect();
    for slot in &slots {
        let typed = contents[slot.spot.sheet].get(&(slot.spot.row, slot.spot.column)).copied();
        reading.take(slot, &layout, typed, held.get(slot.key.as_str()).copied(), marks.origin.version);
    }
    for (number, sheet) in sheets.iter().enumerate() {
        let texts =
            printed.iter().filter(|text| text.spot.sheet == number).map(|text| (text.spot.row, text.spot.column));
        let cells = slots.iter().filter(|slot| slot.spot.sheet == number).map(|slot| (slot.spot.row, slot.spot.column));
        reading.reject_outside(sheet, &texts.chain(cells).collect());
    }
    Ok(reading)
}

/// The rows that the clerk adds have their ids from the marks.
fn lines(form: &Form, marks: &Marks) -> Result<Lines, SheetError> {
    let mut lines = Lines::new();
    for (number, section) in form.sections().iter().enumerate() {
        let Rows::Dynamic { max, .. } = section.rows else { continue };
        let mut ids: Vec<String> = Vec::new();
        for mark in &marks.cells {
            let parts: Vec<&str> = mark.key.split('.').collect();
            if let [of, row, _] = parts[..]
                && of == section.key
                && ids.last().is_none_or(|last| last != row)
            {
                ids.push(row.to_owned());
            }
        }
        let distinct: BTreeSet<&String> = ids.iter().collect();
        if distinct.len() != ids.len() || ids.len() != max as usize || !ids.iter().all(|id| is_row_id(id)) {
            return Err(SheetError::OldLayout);
        }
        lines.insert(number, ids);
    }
    Ok(lines)
}

/// The marks must name exactly the open cells, where they stand by today's layout.
fn check_marks(form: &Form, layout: &Layout, marks: &Marks) -> Result<(), SheetError> {
    let open = layout.slots(form).filter(|slot| slot.spec.is_fillable()).map(|slot| {
        let sheet = layout.names[slot.spot.sheet].clone();
        (slot.key.as_str().to_owned(), sheet, slot.spot.address())
    });
    let marked = marks.cells.iter().map(|mark| (mark.key.clone(), mark.sheet.clone(), mark.address.clone()));
    if open.eq(marked) { Ok(()) } else { Err(SheetError::OldLayout) }
}

fn sheet_named<'b>(book: &'b Book, name: &str) -> Result<&'b ReadSheet, SheetError> {
    let found = book.sheets.iter().find(|sheet| sheet.name == name);
    found.ok_or_else(|| SheetError::SheetMissing { sheet: name.to_owned() })
}

fn by_place(sheet: &ReadSheet) -> BTreeMap<(u32, u16), &Typed> {
    sheet.cells.iter().map(|cell| ((cell.row, cell.column), &cell.typed)).collect()
}

/// Heads and labels stand where they stood.
fn check_texts(sheet: &ReadSheet, printed: &[&Printed]) -> Result<(), SheetError> {
    let contents = by_place(sheet);
    for text in printed {
        match text.part {
            // Whoever sends it on may write above and below the tables.
            Part::Title | Part::Subtitle | Part::Guide | Part::Note => continue,
            Part::Section | Part::Head | Part::Label { .. } => {}
        }
        let found = contents.get(&(text.spot.row, text.spot.column));
        let shown = found.map(|found| found.shown()).unwrap_or_default();
        let same = match found {
            Some(Typed::Text(found) | Typed::Number(found)) => found.trim() == text.text.trim(),
            Some(Typed::Date(_) | Typed::Truth(_) | Typed::Broken(_)) | None => false,
        };
        if same {
            continue;
        }
        let expected = text.text.clone();
        let is_it = |cell: &&ReadCell| {
            matches!(&cell.typed, Typed::Text(found) if found.trim() == expected.trim())
                && (cell.row, cell.column) != (text.spot.row, text.spot.column)
                && !printed.iter().any(|other| {
                    (other.spot.row, other.spot.column) == (cell.row, cell.column) && other.text == expected
                })
        };
        let (sheet_name, cell) = (sheet.name.clone(), text.spot.address());
        return Err(match sheet.cells.iter().find(is_it) {
            Some(moved) => SheetError::Moved { sheet: sheet_name, cell, expected, found: moved.address() },
            None => SheetError::TextChanged { sheet: sheet_name, cell, expected, found: shown },
        });
    }
    Ok(())
}

/// Cells that are one are the same ones as before.
fn check_merges(sheet: &ReadSheet, expected: &BTreeSet<Merge>) -> Result<(), SheetError> {
    let found: BTreeSet<Merge> = sheet.merges.iter().copied().collect();
    let Some(other) = expected.symmetric_difference(&found).next() else { return Ok(()) };
    let column = u16::try_from(other.first.1).unwrap_or(u16::MAX);
    let cell = rust_xlsxwriter::utility::row_col_to_cell(other.first.0, column);
    Err(SheetError::MergesChanged { sheet: sheet.name.clone(), cell })
}

impl Reading {
    fn take(&mut self, slot: &Slot<'_>, layout: &Layout, typed: Option<&Typed>, held: Option<&Cell>, base: i32) {
        let key = slot.key.as_str().to_owned();
        let sheet = layout.names[slot.spot.sheet].clone();
        let at = SheetPlace { sheet, cell: slot.spot.address(), key: Some(key.clone()) };
        if let (CellKind::Blocked, Some(typed)) = (&slot.spec.kind, typed) {
            let fault = Fault::new("form.blocked_cell");
            self.rejected.push(SheetRejection { at, typed: typed.shown(), fault });
            return;
        }
        if !slot.spec.is_fillable() {
            return;
        }
        self.places.insert(key.clone(), at.clone());
        match cells::read(slot.spec, typed) {
            Ok(read) => {
                if held == Some(&read.cell) {
                    self.carried += usize::from(!read.cell.is_blank());
                    return;
                }
                self.notes.extend(read.note.map(|note| SheetNote { at, note }));
                self.typed.insert(key.clone(), typed.map(Typed::shown).unwrap_or_default());
                self.mine.insert(key.clone(), read.cell.clone());
                self.wanted.insert(key, SaveCell { cell: read.cell, base });
            }
            Err(fault) => {
                let typed = typed.map(Typed::shown).unwrap_or_default();
                self.rejected.push(SheetRejection { at, typed, fault });
            }
        }
    }

    /// What stands where the form has no cell is named, not lost in silence.
    fn reject_outside(&mut self, sheet: &ReadSheet, known: &BTreeSet<(u32, u16)>) {
        let outside = sheet.cells.iter().filter(|cell| !known.contains(&(cell.row, cell.column)));
        for cell in outside.take(MOST_OUTSIDE) {
            let at = SheetPlace { sheet: sheet.name.clone(), cell: cell.address(), key: None };
            let fault = Fault::new("reporting.cell_outside");
            self.rejected.push(SheetRejection { at, typed: cell.typed.shown(), fault });
        }
    }
}
