//! Definitions: what is refused, where, and that they travel unchanged.

use fupin_form::{DefinitionCode, Form, FormDefinition};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::trial::TRIAL;

fn faults(change: impl FnOnce(&mut Value)) -> Vec<(String, DefinitionCode)> {
    let mut definition: Value = serde_json::from_str(TRIAL).unwrap();
    change(&mut definition);
    let definition: FormDefinition = serde_json::from_value(definition).unwrap();
    Form::compile(definition).err().unwrap_or_default().into_iter().map(|fault| (fault.path, fault.code)).collect()
}

fn fault_at(pointer: &str, value: Value) -> (String, DefinitionCode) {
    let mut found = faults(|definition| *definition.pointer_mut(pointer).unwrap() = value);
    assert_eq!(found.len(), 1, "{pointer}: {found:?}");
    found.remove(0)
}

const AVG: &str = "/sections/0/columns/1/children/1/cell/type/computed/formula";

#[test]
fn the_trial_form_itself_has_no_fault() {
    assert_eq!(faults(|_| {}), []);
}

#[test]
fn a_formula_is_refused_at_its_place_with_its_reason() {
    let reason = |formula: &str| {
        let (path, code) = fault_at(AVG, json!(formula));
        assert_eq!(path, AVG);
        code
    };
    assert_eq!(reason("m / "), DefinitionCode::Syntax);
    assert_eq!(reason("m / nobody"), DefinitionCode::UnknownReference);
    assert_eq!(reason("x.r1.m"), DefinitionCode::UnknownReference);
    assert_eq!(reason("b.k1.q"), DefinitionCode::UnknownReference);
    assert_eq!(reason("mean(m)"), DefinitionCode::UnknownFunction);
    assert_eq!(reason("abs(m, n)"), DefinitionCode::WrongArguments);
    assert_eq!(reason("round(m, n)"), DefinitionCode::WrongArguments);
    assert_eq!(reason("sum()"), DefinitionCode::WrongArguments);
    assert_eq!(reason("r1:r3.m"), DefinitionCode::RangeNotAllowed);
    assert_eq!(reason("sum(r3:r1.m)"), DefinitionCode::UnknownReference);
    assert_eq!(reason("sum(r3:r3.m)"), DefinitionCode::EmptyRange);
    assert_eq!(reason("b.@.q"), DefinitionCode::NoCurrentCell);
    assert_eq!(reason("t + 1"), DefinitionCode::TypeMismatch);
    assert_eq!(reason("m > 1"), DefinitionCode::TypeMismatch);
    assert_eq!(reason("sum(r1:r3.t)"), DefinitionCode::TypeMismatch);
    assert_eq!(reason("if(c = 'z', 1, 2)"), DefinitionCode::UnknownReference);
    assert_eq!(reason("if(d > '2026-13-01', 1, 2)"), DefinitionCode::TypeMismatch);
    assert_eq!(reason("avg"), DefinitionCode::Cycle);
}

#[test]
fn a_bound_longer_than_any_cell_is_not_read_and_one_that_is_no_bound_is_named() {
    let place = "/sections/0/columns/0/cell/min";
    let mut definition: Value = serde_json::from_str(TRIAL).unwrap();
    definition["sections"][0]["columns"][0]["cell"]["min"] = json!("0".repeat(2_001));
    assert!(serde_json::from_value::<FormDefinition>(definition).is_err());
    let named = faults(|definition| definition["sections"][0]["columns"][0]["cell"]["min"] = json!("x".repeat(2_000)));
    assert!(named.iter().any(|(path, _)| path.starts_with(place)), "{named:?}");
}

#[test]
fn a_list_is_not_read_for_what_is_said_of_cells() {
    let mut definition: Value = serde_json::from_str(TRIAL).unwrap();
    definition["sections"][0]["columns"][0]["cell"] = json!([null, null]);
    assert!(serde_json::from_value::<FormDefinition>(definition).is_err());
}

#[test]
fn a_cycle_is_named_at_every_place_it_runs_through_and_nowhere_else() {
    let found = faults(|definition| {
        *definition.pointer_mut(AVG).unwrap() = json!("s.total.v");
        *definition.pointer_mut("/sections/2/columns/0/cell/type/computed/formula").unwrap() = json!("a.r1.avg");
    });
    let cycles: Vec<&str> =
        found.iter().filter(|(_, code)| *code == DefinitionCode::Cycle).map(|(path, _)| path.as_str()).collect();
    assert_eq!(cycles, [AVG, "/sections/2/columns/0/cell/type/computed/formula"]);
}

#[test]
fn keys_are_well_formed_and_stand_once() {
    assert_eq!(
        fault_at("/sections/0/rows/fixed/1/label", json!(" ")),
        ("/sections/0/rows/fixed/1/label".into(), DefinitionCode::Empty)
    );
    assert_eq!(
        faults(|definition| definition["sections"][2]["key"] = json!("a"))[0],
        ("/sections/2/key".into(), DefinitionCode::DuplicateKey)
    );
    assert_eq!(faults(|definition| definition["sections"][2]["key"] = json!("And"))[0].1, DefinitionCode::InvalidKey);
    assert_eq!(faults(|definition| definition["sections"][2]["key"] = json!("and"))[0].1, DefinitionCode::InvalidKey);
    assert_eq!(fault_at("/rules/1/id", json!("priced")), ("/rules/2/id".into(), DefinitionCode::DuplicateKey));
    let twice = |definition: &mut Value| definition["sections"][0]["rows"]["fixed"][2]["key"] = json!("r1");
    assert!(faults(twice).contains(&("/sections/0/rows/fixed/2/key".into(), DefinitionCode::DuplicateKey)));
}

#[test]
fn types_bounds_roll_ups_and_rows_must_fit() {
    let column = "/sections/0/columns/0/cell";
    assert_eq!(
        fault_at("/sections/0/columns/0/cell/min", json!("a")),
        (format!("{column}/min"), DefinitionCode::BoundMismatch)
    );
    assert_eq!(
        fault_at("/sections/0/columns/0/cell/max", json!(-1)),
        (format!("{column}/max"), DefinitionCode::BoundsReversed)
    );
    assert_eq!(
        fault_at("/sections/0/columns/1/children/1/cell/type/computed/scale", json!(9)).1,
        DefinitionCode::ScaleTooLarge
    );
    assert_eq!(fault_at("/sections/0/columns/4/cell/roll_up", json!("last")).1, DefinitionCode::RollUpMismatch);
    assert_eq!(
        fault_at("/sections/0/columns/2/cell/roll_up", json!({"average": {"weight": "t"}})).1,
        DefinitionCode::WeightNotSummed
    );
    assert_eq!(
        fault_at("/sections/0/columns/2/cell/roll_up", json!({"average": {"weight": "zz"}})).1,
        DefinitionCode::UnknownReference
    );
    assert_eq!(
        fault_at("/sections/1/columns/1/cell/roll_up", json!({"average": {"weight": "q"}})).1,
        DefinitionCode::RollUpMismatch
    );
    assert_eq!(
        fault_at("/sections/0/columns/4/cell/type", json!({"choice": {"dictionary": "nobody"}})).1,
        DefinitionCode::UnknownDictionary
    );
    assert_eq!(
        fault_at("/sections/0/columns/4/cell/type", json!({"choice": {"options": []}})).1,
        DefinitionCode::Empty
    );
    let untyped = faults(|definition| definition["sections"][0]["columns"][5]["cell"] = json!({}));
    assert!(untyped.contains(&("/sections/0/columns/5/cell".into(), DefinitionCode::MissingType)), "{untyped:?}");
    assert_eq!(
        fault_at("/sections/1/rows/dynamic/max", json!(0)),
        ("/sections/1/rows/dynamic".into(), DefinitionCode::RowLimits)
    );
    assert_eq!(
        fault_at("/sections/0/cells/0/row", json!("r7")),
        ("/sections/0/cells/0/row".into(), DefinitionCode::UnknownReference)
    );
    assert_eq!(
        fault_at("/sections/2/cells/0/cell/type/computed/formula", json!("sum(b.*.v) / count(b.*.q)")).1,
        DefinitionCode::FormulaNeedsSums
    );
}

#[test]
fn rules_refer_to_what_exists_and_say_something() {
    assert_eq!(
        fault_at("/rules/0/expression", json!("a.r1.n")),
        ("/rules/0/expression".into(), DefinitionCode::TypeMismatch)
    );
    assert_eq!(
        fault_at("/rules/0/expression", json!("n > 1")),
        ("/rules/0/expression".into(), DefinitionCode::NoCurrentCell)
    );
    assert_eq!(fault_at("/rules/0/cells", json!([])), ("/rules/0/cells".into(), DefinitionCode::Empty));
    assert_eq!(
        fault_at("/rules/0/message", json!("{a.r1.zz}")),
        ("/rules/0/message".into(), DefinitionCode::UnknownReference)
    );
    assert_eq!(fault_at("/rules/0/message", json!("{a.r1.n")), ("/rules/0/message".into(), DefinitionCode::Syntax));
    assert_eq!(fault_at("/rules/0/message", json!("{@}")), ("/rules/0/message".into(), DefinitionCode::NoCurrentCell));
    assert_eq!(fault_at("/rules/2/each", json!("zz")), ("/rules/2/each".into(), DefinitionCode::UnknownReference));
}

#[test]
fn many_faults_are_named_at_once() {
    let found = faults(|definition| {
        *definition.pointer_mut(AVG).unwrap() = json!("m /");
        definition["title"] = json!("");
        definition["rules"][0]["expression"] = json!("a.b.c > 1");
    });
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn a_form_without_end_is_refused_before_it_is_built() {
    let rows: Vec<Value> = (0..5_001).map(|at| json!({"key": format!("r{at}"), "label": "行"})).collect();
    let found = faults(|definition| definition["sections"][0]["rows"]["fixed"] = json!(rows));
    assert_eq!(found, [("/sections".to_owned(), DefinitionCode::TooManyCells)]);
}

#[test]
fn a_form_that_reads_its_cells_without_end_is_refused() {
    let rows: Vec<Value> = (0..600).map(|at| json!({"key": format!("r{at}"), "label": "行"})).collect();
    let found = faults(|definition| {
        definition["rules"] = json!([]);
        definition["sections"] = json!([{
            "key": "a", "title": "一", "row_header": "项", "rows": {"fixed": rows},
            "columns": [
                {"key": "n", "title": "数", "cell": {"type": "integer"}},
                {"key": "s", "title": "和", "cell": {"type": {"computed": {"formula": "sum(*.n)"}}}}
            ]
        }]);
    });
    assert_eq!(found, [("/sections".to_owned(), DefinitionCode::TooManyReferences)]);
}

#[test]
fn unknown_fields_are_refused_wherever_they_stand() {
    for pointer in [
        "",
        "/sections/0",
        "/sections/0/columns/0",
        "/sections/0/columns/1",
        "/sections/0/columns/0/cell",
        "/sections/0/rows/fixed/0",
        "/rules/0",
    ] {
        let mut definition: Value = serde_json::from_str(TRIAL).unwrap();
        definition.pointer_mut(pointer).unwrap()["surprise"] = json!(1);
        assert!(serde_json::from_value::<FormDefinition>(definition).is_err(), "{pointer}");
    }
}

#[test]
fn the_header_is_derived_with_its_spans() {
    let form = crate::trial::trial();
    let header: Vec<Vec<(&str, usize, usize)>> = form.sections()[0]
        .header
        .iter()
        .map(|row| row.iter().map(|cell| (cell.title.as_str(), cell.rowspan, cell.colspan)).collect())
        .collect();
    assert_eq!(
        header[0],
        [("人数", 2, 1), ("金额", 1, 2), ("满意度", 2, 1), ("日期", 2, 1), ("方式", 2, 1), ("说明", 2, 1)]
    );
    assert_eq!(header[1], [("收入", 1, 1), ("人均", 1, 1)]);
    assert_eq!(form.cell("a.r1.avg").unwrap().column_title, "金额 / 人均");
}

fn any_traits() -> impl Strategy<Value = Value> {
    let cell_type = prop_oneof![
        Just(json!("integer")),
        Just(json!("money")),
        Just(json!("date")),
        (0u32..9).prop_map(|scale| json!({"decimal": {"scale": scale}})),
        (0u32..9).prop_map(|max_len| json!({"text": {"max_len": max_len}})),
        ".{0,12}".prop_map(|formula| json!({"computed": {"formula": formula}})),
        "[a-c@*:. +()]{0,12}".prop_map(|formula| json!({"computed": {"formula": formula, "scale": 2}})),
        Just(json!({"choice": {"dictionary": "d"}})),
    ];
    let bound = prop_oneof![any::<i32>().prop_map(|n| json!(n)), Just(json!("2026-01-01")), Just(json!(null))];
    let roll_up = prop_oneof![
        Just(json!("sum")),
        Just(json!("last")),
        Just(json!("formula")),
        Just(json!({"average": {"weight": "a"}}))
    ];
    (
        proptest::option::of(cell_type),
        proptest::option::of(bound),
        proptest::option::of(roll_up),
        proptest::option::of(any::<bool>()),
    )
        .prop_map(|(cell_type, min, roll_up, blocked)| {
            let fields =
                [("type", cell_type), ("min", min), ("roll_up", roll_up), ("blocked", blocked.map(Value::from))];
            fields
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), value?)))
                .filter(|(_, value)| !value.is_null())
                .collect()
        })
}

fn with_traits(mut node: Value, traits: Value) -> Value {
    if traits.as_object().is_some_and(|fields| !fields.is_empty()) {
        node["cell"] = traits;
    }
    node
}

fn any_definition() -> impl Strategy<Value = Value> {
    let column =
        ("[a-c]", any_traits()).prop_map(|(key, traits)| with_traits(json!({"key": key, "title": "列"}), traits));
    let columns = column.prop_recursive(3, 8, 3, |inner| {
        proptest::collection::vec(inner, 0..3).prop_map(|children| json!({"title": "组", "children": children}))
    });
    let row = ("[a-c]", any_traits()).prop_map(|(key, traits)| with_traits(json!({"key": key, "label": "行"}), traits));
    let rows = prop_oneof![
        proptest::collection::vec(row, 0..4).prop_map(|rows| json!({"fixed": rows})),
        (0u32..3, 0u32..3).prop_map(|(min, max)| json!({"dynamic": {"min": min, "max": max}})),
    ];
    let section = ("[a-c]", proptest::collection::vec(columns, 0..4), rows).prop_map(
        |(key, columns, rows)| json!({"key": key, "title": "节", "row_header": "项", "columns": columns, "rows": rows}),
    );
    let rule = ("[a-c]", ".{0,12}", "[a-c@{}.]{0,9}", proptest::option::of("[a-c]")).prop_map(
        |(id, expression, message, each)| {
            let mut rule =
                json!({"id": id, "severity": "soft", "expression": expression, "cells": ["a"], "message": message});
            if let Some(each) = each {
                rule["each"] = json!(each);
            }
            rule
        },
    );
    (proptest::collection::vec(section, 0..3), proptest::collection::vec(rule, 1..3))
        .prop_map(|(sections, rules)| json!({"code": "T", "title": "表", "sections": sections, "rules": rules}))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn any_definition_travels_unchanged_and_compiles_or_names_its_faults(json in any_definition()) {
        let definition: FormDefinition = serde_json::from_value(json.clone()).unwrap();
        prop_assert_eq!(serde_json::to_value(&definition).unwrap(), json.clone());
        match Form::compile(definition) {
            Ok(form) => prop_assert_eq!(serde_json::to_value(form.definition()).unwrap(), json),
            Err(faults) => prop_assert!(!faults.is_empty()),
        }
    }
}
