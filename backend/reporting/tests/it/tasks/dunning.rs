//! Asking those who owe, and not too often.

use std::time::Instant;

use chrono::Days;
use fupin_contract::{
    access::Role,
    reporting::{DunOf, DunReports, TaskAct},
};
use serde_json::json;

use crate::world::{Acts, World, code, key};

const ALL: DunReports = DunReports { of: DunOf::Unsubmitted, form: None, unit: None };
const LATE: DunReports = DunReports { of: DunOf::Overdue, form: None, unit: None };

const PUSHED: &str = "select count(*) from outbox where topic = 'reporting.reports_dunned'";

#[tokio::test]
async fn everybody_who_owes_is_told_once_and_then_rests() {
    let world = World::start().await;
    let task = world.issued().await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await;
    world.app.person(Role::Clerk, "甲东二村").await;
    world.app.person(Role::Clerk, "乙县").await;
    let officer = &world.officer.client;
    let none_late = officer.dun_reports(task.id, &LATE, key()).await.unwrap();
    assert_eq!((none_late.reports, none_late.told, none_late.left_today), (0, 0, 20), "nothing is late yet");

    clerk.client.submit(world.report(task.id, "甲东一村").await, 0, json!({"a.r1.n": 1})).await.unwrap();
    let first = officer.dun_reports(task.id, &ALL, key()).await.unwrap();
    assert_eq!((first.reports, first.units, first.told, first.resting), (7, 7, 2, 0));
    assert_eq!(first.unreached, 2, "nobody fills for the villages of 甲西镇");
    assert_eq!(first.left_today, 19);
    let again = officer.dun_reports(task.id, &ALL, key()).await.unwrap();
    assert_eq!((again.told, again.resting, again.left_today), (0, 2, 19));
    assert_eq!(world.app.number(PUSHED).await, 1, "a dunning of nobody tells nothing");

    world.app.shift_clock("4 hours").await;
    let officer = world.app.enter(world.officer.account_id).await.client;
    assert_eq!(officer.dun_reports(task.id, &ALL, key()).await.unwrap().told, 2);
    let log = officer.get_task_log(task.id).await.unwrap().entries;
    let told: Vec<_> = log.iter().map(|entry| &entry.act).collect();
    assert_eq!(told[0], &TaskAct::Dunned { of: DunOf::Unsubmitted, told: 2, resting: 0 });
    assert_eq!(told.last(), Some(&&TaskAct::Issued { deadline: task.deadline }));
    assert_eq!(log[0].by.as_deref(), Some("样例省的人"));
}

#[tokio::test]
async fn who_is_asked_follows_form_unit_and_lateness() {
    let world = World::start().await;
    let mut issue = world.issue();
    issue.deadline = world.today;
    let task = world.officer.client.issue_task(&issue, key()).await.unwrap().task;
    for village in ["甲东一村", "甲西一村", "乙东一村"] {
        world.app.person(Role::Clerk, village).await;
    }
    let one = DunReports { unit: Some(world.app.unit("甲东镇")), ..ALL };
    let told = world.officer.client.dun_reports(task.id, &one, key()).await.unwrap();
    assert_eq!((told.units, told.told), (2, 1));
    let other = DunReports { form: Some(fupin_contract::FormId::generate()), ..ALL };
    assert_eq!(code(world.officer.client.dun_reports(task.id, &other, key()).await), "request.not_found");
    world.app.shift_clock("1 day").await;
    let officer = world.app.enter(world.officer.account_id).await.client;
    let late = DunReports { form: Some(world.form), ..LATE };
    let told = officer.dun_reports(task.id, &late, key()).await.unwrap();
    assert_eq!((told.reports, told.told, told.resting), (8, 3, 0));
}

#[tokio::test]
async fn an_officer_duns_within_his_units_and_so_often_a_day() {
    let world = World::start().await;
    let task = world.issued().await;
    for village in ["甲东一村", "甲东二村", "乙东一村"] {
        world.app.person(Role::Clerk, village).await;
    }
    let county = world.app.person(Role::Officer, "甲县").await;
    let told = county.client.dun_reports(task.id, &ALL, key()).await.unwrap();
    assert_eq!((told.units, told.told), (4, 2), "those of other counties are not his");
    let foreign = DunReports { unit: Some(world.app.unit("乙县")), ..ALL };
    assert_eq!(code(county.client.dun_reports(task.id, &foreign, key()).await), "request.not_found");
    let clerk = world.app.person(Role::Clerk, "甲县").await;
    assert_eq!(code(clerk.client.dun_reports(task.id, &ALL, key()).await), "access.forbidden");

    world.app.sql("update task_policy set dunnings_per_day = 2, dunning_rest = '0'").await;
    let repeated = key();
    let second = county.client.dun_reports(task.id, &ALL, repeated).await.unwrap();
    assert_eq!((second.told, second.left_today), (3, 0), "and the county's own clerk since");
    assert_eq!(county.client.dun_reports(task.id, &ALL, repeated).await.unwrap(), second, "a repetition asks nobody");
    assert_eq!(code(county.client.dun_reports(task.id, &ALL, key()).await), "reporting.dunned_enough");
    world.app.shift_clock("24 hours").await;
    let county = world.app.enter(county.account_id).await.client;
    assert_eq!(county.dun_reports(task.id, &ALL, key()).await.unwrap().left_today, 1);
    world.officer_again().await.close_task(task.id).await.unwrap();
    assert_eq!(code(county.dun_reports(task.id, &ALL, key()).await), "reporting.task_closed");
}

#[tokio::test]
async fn a_whole_province_is_dunned_within_a_second() {
    let world = World::start().await;
    world.app.sql(&crate::province::villages()).await;
    let mut issue = world.issue();
    issue.deadline = world.today + Days::new(9);
    let task = world.officer.client.issue_task(&issue, key()).await.unwrap().task;
    let begun = Instant::now();
    let told = world.officer.client.dun_reports(task.id, &ALL, key()).await.unwrap();
    let took = begun.elapsed();
    assert_eq!((told.reports, told.told, told.unreached), (3304, 3296, 8));
    println!("3,296 people dunned in {took:?}");
    assert!(took.as_secs_f64() < 1.0, "{took:?}");
}
