//! What lies before a town's clerk: a desk for each village, and what hands do across them. Pure: no clock, no network,
//! no screen.
//!
//! Invariants: each village's cells are read, checked and kept by its own [`Desk`], exactly as on the page of one
//! report; a village that cannot be filled now never changes; an empty cell of a pasted block leaves alone what stands.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use fupin_contract::reporting::{Report, ReportAct, ReportStatus, ReportSummary, SubmitOne, TaskStatus};
use fupin_form::{CellSpec, Finding, Form, Severity};

use super::strips::Strip;
use crate::pages::reporting::report::{
    desk::{Desk, Mark},
    findings::is_explained,
    grid::SharedDesk,
    place::Toward,
};

/// A cell of the screen: which village, and how far across.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    pub village: usize,
    pub across: usize,
}

/// One village and its report.
pub struct Village {
    pub report: ReportSummary,
    pub desk: SharedDesk,
    pub explanations: BTreeMap<String, String>,
    /// Why nothing can be changed; none while it can.
    pub closed: Option<Closed>,
    pub may_submit: bool,
}

/// Why a village cannot be filled now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// With the reviewers.
    Submitted,
    Approved,
    /// The task has ended.
    Ended,
    /// The right to fill ends above it.
    NotMine,
}

/// What stands between a village and its submission.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Required cells that are still empty.
    pub missing: usize,
    /// Cells and hard rules that are wrong, and cells that the server did not take.
    pub wrong: usize,
    /// Suggestions from the last period that wait for an answer.
    pub unconfirmed: usize,
    /// Soft rules that still need their explanation.
    pub unexplained: usize,
}

impl Standing {
    pub fn is_ready(&self) -> bool {
        *self == Self::default()
    }
}

/// What a pasted block did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pasted {
    pub cells: usize,
    /// Cells that were not changed because nothing may be changed there.
    pub closed: usize,
    /// Cells that fell outside the table.
    pub outside: usize,
}

impl Village {
    pub fn new(form: Rc<Form>, report: &Report) -> Self {
        let closed = match (report.summary.status, report.task_status) {
            _ if report.acts.contains(&ReportAct::Fill) => None,
            (ReportStatus::Approved, _) => Some(Closed::Approved),
            (ReportStatus::Submitted, _) => Some(Closed::Submitted),
            (ReportStatus::Draft | ReportStatus::Returned, TaskStatus::Open) => Some(Closed::NotMine),
            (ReportStatus::Draft | ReportStatus::Returned, TaskStatus::Closed | TaskStatus::Cancelled) => {
                Some(Closed::Ended)
            }
        };
        Self {
            report: report.summary.clone(),
            desk: Rc::new(RefCell::new(Desk::new(form, report))),
            explanations: report.explanations.clone(),
            closed,
            may_submit: report.acts.contains(&ReportAct::Submit),
        }
    }

    pub fn is_open(&self, key: &str) -> bool {
        self.closed.is_none() && self.desk.borrow().is_open(key)
    }

    pub fn standing(&self) -> Standing {
        let desk = self.desk.borrow();
        let findings = desk.findings(true);
        let hard = findings.iter().filter(|finding| finding.severity == Severity::Hard).count();
        let unexplained = findings.iter().filter(|finding| is_open_soft(finding, &self.explanations)).count();
        let (missing, unconfirmed) = (desk.missing(), desk.suggested().len());
        let not_taken =
            desk.marks.values().filter(|mark| matches!(mark, Mark::Rejected(_) | Mark::Conflict(_))).count();
        let wrong = hard.saturating_sub(missing + unconfirmed) + not_taken;
        Standing { missing, wrong, unconfirmed, unexplained }
    }

    /// Handed over: nothing changes any more.
    pub fn submitted(&mut self, now: ReportSummary) {
        self.report = now;
        self.closed = Some(Closed::Submitted);
        self.may_submit = false;
    }

    /// What is sent to submit it, as it stands.
    pub fn submission(&self) -> SubmitOne {
        let desk = self.desk.borrow();
        let broken: Vec<String> = desk.findings(true).into_iter().filter_map(|finding| finding.rule).collect();
        let explanations = self.explanations.iter().filter(|(rule, _)| broken.contains(rule));
        let explanations = explanations.map(|(rule, text)| (rule.clone(), text.clone())).collect();
        SubmitOne { id: self.report.id, version: desk.version, explanations }
    }
}

/// A soft rule that is broken and not explained.
pub fn is_open_soft(finding: &Finding, explanations: &BTreeMap<String, String>) -> bool {
    finding.severity == Severity::Soft && !is_explained(finding, explanations)
}

/// All villages of the screen, in the order of the tree.
pub struct Villages {
    pub form: Rc<Form>,
    pub list: Vec<Village>,
    undo: Vec<Vec<usize>>,
    redo: Vec<Vec<usize>>,
}

impl Villages {
    pub fn new(form: Rc<Form>, reports: &[Report]) -> Self {
        let list = reports.iter().map(|report| Village::new(form.clone(), report)).collect();
        Self { form, list, undo: Vec::new(), redo: Vec::new() }
    }

    /// The village and the key of a spot.
    pub fn at<'s>(&self, strip: &'s Strip, spot: Spot) -> Option<(&Village, &'s str)> {
        Some((self.list.get(spot.village)?, strip.keys.get(spot.across)?.as_str()))
    }

    fn spec(&self, key: &str) -> Option<&CellSpec> {
        self.form.cell(key)
    }

    /// Texts go into cells of several villages, as one step that can be taken back. Spots that cannot be changed stay.
    pub fn put(&mut self, strip: &Strip, texts: Vec<(Spot, String)>) {
        let mut by_village: BTreeMap<usize, Vec<(String, String)>> = BTreeMap::new();
        for (spot, text) in texts {
            if let Some((village, key)) = self.at(strip, spot)
                && village.is_open(key)
            {
                by_village.entry(spot.village).or_default().push((key.to_owned(), text));
            }
        }
        let mut touched = Vec::new();
        for (number, texts) in by_village {
            let mut desk = self.list[number].desk.borrow_mut();
            let before = desk.steps();
            desk.put(texts);
            if desk.steps() > before {
                touched.push(number);
            }
        }
        self.remember(touched);
    }

    /// What is suggested in these spots becomes their content, as one step.
    pub fn confirm(&mut self, strip: &Strip, spots: &[Spot]) {
        let mut touched = Vec::new();
        for spot in spots {
            if let Some((village, key)) = self.at(strip, *spot)
                && village.is_open(key)
                && village.desk.borrow().suggestion(key).is_some()
            {
                village.desk.borrow_mut().confirm(&[key.to_owned()]);
                touched.push(spot.village);
            }
        }
        self.remember(touched);
    }

    /// Everything that is suggested in any village.
    pub fn confirm_all(&mut self) {
        let mut touched = Vec::new();
        for (number, village) in self.list.iter().enumerate().filter(|(_, village)| village.closed.is_none()) {
            let keys = village.desk.borrow().suggested();
            if !keys.is_empty() {
                village.desk.borrow_mut().confirm(&keys);
                touched.push(number);
            }
        }
        self.remember(touched);
    }

    /// How many suggestions wait for an answer.
    pub fn suggested(&self) -> usize {
        let open = self.list.iter().filter(|village| village.closed.is_none());
        open.map(|village| village.desk.borrow().suggested().len()).sum()
    }

    /// A step that some desks have taken.
    pub fn remember(&mut self, touched: Vec<usize>) {
        if !touched.is_empty() {
            self.undo.push(touched);
            self.redo.clear();
        }
    }

    pub fn take_back(&mut self) -> bool {
        let Some(touched) = self.undo.pop() else { return false };
        let open = touched.iter().filter(|number| self.list[**number].closed.is_none());
        open.for_each(|number| drop(self.list[*number].desk.borrow_mut().undo()));
        self.redo.push(touched);
        true
    }

    pub fn do_again(&mut self) -> bool {
        let Some(touched) = self.redo.pop() else { return false };
        let open = touched.iter().filter(|number| self.list[**number].closed.is_none());
        open.for_each(|number| drop(self.list[*number].desk.borrow_mut().redo()));
        self.undo.push(touched);
        true
    }

    /// A block from a spreadsheet, put in from a spot on: rows by line, cells by tab.
    pub fn paste(&mut self, strip: &Strip, from: Spot, block: &str) -> Pasted {
        let mut pasted = Pasted::default();
        let mut texts = Vec::new();
        for (down, line) in block.trim_end_matches(['\r', '\n']).split('\n').enumerate() {
            for (right, text) in line.trim_end_matches('\r').split('\t').enumerate() {
                if text.trim().is_empty() {
                    continue;
                }
                let spot = Spot { village: from.village + down, across: from.across + right };
                match self.at(strip, spot) {
                    None => pasted.outside += 1,
                    Some((village, key)) if village.is_open(key) => texts.push((spot, text.to_owned())),
                    // What is computed stands in a copied block as well; nobody means to change it.
                    Some((_, key)) if !self.spec(key).is_some_and(CellSpec::is_fillable) => {}
                    Some(_) => pasted.closed += 1,
                }
            }
        }
        pasted.cells = texts.len();
        self.put(strip, texts);
        pasted
    }

    /// The cells of a block as a spreadsheet takes them.
    pub fn copy(&self, strip: &Strip, (from, to): (Spot, Spot)) -> String {
        let (down, across) = span((from, to));
        let line = |village: usize| {
            let cells = across.clone().map(|across| self.plain(strip, Spot { village, across }));
            cells.collect::<Vec<_>>().join("\t")
        };
        down.map(line).collect::<Vec<_>>().join("\n")
    }

    /// A cell without thousands separators, so that a spreadsheet takes numbers for numbers.
    fn plain(&self, strip: &Strip, spot: Spot) -> String {
        let Some((village, key)) = self.at(strip, spot) else { return String::new() };
        let Some(spec) = self.spec(key) else { return String::new() };
        let shown = village.desk.borrow().shown(spec, key);
        if spec.kind.scale().is_some() { shown.replace(',', "") } else { shown }
    }

    /// Empties a block.
    pub fn clear(&mut self, strip: &Strip, block: (Spot, Spot)) {
        let (down, across) = span(block);
        let spots = down.flat_map(|village| across.clone().map(move |across| Spot { village, across }));
        let texts = spots.map(|spot| (spot, String::new())).collect();
        self.put(strip, texts);
    }

    /// Where a key leads. Down from the last village is the first one of the next item, as a column is typed.
    pub fn step(&self, strip: &Strip, from: Spot, toward: Toward) -> Option<Spot> {
        let (villages, width) = (self.list.len(), strip.keys.len());
        match toward {
            Toward::Up if from.village > 0 => Some(Spot { village: from.village - 1, ..from }),
            Toward::Up => from.across.checked_sub(1).map(|across| Spot { village: villages - 1, across }),
            Toward::Down if from.village + 1 < villages => Some(Spot { village: from.village + 1, ..from }),
            Toward::Down => Some(Spot { village: 0, across: from.across + 1 }).filter(|spot| spot.across < width),
            Toward::Left => from.across.checked_sub(1).map(|across| Spot { across, ..from }),
            Toward::Right => Some(Spot { across: from.across + 1, ..from }).filter(|spot| spot.across < width),
            Toward::Next => {
                let first = from.village * width + from.across + 1;
                (first..villages * width).find_map(|place| self.open_at(strip, place))
            }
            Toward::Previous => {
                let end = from.village * width + from.across;
                (0..end).rev().find_map(|place| self.open_at(strip, place))
            }
        }
    }

    fn open_at(&self, strip: &Strip, place: usize) -> Option<Spot> {
        let spot = Spot { village: place / strip.keys.len(), across: place % strip.keys.len() };
        self.at(strip, spot).filter(|(village, key)| village.is_open(key)).map(|_| spot)
    }

    /// Every cell that is wrong, as strip and spot, strip by strip. Cells that are only empty count when `strict`.
    pub fn faults(&self, strips: &[Strip], strict: bool) -> Vec<(usize, Spot)> {
        let wrong: Vec<Vec<String>> = self.list.iter().map(|village| wrong_cells(village, strict)).collect();
        let mut faults = Vec::new();
        for (number, strip) in strips.iter().enumerate() {
            for (village, wrong) in wrong.iter().enumerate() {
                for (across, key) in strip.keys.iter().enumerate() {
                    if wrong.contains(key) {
                        faults.push((number, Spot { village, across }));
                    }
                }
            }
        }
        faults
    }

    /// Those that can be submitted as they stand.
    pub fn ready(&self) -> Vec<usize> {
        let is_ready = |village: &Village| village.may_submit && village.standing().is_ready();
        self.list.iter().enumerate().filter(|(_, village)| is_ready(village)).map(|(number, _)| number).collect()
    }

    /// Whether everything that was left in a cell is with the server.
    pub fn is_kept(&self) -> bool {
        self.list.iter().all(|village| village.desk.borrow().is_kept())
    }
}

fn wrong_cells(village: &Village, strict: bool) -> Vec<String> {
    if village.closed.is_some() {
        return Vec::new();
    }
    let desk = village.desk.borrow();
    let findings = desk.findings(strict);
    let hard = findings.iter().filter(|finding| finding.severity == Severity::Hard).flat_map(|finding| &finding.cells);
    let is_refused = |mark: &Mark| matches!(mark, Mark::Rejected(_) | Mark::Conflict(_));
    let refused = desk.marks.iter().filter(|(_, mark)| is_refused(mark)).map(|(key, _)| key.clone());
    hard.map(|key| key.as_str().to_owned()).chain(refused).collect()
}

/// The villages and the places across that a block covers.
pub fn span((from, to): (Spot, Spot)) -> (std::ops::RangeInclusive<usize>, std::ops::RangeInclusive<usize>) {
    let down = from.village.min(to.village)..=from.village.max(to.village);
    (down, from.across.min(to.across)..=from.across.max(to.across))
}

#[cfg(test)]
#[path = "villages_tests.rs"]
mod tests;
