//! A town's clerk fills the reports of many villages side by side.

use fupin_contract::{
    access::Role,
    reporting::{ContentFilter, ReportAct, ReportStatus, SubmitMany, SubmitOne, SubmittedReports, Task},
};
use fupin_testing::Caller;
use serde_json::json;

use crate::world::{Acts, World, code, key};

fn contents(world: &World) -> ContentFilter {
    ContentFilter { form: world.form, unit: None, after: None, limit: None }
}

async fn submit_all(clerk: &Caller, reports: &[(fupin_contract::ReportId, i32)]) -> SubmittedReports {
    let one = |(id, version): &(_, i32)| SubmitOne { id: *id, version: *version, explanations: Default::default() };
    clerk.submit_reports(&SubmitMany { reports: reports.iter().map(one).collect() }, key()).await.unwrap()
}

async fn names(clerk: &Caller, task: &Task, filter: &ContentFilter) -> Vec<String> {
    let page = clerk.list_report_contents(task.id, filter).await.unwrap();
    page.items.iter().map(|report| report.summary.unit.name.clone()).collect()
}

#[tokio::test]
async fn a_towns_clerk_reads_the_content_of_all_its_villages_in_one_answer() {
    let world = World::start().await;
    let task = world.issued().await;
    let clerk = world.app.person(Role::Clerk, "甲东镇").await.client;
    let report = world.report(task.id, "甲东二村").await;
    clerk.save(report, 0, json!({"a.r1.n": 5})).await.unwrap();
    let page = clerk.list_report_contents(task.id, &contents(&world)).await.unwrap();
    assert_eq!(page.next, None);
    let seen: Vec<_> = page.items.iter().map(|report| report.summary.unit.name.as_str()).collect();
    assert_eq!(seen, ["甲东一村", "甲东二村"], "in the order of the tree");
    assert_eq!(page.items[1], clerk.look(report).await, "each as it reads alone");
    assert_eq!(page.items[0].acts, [ReportAct::Fill, ReportAct::Submit]);
}

#[tokio::test]
async fn pages_of_contents_go_on_where_the_last_one_ended() {
    let world = World::start().await;
    let task = world.issued().await;
    let clerk = world.app.person(Role::Clerk, "甲县").await.client;
    let all = names(&clerk, &task, &contents(&world)).await;
    let first = ContentFilter { limit: Some(3), ..contents(&world) };
    let page = clerk.list_report_contents(task.id, &first).await.unwrap();
    let rest = ContentFilter { after: page.next, ..contents(&world) };
    let first = page.items.iter().map(|report| report.summary.unit.name.clone());
    let joined: Vec<_> = first.chain(names(&clerk, &task, &rest).await).collect();
    assert_eq!((joined.len() > 3, joined), (true, all));
    let unreadable = ContentFilter { after: Some("x".to_owned().try_into().unwrap()), ..contents(&world) };
    assert_eq!(code(clerk.list_report_contents(task.id, &unreadable).await), "request.invalid");
}

#[tokio::test]
async fn contents_end_where_the_right_to_fill_ends() {
    let world = World::start().await;
    let task = world.issued().await;
    let village = world.app.person(Role::Clerk, "甲东一村").await.client;
    assert_eq!(names(&village, &task, &contents(&world)).await, ["甲东一村"]);
    let beside = ContentFilter { unit: Some(world.app.unit("甲东二村")), ..contents(&world) };
    assert_eq!(code(village.list_report_contents(task.id, &beside).await), "request.not_found");
    let reviewer = world.app.person(Role::Reviewer, "甲东镇").await.client;
    assert_eq!(code(reviewer.list_report_contents(task.id, &contents(&world)).await), "access.forbidden");
    let other = ContentFilter { form: fupin_contract::FormId::generate(), ..contents(&world) };
    assert_eq!(code(village.list_report_contents(task.id, &other).await), "request.not_found");
}

#[tokio::test]
async fn of_many_submissions_the_good_ones_are_handed_over_and_the_rest_say_why() {
    let world = World::start().await;
    let task = world.issued().await;
    let clerk = world.app.person(Role::Clerk, "甲县").await.client;
    let (good, empty) = (world.report(task.id, "甲东一村").await, world.report(task.id, "甲东二村").await);
    let (moved, hidden) = (world.report(task.id, "甲西一村").await, fupin_contract::ReportId::generate());
    clerk.save(good, 0, json!({"a.r1.n": 5})).await.unwrap();
    clerk.save(moved, 0, json!({"a.r1.n": 5})).await.unwrap();
    let answer = submit_all(&clerk, &[(good, 1), (empty, 0), (moved, 0), (hidden, 0)]).await;
    assert_eq!(
        answer.done.iter().map(|report| (report.id, report.status)).collect::<Vec<_>>(),
        [(good, ReportStatus::Submitted)]
    );
    let refusal = |id| answer.refused.iter().find(|refused| refused.id == id).unwrap();
    assert_eq!(refusal(empty).code, "reporting.faulty");
    assert_eq!(refusal(empty).faults["a.r1.n"][0].code, "form.required_missing");
    assert_eq!(refusal(empty).current.as_ref().unwrap().unit.name, "甲东二村");
    assert_eq!(
        (refusal(moved).code.as_str(), refusal(hidden).code.as_str()),
        ("reporting.stale_version", "request.not_found")
    );
    assert_eq!(clerk.look(good).await.summary.waits_for, Some(fupin_contract::units::Level::Town));
    let rows = "select count(*) from audit_row where outcome = 'done' and event = ";
    assert_eq!(world.app.number(&format!("{rows}'reporting.report_submitted'")).await, 1);
    assert_eq!(world.app.number(&format!("{rows}'reporting.reports_submitted'")).await, 1);
    assert_eq!(world.app.number("select count(*) from report_edit where kind = 'submitted'").await, 1);
    let told = "select count(*) from outbox where topic = 'reporting.report_submitted'";
    assert_eq!(world.app.number(told).await, 1);
}

#[tokio::test]
async fn a_repeated_submission_of_many_acts_once() {
    let world = World::start().await;
    let task = world.issued().await;
    let clerk = world.app.person(Role::Clerk, "甲东镇").await.client;
    let report = world.report(task.id, "甲东一村").await;
    clerk.save(report, 0, json!({"a.r1.n": 1000})).await.unwrap();
    let explanations = [("many".to_owned(), "合并了邻村".to_owned())].into();
    let act = SubmitMany { reports: vec![SubmitOne { id: report, version: 1, explanations }] };
    let same = key();
    let first = clerk.submit_reports(&act, same).await.unwrap();
    assert_eq!((first.done.len(), &first), (1, &clerk.submit_reports(&act, same).await.unwrap()));
    assert_eq!(clerk.look(report).await.explanations.len(), 1);
}

#[tokio::test]
async fn whoever_submitted_for_a_village_does_not_review_it() {
    let world = World::start().await;
    let task = world.issued().await;
    let both = world.app.person(Role::Clerk, "甲东镇").await;
    world.app.grant(both.account_id, Role::Reviewer, "甲东镇").await;
    let report = world.report(task.id, "甲东一村").await;
    both.client.save(report, 0, json!({"a.r1.n": 5})).await.unwrap();
    submit_all(&both.client, &[(report, 1)]).await;
    assert_eq!(code(both.client.approve(report, 2).await), "reporting.own_report");
}
