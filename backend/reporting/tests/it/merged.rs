//! Reports of a unit that was merged away after they were issued: whoever goes on in its place fills and reviews them.

use fupin_contract::{
    access::Role,
    reporting::{BoardFilter, ReportFilter, TaskFilter, TotalsOf},
    units::MergeUnit,
};
use serde_json::json;

use crate::world::{Acts, World, code};

async fn merge(world: &World, unit: &str, into: &str) {
    let admin = world.app.person(Role::SystemAdmin, "样例省").await.client;
    let act = MergeUnit { into: world.app.unit(into), from: world.today, dry_run: false };
    admin.merge_unit(world.app.unit(unit), &act).await.unwrap();
}

#[tokio::test]
async fn a_report_of_a_village_that_was_merged_away_goes_its_way_where_the_village_went() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    merge(&world, "甲东一村", "甲西一村").await;
    let (old, new) = (
        world.app.person(Role::Reviewer, "甲东镇").await.client,
        world.app.person(Role::Reviewer, "甲西镇").await.client,
    );

    let seen = clerk.look(report).await;
    assert_eq!(seen.summary.unit.name, "甲东一村", "the report follows the tree of its task");
    assert_eq!(clerk.list_reports(&ReportFilter::default()).await.unwrap().items.len(), 2);
    assert_eq!(clerk.list_tasks(&TaskFilter::default()).await.unwrap().items[0].progress.expected, 2);
    clerk.submit(report, 0, json!({"a.r1.n": 4})).await.unwrap();
    assert_eq!(code(old.get_report(report).await), "request.not_found");
    let mine = ReportFilter { mine: Some(true), ..ReportFilter::default() };
    assert_eq!(new.list_reports(&mine).await.unwrap().items[0].id, report);
    new.approve(report, 1).await.unwrap();
    let counted = world.totals(task.id, "甲东镇", TotalsOf::ApprovedOnce).await.whole;
    assert_eq!((counted.expected, counted.counted), (2, 1), "totals follow the tree of the task");
}

#[tokio::test]
async fn the_board_and_the_list_open_a_town_that_was_merged_away() {
    let world = World::start().await;
    let task = world.issued().await;
    merge(&world, "甲东镇", "甲西镇").await;
    let county = world.app.person(Role::Leader, "甲县").await.client;
    let beside = world.app.person(Role::Leader, "乙县").await.client;
    let filter = BoardFilter { unit: Some(world.app.unit("甲东镇")), form: None };

    let board = county.get_board(task.id, &filter).await.unwrap();
    assert_eq!((board.unit.name.as_str(), board.progress.expected, board.rows.len()), ("甲东镇", 2, 2));
    assert_eq!(code(beside.get_board(task.id, &filter).await), "request.not_found");
    let below = ReportFilter { unit: Some(world.app.unit("甲东镇")), ..ReportFilter::default() };
    assert_eq!(county.list_reports(&below).await.unwrap().items.len(), 4, "it is now part of the town that goes on");
}
