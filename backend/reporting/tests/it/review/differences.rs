//! What changed since the submission before and since the last approval, cell by cell, with who and when.

use fupin_contract::{
    access::Role,
    reporting::{DifferenceFilter, Since},
};
use fupin_form::Cell;
use serde_json::json;

use crate::world::{Acts, World, code};

#[tokio::test]
async fn a_reviewer_sees_what_changed_and_by_whom() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    let helper = world.app.person(Role::Clerk, "甲东镇").await.client;
    let (town, county) = (
        world.app.person(Role::Reviewer, "甲东镇").await.client,
        world.app.person(Role::Reviewer, "甲县").await.client,
    );
    let since = |since| DifferenceFilter { since };
    clerk.submit(report, 0, json!({"a.r1.n": 1, "a.r1.low": 5})).await.unwrap();
    for filter in [since(Since::Submission), since(Since::Approval)] {
        let first = town.get_differences(report, &filter).await.unwrap();
        assert_eq!((first.since, first.cells.len()), (None, 0), "there is nothing to compare with");
    }
    town.approve(report, 1).await.unwrap();
    county.give_back(report, 2, "不行").await.unwrap();
    helper.save(report, 3, json!({"a.r1.n": 2, "a.r1.low": 6})).await.unwrap();
    clerk.submit(report, 4, json!({"a.r1.n": 2, "a.r1.low": 5})).await.unwrap();

    let differences = town.get_differences(report, &since(Since::Submission)).await.unwrap();
    assert_eq!(differences.since.unwrap().version, 1);
    let changed = &differences.cells["a.r1.n"];
    assert_eq!((&changed.old, &changed.new), (&Cell::Integer(1), &Cell::Integer(2)));
    assert_eq!((changed.last.version, changed.last.by.as_str()), (4, "甲东镇的人"));
    let computed = &differences.cells["a.r1.twice"];
    assert_eq!((&computed.old, &computed.new), (&Cell::Integer(2), &Cell::Integer(4)));
    assert_eq!(differences.cells.len(), 2, "what was changed back does not differ");
    let differences = county.get_differences(report, &since(Since::Approval)).await.unwrap();
    let step = differences.since.unwrap();
    assert_eq!((step.version, step.by.as_str(), differences.cells.len()), (2, "甲东镇的人", 2));
    let beside = world.app.person(Role::Reviewer, "甲西镇").await.client;
    assert_eq!(code(beside.get_differences(report, &since(Since::Approval)).await), "request.not_found");
}
