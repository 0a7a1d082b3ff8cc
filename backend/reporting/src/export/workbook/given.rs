//! The first sheet of a form that was made from somebody's own: that sheet, with the totals of the whole in its cells.

use fupin_form::{CellKind, MeasureKind};
use rust_xlsxwriter::{Worksheet, XlsxError};

use super::super::words;
use crate::{
    sheets::official::{self, Field, Figure, Official},
    totals::actions::Summed,
};

pub fn write(page: &mut Worksheet, summed: &Summed, official: &Official) -> Result<(), XlsxError> {
    page.set_formula_result_default("");
    // A computed item that is added up instead of computed from the totals must not be computed by the spreadsheet.
    let official = as_summed(official, summed);
    official::write(page, &official, |_, field| (figure(field, summed), false))
}

fn figure(field: &Field, summed: &Summed) -> Figure {
    // Rows that the clerks added are one total, in the first of them.
    if field.line > 0 {
        return Figure::Nothing;
    }
    let Some(total) = summed.totals.whole.values.get(field.key.as_str()) else { return Figure::Nothing };
    match &total.value {
        Some(value) if is_date(value) => Figure::Date(value.clone()),
        Some(value) => Figure::Number(value.clone()),
        None if total.filled == 0 && total.blank == 0 => Figure::Text(words::NOT_APPLICABLE.to_owned()),
        None => Figure::Nothing,
    }
}

fn is_date(value: &str) -> bool {
    value.len() == 10 && value.matches('-').count() == 2
}

fn as_summed(official: &Official, summed: &Summed) -> Official {
    let mut official = official.clone();
    for cell in &mut official.cells {
        if let official::Held::Field(field) = &mut cell.holds {
            let is_computed = summed.form.measures().iter().any(|measure| {
                measure.key.as_str() == field.key
                    && measure.kind == MeasureKind::Formula
                    && matches!(summed.form.cells()[measure.cell].kind, CellKind::Computed { .. })
            });
            let is_of_rows = field.key.contains(".*.");
            if !is_computed || is_of_rows {
                field.formula = None;
            }
        }
    }
    official
}
