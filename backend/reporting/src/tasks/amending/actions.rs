//! Another deadline; more or fewer units.

use fupin_access::{Permit, Scope, permit::IssueTasks};
use fupin_contract::{
    Fault, TaskId, UnitId,
    reporting::{ChangeUnits, SetDeadline, Task, TaskAct, UnitsChanged},
};
use fupin_kernel::{Result, Tx, Valid, audit::Event, clock, outbox};
use serde_json::json;

use super::{
    rules,
    store::{self, Amendment},
};
use crate::{
    error::ReportingError,
    place::{self, rules::Node},
    tasks::{
        rules::check_end,
        store::{FoundTask, Wanted, find_expectation, find_status, find_task, insert_reports, lock_issuing},
    },
};

/// A task that may be amended within the scope, and that nobody else amends, ends or adds to meanwhile.
pub async fn find_running(tx: &mut Tx, scope: &Scope, id: TaskId) -> Result<FoundTask> {
    lock_issuing(tx).await?;
    check_end(find_status(tx, scope, id).await?)?;
    find_task(tx, scope, id).await
}

pub async fn set_deadline(permit: &Permit<IssueTasks>, id: TaskId, body: Valid<SetDeadline>) -> Result<Task> {
    let by = permit.account_id()?;
    let (digest, input) = (body.digest(), body.into_inner());
    let event = Event::on("reporting.deadline_set", id).with("deadline", input.deadline.to_string());
    permit
        .write_once(event, digest, async |tx| {
            let before = find_running(tx, permit.scope(), id).await?.task;
            rules::check_new_deadline(before.deadline, input.deadline, tx.today())?;
            store::update_deadline(tx, id, input.deadline, clock::end_of_day(input.deadline)).await?;
            let act = TaskAct::DeadlineSet { from: before.deadline, to: input.deadline };
            store::insert_amendment(tx, Amendment { task: id, by, reason: input.reason.trim(), act: &act }).await?;
            outbox::push(tx, "reporting.deadline_set", &json!({ "task_id": id }))?;
            Ok(find_task(tx, permit.scope(), id).await?.task)
        })
        .await
}

pub async fn change_units(permit: &Permit<IssueTasks>, id: TaskId, body: Valid<ChangeUnits>) -> Result<UnitsChanged> {
    let by = permit.account_id()?;
    let (digest, input) = (body.digest(), body.into_inner());
    let event = Event::on("reporting.task_units_changed", id)
        .with("added", json!(input.add))
        .with("removed", json!(input.remove))
        .with("reason", input.reason.as_str());
    permit
        .write_once(event, digest, async |tx| {
            let found = find_running(tx, permit.scope(), id).await?;
            if input.add.is_empty() && input.remove.is_empty() {
                return Err(ReportingError::BadTask("add", Fault::new("required")).into());
            }
            let removed = stand(tx, permit.scope(), &found, "remove", &input.remove).await?;
            let added = stand(tx, permit.scope(), &found, "add", &input.add).await?;
            let void = store::update_taken_out(tx, &found, &input.remove).await?;
            let (new, already_expected) = add_units(tx, &found, &input.add).await?;
            if new > 0 {
                outbox::push(tx, "reporting.task_issued", &json!({ "task_id": id }))?;
            }
            let names = |nodes: Vec<Node>| nodes.into_iter().map(|node| node.unit.name).collect();
            let act = TaskAct::UnitsChanged { added: names(added), removed: names(removed), expected: new, void };
            store::insert_amendment(tx, Amendment { task: id, by, reason: input.reason.trim(), act: &act }).await?;
            let task = find_task(tx, permit.scope(), id).await?.task;
            if task.progress.expected == 0 {
                return Err(ReportingError::NobodyFills.into());
            }
            Ok(UnitsChanged { task, added: new, already_expected, void })
        })
        .await
}

/// The units as they stand in the task's tree; each lies in the scope today, and at or below the task's unit.
async fn stand(
    tx: &mut Tx,
    scope: &Scope,
    found: &FoundTask,
    field: &'static str,
    units: &[UnitId],
) -> Result<Vec<Node>> {
    let bad = |code: &str| ReportingError::BadTask(field, Fault::new(code));
    let top = place::store::find_node(tx, found.tree_id, found.task.unit.id).await?;
    let mut nodes = Vec::with_capacity(units.len());
    for unit in units {
        place::store::find_standing(tx, scope, *unit).await?;
        let node = place::store::find_node(tx, found.tree_id, *unit).await?;
        let node = node.ok_or_else(|| bad("reporting.unit_not_then"))?;
        if !top.as_ref().is_some_and(|top| top.covers(node.lo)) {
            return Err(bad("reporting.unit_outside_task").into());
        }
        nodes.push(node);
    }
    Ok(nodes)
}

/// Expect the task's forms from units, as if they had been issued to: how many reports came, and how many were expected.
async fn add_units(tx: &mut Tx, found: &FoundTask, units: &[UnitId]) -> Result<(i64, i64)> {
    let task = &found.task;
    let forms: Vec<_> = task.forms.iter().map(|form| form.id).collect();
    let (mut added, mut already) = (0, 0);
    for unit in units {
        let wanted = Wanted {
            forms: &forms,
            period: task.period,
            level: task.level,
            unit: *unit,
            tree_id: found.tree_id,
            chain: &task.chain,
        };
        let expected = find_expectation(tx, &wanted).await?;
        // What was taken out comes back as it was; the rest begins anew.
        let revived = store::update_taken_back(tx, found, *unit).await?;
        let new = revived + insert_reports(tx, task.id, &wanted).await?;
        added += new;
        already += expected.wanted - new;
    }
    Ok((added, already))
}
