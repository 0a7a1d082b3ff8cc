//! An approval is taken back while nobody above has acted on it.

use fupin_contract::{
    access::Role,
    reporting::{HistoryKind, IssueTask, ReportAct, ReportStatus},
    units::Level,
};
use serde_json::json;

use crate::world::{Acts, World, code, key};

#[tokio::test]
async fn whoever_approved_takes_it_back_and_the_report_waits_there_again() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    let (town, colleague) = (
        world.app.person(Role::Reviewer, "甲东镇").await.client,
        world.app.person(Role::Reviewer, "甲东镇").await.client,
    );
    let county = world.app.person(Role::Reviewer, "甲县").await.client;
    clerk.submit(report, 0, json!({"a.r1.n": 1})).await.unwrap();
    assert_eq!(code(town.revoke(report, 1).await), "reporting.not_approved");
    town.approve(report, 1).await.unwrap();
    assert_eq!(town.look(report).await.acts, [ReportAct::Revoke]);
    assert!(colleague.look(report).await.acts.is_empty());
    assert_eq!(code(colleague.revoke(report, 2).await), "reporting.not_your_approval");
    assert_eq!(code(county.revoke(report, 2).await), "reporting.not_your_approval");
    assert_eq!(code(town.revoke(report, 1).await), "reporting.stale_version");

    let waits = town.revoke(report, 2).await.unwrap();
    assert_eq!((waits.status, waits.stage, waits.waits_for), (ReportStatus::Submitted, 0, Some(Level::Town)));
    let last = clerk.get_report_history(report).await.unwrap().entries.pop().unwrap();
    assert_eq!((last.kind, last.reason.as_deref()), (HistoryKind::Revoked, Some("看错了行")));
    let trail = "select count(*) from audit_row where event = 'reporting.approval_revoked' and outcome = 'done'";
    assert_eq!(world.app.number(trail).await, 1);
    colleague.approve(report, 3).await.unwrap();
    county.approve(report, 4).await.unwrap();
    assert_eq!(code(colleague.revoke(report, 5).await), "reporting.not_your_approval", "the county has acted on it");
    county.revoke(report, 5).await.unwrap();
    assert_eq!(colleague.look(report).await.acts, [ReportAct::Revoke], "what is below stands last again");
    colleague.revoke(report, 6).await.unwrap();
    clerk.withdraw(report, 7).await.unwrap();
}

#[tokio::test]
async fn of_the_last_level_whoever_reviews_there_takes_it_back_while_the_task_is_open() {
    let world = World::start().await;
    let task = IssueTask { chain: vec![Level::Province], ..world.issue() };
    let task = world.officer.client.issue_task(&task, key()).await.unwrap().task;
    let report = world.report(task.id, "甲东一村").await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    let (one, other) = (
        world.app.person(Role::Reviewer, "样例省").await.client,
        world.app.person(Role::Reviewer, "样例省").await.client,
    );
    clerk.submit(report, 0, json!({"a.r1.n": 1})).await.unwrap();
    assert_eq!(one.approve(report, 1).await.unwrap().status, ReportStatus::Approved);
    assert_eq!(code(clerk.revoke(report, 2).await), "access.forbidden");
    let waits = other.revoke(report, 2).await.unwrap();
    assert_eq!((waits.status, waits.stage, waits.waits_for), (ReportStatus::Submitted, 0, Some(Level::Province)));
    one.approve(report, 3).await.unwrap();
    world.officer.client.close_task(task.id).await.unwrap();
    assert_eq!(code(one.revoke(report, 4).await), "reporting.task_closed");
    assert!(one.look(report).await.acts.is_empty());
}
