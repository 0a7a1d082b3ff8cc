//! The people's table of one year, made up, in the size that is asked for.

use std::io::{self, Write};

use fupin_synth::{Catalog, Plan, Planter, Sheets, Units, write_village};
use rust_xlsxwriter::Workbook;

use crate::Outcome;

const UNITS: &str = include_str!("../../../server/provinces/hainan/units.csv");
const WEIGHTS: &str = include_str!("../../../server/provinces/hainan/registry/weights.json");
const CATALOG: &str = include_str!("../../../server/provinces/hainan/registry/catalog.json");
const DICTIONARIES: &str = include_str!("../../../server/provinces/hainan/registry/dictionaries.json");
/// More households than a province has, so that there are enough people.
const SCALE: f64 = 1.5;
const LAST_YEAR: i32 = 2020;

pub fn year() -> i16 {
    LAST_YEAR as i16
}

/// Keeps whole rows up to a number, and throws the rest away.
struct Rows {
    kept: Vec<u8>,
    left: usize,
}

impl Write for Rows {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut taken = 0;
        while self.left > 0 && taken < bytes.len() {
            let rest = bytes.get(taken..).unwrap_or_default();
            let end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
            self.kept.extend_from_slice(rest.get(..end).unwrap_or_default());
            taken += end;
            if rest.get(end - 1) == Some(&b'\n') {
                self.left -= 1;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn people(plan: Plan, most: usize) -> Outcome<Vec<u8>> {
    let units = Units::read(UNITS, WEIGHTS)?;
    let forms = Catalog::read(CATALOG, DICTIONARIES)?.forms(plan.last_year)?;
    let rows = |left| Rows { kept: Vec::new(), left };
    let mut sheets = [Sheets::begin(forms, [rows(most + 1), rows(0), rows(0), rows(0)])?];
    let planter = Planter::new(plan.seed);
    for village in units.villages() {
        write_village(&plan, village, Some(&planter), &mut sheets)?;
    }
    let [sheets] = sheets;
    let [person, ..] = sheets.finish()?;
    Ok(person.kept)
}

pub fn people_as_text(most: usize) -> Outcome<Vec<u8>> {
    // Of five years one is written; a plan of a higher scale has more people in its last.
    people(Plan { scale: SCALE * 1.06, seed: 1, last_year: LAST_YEAR }, most)
}

/// Other people, of another seed.
pub fn people_as_workbook(most: usize) -> Outcome<Vec<u8>> {
    let text = people(Plan { scale: 0.4, seed: 2, last_year: LAST_YEAR }, most)?;
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_low_memory()?;
    for (row, line) in csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_slice()).records().enumerate() {
        for (column, cell) in line?.iter().enumerate() {
            sheet.write_string(u32::try_from(row)?, u16::try_from(column)?, cell)?;
        }
    }
    Ok(book.save_to_buffer()?)
}
