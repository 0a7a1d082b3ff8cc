//! What lies before a clerk: the cells as typed, what is computed from them, what is wrong, and what is not yet kept.
//! Pure: no clock, no network, no screen; the page tells it what happened and draws what it says.
//!
//! Invariants:
//! - A cell is sent with the version that its content was based on: the one that was loaded, or that of our own save.
//! - What cannot be read stays as it was typed, is marked, and is never sent.
//! - One save is under way at a time; after a bad network it travels again as it was, under the same key.

mod suggested;

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use fupin_client::Uuid;
use fupin_contract::{
    Fault,
    reporting::{CellConflict, Prefilled, Report, SaveCell, SaveCells, SavedCells},
};
use fupin_form::{
    Cell, CellFault, CellKey, CellKind, CellSpec, Cells, FaultCode, Finding, Form, Severity, Sheet, display_cell,
    parse_entry,
};

use super::place::Place;

/// Whether what stands in a cell is kept by the server.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// Left, and on its way.
    Saving,
    Saved,
    /// Did not get through; it will be tried again.
    NotSaved,
    /// The server does not take it.
    Rejected(Fault),
    /// Somebody else changed it since.
    Conflict(CellConflict),
}

/// What one act changed, so that it can be taken back.
type Step = Vec<(CellKey, Cell, Cell)>;

/// One save on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    pub key: Uuid,
    pub save: SaveCells,
}

pub struct Desk {
    pub form: Rc<Form>,
    sheet: Sheet,
    cells: Cells,
    findings: Vec<Finding>,
    /// The report's version, as far as it is known.
    pub version: i32,
    loaded: i32,
    bases: BTreeMap<String, i32>,
    pub marks: BTreeMap<String, Mark>,
    /// What was typed into a cell and cannot be read, with the reason.
    unread: BTreeMap<String, (String, CellFault)>,
    dirty: BTreeSet<String>,
    on_its_way: Option<Batch>,
    undo: Vec<Step>,
    redo: Vec<Step>,
    /// Rows that were added and hold nothing yet: section index and row id.
    new_rows: Vec<(usize, String)>,
    /// The only cells that are open, with remarks; none for all.
    reopened: Option<BTreeMap<String, String>>,
    /// What is suggested from the last period and nobody has answered yet.
    prefill: Option<Prefilled>,
}

impl Desk {
    pub fn new(form: Rc<Form>, report: &Report) -> Self {
        let version = report.summary.version;
        Self {
            version,
            loaded: version,
            reopened: report.reopened.clone(),
            prefill: report.prefill.clone(),
            ..Self::with(form, report.cells.clone())
        }
    }

    /// An empty one, to try a form on; nothing of it is kept anywhere.
    pub fn blank(form: Rc<Form>) -> Self {
        Self::with(form, Cells::new())
    }

    fn with(form: Rc<Form>, cells: Cells) -> Self {
        let sheet = Sheet::new(&form, &cells);
        let findings = sheet.check(&form);
        Self {
            form,
            sheet,
            cells,
            findings,
            version: 0,
            loaded: 0,
            bases: BTreeMap::new(),
            marks: BTreeMap::new(),
            unread: BTreeMap::new(),
            dirty: BTreeSet::new(),
            on_its_way: None,
            undo: Vec::new(),
            redo: Vec::new(),
            new_rows: Vec::new(),
            reopened: None,
            prefill: None,
        }
    }

    /// Whether a person may change a cell: one that is filled, and that a reviewer has not left locked.
    pub fn is_open(&self, key: &str) -> bool {
        self.form.cell(key).is_some_and(CellSpec::is_fillable) && !self.is_locked(key)
    }

    /// Whether a reviewer returned other cells and not this one.
    pub fn is_locked(&self, key: &str) -> bool {
        self.reopened.as_ref().is_some_and(|cells| !cells.contains_key(key))
    }

    /// Whether rows may come and go.
    pub fn is_whole(&self) -> bool {
        self.reopened.is_none()
    }

    /// What the reviewer says of a cell that was returned.
    pub fn remark(&self, key: &str) -> Option<&str> {
        self.reopened.as_ref()?.get(key).map(String::as_str)
    }

    /// The cells that were returned, with remarks, in reading order; none where all were.
    pub fn reopened(&self) -> Vec<(String, String)> {
        let mut cells: Vec<(String, String)> = self.reopened.clone().unwrap_or_default().into_iter().collect();
        cells.sort_by_key(|(key, _)| self.form.cell(key).map(|spec| spec.index));
        cells
    }

    /// What stands in a cell: typed, or computed.
    pub fn cell(&self, spec: &CellSpec, key: &str) -> Cell {
        match spec.kind {
            CellKind::Computed { .. } => self.sheet.value(&self.form, key).to_cell(),
            CellKind::Blocked => Cell::NotApplicable,
            CellKind::Integer
            | CellKind::Decimal { .. }
            | CellKind::Money
            | CellKind::Text { .. }
            | CellKind::Date
            | CellKind::Choice { .. } => self.cells.cell(key).clone(),
        }
    }

    /// A cell as it is shown: what cannot be read stands as it was typed.
    pub fn shown(&self, spec: &CellSpec, key: &str) -> String {
        match self.unread.get(key) {
            Some((typed, _)) => typed.clone(),
            None if matches!(spec.kind, CellKind::Blocked) => String::new(),
            None if self.suggestion(key).is_some() => {
                self.suggestion(key).map(|cell| display_cell(spec, cell)).unwrap_or_default()
            }
            None => display_cell(spec, &self.cell(spec, key)),
        }
    }

    /// Ids of the rows of a dynamic section, those without content last.
    pub fn row_ids(&self, section: usize) -> Vec<String> {
        let mut ids: Vec<String> = self.sheet.row_ids(section).map(str::to_owned).collect();
        let new = self
            .new_rows
            .iter()
            .filter(|(of, id)| *of == section && !ids.contains(id))
            .map(|(_, id)| id.clone())
            .collect::<Vec<_>>();
        ids.extend(new);
        ids
    }

    /// How many cells hold an answer, and how many there are to fill.
    pub fn progress(&self) -> (usize, usize) {
        self.sheet.progress(&self.form)
    }

    /// Something is being typed: check it, and let the computed cells move. It is kept only when the cell is left.
    pub fn typing(&mut self, key: &str, text: &str) {
        let Some(spec) = self.form.cell(key) else { return };
        match parse_entry(spec, text) {
            Ok(cell) => {
                self.unread.remove(key);
                self.compute(key, &cell);
            }
            Err(fault) => {
                self.unread.insert(key.to_owned(), (text.to_owned(), fault));
            }
        }
    }

    /// A cell is left with this text in it. Tells whether there is something to save.
    pub fn leave(&mut self, key: &str, text: &str) -> bool {
        self.put(vec![(key.to_owned(), text.to_owned())])
    }

    /// Texts go into cells, each read by its cell's type. Tells whether there is something to save.
    pub fn put(&mut self, texts: Vec<(String, String)>) -> bool {
        let mut cells = Vec::new();
        for (key, text) in texts {
            let Some(spec) = self.form.cell(&key).filter(|_| self.is_open(&key)) else { continue };
            match parse_entry(spec, &text) {
                Ok(cell) => {
                    self.unread.remove(&key);
                    cells.push((key, cell));
                }
                Err(fault) => {
                    self.unread.insert(key, (text, fault));
                }
            }
        }
        self.set(cells)
    }

    /// Cells get this content, as one step that can be taken back.
    pub fn set(&mut self, cells: Vec<(String, Cell)>) -> bool {
        let mut step = Step::new();
        for (key, cell) in cells {
            let old = self.cells.cell(&key).clone();
            self.unread.remove(&key);
            // Typing may have computed with something that was not left there.
            self.compute(&key, &cell);
            // Leaving blank what was suggested is an answer.
            if old != cell || self.answer(&key) {
                step.push((CellKey::from(key.as_str()), old, cell.clone()));
                self.keep(&key, cell);
            }
        }
        if !step.is_empty() {
            self.undo.push(step);
            self.redo.clear();
        }
        !self.dirty.is_empty()
    }

    fn keep(&mut self, key: &str, cell: Cell) {
        self.answer(key);
        self.cells.insert(CellKey::from(key), cell);
        self.dirty.insert(key.to_owned());
        self.marks.insert(key.to_owned(), Mark::Saving);
    }

    fn compute(&mut self, key: &str, cell: &Cell) {
        self.sheet.set(&self.form, key, cell).apply_to(&mut self.findings);
    }

    /// How many steps can be taken back.
    pub fn steps(&self) -> usize {
        self.undo.len()
    }

    /// Takes the last step back; answers the first cell that it touched.
    pub fn undo(&mut self) -> Option<CellKey> {
        let step = self.undo.pop()?;
        self.replay(step.iter().map(|(key, old, _)| (key.clone(), old.clone())).collect());
        let first = step.first().map(|(key, _, _)| key.clone());
        self.redo.push(step);
        first
    }

    /// Does again what was taken back.
    pub fn redo(&mut self) -> Option<CellKey> {
        let step = self.redo.pop()?;
        self.replay(step.iter().map(|(key, _, new)| (key.clone(), new.clone())).collect());
        let first = step.first().map(|(key, _, _)| key.clone());
        self.undo.push(step);
        first
    }

    fn replay(&mut self, cells: Vec<(CellKey, Cell)>) {
        for (key, cell) in cells {
            self.unread.remove(key.as_str());
            self.compute(key.as_str(), &cell);
            self.keep(key.as_str(), cell);
        }
    }

    /// A block from a spreadsheet, put in from a place on: rows by line, cells by tab.
    pub fn paste(&mut self, place: Place, block: &str) -> bool {
        let rows: Vec<&str> = block.trim_end_matches(['\r', '\n']).split('\n').collect();
        let mut texts = Vec::new();
        for (down, line) in rows.iter().enumerate() {
            for (right, text) in line.trim_end_matches('\r').split('\t').enumerate() {
                let at = Place { section: place.section, row: place.row + down, column: place.column + right };
                if let Some(key) = self.key_at(at) {
                    texts.push((key, text.to_owned()));
                }
            }
        }
        self.put(texts)
    }

    /// The cells of a block as a spreadsheet takes them.
    pub fn copy(&self, from: Place, to: Place) -> String {
        let (rows, columns) =
            (from.row.min(to.row)..=from.row.max(to.row), from.column.min(to.column)..=from.column.max(to.column));
        let lines = rows.map(|row| {
            let cells = columns.clone().map(|column| {
                let key = self.key_at(Place { section: from.section, row, column });
                let spec = key.as_deref().and_then(|key| self.form.cell(key));
                // Without thousands separators, so that a spreadsheet takes numbers for numbers.
                match (key, spec) {
                    (Some(key), Some(spec)) if spec.kind.scale().is_some() => self.shown(spec, &key).replace(',', ""),
                    (Some(key), Some(spec)) => self.shown(spec, &key),
                    (None, _) | (_, None) => String::new(),
                }
            });
            cells.collect::<Vec<_>>().join("\t")
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Empties every cell of a block that a person fills.
    pub fn clear(&mut self, from: Place, to: Place) -> bool {
        let mut cells = Vec::new();
        for row in from.row.min(to.row)..=from.row.max(to.row) {
            for column in from.column.min(to.column)..=from.column.max(to.column) {
                let key = self.key_at(Place { section: from.section, row, column });
                cells.extend(key.filter(|key| self.is_open(key)).map(|key| (key, Cell::Blank)));
            }
        }
        self.set(cells)
    }

    /// The key of the cell at a place.
    pub fn key_at(&self, place: Place) -> Option<String> {
        let section = self.form.sections().get(place.section)?;
        let column = section.columns.get(place.column)?;
        if section.is_dynamic() {
            let ids = self.row_ids(place.section);
            return ids.get(place.row).map(|row| CellKey::new(&section.key, row, &column.key).into());
        }
        let row = section.fixed_rows().get(place.row)?;
        Some(CellKey::new(&section.key, &row.key, &column.key).into())
    }

    /// How many rows a section shows.
    pub fn rows_of(&self, section: usize) -> usize {
        self.form
            .sections()
            .get(section)
            .map_or(0, |found| if found.is_dynamic() { self.row_ids(section).len() } else { found.fixed_rows().len() })
    }

    pub fn add_row(&mut self, section: usize, id: String) {
        self.new_rows.push((section, id));
    }

    /// Takes a row out of a dynamic section: all of its cells become blank.
    pub fn remove_row(&mut self, section: usize, id: &str) -> bool {
        self.new_rows.retain(|(of, new)| *of != section || new != id);
        let Some(found) = self.form.sections().get(section) else { return false };
        let keys: Vec<String> =
            found.columns.iter().map(|column| CellKey::new(&found.key, id, &column.key).into()).collect();
        let filled: Vec<(String, Cell)> =
            keys.iter().filter(|key| !self.cells.cell(key).is_blank()).map(|key| (key.clone(), Cell::Blank)).collect();
        let to_save = self.set(filled);
        keys.iter().for_each(|key| drop(self.unread.remove(key)));
        self.sheet.remove_row(&self.form, section, id).apply_to(&mut self.findings);
        to_save
    }

    /// The next save, unless one is under way already. A save that did not get through comes again as it was.
    pub fn next_batch(&mut self, fresh_key: Uuid) -> Option<Batch> {
        if let Some(batch) = &self.on_its_way {
            return Some(batch.clone());
        }
        if self.dirty.is_empty() {
            return None;
        }
        let keys = std::mem::take(&mut self.dirty);
        let cells = keys.into_iter().map(|key| {
            let save = SaveCell {
                cell: self.cells.cell(&key).clone(),
                base: self.bases.get(&key).copied().unwrap_or(self.loaded),
            };
            (key, save)
        });
        let batch = Batch { key: fresh_key, save: SaveCells { cells: cells.collect() } };
        batch.save.cells.keys().for_each(|key| drop(self.marks.insert(key.clone(), Mark::Saving)));
        self.on_its_way = Some(batch.clone());
        Some(batch)
    }

    /// The server's answer to the save that is under way.
    pub fn saved(&mut self, answer: SavedCells) {
        let Some(batch) = self.on_its_way.take() else { return };
        self.version = self.version.max(answer.version);
        for key in batch.save.cells.keys() {
            // Typed on meanwhile: the newer content goes with the next save.
            let newer = self.dirty.contains(key);
            if let Some(conflict) = answer.conflicts.get(key) {
                self.bases.insert(key.clone(), conflict.version);
                self.dirty.remove(key);
                self.marks.insert(key.clone(), Mark::Conflict(conflict.clone()));
            } else if let Some(fault) = answer.rejected.get(key) {
                if !newer {
                    self.marks.insert(key.clone(), Mark::Rejected(fault.clone()));
                }
            } else {
                self.bases.insert(key.clone(), answer.version);
                if !newer {
                    self.marks.insert(key.clone(), Mark::Saved);
                }
            }
        }
    }

    /// The save did not get through; whether it counted is not known. It stays as it is, to be tried again.
    pub fn not_saved(&mut self) {
        let keys: Vec<String> = self
            .on_its_way
            .iter()
            .flat_map(|batch| batch.save.cells.keys().cloned())
            .chain(self.dirty.iter().cloned())
            .collect();
        keys.into_iter().for_each(|key| drop(self.marks.insert(key, Mark::NotSaved)));
    }

    /// The server refused the save as a whole.
    pub fn refused(&mut self) {
        self.not_saved();
        self.on_its_way = None;
    }

    /// A conflict is settled: the other's content stands, or ours goes again, knowing theirs.
    pub fn take_theirs(&mut self, key: &str) {
        if let Some(Mark::Conflict(conflict)) = self.marks.remove(key) {
            self.compute(key, &conflict.current);
            self.cells.insert(CellKey::from(key), conflict.current);
        }
    }

    pub fn keep_ours(&mut self, key: &str) {
        if let Some(Mark::Conflict(_)) = self.marks.get(key) {
            self.dirty.insert(key.to_owned());
            self.marks.insert(key.to_owned(), Mark::Saving);
        }
    }

    /// Whether everything that can be read is kept by the server.
    pub fn is_kept(&self) -> bool {
        self.dirty.is_empty() && self.on_its_way.is_none()
    }

    /// Cells that are not kept and why, for the line that says so.
    pub fn troubles(&self) -> usize {
        self.marks
            .values()
            .filter(|mark| matches!(mark, Mark::NotSaved | Mark::Rejected(_) | Mark::Conflict(_)))
            .count()
    }

    /// Typing is given up: what stood there stands, and a suggestion is still one.
    pub fn give_up(&mut self, key: &str) {
        self.unread.remove(key);
        let stood = self.cells.cell(key).clone();
        self.compute(key, &stood);
    }

    /// Everything that is wrong, hard before soft. Cells that are only still empty count when `strict`.
    pub fn findings(&self, strict: bool) -> Vec<Finding> {
        let unread = self.unread.iter().map(|(key, (_, fault))| Finding {
            code: fault.code,
            severity: Severity::Hard,
            cells: vec![CellKey::from(key.as_str())],
            rule: None,
            message: None,
            params: fault.params.clone(),
        });
        let waits =
            |finding: &&Finding| strict || !matches!(finding.code, FaultCode::RequiredMissing | FaultCode::TooFewRows);
        let is_unread = |finding: &&Finding| finding.rule.is_none() && self.is_unread(finding);
        let known = self.findings.iter().filter(|finding| {
            waits(finding)
                && !is_unread(finding)
                && !(finding.code == FaultCode::RequiredMissing && self.is_suggested(finding))
        });
        let suggested = if strict { self.suggested() } else { Vec::new() };
        let unconfirmed = suggested.into_iter().map(|key| Finding {
            code: FaultCode::PrefillUnconfirmed,
            severity: Severity::Hard,
            cells: vec![CellKey::from(key.as_str())],
            rule: None,
            message: None,
            params: Default::default(),
        });
        let mut all: Vec<Finding> = unread.chain(known.cloned()).chain(unconfirmed).collect();
        let place = |finding: &Finding| {
            finding.cells.first().and_then(|key| self.form.cell(key.as_str())).map(|spec| spec.index)
        };
        all.sort_by_key(|finding| (finding.severity, place(finding)));
        all
    }

    /// Required cells that are still empty; not those in which something stands that cannot be read, and not those that
    /// are suggested something and wait for an answer.
    pub fn missing(&self) -> usize {
        let missing = self.findings.iter().filter(|finding| finding.code == FaultCode::RequiredMissing);
        missing.filter(|finding| !self.is_suggested(finding) && !self.is_unread(finding)).count()
    }

    fn is_unread(&self, finding: &Finding) -> bool {
        finding.cells.first().is_some_and(|key| self.unread.contains_key(key.as_str()))
    }

    fn is_suggested(&self, finding: &Finding) -> bool {
        finding.cells.first().is_some_and(|key| self.suggestion(key.as_str()).is_some())
    }
}

#[cfg(test)]
mod tests;
