//! Telling a sheet one change: what is computed and judged again, and nothing else.
//! Invariant: after any changes a sheet equals one made anew from the same cells.

use std::collections::BTreeSet;

use crate::{Cell, CellKey, Finding, Form, RuleId, Sheet};

/// What one change of a cell brought about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// Computed cells that have another value now.
    pub computed: Vec<(CellKey, Cell)>,
    /// What is wrong now with the cells and rules that were looked at again.
    pub findings: Vec<Finding>,
    pub checked_cells: Vec<CellKey>,
    pub checked_rules: Vec<RuleId>,
    /// The dynamic section whose rows were counted again.
    pub checked_section: Option<String>,
}

impl Change {
    /// Brings a list of findings up to date: what was looked at again is replaced.
    pub fn apply_to(self, findings: &mut Vec<Finding>) {
        findings.retain(|finding| !self.replaces(finding));
        findings.extend(self.findings);
    }

    fn replaces(&self, finding: &Finding) -> bool {
        if let Some(rule) = &finding.rule {
            let is_row_of = |id: &RuleId| {
                rule.strip_prefix(id.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            return self.checked_rules.iter().any(is_row_of);
        }
        match finding.cells.first() {
            Some(key) => self.checked_cells.contains(key),
            None => self.checked_section.as_ref() == finding.params.get("section"),
        }
    }
}

impl Sheet {
    /// Puts a value into a cell, computes what depends on it, and checks what that touches.
    /// A key of an unknown row of a dynamic section adds the row.
    pub fn set(&mut self, form: &Form, key: &str, cell: &Cell) -> Change {
        let key = CellKey::from(key);
        self.faults.remove(&key);
        let rows_before: usize = self.rows.iter().map(|rows| rows.ids.len()).sum();
        let fixed = form.index_of(key.as_str()).filter(|index| !form.sections[form.cells[*index].section].is_dynamic());
        let place = match fixed {
            Some(index) => self.put(form, &form.cells[index], 0, &key, cell),
            None => self.put_dynamic(form, &key, cell),
        };
        let mut change = Change::default();
        let Some((index, row)) = place else {
            change.findings.extend(self.faults.get(&key).map(|fault| Finding::of_cell(key.clone(), fault.clone())));
            change.checked_cells.push(key);
            return change;
        };
        let section = &form.sections[form.cells[index].section];
        let is_new_row = self.rows.iter().map(|rows| rows.ids.len()).sum::<usize>() > rows_before;
        let touched = if is_new_row { section.first..section.first + section.columns.len() } else { index..index + 1 };
        for index in touched.clone() {
            change.findings.extend(self.find_in_cell(form, index, row));
            change.checked_cells.push(self.key(form, index, row));
        }
        if is_new_row {
            self.count_again(form, form.cells[index].section, &mut change);
        }
        self.follow(form, touched, &mut change);
        change
    }

    /// Takes a row out of a dynamic section.
    pub fn remove_row(&mut self, form: &Form, section: usize, id: &str) -> Change {
        let mut change = Change::default();
        let Ok(row) = self.rows[section].find(id) else {
            return change;
        };
        let width = self.rows[section].width;
        self.rows[section].ids.remove(row);
        self.rows[section].values.drain(row * width..(row + 1) * width);
        let columns = &form.sections[section].columns;
        change.checked_cells =
            columns.iter().map(|column| CellKey::new(&form.sections[section].key, id, &column.key)).collect();
        self.faults.retain(|key, _| !change.checked_cells.contains(key));
        self.count_again(form, section, &mut change);
        let first = form.sections[section].first;
        self.follow(form, first..first + width, &mut change);
        change
    }

    /// Computes and judges everything that reads the given cells, directly or not.
    fn follow(&mut self, form: &Form, cells: impl IntoIterator<Item = usize>, change: &mut Change) {
        // Places in the order of computing: the smallest first, and a cell is never before what it reads.
        let mut waiting = BTreeSet::new();
        let mut rules = BTreeSet::new();
        let read = |index: usize, waiting: &mut BTreeSet<u32>, rules: &mut BTreeSet<u32>| {
            waiting.extend(&form.readers[index].computed);
            rules.extend(&form.readers[index].rules);
        };
        cells.into_iter().for_each(|index| read(index, &mut waiting, &mut rules));
        while let Some(place) = waiting.pop_first() {
            let index = form.order[place as usize] as usize;
            let mut changed = Vec::new();
            self.compute_cell(form, index, |row, value| changed.push((row, value.to_cell())));
            if !changed.is_empty() {
                read(index, &mut waiting, &mut rules);
            }
            for (row, cell) in changed {
                let key = self.key(form, index, row);
                change.findings.extend(self.find_in_cell(form, index, row));
                change.checked_cells.push(key.clone());
                change.computed.push((key, cell));
            }
        }
        for rule in rules {
            let rule = &form.rules[rule as usize];
            self.judge(form, rule, &mut change.findings);
            change.checked_rules.push(rule.id.clone());
        }
    }

    fn count_again(&self, form: &Form, section: usize, change: &mut Change) {
        change.findings.extend(self.count_rows(&form.sections[section], section));
        change.checked_section = Some(form.sections[section].key.clone());
    }
}
