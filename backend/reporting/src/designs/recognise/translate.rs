//! A formula of the sheet in the words of the form. Pure.
//! Invariant: a formula that reads what is no cell of the form is not said at all.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    formulas::{Formula, MOST_CELLS, Part},
    grid::{Grid, Place, What},
    tables::Sketch,
};

/// The engine reads no formula that is longer.
const LONGEST: usize = 2_000;
/// Cells of a range that are looked at.
const LARGEST: usize = 1_000;

/// A cell of the form by numbers: section, line, leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    pub section: usize,
    pub line: usize,
    pub leaf: usize,
}

/// From where a formula calls its cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Each by its full name.
    Afar,
    /// Those of the same row by their column: the same in each row of a computed column.
    Row,
    /// Those of the same column by their row: the same in each column of a computed row.
    Column,
}

pub fn section_key(section: usize) -> String {
    format!("s{}", section + 1)
}

pub fn row_key(line: usize) -> String {
    format!("r{}", line + 1)
}

pub fn column_key(leaf: usize) -> String {
    format!("c{}", leaf + 1)
}

pub struct Speaker<'a, 'b> {
    pub grid: &'a Grid<'b>,
    pub sketches: &'a [Sketch],
    pub targets: &'a BTreeMap<Place, Target>,
    pub at: Target,
    pub seen: Seen,
}

impl Speaker<'_, '_> {
    pub fn say(&self, formula: &Formula) -> Option<String> {
        let said = self.expression(formula)?;
        (said.chars().count() <= LONGEST).then_some(said)
    }

    fn expression(&self, formula: &Formula) -> Option<String> {
        Some(match formula {
            Formula::Number(number) => number.clone(),
            Formula::Cell(place) => self.name(*self.targets.get(&self.grid.anchor(*place))?)?,
            Formula::Sum(parts) => format!("sum({})", self.parts(parts)?),
            Formula::Aggregate(word, parts) => format!("{word}({})", self.parts(parts)?),
            Formula::Call(word, arguments) => {
                let said: Option<Vec<String>> = arguments.iter().map(|argument| self.expression(argument)).collect();
                format!("{word}({})", said?.join(", "))
            }
            Formula::Negate(inner) => format!("-({})", self.expression(inner)?),
            Formula::Binary(sign @ ('+' | '-'), _) => match self.chain(formula) {
                Some(chain) => chain,
                None => self.binary(*sign, formula)?,
            },
            Formula::Binary(sign, _) => self.binary(*sign, formula)?,
        })
    }

    fn binary(&self, sign: char, formula: &Formula) -> Option<String> {
        let Formula::Binary(_, sides) = formula else { return None };
        let side = |side: &Formula| {
            let said = self.expression(side)?;
            let is_nested = matches!(side, Formula::Binary(..)) && !said.starts_with("sum(");
            Some(if is_nested { format!("({said})") } else { said })
        };
        Some(format!("{} {sign} {}", side(&sides[0])?, side(&sides[1])?))
    }

    /// Cells that are only added and taken off: in a spreadsheet an empty one counts as nothing, which a sum does too.
    fn chain(&self, formula: &Formula) -> Option<String> {
        let mut terms = Vec::new();
        gather(formula, false, &mut terms).then_some(())?;
        let said: Option<Vec<String>> = terms
            .into_iter()
            .map(|(is_off, place)| {
                let name = self.name(*self.targets.get(&self.grid.anchor(place))?)?;
                Some(if is_off { format!("-{name}") } else { name })
            })
            .collect();
        Some(format!("sum({})", said?.join(", ")))
    }

    fn parts(&self, parts: &[Part]) -> Option<String> {
        let mut said = Vec::new();
        for part in parts {
            match part {
                Part::One(Formula::Cell(place)) if !self.targets.contains_key(&self.grid.anchor(*place)) => {
                    self.passed_over(*place)?;
                }
                Part::One(formula) => said.push(self.expression(formula)?),
                Part::Range(first, last) => said.extend(self.range(*first, *last)?),
            }
        }
        (!said.is_empty() && said.len() <= MOST_CELLS).then(|| said.join(", "))
    }

    /// A text or an empty cell counts for nothing; anything else that is no cell of the form cannot be said.
    fn passed_over(&self, place: Place) -> Option<()> {
        matches!(self.grid.what(place), What::Text(_) | What::Empty).then_some(())
    }

    fn range(&self, first: Place, last: Place) -> Option<Vec<String>> {
        let area = (last.0 - first.0 + 1) as usize * usize::from(last.1 - first.1 + 1);
        if area > LARGEST {
            return None;
        }
        let mut sections: BTreeMap<usize, BTreeSet<Target>> = BTreeMap::new();
        for row in first.0..=last.0 {
            for column in first.1..=last.1 {
                let place = (row, column);
                match self.targets.get(&place) {
                    Some(target) => drop(sections.entry(target.section).or_default().insert(*target)),
                    None if self.grid.is_anchor(place) => self.passed_over(place)?,
                    None => {}
                }
            }
        }
        let mut said = Vec::new();
        for targets in sections.values() {
            said.extend(self.block(targets)?);
        }
        Some(said)
    }

    /// Cells of one section, as one block where they are one.
    fn block(&self, targets: &BTreeSet<Target>) -> Option<Vec<String>> {
        let section = targets.first()?.section;
        let sketch = &self.sketches[section];
        let bounds = |of: fn(&Target) -> usize| {
            let all = targets.iter().map(of);
            (all.clone().min().unwrap_or(0), all.max().unwrap_or(0))
        };
        let (lines, leaves) = (bounds(|target| target.line), bounds(|target| target.leaf));
        let is_own_row = section == self.at.section && lines == (self.at.line, self.at.line);
        let is_whole = sketch.cells.keys().all(|(line, leaf)| {
            let is_inside = (lines.0..=lines.1).contains(line) && (leaves.0..=leaves.1).contains(leaf);
            !is_inside || targets.contains(&Target { section, line: *line, leaf: *leaf })
        });
        let columns = between(leaves, column_key);
        if sketch.is_dynamic {
            if is_own_row && is_whole {
                return Some(vec![columns]);
            }
            let is_all = is_whole && lines == (0, sketch.lines.len().saturating_sub(1)) && section != self.at.section;
            let each = (leaves.0..=leaves.1).map(|leaf| format!("{}.*.{}", section_key(section), column_key(leaf)));
            return is_all.then(|| each.collect());
        }
        if !is_whole {
            return targets.iter().map(|target| self.name(*target)).collect();
        }
        let rows = between(lines, row_key);
        if self.seen == Seen::Row && is_own_row {
            return Some(vec![columns]);
        }
        let is_own_column = section == self.at.section && leaves == (self.at.leaf, self.at.leaf);
        if self.seen == Seen::Column && is_own_column {
            return Some(vec![format!("{rows}.@")]);
        }
        Some(vec![format!("{}.{rows}.{columns}", section_key(section))])
    }

    fn name(&self, target: Target) -> Option<String> {
        let Target { section, line, leaf } = target;
        let is_own = section == self.at.section;
        if self.sketches[section].is_dynamic {
            return (is_own && line == self.at.line).then(|| column_key(leaf));
        }
        Some(match self.seen {
            Seen::Row if is_own && line == self.at.line => column_key(leaf),
            Seen::Column if is_own && leaf == self.at.leaf => format!("{}.@", row_key(line)),
            Seen::Afar | Seen::Row | Seen::Column => {
                format!("{}.{}.{}", section_key(section), row_key(line), column_key(leaf))
            }
        })
    }
}

fn between((first, last): (usize, usize), key: fn(usize) -> String) -> String {
    if first == last { key(first) } else { format!("{}:{}", key(first), key(last)) }
}

/// The cells of a chain, with whether each is taken off; false where something else is among them.
fn gather(formula: &Formula, is_off: bool, terms: &mut Vec<(bool, Place)>) -> bool {
    match formula {
        Formula::Cell(place) => {
            terms.push((is_off, *place));
            true
        }
        Formula::Negate(inner) => gather(inner, !is_off, terms),
        Formula::Binary(sign @ ('+' | '-'), sides) => {
            gather(&sides[0], is_off, terms) && gather(&sides[1], is_off != (*sign == '-'), terms)
        }
        Formula::Number(_) | Formula::Sum(_) | Formula::Aggregate(..) | Formula::Call(..) | Formula::Binary(..) => {
            false
        }
    }
}
