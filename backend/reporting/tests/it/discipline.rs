//! Who reports late, is sent back and errs: counted and ranked.

use chrono::Days;
use fupin_contract::{
    Period,
    access::Role,
    reporting::{Discipline, DisciplineFilter, DisciplineRow},
    units::Level,
};
use serde_json::json;

use crate::world::{Acts, World, code, key};

impl World {
    fn sheet(&self, level: Level) -> DisciplineFilter {
        let month = Period::of(self.today);
        DisciplineFilter { from: month, until: month, level, unit: None }
    }
}

fn row<'a>(sheet: &'a Discipline, name: &str) -> &'a DisciplineRow {
    sheet.rows.iter().find(|row| row.unit.name == name).unwrap()
}

#[tokio::test]
async fn lateness_returns_and_mended_cells_are_counted_and_ranked() {
    let world = World::start().await;
    let mut issue = world.issue();
    issue.deadline = world.today;
    let task = world.officer.client.issue_task(&issue, key()).await.unwrap().task;
    let (clerk, town) = (world.app.person(Role::Clerk, "甲县").await, world.app.person(Role::Reviewer, "甲东镇").await);
    // In time, returned once, two cells mended days later: the wait for the reviewer is not the unit's.
    let report = world.report(task.id, "甲东一村").await;
    clerk.client.submit(report, 0, json!({"a.r1.n": 1, "a.r1.low": 1})).await.unwrap();
    world.app.shift_clock("2 days").await;
    let (clerk, town) = (world.app.enter(clerk.account_id).await.client, world.app.enter(town.account_id).await.client);
    town.give_back(report, 1, "不行").await.unwrap();
    clerk.save(report, 2, json!({"a.r1.n": 2})).await.unwrap();
    clerk.submit(report, 3, json!({"a.r1.n": 3, "a.r1.low": 4})).await.unwrap();
    let officer = world.officer_again().await;
    let late = world.report_by(&officer, task.id, "甲西一村").await;
    clerk.submit(late, 0, json!({"a.r1.n": 1})).await.unwrap();

    let sheet = officer.get_discipline(&world.sheet(Level::Town)).await.unwrap();
    let east = row(&sheet, "甲东镇");
    assert_eq!((east.expected, east.submitted, east.returns, east.errors), (2, 1, 1, 2));
    assert_eq!((east.late, east.late_days), (1, 2), "the other village owes for two days");
    assert_eq!((east.taken_off.as_str(), east.score.as_str()), ("7.00", "93.00"), "(2 × 5 + 3 + 2 × 0.5) ÷ 2");
    let west = row(&sheet, "甲西镇");
    assert_eq!((west.submitted, west.late, west.late_days, west.score.as_str()), (1, 2, 4, "90.00"));
    let order: Vec<_> = sheet.rows.iter().map(|row| (row.rank, row.unit.name.as_str())).collect();
    assert_eq!(order, [(1, "甲东镇"), (2, "甲西镇"), (2, "乙东镇"), (2, "乙西镇")]);

    world.app.sql("update task_policy set late_day_points = 0, return_points = 10").await;
    let sheet = officer.get_discipline(&world.sheet(Level::County)).await.unwrap();
    assert_eq!((sheet.points.late_day.as_str(), sheet.points.returned.as_str()), ("0", "10"));
    assert_eq!(sheet.rows.iter().map(|row| row.score.as_str()).collect::<Vec<_>>(), ["100.00", "97.25"]);
}

#[tokio::test]
async fn what_a_corrected_form_sends_back_is_nobodys_fault() {
    let world = World::start().await;
    let task = world.issued().await;
    let clerk = world.app.person(Role::Clerk, "甲县").await.client;
    clerk.submit(world.report(task.id, "甲东一村").await, 0, json!({"a.r1.n": 51})).await.unwrap();
    assert_eq!(world.correct(&task, crate::tasks::amending::corrected_json()).await.unwrap().returned, 1);
    let sheet = world.officer.client.get_discipline(&world.sheet(Level::Village)).await.unwrap();
    assert_eq!((row(&sheet, "甲东一村").returns, sheet.rows.len()), (0, 8));
}

#[tokio::test]
async fn the_circular_is_a_spreadsheet_of_what_is_shown() {
    use calamine::{Reader, Xlsx};
    let world = World::start().await;
    let mut issue = world.issue();
    issue.deadline = world.today + Days::new(1);
    world.officer.client.issue_task(&issue, key()).await.unwrap();
    let file = world.officer.client.export_discipline(&world.sheet(Level::County)).await.unwrap();
    assert!(file.name.starts_with("样例省") && file.name.ends_with("报表报送情况通报.xlsx"), "{}", file.name);
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(file.bytes)).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let text = |row: u32, column: u32| sheet.get_value((row, column)).map(ToString::to_string).unwrap_or_default();
    assert_eq!((text(2, 1).as_str(), text(3, 1).as_str(), text(4, 1).as_str()), ("单位", "甲县", "乙县"));
    assert_eq!((text(3, 0).as_str(), text(3, 2).as_str(), text(3, 9).as_str()), ("1", "4", "100"));
    assert!(text(6, 0).starts_with("计分办法：每份报表迟报一天扣5分"), "{}", text(6, 0));
    let clerk = world.app.person(Role::Clerk, "甲县").await.client;
    assert_eq!(code(clerk.export_discipline(&world.sheet(Level::Village)).await), "access.forbidden");
    let long = DisciplineFilter { from: Period::parse("2020-01").unwrap(), ..world.sheet(Level::County) };
    assert_eq!(code(world.officer.client.get_discipline(&long).await), "request.invalid");
}

#[tokio::test]
async fn board_and_trend_go_home_as_spreadsheets() {
    use calamine::{Reader, Xlsx};
    let world = World::start().await;
    let task = world.issued().await;
    let clerk = world.app.person(Role::Clerk, "甲县").await.client;
    clerk.submit(world.report(task.id, "甲东一村").await, 0, json!({"a.r1.n": 834})).await.unwrap();
    let board = world.officer.client.export_matrix(task.id, &Default::default()).await.unwrap();
    let trend = world.officer.client.export_trend(&world.trend("a.r1.n", Level::County)).await.unwrap();
    let cell = |bytes: Vec<u8>, row: u32, column: u32| {
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        let sheet = book.worksheet_range_at(0).unwrap().unwrap();
        sheet.get_value((row, column)).map(ToString::to_string).unwrap_or_default()
    };
    assert_eq!(cell(board.bytes.clone(), 4, 0), "甲县");
    assert_eq!(cell(board.bytes, 4, 2), "25");
    assert_eq!((cell(trend.bytes.clone(), 4, 0).as_str(), cell(trend.bytes, 4, 12).as_str()), ("甲县", "834"));
}
