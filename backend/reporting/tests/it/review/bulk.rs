//! Many reports in one call: the good ones are acted on, each of the others is answered with its reason.

use std::{collections::BTreeMap, time::Instant};

use fupin_contract::{
    Period, ReportId,
    access::Role,
    reporting::{
        ApproveMany, HistoryKind, IssueTask, ReportFilter, ReportSelection, ReportStatus, ReturnMany, ReviewedReports,
        WaitingFilter, WaitingReports,
    },
    units::Level,
};
use fupin_kernel::audit;
use fupin_testing::{Caller, Person};
use futures_util::future::{LocalBoxFuture, join_all};
use serde_json::json;

use crate::world::{Acts, World, chosen, code, key};

const VILLAGES: [&str; 4] = ["甲东一村", "甲东二村", "甲西一村", "甲西二村"];

/// A reviewer of both towns of the county.
async fn reviewer(world: &World) -> Person {
    let person = world.app.person(Role::Reviewer, "甲东镇").await;
    world.app.grant(person.account_id, Role::Reviewer, "甲西镇").await;
    person
}

async fn submitted(world: &World, clerk: &Caller) -> Vec<ReportId> {
    let task = world.issued().await;
    let mut reports = Vec::new();
    for village in VILLAGES {
        let report = world.report(task.id, village).await;
        clerk.submit(report, 0, json!({"a.r1.n": 1})).await.unwrap();
        reports.push(report);
    }
    reports
}

fn refusals(answer: &ReviewedReports) -> BTreeMap<ReportId, &str> {
    answer.refused.iter().map(|refused| (refused.id, refused.code.as_str())).collect()
}

#[tokio::test]
async fn the_good_ones_are_approved_and_each_of_the_others_is_refused_with_its_reason() {
    let world = World::start().await;
    let clerk = world.app.person(Role::Clerk, "样例省").await.client;
    let town = reviewer(&world).await.client;
    let reports = submitted(&world, &clerk).await;
    let beside = world.officer.client.list_reports(&ReportFilter::default()).await.unwrap().items;
    let beside = beside.iter().find(|report| report.unit.name == "乙东一村").unwrap().id;
    clerk.withdraw(reports[2], 1).await.unwrap();
    town.approve(reports[3], 1).await.unwrap();

    let wanted = [(reports[0], 1), (reports[1], 0), (reports[2], 2), (reports[3], 2), (beside, 0), (reports[0], 1)];
    let answer = town.approve_many(&wanted).await;

    assert_eq!(answer.done, [reports[0]]);
    let expected = BTreeMap::from([
        (reports[1], "reporting.stale_version"),
        (reports[2], "reporting.not_submitted"),
        (reports[3], "reporting.not_your_turn"),
        (beside, "request.not_found"),
    ]);
    assert_eq!(refusals(&answer), expected);
    for refused in &answer.refused {
        assert_eq!(refused.current.is_none(), refused.id == beside, "{refused:?}");
    }
    let seen = clerk.look(reports[0]).await.summary;
    assert_eq!((seen.version, seen.stage, seen.waits_for), (2, 1, Some(Level::County)));
    assert_eq!(clerk.look(reports[1]).await.summary.version, 1);
}

#[tokio::test]
async fn each_report_leaves_its_rows_and_the_call_one_more() {
    let world = World::start().await;
    let clerk = world.app.person(Role::Clerk, "样例省").await.client;
    let town = reviewer(&world).await;
    let reports = submitted(&world, &clerk).await;
    let (first, rest) = reports.split_first().unwrap();
    let reason = "与上月不符".to_owned();
    let rest: Vec<(ReportId, i32)> = rest.iter().map(|id| (*id, 1)).collect();
    assert_eq!(town.client.approve_many(&[(*first, 1)]).await.done.len(), 1);
    let act = ReturnMany { which: chosen(&rest), reason: reason.clone() };
    assert_eq!(town.client.return_reports(&act, key()).await.unwrap().done.len(), 3);

    let count = async |query: &str| world.app.number(&format!("select count(*) from {query}")).await;
    let trail = |event: &str| format!("audit_row where event = 'reporting.{event}' and outcome = 'done'");
    assert_eq!(count(&trail("report_approved")).await, 1);
    assert_eq!(count(&format!("{} and object_id = '{first}'", trail("report_approved"))).await, 1);
    assert_eq!(count(&trail("reports_approved")).await, 1);
    assert_eq!(count(&trail("report_returned")).await, 3);
    assert_eq!(count(&format!("{} and detail::jsonb ->> 'done' = '3'", trail("reports_returned"))).await, 1);
    assert_eq!(count("outbox where topic = 'reporting.report_approved_on'").await, 1);
    assert_eq!(count("outbox where topic = 'reporting.report_returned'").await, 3);
    for (report, _) in rest {
        let history = clerk.get_report_history(report).await.unwrap().entries;
        let last = history.last().unwrap();
        assert_eq!((last.kind, last.reason.as_ref()), (HistoryKind::Returned, Some(&reason)));
        let summary = clerk.look(report).await.summary;
        assert_eq!((summary.status, summary.return_reason.as_ref()), (ReportStatus::Returned, Some(&reason)));
    }
    let app = &world.app.app;
    let verdict = app.db.read(async |tx| audit::verify(tx, &app.keys, None).await).await.unwrap();
    assert_eq!(verdict.breach, None, "rows that are written together carry their seals");
}

#[tokio::test]
async fn all_that_wait_are_those_that_waited_when_they_were_counted() {
    let world = World::start().await;
    let clerk = world.app.person(Role::Clerk, "样例省").await.client;
    let town = reviewer(&world).await;
    let reports = submitted(&world, &clerk).await;
    clerk.withdraw(reports[3], 1).await.unwrap();
    let counted = town.client.count_waiting_reports(&WaitingFilter::default()).await.unwrap();
    assert_eq!(counted.count, 3);
    let of_unit = WaitingFilter { unit: Some(world.app.unit("甲西镇")), ..WaitingFilter::default() };
    assert_eq!(town.client.count_waiting_reports(&of_unit).await.unwrap().count, 1);
    clerk.submit(reports[3], 2, json!({"a.r1.n": 2})).await.unwrap();

    let all = |as_of, unit| WaitingReports { task: None, form: Some(world.form), unit, as_of };
    let approve = async |waiting| {
        let act = ApproveMany { which: ReportSelection::Waiting(waiting) };
        town.client.approve_reports(&act, key()).await
    };
    let below = approve(all(counted.as_of, of_unit.unit)).await.unwrap();
    assert_eq!((below.done, below.refused.len()), (vec![reports[2]], 0));
    let mut done = approve(all(counted.as_of, None)).await.unwrap().done;
    done.sort();
    let mut expected = vec![reports[0], reports[1]];
    expected.sort();
    assert_eq!(done, expected, "what came later is left alone");
    assert_eq!(clerk.look(reports[3]).await.summary.stage, 0);
    let elsewhere = all(counted.as_of, Some(world.app.unit("乙县")));
    assert_eq!(code(approve(elsewhere).await), "request.not_found");
}

#[tokio::test]
async fn a_repeated_call_acts_once_and_gives_the_same_answer() {
    let world = World::start().await;
    let clerk = world.app.person(Role::Clerk, "样例省").await.client;
    let town = reviewer(&world).await.client;
    let reports: Vec<_> = submitted(&world, &clerk).await.into_iter().map(|id| (id, 1)).collect();
    let (act, same) = (ApproveMany { which: chosen(&reports) }, key());
    let answers = join_all((0..8).map(|_| town.approve_reports(&act, same))).await;
    for answer in &answers {
        assert_eq!(answer.as_ref().unwrap(), answers[0].as_ref().unwrap());
        assert_eq!(answer.as_ref().unwrap().done.len(), 4);
    }
    assert_eq!(world.app.number("select count(*) from report_edit where kind = 'approved'").await, 4);
    let calls = "select count(*) from audit_row where event = 'reporting.reports_approved'";
    assert_eq!(world.app.number(calls).await, 1);
}

#[tokio::test]
async fn nobody_approves_his_own_among_many_whatever_the_chain() {
    let world = World::start().await;
    let levels = [(Level::Town, "甲东镇"), (Level::County, "甲县"), (Level::Province, "样例省")];
    let (both, other) = (world.app.person(Role::Clerk, "甲东镇").await, world.app.person(Role::Clerk, "甲东镇").await);
    for person in [&both, &other] {
        for (_, unit) in levels {
            world.app.grant(person.account_id, Role::Reviewer, unit).await;
        }
    }
    for subset in 1..8_u32 {
        let chain: Vec<Level> =
            (0..3).filter(|level| subset & (1 << level) != 0).map(|level| levels[level].0).collect();
        let months = chrono::Months::new(subset);
        let period = Period::of(world.today.checked_sub_months(months).unwrap());
        let task = IssueTask { period, chain: chain.clone(), ..world.issue() };
        let task = world.officer.client.issue_task(&task, key()).await.unwrap().task.id;
        let (own, others) = (world.report(task, "甲东一村").await, world.report(task, "甲东二村").await);
        both.client.submit(own, 0, json!({"a.r1.n": 1})).await.unwrap();
        other.client.submit(others, 0, json!({"a.r1.n": 1})).await.unwrap();
        for version in (1..).take(chain.len()) {
            let answer = both.client.approve_many(&[(own, version), (others, version)]).await;
            assert_eq!((answer.done.as_slice(), refusals(&answer)[&own]), (&[others][..], "reporting.own_report"));
            assert_eq!(other.client.approve_many(&[(own, version)]).await.done, [own], "{chain:?}");
        }
        for report in [own, others] {
            assert_eq!(both.client.look(report).await.summary.status, ReportStatus::Approved, "{chain:?}");
        }
    }
    let own = "select count(*) from report_edit a join report r using (report_id)
        where a.kind = 'approved' and a.account_id = r.submitted_by";
    assert_eq!(world.app.number(own).await, 0);
}

#[tokio::test]
async fn of_sixty_four_who_approve_many_or_return_one_each_report_has_one_winner() {
    let world = World::start().await;
    let clerk = world.app.person(Role::Clerk, "样例省").await.client;
    let (one, other) = (reviewer(&world).await.client, reviewer(&world).await.client);
    let reports = submitted(&world, &clerk).await;
    let forward: Vec<(ReportId, i32)> = reports.iter().map(|id| (*id, 1)).collect();
    let backward: Vec<(ReportId, i32)> = forward.iter().rev().copied().collect();
    let acts = (0..64).map(|turn: usize| -> LocalBoxFuture<'_, Vec<ReportId>> {
        match turn % 4 {
            0 => Box::pin(async { one.approve_many(&forward).await.done }),
            1 => Box::pin(async { other.approve_many(&backward).await.done }),
            2 => {
                let act = ReturnMany { which: chosen(&backward), reason: "不行".to_owned() };
                let other = &other;
                Box::pin(async move { other.return_reports(&act, key()).await.unwrap().done })
            }
            _ => {
                let (report, one) = (reports[turn / 4 % 4], &one);
                Box::pin(async move { one.give_back(report, 1, "不行").await.map(|won| won.id).into_iter().collect() })
            }
        }
    });
    let mut winners: Vec<ReportId> = join_all(acts).await.into_iter().flatten().collect();
    winners.sort();
    let mut expected = reports.clone();
    expected.sort();
    assert_eq!(winners, expected, "each report has one winner");
    for report in reports {
        assert_eq!(clerk.look(report).await.summary.version, 2);
        assert_eq!(clerk.get_report_history(report).await.unwrap().entries.len(), 2);
    }
    assert_eq!(world.app.number("select count(*) from outbox where topic <> 'reporting.report_submitted' and topic <> 'reporting.task_issued'").await, 4);
}

/// Villages of a whole province below one town of the sample.
const MORE_VILLAGES: &str = "
    insert into unit select from generate_series(1, 3288);
    update tree_node set hi = 3303 where unit_id in (1, 3, 7);
    insert into tree_node (tree_id, unit_id, parent_id, level, code, name, lo, hi)
    select 1, n, 7, 3, '9802001019' || n, '乙西' || n || '村', n - 1, n from generate_series(16, 3303) n";
/// What a clerk's submission leaves, for all of them.
const SUBMIT_ALL: &str = "
    update report set status = 'submitted', version = 1, leaf = '', submitted_at = now(),
        submitted_by = (select account_id from account order by created_at limit 1);
    insert into report_edit (report_id, version, kind, account_id, at, cells)
    select report_id, 1, 'submitted', submitted_by, now(), '{}' from report";

#[tokio::test]
async fn a_whole_provinces_villages_are_approved_in_one_call() {
    let world = World::start().await;
    world.app.sql(MORE_VILLAGES).await;
    let task = IssueTask { chain: vec![Level::Province], ..world.issue() };
    assert_eq!(world.officer.client.issue_task(&task, key()).await.unwrap().added, 3296);
    world.app.sql(SUBMIT_ALL).await;
    let province = world.app.person(Role::Reviewer, "样例省").await.client;
    let counted = province.count_waiting_reports(&WaitingFilter::default()).await.unwrap();
    assert_eq!(counted.count, 3296);
    let waiting = WaitingReports { task: None, form: None, unit: None, as_of: counted.as_of };
    let act = ApproveMany { which: ReportSelection::Waiting(waiting) };

    let begun = Instant::now();
    let answer = province.approve_reports(&act, key()).await.unwrap();
    println!("3,296 approvals with their rows: {:?}", begun.elapsed());

    assert_eq!((answer.done.len(), answer.refused.len()), (3296, 0));
    let approved = "select count(*) from report where status = 'approved' and stage = 1 and version = 2";
    assert_eq!(world.app.number(approved).await, 3296);
    let trail = "select count(distinct object_id) from audit_row where event = 'reporting.report_approved'";
    assert_eq!(world.app.number(trail).await, 3296);
    assert_eq!(world.app.number("select count(*) from report_edit where kind = 'approved'").await, 3296);
    assert_eq!(world.app.number("select count(*) from outbox where topic = 'reporting.report_approved'").await, 3296);
}
