//! A province of two counties, four towns and eight villages: small enough to know by heart.

use fupin_contract::units::Level;

/// A unit of the sample province, with its ordinals in the tree.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub id: i32,
    pub parent: Option<i32>,
    pub level: Level,
    pub code: &'static str,
    pub name: &'static str,
    pub lo: i32,
    pub hi: i32,
}

const fn place(
    id: i32,
    parent: Option<i32>,
    level: Level,
    code: &'static str,
    name: &'static str,
    lo: i32,
    hi: i32,
) -> Place {
    Place { id, parent, level, code, name, lo, hi }
}

/// Codes lie in the unassigned division 98, so that no living place can match.
pub const PLACES: [Place; 15] = [
    place(1, None, Level::Province, "98", "样例省", 0, 15),
    place(2, Some(1), Level::County, "980100", "甲县", 1, 8),
    place(4, Some(2), Level::Town, "980100100", "甲东镇", 2, 5),
    place(8, Some(4), Level::Village, "980100100200", "甲东一村", 3, 4),
    place(9, Some(4), Level::Village, "980100100201", "甲东二村", 4, 5),
    place(5, Some(2), Level::Town, "980100101", "甲西镇", 5, 8),
    place(10, Some(5), Level::Village, "980100101200", "甲西一村", 6, 7),
    place(11, Some(5), Level::Village, "980100101201", "甲西二村", 7, 8),
    place(3, Some(1), Level::County, "980200", "乙县", 8, 15),
    place(6, Some(3), Level::Town, "980200100", "乙东镇", 9, 12),
    place(12, Some(6), Level::Village, "980200100200", "乙东一村", 10, 11),
    place(13, Some(6), Level::Village, "980200100201", "乙东二村", 11, 12),
    place(7, Some(3), Level::Town, "980200101", "乙西镇", 12, 15),
    place(14, Some(7), Level::Village, "980200101200", "乙西一村", 13, 14),
    place(15, Some(7), Level::Village, "980200101201", "乙西二村", 14, 15),
];
