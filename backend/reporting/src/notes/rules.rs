//! What may be said of a cell, and how notes are told. Pure.

use chrono::{DateTime, Utc};
use fupin_contract::{
    AccountId, AttachmentId, Fault, Faults,
    reporting::{
        Attachment, CellComment, CellFlag, HistoryNote, MOST_COMMENTS, MOST_FLAGS, NoteKind, ReportNotes, TaskStatus,
    },
};
use fupin_form::Form;

use super::{
    attachments::{rules::may_remove, store::FileRow},
    store::{CommentRow, FlagRow},
};
use crate::{error::ReportingError, report::rules::Stand};

/// All that is said of a report, each kind in the order in which it was said.
#[derive(Clone, Debug, Default)]
pub struct Said {
    pub comments: Vec<CommentRow>,
    pub flags: Vec<FlagRow>,
    pub files: Vec<FileRow>,
}

/// The task is open, and the cell is one of the form, where one is meant.
pub fn check_cell(form: &Form, task: TaskStatus, cell: Option<&str>) -> Result<(), ReportingError> {
    match task {
        TaskStatus::Open => {}
        TaskStatus::Closed => return Err(ReportingError::TaskClosed),
        TaskStatus::Cancelled => return Err(ReportingError::TaskCancelled),
    }
    if cell.is_some_and(|cell| form.cell(cell).is_none()) {
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

/// What stands now by cell, in the order in which it was said.
pub fn gathered(said: Said, stand: Stand, reader: AccountId) -> ReportNotes {
    let mut notes = ReportNotes::default();
    for CommentRow { cell_key, by, at, body } in said.comments {
        notes.cells.entry(cell_key).or_default().comments.push(CellComment { by, at, text: body });
    }
    for FlagRow { cell_key, by, at, .. } in said.flags {
        notes.cells.entry(cell_key).or_default().flag = Some(CellFlag { by, at });
    }
    let open = may_remove(stand).is_ok();
    for row in said.files.into_iter().filter(|row| row.removed_at.is_none()) {
        let FileRow { id, cell_key, account_id, by, at, name, bytes, .. } = row;
        let removable = open && account_id == reader.0;
        let attachment = Attachment { id: AttachmentId(id), name, bytes, by, at, removable };
        match cell_key {
            Some(key) => notes.cells.entry(key).or_default().attachments.push(attachment),
            None => notes.attachments.push(attachment),
        }
    }
    notes
}

/// Everything that was ever said, oldest first, each with the version that stood then: of the last of the report's steps
/// before it.
pub fn told(said: Said, steps: &[(i32, DateTime<Utc>)]) -> Vec<HistoryNote> {
    let note = |(at, by, kind): (DateTime<Utc>, String, NoteKind), cell, text| {
        let before = steps.iter().rev().find(|(_, step)| *step <= at);
        let version = before.map_or(0, |(version, _)| *version);
        HistoryNote { version, at, by, kind, cell, text, attachment: None }
    };
    let mut notes = Vec::new();
    for CommentRow { cell_key, by, at, body } in said.comments {
        notes.push(note((at, by, NoteKind::Commented), Some(cell_key), Some(body)));
    }
    for FlagRow { cell_key, by, at, lifted } in said.flags {
        notes.push(note((at, by, NoteKind::Flagged), Some(cell_key.clone()), None));
        if let Some((by, at)) = lifted {
            notes.push(note((at, by, NoteKind::Unflagged), Some(cell_key), None));
        }
    }
    for row in said.files {
        let attachment = row.removed_at.is_none().then_some(AttachmentId(row.id));
        let attached = note((row.at, row.by.clone(), NoteKind::Attached), row.cell_key.clone(), Some(row.name.clone()));
        notes.push(HistoryNote { attachment, ..attached });
        if let Some(at) = row.removed_at {
            notes.push(note((at, row.by, NoteKind::Removed), row.cell_key, Some(row.name)));
        }
    }
    // Said in one moment, an end comes after its beginning.
    notes.sort_by_key(|note| (note.at, note.kind));
    notes
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn file(seconds: i64, cell: Option<&str>, removed: Option<i64>) -> FileRow {
        FileRow {
            id: Uuid::from_u128(seconds.unsigned_abs().into()),
            cell_key: cell.map(str::to_owned),
            account_id: Uuid::nil(),
            by: "甲".to_owned(),
            at: at(seconds),
            name: "台账.jpg".to_owned(),
            bytes: 1,
            removed_at: removed.map(at),
        }
    }

    #[test]
    fn a_thread_is_full_at_its_limit_and_not_before() {
        assert!(check_room(MOST_COMMENTS - 1).is_ok() && check_flags(MOST_FLAGS - 1).is_ok());
        assert_eq!(check_room(MOST_COMMENTS).unwrap_err().code(), "reporting.said_enough");
        assert_eq!(check_flags(MOST_FLAGS).unwrap_err().code(), "reporting.said_enough");
    }

    #[test]
    fn what_was_said_stands_between_the_steps_that_it_came_between() {
        let comment = CommentRow { cell_key: "a".to_owned(), by: "乙".to_owned(), at: at(25), body: "看".to_owned() };
        let lifted = Some(("丙".to_owned(), at(40)));
        let flag = FlagRow { cell_key: "a".to_owned(), by: "乙".to_owned(), at: at(20), lifted };
        let files = vec![file(5, None, None), file(30, Some("a"), Some(35))];
        let told =
            told(Said { comments: vec![comment], flags: vec![flag], files }, &[(1, at(10)), (2, at(20)), (3, at(32))]);
        let line = |note: &HistoryNote| (note.version, note.kind, note.attachment.is_some());
        let lines: Vec<_> = told.iter().map(line).collect();
        assert_eq!(
            lines,
            [
                (0, NoteKind::Attached, true),
                (2, NoteKind::Flagged, false),
                (2, NoteKind::Commented, false),
                (2, NoteKind::Attached, false),
                (3, NoteKind::Removed, false),
                (3, NoteKind::Unflagged, false),
            ]
        );
    }

    #[test]
    fn a_file_stands_where_it_was_attached_until_it_is_taken_away() {
        let files = vec![file(1, None, None), file(2, Some("a"), None), file(3, Some("b"), Some(4))];
        let said = Said { files, ..Said::default() };
        let stand = |status| Stand { task: TaskStatus::Open, status, stage: 0 };
        let draft = stand(fupin_contract::reporting::ReportStatus::Draft);
        let notes = gathered(said.clone(), draft, AccountId(Uuid::nil()));
        assert_eq!((notes.attachments.len(), notes.cells.len(), notes.cells["a"].attachments.len()), (1, 1, 1));
        assert!(notes.attachments[0].removable);
        assert!(!gathered(said.clone(), draft, AccountId(Uuid::max())).attachments[0].removable, "another's");
        let submitted = stand(fupin_contract::reporting::ReportStatus::Submitted);
        assert!(!gathered(said, submitted, AccountId(Uuid::nil())).attachments[0].removable);
    }
}
