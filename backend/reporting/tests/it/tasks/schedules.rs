//! Forms that are issued again and again, once for each period.

use fupin_contract::{
    FormId, Period,
    access::Role,
    reporting::{CreateSchedule, DueBy, Every, ScheduleRule, TaskFilter},
    units::Level,
};
use serde_json::json;

use crate::world::{World, code, form_json, key, load};

impl World {
    /// Set the clock to noon of a day, and sign the officer in.
    async fn on(&self, day: &str) -> fupin_testing::Caller {
        let shift = format!("update clock_offset set shift = timestamptz '{day} 12:00:00+08' - now()");
        self.app.sql(&shift).await;
        self.officer_again().await
    }

    fn schedule(&self, forms: Vec<FormId>) -> CreateSchedule {
        CreateSchedule {
            title: "监测月报".to_owned(),
            forms,
            level: Level::Village,
            unit: self.app.unit("样例省"),
            chain: vec![Level::Town, Level::County],
            rule: ScheduleRule {
                every: Every::Month,
                issue_day: 20,
                due: DueBy::WorkingDay,
                due_number: 5,
                first: Period::parse("2030-11").unwrap(),
            },
        }
    }

    async fn follow(&self) -> usize {
        fupin_reporting::issue_due(&self.app.app).await.unwrap()
    }
}

#[tokio::test]
async fn a_period_is_issued_once_when_its_day_has_come() {
    let world = World::start().await;
    let officer = world.on("2030-11-19").await;
    let made = officer.create_schedule(&world.schedule(vec![world.form]), key()).await.unwrap();
    let first = made.next[0];
    assert_eq!((first.period.to_string(), first.deadline.to_string()), ("2030-11".into(), "2030-12-06".into()));
    assert!(first.provisional, "nobody knows the holidays of 2030 yet");
    assert_eq!(officer.preview_schedule(&made.rule).await.unwrap().items, made.next);
    assert_eq!(world.follow().await, 0);

    // A corrected form is taken up by itself.
    let mut corrected = form_json();
    corrected["note"] = json!("更正");
    let newer = load(&world.app, &[corrected]).await[0];
    let officer = world.on("2030-11-20").await;
    for polls in 1..16 {
        // Dropped in the middle, wherever it happened to be.
        let patience = std::time::Duration::from_millis(polls);
        let _ = tokio::time::timeout(patience, fupin_reporting::issue_due(&world.app.app)).await;
    }
    futures_util::future::join_all((0..4).map(|_| world.follow())).await;
    let tasks = officer.list_tasks(&TaskFilter::default()).await.unwrap().items;
    assert_eq!(tasks.len(), 1);
    assert_eq!((tasks[0].title.as_str(), tasks[0].issued_by.as_str()), ("2030年11月监测月报", "样例省的人"));
    assert_eq!((tasks[0].forms[0].id, tasks[0].progress.expected), (newer, 8));
    assert_eq!(tasks[0].deadline, first.deadline);
    let seen = officer.list_schedules().await.unwrap().items;
    assert_eq!(
        (seen[0].last.as_ref().unwrap().task, seen[0].next[0].period.to_string()),
        (Some(tasks[0].id), "2030-12".into())
    );
    assert_eq!(world.app.number("select count(*) from outbox where topic = 'reporting.task_issued'").await, 1);
}

#[tokio::test]
async fn what_was_missed_is_issued_unless_its_deadline_has_passed() {
    let world = World::start().await;
    let officer = world.on("2030-11-19").await;
    officer.create_schedule(&world.schedule(vec![world.form]), key()).await.unwrap();
    let officer = world.on("2031-01-02").await;
    assert_eq!(world.follow().await, 1, "December's; November's deadline has passed");
    assert_eq!(world.follow().await, 0);
    assert_eq!(officer.list_tasks(&TaskFilter::default()).await.unwrap().items[0].period.to_string(), "2030-12");
    assert_eq!(world.app.number("select count(*) from schedule_run where task_id is null").await, 1);
}

#[tokio::test]
async fn a_schedule_rests_while_it_is_paused_and_makes_up_for_nothing() {
    let world = World::start().await;
    let officer = world.on("2030-11-19").await;
    let id = officer.create_schedule(&world.schedule(vec![world.form]), key()).await.unwrap().id;
    assert!(officer.pause_schedule(id).await.unwrap().paused);
    let officer = world.on("2030-12-21").await;
    assert_eq!(world.follow().await, 0);
    let resumed = officer.resume_schedule(id).await.unwrap();
    assert_eq!((resumed.paused, resumed.next[0].period.to_string()), (false, "2031-01".into()));
    assert_eq!(world.follow().await, 0);
    world.on("2031-01-20").await;
    assert_eq!(world.follow().await, 1);
}

#[tokio::test]
async fn a_schedule_that_cannot_issue_says_why_and_goes_on() {
    let world = World::start().await;
    let officer = world.on("2030-11-19").await;
    officer.create_schedule(&world.schedule(vec![world.form]), key()).await.unwrap();
    world.app.sql("update schedule set level = 0, chain = '{0}'").await;
    let officer_then = world.on("2030-11-20").await;
    assert_eq!(world.follow().await, 0);
    let seen = officer_then.list_schedules().await.unwrap().items;
    assert_eq!(seen[0].last.as_ref().unwrap().problem.as_deref(), Some("request.invalid"));
    world.app.sql("update schedule set level = 3, chain = '{2}'").await;
    world.on("2030-12-20").await;
    assert_eq!(world.follow().await, 1);
}

#[tokio::test]
async fn holidays_and_days_worked_in_their_place_move_a_deadline() {
    let world = World::start().await;
    let holidays = json!([{"year": 2030, "confirmed": true, "source": "试", "holidays": [
        {"name": "节", "from": "2030-12-02", "until": "2030-12-04", "worked": ["2030-12-07"]}
    ]}])
    .to_string();
    world.app.app.db.write(async |tx| fupin_reporting::load_holidays(tx, &holidays).await).await.unwrap();
    let officer = world.on("2030-11-19").await;
    let made = officer.create_schedule(&world.schedule(vec![world.form]), key()).await.unwrap();
    // Thursday the 5th, Friday the 6th, Saturday the 7th, Monday, Tuesday.
    assert_eq!((made.next[0].deadline.to_string(), made.next[0].provisional), ("2030-12-10".into(), false));
}

#[tokio::test]
async fn schedules_are_made_seen_and_paused_within_ones_units() {
    let world = World::start().await;
    let county = world.app.person(Role::Officer, "甲县").await.client;
    let whole = world.schedule(vec![world.form]);
    assert_eq!(code(county.create_schedule(&whole, key()).await), "request.not_found");
    let made = world.officer.client.create_schedule(&whole, key()).await.unwrap();
    assert!(county.list_schedules().await.unwrap().items.is_empty());
    assert_eq!(code(county.pause_schedule(made.id).await), "request.not_found");
    let clerk = world.app.person(Role::Clerk, "甲县").await.client;
    assert_eq!(code(clerk.create_schedule(&whole, key()).await), "access.forbidden");
    let mut crossed = world.schedule(vec![world.form]);
    crossed.chain = vec![Level::Village];
    let refused = world.officer.client.create_schedule(&crossed, key()).await.unwrap_err();
    assert_eq!(refused.problem().unwrap().faults["chain"][0].code, "reporting.chain_order");
}
