//! What waits for a reviewer is what the reviewer may answer, in the list, in the count and among the todos.

use fupin_contract::{
    ReportId,
    access::Role,
    insight::TodoKind,
    reporting::{ReportAct, ReportFilter, WaitingFilter},
};
use fupin_testing::Caller;
use serde_json::json;

use crate::world::{Acts, World, code};

/// How many reports wait for somebody by each way to ask, which must agree, and what he may really answer.
async fn waits(who: &Caller, all: &[ReportId]) -> i64 {
    let todos = who.list_todos().await.unwrap();
    let reviews = todos.items.iter().filter(|todo| todo.kind == TodoKind::ReviewReport).count();
    let mine = ReportFilter { mine: Some(true), ..ReportFilter::default() };
    let listed = who.list_reports(&mine).await.unwrap().items.len();
    let counted = who.count_waiting_reports(&WaitingFilter::default()).await.unwrap().count;
    let mut may = 0;
    for report in all {
        may += usize::from(who.look(*report).await.acts.contains(&ReportAct::Approve));
    }
    assert_eq!((reviews, listed, i64::try_from(reviews).unwrap()), (may, may, counted));
    counted
}

#[tokio::test]
async fn a_report_waits_for_nobody_who_saved_cells_of_it() {
    let world = World::start().await;
    let task = world.issued().await;
    let (one, other) = (world.report(task.id, "甲东一村").await, world.report(task.id, "甲东二村").await);
    let both = world.app.person(Role::Clerk, "甲东镇").await;
    let town = world.app.person(Role::Reviewer, "甲东镇").await.client;
    both.client.save(one, 0, json!({"a.r1.n": 1})).await.unwrap();
    for (report, village, version) in [(one, "甲东一村", 1), (other, "甲东二村", 0)] {
        let clerk = world.app.person(Role::Clerk, village).await.client;
        clerk.submit(report, version, json!({"a.r1.n": 2})).await.unwrap();
    }
    world.app.grant(both.account_id, Role::Reviewer, "甲东镇").await;

    assert_eq!(waits(&both.client, &[one, other]).await, 1, "one's own saving stands in what another submitted");
    assert_eq!(waits(&town, &[one, other]).await, 2);
    both.client.approve(other, 1).await.unwrap();
    assert_eq!(code(both.client.approve(one, 2).await), "reporting.own_report");
    assert_eq!(waits(&both.client, &[one, other]).await, 0);
    // The count is that of all, beside what is to be filled.
    let todos = both.client.list_todos().await.unwrap();
    assert_eq!(usize::try_from(todos.count).unwrap(), todos.items.len());
}

#[tokio::test]
async fn what_one_submitted_oneself_is_no_todo_at_any_level_of_the_chain() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let both = world.app.person(Role::Clerk, "甲县").await;
    world.app.grant(both.account_id, Role::Reviewer, "甲县").await;
    both.client.submit(report, 0, json!({"a.r1.n": 1})).await.unwrap();
    world.app.person(Role::Reviewer, "甲东镇").await.client.approve(report, 1).await.unwrap();
    assert_eq!(waits(&both.client, &[report]).await, 0);
    let county = world.app.person(Role::Reviewer, "甲县").await.client;
    assert_eq!(waits(&county, &[report]).await, 1);
}
