//! Suggestions from the last period, and the zero report.

use chrono::Months;
use fupin_contract::{
    FormId, Period, ReportId,
    access::Role,
    reporting::{IssueTask, ReportStatus, Task},
};
use fupin_form::{Cell, Form, Sheet};
use fupin_testing::Caller;
use serde_json::{Value, json};

use crate::world::{Acts, World, cells, code, key, load};

fn form_json() -> Value {
    let flow = |title: &str| json!({"title": title, "cell": {"type": "integer", "required": true, "min": 0}});
    let keyed = |key: &str, mut column: Value| {
        column["key"] = json!(key);
        column
    };
    json!({
        "code": "试02表", "title": "存量表",
        "sections": [{
            "key": "a", "title": "一、存量", "row_header": "类别",
            "columns": [
                {"key": "homes", "title": "户数", "cell": {"type": "integer", "required": true, "prefill": "last"}},
                {"key": "open", "title": "上月结转", "cell": {"type": "integer", "prefill": {"formula": "open + found - mended"}}},
                keyed("found", flow("新发现")),
                keyed("mended", flow("完成整改")),
                {"key": "day", "title": "日期", "cell": {"type": "date", "required": true}}
            ],
            "rows": {"fixed": [{"key": "r", "label": "合计"}]}
        }]
    })
}

struct TwoMonths {
    world: World,
    before: Task,
    now: Task,
    clerk: Caller,
}

async fn issue(world: &World, form: FormId, period: Period) -> Task {
    let act = IssueTask { forms: vec![form], period, ..world.issue() };
    world.officer.client.issue_task(&act, key()).await.unwrap().task
}

/// Two months in a row of a form that suggests, and the clerk of one village.
async fn two_months() -> TwoMonths {
    let world = World::start().await;
    let form = load(&world.app, &[form_json()]).await[0];
    let last_month = Period::of(world.today.checked_sub_months(Months::new(1)).unwrap());
    let before = issue(&world, form, last_month).await;
    let now = issue(&world, form, Period::of(world.today)).await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    TwoMonths { world, before, now, clerk }
}

impl TwoMonths {
    async fn report(&self, task: &Task) -> ReportId {
        self.world.report(task.id, "甲东一村").await
    }

    async fn hand_over_last(&self) -> ReportId {
        let last = self.report(&self.before).await;
        let content =
            json!({"a.r.homes": 120, "a.r.open": 3, "a.r.found": 2, "a.r.mended": 1, "a.r.day": "2026-10-20"});
        self.clerk.submit(last, 0, content).await.unwrap();
        last
    }
}

#[tokio::test]
async fn the_last_period_is_suggested_with_its_source_and_is_no_content() {
    let months = two_months().await;
    let report = months.report(&months.now).await;
    assert_eq!(months.clerk.look(report).await.prefill, None, "nothing was handed over yet");
    let last = months.hand_over_last().await;
    let seen = months.clerk.look(report).await;
    let prefill = seen.prefill.unwrap();
    assert_eq!((prefill.period, prefill.status), (months.before.period, ReportStatus::Submitted));
    assert_eq!(prefill.cells, cells(json!({"a.r.homes": 120, "a.r.open": 4})));
    assert_eq!(seen.cells, cells(json!({})));
    for (unit, version) in [("甲东镇", 1), ("甲县", 2), ("样例省", 3)] {
        let reviewer = months.world.app.person(Role::Reviewer, unit).await.client;
        reviewer.approve(last, version).await.unwrap();
    }
    assert_eq!(months.clerk.look(report).await.prefill.unwrap().status, ReportStatus::Approved);
}

#[tokio::test]
async fn what_is_suggested_and_not_answered_blocks_the_submission() {
    let months = two_months().await;
    months.hand_over_last().await;
    let report = months.report(&months.now).await;
    let flows = json!({"a.r.found": 0, "a.r.mended": 0, "a.r.day": "2026-11-20"});
    months.clerk.save(report, 0, flows).await.unwrap();
    let refused = months.clerk.submit_saved(report, 1).await.unwrap_err();
    assert_eq!((refused.status(), refused.code()), (Some(422), "reporting.prefill_unconfirmed"));
    let faults = &refused.problem().unwrap().faults;
    let named: Vec<(&str, &str)> = faults.iter().map(|(key, faults)| (key.as_str(), faults[0].code.as_str())).collect();
    assert_eq!(named, [("a.r.homes", "form.prefill_unconfirmed"), ("a.r.open", "form.prefill_unconfirmed")]);

    // One is confirmed by its own value, the other declined.
    months.clerk.save(report, 1, json!({"a.r.homes": 120, "a.r.open": null})).await.unwrap();
    let seen = months.clerk.look(report).await;
    assert_eq!((seen.prefill, seen.summary.version), (None, 2));
    let last = months.clerk.get_report_history(report).await.unwrap().entries.pop().unwrap();
    let change = |key: &str| (last.changes[key].old.clone(), last.changes[key].new.clone());
    assert_eq!(change("a.r.homes"), (Cell::Blank, Cell::Integer(120)));
    assert_eq!(change("a.r.open"), (Cell::Blank, Cell::Blank));
    assert_eq!(months.clerk.submit_saved(report, 2).await.unwrap().status, ReportStatus::Submitted);
}

#[tokio::test]
async fn who_gives_the_whole_content_has_answered() {
    let months = two_months().await;
    months.hand_over_last().await;
    let report = months.report(&months.now).await;
    let whole = json!({"a.r.homes": 121, "a.r.found": 0, "a.r.mended": 0, "a.r.day": "2026-11-20"});
    assert_eq!(months.clerk.submit(report, 0, whole).await.unwrap().status, ReportStatus::Submitted);
}

#[tokio::test]
async fn a_returned_or_cancelled_last_period_suggests_nothing() {
    let months = two_months().await;
    let last = months.hand_over_last().await;
    let report = months.report(&months.now).await;
    let town = months.world.app.person(Role::Reviewer, "甲东镇").await.client;
    town.give_back(last, 1, "请核对").await.unwrap();
    assert_eq!(months.clerk.look(report).await.prefill, None);
    let other = months.world.app.person(Role::Clerk, "甲东二村").await.client;
    let theirs = months.world.report(months.now.id, "甲东二村").await;
    assert_eq!(other.look(theirs).await.prefill, None, "another village's last period is not this one's");
}

#[tokio::test]
async fn a_zero_report_is_saved_like_any_other_and_can_be_taken_back() {
    let months = two_months().await;
    let report = months.report(&months.now).await;
    months.clerk.save(report, 0, json!({"a.r.homes": {"na": true}})).await.unwrap();
    let form = Form::compile(serde_json::from_value(form_json()).unwrap()).unwrap();
    let zeros = Sheet::new(&form, &months.clerk.look(report).await.cells).zeros(&form);
    let with = |cell: Value| zeros.iter().map(|key| (key.to_string(), cell.clone())).collect::<serde_json::Map<_, _>>();
    months.clerk.save(report, 1, Value::Object(with(json!(0)))).await.unwrap();
    let filled = cells(json!({"a.r.homes": {"na": true}, "a.r.found": 0, "a.r.mended": 0}));
    assert_eq!(
        months.clerk.look(report).await.cells,
        filled,
        "required numbers alone, not the date, not what may stay empty"
    );
    assert_eq!(code(months.clerk.submit_saved(report, 2).await), "reporting.faulty");
    months.clerk.save(report, 2, Value::Object(with(Value::Null))).await.unwrap();
    assert_eq!(months.clerk.look(report).await.cells, cells(json!({"a.r.homes": {"na": true}})));
}
