//! Issuing, issuing again, cancelling, closing.

pub mod amending;
mod dunning;
mod reminders;
mod schedules;

use chrono::{Days, Months};
use fupin_contract::{
    Period,
    access::Role,
    reporting::{BoardFilter, CancelTask, ReportFilter, TaskFilter, TaskStatus, TotalsFilter},
    units::Level,
};
use serde_json::json;

use crate::world::{Acts, World, code, form_json, key, load};

#[tokio::test]
async fn a_task_expects_a_report_from_every_village_and_adds_only_what_is_missing() {
    let world = World::start().await;
    let mut county = world.issue();
    county.unit = world.app.unit("甲县");
    let first = world.officer.client.issue_task(&county, key()).await.unwrap();
    assert_eq!((first.added, first.already_expected, first.task.progress.expected), (4, 0, 4));

    let second = world.officer.client.issue_task(&world.issue(), key()).await.unwrap();
    assert_eq!((second.added, second.already_expected), (4, 4));
    assert_ne!(second.task.id, first.task.id, "a task of one county does not grow beyond it");

    let third = world.officer.client.issue_task(&world.issue(), key()).await.unwrap();
    assert_eq!((third.added, third.already_expected), (0, 8));
    assert_eq!(world.app.number("select count(*) from task").await, 2, "an issue that adds nothing creates nothing");
    assert_eq!(world.app.number("select count(*) from outbox where topic = 'reporting.task_issued'").await, 2);
}

#[tokio::test]
async fn what_was_cancelled_is_expected_anew_and_what_is_missing_joins_the_open_task() {
    let world = World::start().await;
    let wrong = world.issued().await;
    let reason = CancelTask { reason: "期别选错".to_owned() };
    let cancelled = world.officer.client.cancel_task(wrong.id, &reason).await.unwrap();
    assert_eq!((cancelled.status, cancelled.cancel_reason.as_deref()), (TaskStatus::Cancelled, Some("期别选错")));
    assert_eq!(cancelled.progress.expected, 0);
    assert_eq!(code(world.officer.client.cancel_task(wrong.id, &reason).await), "reporting.task_cancelled");

    let right = world.officer.client.issue_task(&world.issue(), key()).await.unwrap();
    assert_eq!(right.added, 8);
    world.app.sql("delete from report where not void and unit_id = 8").await;
    let again = world.officer.client.issue_task(&world.issue(), key()).await.unwrap();
    assert_eq!((again.task.id, again.added, again.already_expected), (right.task.id, 1, 7));
}

#[tokio::test]
async fn a_repeated_request_issues_once() {
    let world = World::start().await;
    let key = key();
    let first = world.officer.client.issue_task(&world.issue(), key).await.unwrap();
    let again = world.officer.client.issue_task(&world.issue(), key).await.unwrap();
    assert_eq!(first, again);
    let mut other = world.issue();
    other.title = "另一个".to_owned();
    assert_eq!(code(world.officer.client.issue_task(&other, key).await), "request.key_reused");
}

#[tokio::test]
async fn two_who_issue_the_same_at_once_make_one_task() {
    let world = World::start().await;
    let issue = world.issue();
    let issues = (0..8).map(|_| world.officer.client.issue_task(&issue, key()));
    let added: Vec<i64> =
        futures_util::future::join_all(issues).await.into_iter().map(|answer| answer.unwrap().added).collect();
    assert_eq!(added.iter().sum::<i64>(), 8);
    assert_eq!(world.app.number("select count(*) from task").await, 1);
}

#[tokio::test]
async fn a_task_that_does_not_hold_together_is_refused_by_field() {
    let world = World::start().await;
    let field = async |change: fn(&World, &mut fupin_contract::reporting::IssueTask)| {
        let mut wanted = world.issue();
        change(&world, &mut wanted);
        let error = world.officer.client.issue_task(&wanted, key()).await.unwrap_err();
        let problem = error.problem().unwrap().clone();
        let fault = problem.faults.iter().next().map(|(field, faults)| format!("{field}: {}", faults[0].code));
        fault.unwrap_or(problem.code)
    };
    assert_eq!(
        field(|world, task| task.deadline = world.today - Days::new(1)).await,
        "deadline: reporting.deadline_past"
    );
    assert_eq!(field(|_, task| task.chain = vec![Level::County, Level::Town]).await, "chain: reporting.chain_order");
    assert_eq!(field(|_, task| task.chain = vec![Level::Village]).await, "chain: reporting.chain_order");
    assert_eq!(field(|_, task| task.chain = vec![]).await, "chain: length");
    assert_eq!(
        field(|_, task| task.forms = vec![fupin_contract::FormId::generate()]).await,
        "forms: reporting.unknown_form"
    );
    assert_eq!(field(|world, task| task.forms = vec![world.form, world.form]).await, "forms: reporting.form_twice");
    assert_eq!(field(|_, task| task.title = "  ".to_owned()).await, "title: blank");
    assert_eq!(field(|_, task| task.period = Period::parse("2010-01").unwrap()).await, "period: reporting.no_tree");
    assert_eq!(
        field(|_, task| (task.level, task.chain) = (Level::Province, vec![Level::Province])).await,
        "chain: reporting.chain_order"
    );
    let nobody = field(|world, task| {
        (task.level, task.unit, task.chain) = (Level::County, world.app.unit("甲东镇"), vec![Level::Province]);
    });
    assert_eq!(nobody.await, "reporting.nobody_fills");
}

#[tokio::test]
async fn an_officer_issues_and_ends_within_his_own_units_alone() {
    let world = World::start().await;
    let county = world.app.person(Role::Officer, "甲县").await;
    assert_eq!(code(county.client.issue_task(&world.issue(), key()).await), "request.not_found");
    let mut own = world.issue();
    own.unit = world.app.unit("甲东镇");
    assert_eq!(county.client.issue_task(&own, key()).await.unwrap().added, 2);
    let whole = world.issued().await;
    assert_eq!(
        county.client.get_task(whole.id).await.unwrap().progress.expected,
        2,
        "those of his county that it added"
    );
    let reason = CancelTask { reason: "不要了".to_owned() };
    assert_eq!(code(county.client.cancel_task(whole.id, &reason).await), "request.not_found");
    assert_eq!(code(county.client.close_task(whole.id).await), "request.not_found");
    let clerk = world.app.person(Role::Clerk, "甲东一村").await;
    assert_eq!(code(clerk.client.issue_task(&own, key()).await), "access.forbidden");
}

#[tokio::test]
async fn a_person_sees_the_tasks_that_concern_him() {
    let world = World::start().await;
    let mut one = world.issue();
    one.unit = world.app.unit("乙东镇");
    let task = world.officer.client.issue_task(&one, key()).await.unwrap().task;
    let inside = world.app.person(Role::Clerk, "乙东一村").await;
    let beside = world.app.person(Role::Clerk, "乙西一村").await;
    let seen = inside.client.list_tasks(&TaskFilter::default()).await.unwrap();
    assert_eq!(seen.items.iter().map(|seen| (seen.id, seen.progress.expected)).collect::<Vec<_>>(), [(task.id, 1)]);
    assert!(beside.client.list_tasks(&TaskFilter::default()).await.unwrap().items.is_empty());
    assert_eq!(code(beside.client.get_task(task.id).await), "request.not_found");
    let totals = TotalsFilter { form: world.form, unit: None, of: None };
    assert_eq!(code(beside.client.get_totals(task.id, &totals).await), "request.not_found");
    assert_eq!(code(beside.client.get_board(task.id, &BoardFilter::default()).await), "request.not_found");
}

#[tokio::test]
async fn tasks_are_listed_newest_first_by_pages() {
    let world = World::start().await;
    for month in 0..23 {
        let mut issue = world.issue();
        let day = world.today.checked_sub_months(Months::new(month)).unwrap();
        (issue.period, issue.unit) = (Period::of(day), world.app.unit("甲东一村"));
        world.officer.client.issue_task(&issue, key()).await.unwrap();
    }
    let first = world.officer.client.list_tasks(&TaskFilter::default()).await.unwrap();
    let next = TaskFilter { after: first.next.clone(), ..TaskFilter::default() };
    let second = world.officer.client.list_tasks(&next).await.unwrap();
    assert_eq!((first.items.len(), second.items.len(), second.next), (20, 3, None));
    let periods: Vec<Period> = first.items.iter().chain(&second.items).map(|task| task.period).collect();
    assert!(periods.is_sorted() && periods.len() == 23, "issued from this month backwards: {periods:?}");
    let only = TaskFilter { period: Some(periods[3]), ..TaskFilter::default() };
    assert_eq!(world.officer.client.list_tasks(&only).await.unwrap().items.len(), 1);
    let bad = TaskFilter { after: Some(fupin_contract::Cursor("x".to_owned())), ..TaskFilter::default() };
    assert_eq!(code(world.officer.client.list_tasks(&bad).await), "request.invalid");
}

#[tokio::test]
async fn nothing_is_accepted_after_the_end_of_a_task() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    clerk.save(report, 0, json!({"a.r1.n": 5})).await.unwrap();
    assert_eq!(world.officer.client.close_task(task.id).await.unwrap().status, TaskStatus::Closed);
    assert_eq!(code(clerk.save(report, 1, json!({"a.r1.n": 6})).await), "reporting.task_closed");
    assert_eq!(code(clerk.submit_saved(report, 1).await), "reporting.task_closed");
    let seen = clerk.look(report).await;
    assert_eq!((seen.task_status, seen.acts.len(), seen.summary.version), (TaskStatus::Closed, 0, 1));
    assert_eq!(code(world.officer.client.close_task(task.id).await), "reporting.task_closed");
    let reason = CancelTask { reason: "期别选错".to_owned() };
    assert_eq!(code(world.officer.client.cancel_task(task.id, &reason).await), "reporting.task_closed");
}

#[tokio::test]
async fn a_cancelled_report_is_void_for_lists_and_can_still_be_opened() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    let reason = CancelTask { reason: "期别选错".to_owned() };
    world.officer.client.cancel_task(task.id, &reason).await.unwrap();
    assert!(clerk.list_reports(&ReportFilter::default()).await.unwrap().items.is_empty());
    let seen = clerk.look(report).await;
    assert_eq!((seen.task_status, seen.acts.len()), (TaskStatus::Cancelled, 0));
    assert_eq!(code(clerk.submit(report, 0, json!({"a.r1.n": 5})).await), "reporting.task_cancelled");
}

#[tokio::test]
async fn a_changed_form_becomes_the_next_version_and_the_same_one_changes_nothing() {
    let world = World::start().await;
    assert_eq!(load(&world.app, &[form_json()]).await, [world.form]);
    let mut changed = form_json();
    changed["note"] = json!("新的填报说明");
    let next = load(&world.app, &[changed]).await[0];
    let forms = world.officer.client.list_forms().await.unwrap().items;
    assert_eq!(forms.iter().map(|form| (form.id, form.version)).collect::<Vec<_>>(), [(next, 2)]);
    let old = world.officer.client.get_form(world.form).await.unwrap();
    assert_eq!((old.summary.version, old.definition.note.as_deref()), (1, Some("填报说明")));

    world.issued().await;
    let mut newer = world.issue();
    newer.forms = vec![next];
    let again = world.officer.client.issue_task(&newer, key()).await.unwrap();
    assert_eq!(
        (again.added, again.already_expected),
        (0, 8),
        "one report for a form and a month, whatever the version"
    );
}
