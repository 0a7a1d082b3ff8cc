//! The tree as a value: units in depth-first order, by code among siblings; and the acts that make another tree of it.
//!
//! Invariants: there is one province, at the head; a unit stands one level below its parent; no two units share a
//! code; a unit's ordinal is its place in the order, so that its subtree is the range `[lo, hi)`.

use std::collections::{BTreeMap, BTreeSet};

use fupin_contract::{UnitId, units::Level};

/// A unit within one tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub unit_id: UnitId,
    pub parent_id: Option<UnitId>,
    pub level: Level,
    pub code: String,
    pub name: String,
    /// Its ordinal.
    pub lo: i32,
    /// The first ordinal after its subtree.
    pub hi: i32,
}

impl Node {
    /// A unit that has no place yet.
    pub fn loose(unit_id: UnitId, parent_id: Option<UnitId>, level: Level, code: String, name: String) -> Self {
        Self { unit_id, parent_id, level, code, name, lo: 0, hi: 0 }
    }
}

/// A whole tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    nodes: Vec<Node>,
    places: BTreeMap<UnitId, usize>,
}

/// Why units make no tree, or an act on a tree is refused. Codes name the units, which have no number yet in an import.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    #[error("there is no province")]
    NoProvince,
    #[error("a second province: {code}")]
    TwoProvinces { code: String },
    #[error("the province is not that of the tree in force: {code}")]
    OtherProvince { code: String },
    #[error("two units have the code {code}")]
    DuplicateCode { code: String },
    #[error("the parent of {code} is not there")]
    Orphan { code: String, parent: String },
    #[error("{code} does not stand one level below its parent")]
    WrongLevel { code: String, parent: String },
    #[error("the unit is not in the tree")]
    UnknownUnit,
    #[error("the new parent, or the unit to merge into, is not in the tree")]
    UnknownOther,
    #[error("a unit cannot move into its own subtree")]
    OwnSubtree,
    #[error("a unit cannot be merged with itself")]
    MergeWithItself,
    #[error("only units of one level can be merged")]
    MergeAcrossLevels,
    #[error("nothing would change")]
    NothingChanges,
}

impl Tree {
    /// Order loose units into a tree.
    pub fn grow(units: Vec<Node>) -> Result<Self, TreeError> {
        check(&units)?;
        let mut below: BTreeMap<Option<UnitId>, Vec<Node>> = BTreeMap::new();
        for unit in units {
            below.entry(unit.parent_id).or_default().push(unit);
        }
        for siblings in below.values_mut() {
            // Taken from the end.
            siblings.sort_by(|left, right| right.code.cmp(&left.code));
        }
        let mut nodes = Vec::new();
        place_below(None, &mut below, &mut nodes);
        let places = nodes.iter().enumerate().map(|(place, node)| (node.unit_id, place)).collect();
        Ok(Self { nodes, places })
    }

    /// All units in their order.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// A unit by its number.
    #[must_use]
    pub fn find(&self, unit: UnitId) -> Option<&Node> {
        self.places.get(&unit).and_then(|place| self.nodes.get(*place))
    }

    /// What people call a unit.
    #[must_use]
    pub fn name_of(&self, unit: Option<UnitId>) -> Option<&str> {
        unit.and_then(|unit| self.find(unit)).map(|node| node.name.as_str())
    }

    /// Give a unit another name, and perhaps another code.
    pub fn rename(&self, unit: UnitId, name: &str, code: Option<&str>) -> Result<Self, TreeError> {
        let node = self.find(unit).ok_or(TreeError::UnknownUnit)?;
        let code = code.unwrap_or(&node.code);
        if node.name == name && node.code == code {
            return Err(TreeError::NothingChanges);
        }
        let renamed = Node { name: name.to_owned(), code: code.to_owned(), ..node.clone() };
        self.with(renamed)
    }

    /// Hang a unit with all its subtree under another parent.
    pub fn move_to(&self, unit: UnitId, parent: UnitId) -> Result<Self, TreeError> {
        let node = self.find(unit).ok_or(TreeError::UnknownUnit)?;
        let parent = self.find(parent).ok_or(TreeError::UnknownOther)?;
        if (node.lo..node.hi).contains(&parent.lo) {
            return Err(TreeError::OwnSubtree);
        }
        if node.parent_id == Some(parent.unit_id) {
            return Err(TreeError::NothingChanges);
        }
        self.with(Node { parent_id: Some(parent.unit_id), ..node.clone() })
    }

    /// Let a unit be absorbed by another of its level; what stood below it stands below the other.
    pub fn merge(&self, unit: UnitId, into: UnitId) -> Result<Self, TreeError> {
        let absorbed = self.find(unit).ok_or(TreeError::UnknownUnit)?;
        let survivor = self.find(into).ok_or(TreeError::UnknownOther)?;
        if absorbed.unit_id == survivor.unit_id {
            return Err(TreeError::MergeWithItself);
        }
        if absorbed.level != survivor.level {
            return Err(TreeError::MergeAcrossLevels);
        }
        let adopt = |node: &Node| {
            let parent_id = if node.parent_id == Some(unit) { Some(into) } else { node.parent_id };
            Node { parent_id, ..node.clone() }
        };
        Self::grow(self.nodes.iter().filter(|node| node.unit_id != unit).map(adopt).collect())
    }

    fn with(&self, changed: Node) -> Result<Self, TreeError> {
        let keep = |node: &Node| if node.unit_id == changed.unit_id { changed.clone() } else { node.clone() };
        Self::grow(self.nodes.iter().map(keep).collect())
    }
}

fn check(units: &[Node]) -> Result<(), TreeError> {
    let mut codes = BTreeSet::new();
    if let Some(twice) = units.iter().find(|unit| !codes.insert(unit.code.as_str())) {
        return Err(TreeError::DuplicateCode { code: twice.code.clone() });
    }
    let mut tops = units.iter().filter(|unit| unit.parent_id.is_none());
    match (tops.next(), tops.next()) {
        (None, _) => return Err(TreeError::NoProvince),
        (Some(_), Some(second)) => return Err(TreeError::TwoProvinces { code: second.code.clone() }),
        (Some(top), None) if top.level != Level::Province => {
            return Err(TreeError::WrongLevel { code: top.code.clone(), parent: String::new() });
        }
        (Some(_), None) => {}
    }
    // One level below the parent all the way up: so nothing can stand above itself.
    let by_id: BTreeMap<UnitId, &Node> = units.iter().map(|unit| (unit.unit_id, unit)).collect();
    for unit in units {
        let Some(parent_id) = unit.parent_id else { continue };
        let parent = by_id
            .get(&parent_id)
            .ok_or_else(|| TreeError::Orphan { code: unit.code.clone(), parent: parent_id.to_string() })?;
        if unit.level.rank() != parent.level.rank() + 1 {
            return Err(TreeError::WrongLevel { code: unit.code.clone(), parent: parent.code.clone() });
        }
    }
    Ok(())
}

/// Never deeper than there are levels.
fn place_below(parent: Option<UnitId>, below: &mut BTreeMap<Option<UnitId>, Vec<Node>>, nodes: &mut Vec<Node>) {
    let mut siblings = below.remove(&parent).unwrap_or_default();
    while let Some(mut node) = siblings.pop() {
        let (unit, place) = (node.unit_id, nodes.len());
        node.lo = ordinal(place);
        nodes.push(node);
        place_below(Some(unit), below, nodes);
        let hi = ordinal(nodes.len());
        if let Some(node) = nodes.get_mut(place) {
            node.hi = hi;
        }
    }
}

/// An import holds twenty thousand units at most.
fn ordinal(place: usize) -> i32 {
    i32::try_from(place).unwrap_or(i32::MAX)
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeMap;

    use fupin_contract::{UnitId, units::Level};
    use proptest::prelude::*;

    use super::{Node, Tree, TreeError};

    /// A province of two counties with two towns of two villages each; names are codes.
    pub(in crate::units) fn sample() -> Tree {
        grown(&[2, 2], &[2, 2, 2, 2])
    }

    /// As many towns in each county, and as many villages in each town, as said.
    fn grown(towns: &[usize], villages: &[usize]) -> Tree {
        let mut units = vec![loose(1, None, Level::Province, "98")];
        let mut town_at = 0;
        for (county, towns) in towns.iter().enumerate() {
            let county_id = 10 + county as i32;
            units.push(loose(county_id, Some(1), Level::County, &format!("98{county:02}")));
            for town in 0..*towns {
                let town_id = 100 + town_at as i32;
                let code = format!("98{county:02}{town:02}");
                units.push(loose(town_id, Some(county_id), Level::Town, &code));
                for village in 0..villages.get(town_at).copied().unwrap_or(1) {
                    let id = 1000 + (town_at * 10 + village) as i32;
                    units.push(loose(id, Some(town_id), Level::Village, &format!("{code}{village:02}")));
                }
                town_at += 1;
            }
        }
        units.reverse();
        Tree::grow(units).unwrap()
    }

    fn loose(id: i32, parent: Option<i32>, level: Level, code: &str) -> Node {
        Node::loose(UnitId(id), parent.map(UnitId), level, code.to_owned(), code.to_owned())
    }

    /// What each unit's parent is, whatever the ordinals.
    fn parents(tree: &Tree) -> BTreeMap<UnitId, Option<UnitId>> {
        tree.nodes().iter().map(|node| (node.unit_id, node.parent_id)).collect()
    }

    /// Whether `above` is met on the way up from `unit`; by parents alone.
    fn stands_below(tree: &Tree, unit: UnitId, above: UnitId) -> bool {
        let mut at = Some(unit);
        while let Some(here) = at {
            if here == above {
                return true;
            }
            at = tree.find(here).and_then(|node| node.parent_id);
        }
        false
    }

    fn assert_whole(tree: &Tree) {
        for (place, node) in tree.nodes().iter().enumerate() {
            assert_eq!(node.lo, place as i32);
            let subtree: Vec<UnitId> = tree
                .nodes()
                .iter()
                .filter(|other| stands_below(tree, other.unit_id, node.unit_id))
                .map(|other| other.unit_id)
                .collect();
            let range: Vec<UnitId> = tree
                .nodes()
                .iter()
                .filter(|other| (node.lo..node.hi).contains(&other.lo))
                .map(|other| other.unit_id)
                .collect();
            assert_eq!(range, subtree, "the subtree of {} is not its range", node.code);
            match node.parent_id.and_then(|parent| tree.find(parent)) {
                Some(parent) => assert_eq!(node.level.rank(), parent.level.rank() + 1),
                None => assert_eq!((node.level, place), (Level::Province, 0)),
            }
            let mut siblings: Vec<&Node> =
                tree.nodes().iter().filter(|other| other.parent_id == node.parent_id).collect();
            siblings.sort_by_key(|sibling| sibling.lo);
            for pair in siblings.windows(2) {
                assert!(pair[0].hi <= pair[1].lo && pair[0].code < pair[1].code);
            }
        }
    }

    /// An act on units chosen by place, so that any number means one.
    #[derive(Clone, Debug)]
    enum Chosen {
        Rename(usize, u8),
        Move(usize, usize),
        Merge(usize, usize),
    }

    fn chosen() -> impl Strategy<Value = Chosen> {
        prop_oneof![
            (0..60usize, any::<u8>()).prop_map(|(unit, code)| Chosen::Rename(unit, code)),
            (0..60usize, 0..60usize).prop_map(|(unit, to)| Chosen::Move(unit, to)),
            (0..60usize, 0..60usize).prop_map(|(unit, to)| Chosen::Merge(unit, to)),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn every_act_leaves_a_whole_tree(
            towns in prop::collection::vec(0..4usize, 1..4),
            villages in prop::collection::vec(0..4usize, 0..10),
            acts in prop::collection::vec(chosen(), 0..12),
        ) {
            let mut tree = grown(&towns, &villages);
            assert_whole(&tree);
            for act in acts {
                let at = |place: usize| tree.nodes()[place % tree.nodes().len()].unit_id;
                let before = parents(&tree);
                let (made, gone, moved) = match act {
                    Chosen::Rename(unit, code) => (tree.rename(at(unit), "新名", Some(&format!("97{code:03}"))), None, vec![]),
                    Chosen::Move(unit, to) => (tree.move_to(at(unit), at(to)), None, vec![at(unit)]),
                    Chosen::Merge(unit, into) => {
                        let children = before.iter().filter(|(_, parent)| **parent == Some(at(unit))).map(|(id, _)| *id);
                        (tree.merge(at(unit), at(into)), Some(at(unit)), children.collect())
                    }
                };
                let Ok(made) = made else { continue };
                assert_whole(&made);
                // No unit is lost or moved but those that the act means.
                for (unit, parent) in &before {
                    match made.find(*unit) {
                        Some(node) => assert!(node.parent_id == *parent || moved.contains(unit)),
                        None => assert_eq!(gone, Some(*unit)),
                    }
                }
                assert_eq!(made.nodes().len() + usize::from(gone.is_some()), before.len());
                tree = made;
            }
        }
    }

    #[test]
    fn an_act_that_makes_no_tree_is_refused() {
        let tree = sample();
        let unit = UnitId;
        assert_eq!(tree.rename(unit(7), "x", None), Err(TreeError::UnknownUnit));
        assert_eq!(tree.rename(unit(100), "980000", None), Err(TreeError::NothingChanges));
        assert_eq!(
            tree.rename(unit(100), "x", Some("980001")),
            Err(TreeError::DuplicateCode { code: "980001".into() })
        );
        assert_eq!(tree.move_to(unit(100), unit(7)), Err(TreeError::UnknownOther));
        assert_eq!(tree.move_to(unit(10), unit(100)), Err(TreeError::OwnSubtree));
        assert_eq!(tree.move_to(unit(1), unit(10)), Err(TreeError::OwnSubtree));
        assert_eq!(tree.move_to(unit(100), unit(10)), Err(TreeError::NothingChanges));
        let wrong = TreeError::WrongLevel { code: "980000".into(), parent: "98".into() };
        assert_eq!(tree.move_to(unit(100), unit(1)), Err(wrong));
        assert_eq!(tree.merge(unit(100), unit(100)), Err(TreeError::MergeWithItself));
        assert_eq!(tree.merge(unit(100), unit(10)), Err(TreeError::MergeAcrossLevels));
    }

    #[test]
    fn units_that_make_no_tree_are_refused() {
        let province = || loose(1, None, Level::Province, "98");
        assert_eq!(Tree::grow(vec![]), Err(TreeError::NoProvince));
        let second = loose(2, None, Level::Province, "99");
        assert_eq!(Tree::grow(vec![province(), second]), Err(TreeError::TwoProvinces { code: "99".into() }));
        let orphan = loose(2, Some(3), Level::County, "9801");
        let refused = TreeError::Orphan { code: "9801".into(), parent: "3".into() };
        assert_eq!(Tree::grow(vec![province(), orphan]), Err(refused));
        let county = loose(2, None, Level::County, "9801");
        assert!(matches!(Tree::grow(vec![county]), Err(TreeError::WrongLevel { .. })));
    }

    #[test]
    fn a_merged_unit_leaves_its_children_to_the_survivor() {
        let tree = sample().merge(UnitId(100), UnitId(103)).unwrap();
        assert!(tree.find(UnitId(100)).is_none());
        let town = tree.find(UnitId(103)).unwrap();
        assert_eq!(town.hi - town.lo, 5);
        assert_eq!(tree.find(UnitId(1000)).unwrap().parent_id, Some(UnitId(103)));
    }
}
