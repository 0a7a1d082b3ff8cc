//! Items: what a form asks for, by its words, so that nobody is asked twice for the same under two numbers.
//! Invariants: an item is told by what a person reads, never by keys, which each form chooses for itself; numbering,
//! spaces, the width of brackets and 「其中」 are no part of it.

use std::collections::BTreeMap;

use crate::{CellKey, CellSpec, Form};

/// Labels that say nothing without the title of the section above them.
const GENERIC: [&str; 12] =
    ["合计", "总计", "小计", "总数", "其他", "本月", "本期", "累计", "数量", "total", "sum", "other"];

/// What a cell asks for, as a person reads it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Item {
    /// Empty where row and column say enough by themselves.
    pub section: String,
    pub row: String,
    pub column: String,
    pub unit: String,
}

/// An item that two forms ask for, with the cell of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedTwice {
    pub here: CellKey,
    pub there: CellKey,
}

/// What a form asks a person for; what it computes it asks nobody.
pub fn items(form: &Form) -> BTreeMap<Item, CellKey> {
    let asked = form.cells().iter().filter(|spec| spec.is_fillable());
    asked.map(|spec| (item_of(form, spec), spec.key.clone())).collect()
}

/// The items of a form that another one asks for as well, in reading order.
pub fn asked_twice(form: &Form, other: &Form) -> Vec<AskedTwice> {
    let there = items(other);
    let asked = form.cells().iter().filter(|spec| spec.is_fillable());
    let twice = |spec: &CellSpec| {
        let there = there.get(&item_of(form, spec))?.clone();
        Some(AskedTwice { here: spec.key.clone(), there })
    };
    asked.filter_map(twice).collect()
}

fn item_of(form: &Form, spec: &CellSpec) -> Item {
    let unit = spec.unit.as_deref().map(plain).unwrap_or_default();
    let (row, column) = (normalised(&spec.row_label, &unit), normalised(&spec.column_title, &unit));
    let says_nothing = row.is_empty() || GENERIC.contains(&row.as_str());
    let section = form.sections.get(spec.section).filter(|_| says_nothing);
    Item { section: section.map(|section| normalised(&section.title, "")).unwrap_or_default(), row, column, unit }
}

/// A title without what does not tell it from others.
fn normalised(title: &str, unit: &str) -> String {
    let plain = plain(title);
    let mut rest = plain.as_str();
    loop {
        let shorter = without_number(rest);
        let shorter = shorter.strip_prefix("其中").map_or(shorter, |tail| tail.trim_start_matches([':', ',']));
        let shorter = shorter.trim_start_matches(['#', '*', '-']);
        if shorter.is_empty() || shorter == rest {
            break;
        }
        rest = shorter;
    }
    if !unit.is_empty() {
        rest = rest.strip_suffix(&format!("({unit})")).unwrap_or(rest);
    }
    rest.to_owned()
}

/// Without spaces, in half width and lower case.
fn plain(text: &str) -> String {
    let half = |c: char| match c {
        '（' => '(',
        '）' => ')',
        '：' => ':',
        '，' => ',',
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        other => other,
    };
    text.chars().filter(|c| !c.is_whitespace()).map(half).flat_map(char::to_lowercase).collect()
}

/// Without 「一、」, 「(二)」, 「3.」, 「4、」 before it.
fn without_number(text: &str) -> &str {
    let is_number = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let bracketed = text.strip_prefix('(').unwrap_or(text);
    let after = bracketed.trim_start_matches(is_number);
    if after.len() == bracketed.len() {
        return text;
    }
    let end = if bracketed.len() < text.len() { after.strip_prefix(')') } else { after.strip_prefix(['、', '.']) };
    end.map_or(text, |end| end.trim_start_matches(['、', '.']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_tell_one_title_from_another_goes() {
        assert_eq!(normalised("其中：脱贫 人口（人）", "人"), "脱贫人口");
        assert_eq!(normalised("（二）3. 脱贫人口", ""), "脱贫人口");
        assert_eq!(normalised("一、其中:#户数", ""), "户数");
        assert_eq!(normalised("十年树木", ""), "十年树木", "a number that belongs to the words stays");
        assert_eq!(normalised("3", ""), "3");
        assert_eq!(normalised("其中", ""), "其中");
    }
}
