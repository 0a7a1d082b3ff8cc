//! Units as people write them: by code, by name, or by the way down to them. Pure.

use std::collections::HashMap;

use fupin_contract::UnitId;

/// A unit of today's tree, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitNode {
    pub unit_id: i32,
    pub parent_id: Option<i32>,
    pub code: String,
    pub name: String,
    pub lo: i32,
}

/// The units that a sheet may name.
#[derive(Debug, Default)]
pub struct Units {
    nodes: Vec<UnitNode>,
    above: HashMap<i32, usize>,
    by_code: HashMap<String, usize>,
    /// By the bare name, and by all names from the county or the province down without anything between them.
    by_name: HashMap<String, Vec<usize>>,
}

/// Why a text names no unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoUnit {
    Unknown,
    Ambiguous { count: usize, examples: Vec<String> },
}

/// Paths that a sentence has room for.
const EXAMPLES: usize = 2;
const BETWEEN: [char; 6] = ['/', '\\', '>', '→', '|', '-'];

impl Units {
    /// `inside` is the range of ordinals that the sheet may name; the units above it help to say the way.
    pub fn new(nodes: Vec<UnitNode>, inside: (i32, i32)) -> Self {
        let above = nodes.iter().enumerate().map(|(place, node)| (node.unit_id, place)).collect();
        let mut units = Self { above, ..Self::default() };
        units.nodes = nodes;
        for place in 0..units.nodes.len() {
            let node = &units.nodes[place];
            if !(inside.0..inside.1).contains(&node.lo) {
                continue;
            }
            units.by_code.insert(node.code.clone(), place);
            let line = units.line(place);
            let from = |skipped: usize| line.iter().skip(skipped).copied().collect::<String>();
            let mut names = vec![node.name.clone(), from(0), from(1)];
            names.sort();
            names.dedup();
            for name in names.into_iter().filter(|name| !name.is_empty()) {
                units.by_name.entry(name).or_default().push(place);
            }
        }
        units
    }

    /// Names from the province down to a unit.
    fn line(&self, place: usize) -> Vec<&str> {
        let mut line = vec![self.nodes[place].name.as_str()];
        let mut at = place;
        while let Some(parent) = self.nodes[at].parent_id.and_then(|parent| self.above.get(&parent)) {
            at = *parent;
            line.push(&self.nodes[at].name);
        }
        line.reverse();
        line
    }

    /// The way down to a unit, without the province.
    fn path(&self, place: usize) -> String {
        let line = self.line(place);
        line[usize::from(line.len() > 1)..].join("/")
    }

    pub fn find(&self, typed: &str) -> Result<UnitId, NoUnit> {
        let text: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        let id = |place: usize| UnitId(self.nodes[place].unit_id);
        if let Some(place) = self.by_code.get(&text) {
            return Ok(id(*place));
        }
        let found = match self.by_name.get(&text) {
            Some(found) => found.clone(),
            None => self.find_by_steps(&text),
        };
        match found.as_slice() {
            [] => Err(NoUnit::Unknown),
            [only] => Ok(id(*only)),
            several => {
                let examples = several.iter().take(EXAMPLES).map(|place| self.path(*place)).collect();
                Err(NoUnit::Ambiguous { count: several.len(), examples })
            }
        }
    }

    /// Each step names a unit above the last one, in order; some may be left out.
    fn find_by_steps(&self, text: &str) -> Vec<usize> {
        let steps: Vec<&str> = text.split(BETWEEN).filter(|step| !step.is_empty()).collect();
        let Some((last, before)) = steps.split_last().filter(|(_, before)| !before.is_empty()) else {
            return Vec::new();
        };
        let named = self.by_name.get(*last).map(Vec::as_slice).unwrap_or_default();
        let fits = |place: &&usize| {
            let line = self.line(**place);
            let mut above = line[..line.len() - 1].iter();
            self.nodes[**place].name == *last && before.iter().all(|step| above.any(|name| name == step))
        };
        named.iter().filter(fits).copied().collect()
    }

    #[cfg(test)]
    pub fn of_test() -> Self {
        let node = |unit_id, parent_id, code: &str, name: &str| UnitNode {
            unit_id,
            parent_id,
            code: code.to_owned(),
            name: name.to_owned(),
            lo: unit_id - 1,
        };
        let nodes = vec![
            node(1, None, "98", "样例省"),
            node(2, Some(1), "9801", "甲县"),
            node(3, Some(2), "980101", "东镇"),
            node(4, Some(3), "98010101", "红村"),
            node(5, Some(3), "98010102", "白村"),
            node(6, Some(1), "9802", "乙县"),
            node(7, Some(6), "980201", "东镇"),
            node(8, Some(7), "98020101", "红村"),
        ];
        Self::new(nodes, (0, 8))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_found_by_code_by_name_and_by_the_way_down() {
        let units = Units::of_test();
        for text in
            ["98010101", "甲县/东镇/红村", "甲县东镇红村", "样例省甲县东镇红村", "甲县 / 红村", "样例省>甲县>东镇>红村"]
        {
            assert_eq!(units.find(text), Ok(UnitId(4)), "{text}");
        }
        assert_eq!(units.find("白村"), Ok(UnitId(5)));
    }

    #[test]
    fn a_name_that_several_have_is_told_with_examples() {
        let examples = vec!["甲县/东镇/红村".to_owned(), "乙县/东镇/红村".to_owned()];
        let ambiguous = Err(NoUnit::Ambiguous { count: 2, examples });
        assert_eq!(Units::of_test().find("红村"), ambiguous);
        assert_eq!(Units::of_test().find("东镇/红村"), ambiguous);
        assert_eq!(Units::of_test().find("甲县/黑村"), Err(NoUnit::Unknown));
        assert_eq!(Units::of_test().find(""), Err(NoUnit::Unknown));
    }

    #[test]
    fn what_lies_outside_is_not_there() {
        let nodes = Units::of_test().nodes;
        let units = Units::new(nodes, (1, 5));
        assert_eq!(units.find("红村"), Ok(UnitId(4)));
        assert_eq!(units.find("样例省/甲县/东镇/红村"), Ok(UnitId(4)));
        assert_eq!(units.find("乙县/东镇/红村"), Err(NoUnit::Unknown));
    }
}
