//! Saving and submitting, on a small form.

use fupin_form::FormDefinition;
use serde_json::json;

use super::*;

fn form() -> Form {
    let number = json!({"type": "integer", "min": 0, "required": true});
    let definition: FormDefinition = serde_json::from_value(json!({
        "code": "test", "title": "Test",
        "sections": [
            {
                "key": "a", "title": "A", "row_header": "row",
                "columns": [
                    {"key": "x", "title": "X", "cell": number},
                    {"key": "y", "title": "Y", "cell": number},
                    {"key": "sum", "title": "Sum", "cell": {"type": {"computed": {"formula": "x + y"}}}}
                ],
                "rows": {"fixed": [{"key": "r", "label": "R"}]}
            },
            {
                "key": "d", "title": "D", "row_header": "row",
                "columns": [{"key": "n", "title": "N", "cell": {"type": "integer"}}],
                "rows": {"dynamic": {"min": 0, "max": 2}}
            }
        ],
        "rules": [
            {"id": "hard", "severity": "hard", "expression": "a.r.x >= a.r.y", "cells": ["a.r.y"], "message": "y"},
            {"id": "soft", "severity": "soft", "expression": "a.r.x < 100", "cells": ["a.r.x"], "message": "x"}
        ]
    }))
    .unwrap();
    Form::compile(definition).unwrap()
}

fn cells(json: serde_json::Value) -> Cells {
    serde_json::from_value(json).unwrap()
}

fn wanted(cells: &[(&str, Cell, i32)]) -> BTreeMap<String, SaveCell> {
    cells.iter().map(|(key, cell, base)| ((*key).to_owned(), SaveCell { cell: cell.clone(), base: *base })).collect()
}

fn standing(version: i32, content: Cells) -> Standing {
    Standing { version, content, ..Standing::default() }
}

fn later(version: i32, changed: serde_json::Value) -> LaterEdit {
    LaterEdit {
        version,
        by: "somebody".to_owned(),
        on_behalf_of: None,
        at: DateTime::UNIX_EPOCH,
        cells: cells(changed),
    }
}

#[test]
fn a_save_keeps_what_is_good_and_computes_the_rest() {
    let save_of = wanted(&[
        ("a.r.x", Cell::Integer(5), 0),
        ("a.r.y", Cell::Integer(-1), 0),
        ("a.r.sum", Cell::Integer(999), 0),
        ("a.r.z", Cell::Integer(1), 0),
    ]);
    let merged = save(&form(), standing(0, cells(json!({"a.r.y": 2}))), &[], save_of).unwrap();
    assert_eq!(merged.content, cells(json!({"a.r.x": 5, "a.r.y": 2, "a.r.sum": 7})));
    assert_eq!(merged.changed, cells(json!({"a.r.x": 5})));
    assert_eq!((merged.answer.version, merged.answer.saved), (1, vec!["a.r.sum".to_owned(), "a.r.x".to_owned()]));
    let codes: Vec<_> = merged.answer.rejected.iter().map(|(key, fault)| (key.as_str(), fault.code.as_str())).collect();
    assert_eq!(codes, [("a.r.y", "form.below_min"), ("a.r.z", "form.unknown_cell")]);
}

#[test]
fn a_save_on_an_older_version_fails_only_where_somebody_else_wrote() {
    let edits = [later(4, json!({"a.r.x": 1})), later(5, json!({"a.r.x": 2}))];
    let stored = cells(json!({"a.r.x": 2, "a.r.y": 1}));
    let based_on = |base| wanted(&[("a.r.x", Cell::Integer(9), base), ("a.r.y", Cell::Integer(0), base)]);

    let merged = save(&form(), standing(5, stored.clone()), &edits, based_on(3)).unwrap();
    assert_eq!(merged.answer.saved, ["a.r.y"]);
    let conflict = &merged.answer.conflicts["a.r.x"];
    assert_eq!((&conflict.current, conflict.version), (&Cell::Integer(2), 5));

    let merged = save(&form(), standing(5, stored), &edits, based_on(5)).unwrap();
    assert_eq!((merged.answer.conflicts.len(), merged.answer.version), (0, 6));
}

#[test]
fn the_same_content_twice_is_no_conflict_and_no_change() {
    let edits = [later(1, json!({"a.r.x": 2}))];
    let same = wanted(&[("a.r.x", Cell::Integer(2), 0)]);
    let merged = save(&form(), standing(1, cells(json!({"a.r.x": 2}))), &edits, same).unwrap();
    assert_eq!((merged.answer.version, merged.answer.saved.len(), merged.changed.len()), (1, 1, 0));
}

#[test]
fn a_base_that_does_not_exist_yet_is_refused() {
    let merged = save(&form(), standing(1, Cells::new()), &[], wanted(&[("a.r.x", Cell::Integer(2), 2)])).unwrap();
    assert_eq!(merged.answer.rejected["a.r.x"].code, "reporting.base_ahead");
}

#[test]
fn a_blank_cell_takes_the_content_away() {
    let merged =
        save(&form(), standing(1, cells(json!({"a.r.x": 2}))), &[], wanted(&[("a.r.x", Cell::Blank, 1)])).unwrap();
    assert_eq!(merged.content.get("a.r.x"), None);
    assert_eq!(merged.changed, cells(json!({"a.r.x": null})));
}

#[test]
fn no_more_rows_are_kept_than_the_form_allows() {
    let rows =
        wanted(&[("d.a.n", Cell::Integer(1), 0), ("d.b.n", Cell::Integer(1), 0), ("d.c.n", Cell::Integer(1), 0)]);
    let refused = save(&form(), standing(0, Cells::new()), &[], rows);
    assert!(matches!(refused, Err(ReportingError::Faulty(faults)) if faults.contains_key("d")));
}

#[test]
fn a_submission_with_all_its_cells_keeps_them_in_one_form_and_names_what_changed() {
    let given = cells(json!({"a.r.x": 5, "a.r.y": 2, "a.r.sum": 999, "d.a.n": null}));
    let ready = submit(
        &form(),
        standing(0, cells(json!({"a.r.x": 5, "a.r.y": 1, "a.r.sum": 6}))),
        Some(given),
        BTreeMap::new(),
    );
    let ready = ready.unwrap();
    assert_eq!(ready.content, cells(json!({"a.r.x": 5, "a.r.y": 2, "a.r.sum": 7})));
    assert_eq!(ready.changed, cells(json!({"a.r.y": 2})));
    assert_eq!(ready.leaf, fupin_form::leaf(&form(), &ready.content).to_bytes());
}

#[test]
fn what_is_left_out_of_a_whole_submission_becomes_blank() {
    let stored = cells(json!({"a.r.x": 5, "a.r.y": 2, "d.a.n": 1, "a.r.sum": 7}));
    let ready =
        submit(&form(), standing(0, stored), Some(cells(json!({"a.r.x": 5, "a.r.y": 2}))), BTreeMap::new()).unwrap();
    assert_eq!(ready.changed, cells(json!({"d.a.n": null})));
    assert_eq!(ready.content.get("d.a.n"), None);
}

#[test]
fn hard_rules_and_missing_cells_block_with_faults_by_cell() {
    let refused = submit(&form(), standing(0, cells(json!({"a.r.x": 1, "a.r.y": 2}))), None, BTreeMap::new());
    let Err(ReportingError::Faulty(faults)) = refused else { panic!("{refused:?}") };
    let fault = &faults["a.r.y"][0];
    assert_eq!((fault.code.as_str(), fault.params["rule"].as_str()), ("form.rule_broken", Some("hard")));

    let refused = submit(&form(), standing(0, Cells::new()), Some(cells(json!({"a.r.x": "abc"}))), BTreeMap::new());
    let Err(ReportingError::Faulty(faults)) = refused else { panic!("{refused:?}") };
    let codes: Vec<_> = faults.iter().map(|(key, faults)| (key.as_str(), faults[0].code.as_str())).collect();
    assert_eq!(codes, [("a.r.x", "form.wrong_type"), ("a.r.y", "form.required_missing")]);
}

#[test]
fn a_soft_rule_passes_with_an_explanation_which_is_kept_alone() {
    let stored = cells(json!({"a.r.x": 100, "a.r.y": 2}));
    let refused = submit(&form(), standing(0, stored.clone()), None, BTreeMap::new());
    assert!(matches!(refused, Err(ReportingError::Unexplained(faults)) if faults.contains_key("a.r.x")));

    let typed = BTreeMap::from([("soft".to_owned(), "合并了邻村".to_owned()), ("other".to_owned(), "无关".to_owned())]);
    let ready = submit(&form(), standing(0, stored.clone()), None, typed).unwrap();
    assert_eq!(ready.explanations.keys().collect::<Vec<_>>(), ["soft"]);

    let endless = BTreeMap::from([("soft".to_owned(), "长".repeat(MOST_EXPLANATION + 1))]);
    assert!(matches!(submit(&form(), standing(0, stored), None, endless), Err(ReportingError::Faulty(_))));
}

#[test]
fn of_a_report_that_was_returned_for_some_cells_the_others_are_locked() {
    let open = Open::of(Some(BTreeMap::from([("a.r.x".to_owned(), "核对".to_owned())])));
    let stored = cells(json!({"a.r.x": 5, "a.r.y": 2, "a.r.sum": 7}));
    let standing = Standing { version: 3, content: stored, open, ..Standing::default() };
    let save_of =
        wanted(&[("a.r.x", Cell::Integer(6), 3), ("a.r.y", Cell::Integer(1), 3), ("d.a.n", Cell::Integer(1), 3)]);
    let merged = save(&form(), standing.clone(), &[], save_of).unwrap();
    assert_eq!(merged.content, cells(json!({"a.r.x": 6, "a.r.y": 2, "a.r.sum": 8})), "what is computed follows");
    let codes: Vec<_> = merged.answer.rejected.iter().map(|(key, fault)| (key.as_str(), fault.code.as_str())).collect();
    assert_eq!(codes, [("a.r.y", "reporting.cell_locked"), ("d.a.n", "reporting.cell_locked")]);

    let same = wanted(&[("a.r.y", Cell::Integer(2), 3)]);
    assert_eq!(save(&form(), standing.clone(), &[], same).unwrap().answer.saved, ["a.r.y"]);

    let whole = |x, y| Some(cells(json!({"a.r.x": x, "a.r.y": y})));
    let refused = submit(&form(), standing.clone(), whole(6, 1), BTreeMap::new());
    let Err(ReportingError::Faulty(faults)) = refused else { panic!("{refused:?}") };
    assert_eq!((faults.len(), faults["a.r.y"][0].code.as_str()), (1, "reporting.cell_locked"));
    assert_eq!(submit(&form(), standing, whole(6, 2), BTreeMap::new()).unwrap().changed, cells(json!({"a.r.x": 6})));
}

#[test]
fn a_suggestion_is_answered_by_its_value_another_one_or_blank_and_blocks_until_then() {
    let form = form();
    let prefilled = || ["a.r.x", "a.r.y"].map(str::to_owned).into();
    let standing = || Standing { version: 3, prefilled: prefilled(), ..Standing::default() };
    let refused = submit(&form, standing(), None, BTreeMap::new()).unwrap_err();
    assert_eq!(refused.code(), "reporting.prefill_unconfirmed");
    assert_eq!(refused.into_faults().keys().collect::<Vec<_>>(), ["a.r.x", "a.r.y"]);
    let blank = SaveCell { cell: Cell::Blank, base: 3 };
    let saved = save(&form, standing(), &[], BTreeMap::from([("a.r.x".to_owned(), blank)])).unwrap();
    assert_eq!((saved.answer.version, saved.changed.iter().count()), (4, 1), "the history names what was declined");
}
