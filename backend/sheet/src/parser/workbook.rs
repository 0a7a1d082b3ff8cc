//! From a measured archive to what stands in its cells, one cell after the other.

use std::io::{Read, Seek};

use calamine::{DataRef, Reader, Xlsx, XlsxError};

use super::scan::Parts;
use crate::content::{Book, Merge, ReadCell, ReadSheet, Typed, Unreadable};

const MOST_SHEETS: usize = 50;
const MOST_MERGES: usize = 20_000;
/// Of all texts together, in bytes.
const MOST_TEXT: usize = 16 * 1024 * 1024;
/// What a spreadsheet lets a person type into one cell.
const LONGEST_TEXT: usize = 32_767;

/// More than the form with most cells computes.
const MOST_FORMULAS: usize = 10_000;
/// What a spreadsheet lets a person type.
const LONGEST_FORMULA: usize = 8_192 * 4;

/// What may still come.
struct Left {
    cells: usize,
    text: usize,
}

pub fn read(file: impl Read + Seek, parts: &Parts, most_cells: usize) -> Result<Book, Unreadable> {
    if parts.sheets > MOST_SHEETS {
        return Err(Unreadable::TooComplex);
    }
    let mut workbook = Xlsx::new(file).map_err(unreadable)?;
    let names = workbook.sheet_names();
    if names.is_empty() || names.len() > MOST_SHEETS {
        return Err(if names.is_empty() { Unreadable::NotAWorkbook } else { Unreadable::TooComplex });
    }
    let mut left = Left { cells: most_cells, text: MOST_TEXT };
    let mut sheets = Vec::with_capacity(names.len());
    for name in names {
        let merges = merges(&mut workbook, &name)?;
        let cells = cells(&mut workbook, &name, &mut left)?;
        sheets.push(ReadSheet { name, merges, cells, looks: None });
    }
    Ok(Book { sheets, styles: Vec::new() })
}

/// The formulas of a sheet, without the equals sign.
pub fn formulas(workbook: &mut Xlsx<impl Read + Seek>, name: &str) -> Result<Vec<(u32, u16, String)>, Unreadable> {
    let mut reader = workbook.worksheet_cells_reader(name).map_err(unreadable)?;
    let mut formulas = Vec::new();
    while let Some(cell) = reader.next_formula().map_err(unreadable)? {
        let ((row, column), formula) = (cell.get_position(), cell.get_value());
        if formula.is_empty() {
            continue;
        }
        if formulas.len() >= MOST_FORMULAS || formula.len() > LONGEST_FORMULA {
            return Err(Unreadable::TooComplex);
        }
        formulas.push((row, u16::try_from(column).map_err(|_| Unreadable::Damaged)?, formula.clone()));
    }
    Ok(formulas)
}

fn merges(workbook: &mut Xlsx<impl Read + Seek>, name: &str) -> Result<Vec<Merge>, Unreadable> {
    let found = workbook.merge_cells_by_sheet_name(name).map_err(unreadable)?;
    if found.len() > MOST_MERGES {
        return Err(Unreadable::TooComplex);
    }
    Ok(found.into_iter().map(|cells| Merge { first: cells.start, last: cells.end }).collect())
}

fn cells(workbook: &mut Xlsx<impl Read + Seek>, name: &str, left: &mut Left) -> Result<Vec<ReadCell>, Unreadable> {
    let mut reader = workbook.worksheet_cells_reader(name).map_err(unreadable)?;
    let mut cells = Vec::new();
    while let Some(cell) = reader.next_cell().map_err(unreadable)? {
        let (row, column) = cell.get_position();
        let Some(typed) = typed(cell.get_value()) else { continue };
        let text = match &typed {
            Typed::Text(text) => text.len(),
            Typed::Number(_) | Typed::Date(_) | Typed::Truth(_) | Typed::Broken(_) => 16,
        };
        left.cells = left.cells.checked_sub(1).ok_or(Unreadable::TooComplex)?;
        left.text = left.text.checked_sub(text).ok_or(Unreadable::TooComplex)?;
        let column = u16::try_from(column).map_err(|_| Unreadable::Damaged)?;
        if row >= 1 << 20 || column >= 1 << 14 {
            return Err(Unreadable::Damaged);
        }
        cells.push(ReadCell { row, column, typed });
    }
    Ok(cells)
}

/// None for an empty cell.
pub fn typed(value: &DataRef<'_>) -> Option<Typed> {
    match value {
        DataRef::Empty => None,
        DataRef::String(text) => text_typed(text),
        DataRef::SharedString(text) => text_typed(text),
        DataRef::Int(number) => Some(Typed::Number(number.to_string())),
        DataRef::Float(number) => Some(number_typed(*number)),
        DataRef::Bool(truth) => Some(Typed::Truth(*truth)),
        DataRef::Error(error) => Some(Typed::Broken(error.to_string())),
        DataRef::DateTime(date) if date.is_datetime() && date.as_f64() >= 1.0 => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            Some(Typed::Date(format!("{year:04}-{month:02}-{day:02}")))
        }
        DataRef::DateTime(date) => Some(number_typed(date.as_f64())),
        DataRef::DateTimeIso(text) => Some(Typed::Date(text.chars().take(10).collect())),
        DataRef::DurationIso(text) => text_typed(text),
    }
}

fn text_typed(text: &str) -> Option<Typed> {
    if text.is_empty() {
        return None;
    }
    let end = text.char_indices().nth(LONGEST_TEXT).map_or(text.len(), |(end, _)| end);
    Some(Typed::Text(text[..end].to_owned()))
}

/// Fifteen digits are what a spreadsheet's number is good for; what follows is an error of its binary fractions.
fn number_typed(number: f64) -> Typed {
    if !number.is_finite() {
        return Typed::Broken(number.to_string());
    }
    // Reading it again takes the error away, and writes no exponent.
    let rounded = format!("{number:.14e}").parse().unwrap_or(number);
    Typed::Number(rounded.to_string())
}

pub fn unreadable(error: XlsxError) -> Unreadable {
    match error {
        XlsxError::Password => Unreadable::Encrypted,
        XlsxError::FileNotFound(_) => Unreadable::NotAWorkbook,
        _ => Unreadable::Damaged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_a_person_sees_it() {
        let read = |number: f64| number_typed(number);
        let number = |text: &str| Typed::Number(text.to_owned());
        assert_eq!(read(0.1 + 0.2), number("0.3"));
        assert_eq!(read(1234.5), number("1234.5"));
        assert_eq!(read(-0.07), number("-0.07"));
        assert_eq!(read(980_100_200_001_011_234.0), number("980100200001011000"));
        assert_eq!(read(1e21), number("1000000000000000000000"));
        assert_eq!(read(f64::NAN), Typed::Broken("NaN".to_owned()));
    }
}
