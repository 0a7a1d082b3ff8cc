//! The second sheet: a line for each unit and item, for whoever reckons on with them.

use fupin_contract::reporting::{TotalValue, TotalsRow};
use fupin_form::{CellSpec, Form};
use rust_xlsxwriter::{Worksheet, XlsxError};

use super::{
    super::words,
    formats::{Formats, narrow},
};
use crate::totals::actions::Summed;

const WIDTHS: [f64; 11] = [20.0, 28.0, 28.0, 28.0, 10.0, 16.0, 10.0, 10.0, 10.0, 10.0, 12.0];

pub fn write(sheet: &mut Worksheet, summed: &Summed) -> Result<(), XlsxError> {
    let formats = Formats::new();
    for (column, (word, width)) in words::DETAIL_HEAD.iter().zip(WIDTHS).enumerate() {
        sheet.write_string_with_format(0, narrow(column)?, *word, &formats.head)?;
        sheet.set_column_width(narrow(column)?, width)?;
    }
    let mut row = 0;
    for unit in &summed.totals.rows {
        for measure in summed.form.measures() {
            let Some(total) = unit.values.get(measure.key.as_str()) else { continue };
            row += 1;
            write_line(sheet, row, &summed.form, unit, &summed.form.cells()[measure.cell], total, &formats)?;
        }
    }
    sheet.autofilter(0, 0, row, narrow(WIDTHS.len() - 1)?)?;
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

fn write_line(
    sheet: &mut Worksheet,
    row: u32,
    form: &Form,
    unit: &TotalsRow,
    spec: &CellSpec,
    total: &TotalValue,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let section = &form.sections()[spec.section];
    let label = if section.is_dynamic() { words::TOTAL_ROW } else { &spec.row_label };
    let measured_in = spec.unit.as_deref().unwrap_or_default();
    let texts = [unit.unit.name.as_str(), &section.title, label, &spec.column_title, measured_in];
    for (column, text) in texts.into_iter().enumerate() {
        sheet.write_string_with_format(row, narrow(column)?, text, &formats.text)?;
    }
    match &total.value {
        Some(value) => formats.write_figure(sheet, row, 5, value)?,
        None => drop(sheet.write_blank(row, 5, &formats.text)?),
    }
    let counts = [unit.expected, unit.counted, total.filled, total.blank, total.not_applicable];
    for (column, count) in counts.into_iter().enumerate() {
        formats.write_figure(sheet, row, 6 + narrow(column)?, &count.to_string())?;
    }
    Ok(())
}
