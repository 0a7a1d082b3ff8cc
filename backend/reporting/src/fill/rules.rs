//! What saving and submitting make of a report. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use fupin_contract::{
    Fault, Faults,
    reporting::{CellConflict, ReportStatus, SaveCell, SavedCells},
};
use fupin_form::{
    Cell, CellFault, CellKey, Cells, FaultCode, Finding, Form, Rows, Severity, Sheet, canonical_cell, canonical_cells,
    unresolved,
};

use crate::{
    error::ReportingError,
    report::{
        rules::Stand,
        store::{Found, Person},
    },
};

/// The longest explanation of a soft rule.
const MOST_EXPLANATION: usize = 500;

/// The cells that a clerk may change.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Open {
    #[default]
    All,
    /// Those alone that a reviewer chose when returning the report.
    Chosen(BTreeSet<String>),
}

impl Open {
    /// From what is kept of the last return.
    pub fn of(reopened: Option<BTreeMap<String, String>>) -> Self {
        reopened.map_or(Self::All, |cells| Self::Chosen(cells.into_keys().collect()))
    }

    /// Whether the clerk may change a cell.
    pub fn covers(&self, key: &str) -> bool {
        match self {
            Self::All => true,
            Self::Chosen(keys) => keys.contains(key),
        }
    }
}

/// A report's content as it stands, and what of it may change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    pub version: i32,
    pub content: Cells,
    pub open: Open,
    /// Cells that are suggested something from the last period and wait for an answer.
    pub prefilled: BTreeSet<String>,
}

fn locked() -> Fault {
    Fault::new("reporting.cell_locked")
}

/// A later step of the report, and the cells that it changed.
#[derive(Clone, Debug, PartialEq)]
pub struct LaterEdit {
    pub version: i32,
    pub by: String,
    pub on_behalf_of: Option<String>,
    pub at: DateTime<Utc>,
    pub cells: Cells,
}

/// What a save makes of a report.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    pub content: Cells,
    /// The cells that have another content now; computed ones are not named.
    pub changed: Cells,
    pub answer: SavedCells,
}

/// Merge what somebody saved into what stands there. `later` are the steps since the oldest version that a cell of the
/// save was based on.
pub fn save(
    form: &Form,
    standing: Standing,
    later: &[LaterEdit],
    wanted: BTreeMap<String, SaveCell>,
) -> Result<Merged, ReportingError> {
    let Standing { version, mut content, open, prefilled } = standing;
    let mut answer = SavedCells { version, saved: Vec::new(), rejected: BTreeMap::new(), conflicts: BTreeMap::new() };
    let mut changed = Cells::new();
    for (key, SaveCell { cell, base }) in wanted {
        if base > version {
            answer.rejected.insert(key, Fault::new("reporting.base_ahead").with("version", version));
            continue;
        }
        let new = match canonical_cell(form, &key, &cell) {
            Ok(new) => new,
            Err(fault) => {
                answer.rejected.insert(key, fault_of(fault));
                continue;
            }
        };
        let standing = content.cell(&key);
        // A suggestion that is answered with blank is answered: the history names the cell.
        if !is_fillable(form, &key) || (*standing == new && !prefilled.contains(&key)) {
            answer.saved.push(key);
            continue;
        }
        if !open.covers(&key) {
            answer.rejected.insert(key, locked());
            continue;
        }
        let touched = later.iter().rev().find(|edit| edit.version > base && edit.cells.get(&key).is_some());
        match touched {
            Some(edit) => {
                let conflict = CellConflict {
                    current: standing.clone(),
                    version: edit.version,
                    by: edit.by.clone(),
                    on_behalf_of: edit.on_behalf_of.clone(),
                    at: edit.at,
                };
                answer.conflicts.insert(key, conflict);
            }
            None => {
                changed.insert(CellKey::from(key.as_str()), new);
                answer.saved.push(key);
            }
        }
    }
    put(&mut content, &changed);
    let sheet = Sheet::new(form, &content);
    check_rows(form, &sheet)?;
    sheet.write_computed(form, &mut content);
    answer.version += i32::from(!changed.is_empty());
    Ok(Merged { content, changed, answer })
}

fn put(content: &mut Cells, changed: &Cells) {
    for (key, cell) in changed.iter() {
        match cell {
            Cell::Blank => content.remove(key.as_str()),
            Cell::NotApplicable | Cell::Integer(_) | Cell::Text(_) => content.insert(key.clone(), cell.clone()),
        };
    }
}

/// More rows than the form allows are refused at once: what is kept stays small.
fn check_rows(form: &Form, sheet: &Sheet) -> Result<(), ReportingError> {
    let mut faults = Faults::new();
    for (number, section) in form.sections().iter().enumerate() {
        if let Rows::Dynamic { max, .. } = section.rows
            && sheet.row_ids(number).len() > max as usize
        {
            let fault = Fault::new("form.too_many_rows").with("max", max).with("title", section.title.as_str());
            faults.insert(section.key.clone(), vec![fault]);
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(ReportingError::Faulty(faults)) }
}

fn is_fillable(form: &Form, key: &str) -> bool {
    form.cell(key).is_some_and(fupin_form::CellSpec::is_fillable)
}

/// The content of a report that may be submitted, in the one form that is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Ready {
    pub content: Cells,
    /// The cells that differ from what stood there before; computed ones are not named.
    pub changed: Cells,
    /// Of the soft rules that are broken, and of no other.
    pub explanations: BTreeMap<String, String>,
    pub leaf: Vec<u8>,
}

/// Check what is about to be submitted: `given` is the whole content, or absent, what was saved before.
pub fn submit(
    form: &Form,
    standing: Standing,
    given: Option<Cells>,
    mut explanations: BTreeMap<String, String>,
) -> Result<Ready, ReportingError> {
    check_explanations(&explanations)?;
    let Standing { content: stored, open, prefilled, .. } = standing;
    // Who gives the whole content answers every cell.
    if given.is_none() && !prefilled.is_empty() {
        return Err(unconfirmed(prefilled));
    }
    let mut content = given.map_or_else(|| stored.clone(), |given| canonical_cells(form, given));
    let changed = changes(form, &stored, &content);
    check_open(&open, &changed)?;
    let sheet = Sheet::new(form, &content);
    let findings = sheet.check(form);
    let broken: Vec<String> = findings.iter().filter_map(|finding| finding.rule.clone()).collect();
    unresolved(findings, &explanations).map_err(refusal)?;
    explanations.retain(|rule, _| broken.contains(rule));
    sheet.write_computed(form, &mut content);
    let leaf = sheet.leaf(form).to_bytes();
    Ok(Ready { content, changed, explanations, leaf })
}

/// The typed cells that differ from what is stored, with their new content.
fn changes(form: &Form, stored: &Cells, content: &Cells) -> Cells {
    // Given content holds typed cells alone, so that what is computed seems to be gone.
    let is_typed = |key: &CellKey, new: &Cell| !new.is_blank() || is_fillable(form, key.as_str());
    let changes = content.changes_since(stored).filter(|(key, _, new)| is_typed(key, new));
    changes.map(|(key, _, new)| (key.clone(), new.clone())).collect()
}

fn unconfirmed(prefilled: BTreeSet<String>) -> ReportingError {
    let fault = || vec![Fault::new(FaultCode::PrefillUnconfirmed.as_str())];
    ReportingError::PrefillUnconfirmed(prefilled.into_iter().map(|key| (key, fault())).collect())
}

fn check_open(open: &Open, changed: &Cells) -> Result<(), ReportingError> {
    let closed = changed.iter().filter(|(key, _)| !open.covers(key.as_str()));
    let faults: Faults = closed.map(|(key, _)| (key.as_str().to_owned(), vec![locked()])).collect();
    if faults.is_empty() { Ok(()) } else { Err(ReportingError::Faulty(faults)) }
}

fn check_explanations(explanations: &BTreeMap<String, String>) -> Result<(), ReportingError> {
    let too_long = |text: &String| text.chars().count() > MOST_EXPLANATION;
    let faults: Faults = explanations
        .iter()
        .filter(|(_, text)| too_long(text))
        .map(|(rule, _)| (format!("explanations.{rule}"), vec![Fault::new("length").with("max", MOST_EXPLANATION)]))
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(ReportingError::Faulty(faults)) }
}

fn refusal(findings: Vec<Finding>) -> ReportingError {
    let is_hard = findings.iter().any(|finding| finding.severity == Severity::Hard);
    let mut faults = Faults::new();
    for finding in findings {
        let mut fault = Fault::new(finding.code.as_str());
        for (name, value) in &finding.params {
            fault = fault.with(name, value.as_str());
        }
        for (name, value) in [("rule", finding.rule), ("message", finding.message)] {
            fault = value.into_iter().fold(fault, |fault, value| fault.with(name, value));
        }
        // What concerns a whole section stands under the section's key.
        let section = finding.params.get("section").filter(|_| finding.cells.is_empty()).cloned();
        for key in finding.cells.into_iter().map(String::from).chain(section) {
            faults.entry(key).or_default().push(fault.clone());
        }
    }
    if is_hard { ReportingError::Faulty(faults) } else { ReportingError::Unexplained(faults) }
}

/// What is wrong with a cell, as it travels.
pub fn fault_of(fault: CellFault) -> Fault {
    let params = fault.params.into_iter();
    params.fold(Fault::new(fault.code.as_str()), |fault, (name, value)| fault.with(&name, value))
}

/// Handed over: late from the first instant after the deadline; the chain begins at its lowest level.
pub fn submitted(before: &Found, by: Person, now: DateTime<Utc>) -> Found {
    Found {
        stand: Stand { status: ReportStatus::Submitted, stage: 0, ..before.stand },
        version: before.version + 1,
        late: now >= before.due_at,
        submitted_at: Some(now),
        submitter: Some(by),
        return_reason: None,
        changed_at: now,
        ..before.clone()
    }
}

/// Taken back: a draft as it was before it was submitted.
pub fn withdrawn(before: &Found, now: DateTime<Utc>) -> Found {
    Found {
        stand: Stand { status: ReportStatus::Draft, stage: 0, ..before.stand },
        version: before.version + 1,
        late: false,
        submitted_at: None,
        submitter: None,
        submitted_for: None,
        changed_at: now,
        ..before.clone()
    }
}

/// One more version with other content.
pub fn saved(before: &Found, version: i32, now: DateTime<Utc>) -> Found {
    Found { version, changed_at: now, ..before.clone() }
}

#[cfg(test)]
mod tests;
