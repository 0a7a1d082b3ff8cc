//! A running task is amended, and nothing of a report is lost.

use std::time::Instant;

use chrono::Days;
use fupin_client::ClientError;
use fupin_contract::{
    access::Role,
    reporting::{
        ChangeUnits, CorrectForm, FormCorrected, HistoryKind, ReportFilter, ReportStatus, SetDeadline, Task, TaskAct,
        TotalsOf,
    },
};
use fupin_form::{Cell, CellKey};
use serde_json::{Value, json};

use crate::world::{Acts, World, code, form_json, key, load};

/// The form corrected: 金额 is gone, 均价 became a whole number, 最高 is new under another key, 合计 may be 50 at most.
pub fn corrected_json() -> Value {
    let mut form = form_json();
    let columns = form["sections"][0]["columns"].as_array_mut().unwrap();
    columns.remove(1);
    columns[1] = json!({"key": "avg", "title": "均价", "cell": {"type": "integer"}});
    columns.push(json!({"key": "peak", "title": "峰值", "cell": {"type": "integer"}}));
    form["rules"].as_array_mut().unwrap().push(json!({
        "id": "small", "severity": "hard", "expression": "a.r1.n <= 50", "cells": ["a.r1.n"],
        "message": "合计不能超过 50，现为 {a.r1.n}"
    }));
    form
}

impl World {
    pub async fn correct(&self, task: &Task, form: Value) -> Result<FormCorrected, ClientError> {
        let form = load(&self.app, &[form]).await[0];
        let act = CorrectForm { form, reason: "省办更正口径".to_owned() };
        self.officer.client.correct_task_form(task.id, &act, key()).await
    }

    fn units(&self, add: &[&str], remove: &[&str]) -> ChangeUnits {
        let ids = |names: &[&str]| names.iter().map(|name| self.app.unit(name)).collect();
        ChangeUnits { add: ids(add), remove: ids(remove), reason: "区划调整".to_owned() }
    }
}

#[tokio::test]
async fn lateness_follows_the_new_deadline_and_who_owes_is_told() {
    let world = World::start().await;
    let mut issue = world.issue();
    issue.deadline = world.today;
    let task = world.officer.client.issue_task(&issue, key()).await.unwrap().task;
    world.app.shift_clock("1 day").await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    let officer = world.officer_again().await;
    let report = world.report_by(&officer, task.id, "甲东一村").await;
    assert!(clerk.submit(report, 0, json!({"a.r1.n": 1})).await.unwrap().late);
    assert_eq!(officer.get_task(task.id).await.unwrap().progress.late, 1);

    let later = SetDeadline { deadline: world.today + Days::new(3), reason: "台风停工".to_owned() };
    let moved = officer.set_deadline(task.id, &later, key()).await.unwrap();
    assert_eq!((moved.deadline, moved.progress.late, moved.progress.overdue), (later.deadline, 0, 0));
    assert!(!clerk.look(report).await.summary.late);
    assert_eq!(world.app.number("select count(*) from outbox where topic = 'reporting.deadline_set'").await, 1);
    let log = officer.get_task_log(task.id).await.unwrap().entries;
    assert_eq!(log[0].act, TaskAct::DeadlineSet { from: task.deadline, to: later.deadline });
    assert_eq!(log[0].reason.as_deref(), Some("台风停工"));
    assert_eq!(log[1].act, TaskAct::Issued { deadline: task.deadline }, "the log keeps the first one");

    let back = SetDeadline { deadline: world.today + Days::new(1), reason: "提前".to_owned() };
    assert_eq!(officer.set_deadline(task.id, &back, key()).await.unwrap().progress.late, 0, "a day is whole");
    let past = SetDeadline { deadline: world.today, reason: "倒填".to_owned() };
    let refused = officer.set_deadline(task.id, &past, key()).await.unwrap_err();
    assert_eq!(refused.problem().unwrap().faults["deadline"][0].code, "reporting.deadline_past");
    let same = officer.set_deadline(task.id, &back, key()).await.unwrap_err();
    assert_eq!(same.problem().unwrap().faults["deadline"][0].code, "reporting.deadline_same");
}

#[tokio::test]
async fn units_are_taken_out_and_come_back_as_they_were() {
    let world = World::start().await;
    let task = world.issued().await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    let report = world.report(task.id, "甲东一村").await;
    clerk.submit(report, 0, json!({"a.r1.n": 7})).await.unwrap();
    let officer = &world.officer.client;
    let out = world.units(&[], &["甲东镇", "乙西一村"]);
    let changed = officer.change_task_units(task.id, &out, key()).await.unwrap();
    assert_eq!((changed.void, changed.added, changed.task.progress.expected), (3, 0, 5));
    assert_eq!(world.totals(task.id, "样例省", TotalsOf::Submitted).await.whole.counted, 0);
    assert!(clerk.list_reports(&ReportFilter::default()).await.unwrap().items.is_empty());
    assert_eq!(code(clerk.withdraw(report, 1).await), "reporting.task_cancelled");
    assert!(clerk.look(report).await.acts.is_empty());

    let back = world.units(&["甲县"], &[]);
    let changed = officer.change_task_units(task.id, &back, key()).await.unwrap();
    assert_eq!((changed.added, changed.already_expected, changed.task.progress.expected), (2, 2, 7));
    assert_eq!(clerk.look(report).await.summary.status, ReportStatus::Submitted, "with all that was in it");
    let log = officer.get_task_log(task.id).await.unwrap().entries;
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        log[1].act,
        TaskAct::UnitsChanged { added: vec![], removed: names(&["甲东镇", "乙西一村"]), expected: 0, void: 3 }
    );
    assert_eq!((log[1].by.as_deref(), log[1].reason.as_deref()), (Some("样例省的人"), Some("区划调整")));
}

#[tokio::test]
async fn units_outside_the_task_or_the_scope_are_refused_and_nobody_empties_a_task() {
    let world = World::start().await;
    let mut issue = world.issue();
    issue.unit = world.app.unit("甲县");
    let task = world.officer.client.issue_task(&issue, key()).await.unwrap().task;
    let outside = world.units(&["乙东一村"], &[]);
    let refused = world.officer.client.change_task_units(task.id, &outside, key()).await.unwrap_err();
    assert_eq!(refused.problem().unwrap().faults["add"][0].code, "reporting.unit_outside_task");
    let all = world.units(&[], &["甲县"]);
    assert_eq!(code(world.officer.client.change_task_units(task.id, &all, key()).await), "reporting.nobody_fills");
    assert_eq!(world.officer.client.get_task(task.id).await.unwrap().progress.expected, 4);
    let nothing = world.units(&[], &[]);
    assert_eq!(code(world.officer.client.change_task_units(task.id, &nothing, key()).await), "request.invalid");
    let other = world.app.person(Role::Officer, "乙县").await.client;
    assert_eq!(code(other.change_task_units(task.id, &all, key()).await), "request.not_found");
    world.officer.client.close_task(task.id).await.unwrap();
    assert_eq!(code(world.officer.client.change_task_units(task.id, &all, key()).await), "reporting.task_closed");
}

#[tokio::test]
async fn a_corrected_form_keeps_what_it_has_a_place_for_and_names_the_rest() {
    let world = World::start().await;
    let task = world.issued().await;
    let clerk = world.app.person(Role::Clerk, "甲县").await.client;
    let draft = world.report(task.id, "甲东一村").await;
    let good = world.report(task.id, "甲东二村").await;
    let bad = world.report(task.id, "甲西一村").await;
    let untouched = world.report(task.id, "甲西二村").await;
    clerk.save(draft, 0, json!({"a.r1.n": 60, "a.r1.m": "1.50", "s.x.k": 3})).await.unwrap();
    clerk.submit(good, 0, json!({"a.r1.n": 5, "a.r1.avg": "2.50", "a.r1.m": "1.00"})).await.unwrap();
    clerk.submit(bad, 0, json!({"a.r1.n": 51})).await.unwrap();

    let answer = world.correct(&task, corrected_json()).await.unwrap();
    assert_eq!((answer.reports, answer.with_content, answer.returned), (8, 3, 1));
    let aside: Vec<_> = answer.aside.iter().map(|cell| (cell.key.as_str(), cell.reports)).collect();
    assert_eq!(aside, [("a.r1.avg", 1), ("a.r1.m", 2)]);
    assert_eq!(answer.aside[1].label, "甲，金额");
    assert_eq!((answer.broken[0].report_id, answer.broken[0].unit.name.as_str()), (bad, "甲西一村"));
    assert!(answer.broken[0].reason.ends_with("合计不能超过 50，现为 51"), "{}", answer.broken[0].reason);
    assert_eq!(answer.task.forms[0].version, 2);

    let seen = clerk.look(draft).await;
    assert_eq!((seen.summary.status, seen.summary.version), (ReportStatus::Draft, 2));
    assert_eq!((seen.cells.cell("a.r1.n"), seen.cells.cell("s.x.k")), (&Cell::Integer(60), &Cell::Integer(3)));
    assert!(seen.cells.cell("a.r1.m").is_blank());
    let history = clerk.get_report_history(draft).await.unwrap().entries;
    assert_eq!(history[1].kind, HistoryKind::Amended);
    let gone = &history[1].changes["a.r1.m"];
    assert_eq!((&gone.old, &gone.new), (&Cell::Text("1.50".to_owned()), &Cell::Blank));

    assert_eq!(clerk.look(good).await.summary.status, ReportStatus::Submitted);
    let back = clerk.look(bad).await.summary;
    assert_eq!((back.status, back.version), (ReportStatus::Returned, 3));
    assert_eq!(back.return_reason.as_deref(), Some(answer.broken[0].reason.as_str()));
    assert_eq!(world.app.number("select count(*) from outbox where topic = 'reporting.report_returned'").await, 1);

    let form = answer.task.forms[0].id;
    let totals = world.totals_of_form(task.id, form).await;
    assert_eq!(totals.whole.counted, 1);
    assert_eq!(totals.whole.values["a.r1.n"].value.as_deref(), Some("5"));
    clerk.submit(untouched, 0, json!({"a.r1.n": 1, "a.r1.peak": 2})).await.unwrap();
    assert_eq!(code(clerk.submit(bad, 3, json!({"a.r1.n": 51})).await), "reporting.faulty");
    let log = world.officer.client.get_task_log(task.id).await.unwrap().entries;
    let TaskAct::FormCorrected { from, to, reports, aside, returned, .. } = &log[0].act else { panic!("{log:?}") };
    assert_eq!((*from, *to, *reports, aside.len(), *returned), (1, 2, 8, 2, 1));
}

#[tokio::test]
async fn only_a_newer_version_of_a_form_of_the_task_takes_its_place() {
    let world = World::start().await;
    let task = world.issued().await;
    let field = async |form| {
        let act = CorrectForm { form, reason: "更正".to_owned() };
        let refused = world.officer.client.correct_task_form(task.id, &act, key()).await.unwrap_err();
        refused.problem().unwrap().faults["form"][0].code.clone()
    };
    assert_eq!(field(world.form).await, "reporting.form_not_newer");
    assert_eq!(field(fupin_contract::FormId::generate()).await, "reporting.unknown_form");
    let mut other = form_json();
    other["code"] = json!("别的表");
    assert_eq!(field(load(&world.app, &[other]).await[0]).await, "reporting.form_not_in_task");
}

#[tokio::test]
async fn a_submission_that_races_with_a_correction_is_judged_by_the_form_in_force() {
    let world = World::start().await;
    let task = world.issued().await;
    let clerk = world.app.person(Role::Clerk, "甲县").await.client;
    let villages = ["甲东一村", "甲东二村", "甲西一村", "甲西二村"];
    let mut reports = Vec::new();
    for village in villages {
        reports.push(world.report(task.id, village).await);
    }
    let submitting = reports.iter().map(|report| clerk.submit(*report, 0, json!({"a.r1.n": 51, "a.r1.m": "1.00"})));
    let (answers, corrected) =
        futures_util::future::join(futures_util::future::join_all(submitting), world.correct(&task, corrected_json()))
            .await;
    corrected.unwrap();
    for (report, answer) in reports.iter().zip(answers) {
        let seen = clerk.look(*report).await;
        assert!(seen.cells.cell("a.r1.m").is_blank(), "{answer:?}");
        assert_ne!(seen.summary.status, ReportStatus::Submitted, "51 breaks the rule of the form in force: {answer:?}");
    }
}

#[tokio::test]
async fn a_form_is_corrected_while_a_thousand_reports_are_in() {
    let world = World::start().await;
    world.app.sql(&crate::province::villages()).await;
    let task = world.issued().await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    let one = world.report(task.id, "甲东一村").await;
    clerk.submit(one, 0, json!({"a.r1.n": 5, "a.r1.m": "1.00", "a.r1.avg": "2.00"})).await.unwrap();
    // The same content in a thousand villages, every tenth of which breaks the rule to come.
    world
        .app
        .sql(&format!(
            "update report r set status = 'submitted', version = 1, leaf = o.leaf, submitted_at = o.submitted_at,
                 submitted_by = o.submitted_by,
                 cells = case when r.unit_id % 10 = 0 then replace(o.cells, '\"a.r1.n\":5', '\"a.r1.n\":51') else o.cells end
             from report o where o.report_id = '{one}' and r.unit_id between 5000 and 5998;
             insert into report_edit (report_id, version, kind, account_id, at, cells)
             select report_id, 1, 'submitted', submitted_by, submitted_at, cells from report
             where unit_id between 5000 and 5998"
        ))
        .await;
    let begun = Instant::now();
    let answer = world.correct(&task, corrected_json()).await.unwrap();
    let took = begun.elapsed();
    assert_eq!((answer.reports, answer.with_content, answer.returned), (3304, 1000, 100));
    assert_eq!((answer.aside.len(), answer.aside[0].reports, answer.broken.len()), (2, 1000, 50));
    let submitted = "select count(*) from report where status = 'submitted' and version = 2";
    assert_eq!(world.app.number(submitted).await, 900);
    assert_eq!(world.app.number("select count(*) from report where status = 'returned' and version = 3").await, 100);
    let lost = "select count(*) from report r where version > 0 and not exists (
        select from report_edit e where e.report_id = r.report_id and e.cells like '%\"a.r1.m\":\"1.00\"%')";
    assert_eq!(world.app.number(lost).await, 0);
    let all: CellKey = "a.r1.n".into();
    let totals = world.totals_of_form(task.id, answer.task.forms[0].id).await;
    assert_eq!(totals.whole.counted, 900);
    assert_eq!(totals.whole.values[all.as_str()].value.as_deref(), Some("4500"));
    println!("a form of 1,000 reports corrected in {took:?}");
    assert!(took.as_secs() < 5, "{took:?}");
}
