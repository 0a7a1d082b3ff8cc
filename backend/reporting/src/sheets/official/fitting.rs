//! Whether a form still goes into the layout that it was read from, and what of the layout follows the form.

use fupin_form::{Addresses, CellKey, CellKind, Form, Row, Rows, Section};

use super::{Field, Fixed, Held, Named, Official};

/// Cells called by their keys: what a formula means, wherever the cells stand.
#[derive(Clone, Copy, Debug)]
pub struct Meanings<'f>(pub &'f Form);

impl Meanings<'_> {
    /// What a computed cell is computed from and how; none where a spreadsheet cannot say it.
    pub fn of(self, index: usize) -> Option<String> {
        self.0.spreadsheet_formula(index, 0, &self)
    }
}

impl Addresses for Meanings<'_> {
    fn cell(&self, index: usize, _line: usize) -> String {
        self.0.cells()[index].key.to_string()
    }

    fn block(&self, first: usize, last: usize) -> String {
        format!("{}:{}", self.cell(first, 0), self.cell(last, 0))
    }

    fn column(&self, index: usize) -> String {
        self.cell(index, 0)
    }
}

impl Official {
    /// Cells of the form that have no place; for a section to which the clerk adds rows, if any row has none.
    pub fn missing(&self, form: &Form) -> Vec<CellKey> {
        let placed: std::collections::BTreeSet<(&str, usize)> = self
            .cells
            .iter()
            .filter_map(|cell| match &cell.holds {
                Held::Field(field) => Some((field.key.as_str(), field.line)),
                Held::Nothing | Held::Loose(_) | Held::Number(_) | Held::Fixed(_) => None,
            })
            .collect();
        let is_missing = |spec: &&fupin_form::CellSpec| {
            let lines = match form.sections()[spec.section].rows {
                Rows::Dynamic { max, .. } => max as usize,
                Rows::Fixed(_) => 1,
            };
            spec.kind != CellKind::Blocked && !(0..lines).all(|line| placed.contains(&(spec.key.as_str(), line)))
        };
        form.cells().iter().filter(is_missing).map(|spec| spec.key.clone()).collect()
    }

    /// The layout as the form has it now: renamed labels renamed, cells that are gone empty, formulas that mean
    /// something else left to the form.
    pub fn follow(mut self, form: &Form) -> Self {
        for cell in &mut self.cells {
            match &mut cell.holds {
                Held::Fixed(fixed) => rename(fixed, form),
                Held::Field(field) => {
                    if !keep(field, form) {
                        cell.holds = Held::Nothing;
                    }
                }
                Held::Nothing | Held::Loose(_) | Held::Number(_) => {}
            }
        }
        self
    }
}

fn rename(fixed: &mut Fixed, form: &Form) {
    let Some(of) = &fixed.of else { return };
    if let Some(now) = called(of, form).filter(|now| *now != of.said) {
        // Behind the name there may be a unit in brackets.
        fixed.text = if fixed.text.contains(&of.said) { fixed.text.replacen(&of.said, &now, 1) } else { now.clone() };
        fixed.of = Some(Named { said: now, ..of.clone() });
    }
}

fn called(of: &Named, form: &Form) -> Option<String> {
    let section: &Section = form.sections().iter().find(|section| section.key == of.section)?;
    match (&of.row, &of.column) {
        (Some(row), _) => {
            let found: &Row = section.fixed_rows().iter().find(|known| known.key == *row)?;
            Some(found.label.clone())
        }
        (None, Some(column)) => Some(section.columns.iter().find(|known| known.key == *column)?.title.clone()),
        (None, None) => Some(section.title.clone()),
    }
}

/// Whether the form still has the cell; a formula that means something else now is dropped.
fn keep(field: &mut Field, form: &Form) -> bool {
    let found = form.cells().iter().find(|spec| spec.key.as_str() == field.key);
    let Some(spec) = found.filter(|spec| spec.kind != CellKind::Blocked) else { return false };
    if let Some(kept) = &field.formula {
        let is_same = matches!(spec.kind, CellKind::Computed { .. })
            && Meanings(form).of(spec.index).is_some_and(|now| now == kept.meaning);
        if !is_same {
            field.formula = None;
        }
    }
    true
}
