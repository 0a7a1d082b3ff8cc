//! Trees, kept for the life of the process: each submission asks where a unit stands, and no tree ever changes.
//!
//! Invariant: which tree is today's holds for one day and one epoch of access. Not for a transaction that makes trees.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError, RwLock},
};

use chrono::NaiveDate;
use fupin_contract::UnitId;
use fupin_kernel::{Result, Tx};

use super::{rules::Node, store};

/// Trees of a province are a few a year, of half a megabyte each; tasks at work follow the latest.
const MOST: usize = 8;

/// The units of one tree.
pub type Tree = HashMap<UnitId, Node>;

#[derive(Clone, Copy, PartialEq, Eq)]
struct Day {
    day: NaiveDate,
    epoch: i64,
}

#[derive(Default)]
struct Kept {
    trees: BTreeMap<i32, Arc<Tree>>,
    today: Option<(Day, Option<i32>)>,
}

/// By database.
static KEPT: RwLock<BTreeMap<u64, Kept>> = RwLock::new(BTreeMap::new());

/// A tree, whole.
pub async fn tree(tx: &mut Tx, id: i32) -> Result<Arc<Tree>> {
    if let Some(tree) = look(tx, |kept| kept.trees.get(&id).cloned()) {
        return Ok(tree);
    }
    let nodes = store::list_nodes(tx, id).await?;
    let tree: Arc<Tree> = Arc::new(nodes.into_iter().map(|node| (node.id(), node)).collect());
    keep(tx, |kept| {
        if kept.trees.len() >= MOST {
            kept.trees.clear();
        }
        kept.trees.insert(id, tree.clone());
    });
    Ok(tree)
}

/// Today's tree; nothing before the first one.
pub async fn today(tx: &mut Tx) -> Result<Arc<Tree>> {
    let day = Day { day: tx.today(), epoch: tx.access_epoch() };
    let known = look(tx, |kept| kept.today.filter(|(of, _)| *of == day).map(|(_, tree)| tree));
    let id = match known {
        Some(id) => id,
        None => {
            let id = store::find_tree(tx, day.day).await?;
            keep(tx, |kept| kept.today = Some((day, id)));
            id
        }
    };
    match id {
        Some(id) => tree(tx, id).await,
        None => Ok(Arc::default()),
    }
}

// The map is whole whatever befell a thread that held the lock: an entry goes in at once or not at all.

fn look<T>(tx: &Tx, at: impl FnOnce(&Kept) -> Option<T>) -> Option<T> {
    KEPT.read().unwrap_or_else(PoisonError::into_inner).get(&tx.database()).and_then(at)
}

fn keep(tx: &Tx, what: impl FnOnce(&mut Kept)) {
    what(KEPT.write().unwrap_or_else(PoisonError::into_inner).entry(tx.database()).or_default());
}
