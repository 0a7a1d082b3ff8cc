//! A return of chosen cells opens these alone, until the report is through again or returned anew.

use fupin_contract::{
    access::Role,
    reporting::{ReportAct, ReportStatus},
};
use fupin_testing::Caller;
use serde_json::json;

use crate::world::{Acts, World, code};

/// A submitted report with its clerk and the reviewer of the town.
async fn submitted(world: &World) -> (fupin_contract::ReportId, Caller, Caller) {
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    let town = world.app.person(Role::Reviewer, "甲东镇").await.client;
    clerk.submit(report, 0, json!({"a.r1.n": 1, "a.r1.low": 2})).await.unwrap();
    (report, clerk, town)
}

#[tokio::test]
async fn only_the_chosen_cells_are_open_and_good_cells_are_kept_whatever_befell_the_others() {
    let world = World::start().await;
    let (report, clerk, town) = submitted(&world).await;
    town.give_back_cells(report, 1, &[("a.r1.n", " 比上月多一倍 "), ("a.r2.n", "")]).await.unwrap();

    let seen = clerk.look(report).await;
    let reopened = seen.reopened.unwrap();
    assert_eq!((reopened["a.r1.n"].as_str(), reopened["a.r2.n"].as_str()), ("比上月多一倍", ""));
    assert_eq!((seen.summary.status, seen.acts), (ReportStatus::Returned, vec![ReportAct::Fill, ReportAct::Submit]));
    let saved = clerk.save(report, 2, json!({"a.r1.n": 3, "a.r1.low": 9, "s.row1.k": 1})).await.unwrap();
    assert_eq!((saved.version, saved.saved), (3, vec!["a.r1.n".to_owned()]));
    for key in ["a.r1.low", "s.row1.k"] {
        assert_eq!(saved.rejected[key].code, "reporting.cell_locked", "{key}");
    }
    let error = clerk.submit(report, 3, json!({"a.r1.n": 3, "a.r1.low": 9})).await.unwrap_err();
    let problem = error.problem().unwrap();
    assert_eq!((problem.status, problem.code.as_str()), (422, "reporting.faulty"));
    assert_eq!(problem.faults.keys().collect::<Vec<_>>(), ["a.r1.low"]);
    assert_eq!(problem.faults["a.r1.low"][0].code, "reporting.cell_locked");
    let again = clerk.submit(report, 3, json!({"a.r1.n": 4, "a.r1.low": 2})).await.unwrap();
    assert_eq!(again.status, ReportStatus::Submitted);
    let seen = town.look(report).await;
    assert_eq!((seen.reopened, seen.cells.cell("a.r1.twice")), (None, &fupin_form::Cell::Integer(8)));
    let history = clerk.get_report_history(report).await.unwrap().entries;
    assert_eq!(history[1].reopened.as_ref().unwrap().len(), 2, "the history keeps what was chosen");
}

#[tokio::test]
async fn taking_a_mended_report_back_opens_no_more_than_the_return_did() {
    let world = World::start().await;
    let (report, clerk, town) = submitted(&world).await;
    town.give_back_cells(report, 1, &[("a.r1.n", "")]).await.unwrap();
    clerk.submit(report, 2, json!({"a.r1.n": 4, "a.r1.low": 2})).await.unwrap();
    clerk.withdraw(report, 3).await.unwrap();
    let saved = clerk.save(report, 4, json!({"a.r1.low": 9})).await.unwrap();
    assert_eq!(saved.rejected["a.r1.low"].code, "reporting.cell_locked");
    clerk.submit_saved(report, 4).await.unwrap();
    town.give_back(report, 5, "全表重核").await.unwrap();
    assert_eq!(clerk.look(report).await.reopened, None, "without chosen cells all are open");
    assert_eq!(clerk.save(report, 6, json!({"a.r1.low": 9})).await.unwrap().saved.len(), 1);
}

#[tokio::test]
async fn what_no_clerk_fills_cannot_be_chosen() {
    let world = World::start().await;
    let (report, clerk, town) = submitted(&world).await;
    for key in ["a.r1.twice", "a.r2.d", "a.r9.n"] {
        let error = town.give_back_cells(report, 1, &[("a.r1.n", ""), (key, "")]).await.unwrap_err();
        let problem = error.problem().unwrap();
        let fault = &problem.faults[&format!("cells.{key}")][0];
        assert_eq!((problem.status, problem.faults.len(), fault.code.as_str()), (422, 1, "reporting.not_fillable"));
    }
    let long = "长".repeat(201);
    assert_eq!(code(town.give_back_cells(report, 1, &[("a.r1.n", &long)]).await), "request.invalid");
    assert_eq!(clerk.look(report).await.summary.version, 1);
}
