//! The board and the totals: what counts, for whom, by which tree.

use fupin_contract::{
    access::Role,
    reporting::{BoardFilter, ReportStatus, TotalValue, TotalsFilter, TotalsOf},
    units::Level,
};
use serde_json::json;

use crate::world::{Acts, World, code};

fn total(value: Option<&str>, filled: i64, blank: i64, not_applicable: i64) -> TotalValue {
    TotalValue { value: value.map(str::to_owned), filled, blank, not_applicable }
}

#[tokio::test]
async fn every_kind_of_item_adds_up_as_its_form_says() {
    let world = World::start().await;
    let task = world.issued().await;
    let clerk = world.app.person(Role::Clerk, "样例省").await.client;
    let contents = [
        (
            "甲东一村",
            json!({"a.r1.n": 2, "a.r1.m": "1.50", "a.r1.avg": "10", "a.r1.low": 3, "a.r1.high": 3, "a.r1.c": 0, "a.r1.d": "2026-11-01", "s.x.k": 1, "s.y.k": 2}),
        ),
        (
            "甲东二村",
            json!({"a.r1.n": 1, "a.r1.m": "0.05", "a.r1.avg": "20", "a.r1.low": -1, "a.r1.high": -1, "a.r1.c": 7, "a.r1.d": "2026-10-31", "s.x.name": "无数"}),
        ),
        (
            "乙西二村",
            json!({"a.r1.n": {"na": true}, "a.r1.m": {"na": true}, "a.r1.avg": "99", "a.r1.low": {"na": true}}),
        ),
    ];
    for (village, content) in contents {
        clerk.submit(world.report(task.id, village).await, 0, content).await.unwrap();
    }
    let province = world.totals(task.id, "样例省", TotalsOf::Submitted).await;
    assert_eq!((province.whole.expected, province.whole.counted), (8, 3));
    let values = &province.whole.values;
    assert_eq!(values["a.r1.n"], total(Some("3"), 2, 0, 1));
    assert_eq!(values["a.r1.twice"], total(Some("6"), 2, 0, 1));
    assert_eq!(values["a.r1.m"], total(Some("1.55"), 2, 0, 1));
    assert_eq!(values["a.r1.avg"], total(Some("13.33"), 2, 1, 0), "a value without its weight cannot be averaged");
    assert_eq!(values["a.r1.low"], total(Some("-1"), 2, 0, 1));
    assert_eq!(values["a.r1.high"], total(Some("3"), 2, 1, 0));
    assert_eq!(values["a.r1.c"], total(Some("2"), 2, 1, 0));
    assert_eq!(values["a.r1.d"], total(Some("2026-11-01"), 2, 1, 0));
    assert_eq!(values["s.*.k"], total(Some("3"), 1, 1, 1));
    assert!(!values.contains_key("a.r2.n"), "nobody has answered");

    let county: Vec<_> = province.rows.iter().map(|row| (row.unit.name.as_str(), row.expected, row.counted)).collect();
    assert_eq!(county, [("甲县", 4, 2), ("乙县", 4, 1)]);
    assert_eq!(province.rows[1].values["a.r1.n"], total(None, 0, 0, 1));
    let town = world.totals(task.id, "甲东镇", TotalsOf::Submitted).await;
    assert_eq!(town.path.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>(), ["样例省", "甲县"]);
    assert_eq!(town.rows.iter().map(|row| row.unit.name.as_str()).collect::<Vec<_>>(), ["甲东一村", "甲东二村"]);
    let village = world.totals(task.id, "甲东一村", TotalsOf::Submitted).await;
    assert_eq!((village.rows.len(), village.whole.values["a.r1.n"].value.as_deref()), (1, Some("2")));
}

#[tokio::test]
async fn a_report_counts_by_how_far_it_has_come() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    let counted = async || {
        let mut counted = Vec::new();
        for of in [TotalsOf::Submitted, TotalsOf::ApprovedOnce, TotalsOf::ApprovedTwice, TotalsOf::Approved] {
            counted.push(world.totals(task.id, "样例省", of).await.whole.counted);
        }
        counted
    };
    clerk.save(report, 0, json!({"a.r1.n": 1})).await.unwrap();
    assert_eq!(counted().await, [0, 0, 0, 0], "a draft never counts");
    clerk.submit_saved(report, 1).await.unwrap();
    assert_eq!(counted().await, [1, 0, 0, 0]);
    clerk.withdraw(report, 2).await.unwrap();
    assert_eq!(counted().await, [0, 0, 0, 0]);
    clerk.submit_saved(report, 3).await.unwrap();
    for (version, unit, wanted) in [(4, "甲东镇", [1, 1, 0, 0]), (5, "甲县", [1, 1, 1, 0]), (6, "样例省", [1, 1, 1, 1])]
    {
        world.app.person(Role::Reviewer, unit).await.client.approve(report, version).await.unwrap();
        assert_eq!(counted().await, wanted, "{unit}");
    }
}

#[tokio::test]
async fn a_caller_sees_the_totals_of_his_own_units_alone() {
    let world = World::start().await;
    let task = world.issued().await;
    let town = world.app.person(Role::Reviewer, "甲东镇").await.client;
    let ask =
        |unit: Option<&str>| TotalsFilter { form: world.form, unit: unit.map(|unit| world.app.unit(unit)), of: None };
    let top = town.get_totals(task.id, &ask(None)).await.unwrap();
    assert_eq!((top.unit.name.as_str(), top.path.len(), top.rows.len()), ("甲东镇", 0, 2));
    for unit in ["样例省", "甲县", "甲西镇", "甲西一村", "乙县"] {
        assert_eq!(code(town.get_totals(task.id, &ask(Some(unit))).await), "request.not_found", "{unit}");
        let board = BoardFilter { unit: Some(world.app.unit(unit)), form: None };
        assert_eq!(code(town.get_board(task.id, &board).await), "request.not_found", "{unit}");
    }
    let other = TotalsFilter { form: fupin_contract::FormId::generate(), ..ask(None) };
    assert_eq!(code(town.get_totals(task.id, &other).await), "request.not_found");
    assert_eq!(code(town.export_totals(task.id, &ask(Some("甲县"))).await), "request.not_found");
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    assert_eq!(code(clerk.export_totals(task.id, &ask(None)).await), "access.forbidden");
}

#[tokio::test]
async fn the_board_counts_each_unit_and_names_a_villages_report() {
    let world = World::start().await;
    let task = world.issued().await;
    let clerk = world.app.person(Role::Clerk, "甲县").await.client;
    let town = world.app.person(Role::Reviewer, "甲东镇").await.client;
    let (one, other) = (world.report(task.id, "甲东一村").await, world.report(task.id, "甲东二村").await);
    clerk.submit(one, 0, json!({"a.r1.n": 1})).await.unwrap();
    clerk.save(other, 0, json!({"a.r1.n": 1})).await.unwrap();
    let board = world.officer.client.get_board(task.id, &BoardFilter::default()).await.unwrap();
    assert_eq!((board.unit.name.as_str(), board.rows.len(), board.progress.expected), ("样例省", 2, 8));
    let county = &board.rows[0];
    assert_eq!((county.progress.expected, county.progress.submitted, county.progress.drafts), (4, 1, 1));
    assert_eq!((county.progress.untouched, county.report_id), (2, None));

    town.give_back(one, 1, "不行").await.unwrap();
    let below = BoardFilter { unit: Some(world.app.unit("甲东镇")), form: Some(world.form) };
    let board = world.officer.client.get_board(task.id, &below).await.unwrap();
    assert_eq!(board.path.iter().map(|unit| unit.level).collect::<Vec<_>>(), [Level::Province, Level::County]);
    let rows: Vec<_> = board.rows.iter().map(|row| (row.report_id, row.status)).collect();
    assert_eq!(rows, [(Some(one), Some(ReportStatus::Returned)), (Some(other), Some(ReportStatus::Draft))]);
    let other_form = BoardFilter { form: Some(fupin_contract::FormId::generate()), ..below };
    assert_eq!(code(world.officer.client.get_board(task.id, &other_form).await), "request.not_found");
}
