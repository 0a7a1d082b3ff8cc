//! What people say of single cells.

mod attachments;
mod hostile;

use fupin_contract::{
    ReportId,
    access::Role,
    reporting::{CommentCell, FlagCell, MOST_COMMENTS},
};
use fupin_testing::Caller;
use serde_json::json;

use crate::world::{Acts, World, code, key};

fn comment(cell: &str, text: &str) -> CommentCell {
    CommentCell { cell: cell.to_owned(), text: text.to_owned() }
}

async fn flag(who: &Caller, id: ReportId, flagged: bool) -> Result<bool, fupin_client::ClientError> {
    let notes = who.flag_cell(id, &FlagCell { cell: "a.r1.n".to_owned(), flagged }).await?;
    Ok(notes.cells.get("a.r1.n").is_some_and(|cell| cell.flag.is_some()))
}

#[tokio::test]
async fn who_fills_and_who_reviews_talk_about_a_cell_whatever_state_the_report_is_in() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    let town = world.app.person(Role::Reviewer, "甲东镇").await.client;
    clerk.submit(report, 0, json!({"a.r1.n": 5})).await.unwrap();
    town.comment_cell(report, &comment("a.r1.n", "与台账不符"), key()).await.unwrap();
    let notes = clerk.comment_cell(report, &comment("a.r1.n", " 台账已更正 "), key()).await.unwrap();
    let said: Vec<(&str, &str)> =
        notes.cells["a.r1.n"].comments.iter().map(|said| (said.by.as_str(), said.text.as_str())).collect();
    assert_eq!(said, [("甲东镇的人", "与台账不符"), ("甲东一村的人", "台账已更正")]);
    assert_eq!(world.officer.client.get_report_notes(report).await.unwrap(), notes);
    let seen = clerk.look(report).await.summary;
    assert_eq!(seen.version, 1, "what is said changes nothing that was handed over");
    let rows = "select count(*) from audit_row where event = 'reporting.cell_commented' and outcome = 'done'";
    assert_eq!(world.app.number(rows).await, 2);
}

#[tokio::test]
async fn a_flag_is_set_once_and_taken_off_by_either_side() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    let county = world.app.person(Role::Reviewer, "甲县").await.client;
    assert!(flag(&county, report, true).await.unwrap());
    assert!(flag(&clerk, report, true).await.unwrap());
    let notes = clerk.get_report_notes(report).await.unwrap();
    assert_eq!(notes.cells["a.r1.n"].flag.as_ref().unwrap().by, "甲县的人", "whoever was first");
    assert!(!flag(&clerk, report, false).await.unwrap());
    assert!(clerk.get_report_notes(report).await.unwrap().cells.is_empty());
}

#[tokio::test]
async fn notes_end_where_the_scope_ends_and_with_the_task() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let beside = world.app.person(Role::Clerk, "甲东二村").await.client;
    assert_eq!(code(beside.get_report_notes(report).await), "request.not_found");
    assert_eq!(code(beside.comment_cell(report, &comment("a.r1.n", "看"), key()).await), "request.not_found");
    assert_eq!(code(flag(&beside, report, true).await), "request.not_found");
    let leader = world.app.person(Role::Leader, "甲县").await.client;
    assert_eq!(code(leader.comment_cell(report, &comment("a.r1.n", "看"), key()).await), "access.forbidden");
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    assert_eq!(code(clerk.comment_cell(report, &comment("a.r9.n", "看"), key()).await), "request.invalid");
    world.officer.client.close_task(task.id).await.unwrap();
    assert_eq!(code(clerk.comment_cell(report, &comment("a.r1.n", "看"), key()).await), "reporting.task_closed");
}

#[tokio::test]
async fn a_thread_stays_short_and_a_repeated_word_counts_once() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    let same = key();
    for _ in 0..2 {
        clerk.comment_cell(report, &comment("a.r1.n", "一次"), same).await.unwrap();
    }
    for number in 1..MOST_COMMENTS {
        clerk.comment_cell(report, &comment("a.r1.n", &number.to_string()), key()).await.unwrap();
    }
    let full = clerk.comment_cell(report, &comment("a.r1.n", "多了"), key()).await.unwrap_err();
    assert_eq!(
        (full.code(), full.problem().unwrap().params["most"].as_i64()),
        ("reporting.said_enough", Some(MOST_COMMENTS))
    );
    clerk.comment_cell(report, &comment("a.r1.m", "另一格"), key()).await.unwrap();
}
