//! The zero report: nothing happened here, and every required number says so.
//! Invariant: only blank cells become zero; what is not applicable, a date, a choice and a text stay as they are.

use crate::{Cell, CellKey, CellKind, Form, Sheet, entry::read_cell};

impl Sheet {
    /// The cells that a zero report fills with zero: required numbers that are blank and may be zero, in reading order.
    pub fn zeros(&self, form: &Form) -> Vec<CellKey> {
        let is_number =
            |kind: &CellKind| matches!(kind, CellKind::Integer | CellKind::Decimal { .. } | CellKind::Money);
        let specs = form.cells().iter().filter(|spec| spec.required && is_number(&spec.kind));
        let may_be_zero = specs.filter(|spec| read_cell(spec, &Cell::Integer(0)).is_ok());
        let rows = may_be_zero.flat_map(|spec| self.rows_of(form, spec.index).map(move |row| (spec.index, row)));
        let blank = rows.filter(|(index, row)| self.value_at(form, *index, *row).is_blank());
        let keys = blank.map(|(index, row)| self.key(form, index, row));
        // What cannot be read is somebody's answer, to be mended and not to be overwritten.
        keys.filter(|key| !self.faults.contains_key(key)).collect()
    }
}
