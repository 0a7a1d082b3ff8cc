//! A report as a spreadsheet to fill: the form as it is printed, its computed cells as formulas, its open cells with
//! what they may hold.
//! Invariants: whatever a person typed is a typed string and never a formula; only open cells are unlocked; the hidden
//! sheet names every open cell.

mod given;
mod looks;
mod validation;

use std::sync::Arc;

use fupin_form::{Cell, CellKind, Cells, Form, NOT_APPLICABLE_WORD, Rows, Sheet, Value, display_cell};
use rust_xlsxwriter::{ExcelDateTime, Formula, ProtectionOptions, Workbook, Worksheet, XlsxError};
use uuid::Uuid;

use super::{
    layout::{AddressesOn, Layout, Lines, Part, Printed, Slot, Spot},
    marks::{Mark, Marks, Origin},
    official::Official,
    words,
};
use crate::export::workbook::formats::{EXACT_DIGITS, narrow, write_over};
use looks::Looks;

/// The number that spreadsheets give to A4.
const A4: u8 = 9;
const LABEL_WIDTH: f64 = 30.0;
const LINE_NUMBER_WIDTH: f64 = 8.0;
const COLUMN_WIDTH: f64 = 14.0;
const TEXT_WIDTH: f64 = 24.0;

/// A report, ready to be written down.
#[derive(Clone, Debug)]
pub struct Filled {
    pub form: Arc<Form>,
    /// The sheet that the form was made from.
    pub official: Option<Arc<Official>>,
    pub cells: Cells,
    pub origin: Origin,
    pub period: fupin_contract::Period,
}

/// Write a report as a workbook.
pub fn write(filled: &Filled) -> Result<Vec<u8>, XlsxError> {
    let form = filled.form.as_ref();
    let sheet = Sheet::new(form, &filled.cells);
    let layout = Layout::within(form, &lines(form, &sheet), filled.official.as_ref());
    let looks = Looks::new();
    let mut workbook = Workbook::new();
    let slots: Vec<Slot<'_>> = layout.slots(form).collect();
    if let Some(official) = layout.official() {
        return given::write(filled, &layout, official, &sheet);
    }
    let printed = layout.printed(form, &words::subtitle(&filled.origin.unit_name, filled.period));
    let mut lists = Vec::new();
    for (number, name) in layout.names.iter().enumerate() {
        let page = workbook.add_worksheet().set_name(name)?;
        // A formula that comes to nothing shows nothing, and no zero.
        page.set_formula_result_default("");
        for text in printed.iter().filter(|text| text.spot.sheet == number) {
            print(page, text, &looks)?;
        }
        let here: Vec<&Slot<'_>> = slots.iter().filter(|slot| slot.spot.sheet == number).collect();
        let addresses = AddressesOn { layout: &layout, form, sheet: number };
        for slot in &here {
            fill(page, slot, sheet.value(form, slot.key.as_str()), &addresses, &looks)?;
        }
        validation::add(page, &here, &mut lists)?;
        set_up(page, &layout, &addresses)?;
    }
    let marks = marks(filled, &layout, &slots, &sheet);
    write_marks(workbook.add_worksheet().set_name(words::MARKS_SHEET)?, &marks, &lists)?;
    workbook.save_to_buffer()
}

/// The rows that are there, and behind them as many new ones as the form has room for.
fn lines(form: &Form, sheet: &Sheet) -> Lines {
    let mut lines = Lines::new();
    for (number, section) in form.sections().iter().enumerate() {
        if let Rows::Dynamic { max, .. } = section.rows {
            let standing = sheet.row_ids(number).map(str::to_owned);
            let new = std::iter::repeat_with(|| Uuid::now_v7().simple().to_string());
            lines.insert(number, standing.chain(new).take(max as usize).collect());
        }
    }
    lines
}

fn print(page: &mut Worksheet, printed: &Printed, looks: &Looks) -> Result<(), XlsxError> {
    let Printed { spot: Spot { row, column, .. }, rows, columns, text, part } = printed;
    let indented;
    let format = match part {
        Part::Title => &looks.base.title,
        Part::Subtitle => &looks.base.subtitle,
        Part::Guide => &looks.guide,
        Part::Note => &looks.base.note,
        Part::Section => &looks.base.section,
        Part::Head => &looks.base.head,
        Part::Label { indent } => {
            indented = looks.base.indented(*indent);
            &indented
        }
    };
    match part {
        Part::Title => drop(page.set_row_height(*row, 30)?),
        Part::Note => drop(page.set_row_height(*row, 60)?),
        Part::Subtitle | Part::Guide | Part::Section | Part::Head | Part::Label { .. } => {}
    }
    write_over(page, (*row, *column), (*rows, *columns), text, format)
}

fn fill(
    page: &mut Worksheet,
    slot: &Slot<'_>,
    value: &Value,
    addresses: &AddressesOn<'_>,
    looks: &Looks,
) -> Result<(), XlsxError> {
    let Spot { row, column, .. } = slot.spot;
    let format = looks.of(&slot.spec.kind);
    if let CellKind::Computed { .. } = slot.spec.kind {
        let figure = cached(value);
        let formula = addresses.form.spreadsheet_formula(slot.spec.index, slot.line, addresses);
        match formula {
            Some(formula) => {
                page.write_formula_with_format(row, column, Formula::new(formula).set_result(figure), format)?
            }
            None => page.write_string_with_format(row, column, figure, format)?,
        };
        return Ok(());
    }
    match value {
        Value::Blank => page.write_blank(row, column, format)?,
        // A greyed cell is not applicable by nature, and stays empty as on paper.
        Value::NotApplicable if slot.spec.kind == CellKind::Blocked => page.write_blank(row, column, format)?,
        Value::NotApplicable => page.write_string_with_format(row, column, NOT_APPLICABLE_WORD, format)?,
        Value::Number(number) => {
            let text = number.to_string();
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            match text.parse::<f64>() {
                Ok(number) if digits <= EXACT_DIGITS => page.write_number_with_format(row, column, number, format)?,
                Ok(_) | Err(_) => page.write_string_with_format(row, column, text, format)?,
            }
        }
        Value::Date(date) => {
            let date = ExcelDateTime::parse_from_str(&date.to_string())?;
            page.write_datetime_with_format(row, column, date, format)?
        }
        Value::Text(text) => {
            let shown = display_cell(slot.spec, &Cell::text(text.as_ref()));
            page.write_string_with_format(row, column, shown, format)?
        }
    };
    Ok(())
}

/// What a formula comes to, for a program that does not calculate.
fn cached(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::NotApplicable => NOT_APPLICABLE_WORD.to_owned(),
        Value::Blank | Value::Date(_) | Value::Text(_) => String::new(),
    }
}

fn set_up(page: &mut Worksheet, layout: &Layout, addresses: &AddressesOn<'_>) -> Result<(), XlsxError> {
    let (form, sheet) = (addresses.form, addresses.sheet);
    let only = layout.only_first_row(sheet);
    let is_numbered = form.sections().iter().any(|section| section.is_dynamic()) && !is_main(form, sheet);
    page.set_column_width(0, if is_numbered { LINE_NUMBER_WIDTH } else { LABEL_WIDTH })?;
    for column in 1..layout.width(form, sheet) {
        let holds_text = layout.slots(form).any(|slot| {
            let here = slot.spot.sheet == sheet && usize::from(slot.spot.column) == column;
            here && matches!(slot.spec.kind, CellKind::Text { .. })
        });
        page.set_column_width(narrow(column)?, if holds_text { TEXT_WIDTH } else { COLUMN_WIDTH })?;
    }
    if let Some(first) = only {
        page.set_freeze_panes(first, 1)?;
    }
    // Widths and heights stay the person's own.
    let may = ProtectionOptions { format_columns: true, format_rows: true, ..ProtectionOptions::default() };
    page.protect_with_options(&may);
    page.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
    Ok(())
}

fn is_main(form: &Form, sheet: usize) -> bool {
    sheet == 0 && form.sections().iter().any(|section| !section.is_dynamic())
}

fn marks(filled: &Filled, layout: &Layout, slots: &[Slot<'_>], sheet: &Sheet) -> Marks {
    let open = slots.iter().filter(|slot| slot.spec.is_fillable());
    let mark = |slot: &Slot<'_>| Mark {
        key: slot.key.as_str().to_owned(),
        sheet: layout.names[slot.spot.sheet].clone(),
        address: slot.spot.address(),
        held: sheet.value(&filled.form, slot.key.as_str()).to_cell(),
    };
    Marks { origin: filled.origin.clone(), cells: open.map(mark).collect() }
}

/// Below one another in the first columns; lists that are too long for a validation stand beside them.
fn write_marks(page: &mut Worksheet, marks: &Marks, lists: &[Vec<String>]) -> Result<(), XlsxError> {
    for (row, line) in (0..).zip(marks.lines()) {
        for (column, text) in (0..).zip(line) {
            page.write_string(row, column, text)?;
        }
    }
    for (at, list) in lists.iter().enumerate() {
        for (row, label) in (0..).zip(list) {
            page.write_string(row, validation::list_column(at)?, label)?;
        }
    }
    page.set_very_hidden(true);
    page.protect();
    Ok(())
}

#[cfg(test)]
mod tests;
