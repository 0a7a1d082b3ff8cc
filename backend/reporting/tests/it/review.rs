//! The chain: each level in its turn, return and resubmission.

mod bulk;
mod differences;
mod returned_cells;
mod revoke;
mod todos;

use fupin_contract::{
    access::Role,
    reporting::{HistoryKind, ReportAct, ReportFilter, ReportStatus, ReportSummary},
    units::Level,
};
use serde_json::json;

use crate::world::{Acts, World, code};

#[tokio::test]
async fn a_report_goes_up_the_chain_and_every_turn_is_told() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    clerk.submit(report, 0, json!({"a.r1.n": 1})).await.unwrap();
    let chain = [("甲东镇", Some(Level::County)), ("甲县", Some(Level::Province)), ("样例省", None)];
    for (stage, (unit, next)) in (1..).zip(chain) {
        let reviewer = world.app.person(Role::Reviewer, unit).await.client;
        let seen = reviewer.look(report).await;
        assert_eq!(seen.acts, [ReportAct::Approve, ReportAct::Return], "{unit}");
        let mine = ReportFilter { mine: Some(true), ..ReportFilter::default() };
        assert_eq!(reviewer.list_reports(&mine).await.unwrap().items.len(), 1, "{unit}");
        let approved = reviewer.approve(report, stage).await.unwrap();
        assert_eq!((i32::from(approved.stage), approved.version, approved.waits_for), (stage, stage + 1, next));
        assert!(reviewer.list_reports(&mine).await.unwrap().items.is_empty(), "{unit}");
        assert_eq!(reviewer.look(report).await.acts, [ReportAct::Revoke], "{unit}");
    }
    assert_eq!(clerk.look(report).await.summary.status, ReportStatus::Approved);
    let told = |topic| format!("select count(*) from outbox where topic = 'reporting.{topic}'");
    assert_eq!(world.app.number(&told("report_approved_on")).await, 2);
    assert_eq!(world.app.number(&told("report_approved")).await, 1);
    assert_eq!(code(clerk.withdraw(report, 4).await), "reporting.already_approved");
    let province = world.app.person(Role::Reviewer, "样例省").await.client;
    assert_eq!(code(province.give_back(report, 4, "晚了").await), "reporting.already_approved");
}

#[tokio::test]
async fn nobody_answers_in_another_levels_place() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    let (town, county) = (
        world.app.person(Role::Reviewer, "甲东镇").await.client,
        world.app.person(Role::Reviewer, "甲县").await.client,
    );
    assert_eq!(code(town.approve(report, 0).await), "reporting.not_submitted");
    clerk.submit(report, 0, json!({"a.r1.n": 1})).await.unwrap();
    assert_eq!(code(county.approve(report, 1).await), "reporting.not_your_turn");
    assert_eq!(code(county.give_back(report, 1, "不行").await), "reporting.not_your_turn");
    let beside = world.app.person(Role::Reviewer, "甲西镇").await.client;
    assert_eq!(code(beside.approve(report, 1).await), "request.not_found");
    town.approve(report, 1).await.unwrap();
    assert_eq!(code(town.approve(report, 2).await), "reporting.not_your_turn");
    assert_eq!(code(clerk.withdraw(report, 2).await), "reporting.already_reviewed");
    county.approve(report, 2).await.unwrap();
    assert_eq!(code(clerk.approve(report, 3).await), "access.forbidden");
}

#[tokio::test]
async fn nobody_reviews_what_he_submitted() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let both = world.app.person(Role::Clerk, "甲东镇").await;
    world.app.grant(both.account_id, Role::Reviewer, "甲东镇").await;
    both.client.submit(report, 0, json!({"a.r1.n": 1})).await.unwrap();
    assert_eq!(both.client.look(report).await.acts, [ReportAct::Withdraw]);
    assert_eq!(code(both.client.approve(report, 1).await), "reporting.own_report");
    assert_eq!(code(both.client.give_back(report, 1, "错了").await), "reporting.own_report");
    let mine = ReportFilter { mine: Some(true), ..ReportFilter::default() };
    assert!(both.client.list_reports(&mine).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn nobody_reviews_what_he_filled_in_though_another_submitted_it() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let both = world.app.person(Role::Clerk, "甲东镇").await;
    world.app.grant(both.account_id, Role::Reviewer, "甲东镇").await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    let other = world.app.person(Role::Reviewer, "甲东镇").await.client;
    both.client.save(report, 0, json!({"a.r1.n": 1})).await.unwrap();
    clerk.submit_saved(report, 1).await.unwrap();

    assert_eq!(code(both.client.approve(report, 2).await), "reporting.own_report");
    assert_eq!(code(both.client.give_back(report, 2, "错了").await), "reporting.own_report");
    let many = both.client.approve_many(&[(report, 2)]).await;
    assert_eq!((many.done.len(), many.refused[0].code.as_str()), (0, "reporting.own_report"));
    assert!(!both.client.look(report).await.acts.contains(&ReportAct::Approve), "nor is it offered");
    let mine = ReportFilter { mine: Some(true), ..ReportFilter::default() };
    assert!(both.client.list_reports(&mine).await.unwrap().items.is_empty());
    assert_eq!(other.list_reports(&mine).await.unwrap().items.len(), 1);
    // What he wrote stands although another mends it and submits anew.
    other.give_back(report, 2, "请核对").await.unwrap();
    clerk.submit(report, 3, json!({"a.r1.n": 2})).await.unwrap();
    assert_eq!(code(both.client.approve(report, 4).await), "reporting.own_report");
    other.approve(report, 4).await.unwrap();
}

#[tokio::test]
async fn a_returned_report_is_mended_and_begins_the_chain_anew() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    let (town, county) = (
        world.app.person(Role::Reviewer, "甲东镇").await.client,
        world.app.person(Role::Reviewer, "甲县").await.client,
    );
    clerk.submit(report, 0, json!({"a.r1.n": 1})).await.unwrap();
    town.approve(report, 1).await.unwrap();
    let returned = county.give_back(report, 2, " 人数与上月不符 ").await.unwrap();
    assert_eq!((returned.status, returned.stage), (ReportStatus::Returned, 0));
    assert_eq!(returned.return_reason.as_deref(), Some("人数与上月不符"));
    assert_eq!(clerk.look(report).await.acts, [ReportAct::Fill, ReportAct::Submit]);
    clerk.save(report, 3, json!({"a.r1.n": 2})).await.unwrap();
    let again = clerk.submit_saved(report, 4).await.unwrap();
    assert_eq!(
        (again.status, again.waits_for, again.return_reason),
        (ReportStatus::Submitted, Some(Level::Town), None)
    );
    let history = clerk.get_report_history(report).await.unwrap().entries;
    assert_eq!((history[2].kind, history[2].reason.as_deref()), (HistoryKind::Returned, Some("人数与上月不符")));
    assert_eq!(code(county.give_back(report, 5, "  ").await), "request.invalid");
}

#[tokio::test]
async fn whoever_acts_on_an_old_version_hears_how_the_report_stands() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    let town = world.app.person(Role::Reviewer, "甲东镇").await.client;
    clerk.submit(report, 0, json!({"a.r1.n": 1})).await.unwrap();
    clerk.withdraw(report, 1).await.unwrap();
    let mended = clerk.submit(report, 2, json!({"a.r1.n": 2})).await.unwrap();
    let error = town.approve(report, 1).await.unwrap_err();
    let problem = error.problem().unwrap();
    assert_eq!((problem.status, problem.code.as_str()), (409, "reporting.stale_version"));
    let current: ReportSummary = serde_json::from_value(problem.current.clone().unwrap()).unwrap();
    assert_eq!(current, mended);
}
