//! What was read of tasks, kept for the life of the process.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use fupin_contract::TaskId;
use fupin_kernel::{Error, Result, Tx};
use uuid::Uuid;

use super::{
    rules::{self, Standing},
    store::{self, Mark},
};

/// So many reports are kept, of sixty bytes each; a month of a province is sixty thousand.
const MOST: usize = 500_000;
/// After so many transactions, to read a task whole is quicker than to look through what has changed.
const FOLLOWED: i64 = 20_000;

#[derive(Clone)]
struct Kept {
    /// Of changes by transactions of earlier ticks none is missing.
    seen: i64,
    reports: Arc<Vec<Standing>>,
}

static KEPT: RwLock<BTreeMap<TaskId, Kept>> = RwLock::new(BTreeMap::new());

/// All living reports of a task.
pub async fn of_task(tx: &mut Tx, task: TaskId) -> Result<Arc<Vec<Standing>>> {
    of_tasks(tx, &[task]).await?.into_values().next().ok_or(Error::NotFound)
}

/// All living reports of some tasks.
pub async fn of_tasks(tx: &mut Tx, tasks: &[TaskId]) -> Result<BTreeMap<TaskId, Arc<Vec<Standing>>>> {
    let ids: Vec<Uuid> = tasks.iter().map(|task| task.0).collect();
    let marks = store::list_marks(tx, &ids).await?;
    let mut known = BTreeMap::new();
    {
        // The map is whole whatever befell a thread that held the lock: an entry goes in at once or not at all.
        let kept = KEPT.read().unwrap_or_else(PoisonError::into_inner);
        let holding = marks.iter().filter_map(|mark| holds(mark, kept.get(&TaskId(mark.task_id))?));
        known.extend(holding);
    }
    follow(tx, &mut known).await?;
    let missing: Vec<Uuid> = ids.into_iter().filter(|id| !known.contains_key(&TaskId(*id))).collect();
    known.extend(read_whole(tx, &marks, &missing).await?);
    if marks.iter().all(|mark| !mark.writing) {
        for mark in &marks {
            if let Some(kept) = known.get_mut(&TaskId(mark.task_id)) {
                kept.seen = mark.horizon;
            }
        }
        keep(&known);
    }
    Ok(known.into_iter().map(|(task, kept)| (task, kept.reports)).collect())
}

/// What is kept of a task, if what it expects has not changed since and it is not too old to follow.
fn holds(mark: &Mark, kept: &Kept) -> Option<(TaskId, Kept)> {
    let holds = mark.set_tick < kept.seen && mark.horizon - kept.seen <= FOLLOWED;
    holds.then(|| (TaskId(mark.task_id), kept.clone()))
}

/// Bring what is known up to what this transaction sees.
async fn follow(tx: &mut Tx, known: &mut BTreeMap<TaskId, Kept>) -> Result<()> {
    let Some(since) = known.values().map(|kept| kept.seen).min() else { return Ok(()) };
    let ids: Vec<Uuid> = known.keys().map(|task| task.0).collect();
    let mut changed: BTreeMap<TaskId, Vec<Standing>> = BTreeMap::new();
    for (task, standing) in store::list_changed(tx, &ids, since).await? {
        changed.entry(task).or_default().push(standing);
    }
    for (task, changed) in changed {
        if let Some(kept) = known.get_mut(&task) {
            rules::follow(Arc::make_mut(&mut kept.reports), changed);
        }
    }
    Ok(())
}

async fn read_whole(tx: &mut Tx, marks: &[Mark], missing: &[Uuid]) -> Result<BTreeMap<TaskId, Kept>> {
    if missing.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut read: BTreeMap<TaskId, Vec<Standing>> = BTreeMap::new();
    for mark in marks.iter().filter(|mark| missing.contains(&mark.task_id)) {
        read.insert(TaskId(mark.task_id), Vec::new());
    }
    for (task, standing) in store::list_whole(tx, missing).await? {
        read.entry(task).or_default().push(standing);
    }
    let kept = |(task, reports)| (task, Kept { seen: 0, reports: Arc::new(reports) });
    Ok(read.into_iter().map(kept).collect())
}

fn keep(known: &BTreeMap<TaskId, Kept>) {
    let more: usize = known.values().map(|kept| kept.reports.len()).sum();
    let mut kept = KEPT.write().unwrap_or_else(PoisonError::into_inner);
    if kept.values().map(|one| one.reports.len()).sum::<usize>() + more > MOST {
        kept.clear();
    }
    kept.extend(known.iter().map(|(task, one)| (*task, one.clone())));
}
