//! A report in the sheet that its form was made from.

use rust_xlsxwriter::{ProtectionOptions, Workbook, XlsxError};

use super::{Filled, cached, marks, validation, write_marks};
use crate::sheets::{
    layout::{AddressesOn, Layout, Slot},
    official::{self, Figure, Official},
    words,
};
use fupin_form::{Cell, CellKind, NOT_APPLICABLE_WORD, Sheet, Value, display_cell};

pub fn write(filled: &Filled, layout: &Layout, official: &Official, sheet: &Sheet) -> Result<Vec<u8>, XlsxError> {
    let form = filled.form.as_ref();
    let slots: Vec<Slot<'_>> = layout.slots(form).collect();
    let addresses = AddressesOn { layout, form, sheet: 0 };
    let mut workbook = Workbook::new();
    let page = workbook.add_worksheet().set_name(&official.sheet)?;
    page.set_formula_result_default("");
    let by_place: std::collections::BTreeMap<(u32, u16), &Slot<'_>> =
        slots.iter().map(|slot| ((slot.spot.row, slot.spot.column), slot)).collect();
    official::write(page, official, |cell, _| {
        let Some(slot) = by_place.get(&(cell.row, cell.column)) else { return (Figure::Nothing, false) };
        let value = sheet.value(form, slot.key.as_str());
        (figure(slot, value, layout, &addresses), slot.spec.is_fillable())
    })?;
    let (mut lists, all) = (Vec::new(), slots.iter().collect::<Vec<_>>());
    validation::add(page, &all, &mut lists)?;
    let may = ProtectionOptions { format_columns: true, format_rows: true, ..ProtectionOptions::default() };
    page.protect_with_options(&may);
    let marks = marks(filled, layout, &slots, sheet);
    write_marks(workbook.add_worksheet().set_name(words::MARKS_SHEET)?, &marks, &lists)?;
    workbook.save_to_buffer()
}

fn figure(slot: &Slot<'_>, value: &Value, layout: &Layout, addresses: &AddressesOn<'_>) -> Figure {
    if let CellKind::Computed { .. } = slot.spec.kind {
        let written =
            layout.is_dense().then(|| addresses.form.spreadsheet_formula(slot.spec.index, slot.line, addresses));
        if let Some(written) = written.flatten() {
            return Figure::Formula(written, cached(value));
        }
    }
    match value {
        Value::Blank => Figure::Nothing,
        Value::NotApplicable => Figure::Text(NOT_APPLICABLE_WORD.to_owned()),
        Value::Number(number) => Figure::Number(number.to_string()),
        Value::Date(date) => Figure::Date(date.to_string()),
        Value::Text(text) => Figure::Text(display_cell(slot.spec, &Cell::text(text.as_ref()))),
    }
}
