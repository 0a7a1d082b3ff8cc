//! Of many who act at once one wins, and the others hear how the report stands.

use fupin_client::ClientError;
use fupin_contract::{
    access::Role,
    reporting::{ReportStatus, ReportSummary},
};
use futures_util::future::{LocalBoxFuture, join_all};
use serde_json::json;

use crate::world::{Acts, World};

type Answers = Vec<Result<ReportSummary, ClientError>>;

fn winners(answers: &Answers) -> Vec<&ReportSummary> {
    for error in answers.iter().filter_map(|answer| answer.as_ref().err()) {
        let problem = error.problem().unwrap();
        assert_eq!((problem.status, problem.code.as_str()), (409, "reporting.stale_version"));
        let current: ReportSummary = serde_json::from_value(problem.current.clone().unwrap()).unwrap();
        assert!(current.version > 1, "{current:?}");
    }
    answers.iter().filter_map(|answer| answer.as_ref().ok()).collect()
}

#[tokio::test]
async fn of_sixty_four_who_approve_return_or_take_back_one_wins() {
    let world = World::start().await;
    let task = world.issued().await;
    let clerk = world.app.person(Role::Clerk, "甲县").await.client;
    let one = world.app.person(Role::Reviewer, "甲东镇").await.client;
    let other = world.app.person(Role::Reviewer, "甲东镇").await.client;
    for village in ["甲东一村", "甲东二村"] {
        let report = world.report(task.id, village).await;
        clerk.submit(report, 0, json!({"a.r1.n": 1})).await.unwrap();
        let acts = (0..64).map(|turn| -> LocalBoxFuture<'_, _> {
            match turn % 4 {
                0 => Box::pin(one.approve(report, 1)),
                1 => Box::pin(other.approve(report, 1)),
                2 => Box::pin(other.give_back(report, 1, "不行")),
                _ => Box::pin(clerk.withdraw(report, 1)),
            }
        });
        let answers = join_all(acts).await;
        let won = winners(&answers);
        assert_eq!(won.len(), 1);
        let seen = clerk.look(report).await.summary;
        assert_eq!((&seen, seen.version), (won[0], 2));
        assert_eq!(clerk.get_report_history(report).await.unwrap().entries.len(), 2);
    }
}

#[tokio::test]
async fn of_sixty_four_submissions_one_wins_with_its_content() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    clerk.save(report, 0, json!({"a.r1.m": "1"})).await.unwrap();
    let acts = (0..64).map(|turn| clerk.submit(report, 1, json!({"a.r1.n": turn})));
    let answers = join_all(acts).await;
    assert_eq!(winners(&answers).len(), 1);
    let winner = answers.iter().position(Result::is_ok).unwrap();
    let seen = clerk.look(report).await;
    assert_eq!(seen.summary.status, ReportStatus::Submitted);
    assert_eq!(seen.cells.cell("a.r1.n"), &fupin_form::Cell::Integer(i64::try_from(winner).unwrap()));
    let totals = world.totals(task.id, "样例省", Default::default()).await;
    assert_eq!(totals.whole.values["a.r1.n"].value, Some(winner.to_string()));
}

#[tokio::test]
async fn of_sixty_four_saves_of_a_cell_one_is_kept_and_saves_of_other_cells_all_are() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    let answers = join_all((0..64).map(|turn| clerk.save(report, 0, json!({"a.r1.n": turn + 1})))).await;
    let kept = answers.iter().filter(|answer| answer.as_ref().unwrap().saved.len() == 1).count();
    let lost = answers.iter().filter(|answer| answer.as_ref().unwrap().conflicts.len() == 1).count();
    assert_eq!((kept, lost), (1, 63));

    let columns = ["m", "avg", "low", "high", "c"];
    let saves = ["r1", "r2"].into_iter().flat_map(|row| columns.map(|column| format!("a.{row}.{column}")));
    let answers = join_all(saves.map(|cell| clerk.save(report, 1, json!({ cell: 3 })))).await;
    assert!(answers.iter().all(|answer| answer.as_ref().is_ok_and(|saved| saved.saved.len() == 1)), "{answers:?}");
    assert_eq!(clerk.look(report).await.summary.version, 11);
}

#[tokio::test]
async fn a_submission_and_an_edit_of_a_returned_report_cannot_both_win() {
    let world = World::start().await;
    let task = world.issued().await;
    let report = world.report(task.id, "甲东一村").await;
    let clerk = world.app.person(Role::Clerk, "甲东一村").await.client;
    let town = world.app.person(Role::Reviewer, "甲东镇").await.client;
    clerk.submit(report, 0, json!({"a.r1.n": 1})).await.unwrap();
    town.give_back(report, 1, "不行").await.unwrap();
    let saves = join_all((0..32).map(|turn| clerk.save(report, 2, json!({"a.r1.low": turn}))));
    let submissions = join_all((0..32).map(|_| clerk.submit_saved(report, 2)));
    let (saved, submitted) = futures_util::join!(saves, submissions);
    let kept = saved.iter().filter(|answer| answer.as_ref().is_ok_and(|saved| saved.version == 3)).count();
    let won = submitted.iter().filter(|answer| answer.is_ok()).count();
    let seen = clerk.look(report).await;
    // Either somebody submitted first and no save was kept, or a save was kept and every submission was stale.
    match seen.summary.status {
        ReportStatus::Submitted => assert_eq!((won, seen.cells.get("a.r1.low"), seen.summary.version), (1, None, 3)),
        ReportStatus::Returned => assert!(won == 0 && kept > 0 && seen.summary.version == 3),
        ReportStatus::Draft | ReportStatus::Approved => panic!("{seen:?}"),
    }
}
