//! Files beside a report and its cells: who attaches, who fetches, who takes away, and what stays of it.

use std::path::PathBuf;

use fupin_client::{ClientError, Request, Transport};
use fupin_contract::{
    AttachmentId, ReportId,
    access::Role,
    reporting::{AttachFile, Attachment, NoteKind, ReportNotes},
};
use fupin_testing::Caller;
use serde_json::json;

use super::comment;
use crate::world::{Acts, World, code, key};

/// A picture of one dot; `mark` makes it another than others.
pub fn jpeg(mark: &str) -> Vec<u8> {
    let exif = b"\xff\xe1\x00\x10Exif\0\0GPS 19N.";
    let table = [&[0xff, 0xdb, 0, u8::try_from(mark.len() + 2).unwrap()], mark.as_bytes()].concat();
    [b"\xff\xd8", &exif[..], &table, b"\xff\xda\x00\x02dot\xff\xd9"].concat()
}

pub fn how(name: &str, cell: Option<&str>) -> AttachFile {
    AttachFile { name: name.to_owned(), cell: cell.map(str::to_owned) }
}

pub async fn attach(
    who: &Caller,
    report: ReportId,
    (name, cell): (&str, Option<&str>),
    file: Vec<u8>,
) -> Result<ReportNotes, ClientError> {
    who.attach_file(report, &how(name, cell), file, key()).await
}

/// Where the content of attachments lies, all of it.
pub fn contents(world: &World) -> Vec<PathBuf> {
    let root = world.app.app.settings.data_dir.join("attachments");
    let list = |folder: PathBuf| std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    list(root).flat_map(list).collect()
}

struct Village {
    world: World,
    report: ReportId,
    clerk: Caller,
    town: Caller,
}

impl Village {
    async fn start() -> Self {
        let world = World::start().await;
        let task = world.issued().await;
        let report = world.report(task.id, "甲东一村").await;
        let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
        let town = world.app.person(Role::Reviewer, "甲东镇").await.client;
        Self { world, report, clerk, town }
    }

    async fn attached(&self, name: &str) -> Attachment {
        let notes = attach(&self.clerk, self.report, (name, None), jpeg(name)).await.unwrap();
        notes.attachments.last().unwrap().clone()
    }
}

#[tokio::test]
async fn either_side_attaches_and_whoever_reads_the_report_fetches() {
    let Village { world, report, clerk, town } = Village::start().await;
    attach(&clerk, report, ("低保台账 第3页.jpg", Some("a.r1.n")), jpeg("a")).await.unwrap();
    let notes = attach(&town, report, ("核对记录.PDF", None), b"%PDF-1.7 list".to_vec()).await.unwrap();
    let photo = &notes.cells["a.r1.n"].attachments[0];
    assert_eq!(
        (photo.name.as_str(), photo.by.as_str(), photo.removable),
        ("低保台账 第3页.jpg", "甲东一村的人", false)
    );
    let list = &notes.attachments[0];
    assert_eq!((list.name.as_str(), list.bytes, list.removable), ("核对记录.PDF", 13, true));

    let officer = &world.officer.client;
    assert_eq!(officer.download_attachment(list.id).await.unwrap().bytes, b"%PDF-1.7 list");
    let kept = officer.download_attachment(photo.id).await.unwrap();
    assert_eq!(kept.name, "低保台账 第3页.jpg");
    assert!(kept.bytes.starts_with(b"\xff\xd8") && kept.bytes.ends_with(b"dot\xff\xd9"));
    assert!(!kept.bytes.windows(3).any(|three| three == b"GPS"), "where it was taken is nobody's to pass on");
    assert_eq!(clerk.look(report).await.summary.version, 0, "files change nothing that the report holds");
    for (event, rows) in [("file_attached", 2), ("attachment_downloaded", 2)] {
        let count = format!("select count(*) from audit_row where event = 'reporting.{event}' and outcome = 'done'");
        assert_eq!(world.app.number(&count).await, rows, "{event}");
    }
}

#[tokio::test]
async fn a_file_is_saved_and_never_shown_as_a_page() {
    let village = Village::start().await;
    let file = village.attached("a.jpg").await;
    let request = Request {
        method: fupin_client::Method::Get,
        path: format!("/api/attachments/{}/file", file.id),
        query: String::new(),
        headers: vec![],
        body: None,
    };
    let answer = village.clerk.transport().send(request).await.unwrap();
    assert_eq!(answer.media_type.as_deref(), Some("application/octet-stream"));
    assert!(answer.disposition.unwrap().starts_with("attachment; filename=\"attachment\"; filename*=UTF-8''a.jpg"));
}

#[tokio::test]
async fn files_end_where_the_scope_ends_and_with_the_task() {
    let village = Village::start().await;
    let file = village.attached("a.jpg").await;
    let Village { world, report, clerk, .. } = village;
    let beside = world.app.person(Role::Clerk, "甲东二村").await.client;
    assert_eq!(code(attach(&beside, report, ("a.jpg", None), jpeg("a")).await), "request.not_found");
    assert_eq!(code(beside.download_attachment(file.id).await), "request.not_found");
    assert_eq!(code(beside.remove_attachment(file.id).await), "request.not_found");
    assert_eq!(code(beside.download_attachment(AttachmentId::generate()).await), "request.not_found");
    let leader = world.app.person(Role::Leader, "甲县").await.client;
    assert_eq!(code(attach(&leader, report, ("a.jpg", None), jpeg("a")).await), "access.forbidden");
    leader.download_attachment(file.id).await.unwrap();
    let auditor = world.app.person(Role::AuditAdmin, "样例省").await.client;
    assert_eq!(code(auditor.download_attachment(file.id).await), "access.forbidden");
    assert_eq!(code(world.app.nobody().download_attachment(file.id).await), "access.signed_out");

    assert_eq!(code(attach(&clerk, report, ("a.jpg", Some("a.r9.n")), jpeg("a")).await), "request.invalid");
    let task = clerk.look(report).await.summary.task_id;
    world.officer.client.close_task(task).await.unwrap();
    assert_eq!(code(attach(&clerk, report, ("a.jpg", None), jpeg("a")).await), "reporting.task_closed");
    assert_eq!(code(clerk.remove_attachment(file.id).await), "reporting.task_closed");
    clerk.download_attachment(file.id).await.unwrap();
}

#[tokio::test]
async fn what_a_bad_network_repeats_is_attached_once_and_equal_content_is_kept_once() {
    let Village { world, report, clerk, .. } = Village::start().await;
    let same = key();
    for _ in 0..2 {
        let notes = clerk.attach_file(report, &how("a.jpg", None), jpeg("a"), same).await.unwrap();
        assert_eq!(notes.attachments.len(), 1);
    }
    let other = clerk.attach_file(report, &how("b.jpg", None), jpeg("a"), same).await;
    assert_eq!(other.unwrap_err().problem().unwrap().status, 422, "the key stands for another file");
    let notes = attach(&clerk, report, ("b.jpg", Some("a.r1.m")), jpeg("a")).await.unwrap();
    assert_eq!((notes.attachments.len(), notes.cells["a.r1.m"].attachments.len()), (1, 1));
    assert_eq!(contents(&world).len(), 1);
}

#[tokio::test]
async fn whoever_attached_takes_away_as_long_as_the_report_is_with_its_clerk() {
    let village = Village::start().await;
    let (mine, theirs) = (village.attached("a.jpg").await, village.attached("b.jpg").await);
    let Village { world, report, clerk, town } = village;
    assert_eq!(code(town.remove_attachment(mine.id).await), "reporting.not_your_file");
    let notes = clerk.remove_attachment(mine.id).await.unwrap();
    assert_eq!(notes.attachments, std::slice::from_ref(&theirs));
    assert_eq!(code(clerk.remove_attachment(mine.id).await), "request.not_found");
    assert_eq!(code(clerk.download_attachment(mine.id).await), "request.not_found");

    clerk.submit(report, 0, json!({"a.r1.n": 1})).await.unwrap();
    assert_eq!(code(clerk.remove_attachment(theirs.id).await), "reporting.already_submitted");
    assert!(!clerk.get_report_notes(report).await.unwrap().attachments[0].removable);
    town.give_back(report, 1, "请核对").await.unwrap();
    assert!(clerk.get_report_notes(report).await.unwrap().attachments[0].removable);
    clerk.remove_attachment(theirs.id).await.unwrap();
    let rows = "select count(*) from audit_row where event = 'reporting.attachment_removed' and outcome = 'done'";
    assert_eq!(world.app.number(rows).await, 2);
}

#[tokio::test]
async fn what_was_said_stands_in_the_history_at_its_place() {
    let village = Village::start().await;
    let file = village.attached("a.jpg").await;
    let Village { report, clerk, town, .. } = village;
    clerk.save(report, 0, json!({"a.r1.n": 1})).await.unwrap();
    attach(&clerk, report, ("b.jpg", Some("a.r1.n")), jpeg("b")).await.unwrap();
    clerk.remove_attachment(file.id).await.unwrap();
    clerk.submit_saved(report, 1).await.unwrap();
    town.comment_cell(report, &comment("a.r1.n", "与台账不符"), key()).await.unwrap();
    for flagged in [true, false] {
        super::flag(&town, report, flagged).await.unwrap();
    }
    let history = clerk.get_report_history(report).await.unwrap();
    assert_eq!(history.entries.iter().map(|entry| entry.version).collect::<Vec<_>>(), [1, 2]);
    let line = |note: &fupin_contract::reporting::HistoryNote| {
        (note.version, note.kind, note.cell.is_some(), note.text.clone().unwrap_or_default(), note.attachment.is_some())
    };
    let lines: Vec<_> = history.notes.iter().map(line).collect();
    let text = str::to_owned;
    assert_eq!(
        lines,
        [
            (0, NoteKind::Attached, false, text("a.jpg"), false),
            (1, NoteKind::Attached, true, text("b.jpg"), true),
            (1, NoteKind::Removed, false, text("a.jpg"), false),
            (2, NoteKind::Commented, true, text("与台账不符"), false),
            (2, NoteKind::Flagged, true, text(""), false),
            (2, NoteKind::Unflagged, true, text(""), false),
        ]
    );
    assert!(history.notes.is_sorted_by_key(|note| note.at));
    assert_eq!(history.notes[3].by, "甲东镇的人");
}

#[tokio::test]
async fn a_report_has_room_for_so_many_files_and_so_much() {
    let Village { world, report, clerk, .. } = Village::start().await;
    world.app.sql("update task_policy set attachments = 2, attachment_mib = 1").await;
    let large = [&jpeg("a")[..], &[0]].concat();
    let pdf = |bytes: usize| [b"%PDF-".to_vec(), vec![b'x'; bytes - 5]].concat();
    attach(&clerk, report, ("a.jpg", None), large).await.unwrap();
    let full = attach(&clerk, report, ("a.pdf", None), pdf(1024 * 1024)).await.unwrap_err();
    let problem = full.problem().unwrap();
    assert_eq!((full.code(), problem.status, problem.params["mib"].as_i64()), ("reporting.files_full", 409, Some(1)));
    let notes = attach(&clerk, report, ("a.pdf", Some("a.r1.n")), pdf(9)).await.unwrap();
    assert_eq!(code(attach(&clerk, report, ("b.pdf", None), pdf(9)).await), "reporting.files_full");
    clerk.remove_attachment(notes.attachments[0].id).await.unwrap();
    attach(&clerk, report, ("b.pdf", None), pdf(9)).await.unwrap();
}

#[tokio::test]
async fn content_goes_a_day_after_the_last_row_that_pointed_at_it() {
    let village = Village::start().await;
    let (gone, stays) = (village.attached("a.jpg").await, village.attached("b.jpg").await);
    let Village { world, report, clerk, .. } = village;
    // The same content beside a cell stays wanted for a while.
    let twin = attach(&clerk, report, ("c.jpg", Some("a.r1.n")), jpeg("a.jpg")).await.unwrap();
    let twin = twin.cells["a.r1.n"].attachments[0].id;
    let stray = contents(&world)[0].with_file_name("00".repeat(32));
    std::fs::write(&stray, "left by a process that was killed").unwrap();
    clerk.remove_attachment(gone.id).await.unwrap();
    fupin_reporting::sweep_attachments(&world.app.app).await.unwrap();
    assert!(!stray.exists());
    assert_eq!(contents(&world).len(), 2);
    clerk.download_attachment(twin).await.unwrap();
    clerk.remove_attachment(twin).await.unwrap();
    fupin_reporting::sweep_attachments(&world.app.app).await.unwrap();
    assert_eq!(contents(&world).len(), 2, "a backup that runs may still know of it");

    world.app.shift_clock("24 hours 1 minute").await;
    fupin_reporting::sweep_attachments(&world.app.app).await.unwrap();
    assert_eq!(contents(&world).len(), 1);
    let officer = world.officer_again().await;
    officer.download_attachment(stays.id).await.unwrap();
    std::fs::remove_file(&contents(&world)[0]).unwrap();
    assert_eq!(code(officer.download_attachment(stays.id).await), "reporting.file_gone");
}

#[tokio::test]
async fn what_somebody_attached_who_has_left_stays_with_the_name() {
    let village = Village::start().await;
    let file = village.attached("a.jpg").await;
    let Village { world, report, clerk, town } = village;
    world.app.sql("update account set disabled_at = now() where name = '甲东一村的人'").await;
    assert!(attach(&clerk, report, ("b.jpg", None), jpeg("b")).await.is_err());
    let notes = town.get_report_notes(report).await.unwrap();
    assert_eq!((notes.attachments.len(), notes.attachments[0].by.as_str()), (1, "甲东一村的人"));
    town.download_attachment(file.id).await.unwrap();
    assert_eq!(code(town.remove_attachment(file.id).await), "reporting.not_your_file");
}
