//! Trees over time: each holds from its day until the next begins. An act that holds from a day on makes a tree that
//! begins on that day, and another of each later tree up to the first in which things no longer stand as the act found
//! them: what somebody has already decided for a later day stays decided.
//!
//! Invariant: trees before the day of an act stay as they are.

use chrono::NaiveDate;
use fupin_contract::UnitId;

use super::tree::{Tree, TreeError};

/// A tree and its first day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated {
    pub from: NaiveDate,
    pub tree: Tree,
}

/// What is done to a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    Rename { unit: UnitId, name: String, code: Option<String> },
    Move { unit: UnitId, parent: UnitId },
    Merge { unit: UnitId, into: UnitId },
}

/// Why an act does not fit into time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimelineError {
    #[error("before the first tree, which begins on {first}")]
    BeforeTheFirst { first: NaiveDate },
    #[error("there is a tree from {later} on, and an import says nothing of it")]
    LaterTree { later: NaiveDate },
    #[error("from {on} on: {error}")]
    Tree { on: NaiveDate, error: TreeError },
}

/// The tree in force on a day, of trees in the order of their days.
#[must_use]
pub fn on(trees: &[Dated], day: NaiveDate) -> Option<&Dated> {
    trees.iter().rev().find(|dated| dated.from <= day)
}

/// The trees that an act makes, the first of them from the day of the act on.
pub fn apply(trees: &[Dated], from: NaiveDate, act: &Act) -> Result<Vec<Dated>, TimelineError> {
    let base = base(trees, from)?;
    let at = |on: NaiveDate| move |error: TreeError| TimelineError::Tree { on, error };
    let mut made = vec![Dated { from, tree: act.on(&base.tree).map_err(at(from))? }];
    let later = trees.iter().filter(|dated| dated.from > from);
    for later in later.take_while(|later| act.still_fits(&base.tree, &later.tree)) {
        made.push(Dated { from: later.from, tree: act.on(&later.tree).map_err(at(later.from))? });
    }
    Ok(made)
}

/// The tree that an import from a day on is held against: the last one there is.
pub fn base_of_import(trees: &[Dated], from: NaiveDate) -> Result<Tree, TimelineError> {
    if trees.is_empty() {
        return Ok(Tree::default());
    }
    if let Some(later) = trees.iter().find(|dated| dated.from > from) {
        // Said of the first tree of all, the day itself is wrong.
        base(trees, from)?;
        return Err(TimelineError::LaterTree { later: later.from });
    }
    base(trees, from).map(|dated| dated.tree.clone())
}

fn base(trees: &[Dated], from: NaiveDate) -> Result<&Dated, TimelineError> {
    let first = trees.first().map_or(NaiveDate::MAX, |dated| dated.from);
    on(trees, from).ok_or(TimelineError::BeforeTheFirst { first })
}

impl Act {
    /// The units that it names.
    pub fn units(&self) -> Vec<UnitId> {
        match self {
            Self::Rename { unit, .. } => vec![*unit],
            Self::Move { unit, parent } => vec![*unit, *parent],
            Self::Merge { unit, into } => vec![*unit, *into],
        }
    }

    fn on(&self, tree: &Tree) -> Result<Tree, TreeError> {
        match self {
            Self::Rename { unit, name, code } => tree.rename(*unit, name, code.as_deref()),
            Self::Move { unit, parent } => tree.move_to(*unit, *parent),
            Self::Merge { unit, into } => tree.merge(*unit, *into),
        }
    }

    /// Whether a later tree has the unit as the act finds it.
    fn still_fits(&self, base: &Tree, later: &Tree) -> bool {
        let (Self::Rename { unit, .. } | Self::Move { unit, .. } | Self::Merge { unit, .. }) = self;
        let (Some(before), Some(after)) = (base.find(*unit), later.find(*unit)) else { return false };
        match self {
            Self::Rename { .. } => before.name == after.name && before.code == after.code,
            Self::Move { .. } => before.parent_id == after.parent_id,
            Self::Merge { .. } => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use fupin_contract::UnitId;
    use proptest::prelude::*;

    use super::{Act, Dated, TimelineError, apply, base_of_import, on};
    use crate::units::tree::{TreeError, tests::sample};

    fn day(month: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, 1).unwrap()
    }

    fn first() -> Vec<Dated> {
        vec![Dated { from: day(1), tree: sample() }]
    }

    /// The trees in force after an act.
    fn after(trees: &[Dated], from: NaiveDate, act: &Act) -> Vec<Dated> {
        let mut all = trees.to_vec();
        for made in apply(trees, from, act).unwrap() {
            all.retain(|dated| dated.from != made.from);
            all.push(made);
        }
        all.sort_by_key(|dated| dated.from);
        all
    }

    fn town_of(trees: &[Dated], village: i32, month: u32) -> i32 {
        on(trees, day(month)).unwrap().tree.find(UnitId(village)).unwrap().parent_id.unwrap().0
    }

    fn move_to(unit: i32, parent: i32) -> Act {
        Act::Move { unit: UnitId(unit), parent: UnitId(parent) }
    }

    fn rename(unit: i32, name: &str) -> Act {
        Act::Rename { unit: UnitId(unit), name: name.to_owned(), code: None }
    }

    #[test]
    fn a_move_holds_from_its_day_on() {
        let trees = after(&first(), day(6), &move_to(1000, 102));
        assert_eq!((town_of(&trees, 1000, 5), town_of(&trees, 1000, 6), town_of(&trees, 1000, 12)), (100, 102, 102));
    }

    #[test]
    fn an_act_in_the_past_holds_until_a_later_decision() {
        let trees = after(&first(), day(6), &move_to(1000, 102));
        let trees = after(&trees, day(3), &move_to(1000, 101));
        let towns = [2, 3, 6].map(|month| town_of(&trees, 1000, month));
        assert_eq!(towns, [100, 101, 102]);
        // What nobody decided otherwise holds from March on, through June.
        let trees = after(&trees, day(3), &rename(10, "新县"));
        let names = [2, 3, 6].map(|month| on(&trees, day(month)).unwrap().tree.name_of(Some(UnitId(10))).unwrap());
        assert_eq!(names, ["9800", "新县", "新县"]);
    }

    #[test]
    fn a_decision_to_move_back_stays_decided() {
        let trees = after(&first(), day(3), &move_to(1000, 101));
        let trees = after(&trees, day(6), &move_to(1000, 100));
        let trees = after(&trees, day(2), &move_to(1000, 102));
        assert_eq!([1, 2, 3, 6].map(|month| town_of(&trees, 1000, month)), [100, 102, 101, 100]);
    }

    #[test]
    fn an_act_before_the_first_tree_is_refused() {
        let before = NaiveDate::from_ymd_opt(2025, 12, 31).unwrap();
        let refused = Err(TimelineError::BeforeTheFirst { first: day(1) });
        assert_eq!(apply(&first(), before, &rename(10, "新县")), refused);
        assert_eq!(base_of_import(&first(), before).err(), refused.err());
    }

    #[test]
    fn an_act_that_a_later_tree_contradicts_is_refused() {
        let merge = Act::Merge { unit: UnitId(101), into: UnitId(100) };
        let trees = after(&first(), day(6), &merge);
        let refused = apply(&trees, day(3), &move_to(1000, 101)).unwrap_err();
        assert_eq!(refused, TimelineError::Tree { on: day(6), error: TreeError::UnknownOther });
    }

    #[test]
    fn an_import_does_not_reach_past_a_later_tree() {
        let trees = after(&first(), day(6), &move_to(1000, 102));
        assert_eq!(base_of_import(&trees, day(3)), Err(TimelineError::LaterTree { later: day(6) }));
        assert!(base_of_import(&trees, day(6)).is_ok());
    }

    proptest! {
        #[test]
        fn nothing_before_the_day_of_an_act_changes(
            acts in prop::collection::vec((2..12u32, 0..8i32, 0..4i32), 1..10),
        ) {
            let mut trees = first();
            for (month, village, town) in acts {
                let village = 1000 + village / 2 * 10 + village % 2;
                let act = move_to(village, 100 + town);
                let Ok(made) = apply(&trees, day(month), &act) else { continue };
                prop_assert!(made.iter().all(|dated| dated.from >= day(month)));
                let now = after(&trees, day(month), &act);
                for earlier in 1..month {
                    prop_assert_eq!(on(&trees, day(earlier)).map(|d| &d.tree), on(&now, day(earlier)).map(|d| &d.tree));
                }
                prop_assert_eq!(town_of(&now, village, month), 100 + town);
                trees = now;
            }
        }
    }
}
