//! Suggestions from the last period: compiled with the form, made from the content of the last report.
//! Invariant: whatever is suggested could be typed into its cell; a suggestion is content only once somebody confirms it.

use std::collections::BTreeMap;

use super::{Compiler, located};
use crate::entry::{read_cell, within};
use crate::evaluate::{Formula, Place};
use crate::{Cells, DefinitionCode, DefinitionFault, Form, Prefill, Sheet};

/// Where one cell's suggestion comes from.
#[derive(Debug, Clone)]
pub(crate) enum Suggestion {
    Last,
    Formula(Formula),
}

impl Form {
    /// Whether anything is suggested from the last period.
    pub fn has_prefill(&self) -> bool {
        !self.prefills.is_empty()
    }

    /// Whether a cell's suggestion is calculated, and not what stood in the same cell.
    pub fn is_prefill_calculated(&self, key: &str) -> bool {
        let index = self.index_of(key).and_then(|index| u32::try_from(index).ok());
        index.is_some_and(|index| matches!(self.prefills.get(&index), Some(Suggestion::Formula(_))))
    }

    /// What a report is suggested, given the content of the last period's report. That may have been filled on another
    /// version of the form: what this one does not know is passed over.
    pub fn suggest(&self, last: &Cells) -> Cells {
        let sheet = Sheet::new(self, last);
        let mut suggested = Cells::new();
        for (index, suggestion) in &self.prefills {
            let index = *index as usize;
            let spec = &self.cells[index];
            let value = match suggestion {
                Suggestion::Last => sheet.fixed_value(index).clone(),
                Suggestion::Formula(formula) => formula.value(Place { sheet: &sheet, row: 0 }),
            };
            let cell = value.to_cell();
            let fits = !cell.is_blank() && read_cell(spec, &cell).is_ok() && within(spec, value).is_ok();
            if fits {
                suggested.insert(spec.key.clone(), cell);
            }
        }
        suggested
    }
}

impl Compiler<'_> {
    pub(crate) fn prefills(&mut self) -> BTreeMap<u32, Suggestion> {
        let mut prefills = BTreeMap::new();
        for index in 0..self.sources.len() {
            let Some((prefill, path)) = self.sources[index].prefill.clone() else { continue };
            let (spec, scope) = (&self.cells[index], self.sources[index].scope);
            if self.sections[spec.section].is_dynamic() {
                self.faults.push(DefinitionFault::new(path, DefinitionCode::PrefillMismatch));
                continue;
            }
            let scale = spec.kind.scale().unwrap_or(0);
            let suggestion = match prefill {
                Prefill::Last => Suggestion::Last,
                Prefill::Formula(text) => match self.resolver(scope).formula(&text) {
                    Ok(expression) if self.count_references(&expression) => {
                        Suggestion::Formula(Formula { expression, scale })
                    }
                    // Too many references are one fault of the whole form, found at its end.
                    Ok(_) => continue,
                    Err(fault) => {
                        self.faults.push(located(&format!("{path}/formula"), fault));
                        continue;
                    }
                },
            };
            prefills.insert(index as u32, suggestion);
        }
        prefills
    }
}
