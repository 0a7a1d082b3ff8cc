//! A form read out of somebody else's workbook: which of its cells are filled in, what they are called, what they are
//! computed from, and the sheet itself, into which the form goes back. Pure.
//! Invariant: nothing is lost in silence: whatever stands in the sheet is part of the form, or kept by the layout and
//! named in the notes.

mod formulas;
mod grid;
mod keeping;
mod kinds;
mod pieces;
mod sections;
mod tables;
mod translate;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use fupin_contract::reporting::{DraftNote, DraftNoteKind};
use fupin_form::{Form, FormDefinition};
use fupin_sheet::{Book, ReadSheet};

use crate::sheets::official::Official;
use grid::{Grid, Place, What, address, one_line};
use sections::Builder;
use tables::Sketch;
use translate::Target;

/// Where our own files keep what they were made for.
const OURS: &str = "_fupin";
const LONGEST_TITLE: usize = 200;
const LONGEST_NOTE: usize = 2_000;

/// What was made of a workbook.
#[derive(Clone, Debug)]
pub struct Recognised {
    pub sheet: String,
    /// Those that a person sees.
    pub sheets: Vec<String>,
    pub definition: FormDefinition,
    pub notes: Vec<DraftNote>,
    pub official: Official,
}

/// Why nothing was made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unrecognised {
    NoSheet {
        sheet: String,
    },
    /// More rows or columns than a form has.
    TooLarge {
        sheet: String,
    },
    NoTable {
        sheet: String,
    },
}

/// What was guessed on one sheet.
#[derive(Debug)]
pub struct Notes<'s> {
    sheet: &'s str,
    list: Vec<DraftNote>,
}

impl Notes<'_> {
    pub fn add(&mut self, kind: DraftNoteKind, place: Place, text: &str) {
        let text = one_line(text).chars().take(LONGEST_TITLE).collect();
        self.list.push(DraftNote { kind, sheet: self.sheet.to_owned(), cell: address(place), text });
    }

    fn about(&mut self, kind: DraftNoteKind, sheet: &str, text: &str) {
        self.list.push(DraftNote { kind, sheet: sheet.to_owned(), cell: String::new(), text: text.to_owned() });
    }
}

/// Read a form from a sheet by name, or from the first one that holds a table.
pub fn recognise(book: &Book, wanted: Option<&str>) -> Result<Recognised, Unrecognised> {
    let is_shown =
        |sheet: &&ReadSheet| sheet.name != OURS && !sheet.looks.as_ref().is_some_and(|looks| looks.is_hidden);
    let shown: Vec<&ReadSheet> = book.sheets.iter().filter(is_shown).collect();
    let mut why = Unrecognised::NoTable { sheet: String::new() };
    if let Some(sheet) = wanted {
        why = Unrecognised::NoSheet { sheet: sheet.to_owned() };
    }
    for (at, sheet) in shown.iter().enumerate().filter(|(_, sheet)| wanted.is_none_or(|wanted| sheet.name == wanted)) {
        match read(book, sheet) {
            Ok(mut found) => {
                let others = shown.iter().enumerate().filter(|(other, sheet)| *other != at && !sheet.cells.is_empty());
                let mut notes = Notes { sheet: &sheet.name, list: std::mem::take(&mut found.notes) };
                others.for_each(|(_, other)| notes.about(DraftNoteKind::OtherSheet, &other.name, ""));
                found.notes = notes.list;
                found.sheets = shown.iter().map(|sheet| sheet.name.clone()).collect();
                return Ok(found);
            }
            // What is wrong with the first one tells more than that another holds nothing.
            Err(other) if !matches!(why, Unrecognised::TooLarge { .. }) => why = other,
            Err(_) => {}
        }
    }
    Err(why)
}

fn read(book: &Book, sheet: &ReadSheet) -> Result<Recognised, Unrecognised> {
    let name = || sheet.name.clone();
    let grid = Grid::new(book, sheet).ok_or_else(|| Unrecognised::TooLarge { sheet: name() })?;
    let mut notes = Notes { sheet: &sheet.name, list: Vec::new() };
    let pieces = pieces::find(&grid);
    let mut sketches: Vec<Sketch> = Vec::new();
    for piece in &pieces {
        let found = tables::read(&grid, piece, sketches.last(), &mut notes);
        sketches.extend(found.into_iter().filter(|sketch| !sketch.cells.is_empty()));
    }
    if sketches.is_empty() {
        return Err(Unrecognised::NoTable { sheet: name() });
    }
    let mut targets: BTreeMap<Place, Target> = BTreeMap::new();
    for (section, sketch) in sketches.iter().enumerate() {
        let cells = sketch.cells.iter();
        targets.extend(cells.map(|((line, leaf), place)| (*place, Target { section, line: *line, leaf: *leaf })));
    }
    let head = Head::read(&grid, &sketches, &targets);
    let measure = head.measures.clone().filter(|measures| words::is_unit(measures));
    if let (Some(measure), Some(place)) = (&measure, head.measures_at) {
        notes.add(DraftNoteKind::UnitGuessed, place, measure);
    }
    if head.code.is_empty() {
        notes.about(DraftNoteKind::CodeMissing, &sheet.name, "");
    }
    let title = if head.title.is_empty() { name() } else { head.title.clone() };
    let builder = Builder { grid: &grid, sketches: &sketches, targets: &targets, measure, title: title.clone() };
    let built = builder.build(&mut notes);
    let definition = FormDefinition {
        code: head.code.clone(),
        title,
        note: Some(head.note.clone()).filter(|note| !note.is_empty()),
        unit_note: head.measures.as_ref().map(|measures| format!("计量单位：{measures}")),
        sections: built.sections.clone(),
        rules: Vec::new(),
    };
    let official = keeping::Keeper { builder: &builder, built: &built, definition: &definition, said: &head.said };
    let official = official.keep(&mut notes);
    notes.list.sort_by_key(order);
    Ok(Recognised { sheet: name(), sheets: Vec::new(), definition, notes: notes.list, official })
}

/// By kind, and then as they stand.
fn order(note: &DraftNote) -> (DraftNoteKind, u32, usize, String) {
    let letters = note.cell.bytes().take_while(u8::is_ascii_alphabetic).count();
    (note.kind, note.cell[letters..].parse().unwrap_or(0), letters, note.cell.clone())
}

/// The form compiled, whatever number it still lacks; none where it has other faults.
pub fn compiled(definition: &FormDefinition) -> Option<Form> {
    let mut definition = definition.clone();
    if definition.code.is_empty() {
        "?".clone_into(&mut definition.code);
    }
    Form::compile(definition).ok()
}

/// What stands above, between and below the tables.
#[derive(Debug, Default)]
struct Head {
    title: String,
    code: String,
    measures: Option<String>,
    measures_at: Option<Place>,
    note: String,
    /// Texts that the definition says.
    said: BTreeSet<Place>,
}

impl Head {
    fn read(grid: &Grid<'_>, sketches: &[Sketch], targets: &BTreeMap<Place, Target>) -> Self {
        let mut head = Self::default();
        let in_tables: BTreeSet<Place> = sketches.iter().flat_map(|sketch| sketch.fixed.iter().copied()).collect();
        let (first, last) =
            (targets.keys().next().map_or(0, |place| place.0), targets.keys().map(|place| place.0).max());
        let texts: Vec<(Place, String)> = grid
            .places()
            .into_iter()
            .filter(|place| grid.is_anchor(*place) && !in_tables.contains(place) && !targets.contains_key(place))
            .filter_map(|place| match grid.what(place) {
                What::Text(text) => Some((place, text.to_owned())),
                What::Empty | What::Formula(_) | What::Value(_) => None,
            })
            .collect();
        for (place, text) in &texts {
            let is_above = place.0 < first;
            if let Some(code) = words::code_in(text).filter(|_| is_above && head.code.is_empty()) {
                head.code = code;
                head.said.insert(*place);
            }
            if let Some(measures) = words::measures_in(text).filter(|_| head.measures.is_none()) {
                head.measures = Some(measures);
                head.measures_at = Some(*place);
                head.said.insert(*place);
            }
        }
        head.name(grid, &texts, first);
        head.explain(&texts, last.unwrap_or(0));
        head.said.extend(sketches.iter().filter_map(|sketch| sketch.title));
        head
    }

    /// The largest of the texts above the tables.
    fn name(&mut self, grid: &Grid<'_>, texts: &[(Place, String)], first: u32) {
        let is_name = |(place, text): &&(Place, String)| {
            place.0 < first && !self.said.contains(place) && !words::is_about_the_sheet(text)
        };
        let size = |place: &Place| grid.style(*place).map_or(0, |style| style.size);
        // Of several that are as large the first.
        let found = texts.iter().filter(is_name).rev().max_by_key(|(place, _)| size(place));
        if let Some((place, text)) = found {
            self.title = one_line(text).chars().take(LONGEST_TITLE).collect();
            self.said.insert(*place);
        }
    }

    /// Explanations below the tables, and what follows them line by line.
    fn explain(&mut self, texts: &[(Place, String)], last: u32) {
        let mut lines: Vec<&str> = Vec::new();
        for (place, text) in texts.iter().filter(|(place, _)| place.0 > last) {
            let is_note = words::is_note(text.trim()) || (!lines.is_empty() && !words::is_about_the_sheet(text));
            if !is_note {
                continue;
            }
            let length: usize = lines.iter().map(|line| line.chars().count() + 1).sum();
            if length + text.chars().count() > LONGEST_NOTE {
                continue;
            }
            lines.push(text.trim());
            self.said.insert(*place);
        }
        self.note = lines.join("\n");
    }
}

#[cfg(test)]
mod tests;
