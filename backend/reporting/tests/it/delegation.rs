//! A colleague does the work of somebody who is away.

mod limits;

use chrono::{Days, NaiveDate};
use fupin_contract::{
    AccountId, DelegationId, ReportId,
    access::Role,
    audit::{AuditFilter, AuditRow},
    delegations::{CreateDelegation, Delegation},
    reporting::{DifferenceFilter, ReportAct, ReportFilter, Since, WaitingFilter},
};
use fupin_testing::{Caller, Person, TestApp};
use serde_json::json;

use crate::world::{Acts, World, code};

/// Who is away: the town's reviewer; who stands in: somebody of the town without a role. The town has two villages.
pub struct Town {
    pub world: World,
    pub absent: Person,
    pub standing_in: Person,
    pub reports: [ReportId; 2],
}

impl Town {
    /// Both villages have submitted.
    pub async fn waiting() -> Self {
        let world = World::start().await;
        let task = world.issued().await.id;
        let mut reports = Vec::new();
        for village in ["甲东一村", "甲东二村"] {
            let clerk = world.app.person(Role::Clerk, village).await.client;
            let report = world.report_by(&clerk, task, village).await;
            clerk.submit(report, 0, json!({"a.r1.n": 1})).await.unwrap();
            reports.push(report);
        }
        let absent = world.app.person(Role::Reviewer, "甲东镇").await;
        rename(&world.app, absent.account_id, "黄春燕").await;
        let standing_in = world.app.account("甲东镇").await;
        rename(&world.app, standing_in, "陈志强").await;
        let standing_in = world.app.enter(standing_in).await;
        Self { world, absent, standing_in, reports: [reports[0], reports[1]] }
    }

    pub fn days(&self, first: u64, last: u64) -> CreateDelegation {
        ask(self.standing_in.account_id, self.world.today, first, last)
    }

    /// From today on.
    pub async fn delegated(&self) -> Delegation {
        self.absent.client.create_delegation(&self.days(0, 3)).await.unwrap()
    }
}

pub fn ask(delegate: AccountId, today: NaiveDate, first: u64, last: u64) -> CreateDelegation {
    CreateDelegation {
        principal: None,
        delegate,
        first_day: today + Days::new(first),
        last_day: today + Days::new(last),
        reason: "休假".to_owned(),
    }
}

pub async fn rename(app: &TestApp, account: AccountId, name: &str) {
    app.sql(&format!("update account set name = '{name}' where account_id = '{account}'")).await;
}

async fn trail(town: &Town, event: &str) -> Vec<AuditRow> {
    let auditor = town.world.app.person(Role::AuditAdmin, "样例省").await.client;
    let filter = AuditFilter { event: Some(event.to_owned()), ..AuditFilter::default() };
    auditor.list_audit(&filter).await.unwrap().items
}

async fn waiting(who: &Caller) -> i64 {
    who.count_waiting_reports(&WaitingFilter::default()).await.unwrap().count
}

#[tokio::test]
async fn the_work_is_the_delegates_from_the_first_day_to_the_last_and_no_longer() {
    let town = Town::waiting().await;
    town.absent.client.create_delegation(&town.days(1, 2)).await.unwrap();
    let (app, id) = (&town.world.app, town.standing_in.account_id);
    let before = &town.standing_in.client;
    assert_eq!(code(before.get_report(town.reports[0]).await), "access.forbidden");
    assert_eq!(before.list_todos().await.unwrap().count, 0);

    // The day begins at midnight in China, whatever hour of it the test runs at.
    for (shift, report) in [("1 day", town.reports[0]), ("2 days", town.reports[1])] {
        app.shift_clock(shift).await;
        let delegate = app.enter(id).await.client;
        let seen = delegate.look(report).await;
        assert_eq!(seen.acts, [ReportAct::Approve, ReportAct::Return], "{shift}");
        assert_eq!(seen.on_behalf_of.as_deref(), Some("黄春燕"), "{shift}");
        delegate.approve(report, 1).await.unwrap();
    }
    app.shift_clock("3 days").await;
    let after = app.enter(id).await.client;
    assert_eq!(code(after.get_report(town.reports[0]).await), "access.forbidden");
    assert_eq!(code(after.revoke(town.reports[0], 2).await), "access.forbidden");
}

#[tokio::test]
async fn the_delegate_finds_the_principals_work_among_the_todos_and_the_count_is_that_of_the_rows() {
    let town = Town::waiting().await;
    town.delegated().await;
    let todos = town.standing_in.client.list_todos().await.unwrap();
    assert_eq!((todos.count, todos.items.len()), (2, 2));
    assert!(todos.items.iter().all(|todo| todo.on_behalf_of.as_deref() == Some("黄春燕")), "{todos:?}");
    let own = town.absent.client.list_todos().await.unwrap();
    assert_eq!(own.count, 2, "the principal still sees it");
    assert!(own.items.iter().all(|todo| todo.on_behalf_of.is_none()));
    assert_eq!(waiting(&town.standing_in.client).await, 2);

    // A role of one's own goes before one that is lent.
    town.world.app.grant(town.standing_in.account_id, Role::Reviewer, "甲东镇").await;
    let todos = town.standing_in.client.list_todos().await.unwrap();
    assert_eq!((todos.count, todos.items[0].on_behalf_of.as_deref()), (2, None));
    let me = town.standing_in.client.get_session().await.unwrap();
    let lent: Vec<_> = me.grants.iter().map(|grant| grant.on_behalf_of.as_deref()).collect();
    assert_eq!(lent, [None, Some("黄春燕")]);
}

#[tokio::test]
async fn what_the_delegate_does_is_told_as_done_in_the_principals_place() {
    let town = Town::waiting().await;
    town.delegated().await;
    let [one, other] = town.reports;
    town.standing_in.client.give_back(one, 1, "请核对").await.unwrap();
    let done = town.standing_in.client.approve_many(&[(other, 1)]).await;
    assert_eq!(done.done, [other]);
    for report in town.reports {
        let history = town.absent.client.get_report_history(report).await.unwrap();
        let last = history.entries.last().unwrap();
        assert_eq!((last.by.as_str(), last.on_behalf_of.as_deref()), ("陈志强", Some("黄春燕")));
        assert_eq!(history.entries[0].on_behalf_of, None);
    }
    for (event, report) in [("reporting.report_returned", one), ("reporting.report_approved", other)] {
        let rows = trail(&town, event).await;
        let row = rows.iter().find(|row| row.object_id == Some(report.to_string())).unwrap();
        assert_eq!(row.account_id, Some(town.standing_in.account_id), "{event}");
        assert_eq!(row.on_behalf_of, Some(town.absent.username.clone()), "{event}");
    }
}

#[tokio::test]
async fn a_clerks_work_is_filled_submitted_and_withdrawn_in_the_clerks_place() {
    let world = World::start().await;
    let task = world.issued().await.id;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await;
    rename(&world.app, clerk.account_id, "王阿梅").await;
    let report = world.report_by(&clerk.client, task, "甲东一村").await;
    let helper = world.app.account("甲东镇").await;
    rename(&world.app, helper, "陈志强").await;
    clerk.client.submit(report, 0, json!({"a.r1.n": 5})).await.unwrap();
    clerk.client.withdraw(report, 1).await.unwrap();
    clerk.client.create_delegation(&ask(helper, world.today, 0, 0)).await.unwrap();
    let helper = world.app.enter(helper).await.client;
    helper.save(report, 2, json!({"a.r1.n": 7})).await.unwrap();
    helper.submit_saved(report, 3).await.unwrap();
    let since = DifferenceFilter { since: Since::Submission };
    let differences = clerk.client.get_differences(report, &since).await.unwrap();
    let step = &differences.cells["a.r1.n"].last;
    assert_eq!((step.by.as_str(), step.on_behalf_of.as_deref()), ("陈志强", Some("王阿梅")));
    helper.withdraw(report, 4).await.unwrap();
    let history = clerk.client.get_report_history(report).await.unwrap();
    let whose: Vec<_> = history.entries.iter().map(|entry| entry.on_behalf_of.as_deref()).collect();
    let meanwhile = Some("王阿梅");
    assert_eq!(whose, [None, None, meanwhile, meanwhile, meanwhile]);
    // A cell that both changed is told with both names.
    let theirs = clerk.client.save(report, 2, json!({"a.r1.n": 9})).await.unwrap();
    let conflict = &theirs.conflicts["a.r1.n"];
    assert_eq!((conflict.by.as_str(), conflict.on_behalf_of.as_deref()), ("陈志强", meanwhile));
}

#[tokio::test]
async fn nobody_reviews_through_a_delegation_what_either_of_the_two_submitted() {
    let world = World::start().await;
    let task = world.issued().await.id;
    let app = &world.app;
    // The reviewer fills in for one village, who stands in for the other.
    let reviewer = app.person(Role::Reviewer, "甲东镇").await;
    app.grant(reviewer.account_id, Role::Clerk, "甲东一村").await;
    let delegate = app.person(Role::Clerk, "甲东二村").await;
    let (first, second) = (
        world.report_by(&reviewer.client, task, "甲东一村").await,
        world.report_by(&delegate.client, task, "甲东二村").await,
    );
    reviewer.client.submit(first, 0, json!({"a.r1.n": 1})).await.unwrap();
    delegate.client.submit(second, 0, json!({"a.r1.n": 1})).await.unwrap();
    reviewer.client.create_delegation(&ask(delegate.account_id, world.today, 0, 3)).await.unwrap();

    for report in [first, second] {
        assert_eq!(code(delegate.client.approve(report, 1).await), "reporting.own_report");
        assert_eq!(code(delegate.client.give_back(report, 1, "不行").await), "reporting.own_report");
        assert!(!delegate.client.look(report).await.acts.contains(&ReportAct::Approve));
    }
    let many = delegate.client.approve_many(&[(first, 1), (second, 1)]).await;
    assert!(many.done.is_empty());
    assert!(many.refused.iter().all(|refused| refused.code == "reporting.own_report"), "{many:?}");
    assert_eq!(waiting(&delegate.client).await, 0);
    let mine = ReportFilter { mine: Some(true), ..ReportFilter::default() };
    assert!(delegate.client.list_reports(&mine).await.unwrap().items.is_empty());
    assert_eq!(delegate.client.list_todos().await.unwrap().count, 0);
    // What the delegate submitted for himself, the principal reviews as ever.
    reviewer.client.approve(second, 1).await.unwrap();
}

#[tokio::test]
async fn nobody_reviews_what_was_submitted_in_his_place() {
    let world = World::start().await;
    let task = world.issued().await.id;
    let absent = world.app.person(Role::Clerk, "甲东一村").await;
    world.app.grant(absent.account_id, Role::Reviewer, "甲东镇").await;
    let helper = world.app.account("甲东一村").await;
    absent.client.create_delegation(&ask(helper, world.today, 0, 3)).await.unwrap();
    let helper = world.app.enter(helper).await.client;
    let report = world.report_by(&helper, task, "甲东一村").await;
    helper.submit(report, 0, json!({"a.r1.n": 1})).await.unwrap();
    assert_eq!(code(helper.approve(report, 1).await), "reporting.own_report");
    assert_eq!(code(absent.client.approve(report, 1).await), "reporting.own_report");
    assert_eq!(waiting(&absent.client).await, 0);
}

#[tokio::test]
async fn the_end_of_a_delegation_counts_from_the_next_call_on() {
    let town = Town::waiting().await;
    let delegation = town.delegated().await.id;
    let delegate = &town.standing_in.client;
    delegate.approve(town.reports[0], 1).await.unwrap();
    let other = town.world.app.person(Role::Reviewer, "甲西镇").await.client;
    assert_eq!(code(other.end_delegation(delegation).await), "request.not_found");
    town.absent.client.end_delegation(delegation).await.unwrap();
    assert_eq!(code(delegate.approve(town.reports[1], 1).await), "access.forbidden");
    assert_eq!(code(town.absent.client.end_delegation(delegation).await), "access.delegation_over");
    assert_eq!(code(delegate.end_delegation(DelegationId::generate()).await), "request.not_found");
    // Whom it is asked of may decline.
    let again = town.delegated().await.id;
    delegate.approve(town.reports[1], 1).await.unwrap();
    delegate.end_delegation(again).await.unwrap();
    assert_eq!(code(delegate.get_report(town.reports[1]).await), "access.forbidden");
}

#[tokio::test]
async fn a_delegation_ends_with_either_account() {
    for principal in [true, false] {
        let town = Town::waiting().await;
        let delegation = town.delegated().await;
        let system = town.world.app.person(Role::SystemAdmin, "样例省").await.client;
        let leaving = if principal { town.absent.account_id } else { town.standing_in.account_id };
        system.disable_account(leaving).await.unwrap();
        system.enable_account(leaving).await.unwrap();
        let delegate = town.world.app.enter(town.standing_in.account_id).await.client;
        assert_eq!(code(delegate.get_report(town.reports[0]).await), "access.forbidden");
        let told = "select count(*) from outbox where topic = 'access.delegation_ended'";
        assert_eq!(town.world.app.number(told).await, 1);
        let seen = delegate.list_delegations(&Default::default()).await.unwrap().items;
        assert!(seen[0].id == delegation.id && seen[0].ended_at.is_some(), "{seen:?}");
    }
}
