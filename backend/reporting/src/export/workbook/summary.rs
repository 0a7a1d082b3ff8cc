//! The first sheet: the form as it is printed, with the totals of the whole in its cells.

use fupin_contract::reporting::TotalsRow;
use fupin_form::{CellKind, CellSpec, Form, Section};
use rust_xlsxwriter::{Worksheet, XlsxError};

use super::{
    super::words,
    formats::{Formats, index, narrow, write_over},
};
use crate::{sheets::layout::placed, totals::actions::Summed};

/// The number that spreadsheets give to A4.
const A4: u8 = 9;
const LABEL_WIDTH: f64 = 30.0;
const COLUMN_WIDTH: f64 = 14.0;

pub fn write(sheet: &mut Worksheet, summed: &Summed) -> Result<(), XlsxError> {
    let (form, totals) = (summed.form.as_ref(), &summed.totals);
    let formats = Formats::new();
    let width = 1 + form.sections().iter().map(|section| section.columns.len()).max().unwrap_or(1);
    let definition = form.definition();
    write_over(sheet, (0, 0), (1, width), &definition.title, &formats.title)?;
    let period = summed.found.task.period.to_string();
    let (counted, expected) = (totals.whole.counted, totals.whole.expected);
    let subtitle = words::subtitle(&totals.unit.name, &period, words::of(totals.of), counted, expected);
    write_over(sheet, (1, 0), (1, width), &subtitle, &formats.subtitle)?;
    let head = [Some(definition.code.as_str()), definition.unit_note.as_deref()];
    let head = head.into_iter().flatten().collect::<Vec<_>>().join("　　");
    write_over(sheet, (2, 0), (1, width), &head, &formats.subtitle)?;
    let mut row = 3;
    for section in form.sections() {
        row = write_section(sheet, row, form, section, &totals.whole, &formats)? + 1;
    }
    if let Some(note) = &definition.note {
        write_over(sheet, (row, 0), (1, width), note, &formats.note)?;
        sheet.set_row_height(row, 60)?;
    }
    sheet.set_row_height(0, 30)?;
    sheet.set_column_width(0, LABEL_WIDTH)?;
    for column in 1..narrow(width)? {
        sheet.set_column_width(column, COLUMN_WIDTH)?;
    }
    sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
    Ok(())
}

/// One table of the form from a row on; answers the row after it.
fn write_section(
    sheet: &mut Worksheet,
    row: u32,
    form: &Form,
    section: &Section,
    whole: &TotalsRow,
    formats: &Formats,
) -> Result<u32, XlsxError> {
    write_over(sheet, (row, 0), (1, 1 + section.columns.len()), &section.title, &formats.section)?;
    let head = section.header.len();
    write_over(sheet, (row + 1, 0), (head, 1), &section.row_header, &formats.head)?;
    for (line, column, cell) in placed(&section.header, section.columns.len()) {
        let place = (row + 1 + index(line)?, 1 + narrow(column)?);
        write_over(sheet, place, (cell.rowspan, cell.colspan), &cell.title, &formats.head)?;
    }
    let first = row + 1 + index(head)?;
    let labels: Vec<(&str, u8)> = match section.fixed_rows() {
        [] => vec![(words::TOTAL_ROW, 0)],
        rows => rows.iter().map(|row| (row.label.as_str(), row.indent)).collect(),
    };
    for (line, (label, indent)) in labels.iter().enumerate() {
        let at = first + index(line)?;
        sheet.write_string_with_format(at, 0, *label, &formats.indented(*indent))?;
        for column in 0..section.columns.len() {
            let spec = &form.cells()[section.index_at(line, column)];
            write_cell(sheet, (at, 1 + narrow(column)?), spec, whole, formats)?;
        }
    }
    Ok(first + index(labels.len())?)
}

fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    spec: &CellSpec,
    whole: &TotalsRow,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let total = whole.values.get(spec.key.as_str());
    match (&spec.kind, total) {
        (CellKind::Blocked, _) => drop(sheet.write_blank(row, column, &formats.blocked)?),
        (_, None) => drop(sheet.write_blank(row, column, &formats.text)?),
        (_, Some(total)) => match &total.value {
            Some(value) => formats.write_figure(sheet, row, column, value)?,
            None if total.filled == 0 && total.blank == 0 => {
                sheet.write_string_with_format(row, column, words::NOT_APPLICABLE, &formats.text)?;
            }
            None => drop(sheet.write_blank(row, column, &formats.text)?),
        },
    }
    Ok(())
}
