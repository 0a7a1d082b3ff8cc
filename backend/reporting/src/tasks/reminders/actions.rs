//! Reminding, and the days of it.

use std::time::Duration;

use fupin_access::{
    Permit,
    permit::{IssueTasks, ReadReports},
};
use fupin_contract::{
    TaskId,
    reporting::{ReminderState, ReminderStep, Reminders, SetReminders},
};
use fupin_kernel::{App, Result, Tx, audit::Event, outbox};
use serde_json::json;

use super::{
    rules::{self, Step},
    store,
};
use crate::tasks::{
    policy,
    rules::check_end,
    store::{FoundTask, find_status, find_task},
};

/// How often the calendar is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(20);

/// Remind by the calendar for as long as the process lives. Dropping the future at any moment loses nothing.
pub async fn run(app: &App) {
    loop {
        if let Err(error) = remind(app).await {
            tracing::error!(%error, "nobody could be reminded");
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Deal with the days of reminding that have come; says for how many people are told.
pub async fn remind(app: &App) -> Result<usize> {
    // Most looks find nothing, and leave nothing.
    if app.db.read(async |tx| due(tx).await).await?.is_empty() {
        return Ok(0);
    }
    let permit = Permit::<IssueTasks>::for_job(app, "remind");
    permit
        .write_noting(Event::new("reporting.reminded"), async |tx, event| {
            store::lock_reminding(tx).await?;
            let steps = due(tx).await?;
            store::insert_reminders(tx, &steps).await?;
            let mut told = 0;
            for step in steps.iter().filter(|step| step.told) {
                let levels: Vec<i16> = step.levels.iter().map(|level| level.rank()).collect();
                let line = json!({ "task_id": step.task, "day": step.day, "levels": levels });
                outbox::push(tx, "reporting.reminder_due", &line)?;
                told += 1;
            }
            *event = event.clone().with("tasks", told);
            Ok(told)
        })
        .await
}

async fn due(tx: &mut Tx) -> Result<Vec<Step>> {
    let policy = policy::store::find_policy(tx).await?;
    let now = tx.now();
    let calendars = store::list_calendars(tx, &policy.reminder_days).await?;
    Ok(calendars.iter().flat_map(|calendar| rules::due(calendar, &policy, now)).collect())
}

pub async fn get_reminders(permit: &Permit<ReadReports>, id: TaskId) -> Result<Reminders> {
    permit
        .read(async |tx| {
            let found = find_task(tx, permit.scope(), id).await?;
            reminders(tx, &found).await
        })
        .await
}

pub async fn set_reminders(permit: &Permit<IssueTasks>, id: TaskId, input: SetReminders) -> Result<Reminders> {
    let event = Event::on("reporting.reminders_set", id).with("days", json!(input.days));
    permit
        .write(event, async |tx| {
            check_end(find_status(tx, permit.scope(), id).await?)?;
            store::update_days(tx, id, input.days.as_deref()).await?;
            let found = find_task(tx, permit.scope(), id).await?;
            reminders(tx, &found).await
        })
        .await
}

async fn reminders(tx: &mut Tx, found: &FoundTask) -> Result<Reminders> {
    let policy = policy::store::find_policy(tx).await?;
    let (own, done) = store::find_days(tx, found.task.id).await?;
    let mut days = own.clone().unwrap_or_else(|| policy.reminder_days.clone());
    days.sort_unstable();
    days.dedup();
    let state = |day: i16| match done.iter().find(|(of, _)| *of == day) {
        Some((_, true)) => ReminderState::Told,
        Some((_, false)) => ReminderState::PassedOver,
        None => ReminderState::Ahead,
    };
    let step = |day: i16| ReminderStep {
        day,
        at: policy.moment(found.task.deadline, day),
        escalates_to: policy.climbs_to(day, found.task.level),
        state: state(day),
    };
    Ok(Reminders { own: own.is_some(), steps: days.into_iter().map(step).collect() })
}
