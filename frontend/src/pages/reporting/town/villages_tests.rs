use std::rc::Rc;

use fupin_contract::reporting::Report;
use fupin_form::Form;
use serde_json::{Value, json};

use super::{Closed, Pasted, Spot, Standing, Villages};
use crate::pages::reporting::{
    report::place::Toward,
    town::strips::{Strip, strips},
};

fn form() -> Rc<Form> {
    let definition = json!({
        "code": "t1", "title": "Test",
        "sections": [{"key": "a", "title": "A", "row_header": "item",
            "columns": [{"key": "x", "title": "X", "cell": {"type": "integer", "required": true, "min": 0}},
                        {"key": "y", "title": "Y", "cell": {"type": "integer"}},
                        {"key": "t", "title": "T", "cell": {"type": {"computed": {"formula": "x + y"}}}}],
            "rows": {"fixed": [{"key": "r", "label": "R"}]}}],
        "rules": [{"id": "high", "severity": "soft", "expression": "a.r.x < 1000", "cells": ["a.r.x"], "message": "many"}]
    });
    Rc::new(Form::compile(serde_json::from_value(definition).unwrap()).unwrap())
}

fn report(number: u8, status: &str, cells: Value) -> Report {
    let unit = json!({"id": number, "name": format!("V{number}"), "level": "village"});
    let id = format!("00000000-0000-0000-0000-0000000000{number:02}");
    let acts: &[&str] = if status == "draft" { &["fill", "submit"] } else { &[] };
    serde_json::from_value(json!({
        "summary": {"id": id, "task_id": id, "form_id": id, "form_title": "Test", "period": "2026-11", "unit": unit, "status": status, "stage": 0,
                    "version": 3, "due_at": "2026-11-25T16:00:00Z", "late": false},
        "task_title": "T", "task_status": "open", "chain": ["town"], "path": [], "cells": cells, "explanations": {}, "acts": acts
    }))
    .unwrap()
}

/// Three villages; the second is with its reviewers.
fn town() -> (Villages, Strip) {
    let form = form();
    let reports = [
        report(1, "draft", json!({})),
        report(2, "submitted", json!({"a.r.x": 9})),
        report(3, "draft", json!({"a.r.y": 7})),
    ];
    let strip = strips(&form).remove(0);
    (Villages::new(form, &reports), strip)
}

fn at(village: usize, across: usize) -> Spot {
    Spot { village, across }
}

fn shown(villages: &Villages, strip: &Strip) -> Vec<String> {
    villages.copy(strip, (at(0, 0), at(2, 2))).split('\n').map(str::to_owned).collect()
}

#[test]
fn a_block_goes_into_the_villages_that_are_open_and_leaves_the_rest_alone() {
    let (mut villages, strip) = town();
    let pasted = villages.paste(&strip, at(0, 0), "１,200\t不适用\t9\r\n5\t5\r\n8\t\r\n6\t6\r\n");
    assert_eq!(pasted, Pasted { cells: 3, closed: 2, outside: 2 });
    assert_eq!(shown(&villages, &strip), ["1200\t/\t/", "9\t\t", "8\t7\t15"]);
    let batch = villages.list[2].desk.borrow_mut().next_batch(fupin_client::Uuid::nil()).unwrap();
    assert_eq!(batch.save.cells.keys().collect::<Vec<_>>(), ["a.r.x"]);
    assert!(villages.list[1].desk.borrow().is_kept());
}

#[test]
fn one_step_back_undoes_a_block_in_all_its_villages() {
    let (mut villages, strip) = town();
    villages.paste(&strip, at(0, 0), "1\n\n3");
    assert!(villages.take_back());
    assert_eq!(shown(&villages, &strip), ["\t\t", "9\t\t", "\t7\t"]);
    assert!(villages.do_again() && !villages.do_again());
    assert_eq!(shown(&villages, &strip)[2], "3\t7\t10");
}

#[test]
fn what_cannot_be_read_is_a_fault_where_it_was_put() {
    let (mut villages, strip) = town();
    villages.paste(&strip, at(0, 0), "七\n\n-3");
    assert_eq!(villages.faults(&[strip.clone()], false), [(0, at(0, 0)), (0, at(2, 0))]);
    assert_eq!(villages.list[0].standing(), Standing { wrong: 1, ..Standing::default() });
    villages.put(&strip, vec![(at(0, 0), "7".to_owned()), (at(2, 0), "3".to_owned())]);
    assert!(villages.faults(&[strip], true).is_empty());
    assert_eq!(villages.ready(), [0, 2]);
}

#[test]
fn a_village_with_a_broken_soft_rule_waits_for_its_explanation() {
    let (mut villages, strip) = town();
    villages.put(&strip, vec![(at(0, 0), "1000".to_owned())]);
    assert_eq!(villages.list[0].standing(), Standing { unexplained: 1, ..Standing::default() });
    villages.list[0].explanations.insert("high".to_owned(), "合并了邻村".to_owned());
    villages.list[0].explanations.insert("gone".to_owned(), "不再成立的说明".to_owned());
    assert_eq!(villages.ready(), [0]);
    let act = villages.list[0].submission();
    assert_eq!((act.version, act.explanations.len()), (3, 1));
}

#[test]
fn keys_lead_down_the_villages_and_on_to_the_next_item() {
    let (villages, strip) = town();
    assert_eq!(villages.step(&strip, at(2, 0), Toward::Down), Some(at(0, 1)));
    assert_eq!(villages.step(&strip, at(0, 1), Toward::Up), Some(at(2, 0)));
    assert_eq!(villages.step(&strip, at(2, 2), Toward::Down), None);
    // Past what is computed and past the village that is closed.
    assert_eq!(villages.step(&strip, at(0, 1), Toward::Next), Some(at(2, 0)));
    assert_eq!(villages.step(&strip, at(2, 0), Toward::Previous), Some(at(0, 1)));
}

#[test]
fn a_village_says_why_it_is_closed() {
    let (mut villages, strip) = town();
    assert_eq!(villages.list[1].closed, Some(Closed::Submitted));
    villages.put(&strip, vec![(at(0, 0), "1".to_owned())]);
    let now = report(1, "approved", json!({})).summary;
    villages.list[0].submitted(now);
    assert!(villages.take_back());
    assert_eq!(shown(&villages, &strip)[0], "1\t\t", "what is handed over is not taken back by undoing");
}
