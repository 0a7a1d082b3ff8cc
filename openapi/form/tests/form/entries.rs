//! Reading what people type.

use fupin_form::{Cell, CellSpec, FaultCode, check_cell, display_cell, parse_entry};
use proptest::prelude::*;

use crate::trial::trial;

fn spec(key: &str) -> CellSpec {
    trial().cell(key).unwrap().clone()
}

fn read(key: &str, typed: &str) -> Result<Cell, FaultCode> {
    parse_entry(&spec(key), typed).map_err(|fault| fault.code)
}

#[test]
fn numbers_are_read_as_people_in_offices_type_them() {
    for typed in ["12300", " １２，３００ ", "12,300", "１２３００．０", "+12300", "12 300", "012300"] {
        assert_eq!(read("a.r1.n", typed), Ok(Cell::Integer(12300)), "{typed}");
    }
    for typed in ["1,234.5", "１，２３４．５０", "1234.50元", "1234。5"] {
        assert_eq!(read("a.r1.m", typed), Ok(Cell::text("1234.50")), "{typed}");
    }
    assert_eq!(read("a.r1.m", "－５"), Ok(Cell::text("-5.00")));
    assert_eq!(read("a.r1.m", "-0"), Ok(Cell::text("0.00")));
}

#[test]
fn a_comma_that_may_mean_a_point_is_not_guessed_at() {
    for typed in ["1,2", "12,34", ",123", "1,,234", "1.2,345", "1234,567"] {
        assert_eq!(read("a.r1.m", typed), Err(FaultCode::NotANumber), "{typed}");
    }
}

#[test]
fn refusals_say_what_is_wrong() {
    assert_eq!(read("a.r1.n", "1.5"), Err(FaultCode::NotWhole));
    assert_eq!(read("a.r1.m", "1.234"), Err(FaultCode::TooManyDecimals));
    assert_eq!(read("a.r1.n", "十二"), Err(FaultCode::NotANumber));
    assert_eq!(read("a.r1.n", "-3"), Err(FaultCode::BelowMin));
    assert_eq!(read("a.r1.n", "99999999999999999999"), Err(FaultCode::TooLarge));
    assert_eq!(read("a.r1.d", "2026-13-01"), Err(FaultCode::NotADate));
    assert_eq!(read("a.r1.c", "写信"), Err(FaultCode::NotAnOption));
    assert_eq!(read("a.all.n", "1"), Err(FaultCode::BlockedCell));
    assert_eq!(read("a.r3.m", "1"), Err(FaultCode::BlockedCell));
}

#[test]
fn dates_choices_and_texts_come_in_many_forms_and_one_is_kept() {
    for typed in [
        "2026-11-23",
        "2026/11/23",
        "2026.11.23",
        "20261123",
        "2026年11月23日",
        "２０２６－１１－２３",
        "2026年 11月 23日",
    ] {
        assert_eq!(read("a.r1.d", typed), Ok(Cell::text("2026-11-23")), "{typed}");
    }
    assert_eq!(read("a.r1.d", "2026-1-5"), Ok(Cell::text("2026-01-05")));
    assert_eq!(read("a.r1.c", "入户"), Ok(Cell::text("x")));
    assert_eq!(read("a.r1.c", "Ｘ"), Ok(Cell::text("x")));
    assert_eq!(read("a.r1.t", "  １号 "), Ok(Cell::text("１号")));
}

#[test]
fn blank_and_not_applicable_are_not_zero() {
    assert_eq!(read("a.r2.n", "  "), Ok(Cell::Blank));
    for typed in ["不适用", "/", "／", "—", "——", "-"] {
        assert_eq!(read("a.r2.n", typed), Ok(Cell::NotApplicable), "{typed}");
    }
    assert_eq!(read("a.r1.t", "/"), Ok(Cell::text("/")));
    assert_eq!(read("a.r1.n", "不适用"), Err(FaultCode::MustApply));
}

#[test]
fn cells_are_shown_with_thousands_and_labels() {
    assert_eq!(display_cell(&spec("a.r1.m"), &Cell::text("-1234567.5")), "-1,234,567.50");
    assert_eq!(display_cell(&spec("a.r1.n"), &Cell::Integer(123)), "123");
    assert_eq!(display_cell(&spec("a.r1.c"), &Cell::text("y")), "电话");
    assert_eq!(display_cell(&spec("a.r1.d"), &Cell::text("2026-11-23")), "2026-11-23");
    assert_eq!(display_cell(&spec("a.r1.n"), &Cell::NotApplicable), "/");
    assert_eq!(display_cell(&spec("a.r1.n"), &Cell::Blank), "");
}

fn any_typed() -> impl Strategy<Value = String> {
    prop_oneof![".{0,40}", "[0-9０-９，,.．。+－\\-/年月日元 ]{0,24}", "-?[0-9]{1,3}(,[0-9]{3}){0,4}(\\.[0-9]{0,3})?"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn whatever_is_typed_is_read_or_refused_and_what_is_read_is_accepted_and_shown(typed in any_typed()) {
        let form = trial();
        for key in ["a.r1.n", "a.r2.n", "a.r1.m", "a.r1.r", "a.r1.d", "a.r1.c", "a.r1.t", "a.all.n", "a.r3.m", "b.k1.q"] {
            let spec = form.cell(key).unwrap();
            if let Ok(cell) = parse_entry(spec, &typed) {
                prop_assert_eq!(check_cell(&form, key, &cell), Ok(()));
                prop_assert_eq!(parse_entry(spec, &display_cell(spec, &cell)), Ok(cell));
            }
        }
    }
}
