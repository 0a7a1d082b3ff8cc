//! Totals against a recomputation from scratch.

use fupin_form::{
    BLANK, Cell, Cells, Form, KeptTotals, Leaf, MeasureKind, NOT_APPLICABLE, OneItem, RollUpFault, Total, Totals, leaf,
};
use proptest::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::trial::{any_entry, cells, trial};

fn totals(form: &Form, reports: &[(Cells, i64)]) -> Totals {
    let mut totals = Totals::new(form);
    for (cells, at) in reports {
        totals.add(&leaf(form, cells), *at).unwrap();
    }
    totals
}

fn figure(figures: &[Total], key: &str) -> Total {
    figures.iter().find(|total| total.key.as_str() == key).unwrap().clone()
}

fn of(reports: &[&str]) -> Vec<Total> {
    let form = trial();
    let reports: Vec<(Cells, i64)> = reports.iter().zip(1..).map(|(json, at)| (cells(json), at)).collect();
    totals(&form, &reports).figures(&form).unwrap()
}

#[test]
fn rates_come_from_totals_and_averages_from_weights() {
    let figures =
        of(&[r#"{"a.r1.n":1,"a.r1.m":"100.00","a.r1.r":"90.0"}"#, r#"{"a.r1.n":3,"a.r1.m":"100.00","a.r1.r":"50.0"}"#]);
    assert_eq!(figure(&figures, "a.r1.avg").value, Cell::text("50.00"));
    assert_eq!(figure(&figures, "a.all.avg").value, Cell::text("50.00"));
    assert_eq!(figure(&figures, "a.r1.r").value, Cell::text("60.00"));
    assert_eq!(figure(&figures, "a.all.m").value, Cell::text("200.00"));
}

#[test]
fn blank_and_not_applicable_are_counted_apart_and_bring_nothing() {
    let figures = of(&[r#"{"a.r1.n":0}"#, r#"{"a.r1.m":{"na":true}}"#, "{}"]);
    let n = figure(&figures, "a.r1.n");
    assert_eq!((n.value, n.counted, n.blank, n.not_applicable), (Cell::Integer(0), 1, 2, 0));
    let m = figure(&figures, "a.r1.m");
    assert_eq!((m.value, m.counted, m.blank, m.not_applicable), (Cell::Blank, 0, 2, 1));
}

#[test]
fn an_average_without_its_weight_is_not_counted_and_zero_weight_has_no_average() {
    let figures = of(&[r#"{"a.r1.r":"90.0"}"#, r#"{"a.r1.n":0,"a.r1.r":"10.0"}"#]);
    let r = figure(&figures, "a.r1.r");
    assert_eq!((r.value, r.counted, r.blank), (Cell::Blank, 1, 1));
}

#[test]
fn last_follows_the_time_of_submission_and_dates_and_counts_roll_up() {
    let figures = of(&[
        r#"{"a.r3.r":"7.0","a.r1.d":"2026-11-23","a.r1.c":"x"}"#,
        r#"{"a.r3.r":"2.0","a.r1.d":"2026-11-02","a.r1.c":"y"}"#,
        r#"{"a.r1.d":"2025-11-02"}"#,
    ]);
    assert_eq!(figure(&figures, "a.r3.r").value, Cell::text("2.0"));
    assert_eq!(figure(&figures, "a.r1.d").value, Cell::text("2026-11-23"));
    assert_eq!(figure(&figures, "a.r1.c").value, Cell::Integer(2));
}

#[test]
fn dynamic_rows_roll_up_inside_the_report_first() {
    let figures =
        of(&[r#"{"b.k1.q":2,"b.k1.p":"3.00","b.k2.q":4,"b.k2.p":"0.50"}"#, r#"{"b.k7.q":4,"b.k7.p":"8.00"}"#]);
    assert_eq!(figure(&figures, "b.*.q").value, Cell::Integer(10));
    assert_eq!(figure(&figures, "b.*.p").value, Cell::text("8.00"));
    assert_eq!(figure(&figures, "b.*.v").value, Cell::text("40.00"));
    assert_eq!(figure(&figures, "s.total.v").value, Cell::text("40.00"));
    assert_eq!(figure(&figures, "s.unit.v").value, Cell::text("4.00"));
}

#[test]
fn leaves_travel_in_as_many_bytes_as_their_items_need() {
    let form = trial();
    let leaf = leaf(&form, &cells(r#"{"a.r1.n":258,"a.r2.m":{"na":true}}"#));
    let bytes = leaf.to_bytes();
    assert_eq!(Leaf::from_bytes(&bytes), leaf);
    let item = |key: &str| {
        let at = form.measures().iter().find(|measure| measure.key.as_str() == key).unwrap().index;
        leaf.items()[at]
    };
    assert_eq!((item("a.r1.n"), item("a.r2.m"), item("a.r1.m")), (258, NOT_APPLICABLE, BLANK));
    let one_more = [&bytes[..], &[3]].concat();
    assert!(matches!(Totals::new(&form).add_bytes(&one_more, 0), Err(RollUpFault::WrongLength { .. })));
    assert!(Totals::new(&form).add_bytes(&bytes[..bytes.len() - 1], 0).is_err());
}

#[test]
fn an_overflow_is_an_error_and_never_wraps() {
    let form = trial();
    let huge = Leaf::from_iter(form.measures().iter().map(|_| i64::MAX));
    let mut totals = Totals::new(&form);
    totals.add(&huge, 0).unwrap();
    let mut fault = None;
    for _ in 0..10 {
        let copy = totals.clone();
        fault = totals.merge(&copy).err().or(totals.figures(&form).err());
        if fault.is_some() {
            break;
        }
    }
    assert_eq!(fault, Some(RollUpFault::Overflow));
}

proptest! {
    #[test]
    fn any_items_come_back_from_their_bytes(items: Vec<i64>) {
        let edges = [i64::MIN, i64::MIN + 1, i64::MAX, -1, 0, 1, 62, 63, -62, -63];
        let leaf: Leaf = items.into_iter().chain(edges).collect();
        prop_assert_eq!(Leaf::from_bytes(&leaf.to_bytes()), leaf);
    }
}

type Report = (Cells, i64);

fn any_reports() -> impl Strategy<Value = Vec<Report>> {
    let cells = proptest::collection::vec(any_entry(&trial()), 0..40).prop_map(|entries| entries.into_iter().collect());
    proptest::collection::vec((cells, 0i64..5), 0..8)
}

/// The slow way: straight from the leaves, with decimals.
fn by_hand(form: &Form, reports: &[Report], at: usize) -> Option<Decimal> {
    let measure = &form.measures()[at];
    let leaves: Vec<(Leaf, i64)> = reports.iter().map(|(cells, at)| (leaf(form, cells), *at)).collect();
    let number = |item: i64, scale: u32| (item != BLANK && item != NOT_APPLICABLE).then(|| Decimal::new(item, scale));
    let values = || {
        leaves.iter().filter_map(|(leaf, at_micros)| Some((number(leaf.items()[at], measure.scale)?, leaf, *at_micros)))
    };
    match measure.kind {
        MeasureKind::Sum | MeasureKind::Count => values().map(|(value, ..)| value).reduce(|a, b| a + b),
        MeasureKind::Min => values().map(|(value, ..)| value).min(),
        MeasureKind::Max => values().map(|(value, ..)| value).max(),
        MeasureKind::Last => values().max_by_key(|(value, _, at)| (*at, *value)).map(|(value, ..)| value),
        MeasureKind::Average { weight } => {
            let weighed: Vec<(Decimal, Decimal)> = values()
                .filter_map(|(value, leaf, _)| Some((value, number(leaf.items()[weight], 0)?)))
                .filter(|(_, weight)| !weight.is_sign_negative())
                .collect();
            let sum: Decimal = weighed.iter().map(|(value, weight)| value * weight).sum();
            let weights: Decimal = weighed.iter().map(|(_, weight)| weight).sum();
            sum.checked_div(weights)
                .map(|average| average.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
        }
        MeasureKind::Formula => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn totals_equal_a_recomputation_from_scratch(reports in any_reports()) {
        let form = trial();
        let figures = totals(&form, &reports).figures(&form).unwrap();
        for measure in form.measures().iter().filter(|measure| measure.kind != MeasureKind::Formula && !measure.is_date) {
            let figure = &figures[measure.index];
            prop_assert_eq!(figure.value.decimal(), by_hand(&form, &reports, measure.index), "{}", measure.key);
            prop_assert_eq!((figure.counted + figure.blank + figure.not_applicable) as usize, reports.len());
        }
    }

    #[test]
    fn totals_do_not_depend_on_order_or_grouping(reports in any_reports(), cut in 0usize..8, turn in 0usize..8) {
        let form = trial();
        let whole = totals(&form, &reports);
        let (left, right) = reports.split_at(cut.min(reports.len()));
        let mut merged = totals(&form, right);
        merged.merge(&totals(&form, left)).unwrap();
        prop_assert_eq!(merged.figures(&form).unwrap(), whole.figures(&form).unwrap());
        let mut turned = reports.clone();
        turned.rotate_left(turn.min(reports.len()));
        prop_assert_eq!(totals(&form, &turned).figures(&form).unwrap(), whole.figures(&form).unwrap());
    }

    #[test]
    fn an_item_read_alone_from_kept_totals_is_what_all_totals_say_of_it(
        reports in any_reports(),
        cut in 0usize..8,
    ) {
        let form = trial();
        let figures = totals(&form, &reports).figures(&form).unwrap();
        let (one, other) = reports.split_at(cut.min(reports.len()));
        let kept = [one, other].map(|reports| {
            let leaves: Vec<(Vec<u8>, i64)> =
                reports.iter().map(|(cells, at)| (leaf(&form, cells).to_bytes(), *at)).collect();
            KeptTotals::of(&form, leaves.iter().map(|(leaf, at)| (leaf.as_slice(), *at))).unwrap()
        });
        for (measure, total) in form.measures().iter().zip(figures) {
            let Some(item) = OneItem::of(&form, measure) else { continue };
            let mut sum = item.read(&kept[0]).unwrap();
            item.merge(&mut sum, &item.read(&kept[1]).unwrap()).unwrap();
            // What a formula makes of totals that are blank is its own affair.
            if measure.kind != MeasureKind::Formula {
                prop_assert_eq!(item.value(&sum).unwrap(), total.value, "{}", total.key.as_str());
            }
        }
    }
}
