//! What one tree has that another has not: added, renamed, moved and ended units.

use chrono::NaiveDate;
use fupin_contract::{
    UnitId,
    units::{TreeChange, TreeChangeKind, TreeReport},
};

use super::tree::{Node, Tree};

/// As many changes as a report spells out.
const SPELLED_OUT: usize = 200;

/// Compare two trees. `absorbed` is a unit that ends, and the one that goes on in its place.
pub fn compare(before: &Tree, after: &Tree, absorbed: Option<(UnitId, UnitId)>) -> Vec<TreeChange> {
    let mut changes = Vec::new();
    for node in before.nodes().iter().filter(|node| after.find(node.unit_id).is_none()) {
        let survivor = absorbed.filter(|(unit, _)| *unit == node.unit_id).map(|(_, into)| into);
        let parent = before.name_of(node.parent_id).map(str::to_owned);
        let into = after.name_of(survivor).map(str::to_owned);
        changes.push(change(TreeChangeKind::Ended, node, parent, into));
    }
    for node in after.nodes() {
        let parent = after.name_of(node.parent_id).map(str::to_owned);
        let Some(old) = before.find(node.unit_id) else {
            changes.push(change(TreeChangeKind::Added, node, None, parent));
            continue;
        };
        if old.code != node.code {
            let label = |node: &Node| Some(format!("{} {}", node.name, node.code));
            changes.push(change(TreeChangeKind::Renamed, node, label(old), label(node)));
        } else if old.name != node.name {
            changes.push(change(TreeChangeKind::Renamed, node, Some(old.name.clone()), Some(node.name.clone())));
        }
        if old.parent_id != node.parent_id {
            let old_parent = before.name_of(old.parent_id).map(str::to_owned);
            changes.push(change(TreeChangeKind::Moved, node, old_parent, parent));
        }
    }
    changes
}

/// Count the changes, and spell out the first of them.
pub fn report(after: &Tree, mut changes: Vec<TreeChange>, from: NaiveDate, dry_run: bool) -> TreeReport {
    let count = |kind| changes.iter().filter(|change| change.kind == kind).count() as i64;
    let mut touched: Vec<&str> = changes
        .iter()
        .filter(|change| change.kind != TreeChangeKind::Ended)
        .map(|change| change.code.as_str())
        .collect();
    touched.sort_unstable();
    touched.dedup();
    let unchanged = after.nodes().len() as i64 - touched.len() as i64;
    let (added, renamed) = (count(TreeChangeKind::Added), count(TreeChangeKind::Renamed));
    let (moved, ended) = (count(TreeChangeKind::Moved), count(TreeChangeKind::Ended));
    changes.truncate(SPELLED_OUT);
    TreeReport { dry_run, from, added, renamed, moved, ended, unchanged, changes }
}

fn change(kind: TreeChangeKind, node: &Node, before: Option<String>, after: Option<String>) -> TreeChange {
    TreeChange { kind, code: node.code.clone(), name: node.name.clone(), before, after }
}

#[cfg(test)]
mod tests {
    use fupin_contract::{UnitId, units::TreeChangeKind};

    use super::{compare, report};
    use crate::units::tree::tests::sample;

    #[test]
    fn each_change_is_told_by_names() {
        let before = sample();
        let after = before.move_to(UnitId(1000), UnitId(101)).unwrap();
        let after = after.rename(UnitId(1000), "新村", None).unwrap();
        let from = "2026-06-01".parse().unwrap();
        let told = report(&after, compare(&before, &after, None), from, true);
        assert_eq!((told.renamed, told.moved, told.unchanged), (1, 1, 14));
        assert_eq!(told.changes[1].before.as_deref(), Some("980000"));
        assert_eq!(told.changes[1].after.as_deref(), Some("980001"));
    }

    #[test]
    fn a_merge_tells_who_goes_on() {
        let (before, units) = (sample(), (UnitId(100), UnitId(101)));
        let after = before.merge(units.0, units.1).unwrap();
        let changes = compare(&before, &after, Some(units));
        assert_eq!(changes[0].kind, TreeChangeKind::Ended);
        assert_eq!(changes[0].after.as_deref(), Some("980001"));
        assert_eq!(changes.iter().filter(|change| change.kind == TreeChangeKind::Moved).count(), 2);
    }
}
