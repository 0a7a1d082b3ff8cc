//! Checking a report: cells, required cells, row counts, rules. Each function stands alone; who
//! needs several keeps a [`Sheet`].
//! Invariant: everything that is wrong is found, never only the first.

use std::collections::BTreeMap;

use crate::entry::{shown_in, within};
use crate::evaluate::{MessagePart, Place, Reference, Rule};
use crate::{CellFault, CellKind, Cells, FaultCode, Finding, Form, Params, Rows, RuleId, Section, Severity, Sheet};

/// The fewest characters that explain anything.
pub const MIN_EXPLANATION: usize = 4;

/// Everything that is wrong: cells, required cells, row counts, hard and soft rules.
pub fn check(form: &Form, cells: &Cells) -> Vec<Finding> {
    Sheet::new(form, cells).check(form)
}

/// Fills in the computed cells; whatever a client sent for them goes.
pub fn compute(form: &Form, cells: &mut Cells) {
    Sheet::new(form, cells).write_computed(form, cells);
}

/// Whether the report may be submitted, or what stands in the way: everything hard, and every
/// broken soft rule without an explanation under its id.
pub fn ready_to_submit(
    form: &Form,
    cells: &Cells,
    explanations: &BTreeMap<RuleId, String>,
) -> Result<(), Vec<Finding>> {
    unresolved(check(form, cells), explanations)
}

/// Of these findings, those that stand in the way of submitting.
pub fn unresolved(mut findings: Vec<Finding>, explanations: &BTreeMap<RuleId, String>) -> Result<(), Vec<Finding>> {
    findings.retain(|finding| finding.severity == Severity::Hard || !is_explained(finding, explanations));
    if findings.is_empty() { Ok(()) } else { Err(findings) }
}

fn is_explained(finding: &Finding, explanations: &BTreeMap<RuleId, String>) -> bool {
    let explanation = finding.rule.as_ref().and_then(|rule| explanations.get(rule));
    explanation.is_some_and(|text| text.trim().chars().count() >= MIN_EXPLANATION)
}

impl Sheet {
    /// Checks everything: cells, required cells, row counts, rules; in reading order.
    pub fn check(&self, form: &Form) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (number, section) in form.sections.iter().enumerate() {
            let rows = if section.is_dynamic() { self.rows[number].ids.len() } else { 1 };
            findings.extend(self.count_rows(section, number));
            for row in 0..rows {
                let indexes = section.first..section.first + section.cell_count();
                findings.extend(indexes.filter_map(|index| self.find_in_cell(form, index, row)));
            }
        }
        let unknown = self.faults.iter().filter(|(_, fault)| fault.code == FaultCode::UnknownCell);
        findings.extend(unknown.map(|(key, fault)| Finding::of_cell(key.clone(), fault.clone())));
        form.rules.iter().for_each(|rule| self.judge(form, rule, &mut findings));
        findings
    }

    pub(crate) fn find_in_cell(&self, form: &Form, index: usize, row: usize) -> Option<Finding> {
        let spec = &form.cells[index];
        let value = self.value_at(form, index, row);
        if !self.faults.is_empty() {
            let key = self.key(form, index, row);
            if let Some(fault) = self.faults.get(&key) {
                return Some(Finding::of_cell(key, fault.clone()));
            }
        }
        if spec.required && value.is_blank() {
            return Some(Finding::of_cell(self.key(form, index, row), CellFault::new(FaultCode::RequiredMissing)));
        }
        if matches!(spec.kind, CellKind::Computed { .. }) {
            let fault = within(spec, value.clone()).err()?;
            return Some(Finding::of_cell(self.key(form, index, row), fault));
        }
        None
    }

    pub(crate) fn count_rows(&self, section: &Section, number: usize) -> Option<Finding> {
        let Rows::Dynamic { min, max } = section.rows else {
            return None;
        };
        let count = self.rows[number].ids.len();
        let (code, name, limit) = if count < min as usize {
            (FaultCode::TooFewRows, "min", min)
        } else if count > max as usize {
            (FaultCode::TooManyRows, "max", max)
        } else {
            return None;
        };
        let params = [("section", section.key.clone()), ("title", section.title.clone()), (name, limit.to_string())];
        let params = params.map(|(name, value)| (name.to_owned(), value)).into_iter().collect();
        Some(Finding { code, severity: Severity::Hard, cells: Vec::new(), rule: None, message: None, params })
    }

    pub(crate) fn judge(&self, form: &Form, rule: &Rule, findings: &mut Vec<Finding>) {
        let rows = match rule.each_row_of {
            Some(section) => 0..self.rows[section].ids.len(),
            None => 0..1,
        };
        for row in rows {
            let place = Place { sheet: self, row };
            if place.is_broken(&rule.expression) {
                findings.push(self.broken(form, rule, place));
            }
        }
    }

    fn broken(&self, form: &Form, rule: &Rule, place: Place<'_>) -> Finding {
        let row_id = rule.each_row_of.map(|section| &self.rows[section].ids[place.row]);
        let mut message = String::new();
        let mut params = Params::new();
        for part in &rule.message {
            match part {
                MessagePart::Text(text) => message.push_str(text),
                MessagePart::RowLabel => match row_id {
                    Some(_) => message.push_str(&(place.row + 1).to_string()),
                    None => message.push_str(&rule.row_label),
                },
                MessagePart::Value { name, reference } => {
                    let shown = shown_in(form.spec_of(*reference), place.value(*reference));
                    message.push_str(&shown);
                    params.insert(name.clone(), shown);
                }
            }
        }
        let key_of = |reference: &Reference| match reference {
            Reference::Cell(index) => form.cells[*index as usize].key.clone(),
            Reference::InRow { .. } => self.key(form, form.spec_of(*reference).index, place.row),
        };
        Finding {
            code: FaultCode::RuleBroken,
            severity: rule.severity,
            cells: rule.marks.iter().map(key_of).collect(),
            rule: Some(row_id.map_or_else(|| rule.id.clone(), |id| format!("{}/{id}", rule.id))),
            message: Some(message),
            params,
        }
    }
}
