//! From how far each unit's reports have come to the lines of the board. Pure.

use fupin_contract::{
    FormId, ReportId,
    reporting::{BoardRow, FormSummary, MatrixCell, MatrixRow, Progress, ReportStatus},
};

use crate::place::view::View;

/// How far the reports of one line have come.
#[derive(Clone, Debug, PartialEq)]
pub struct Count {
    /// Where the line's unit stands in the task's tree; nowhere for what no line shows.
    pub ordinal: i32,
    pub progress: Progress,
    /// Of the unit's report, where it owes exactly one.
    pub only: Option<(ReportId, ReportStatus)>,
}

/// The progress of all, and a line for each unit below which something is expected.
pub fn board(view: &View, counts: Vec<Count>) -> (Progress, Vec<BoardRow>) {
    let mut whole = Progress::default();
    let mut rows: Vec<BoardRow> = view
        .lines
        .iter()
        .map(|node| BoardRow { unit: node.unit.clone(), progress: Progress::default(), report_id: None, status: None })
        .collect();
    for count in counts {
        add(&mut whole, count.progress);
        let Some(line) = view.line_of(count.ordinal) else { continue };
        add(&mut rows[line].progress, count.progress);
        if let (Some((report, status)), true) = (count.only, view.lines[line].lo == count.ordinal) {
            (rows[line].report_id, rows[line].status) = (Some(report), Some(status));
        }
    }
    rows.retain(|row| row.progress.expected > 0);
    (whole, rows)
}

/// How far one line has come with one form.
#[derive(Clone, Debug, PartialEq)]
pub struct CellCount {
    /// As in [`Count`].
    pub ordinal: i32,
    pub form: FormId,
    pub cell: MatrixCell,
}

/// The cells of all, and a line for each unit below which something is expected.
pub fn matrix(view: &View, forms: &[FormSummary], counts: &[CellCount]) -> (Vec<MatrixCell>, Vec<MatrixRow>) {
    let nothing = vec![MatrixCell::default(); forms.len()];
    let mut whole = nothing.clone();
    let line = |unit: &fupin_contract::units::UnitName| MatrixRow { unit: unit.clone(), cells: nothing.clone() };
    let mut rows: Vec<MatrixRow> = view.lines.iter().map(|node| line(&node.unit)).collect();
    for count in counts {
        let Some(column) = forms.iter().position(|form| form.id == count.form) else { continue };
        add_cell(&mut whole[column], count.cell);
        if let Some(line) = view.line_of(count.ordinal) {
            add_cell(&mut rows[line].cells[column], count.cell);
        }
    }
    rows.retain(|row| row.cells.iter().any(|cell| cell.expected > 0));
    (whole, rows)
}

fn add_cell(sum: &mut MatrixCell, more: MatrixCell) {
    sum.expected += more.expected;
    sum.submitted += more.submitted;
    sum.on_time += more.on_time;
    sum.approved += more.approved;
    sum.overdue += more.overdue;
}

fn add(sum: &mut Progress, more: Progress) {
    sum.expected += more.expected;
    sum.untouched += more.untouched;
    sum.drafts += more.drafts;
    sum.returned += more.returned;
    sum.submitted += more.submitted;
    sum.approved += more.approved;
    sum.late += more.late;
    sum.overdue += more.overdue;
}
