//! By the calendar: each day of reminding once, whatever dies, and lateness climbs.

use chrono::{Days, NaiveDate};
use fupin_contract::{
    reporting::{ReminderState, SetReminders, TaskAct},
    units::Level,
};
use serde_json::Value;

use crate::world::{World, code, key};

impl World {
    /// A task whose deadline lies so many days ahead, with the clock at noon.
    async fn due_in(&self, days: u64) -> fupin_contract::reporting::Task {
        let mut issue = self.issue();
        issue.deadline = self.today + Days::new(days);
        self.officer_again().await.issue_task(&issue, key()).await.unwrap().task
    }

    /// Set the clock to noon of a day.
    async fn noon_of(&self, day: NaiveDate) {
        let noon = format!("update clock_offset set shift = timestamptz '{day} 12:00:00+08' - now()");
        self.app.sql(&noon).await;
    }

    async fn reminded(&self) -> usize {
        fupin_reporting::remind(&self.app.app).await.unwrap()
    }

    /// What was written for notify: days, and levels that hear of it.
    async fn lines(&self) -> Vec<(i64, Vec<i64>)> {
        let sql = self.app.superuser().await;
        let query = "select payload from outbox where topic = 'reporting.reminder_due' order by outbox_id";
        let line = |row: &tokio_postgres::Row| {
            let payload: Value = row.get(0);
            let levels = payload["levels"].as_array().unwrap().iter().map(|level| level.as_i64().unwrap());
            (payload["day"].as_i64().unwrap(), levels.collect())
        };
        sql.query(query, &[]).await.unwrap().iter().map(line).collect()
    }
}

#[tokio::test]
async fn each_day_of_reminding_comes_once_and_lateness_climbs() {
    let world = World::start().await;
    world.noon_of(world.today).await;
    let task = world.due_in(4).await;
    assert_eq!(world.reminded().await, 0);
    for ahead in 0..9 {
        world.noon_of(world.today + Days::new(ahead)).await;
        world.reminded().await;
        assert_eq!(world.reminded().await, 0, "a day is dealt with once");
    }
    let (town, county) = (i64::from(Level::Town.rank()), i64::from(Level::County.rank()));
    let wanted = vec![(-3, vec![]), (-1, vec![]), (0, vec![]), (1, vec![town]), (3, vec![town, county])];
    assert_eq!(world.lines().await, wanted);
    let officer = world.officer_again().await;
    let reminders = officer.get_reminders(task.id).await.unwrap();
    assert!(!reminders.own && reminders.steps.iter().all(|step| step.state == ReminderState::Told));
    assert_eq!(reminders.steps[4].escalates_to, [Level::Town, Level::County]);
    let days: Vec<_> =
        officer.get_task_log(task.id).await.unwrap().entries.into_iter().map(|entry| entry.act).collect();
    assert_eq!(days[0], TaskAct::Reminded { day: 3 });
    assert_eq!(days.len(), 6);
}

#[tokio::test]
async fn what_was_missed_is_made_up_for_once() {
    let world = World::start().await;
    world.noon_of(world.today).await;
    world.due_in(4).await;
    // Nothing ran from the third day before the deadline to the day after it.
    world.noon_of(world.today + Days::new(5)).await;
    assert_eq!(world.reminded().await, 1);
    assert_eq!(world.lines().await, [(1, vec![i64::from(Level::Town.rank())])]);
    assert_eq!(world.app.number("select count(*) from reminder where not told").await, 3);
    assert_eq!(world.reminded().await, 0);
}

#[tokio::test]
async fn servers_that_race_and_die_remind_once() {
    let world = World::start().await;
    world.noon_of(world.today).await;
    let officer = world.officer_again().await;
    for month in 0..12 {
        let mut issue = world.issue();
        let day = world.today.checked_sub_months(chrono::Months::new(month)).unwrap();
        (issue.period, issue.deadline) = (fupin_contract::Period::of(day), world.today + Days::new(4));
        officer.issue_task(&issue, key()).await.unwrap();
    }
    world.noon_of(world.today + Days::new(1)).await;
    for polls in 1..20 {
        // Dropped in the middle, wherever it happened to be.
        let patience = std::time::Duration::from_micros(polls * 500);
        let _ = tokio::time::timeout(patience, fupin_reporting::remind(&world.app.app)).await;
    }
    let reminding = (0..6).map(|_| world.reminded());
    futures_util::future::join_all(reminding).await;
    assert_eq!(world.lines().await.len(), 12);
    assert_eq!(world.app.number("select count(*) from reminder").await, 12);
    assert_eq!(
        world
            .app
            .number("select count(distinct payload->>'task_id') from outbox where topic = 'reporting.reminder_due'")
            .await,
        12
    );
}

#[tokio::test]
async fn a_task_has_days_of_its_own_or_none() {
    let world = World::start().await;
    world.noon_of(world.today).await;
    let task = world.due_in(4).await;
    let officer = world.officer_again().await;
    let own = officer.set_reminders(task.id, &SetReminders { days: Some(vec![2, -2]) }).await.unwrap();
    assert!(own.own);
    assert_eq!(own.steps.iter().map(|step| step.day).collect::<Vec<_>>(), [-2, 2]);
    let far = SetReminders { days: Some(vec![31]) };
    assert_eq!(code(officer.set_reminders(task.id, &far).await), "request.invalid");
    world.noon_of(world.today + Days::new(2)).await;
    assert_eq!(world.reminded().await, 1);
    let officer = world.officer_again().await;
    assert!(officer.set_reminders(task.id, &SetReminders { days: Some(vec![]) }).await.unwrap().steps.is_empty());
    world.noon_of(world.today + Days::new(7)).await;
    assert_eq!(world.reminded().await, 0);
    let officer = world.officer_again().await;
    assert!(!officer.set_reminders(task.id, &SetReminders { days: None }).await.unwrap().own);
}
