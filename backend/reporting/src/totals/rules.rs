//! From leaves to totals. Pure.

use fupin_contract::{
    reporting::{ReportStatus, TotalValue, TotalsOf, TotalsRow},
    units::UnitName,
};
use fupin_form::{Cell, Form, RollUpFault, Total};
use fupin_kernel::{Error, Result};

use crate::place::view::View;

/// A report that is expected, with its items if it counts.
#[derive(Clone, Debug, PartialEq)]
pub struct LeafOf {
    /// Where its unit stands in the task's tree.
    pub ordinal: i32,
    pub items: Option<Vec<u8>>,
    pub submitted_at_micros: i64,
}

/// How many levels must have approved for a report to count; none for "all of them".
pub fn least_stage(of: TotalsOf) -> Option<i16> {
    match of {
        TotalsOf::Submitted => Some(0),
        TotalsOf::ApprovedOnce => Some(1),
        TotalsOf::ApprovedTwice => Some(2),
        TotalsOf::Approved => None,
    }
}

/// Whether a report counts that stands so.
pub fn counts(of: TotalsOf, status: ReportStatus, stage: i16) -> bool {
    match status {
        ReportStatus::Approved => true,
        ReportStatus::Submitted => least_stage(of).is_some_and(|least| stage >= least),
        ReportStatus::Draft | ReportStatus::Returned => false,
    }
}

#[derive(Clone)]
struct Sum {
    expected: i64,
    counted: i64,
    totals: fupin_form::Totals,
}

impl Sum {
    fn new(form: &Form) -> Self {
        Self { expected: 0, counted: 0, totals: fupin_form::Totals::new(form) }
    }

    fn add(&mut self, leaf: &LeafOf) -> Result<(), RollUpFault> {
        self.expected += 1;
        let Some(items) = &leaf.items else { return Ok(()) };
        self.counted += 1;
        self.totals.add_bytes(items, leaf.submitted_at_micros)
    }

    fn merge(&mut self, other: &Self) -> Result<(), RollUpFault> {
        self.expected += other.expected;
        self.counted += other.counted;
        self.totals.merge(&other.totals)
    }

    fn row(&self, form: &Form, unit: UnitName) -> Result<TotalsRow, RollUpFault> {
        let values = self.totals.figures(form)?.into_iter().filter_map(value).collect();
        Ok(TotalsRow { unit, expected: self.expected, counted: self.counted, values })
    }
}

/// The totals of all, and a line for each unit below which something is expected.
pub fn sum(form: &Form, view: &View, leaves: &[LeafOf]) -> Result<(TotalsRow, Vec<TotalsRow>)> {
    add_up(form, view, leaves).map_err(|fault| Error::internal(format!("totals: {fault}")))
}

fn add_up(form: &Form, view: &View, leaves: &[LeafOf]) -> Result<(TotalsRow, Vec<TotalsRow>), RollUpFault> {
    // What belongs to a line is added once, to the line; the whole is made of the lines and of what no line shows.
    let mut lines = vec![Sum::new(form); view.lines.len()];
    let mut whole = Sum::new(form);
    for leaf in leaves {
        match view.line_of(leaf.ordinal) {
            Some(line) => lines[line].add(leaf)?,
            None => whole.add(leaf)?,
        }
    }
    let mut rows = Vec::with_capacity(lines.len());
    for (node, line) in view.lines.iter().zip(&lines).filter(|(_, line)| line.expected > 0) {
        whole.merge(line)?;
        rows.push(line.row(form, node.unit.clone())?);
    }
    Ok((whole.row(form, view.top.unit.clone())?, rows))
}

/// An item by its key; nothing where nobody has answered.
fn value(total: Total) -> Option<(String, TotalValue)> {
    let value = match total.value {
        Cell::Blank | Cell::NotApplicable => None,
        Cell::Integer(number) => Some(number.to_string()),
        Cell::Text(text) => Some(text),
    };
    if value.is_none() && total.counted == 0 && total.not_applicable == 0 {
        return None;
    }
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let (filled, blank) = (count(total.counted), count(total.blank));
    let value = TotalValue { value, filled, blank, not_applicable: count(total.not_applicable) };
    Some((total.key.into(), value))
}
