//! The rows of the first sheet, told one after the other as lines of JSON: `[row, ["text", …]]`. The last line is `"end"`, or
//! why there is none.

use std::io::{self, Cursor, Read, Write};

use calamine::{Reader, Xlsx};

use super::{recognise, scan, workbook};
use crate::content::{Typed, Unreadable};

/// Address space for the packed file, its shared strings and one row, in bytes.
pub const MEMORY: u64 = 1024 * 1024 * 1024;
/// Seconds of a processor.
pub const SECONDS: u64 = 120;
/// Of the packed file.
const MOST_BYTES: u64 = 96 * 1024 * 1024;
/// Two hundred thousand rows of fifty cells come to half of it.
const MOST_INFLATED: u64 = 2 * 1024 * 1024 * 1024;
const MOST_COLUMNS: u32 = 200;

pub fn tell(input: impl Read, most_cells: usize, out: &mut impl Write) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(256 * 1024, out);
    match tell_rows(input, most_cells, &mut out)? {
        Ok(()) => serde_json::to_writer(&mut out, "end")?,
        Err(why) => serde_json::to_writer(&mut out, &why)?,
    }
    out.write_all(b"\n")?;
    out.flush()
}

fn tell_rows(input: impl Read, most_cells: usize, out: &mut impl Write) -> io::Result<Result<(), Unreadable>> {
    let mut bytes = Vec::new();
    input.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Ok(Err(Unreadable::TooComplex));
    }
    let mut file = Cursor::new(bytes);
    if let Err(why) = recognise(&mut file).and_then(|()| scan::measure_within(&mut file, MOST_INFLATED).map(|_| ())) {
        return Ok(Err(why));
    }
    file.set_position(0);
    let mut book = match Xlsx::new(file) {
        Ok(book) => book,
        Err(error) => return Ok(Err(workbook::unreadable(error))),
    };
    let Some(name) = book.sheet_names().into_iter().next() else { return Ok(Err(Unreadable::NotAWorkbook)) };
    let mut cells = match book.worksheet_cells_reader(&name) {
        Ok(cells) => cells,
        Err(error) => return Ok(Err(workbook::unreadable(error))),
    };
    let (mut at, mut row, mut left) = (0, Vec::new(), most_cells);
    loop {
        let cell = match cells.next_cell() {
            Ok(Some(cell)) => cell,
            Ok(None) => break,
            Err(error) => return Ok(Err(workbook::unreadable(error))),
        };
        let (position, column) = cell.get_position();
        if column >= MOST_COLUMNS {
            continue;
        }
        let Some(typed) = workbook::typed(cell.get_value()) else { continue };
        let Some(rest) = left.checked_sub(1) else { return Ok(Err(Unreadable::TooComplex)) };
        left = rest;
        if position != at && !row.is_empty() {
            write_row(out, at, &row)?;
            row.clear();
        }
        at = position;
        row.resize(row.len().max(column as usize + 1), String::new());
        if let Some(place) = row.get_mut(column as usize) {
            *place = text(typed);
        }
    }
    if !row.is_empty() {
        write_row(out, at, &row)?;
    }
    Ok(Ok(()))
}

fn write_row(out: &mut impl Write, at: u32, row: &[String]) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &(at + 1, row))?;
    out.write_all(b"\n")
}

fn text(typed: Typed) -> String {
    match typed {
        Typed::Text(text) | Typed::Number(text) | Typed::Date(text) | Typed::Broken(text) => text,
        Typed::Truth(true) => "true".to_owned(),
        Typed::Truth(false) => "false".to_owned(),
    }
}
