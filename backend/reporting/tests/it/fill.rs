//! Saving, submitting, taking back, and what is kept of it.

use std::collections::BTreeMap;

use fupin_contract::{
    Period,
    access::Role,
    reporting::{HistoryKind, ReportAct, ReportFilter, ReportStatus, SaveCell, SaveCells, SubmitReport},
};
use fupin_form::Cell;
use serde_json::json;

use crate::world::{Acts, World, cells, code, key};

#[tokio::test]
async fn a_clerk_fills_submits_and_takes_back() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    let empty = clerk.look(report).await;
    assert_eq!((empty.summary.status, empty.acts), (ReportStatus::Draft, vec![ReportAct::Fill, ReportAct::Submit]));
    assert_eq!(empty.path.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>(), ["样例省", "甲县", "甲东镇"]);

    let saved = clerk.save(report, 0, json!({"a.r1.n": 5, "a.r1.m": "12.5", "a.r1.low": "x"})).await.unwrap();
    assert_eq!((saved.version, saved.saved.len(), saved.rejected.len()), (1, 2, 1));
    assert_eq!(saved.rejected["a.r1.low"].code, "form.wrong_type");
    let filled = clerk.look(report).await;
    assert_eq!(filled.cells, cells(json!({"a.r1.n": 5, "a.r1.twice": 10, "a.r1.m": "12.50"})));

    let submitted = clerk.submit_saved(report, 1).await.unwrap();
    assert_eq!((submitted.status, submitted.version, submitted.late), (ReportStatus::Submitted, 2, false));
    assert_eq!(submitted.waits_for, Some(fupin_contract::units::Level::Town));
    let seen = clerk.look(report).await;
    assert_eq!(seen.acts, [ReportAct::Withdraw]);
    assert_eq!(seen.summary, submitted);

    let back = clerk.withdraw(report, 2).await.unwrap();
    assert_eq!((back.status, back.submitted_at, back.version), (ReportStatus::Draft, None, 3));
    let again = clerk.submit(report, 3, json!({"a.r1.n": 6})).await.unwrap();
    assert_eq!(again.version, 4);
    assert_eq!(clerk.look(report).await.cells, cells(json!({"a.r1.n": 6, "a.r1.twice": 12})));
}

#[tokio::test]
async fn the_history_names_every_cell_before_and_after() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    clerk.save(report, 0, json!({"a.r1.n": 5, "a.r1.m": "1"})).await.unwrap();
    clerk.save(report, 1, json!({"a.r1.n": 7})).await.unwrap();
    clerk.save(report, 2, json!({"a.r1.n": 7})).await.unwrap();
    clerk.submit(report, 2, json!({"a.r1.n": 7, "a.r1.low": 1})).await.unwrap();
    clerk.withdraw(report, 3).await.unwrap();
    let entries = clerk.get_report_history(report).await.unwrap().entries;
    let kinds: Vec<(i32, HistoryKind)> = entries.iter().map(|entry| (entry.version, entry.kind)).collect();
    let wanted =
        [(1, HistoryKind::Saved), (2, HistoryKind::Saved), (3, HistoryKind::Submitted), (4, HistoryKind::Withdrawn)];
    assert_eq!(kinds, wanted, "a save that changes nothing leaves nothing");
    let change = |entry: usize, key: &str| {
        let change = entries[entry].changes.get(key).unwrap();
        (change.old.clone(), change.new.clone())
    };
    assert_eq!(change(0, "a.r1.n"), (Cell::Blank, Cell::Integer(5)));
    assert_eq!(change(1, "a.r1.n"), (Cell::Integer(5), Cell::Integer(7)));
    assert_eq!(change(2, "a.r1.m"), (Cell::text("1.00"), Cell::Blank));
    assert_eq!(entries[2].changes.keys().collect::<Vec<_>>(), ["a.r1.low", "a.r1.m"]);
    assert!(entries[3].changes.is_empty());
}

#[tokio::test]
async fn a_save_on_an_older_version_conflicts_only_where_somebody_wrote() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let one = world.app.person(Role::Clerk, "甲东一村").await.client;
    let other = world.app.person(Role::Clerk, "甲东镇").await.client;
    one.save(report, 0, json!({"a.r1.n": 5})).await.unwrap();
    let saved = other.save(report, 0, json!({"a.r1.n": 6, "a.r1.m": "3"})).await.unwrap();
    assert_eq!((saved.version, saved.saved), (2, vec!["a.r1.m".to_owned()]));
    let conflict = &saved.conflicts["a.r1.n"];
    assert_eq!((&conflict.current, conflict.version, conflict.by.as_str()), (&Cell::Integer(5), 1, "甲东一村的人"));
    let settled = other.save(report, conflict.version, json!({"a.r1.n": 6})).await.unwrap();
    assert_eq!((settled.version, settled.conflicts.len()), (3, 0));
    assert_eq!(code(one.submit_saved(report, 1).await), "reporting.stale_version");
}

#[tokio::test]
async fn a_repeated_save_acts_once() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    let one = SaveCell { cell: Cell::Integer(5), base: 0 };
    let save = SaveCells { cells: BTreeMap::from([("a.r1.n".to_owned(), one)]) };
    let same = key();
    let saves = (0..8).map(|_| clerk.save_cells(report, &save, same));
    let answers = futures_util::future::join_all(saves).await;
    assert!(answers.iter().all(|answer| answer.as_ref().is_ok_and(|saved| saved.version == 1)), "{answers:?}");
    assert_eq!(world.app.number("select count(*) from report_edit").await, 1);
    let audited = "select count(*) from audit_row where event = 'reporting.cells_saved' and outcome = 'done'";
    assert_eq!(world.app.number(audited).await, 1);
}

#[tokio::test]
async fn what_the_form_forbids_blocks_a_submission_by_cell() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    let refused = clerk.submit(report, 0, json!({"a.r1.n": 1, "a.r2.n": 2, "b.x.y": 1, "a.r1.d": "30.2.2026"})).await;
    let error = refused.unwrap_err();
    let problem = error.problem().unwrap();
    assert_eq!((problem.status, problem.code.as_str()), (422, "reporting.faulty"));
    let faults: Vec<(&str, &str)> =
        problem.faults.iter().map(|(key, faults)| (key.as_str(), faults[0].code.as_str())).collect();
    assert_eq!(faults, [("a.r1.d", "form.not_a_date"), ("a.r2.n", "form.rule_broken"), ("b.x.y", "form.unknown_cell")]);
    assert_eq!(problem.faults["a.r2.n"][0].params["message"], "其中项2大于合计");
    assert_eq!(code(clerk.submit_saved(report, 0).await), "reporting.faulty");
    assert_eq!(clerk.look(report).await.summary.version, 0);
    let refused = "select count(*) from audit_row where event = 'reporting.report_submitted' and outcome = 'refused'";
    assert_eq!(world.app.number(refused).await, 2);
}

#[tokio::test]
async fn a_soft_rule_passes_with_an_explanation() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    assert_eq!(code(clerk.submit(report, 0, json!({"a.r1.n": 1000})).await), "reporting.unexplained");
    let explanations = BTreeMap::from([("many".to_owned(), "合并了邻村".to_owned())]);
    let act =
        SubmitReport { version: 0, cells: Some(cells(json!({"a.r1.n": 1000}))), explanations: explanations.clone() };
    clerk.submit_report(report, &act, key()).await.unwrap();
    assert_eq!(clerk.look(report).await.explanations, explanations);
}

#[tokio::test]
async fn a_report_is_late_from_the_first_instant_after_its_deadline() {
    let world = World::start().await;
    let task = world.issued().await;
    let clerk = world.app.person(Role::Clerk, "甲东镇").await;
    let (one, other) = (world.report(task.id, "甲东一村").await, world.report(task.id, "甲东二村").await);
    // From the instant on at which the deadline is over by the database's clock.
    let until =
        format!("update clock_offset set shift = timestamptz '{}' - now() - interval", task.due_at.to_rfc3339());
    world.app.sql(&format!("{until} '1 minute'")).await;
    clerk.client.enter(&clerk.username, fupin_testing::PASSWORD).await.unwrap();
    assert!(!clerk.client.submit(one, 0, json!({"a.r1.n": 1})).await.unwrap().late);
    world.app.sql(&format!("{until} '0'")).await;
    assert!(clerk.client.submit(other, 0, json!({"a.r1.n": 1})).await.unwrap().late);
    world.officer.client.enter(&world.officer.username, fupin_testing::PASSWORD).await.unwrap();
    let progress = world.officer.client.get_task(task.id).await.unwrap().progress;
    assert_eq!((progress.submitted, progress.late, progress.overdue, progress.untouched), (2, 1, 6, 6));
}

#[tokio::test]
async fn a_report_outside_the_scope_is_absent_whatever_the_act() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let beside = world.app.person(Role::Clerk, "甲东二村").await.client;
    assert_eq!(code(beside.get_report(report).await), "request.not_found");
    assert_eq!(code(beside.get_report_history(report).await), "request.not_found");
    assert_eq!(code(beside.save(report, 0, json!({"a.r1.n": 1})).await), "request.not_found");
    assert_eq!(code(beside.submit(report, 0, json!({"a.r1.n": 1})).await), "request.not_found");
    assert_eq!(code(beside.withdraw(report, 0).await), "request.not_found");
    let nowhere = fupin_contract::ReportId::generate();
    assert_eq!(code(beside.save(nowhere, 0, json!({"a.r1.n": 1})).await), "request.not_found");
    assert_eq!(beside.list_reports(&ReportFilter::default()).await.unwrap().items.len(), 1);
    let elsewhere = ReportFilter { unit: Some(world.app.unit("甲东一村")), ..ReportFilter::default() };
    assert_eq!(code(beside.list_reports(&elsewhere).await), "request.not_found");
    // Officers read and do not write.
    assert_eq!(code(world.officer.client.save(report, 0, json!({"a.r1.n": 1})).await), "access.forbidden");
}

#[tokio::test]
async fn a_moved_village_keeps_its_report_under_the_old_parent_and_its_new_one_sees_it() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    // From today on the village belongs to the other town: in the new tree its ordinal lies there.
    world.app.sql(
        "insert into tree (valid_from) values (local_today());
         insert into tree_node select 2, unit_id, parent_id, level, code, name, lo, hi from tree_node where tree_id = 1 and unit_id <> 8 and unit_id not in (4, 5, 9, 10, 11);
         insert into tree_node values (2, 4, 2, 2, '980100100', '甲东镇', 2, 4), (2, 9, 4, 3, '980100100201', '甲东二村', 3, 4),
             (2, 5, 2, 2, '980100101', '甲西镇', 4, 8), (2, 10, 5, 3, '980100101200', '甲西一村', 5, 6),
             (2, 11, 5, 3, '980100101201', '甲西二村', 6, 7), (2, 8, 5, 3, '980100100200', '甲东一村', 7, 8)",
    ).await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    clerk.submit(report, 0, json!({"a.r1.n": 4})).await.unwrap();
    let (old, new) = (
        world.app.person(Role::Reviewer, "甲东镇").await.client,
        world.app.person(Role::Reviewer, "甲西镇").await.client,
    );
    assert_eq!(code(old.get_report(report).await), "request.not_found", "what a person may see follows today's tree");
    let seen = new.look(report).await;
    assert_eq!(seen.path.last().unwrap().name, "甲东镇", "the report follows the tree of its task");
    new.approve(report, 1).await.unwrap();
    let totals = world.totals(task.id, "甲东镇", Default::default()).await;
    assert_eq!((totals.whole.expected, totals.whole.counted), (2, 1));
    assert_eq!(totals.whole.values["a.r1.n"].value.as_deref(), Some("4"));
}

#[tokio::test]
async fn reports_are_listed_by_filter_and_page() {
    let world = World::start().await;
    let task = world.issued().await;
    let clerk = world.app.person(Role::Clerk, "甲县").await.client;
    for village in ["甲东一村", "甲西一村"] {
        clerk.submit(world.report(task.id, village).await, 0, json!({"a.r1.n": 1})).await.unwrap();
    }
    let submitted = ReportFilter { status: Some(ReportStatus::Submitted), ..ReportFilter::default() };
    let names = async |filter: &ReportFilter| {
        let page = world.officer.client.list_reports(filter).await.unwrap();
        page.items.into_iter().map(|report| report.unit.name).collect::<Vec<_>>()
    };
    assert_eq!(names(&submitted).await, ["甲西一村", "甲东一村"]);
    let below = ReportFilter { unit: Some(world.app.unit("甲东镇")), ..submitted.clone() };
    assert_eq!(names(&below).await, ["甲东一村"]);
    let mut all = Vec::new();
    let mut filter =
        ReportFilter { limit: Some(3), form: Some(world.form), task: Some(task.id), ..ReportFilter::default() };
    loop {
        let page = world.officer.client.list_reports(&filter).await.unwrap();
        all.extend(page.items.iter().map(|report| report.id));
        filter.after = page.next;
        if filter.after.is_none() {
            break;
        }
    }
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 8);
    let other = ReportFilter { task: Some(fupin_contract::TaskId::generate()), ..ReportFilter::default() };
    assert!(names(&other).await.is_empty());
    assert_eq!(Period::of(world.today), task.period);
}
