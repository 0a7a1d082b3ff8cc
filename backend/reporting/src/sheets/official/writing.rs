//! Writing a page as the layout has it.
//! Invariants: merges, widths, heights and styles are those that were read; whatever a person typed is a typed string;
//! a formula is one that was understood when the layout was read.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Worksheet, XlsxError};

use super::{Field, Held, KeptFormula, Official, OfficialCell};
use crate::export::workbook::formats::EXACT_DIGITS;

/// The number that spreadsheets give to A4.
const A4: u8 = 9;

/// What is to stand in a cell of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Figure {
    Nothing,
    /// A decimal.
    Number(String),
    /// `2026-11-23`
    Date(String),
    /// What a person typed or chose.
    Text(String),
    /// Written by the form, without the equals sign, and what it comes to.
    Formula(String, String),
}

/// Write the sheet; `figure` tells what stands in a cell of the form, and whether it is open to be filled.
pub fn write(
    page: &mut Worksheet,
    official: &Official,
    mut figure: impl FnMut(&OfficialCell, &Field) -> (Figure, bool),
) -> Result<(), XlsxError> {
    frame(page, official)?;
    let formats: Vec<Format> = official.styles.iter().map(fupin_sheet::Style::format).collect();
    let plain = Format::new();
    for merge in &official.merges {
        let column = |column: u32| u16::try_from(column).map_err(|_| XlsxError::RowColumnLimitError);
        let (first, last) = (column(merge.first.1)?, column(merge.last.1)?);
        page.merge_range(merge.first.0, first, merge.last.0, last, "", &plain)?;
    }
    for cell in &official.cells {
        let style = cell.style.and_then(|style| formats.get(usize::from(style))).unwrap_or(&plain);
        match &cell.holds {
            Held::Nothing => drop(page.write_blank(cell.row, cell.column, style)?),
            Held::Loose(text) => put(page, cell, &Figure::Text(text.clone()), style)?,
            Held::Fixed(fixed) => put(page, cell, &Figure::Text(fixed.text.clone()), style)?,
            Held::Number(number) => put(page, cell, &Figure::Number(number.clone()), style)?,
            Held::Field(field) => {
                let (figure, is_open) = figure(cell, field);
                let style = if is_open { style.clone().set_unlocked() } else { style.clone() };
                match (&field.formula, figure) {
                    (Some(kept), Figure::Number(value)) => formula(page, cell, &shown(kept), &value, &style)?,
                    (Some(kept), Figure::Nothing) => formula(page, cell, &shown(kept), "", &style)?,
                    (Some(kept), Figure::Formula(_, value)) => formula(page, cell, &shown(kept), &value, &style)?,
                    (_, figure) => put(page, cell, &figure, &style)?,
                }
            }
        }
    }
    Ok(())
}

/// A sum passes over what is no number; all else would come to an error beside a word, and comes to nothing instead.
fn shown(kept: &KeptFormula) -> String {
    let upper = kept.written.trim().to_ascii_uppercase();
    let is_one_sum = upper
        .strip_prefix("SUM(")
        .and_then(|rest| rest.strip_suffix(')'))
        .is_some_and(|inside| inside.bytes().all(|sign| sign.is_ascii_alphanumeric() || b"$:, ".contains(&sign)));
    if is_one_sum || upper.starts_with("IFERROR(") {
        kept.written.clone()
    } else {
        format!("IFERROR({},\"\")", kept.written)
    }
}

fn formula(
    page: &mut Worksheet,
    cell: &OfficialCell,
    formula: &str,
    value: &str,
    style: &Format,
) -> Result<(), XlsxError> {
    let formula = Formula::new(formula).set_result(value);
    page.write_formula_with_format(cell.row, cell.column, formula, style)?;
    Ok(())
}

fn put(page: &mut Worksheet, cell: &OfficialCell, figure: &Figure, style: &Format) -> Result<(), XlsxError> {
    let (row, column) = (cell.row, cell.column);
    match figure {
        Figure::Nothing => drop(page.write_blank(row, column, style)?),
        Figure::Text(text) => drop(page.write_string_with_format(row, column, text, style)?),
        Figure::Formula(written, value) => formula(page, cell, written, value, style)?,
        Figure::Date(date) => {
            let date = ExcelDateTime::parse_from_str(date)?;
            page.write_datetime_with_format(row, column, date, style)?;
        }
        Figure::Number(number) => {
            let digits = number.bytes().filter(u8::is_ascii_digit).count();
            match number.parse::<f64>() {
                Ok(exact) if digits <= EXACT_DIGITS && exact.is_finite() => {
                    page.write_number_with_format(row, column, exact, style)?;
                }
                Ok(_) | Err(_) => drop(page.write_string_with_format(row, column, number, style)?),
            }
        }
    }
    Ok(())
}

fn frame(page: &mut Worksheet, official: &Official) -> Result<(), XlsxError> {
    if let Some(height) = official.default_height.filter(|height| *height > 0) {
        page.set_default_row_height(f64::from(height) / 100.0);
    }
    for (first, last, width) in &official.widths {
        for column in *first..=*last {
            if *width == 0 {
                page.set_column_hidden(column)?;
            } else {
                page.set_column_width_pixels(column, *width)?;
            }
        }
    }
    for (row, height) in &official.heights {
        if *height == 0 {
            page.set_row_hidden(*row)?;
        } else {
            page.set_row_height(*row, f64::from(*height) / 100.0)?;
        }
    }
    if official.is_landscape {
        page.set_landscape();
    }
    page.set_paper_size(A4).set_print_fit_to_pages(1, 0);
    Ok(())
}
