//! What groups of reports add up to, kept for the life of the process: most months of a trend have long been over, and to
//! read their leaves anew for each item that somebody looks at takes ten times what looking does.
//!
//! Invariant: totals are found again only by the very reports, in the very versions, that they were made of.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use fupin_contract::FormId;
use fupin_form::KeptTotals;

use super::rules::{Group, Mark};

/// So many bytes of totals are kept; those of a form of 250 cells for a year of a province by towns take four million.
const MOST: usize = 24 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    form: FormId,
    counted: i64,
    mark: Mark,
}

#[derive(Debug, Default)]
struct Kept {
    bytes: usize,
    totals: HashMap<Key, Arc<KeptTotals>>,
}

static KEPT: RwLock<Option<Kept>> = RwLock::new(None);

fn key(group: &Group) -> Key {
    Key { form: group.form, counted: group.counted, mark: group.mark }
}

/// The totals of a group, if they have been made before.
pub fn find(group: &Group) -> Option<Arc<KeptTotals>> {
    // The map is whole whatever befell a thread that held the lock: an entry goes in at once or not at all.
    let kept = KEPT.read().unwrap_or_else(PoisonError::into_inner);
    kept.as_ref()?.totals.get(&key(group)).cloned()
}

/// Keep the totals of a group.
pub fn keep(group: &Group, totals: &Arc<KeptTotals>) {
    let mut kept = KEPT.write().unwrap_or_else(PoisonError::into_inner);
    let kept = kept.get_or_insert_default();
    if kept.bytes + totals.len() > MOST {
        *kept = Kept::default();
    }
    kept.bytes += totals.len() + size_of::<Key>();
    kept.totals.insert(key(group), totals.clone());
}
