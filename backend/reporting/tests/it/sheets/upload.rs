//! A filled file brought back.

use fupin_client::Request;
use fupin_contract::{access::Role, reporting::HistoryKind};
use fupin_form::Cell;
use serde_json::json;

use super::{
    Village, rejected,
    workbook::{LINES, MAIN, Parts},
};
use crate::world::{Acts, code};

#[tokio::test]
async fn a_filled_file_is_tried_first_and_then_saved_as_a_save() {
    let village = Village::start().await;
    let filled = Parts::of(&village.download().await)
        .number(MAIN, "B8", "12")
        .typed(MAIN, "D8", "1,234.5")
        .typed(MAIN, "F8", "不适用")
        .typed(LINES, "B7", "桥")
        .number(LINES, "C7", "2")
        .file();

    let tried = village.try_out(filled.clone()).await.unwrap();
    assert!(tried.dry_run && tried.rejected.is_empty() && tried.conflicts.is_empty(), "{tried:?}");
    assert_eq!((tried.version, tried.changed.len()), (0, 5));
    let places: Vec<&str> = tried.changed.iter().map(|change| change.at.cell.as_str()).collect();
    assert_eq!(places, ["B8", "D8", "F8", "B7", "C7"], "in the order of the file");
    assert_eq!(village.clerk.client.look(village.report).await.summary.version, 0, "a trial changes nothing");

    let saved = village.upload(filled).await.unwrap();
    assert_eq!((saved.version, saved.changed.len(), saved.dry_run), (1, 5, false));
    let report = village.clerk.client.look(village.report).await;
    assert_eq!(report.cells.cell("a.r1.n"), &Cell::Integer(12));
    assert_eq!(report.cells.cell("a.r1.twice"), &Cell::Integer(24), "computed here, whatever the file says");
    assert_eq!(report.cells.cell("a.r1.m"), &Cell::text("1234.50"));
    assert_eq!(report.cells.cell("a.r1.low"), &Cell::NotApplicable);
    assert!(report.cells.iter().any(|(key, cell)| key.as_str().ends_with(".name") && *cell == Cell::text("桥")));
    let history = village.clerk.client.get_report_history(village.report).await.unwrap();
    assert_eq!(history.entries.iter().map(|entry| entry.kind).collect::<Vec<_>>(), [HistoryKind::Saved]);
    let rows = "select count(*) from audit_row where outcome = 'done'
        and event in ('reporting.sheet_downloaded', 'reporting.sheet_tried', 'reporting.sheet_uploaded')";
    assert_eq!(village.world.app.number(rows).await, 3);
    assert_eq!(village.files_kept(), 0);
}

#[tokio::test]
async fn the_same_file_twice_changes_nothing_and_says_so() {
    let village = Village::start().await;
    let filled = Parts::of(&village.download().await).number(MAIN, "B8", "12").typed(LINES, "B7", "桥").file();
    village.upload(filled.clone()).await.unwrap();
    let again = village.upload(filled).await.unwrap();
    assert!(again.says_nothing_new(), "{again:?}");
    assert_eq!((again.version, again.unchanged), (1, 2));
    let history = village.clerk.client.get_report_history(village.report).await.unwrap();
    assert_eq!(history.entries.len(), 1);
}

#[tokio::test]
async fn a_cell_that_was_emptied_is_blank_and_one_that_was_only_carried_along_is_not_saved() {
    let village = Village::start().await;
    village.clerk.client.save(village.report, 0, json!({"a.r1.n": 5, "a.r1.m": "1.00"})).await.unwrap();
    let file = village.download().await;
    village.clerk.client.save(village.report, 1, json!({"a.r1.m": "2.00"})).await.unwrap();

    let answer = village.upload(Parts::of(&file).empty(MAIN, "B8").file()).await.unwrap();

    assert_eq!(answer.changed.len(), 1, "{answer:?}");
    let report = village.clerk.client.look(village.report).await;
    assert_eq!(report.cells.cell("a.r1.n"), &Cell::Blank);
    assert_eq!(report.cells.cell("a.r1.m"), &Cell::text("2.00"), "what others wrote meanwhile stays");
}

#[tokio::test]
async fn two_files_are_merged_like_saves() {
    let village = Village::start().await;
    let other = village.world.app.person(Role::Clerk, "甲东一村").await.client;
    let (mine, theirs) = (village.download().await, other.download_sheet(village.report).await.unwrap().bytes);
    let mine = Parts::of(&mine).number(MAIN, "B8", "1").number(MAIN, "D8", "1").typed(LINES, "B7", "我").file();
    let theirs = Parts::of(&theirs).number(MAIN, "B8", "2").number(MAIN, "E8", "2").typed(LINES, "B7", "他").file();

    let (one, two) = tokio::join!(village.upload(mine), super::upload(&other, village.report, theirs));

    let (one, two) = (one.unwrap(), two.unwrap());
    let conflicts: Vec<&str> =
        one.conflicts.iter().chain(&two.conflicts).map(|conflict| conflict.at.cell.as_str()).collect();
    assert_eq!(conflicts, ["B8"], "only where both wrote something else");
    let cells = village.clerk.client.look(village.report).await.cells;
    assert_eq!((cells.cell("a.r1.m"), cells.cell("a.r1.avg")), (&Cell::text("1.00"), &Cell::text("2.00")));
    assert!(matches!(cells.cell("a.r1.n"), Cell::Integer(1 | 2)));
    let names = cells.iter().filter(|(key, _)| key.as_str().ends_with(".name")).count();
    assert_eq!(names, 2, "each has added a row of their own");
}

#[tokio::test]
async fn bad_cells_are_named_by_sheet_cell_and_rule_and_the_good_ones_are_kept() {
    let village = Village::start().await;
    let filled = Parts::of(&village.download().await)
        .typed(MAIN, "B8", "十二")
        .number(MAIN, "B9", "-3")
        .number(MAIN, "D8", "1.234")
        .broken(MAIN, "E8")
        .number(MAIN, "F8", "7")
        .typed(MAIN, "G8", "１２３")
        .number(MAIN, "I8", "46000.25")
        .typed(MAIN, "I9", "2026-11-01")
        .typed(LINES, "B7", &"长".repeat(21))
        .edit(MAIN, |text| text.replace("</sheetData>", "<row r=\"40\"><c r=\"M40\"><v>9</v></c></row></sheetData>"))
        .file();

    let answer = village.upload(filled).await.unwrap();

    let expected = [
        ("B8", "form.not_a_number"),
        ("D8", "form.too_many_decimals"),
        ("E8", "reporting.cell_broken_formula"),
        ("B9", "form.below_min"),
        ("I9", "form.blocked_cell"),
        ("M40", "reporting.cell_outside"),
    ];
    let expected = expected.map(|(cell, code)| (format!("「填报表」!{cell}"), code.to_owned()));
    let mut expected = expected.to_vec();
    expected.push(("「二、项目」!B7".to_owned(), "form.too_long".to_owned()));
    let mut found = rejected(&answer);
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
    let cells = village.clerk.client.look(village.report).await.cells;
    assert_eq!((cells.cell("a.r1.low"), cells.cell("a.r1.high")), (&Cell::Integer(7), &Cell::Integer(123)));
    assert_eq!(cells.cell("a.r1.d"), &Cell::text("2025-12-09"), "a date is a date, whatever the hour");
    let notes: Vec<_> = answer.notes.iter().map(|note| (note.at.cell.as_str(), note.note.code.as_str())).collect();
    assert_eq!(notes, [("G8", "reporting.cell_full_width")]);
}

#[tokio::test]
async fn a_submitted_report_takes_no_file() {
    let village = Village::start().await;
    let file = Parts::of(&village.download().await).number(MAIN, "B8", "1").file();
    village.clerk.client.submit(village.report, 0, json!({"a.r1.n": 3})).await.unwrap();
    assert_eq!(code(village.upload(file).await), "reporting.already_submitted");
    assert_eq!(village.files_kept(), 0);
}

#[tokio::test]
async fn a_file_is_received_only_from_who_may_fill_the_report() {
    let village = Village::start().await;
    let file = village.download().await;
    let neighbour = village.world.app.person(Role::Clerk, "甲东二村").await.client;
    assert_eq!(code(super::upload(&neighbour, village.report, file.clone()).await), "request.not_found");
    let reviewer = village.world.app.person(Role::Reviewer, "甲东镇").await.client;
    assert_eq!(code(super::upload(&reviewer, village.report, file).await), "access.forbidden");
}

#[tokio::test]
async fn an_upload_that_was_repeated_counts_once() {
    let village = Village::start().await;
    let file = Parts::of(&village.download().await).number(MAIN, "B8", "1").file();
    let (key, how) = (crate::world::key(), fupin_contract::reporting::UploadSheet::default());
    let client = &village.clerk.client;
    let first = client.upload_sheet(village.report, how, file.clone(), key).await.unwrap();
    let again = client.upload_sheet(village.report, how, file.clone(), key).await.unwrap();
    assert_eq!(first, again);
    let other = Parts::of(&file).number(MAIN, "B8", "2").file();
    assert_eq!(code(client.upload_sheet(village.report, how, other, key).await), "request.key_reused");
}

#[tokio::test]
async fn more_than_ten_mebibytes_are_refused_and_leave_nothing() {
    let village = Village::start().await;
    assert_eq!(code(village.upload(vec![b'a'; 10 * 1024 * 1024 + 1]).await), "request.too_large");
    assert_eq!(village.files_kept(), 0);
    let just = village.upload(vec![b'a'; 10 * 1024 * 1024]).await;
    assert_eq!(code(just), "reporting.sheet_no_workbook");
    assert_eq!(village.files_kept(), 0);
}

#[tokio::test]
async fn a_body_of_another_type_is_not_taken() {
    let village = Village::start().await;
    let request = Request {
        method: fupin_client::Method::Post,
        path: format!("/api/reports/{}/sheet", village.report),
        query: String::new(),
        headers: vec![("Content-Type", "text/csv".to_owned())],
        body: Some(b"a,b".to_vec()),
    };
    let answer = fupin_client::Transport::send(village.clerk.client.transport(), request).await.unwrap();
    assert_eq!(answer.status, 415);
}
