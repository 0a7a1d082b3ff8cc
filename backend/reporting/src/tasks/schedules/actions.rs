//! Making, reading, pausing and resuming schedules.

use fupin_access::{
    Permit,
    permit::{IssueTasks, ReadReports},
};
use fupin_contract::{
    FormId, Page, ScheduleId,
    reporting::{CreateSchedule, IssueTask, PlannedIssue, Schedule, ScheduleRule},
};
use fupin_kernel::{Result, Tx, Valid, audit::Event};
use serde_json::json;

use super::{
    calendar::Calendar,
    rules,
    store::{self, Found},
};
use crate::{forms, place, tasks::rules::check_issue};

pub async fn list_schedules(permit: &Permit<ReadReports>) -> Result<Page<Schedule>> {
    permit
        .read(async |tx| {
            let calendar = calendar(tx).await?;
            let mut items = Vec::new();
            for found in store::list_schedules(tx, permit.scope()).await? {
                items.push(shown(tx, found, &calendar).await?);
            }
            Ok(Page { items, next: None })
        })
        .await
}

pub async fn preview_schedule(permit: &Permit<IssueTasks>, rule: &ScheduleRule) -> Result<Page<PlannedIssue>> {
    let calendar = permit.read(async |tx| calendar(tx).await).await?;
    Ok(Page { items: rules::ahead(rule, None, &calendar), next: None })
}

pub async fn create_schedule(permit: &Permit<IssueTasks>, body: Valid<CreateSchedule>) -> Result<Schedule> {
    let by = permit.account_id()?;
    let (digest, input) = (body.digest(), body.into_inner());
    let event =
        Event::new("reporting.schedule_created").with("unit_id", input.unit.0).with("forms", json!(input.forms));
    permit
        .write_once(event, digest, async |tx| {
            let ids: Vec<_> = input.forms.iter().map(|form| form.0).collect();
            let known = forms::list_summaries(tx, &ids).await?;
            place::store::find_standing(tx, permit.scope(), input.unit).await?;
            check_issue(&first_task(&input, tx), &known, tx.today())?;
            let code = |id: &FormId| known.iter().find(|form| form.id == *id).map(|form| form.code.clone());
            let codes: Vec<String> = input.forms.iter().filter_map(code).collect();
            let id = ScheduleId::generate();
            store::insert_schedule(tx, id, &input, &codes, by).await?;
            let found = store::find_schedule(tx, permit.scope(), id).await?;
            let calendar = calendar(tx).await?;
            shown(tx, found, &calendar).await
        })
        .await
}

/// What a task of the schedule would be: forms and chain must hold together as those of any other.
fn first_task(input: &CreateSchedule, tx: &Tx) -> IssueTask {
    IssueTask {
        title: input.title.clone(),
        forms: input.forms.clone(),
        period: input.rule.first,
        level: input.level,
        unit: input.unit,
        deadline: tx.today(),
        chain: input.chain.clone(),
    }
}

pub async fn pause_schedule(permit: &Permit<IssueTasks>, id: ScheduleId) -> Result<Schedule> {
    permit
        .write(Event::on("reporting.schedule_paused", id), async |tx| {
            store::lock_schedules(tx).await?;
            store::find_schedule(tx, permit.scope(), id).await?;
            store::update_paused(tx, id).await?;
            let found = store::find_schedule(tx, permit.scope(), id).await?;
            let calendar = calendar(tx).await?;
            shown(tx, found, &calendar).await
        })
        .await
}

pub async fn resume_schedule(permit: &Permit<IssueTasks>, id: ScheduleId) -> Result<Schedule> {
    permit
        .write(Event::on("reporting.schedule_resumed", id), async |tx| {
            store::lock_schedules(tx).await?;
            let before = store::find_schedule(tx, permit.scope(), id).await?;
            let calendar = calendar(tx).await?;
            if before.paused {
                let last = before.last.as_ref().map(|last| last.period);
                store::update_resumed(tx, id, rules::resumed(&before.rule, last, &calendar, tx.now())).await?;
            }
            let found = store::find_schedule(tx, permit.scope(), id).await?;
            shown(tx, found, &calendar).await
        })
        .await
}

pub async fn calendar(tx: &mut Tx) -> Result<Calendar> {
    Ok(Calendar::new(&store::list_holidays(tx).await?))
}

async fn shown(tx: &mut Tx, found: Found, calendar: &Calendar) -> Result<Schedule> {
    let forms = forms::list_newest_of(tx, &found.form_codes).await?;
    let last = found.last.as_ref().map(|last| last.period);
    Ok(Schedule {
        id: found.id,
        title: found.title,
        forms,
        level: found.level,
        unit: found.unit,
        chain: found.chain,
        next: rules::ahead(&found.rule, last, calendar),
        rule: found.rule,
        paused: found.paused,
        created_by: found.creator,
        last: found.last,
    })
}
