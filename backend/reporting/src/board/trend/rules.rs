//! From the items of leaves to the lines of a trend. Pure.

use std::{
    collections::{BTreeMap, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use fupin_contract::{
    FormId, Period, UnitId,
    reporting::{TotalsOf, TrendRow, TrendValue},
};
use fupin_form::{Cell, CellSpec, Form, ItemTotal, OneItem, RollUpFault};
use fupin_kernel::{Error, Result};

use crate::{place::rules::Node, tasks::standings::Standing, totals::rules::counts};

/// The item in one version of the form.
#[derive(Clone, Debug)]
pub struct ItemIn {
    pub id: FormId,
    pub form: Arc<Form>,
    /// Its place in the leaf.
    pub measure: usize,
    /// Of nothing yet.
    pub item: OneItem,
}

impl ItemIn {
    pub fn spec(&self) -> &CellSpec {
        &self.form.cells()[self.form.measures()[self.measure].cell]
    }
}

/// The reports of a line, a month and a version.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The line's ordinal.
    pub line: i32,
    pub period: Period,
    pub form: FormId,
    pub expected: i64,
    pub counted: i64,
    /// Made of the ids and versions of those that count: the same mark, the same content.
    pub mark: Mark,
}

/// Tells sets of reports in their versions from one another.
pub type Mark = (u64, u64);

/// How many reports of each line, month and version are expected and count, and the mark of those that count.
pub fn groups<'a>(
    reports: impl Iterator<Item = (Period, &'a [Standing])>,
    lines: &HashMap<UnitId, i32>,
    versions: &[FormId],
    of: TotalsOf,
) -> Vec<Group> {
    let mut groups: BTreeMap<(i32, Period, FormId), Group> = BTreeMap::new();
    let placed = reports.flat_map(|(period, reports)| reports.iter().map(move |standing| (period, standing)));
    for (period, standing) in placed.filter(|(_, standing)| versions.contains(&standing.form)) {
        let Some(line) = lines.get(&standing.unit).copied() else { continue };
        let (form, nothing) = (standing.form, (0, 0));
        let new = || Group { line, period, form, expected: 0, counted: 0, mark: nothing };
        let group = groups.entry((line, period, form)).or_insert_with(new);
        group.expected += 1;
        if counts(of, standing.status, standing.stage) {
            group.counted += 1;
            let (one, other) = mark(standing);
            group.mark = (group.mark.0 ^ one, group.mark.1 ^ other);
        }
    }
    groups.into_values().collect()
}

/// Of one report in its version.
fn mark(standing: &Standing) -> Mark {
    let hash = |side: u8| {
        let mut hasher = DefaultHasher::new();
        (side, standing.id, standing.version).hash(&mut hasher);
        hasher.finish()
    };
    (hash(0), hash(1))
}

/// The leaf of a report that counts.
#[derive(Clone, Debug, PartialEq)]
pub struct LeafIn {
    pub unit: UnitId,
    pub period: Period,
    pub form: FormId,
    pub items: Vec<u8>,
    pub submitted_at_micros: i64,
}

#[derive(Clone)]
struct Tally<'a> {
    expected: i64,
    counted: i64,
    /// By the item of the first version that has it.
    total: Option<(&'a OneItem, ItemTotal)>,
}

impl<'a> Tally<'a> {
    fn merge(&mut self, group: &Group, total: Option<(&'a OneItem, ItemTotal)>) -> Result<(), RollUpFault> {
        self.expected += group.expected;
        self.counted += group.counted;
        match (&mut self.total, total) {
            (Some((item, own)), Some((_, more))) => item.merge(own, &more),
            (own @ None, more) => {
                *own = more;
                Ok(())
            }
            (Some(_), None) => Ok(()),
        }
    }

    fn value(&self) -> Result<TrendValue, RollUpFault> {
        let value = match self.total.as_ref().map(|(item, total)| item.value(total)).transpose()? {
            Some(Cell::Integer(number)) => Some(number.to_string()),
            Some(Cell::Text(text)) => Some(text),
            Some(Cell::Blank | Cell::NotApplicable) | None => None,
        };
        Ok(TrendValue { value, expected: self.expected, counted: self.counted })
    }
}

/// The values of all, and of each line of which something is expected in any of the months. Each group comes with what
/// its reports add up to; nothing where its version of the form has no such item.
pub fn trend(
    lines: &[Node],
    periods: &[Period],
    groups: &[(Group, Option<(&OneItem, ItemTotal)>)],
) -> Result<(Vec<TrendValue>, Vec<TrendRow>)> {
    add_up(lines, periods, groups).map_err(fault)
}

pub fn fault(fault: RollUpFault) -> Error {
    Error::internal(format!("trend: {fault}"))
}

fn add_up(
    lines: &[Node],
    periods: &[Period],
    groups: &[(Group, Option<(&OneItem, ItemTotal)>)],
) -> Result<(Vec<TrendValue>, Vec<TrendRow>), RollUpFault> {
    let nothing = vec![Tally { expected: 0, counted: 0, total: None }; periods.len()];
    let mut whole = nothing.clone();
    let mut tallies: BTreeMap<i32, Vec<Tally<'_>>> = BTreeMap::new();
    for (group, total) in groups {
        let Some(month) = periods.iter().position(|period| *period == group.period) else { continue };
        whole[month].merge(group, *total)?;
        tallies.entry(group.line).or_insert_with(|| nothing.clone())[month].merge(group, *total)?;
    }
    let mut rows = Vec::with_capacity(tallies.len());
    for line in lines {
        let Some(of_line) = tallies.get(&line.lo) else { continue };
        let values = of_line.iter().map(Tally::value).collect::<Result<_, _>>()?;
        rows.push(TrendRow { unit: line.unit.clone(), values });
    }
    Ok((whole.iter().map(Tally::value).collect::<Result<_, _>>()?, rows))
}

/// An item by row and column.
pub fn label(spec: &CellSpec) -> String {
    if spec.row_label.is_empty() {
        spec.column_title.clone()
    } else {
        format!("{}，{}", spec.row_label, spec.column_title)
    }
}
