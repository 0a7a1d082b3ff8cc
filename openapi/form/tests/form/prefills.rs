//! Suggestions from the last period, and the zero report.

use fupin_form::{Cells, DefinitionCode, Form, FormDefinition, Sheet};
use serde_json::{Value, json};

fn definition() -> Value {
    let stock = json!({"type": "integer", "required": true, "min": 0, "prefill": "last"});
    json!({
        "code": "t", "title": "T",
        "sections": [
            {"key": "a", "title": "A", "row_header": "x",
             "columns": [
                {"key": "open", "title": "Open", "cell": {"type": "integer", "required": true, "min": 0, "prefill": {"formula": "open + found - mended"}}},
                {"key": "found", "title": "Found", "cell": {"type": "integer", "required": true, "min": 0}},
                {"key": "mended", "title": "Mended", "cell": {"type": "integer", "required": true}},
                {"key": "homes", "title": "Homes", "cell": stock},
                {"key": "day", "title": "Day", "cell": {"type": "date", "required": true, "prefill": "last"}},
                {"key": "least", "title": "Least", "cell": {"type": "integer", "required": true, "min": 1}},
                {"key": "free", "title": "Free", "cell": {"type": "integer"}},
                {"key": "money", "title": "Money", "cell": {"type": "money", "required": true}}
             ],
             "rows": {"fixed": [{"key": "r1", "label": "R1"}, {"key": "sum", "label": "Sum", "cell": {"type": {"computed": {"formula": "r1.@"}}}}]}},
            {"key": "d", "title": "D", "row_header": "x",
             "columns": [{"key": "n", "title": "N", "cell": {"type": "integer", "required": true}}, {"key": "t", "title": "T", "cell": {"type": {"text": {"max_len": 9}}, "required": true}}],
             "rows": {"dynamic": {"min": 0, "max": 9}}}
        ]
    })
}

fn compile(definition: &Value) -> Result<Form, Vec<(String, DefinitionCode)>> {
    let definition: FormDefinition = serde_json::from_value(definition.clone()).unwrap();
    Form::compile(definition).map_err(|faults| faults.into_iter().map(|fault| (fault.path, fault.code)).collect())
}

fn cells(json: Value) -> Cells {
    serde_json::from_value(json).unwrap()
}

fn suggested(last: Value) -> Value {
    serde_json::to_value(compile(&definition()).unwrap().suggest(&cells(last))).unwrap()
}

#[test]
fn a_declared_prefill_travels_unchanged() {
    let read: FormDefinition = serde_json::from_value(definition()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), definition());
    let unknown = json!({"type": "integer", "prefill": "yesterday"});
    assert!(serde_json::from_value::<fupin_form::CellTraits>(unknown).is_err());
}

#[test]
fn what_stood_there_and_what_follows_from_it_is_suggested() {
    let last = json!({"a.r1.open": 3, "a.r1.found": 2, "a.r1.mended": 4, "a.r1.homes": 120, "a.r1.day": "2026-10-20", "a.r1.free": 5});
    assert_eq!(suggested(last), json!({"a.r1.open": 1, "a.r1.homes": 120, "a.r1.day": "2026-10-20"}));
}

#[test]
fn a_stock_that_did_not_apply_is_suggested_not_to_apply() {
    assert_eq!(suggested(json!({"a.r1.homes": {"na": true}})), json!({"a.r1.homes": {"na": true}}));
}

#[test]
fn nothing_is_suggested_that_could_not_be_typed() {
    // Below its smallest number, blank, unreadable, or of a cell that the form no longer has.
    let last = json!({"a.r1.open": 1, "a.r1.found": 1, "a.r1.mended": 9, "a.r1.homes": "x", "a.old.homes": 7});
    assert_eq!(suggested(last), json!({}));
}

#[test]
fn a_prefill_that_does_not_fit_its_cell_is_refused_at_its_place() {
    let fault = |pointer: &str, prefill: Value| {
        let mut changed = definition();
        changed.pointer_mut(pointer).unwrap().as_object_mut().unwrap().insert("prefill".to_owned(), prefill);
        compile(&changed).unwrap_err()
    };
    let day = "/sections/0/columns/4/cell";
    assert_eq!(fault(day, json!({"formula": "open"})), [(format!("{day}/prefill"), DefinitionCode::PrefillMismatch)]);
    let homes = "/sections/0/columns/3/cell";
    let unknown = fault(homes, json!({"formula": "nobody + 1"}));
    assert_eq!(unknown, [(format!("{homes}/prefill/formula"), DefinitionCode::UnknownReference)]);
    let row = "/sections/1/columns/0/cell";
    assert_eq!(fault(row, json!("last")), [(format!("{row}/prefill"), DefinitionCode::PrefillMismatch)]);
    let sum = "/sections/0/rows/fixed/1/cell";
    assert_eq!(fault(sum, json!("last"))[0], (format!("{sum}/prefill"), DefinitionCode::PrefillMismatch));
}

#[test]
fn a_zero_report_fills_required_numbers_that_are_blank_and_nothing_else() {
    let form = compile(&definition()).unwrap();
    let content = json!({"a.r1.found": 7, "a.r1.mended": {"na": true}, "a.r1.homes": "x", "d.k.t": "name"});
    let zeros = Sheet::new(&form, &cells(content)).zeros(&form);
    let keys: Vec<&str> = zeros.iter().map(|key| key.as_str()).collect();
    assert_eq!(keys, ["a.r1.open", "a.r1.money", "d.k.n"]);
}
