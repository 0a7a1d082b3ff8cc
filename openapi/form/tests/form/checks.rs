//! Computing and checking reports.

use std::collections::BTreeMap;

use fupin_form::{Cell, FaultCode, Finding, Severity, Sheet, check, check_cell, compute, ready_to_submit};
use proptest::prelude::*;

use crate::trial::{any_entry, cells, key, trial};

fn computed(json: &str, key: &str) -> Cell {
    let mut cells = cells(json);
    compute(&trial(), &mut cells);
    cells.cell(key).clone()
}

#[test]
fn a_sum_passes_over_blank_and_not_applicable_cells() {
    assert_eq!(computed(r#"{"a.r1.n":3,"a.r2.n":{"na":true}}"#, "a.all.n"), Cell::Integer(3));
    assert_eq!(computed(r#"{"a.r1.n":0}"#, "a.all.n"), Cell::Integer(0));
    assert_eq!(computed("{}", "a.all.n"), Cell::Blank);
    assert_eq!(computed(r#"{"a.r1.m":{"na":true},"a.r2.m":{"na":true}}"#, "a.all.m"), Cell::NotApplicable);
}

#[test]
fn a_quotient_needs_both_sides_and_rounds_half_away_from_zero() {
    assert_eq!(computed(r#"{"a.r1.n":8,"a.r1.m":"1.00"}"#, "a.r1.avg"), Cell::text("0.13"));
    assert_eq!(computed(r#"{"a.r1.n":8,"a.r1.m":"-1.00"}"#, "a.r1.avg"), Cell::text("-0.13"));
    assert_eq!(computed(r#"{"a.r1.n":0,"a.r1.m":"1.00"}"#, "a.r1.avg"), Cell::Blank);
    assert_eq!(computed(r#"{"a.r1.n":8}"#, "a.r1.avg"), Cell::Blank);
    assert_eq!(computed(r#"{"a.r1.n":8,"a.r1.m":{"na":true}}"#, "a.r1.avg"), Cell::NotApplicable);
}

#[test]
fn where_a_computed_row_crosses_a_computed_column_the_column_stands() {
    let json = r#"{"a.r1.n":1,"a.r1.m":"3.00","a.r2.n":2,"a.r2.m":"3.00"}"#;
    assert_eq!(computed(json, "a.all.avg"), Cell::text("2.00"));
    assert_eq!(computed(json, "a.all.m"), Cell::text("6.00"));
}

#[test]
fn what_a_client_sends_for_a_computed_cell_is_ignored_and_overwritten() {
    assert_eq!(computed(r#"{"a.all.n":99,"a.r1.n":1}"#, "a.all.n"), Cell::Integer(1));
    assert_eq!(computed(r#"{"a.all.n":"nonsense"}"#, "a.all.n"), Cell::Blank);
    assert!(check_cell(&trial(), "a.all.n", &Cell::text("nonsense")).is_ok());
    assert!(computed(r#"{"b.k1.v":"5.00"}"#, "b.k1.v").is_blank(), "a computed cell alone makes no row");
}

#[test]
fn dynamic_rows_are_computed_each_and_seen_as_a_column_from_outside() {
    let json = r#"{"b.k1.q":2,"b.k1.p":"3.00","b.k2.q":4,"b.k2.p":"0.50"}"#;
    assert_eq!(computed(json, "b.k1.v"), Cell::text("6.00"));
    assert_eq!(computed(json, "b.k2.w"), Cell::text("25.00"));
    assert_eq!(computed(json, "s.total.v"), Cell::text("8.00"));
}

fn found(json: &str) -> Vec<Finding> {
    check(&trial(), &cells(json))
}

fn codes(json: &str, key: &str) -> Vec<FaultCode> {
    found(json)
        .into_iter()
        .filter(|finding| finding.cells.iter().any(|cell| cell.as_str() == key))
        .map(|finding| finding.code)
        .collect()
}

#[test]
fn every_fault_of_a_cell_has_its_code() {
    assert_eq!(codes("{}", "a.r1.n"), [FaultCode::RequiredMissing]);
    assert_eq!(codes(r#"{"a.r1.n":-1}"#, "a.r1.n"), [FaultCode::BelowMin]);
    assert_eq!(codes(r#"{"a.r1.n":100001}"#, "a.r1.n"), [FaultCode::AboveMax]);
    assert_eq!(codes(r#"{"a.r1.n":"1"}"#, "a.r1.n"), [FaultCode::WrongType]);
    assert_eq!(codes(r#"{"a.r1.n":{"na":true}}"#, "a.r1.n"), [FaultCode::MustApply]);
    assert_eq!(codes(r#"{"a.r1.m":"1.005"}"#, "a.r1.m"), [FaultCode::TooManyDecimals]);
    assert_eq!(codes(r#"{"a.r1.m":"1e5"}"#, "a.r1.m"), [FaultCode::NotANumber]);
    assert_eq!(codes(r#"{"a.r1.m":90071992547410}"#, "a.r1.m"), [FaultCode::TooLarge]);
    assert_eq!(codes(r#"{"a.r1.d":"2026-02-30"}"#, "a.r1.d"), [FaultCode::NotADate]);
    assert_eq!(codes(r#"{"a.r1.d":"2019-12-31"}"#, "a.r1.d"), [FaultCode::BelowMin]);
    assert_eq!(codes(r#"{"a.r1.c":"入户"}"#, "a.r1.c"), [FaultCode::NotAnOption]);
    assert_eq!(codes(r#"{"a.r1.t":"一二三四五六七八九十一"}"#, "a.r1.t"), [FaultCode::TooLong]);
    assert_eq!(codes(r#"{"a.r1.t":"一\u202e二"}"#, "a.r1.t"), [FaultCode::BadCharacter]);
    assert_eq!(codes(r#"{"a.r3.m":1}"#, "a.r3.m"), [FaultCode::BlockedCell]);
    for unknown in ["a.r9.n", "a.r1", "nonsense", "b.K.q", "a.*.n"] {
        assert_eq!(codes(&format!(r#"{{"{unknown}":1}}"#), unknown), [FaultCode::UnknownCell], "{unknown}");
    }
}

#[test]
fn dynamic_rows_are_counted() {
    let counts = |json: &str| -> Vec<FaultCode> {
        found(json).into_iter().filter(|f| f.cells.is_empty()).map(|f| f.code).collect()
    };
    assert_eq!(counts("{}"), [FaultCode::TooFewRows]);
    assert_eq!(counts(r#"{"b.k1.q":1}"#), []);
    assert_eq!(counts(r#"{"b.k1.q":1,"b.k2.q":1,"b.k3.q":1,"b.k4.q":1}"#), [FaultCode::TooManyRows]);
}

#[test]
fn a_broken_rule_brings_its_sentence_its_cells_and_its_values() {
    let findings = found(r#"{"a.r1.n":1200,"a.r2.n":1,"a.r3.n":0,"a.r2.r":"50.0","b.k1.q":5}"#);
    let rule = |id: &str| findings.iter().find(|finding| finding.rule.as_deref() == Some(id)).unwrap();
    let first = rule("first_not_above_all");
    assert_eq!(first.message.as_deref(), Some("甲（1,200）过半（1,201）"));
    assert_eq!(first.params["a.r1.n"], "1,200");
    assert_eq!(first.cells, [key("a.r1.n")]);
    let second = rule("satisfied/r2");
    assert_eq!((second.severity, second.message.as_deref()), (Severity::Soft, Some("乙满意度50.0偏低")));
    let third = rule("priced/k1");
    assert_eq!(
        (third.message.as_deref(), third.cells.as_slice()),
        (Some("第1行数量5，未填单价"), [key("b.k1.p")].as_slice())
    );
}

#[test]
fn a_rule_that_cannot_be_judged_is_not_broken() {
    let broken = |json: &str| found(json).into_iter().filter_map(|finding| finding.rule).collect::<Vec<_>>();
    assert_eq!(broken("{}"), [] as [&str; 0]);
    assert_eq!(broken(r#"{"a.r1.n":{"na":true},"a.r2.n":4}"#), [] as [&str; 0]);
    assert_eq!(broken(r#"{"a.r1.c":"y"}"#), [] as [&str; 0]);
    assert_eq!(broken(r#"{"a.r1.c":"y","a.r1.d":"2022-03-01","a.r2.d":"2022-01-01"}"#), ["by_phone"]);
    assert_eq!(broken(r#"{"a.r1.c":"x","a.r1.d":"2022-03-01","a.r2.d":"2022-01-01"}"#), [] as [&str; 0]);
}

#[test]
fn a_soft_rule_passes_with_an_explanation_and_a_hard_one_never() {
    let form = trial();
    let soft = cells(r#"{"a.r1.n":1,"a.r2.n":1,"a.r3.n":0,"a.r1.r":"50.0","a.r2.r":"90.0","b.k1.q":0}"#);
    let submit = |cells, explanation: &str| {
        ready_to_submit(&form, cells, &BTreeMap::from([("satisfied/r1".to_owned(), explanation.to_owned())]))
    };
    assert!(ready_to_submit(&form, &soft, &BTreeMap::new()).is_err());
    assert!(submit(&soft, "太短了 ").is_err());
    assert_eq!(submit(&soft, "属实无误"), Ok(()));
    let mut hard = soft.clone();
    hard.insert(key("a.r1.n"), Cell::Integer(2));
    let explained =
        BTreeMap::from(["satisfied/r1", "first_not_above_all"].map(|rule| (rule.to_owned(), "情况属实".to_owned())));
    let left = ready_to_submit(&form, &hard, &explained).unwrap_err();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].rule.as_deref(), Some("first_not_above_all"));
}

#[test]
fn a_row_taken_out_leaves_nothing_behind() {
    let form = trial();
    let mut sheet = Sheet::new(&form, &cells(r#"{"b.k1.q":2,"b.k1.p":"3.00","b.k2.q":"错"}"#));
    let mut findings = sheet.check(&form);
    sheet.remove_row(&form, 1, "k2").apply_to(&mut findings);
    assert_eq!(sheet.row_ids(1).collect::<Vec<_>>(), ["k1"]);
    assert_eq!(sheet, Sheet::new(&form, &cells(r#"{"b.k1.q":2,"b.k1.p":"3.00"}"#)));
    sort(&mut findings);
    assert_eq!(findings, {
        let mut all = sheet.check(&form);
        sort(&mut all);
        all
    });
}

#[test]
fn a_report_is_kept_in_one_form() {
    let form = trial();
    let typed = r#"{"a.r1.n":4,"a.r1.m":2,"a.r1.t":" 好 ","a.r2.n":null,"a.all.n":9,"b.k1.q":2,"b.k1.p":"1.5"}"#;
    let kept = Sheet::new(&form, &cells(typed)).to_cells(&form);
    let expected = r#"{"a.all.avg":"0.50","a.all.m":"2.00","a.all.n":4,"a.r1.avg":"0.50","a.r1.m":"2.00","a.r1.n":4,"a.r1.t":"好","b.k1.p":"1.50","b.k1.q":2,"b.k1.v":"3.00","b.k1.w":"100.00","s.total.v":"3.00","s.unit.v":"1.50"}"#;
    assert_eq!(serde_json::to_string(&kept).unwrap(), expected);
    assert_eq!(Sheet::new(&form, &kept).to_cells(&form), kept);
}

#[test]
fn progress_counts_what_a_person_fills_in() {
    let form = trial();
    assert_eq!(form.fillable_cells(), 3 * 6 - 1 + 2);
    let sheet = Sheet::new(&form, &cells(r#"{"a.r1.n":2,"a.r2.n":{"na":true},"b.k1.q":2,"a.all.n":5}"#));
    assert_eq!(sheet.progress(&form), (3, form.fillable_cells() + 2));
}

fn sort(findings: &mut [Finding]) {
    findings.sort_by_key(|finding| (finding.rule.clone(), finding.cells.clone(), finding.code));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_sheet_that_is_told_each_change_agrees_with_one_made_anew(
        entries in proptest::collection::vec(any_entry(&trial()), 1..60),
    ) {
        let form = trial();
        let mut kept = fupin_form::Cells::new();
        let mut sheet = Sheet::new(&form, &kept);
        let mut findings = sheet.check(&form);
        for (key, cell) in entries {
            sheet.set(&form, key.as_str(), &cell).apply_to(&mut findings);
            kept.insert(key, cell);
        }
        let anew = Sheet::new(&form, &kept);
        prop_assert_eq!(&sheet, &anew);
        let mut all = anew.check(&form);
        sort(&mut all);
        sort(&mut findings);
        prop_assert_eq!(findings, all);
    }

    #[test]
    fn computing_twice_changes_nothing(entries in proptest::collection::vec(any_entry(&trial()), 0..60)) {
        let form = trial();
        let mut cells: fupin_form::Cells = entries.into_iter().collect();
        compute(&form, &mut cells);
        let mut again = cells.clone();
        compute(&form, &mut again);
        prop_assert_eq!(cells, again);
    }
}
