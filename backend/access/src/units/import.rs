//! A whole tree as rows that name each other by code, held against the tree in force.
//!
//! Invariant: a row is the unit of the tree in force that has its code and level, or else the one that had them when it
//! ended; any other row is a new unit, with a provisional number below zero until it is stored.

use std::collections::{BTreeMap, BTreeSet};

use fupin_contract::{
    UnitId,
    units::{ImportUnit, Level},
};

use super::tree::{Node, Tree, TreeError};

/// Units that have ended, by the code and level that they had.
pub type Ended = BTreeMap<(String, Level), UnitId>;

/// The tree that the rows say.
pub fn read(current: &Tree, ended: &Ended, rows: &[ImportUnit]) -> Result<Tree, TreeError> {
    let standing: BTreeMap<&str, &Node> = current.nodes().iter().map(|node| (node.code.as_str(), node)).collect();
    let mut revived = BTreeSet::new();
    let mut ids = BTreeMap::new();
    for (provisional, row) in (1..).zip(rows) {
        let stands = standing.get(row.code.as_str()).filter(|node| node.level == row.level).map(|node| node.unit_id);
        // A unit may have had several codes before it ended; it comes back once.
        let comes_back = || ended.get(&(row.code.clone(), row.level)).copied().filter(|unit| revived.insert(*unit));
        let unit = stands.or_else(comes_back).unwrap_or(UnitId(-provisional));
        if ids.insert(row.code.as_str(), unit).is_some() {
            return Err(TreeError::DuplicateCode { code: row.code.clone() });
        }
    }
    let mut units = Vec::with_capacity(rows.len());
    for row in rows {
        let parent_id = match &row.parent_code {
            Some(parent) => Some(
                *ids.get(parent.as_str())
                    .ok_or_else(|| TreeError::Orphan { code: row.code.clone(), parent: parent.clone() })?,
            ),
            None => None,
        };
        let unit_id = *ids.get(row.code.as_str()).ok_or(TreeError::UnknownUnit)?;
        units.push(Node::loose(unit_id, parent_id, row.level, row.code.clone(), row.name.clone()));
    }
    let tree = Tree::grow(units)?;
    match (current.nodes().first(), tree.nodes().first()) {
        // All grants hang on the province; rows of another one come from the wrong file.
        (Some(old), Some(new)) if old.unit_id != new.unit_id => {
            Err(TreeError::OtherProvince { code: new.code.clone() })
        }
        _ => Ok(tree),
    }
}

/// The provisional numbers of a tree, in its order.
pub fn provisional(tree: &Tree) -> Vec<UnitId> {
    tree.nodes().iter().map(|node| node.unit_id).filter(|unit| unit.0 < 0).collect()
}

/// The same tree with the numbers that the new units got.
pub fn numbered(tree: &Tree, numbers: &BTreeMap<UnitId, UnitId>) -> Result<Tree, TreeError> {
    let number = |unit: UnitId| numbers.get(&unit).copied().unwrap_or(unit);
    let units = tree.nodes().iter().map(|node| Node {
        unit_id: number(node.unit_id),
        parent_id: node.parent_id.map(number),
        ..node.clone()
    });
    Tree::grow(units.collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use fupin_contract::{
        UnitId,
        units::{ImportUnit, Level},
    };

    use super::{Ended, numbered, provisional, read};
    use crate::units::tree::{Tree, TreeError, tests::sample};

    fn rows(tree: &Tree) -> Vec<ImportUnit> {
        let row = |node: &crate::units::tree::Node| ImportUnit {
            code: node.code.clone(),
            name: node.name.clone(),
            level: node.level,
            parent_code: node.parent_id.and_then(|parent| tree.find(parent)).map(|parent| parent.code.clone()),
        };
        tree.nodes().iter().map(row).collect()
    }

    #[test]
    fn the_rows_of_a_tree_are_that_tree() {
        assert_eq!(read(&sample(), &Ended::new(), &rows(&sample())), Ok(sample()));
    }

    #[test]
    fn new_units_are_numbered_where_they_stand() {
        let first = read(&Tree::default(), &Ended::new(), &rows(&sample())).unwrap();
        let new = provisional(&first);
        assert_eq!(new.len(), sample().nodes().len());
        let numbers: BTreeMap<UnitId, UnitId> = new.into_iter().zip((1..).map(UnitId)).collect();
        let planted = numbered(&first, &numbers).unwrap();
        let ids: Vec<i32> = planted.nodes().iter().map(|node| node.unit_id.0).collect();
        assert_eq!(ids, (1..=15).collect::<Vec<_>>());
    }

    #[test]
    fn a_unit_is_known_by_its_code() {
        let mut rows = rows(&sample());
        let village = rows.iter_mut().find(|row| row.level == Level::Village).unwrap();
        let code = village.code.clone();
        village.name = "新名".to_owned();
        let read = read(&sample(), &Ended::new(), &rows).unwrap();
        assert!(provisional(&read).is_empty());
        assert_eq!(read.nodes().iter().find(|node| node.code == code).unwrap().name, "新名");
    }

    #[test]
    fn a_unit_that_was_left_out_by_mistake_comes_back_as_itself() {
        let whole = rows(&sample());
        let part: Vec<ImportUnit> = whole.iter().filter(|row| row.code != "98000000").cloned().collect();
        let without = read(&sample(), &Ended::new(), &part).unwrap();
        let ended = Ended::from([(("98000000".to_owned(), Level::Village), UnitId(1000))]);
        assert_eq!(read(&without, &ended, &whole), Ok(sample()));
    }

    #[test]
    fn rows_that_make_no_tree_are_refused() {
        let whole = rows(&sample());
        let mut twice = whole.clone();
        twice.push(whole[3].clone());
        assert!(matches!(read(&sample(), &Ended::new(), &twice), Err(TreeError::DuplicateCode { .. })));
        let orphans: Vec<ImportUnit> = whole.iter().filter(|row| row.level != Level::Town).cloned().collect();
        assert!(matches!(read(&sample(), &Ended::new(), &orphans), Err(TreeError::Orphan { .. })));
        let mut second = whole.clone();
        second.push(ImportUnit {
            code: "99".into(), name: "又一省".into(), level: Level::Province, parent_code: None
        });
        assert_eq!(read(&sample(), &Ended::new(), &second), Err(TreeError::TwoProvinces { code: "99".into() }));
    }
}
