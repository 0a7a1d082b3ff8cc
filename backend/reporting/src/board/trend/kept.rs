//! What groups of reports add up to, kept for the life of the process: cutting an item out of a report costs ten times what
//! looking at the report does, and most months of a trend have long been over.
//!
//! Invariant: a total is found again only by the very reports, in the very versions, that it was made of.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

use fupin_contract::FormId;
use fupin_form::ItemTotal;

use super::rules::{Group, ItemIn, Mark};

/// So many totals are kept; a year of a province by towns is three thousand.
const MOST: usize = 100_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    form: FormId,
    measure: usize,
    counted: i64,
    mark: Mark,
}

static KEPT: RwLock<Option<HashMap<Key, ItemTotal>>> = RwLock::new(None);

fn key(item: &ItemIn, group: &Group) -> Key {
    Key { form: item.id, measure: item.measure, counted: group.counted, mark: group.mark }
}

/// The total of a group, if it has been made before.
pub fn find(item: &ItemIn, group: &Group) -> Option<ItemTotal> {
    if group.counted == 0 {
        return Some(item.total.clone());
    }
    // The map is whole whatever befell a thread that held the lock: an entry goes in at once or not at all.
    let kept = KEPT.read().unwrap_or_else(PoisonError::into_inner);
    kept.as_ref()?.get(&key(item, group)).cloned()
}

/// Keep the total of a group.
pub fn keep(item: &ItemIn, group: &Group, total: &ItemTotal) {
    let mut kept = KEPT.write().unwrap_or_else(PoisonError::into_inner);
    let kept = kept.get_or_insert_default();
    if kept.len() >= MOST {
        kept.clear();
    }
    kept.insert(key(item, group), total.clone());
}
