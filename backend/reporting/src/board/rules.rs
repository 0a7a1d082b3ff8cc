//! From how each report stands to the lines of the board. Pure.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use fupin_contract::{
    FormId, UnitId,
    reporting::{BoardRow, FormSummary, MatrixCell, MatrixRow, Progress, ReportStatus},
};

use crate::{
    place::view::View,
    tasks::standings::{self, Standing},
};

/// What a caller looks at, and all reports of the task.
#[derive(Clone, Debug)]
pub struct Seen {
    pub view: View,
    /// Where each unit of the view stands in the task's tree.
    pub ordinals: HashMap<UnitId, i32>,
    pub reports: Arc<Vec<Standing>>,
    pub due_at: DateTime<Utc>,
    pub now: DateTime<Utc>,
}

impl Seen {
    /// The reports of the view, with the ordinals of their units.
    fn reports(&self) -> impl Iterator<Item = (i32, &Standing)> {
        self.reports.iter().filter_map(|standing| Some((*self.ordinals.get(&standing.unit)?, standing)))
    }
}

/// The progress of all, and a line for each unit below which something is expected; of one form, or of all.
pub fn board(seen: &Seen, form: Option<FormId>) -> (Progress, Vec<BoardRow>) {
    let lines = &seen.view.lines;
    let mut whole = Progress::default();
    let nothing = |unit| BoardRow { unit, progress: Progress::default(), report_id: None, status: None };
    let mut rows: Vec<BoardRow> = lines.iter().map(|node| nothing(node.unit.clone())).collect();
    for (ordinal, standing) in seen.reports().filter(|(_, standing)| form.is_none_or(|form| standing.form == form)) {
        standings::note(&mut whole, standing, seen.due_at, seen.now);
        let Some(line) = seen.view.line_of(ordinal) else { continue };
        standings::note(&mut rows[line].progress, standing, seen.due_at, seen.now);
        if lines[line].lo == ordinal {
            (rows[line].report_id, rows[line].status) = (Some(standing.id), Some(standing.status));
        }
    }
    rows.retain(|row| row.progress.expected > 0);
    for row in rows.iter_mut().filter(|row| row.progress.expected > 1) {
        // Only a unit that owes exactly one report leads to it.
        (row.report_id, row.status) = (None, None);
    }
    (whole, rows)
}

/// The cells of all, and a line for each unit below which something is expected.
pub fn matrix(seen: &Seen, forms: &[FormSummary]) -> (Vec<MatrixCell>, Vec<MatrixRow>) {
    let nothing = vec![MatrixCell::default(); forms.len()];
    let mut whole = nothing.clone();
    let line = |unit| MatrixRow { unit, cells: nothing.clone() };
    let mut rows: Vec<MatrixRow> = seen.view.lines.iter().map(|node| line(node.unit.clone())).collect();
    for (ordinal, standing) in seen.reports() {
        let Some(column) = forms.iter().position(|form| form.id == standing.form) else { continue };
        note(&mut whole[column], standing, seen);
        if let Some(line) = seen.view.line_of(ordinal) {
            note(&mut rows[line].cells[column], standing, seen);
        }
    }
    rows.retain(|row| row.cells.iter().any(|cell| cell.expected > 0));
    (whole, rows)
}

fn note(cell: &mut MatrixCell, standing: &Standing, seen: &Seen) {
    cell.expected += 1;
    if standings::is_in(standing) {
        cell.submitted += 1;
        cell.on_time += i64::from(standing.submitted_at.is_some_and(|at| at < seen.due_at));
    } else {
        cell.overdue += i64::from(seen.due_at <= seen.now);
    }
    cell.approved += i64::from(standing.status == ReportStatus::Approved);
}
