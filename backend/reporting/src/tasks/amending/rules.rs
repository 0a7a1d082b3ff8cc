//! What an amendment makes of a task and its reports. Pure.

use std::{collections::BTreeSet, mem::discriminant};

use chrono::NaiveDate;
use fupin_contract::Fault;
use fupin_form::{Cell, CellKey, CellSpec, Cells, FaultCode, Finding, Form, Severity, Sheet, canonical_cell};

use crate::{error::ReportingError, tasks::rules::check_deadline};

/// Whether a task may have another deadline from today on.
pub fn check_new_deadline(from: NaiveDate, to: NaiveDate, today: NaiveDate) -> Result<(), ReportingError> {
    if from == to {
        return Err(ReportingError::BadTask("deadline", Fault::new("reporting.deadline_same")));
    }
    check_deadline(to, today)
}

/// The content of a report under a corrected form.
#[derive(Clone, Debug, PartialEq)]
pub struct Carried {
    pub content: Cells,
    /// The cells that differ from what stood there; those that were kept aside are blank. Computed ones are not named.
    pub changed: Cells,
    /// The cells that were filled and have no place any more, each by the key of the form before.
    pub aside: BTreeSet<CellKey>,
    pub leaf: Vec<u8>,
    /// The first thing that stands in the way of submitting it now.
    pub broken: Option<Finding>,
}

/// Bring the content of a report from one version of a form to the next: every cell whose key and type still exist stays.
pub fn carry(old: &Form, new: &Form, cells: &Cells) -> Carried {
    let (mut content, mut changed, mut aside) = (Cells::new(), Cells::new(), BTreeSet::new());
    for (key, cell) in cells.iter() {
        let Some(before) = old.cell(key.as_str()).filter(|spec| spec.is_fillable()) else { continue };
        match kept(before, new, key, cell) {
            Some(now) => {
                if now != *cell {
                    changed.insert(key.clone(), now.clone());
                }
                content.insert(key.clone(), now);
            }
            None => {
                changed.insert(key.clone(), Cell::Blank);
                aside.insert(before.key.clone());
            }
        }
    }
    let sheet = Sheet::new(new, &content);
    let broken = sheet.check(new).into_iter().find(|finding| finding.severity == Severity::Hard);
    sheet.write_computed(new, &mut content);
    let leaf = sheet.leaf(new).to_bytes();
    Carried { content, changed, aside, leaf, broken }
}

/// A cell as it stands in the new version; nothing where its key or its type is gone. What only oversteps a bound stays,
/// and is found by the check.
fn kept(before: &CellSpec, new: &Form, key: &CellKey, cell: &Cell) -> Option<Cell> {
    let after = new.cell(key.as_str())?;
    if discriminant(&before.kind) != discriminant(&after.kind) {
        return None;
    }
    match canonical_cell(new, key.as_str(), cell) {
        Ok(cell) => Some(cell),
        Err(fault) => {
            let is_bound = matches!(
                fault.code,
                FaultCode::BelowMin | FaultCode::AboveMax | FaultCode::MustApply | FaultCode::TooLong
            );
            is_bound.then(|| cell.clone())
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn form(columns: Value, rules: Value) -> Form {
        let definition = json!({
            "code": "t", "title": "表",
            "sections": [{
                "key": "a", "title": "一", "row_header": "类别", "columns": columns,
                "rows": {"fixed": [{"key": "r", "label": "行"}]}
            }],
            "rules": rules
        });
        Form::compile(serde_json::from_value(definition).unwrap()).unwrap()
    }

    fn column(key: &str, cell: Value) -> Value {
        json!({"key": key, "title": key, "cell": cell})
    }

    fn cells(json: Value) -> Cells {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn cells_stay_whose_key_and_type_exist_and_the_rest_is_kept_aside() {
        let old = form(
            json!([
                column("n", json!({"type": "integer"})),
                column("gone", json!({"type": "money"})),
                column("word", json!({"type": {"text": {"max_len": 9}}}))
            ]),
            json!([]),
        );
        let new = form(
            json!([
                column("n", json!({"type": "integer"})),
                column("word", json!({"type": "integer"})),
                column("fresh", json!({"type": "integer"})),
                column("twice", json!({"type": {"computed": {"formula": "n * 2"}}}))
            ]),
            json!([]),
        );
        let carried = carry(&old, &new, &cells(json!({"a.r.n": 5, "a.r.gone": "1.00", "a.r.word": "字"})));
        assert_eq!(carried.content, cells(json!({"a.r.n": 5, "a.r.twice": 10})));
        assert_eq!(carried.changed, cells(json!({"a.r.gone": null, "a.r.word": null})));
        assert_eq!(carried.aside.iter().map(CellKey::as_str).collect::<Vec<_>>(), ["a.r.gone", "a.r.word"]);
        assert_eq!(carried.broken, None);
        assert_eq!(carried.leaf, fupin_form::leaf(&new, &carried.content).to_bytes());
    }

    #[test]
    fn what_oversteps_a_new_bound_or_rule_stays_and_is_found() {
        let old = form(json!([column("n", json!({"type": "integer"}))]), json!([]));
        let bound = form(json!([column("n", json!({"type": "integer", "max": 3}))]), json!([]));
        let carried = carry(&old, &bound, &cells(json!({"a.r.n": 5})));
        assert_eq!((carried.content.cell("a.r.n"), carried.aside.len()), (&Cell::Integer(5), 0));
        assert_eq!(carried.broken.unwrap().code, FaultCode::AboveMax);
        let rule = json!([{"id": "few", "severity": "hard", "expression": "a.r.n < 4", "cells": ["a.r.n"], "message": "太多"}]);
        let ruled = form(json!([column("n", json!({"type": "integer"}))]), rule);
        let broken = carry(&old, &ruled, &cells(json!({"a.r.n": 5}))).broken.unwrap();
        assert_eq!(broken.message.as_deref(), Some("太多"));
        assert_eq!(carry(&old, &ruled, &cells(json!({"a.r.n": 3}))).broken, None);
    }

    #[test]
    fn a_deadline_is_new_and_not_past() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let code = |from, to| match check_new_deadline(day(from), day(to), day("2026-11-20")) {
            Err(ReportingError::BadTask(_, fault)) => Some(fault.code),
            other => other.err().map(|error| error.to_string()),
        };
        assert_eq!(code("2026-11-25", "2026-11-20"), None);
        assert_eq!(code("2026-11-25", "2026-11-25").as_deref(), Some("reporting.deadline_same"));
        assert_eq!(code("2026-11-25", "2026-11-19").as_deref(), Some("reporting.deadline_past"));
    }
}
