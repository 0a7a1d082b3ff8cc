//! Issuing, reading and ending tasks.

use fupin_access::{
    Permit, Scope,
    permit::{IssueTasks, ReadReports},
};
use fupin_contract::{
    AccountId, Cursor, Fault, Page, TaskId,
    reporting::{CancelTask, IssueTask, IssuedTask, Task, TaskFilter, TaskStatus},
};
use fupin_kernel::{Error, Result, Tx, Valid, audit::Event, clock, outbox};
use serde_json::json;

use super::{
    rules,
    store::{self, FoundTask, NewTask, Wanted},
};
use crate::{error::ReportingError, forms, place};

const PAGE: usize = 20;

/// Expect the wanted forms from each unit that does not owe them yet: within the open task of the same kind, else within
/// a new one.
pub async fn issue_task(permit: &Permit<IssueTasks>, body: Valid<IssueTask>) -> Result<IssuedTask> {
    let account = permit.account_id()?;
    let digest = body.digest();
    let input = body.into_inner();
    let event = Event::new("reporting.task_issued")
        .with("unit_id", input.unit.0)
        .with("period", input.period.to_string())
        .with("forms", json!(input.forms));
    permit.write_once(event, digest, async |tx| issue_in(tx, permit.scope(), &input, account).await).await
}

/// Issue within a transaction, in somebody's name.
pub async fn issue_in(tx: &mut Tx, scope: &Scope, input: &IssueTask, account: AccountId) -> Result<IssuedTask> {
    let form_ids: Vec<_> = input.forms.iter().map(|form| form.0).collect();
    let known = forms::list_summaries(tx, &form_ids).await?;
    rules::check_issue(input, &known, tx.today())?;
    place::store::find_standing(tx, scope, input.unit).await?;
    store::lock_issuing(tx).await?;
    let wanted = wanted(tx, input).await?;
    let expectation = store::find_expectation(tx, &wanted).await?;
    let (task, added) = match expectation.holder {
        _ if expectation.wanted == 0 => return Err(ReportingError::NobodyFills.into()),
        Some(holder) if expectation.missing == 0 => (TaskId(holder), 0),
        _ => {
            let new = NewTask {
                id: TaskId::generate(),
                title: input.title.trim(),
                deadline: input.deadline,
                due_at: clock::end_of_day(input.deadline),
                issued_by: account,
            };
            expect_missing(tx, &new, &wanted).await?
        }
    };
    let task = store::find_task(tx, scope, task).await?.task;
    Ok(IssuedTask { task, added, already_expected: expectation.wanted - added })
}

/// Reports of a past month follow the tree at that month's end.
async fn wanted<'a>(tx: &mut Tx, input: &'a IssueTask) -> Result<Wanted<'a>> {
    let bad = |field, code: &str| ReportingError::BadTask(field, Fault::new(code));
    let day = input.period.last_day().min(tx.today());
    let tree_id = place::store::find_tree(tx, day).await?.ok_or_else(|| bad("period", "reporting.no_tree"))?;
    place::store::find_node(tx, tree_id, input.unit).await?.ok_or_else(|| bad("unit", "reporting.unit_not_then"))?;
    Ok(Wanted {
        forms: &input.forms,
        period: input.period,
        level: input.level,
        unit: input.unit,
        tree_id,
        chain: &input.chain,
    })
}

async fn expect_missing(tx: &mut Tx, new: &NewTask<'_>, wanted: &Wanted<'_>) -> Result<(TaskId, i64)> {
    let task = match store::find_open_like(tx, wanted).await? {
        Some(task) => task,
        None => {
            store::insert_task(tx, new, wanted).await?;
            new.id
        }
    };
    let added = store::insert_reports(tx, task, wanted).await?;
    outbox::push(tx, "reporting.task_issued", &json!({ "task_id": task }))?;
    Ok((task, added))
}

pub async fn list_tasks(permit: &Permit<ReadReports>, filter: TaskFilter) -> Result<Page<Task>> {
    let place = filter
        .after
        .as_ref()
        .map(|cursor| cursor.read().ok_or_else(|| Error::invalid_field("after", Fault::new("cursor"))));
    let place = place.transpose()?;
    let most = i64::try_from(PAGE).map_err(Error::internal)? + 1;
    let found = permit.read(async |tx| store::list_tasks(tx, permit.scope(), filter.period, place, most).await).await?;
    let page = Page::cut(found, PAGE, |last: &FoundTask| Cursor::after(last.task.issued_at, last.task.id.0).0);
    Ok(Page { items: page.items.into_iter().map(|found| found.task).collect(), next: page.next })
}

pub async fn get_task(permit: &Permit<ReadReports>, id: TaskId) -> Result<Task> {
    permit.read(async |tx| Ok(store::find_task(tx, permit.scope(), id).await?.task)).await
}

pub async fn cancel_task(permit: &Permit<IssueTasks>, id: TaskId, input: CancelTask) -> Result<Task> {
    let by = permit.account_id()?;
    let event = Event::on("reporting.task_cancelled", id).with("reason", input.reason.as_str());
    permit
        .write(event, async |tx| {
            store::lock_issuing(tx).await?;
            rules::check_end(store::find_status(tx, permit.scope(), id).await?)?;
            store::update_ended(tx, id, by, TaskStatus::Cancelled, Some(input.reason.trim())).await?;
            store::update_void(tx, id).await?;
            Ok(store::find_task(tx, permit.scope(), id).await?.task)
        })
        .await
}

pub async fn close_task(permit: &Permit<IssueTasks>, id: TaskId) -> Result<Task> {
    let by = permit.account_id()?;
    permit
        .write(Event::on("reporting.task_closed", id), async |tx| {
            store::lock_issuing(tx).await?;
            rules::check_end(store::find_status(tx, permit.scope(), id).await?)?;
            store::update_ended(tx, id, by, TaskStatus::Closed, None).await?;
            Ok(store::find_task(tx, permit.scope(), id).await?.task)
        })
        .await
}
