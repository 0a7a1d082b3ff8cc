//! Units within a tree: pure.

use fupin_contract::{
    UnitId,
    units::{Level, UnitName},
};
use fupin_kernel::{Error, Result};

/// A unit within one tree; its subtree is the range `[lo, hi)` of ordinals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub unit: UnitName,
    pub lo: i32,
    pub hi: i32,
}

impl Node {
    /// Whether an ordinal of the same tree lies at or below it.
    pub fn covers(&self, ordinal: i32) -> bool {
        (self.lo..self.hi).contains(&ordinal)
    }

    pub fn id(&self) -> UnitId {
        self.unit.id
    }
}

/// The one of some nodes, none below another and sorted by ordinal, that an ordinal lies below.
pub fn index_of(nodes: &[Node], ordinal: i32) -> Option<usize> {
    let after = nodes.partition_point(|node| node.lo <= ordinal);
    let index = after.checked_sub(1)?;
    nodes.get(index).is_some_and(|node| node.covers(ordinal)).then_some(index)
}

/// The level of a stored rank.
pub fn level_of(rank: i16) -> Result<Level> {
    Level::from_rank(rank).ok_or_else(|| Error::internal(format!("no level has the rank {rank}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(id: i32, lo: i32, hi: i32) -> Node {
        Node { unit: UnitName { id: UnitId(id), name: id.to_string(), level: Level::Town }, lo, hi }
    }

    #[test]
    fn an_ordinal_lies_below_one_of_several_siblings_or_none() {
        let nodes = [node(1, 10, 13), node(2, 15, 20)];
        let found: Vec<_> = [9, 10, 12, 13, 14, 15, 19, 20].iter().map(|at| index_of(&nodes, *at)).collect();
        assert_eq!(found, [None, Some(0), Some(0), None, None, Some(1), Some(1), None]);
        assert_eq!(index_of(&[], 1), None);
    }
}
