//! Issuing what has come due.

use std::time::Duration;

use fupin_access::{Permit, permit::IssueTasks};
use fupin_contract::{
    TaskId,
    reporting::{IssueTask, PlannedIssue},
};
use fupin_kernel::{App, Error, Result, Tx, audit::Event};

use super::{
    actions::calendar,
    rules,
    store::{self, Found},
};
use crate::{forms, tasks::actions::issue_in};

/// How often the calendar is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Issue by the calendar for as long as the process lives. Dropping the future at any moment loses nothing.
pub async fn run(app: &App) {
    loop {
        if let Err(error) = issue_due(app).await {
            tracing::error!(%error, "schedules could not be followed");
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Deal with what has come due; says how many tasks were issued.
pub async fn issue_due(app: &App) -> Result<usize> {
    let permit = Permit::<IssueTasks>::for_job(app, "follow schedules");
    let due = permit.read(async |tx| list_due(tx, &permit).await).await?;
    let mut issued = 0;
    for (schedule, plan) in due {
        match issue(&permit, &schedule, &plan).await {
            Ok(task) => issued += usize::from(task.is_some()),
            Err(error) if error.is_failure() => return Err(error),
            Err(refusal) => note_problem(&permit, &schedule, &plan, &refusal).await?,
        }
    }
    Ok(issued)
}

async fn list_due(tx: &mut Tx, permit: &Permit<IssueTasks>) -> Result<Vec<(Found, PlannedIssue)>> {
    let calendar = calendar(tx).await?;
    let now = tx.now();
    let schedules = store::list_schedules(tx, permit.scope()).await?;
    let of = |schedule: Found| {
        let last = schedule.last.as_ref().map(|last| last.period);
        let due = rules::due(&schedule.rule, last, &calendar, now);
        due.into_iter().map(move |plan| (schedule.clone(), plan)).collect::<Vec<_>>()
    };
    Ok(schedules.into_iter().filter(|schedule| !schedule.paused).flat_map(of).collect())
}

/// Issue one period, once. Nothing is issued where somebody was faster, paused it meanwhile, or the deadline has passed.
async fn issue(permit: &Permit<IssueTasks>, schedule: &Found, plan: &PlannedIssue) -> Result<Option<TaskId>> {
    let event = Event::on("reporting.schedule_followed", schedule.id).with("period", plan.period.to_string());
    permit
        .write(event, async |tx| {
            store::lock_schedules(tx).await?;
            let fresh = store::find_schedule(tx, permit.scope(), schedule.id).await?;
            let is_done = fresh.last.as_ref().is_some_and(|last| last.period >= plan.period);
            if fresh.paused || is_done {
                return Ok(None);
            }
            if plan.deadline < tx.today() {
                store::insert_run(tx, schedule.id, plan.period, None, None).await?;
                return Ok(None);
            }
            let forms = forms::list_newest_of(tx, &fresh.form_codes).await?;
            let task = IssueTask {
                title: rules::title(fresh.rule.every, plan.period, &fresh.title),
                forms: forms.iter().map(|form| form.id).collect(),
                period: plan.period,
                level: fresh.level,
                unit: fresh.unit.id,
                deadline: plan.deadline,
                chain: fresh.chain.clone(),
            };
            let issued = issue_in(tx, permit.scope(), &task, fresh.created_by).await?.task.id;
            if store::insert_run(tx, schedule.id, plan.period, Some(issued), None).await? {
                return Ok(Some(issued));
            }
            Err(Error::internal("a period was dealt with twice"))
        })
        .await
}

/// A refusal will not go away by itself: it is noted, for somebody to issue by hand.
async fn note_problem(
    permit: &Permit<IssueTasks>,
    schedule: &Found,
    plan: &PlannedIssue,
    refusal: &Error,
) -> Result<()> {
    tracing::warn!(schedule = %schedule.id, period = %plan.period, %refusal, "a schedule could not issue");
    let event = Event::on("reporting.schedule_refused", schedule.id).with("code", refusal.code());
    permit
        .write(event, async |tx| {
            store::insert_run(tx, schedule.id, plan.period, None, Some(refusal.code())).await.map(drop)
        })
        .await
}
