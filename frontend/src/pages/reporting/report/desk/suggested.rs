//! Suggestions from the last period, and the zero report.

use fupin_contract::reporting::Prefilled;
use fupin_form::{Cell, CellKey};

use super::Desk;

impl Desk {
    /// What is suggested for a cell and waits for an answer.
    pub fn suggestion(&self, key: &str) -> Option<&Cell> {
        let cell = self.prefill.as_ref()?.cells.get(key)?;
        (self.is_open(key) && self.cells.cell(key).is_blank() && !self.unread.contains_key(key)).then_some(cell)
    }

    /// Where suggestions come from.
    pub fn source(&self) -> Option<&Prefilled> {
        self.prefill.as_ref()
    }

    /// The cells that wait for an answer, in reading order.
    pub fn suggested(&self) -> Vec<String> {
        let keys = self.prefill.iter().flat_map(|prefill| prefill.cells.keys());
        let mut keys: Vec<String> =
            keys.map(|key| key.as_str().to_owned()).filter(|key| self.suggestion(key).is_some()).collect();
        keys.sort_by_key(|key| self.form.cell(key).map(|spec| spec.index));
        keys
    }

    /// The suggested content becomes that of its cells, as one step. Tells whether there is something to save.
    pub fn confirm(&mut self, keys: &[String]) -> bool {
        let cells =
            keys.iter().filter_map(|key| self.suggestion(key).map(|cell| (key.clone(), cell.clone()))).collect();
        self.set(cells)
    }

    /// A cell has its answer. Tells whether it was waiting for one.
    pub(super) fn answer(&mut self, key: &str) -> bool {
        let Some(prefill) = &mut self.prefill else { return false };
        prefill.cells.remove(key).is_some()
    }

    /// The cells that a zero report fills: open required numbers that are blank and suggested nothing.
    pub fn zeros(&self) -> Vec<CellKey> {
        let zeros = self.sheet.zeros(&self.form).into_iter();
        let is_free = |key: &CellKey| {
            let key = key.as_str();
            self.is_open(key) && self.suggestion(key).is_none() && !self.unread.contains_key(key)
        };
        zeros.filter(is_free).collect()
    }

    /// Nothing happened: every required number that is blank becomes zero, as one step. Answers how many.
    pub fn fill_zeros(&mut self) -> usize {
        let zeros = self.zeros();
        let count = zeros.len();
        let zero = |key: CellKey| {
            let spec = self.form.cell(key.as_str());
            let cell = spec.and_then(|spec| fupin_form::parse_entry(spec, "0").ok()).unwrap_or(Cell::Integer(0));
            (String::from(key), cell)
        };
        let cells = zeros.into_iter().map(zero).collect();
        self.set(cells);
        count
    }
}
