//! What a file says of itself on a sheet that nobody sees: the report that it was made for, and for each cell of the
//! form where it stands and what it held. From this a moved or renamed layout is recognised, and a cell that was typed
//! is told from one that was only carried along.

use std::collections::BTreeMap;

use fupin_form::Cell;
use fupin_sheet::{ReadSheet, Typed};

/// Of the way in which this sheet is written.
const EDITION: &str = "1";
const HEAD: &str = "fupin";
const CELLS: &str = "cells";

/// What the file was made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    pub report: String,
    /// The report's version at that time.
    pub version: i32,
    pub form_code: String,
    pub form_version: i32,
    pub form_title: String,
    pub period: String,
    pub unit: i32,
    pub unit_name: String,
}

/// A cell of the form: where it stands, and what it held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub key: String,
    pub sheet: String,
    pub address: String,
    pub held: Cell,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marks {
    pub origin: Origin,
    pub cells: Vec<Mark>,
}

impl Marks {
    /// Line by line, all of it text.
    pub fn lines(&self) -> impl Iterator<Item = Vec<String>> {
        let Origin { report, version, form_code, form_version, form_title, period, unit, unit_name } =
            self.origin.clone();
        let facts = [
            (HEAD, EDITION.to_owned()),
            ("report", report),
            ("version", version.to_string()),
            ("form_code", form_code),
            ("form_version", form_version.to_string()),
            ("form_title", form_title),
            ("period", period),
            ("unit", unit.to_string()),
            ("unit_name", unit_name),
            (CELLS, self.cells.len().to_string()),
        ];
        let facts = facts.into_iter().map(|(name, value)| vec![name.to_owned(), value]);
        facts.chain(self.cells.iter().map(|mark| {
            let held = serde_json::to_string(&mark.held).unwrap_or_default();
            vec![mark.key.clone(), mark.sheet.clone(), mark.address.clone(), held]
        }))
    }

    /// What the sheet says; none if this is no such sheet, or somebody has been at it.
    pub fn read(sheet: &ReadSheet) -> Option<Self> {
        let mut lines: BTreeMap<u32, [&str; 4]> = BTreeMap::new();
        for cell in &sheet.cells {
            if let (Typed::Text(text), Some(at)) =
                (&cell.typed, lines.entry(cell.row).or_default().get_mut(usize::from(cell.column)))
            {
                *at = text;
            }
        }
        let mut lines = lines.into_values();
        let mut facts = BTreeMap::new();
        let count: usize = loop {
            let [name, value, ..] = lines.next()?;
            if name == CELLS {
                break value.parse().ok()?;
            }
            facts.insert(name, value);
        };
        let fact = |name: &str| facts.get(name).copied();
        if fact(HEAD)? != EDITION {
            return None;
        }
        let origin = Origin {
            report: fact("report")?.to_owned(),
            version: fact("version")?.parse().ok()?,
            form_code: fact("form_code")?.to_owned(),
            form_version: fact("form_version")?.parse().ok()?,
            form_title: fact("form_title")?.to_owned(),
            period: fact("period")?.to_owned(),
            unit: fact("unit")?.parse().ok()?,
            unit_name: fact("unit_name")?.to_owned(),
        };
        let mark = |[key, sheet, address, held]: [&str; 4]| {
            let held = serde_json::from_str(held).ok()?;
            Some(Mark { key: key.to_owned(), sheet: sheet.to_owned(), address: address.to_owned(), held })
        };
        let cells: Vec<Mark> = lines.take(count).map(mark).collect::<Option<_>>()?;
        (cells.len() == count).then_some(Self { origin, cells })
    }
}

#[cfg(test)]
mod tests {
    use fupin_sheet::ReadCell;

    use super::*;

    fn marks() -> Marks {
        let origin = Origin {
            report: "r".to_owned(),
            version: 3,
            form_code: "=1".to_owned(),
            form_version: 2,
            form_title: "表".to_owned(),
            period: "2026-11".to_owned(),
            unit: 7,
            unit_name: "甲村".to_owned(),
        };
        let mark = |key: &str, held| Mark { key: key.into(), sheet: "表".into(), address: "B7".into(), held };
        let cells =
            vec![mark("a.b.c", Cell::Blank), mark("a.b.d", Cell::text("\"12\"")), mark("a.b.e", Cell::Integer(0))];
        Marks { origin, cells }
    }

    fn written(marks: &Marks) -> ReadSheet {
        let cells = (0..).zip(marks.lines()).flat_map(|(row, line)| {
            (0..).zip(line).map(move |(column, text)| ReadCell { row, column, typed: Typed::Text(text) })
        });
        ReadSheet { name: "_fupin".to_owned(), cells: cells.collect(), ..ReadSheet::default() }
    }

    #[test]
    fn what_is_written_is_read_again() {
        assert_eq!(Marks::read(&written(&marks())), Some(marks()));
    }

    #[test]
    fn a_sheet_that_somebody_has_been_at_is_none_of_ours() {
        let mut cut = written(&marks());
        cut.cells.truncate(cut.cells.len() - 4);
        assert_eq!(Marks::read(&cut), None);
        assert_eq!(Marks::read(&ReadSheet::default()), None);
    }
}
