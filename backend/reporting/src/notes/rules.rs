//! What may be said of a cell, and how notes are told. Pure.

use fupin_contract::{
    Fault, Faults,
    reporting::{CellComment, CellFlag, MOST_COMMENTS, MOST_FLAGS, ReportNotes, TaskStatus},
};
use fupin_form::Form;

use super::store::{CommentRow, FlagRow};
use crate::error::ReportingError;

/// The cell is one of the form, and the task is open.
pub fn check_cell(form: &Form, task: TaskStatus, cell: &str) -> Result<(), ReportingError> {
    match task {
        TaskStatus::Open => {}
        TaskStatus::Closed => return Err(ReportingError::TaskClosed),
        TaskStatus::Cancelled => return Err(ReportingError::TaskCancelled),
    }
    if form.cell(cell).is_none() {
        let faults = Faults::from([("cell".to_owned(), vec![Fault::new("form.unknown_cell")])]);
        return Err(ReportingError::BadCells(faults));
    }
    Ok(())
}

/// Threads stay short.
pub fn check_room(comments: i64) -> Result<(), ReportingError> {
    if comments >= MOST_COMMENTS { Err(ReportingError::SaidEnough { most: MOST_COMMENTS }) } else { Ok(()) }
}

/// Flags stay few enough to be followed up.
pub fn check_flags(flags: i64) -> Result<(), ReportingError> {
    if flags >= MOST_FLAGS { Err(ReportingError::SaidEnough { most: MOST_FLAGS }) } else { Ok(()) }
}

/// Everything by cell, comments in the order in which they were given.
pub fn gathered(comments: Vec<CommentRow>, flags: Vec<FlagRow>) -> ReportNotes {
    let mut notes = ReportNotes::default();
    for CommentRow { cell_key, by, at, body } in comments {
        notes.cells.entry(cell_key).or_default().comments.push(CellComment { by, at, text: body });
    }
    for FlagRow { cell_key, by, at } in flags {
        notes.cells.entry(cell_key).or_default().flag = Some(CellFlag { by, at });
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_is_full_at_its_limit_and_not_before() {
        assert!(check_room(MOST_COMMENTS - 1).is_ok() && check_flags(MOST_FLAGS - 1).is_ok());
        assert_eq!(check_room(MOST_COMMENTS).unwrap_err().code(), "reporting.said_enough");
        assert_eq!(check_flags(MOST_FLAGS).unwrap_err().code(), "reporting.said_enough");
    }
}
