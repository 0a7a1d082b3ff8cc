use std::rc::Rc;

use fupin_client::Uuid;
use fupin_contract::reporting::{Report, SavedCells};
use fupin_form::{Cell, FaultCode, Form};
use serde_json::json;

use super::super::place::{Place, Toward, step};
use super::{Desk, Mark};

fn form() -> Rc<Form> {
    let definition = serde_json::from_value(json!({
        "code": "t1", "title": "Test",
        "sections": [
            {"key": "a", "title": "A", "row_header": "item",
             "columns": [{"key": "x", "title": "X", "cell": {"type": "integer", "required": true}}, {"key": "y", "title": "Y", "cell": {"type": "integer"}},
                         {"key": "t", "title": "T", "cell": {"type": {"computed": {"formula": "x + y"}}}}],
             "rows": {"fixed": [{"key": "r1", "label": "One"}, {"key": "r2", "label": "Two"}]}},
            {"key": "b", "title": "B", "row_header": "item", "columns": [{"key": "n", "title": "N", "cell": {"type": {"text": {"max_len": 20}}}}],
             "rows": {"dynamic": {"min": 0, "max": 5}}}
        ]
    }))
    .unwrap();
    Rc::new(Form::compile(definition).unwrap())
}

fn report(cells: serde_json::Value) -> Report {
    let unit = json!({"id": 1, "name": "V", "level": "village"});
    let id = Uuid::nil();
    serde_json::from_value(json!({
        "summary": {"id": id, "task_id": id, "form_id": id, "form_title": "Test", "period": "2026-11", "unit": unit, "status": "draft", "stage": 0,
                    "version": 3, "due_at": "2026-11-25T16:00:00Z", "late": false},
        "task_title": "T", "task_status": "open", "chain": ["town"], "path": [], "cells": cells, "explanations": {}, "acts": ["fill", "submit"]
    }))
    .unwrap()
}

fn desk() -> Desk {
    Desk::new(form(), &report(json!({"a.r1.x": 1})))
}

fn shown(desk: &Desk, key: &str) -> String {
    desk.shown(desk.form.cell(key).unwrap(), key)
}

fn answer(version: i32, keys: &[&str]) -> SavedCells {
    SavedCells {
        version,
        saved: keys.iter().map(ToString::to_string).collect(),
        rejected: [].into(),
        conflicts: [].into(),
    }
}

#[test]
fn totals_move_while_typing_and_nothing_is_saved_before_the_cell_is_left() {
    let mut desk = desk();
    desk.typing("a.r1.y", "41");
    assert_eq!(shown(&desk, "a.r1.t"), "42");
    assert!(desk.next_batch(Uuid::nil()).is_none());
    assert!(desk.leave("a.r1.y", "41"));
    let batch = desk.next_batch(Uuid::nil()).unwrap();
    assert_eq!(batch.save.cells["a.r1.y"].cell, Cell::Integer(41));
    assert_eq!(batch.save.cells["a.r1.y"].base, 3);
}

#[test]
fn what_cannot_be_read_stays_in_sight_and_is_never_sent() {
    let mut desk = desk();
    assert!(!desk.leave("a.r1.y", "forty"));
    assert_eq!(shown(&desk, "a.r1.y"), "forty");
    assert_eq!(desk.findings(false).len(), 1);
    assert!(desk.next_batch(Uuid::nil()).is_none());
}

#[test]
fn our_own_save_is_the_base_of_our_next_one_and_others_keep_the_loaded_version() {
    let mut desk = desk();
    desk.leave("a.r1.y", "2");
    desk.next_batch(Uuid::nil()).unwrap();
    desk.saved(answer(9, &["a.r1.y"]));
    assert_eq!(desk.marks["a.r1.y"], Mark::Saved);
    desk.leave("a.r1.y", "3");
    desk.leave("a.r2.y", "4");
    let batch = desk.next_batch(Uuid::nil()).unwrap();
    assert_eq!((batch.save.cells["a.r1.y"].base, batch.save.cells["a.r2.y"].base), (9, 3));
}

#[test]
fn a_save_that_did_not_get_through_travels_again_as_it_was() {
    let mut desk = desk();
    desk.leave("a.r1.y", "2");
    let first = desk.next_batch(Uuid::from_u128(1)).unwrap();
    desk.not_saved();
    assert_eq!(desk.marks["a.r1.y"], Mark::NotSaved);
    desk.leave("a.r2.y", "5");
    assert_eq!(desk.next_batch(Uuid::from_u128(2)).unwrap(), first);
    desk.saved(answer(4, &["a.r1.y"]));
    assert_eq!(desk.next_batch(Uuid::from_u128(3)).unwrap().save.cells.len(), 1);
}

#[test]
fn a_step_is_taken_back_and_done_again_as_a_whole() {
    let mut desk = desk();
    desk.paste(Place { section: 0, row: 0, column: 0 }, "10\t20\n30\t40\n");
    assert_eq!(shown(&desk, "a.r2.t"), "70");
    desk.undo();
    assert_eq!(
        (shown(&desk, "a.r1.x"), shown(&desk, "a.r2.x"), shown(&desk, "a.r2.t")),
        ("1".into(), String::new(), String::new())
    );
    desk.redo();
    assert_eq!(
        desk.copy(Place { section: 0, row: 0, column: 0 }, Place { section: 0, row: 1, column: 1 }),
        "10\t20\n30\t40"
    );
}

#[test]
fn keys_lead_to_the_next_cell_that_can_be_filled() {
    let mut desk = desk();
    let from = Place { section: 0, row: 0, column: 1 };
    assert_eq!(step(&desk, from, Toward::Next), Some(Place { section: 0, row: 1, column: 0 }));
    assert_eq!(step(&desk, from, Toward::Right), Some(Place { section: 0, row: 0, column: 2 }));
    let last = Place { section: 0, row: 1, column: 1 };
    assert_eq!(step(&desk, last, Toward::Down), None);
    desk.add_row(1, "r1".into());
    assert_eq!(step(&desk, last, Toward::Down), Some(Place { section: 1, row: 0, column: 0 }));
}

#[test]
fn a_row_that_is_taken_out_leaves_nothing_behind() {
    let mut desk = desk();
    desk.add_row(1, "r1".into());
    desk.leave("b.r1.n", "text");
    assert_eq!(desk.row_ids(1), ["r1"]);
    assert!(desk.remove_row(1, "r1"));
    assert!(desk.row_ids(1).is_empty());
    assert_eq!(desk.next_batch(Uuid::nil()).unwrap().save.cells["b.r1.n"].cell, Cell::Blank);
}

#[test]
fn empty_required_cells_count_only_when_the_report_is_to_be_submitted() {
    let desk = desk();
    assert!(desk.findings(false).is_empty());
    assert_eq!(desk.findings(true).len(), 1);
    assert_eq!(desk.missing(), 1);
}

#[test]
fn of_a_report_that_was_returned_for_some_cells_the_others_are_locked() {
    let mut returned = report(json!({"a.r1.x": 1, "a.r2.y": 4}));
    returned.reopened = Some([("a.r2.y".to_owned(), "核对".to_owned()), ("a.r1.x".to_owned(), String::new())].into());
    let mut desk = Desk::new(form(), &returned);
    assert_eq!(desk.reopened().iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), ["a.r1.x", "a.r2.y"]);
    assert!(desk.is_open("a.r1.x") && desk.is_locked("a.r1.y") && !desk.is_open("a.r1.t"));
    desk.paste(Place { section: 0, row: 0, column: 0 }, "10\t20\n30\t40");
    let batch = desk.next_batch(Uuid::nil()).unwrap();
    assert_eq!(batch.save.cells.keys().collect::<Vec<_>>(), ["a.r1.x", "a.r2.y"], "a paste passes over locked cells");
    assert_eq!((desk.remark("a.r2.y"), desk.remark("a.r1.y")), (Some("核对"), None));
    let from = Place { section: 0, row: 0, column: 0 };
    assert_eq!(step(&desk, from, Toward::Next), Some(Place { section: 0, row: 1, column: 1 }), "Tab goes to the next");
}

fn with_last_period() -> Desk {
    let mut report = report(json!({"a.r1.x": 1}));
    let prefill = json!({"period": "2026-10", "status": "approved", "cells": {"a.r2.x": 7, "a.r1.y": 3}});
    report.prefill = Some(serde_json::from_value(prefill).unwrap());
    Desk::new(form(), &report)
}

#[test]
fn what_is_suggested_is_shown_and_counts_only_once_it_is_confirmed() {
    let mut desk = with_last_period();
    assert_eq!((shown(&desk, "a.r2.x"), shown(&desk, "a.r2.t"), desk.progress().0), ("7".to_owned(), String::new(), 1));
    let codes = |desk: &Desk| desk.findings(true).iter().map(|finding| finding.code).collect::<Vec<_>>();
    assert_eq!(codes(&desk), [FaultCode::PrefillUnconfirmed; 2]);
    assert_eq!((desk.missing(), desk.is_kept()), (0, true));
    assert!(desk.confirm(&["a.r2.x".to_owned()]));
    assert_eq!(desk.suggested(), ["a.r1.y"]);
    // Emptied is answered as well, and is saved as such.
    assert!(desk.leave("a.r1.y", ""));
    assert!(codes(&desk).is_empty());
    let saved = desk.next_batch(Uuid::nil()).unwrap().save.cells;
    assert_eq!((&saved["a.r2.x"].cell, &saved["a.r1.y"].cell), (&Cell::Integer(7), &Cell::Blank));
}

#[test]
fn typing_that_is_given_up_leaves_the_suggestion() {
    let mut desk = with_last_period();
    desk.typing("a.r2.x", "9");
    desk.give_up("a.r2.x");
    assert_eq!((shown(&desk, "a.r2.x"), desk.is_kept()), ("7".to_owned(), true));
    assert!(desk.leave("a.r2.x", "7"));
    assert_eq!(desk.suggested(), ["a.r1.y"]);
}

#[test]
fn a_zero_report_is_one_step_and_leaves_alone_what_is_suggested() {
    let mut desk = with_last_period();
    assert_eq!(desk.fill_zeros(), 0, "the one that is blank is suggested something");
    let mut desk = Desk::new(form(), &report(json!({"a.r1.y": 4})));
    assert_eq!(
        (desk.fill_zeros(), shown(&desk, "a.r1.x"), shown(&desk, "a.r2.x")),
        (2, "0".to_owned(), "0".to_owned())
    );
    assert_eq!(shown(&desk, "a.r2.y"), "", "what may stay empty stays empty");
    desk.undo();
    assert_eq!((shown(&desk, "a.r1.x"), desk.steps()), (String::new(), 0));
}
