//! From counts to scores and ranks. Pure.

use chrono::Datelike;
use fupin_contract::{
    Fault, Period,
    reporting::{DisciplinePoints, DisciplineRow, MOST_DISCIPLINE_MONTHS},
};
use fupin_kernel::{Error, Result};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Deserialize;

use crate::place::rules::Node;

/// What each shortcoming costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Points {
    pub late_day: Decimal,
    pub returned: Decimal,
    pub error: Decimal,
}

impl From<Points> for DisciplinePoints {
    fn from(points: Points) -> Self {
        let text = |points: Decimal| points.normalize().to_string();
        Self { late_day: text(points.late_day), returned: text(points.returned), error: text(points.error) }
    }
}

/// What one line's reports came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// The line's ordinal.
    pub line: i32,
    pub expected: i64,
    pub submitted: i64,
    pub late: i64,
    pub late_days: i64,
    pub returns: i64,
    pub errors: i64,
}

/// Whether a sheet may span these months.
pub fn check_span(from: Period, until: Period) -> Result<()> {
    let number = |period: Period| period.first_day().year() * 12 + period.first_day().month0() as i32;
    if (0..MOST_DISCIPLINE_MONTHS).contains(&(number(until) - number(from))) {
        return Ok(());
    }
    Err(Error::invalid_field("until", Fault::new("reporting.discipline_span").with("most", MOST_DISCIPLINE_MONTHS)))
}

/// The lines of which anything is expected, the best first.
pub fn rank(lines: &[Node], counts: &[Counts], points: &Points) -> Vec<DisciplineRow> {
    let scored = |counts: &Counts| {
        let line = lines.iter().find(|line| line.lo == counts.line)?;
        let taken_off = taken_off(counts, points)?;
        Some((line, *counts, taken_off))
    };
    let mut scored: Vec<_> = counts.iter().filter_map(scored).collect();
    // Of the same score in the order of the tree.
    scored.sort_by(|(a, _, a_off), (b, _, b_off)| a_off.cmp(b_off).then(a.lo.cmp(&b.lo)));
    let mut rows: Vec<DisciplineRow> = Vec::with_capacity(scored.len());
    let mut last: Option<(Decimal, i64)> = None;
    for (place, (line, counts, off)) in (1_i64..).zip(scored) {
        let rank = last.filter(|(before, _)| *before == off).map_or(place, |(_, rank)| rank);
        last = Some((off, rank));
        rows.push(DisciplineRow {
            rank,
            unit: line.unit.clone(),
            expected: counts.expected,
            submitted: counts.submitted,
            late: counts.late,
            late_days: counts.late_days,
            returns: counts.returns,
            errors: counts.errors,
            taken_off: format!("{off:.2}"),
            score: format!("{:.2}", (Decimal::ONE_HUNDRED - off).max(Decimal::ZERO)),
        });
    }
    rows
}

/// For each expected report, so that a unit with many is not behind for that alone.
fn taken_off(counts: &Counts, points: &Points) -> Option<Decimal> {
    let of = |count: i64, points: Decimal| Decimal::from(count).checked_mul(points);
    let sum = of(counts.late_days, points.late_day)?
        .checked_add(of(counts.returns, points.returned)?)?
        .checked_add(of(counts.errors, points.error)?)?;
    let each = sum.checked_div(Decimal::from(counts.expected))?;
    Some(each.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
}

#[cfg(test)]
mod tests {
    use fupin_contract::{UnitId, units::Level, units::UnitName};

    use super::*;

    fn node(lo: i32) -> Node {
        Node { unit: UnitName { id: UnitId(lo), name: lo.to_string(), level: Level::County }, lo, hi: lo + 1 }
    }

    fn points() -> Points {
        Points { late_day: Decimal::from(5), returned: Decimal::from(3), error: Decimal::new(5, 1) }
    }

    #[test]
    fn units_are_ranked_by_what_is_taken_off_for_each_report() {
        let lines = [node(1), node(2), node(3), node(4)];
        let counts = [
            Counts { line: 1, expected: 10, submitted: 10, late: 2, late_days: 4, returns: 1, errors: 3 },
            Counts { line: 2, expected: 20, submitted: 20, ..Counts::default() },
            Counts { line: 3, expected: 5, submitted: 5, ..Counts::default() },
            Counts { line: 4, expected: 1, late: 1, late_days: 30, ..Counts::default() },
        ];
        let rows = rank(&lines, &counts, &points());
        let seen: Vec<_> = rows.iter().map(|row| (row.rank, row.unit.id.0, row.score.as_str())).collect();
        assert_eq!(seen, [(1, 2, "100.00"), (1, 3, "100.00"), (3, 1, "97.55"), (4, 4, "0.00")]);
        assert_eq!((rows[2].taken_off.as_str(), rows[3].taken_off.as_str()), ("2.45", "150.00"));
        assert!(rank(&lines, &[Counts::default()], &points()).is_empty(), "who owes nothing has no score");
    }

    #[test]
    fn a_sheet_spans_a_year_at_most() {
        let period = |text: &str| Period::parse(text).unwrap();
        assert!(check_span(period("2026-01"), period("2026-12")).is_ok());
        assert!(check_span(period("2026-02"), period("2026-02")).is_ok());
        assert!(check_span(period("2025-12"), period("2026-12")).is_err());
        assert!(check_span(period("2026-03"), period("2026-02")).is_err());
    }
}
