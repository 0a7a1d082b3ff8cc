//! From the steps of a history to what differs. Pure.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use fupin_contract::reporting::{Difference, Differences, HistoryKind, ReportStatus, Since, Step};
use fupin_form::{Cell, CellKey, Cells, Form, Sheet};

/// A step of a report's history with the cells that it changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    pub kind: HistoryKind,
    pub version: i32,
    pub at: DateTime<Utc>,
    pub by: String,
    pub on_behalf_of: Option<String>,
    pub cells: Cells,
}

impl Taken {
    fn step(&self) -> Step {
        let (by, on_behalf_of) = (self.by.clone(), self.on_behalf_of.clone());
        Step { version: self.version, at: self.at, by, on_behalf_of }
    }
}

/// What differs now from how it stood after the step that is asked for; nothing where there was no such step.
pub fn compare(form: &Form, status: ReportStatus, steps: &[Taken], now: Cells, since: Since) -> Differences {
    let Some(base) = base_of(status, steps, since) else {
        return Differences { since: None, cells: BTreeMap::new() };
    };
    let (before, after) = steps.split_at(base + 1);
    let last_step = after.iter().rev().find(|taken| taken.cells.iter().next().is_some());
    let last_of = |key: &CellKey| {
        let touched = after.iter().rev().find(|taken| taken.cells.get(key.as_str()).is_some());
        // Nobody writes a computed cell: it follows whoever wrote last.
        touched.or(last_step).map(Taken::step)
    };
    let (then, now) = (computed(form, standing_after(before)), computed(form, now));
    let differing = now.changes_since(&then).filter_map(|(key, old, new)| {
        let difference = Difference { old: old.clone(), new: new.clone(), last: last_of(key)? };
        Some((key.as_str().to_owned(), difference))
    });
    Differences { since: Some(steps[base].step()), cells: differing.collect() }
}

/// The place of the step to compare with. What a reviewer looks at is itself the outcome of a submission, so that the
/// comparison begins before that one.
fn base_of(status: ReportStatus, steps: &[Taken], since: Since) -> Option<usize> {
    let last = |kind: HistoryKind, steps: &[Taken]| steps.iter().rposition(|taken| taken.kind == kind);
    let earlier = match status {
        ReportStatus::Submitted | ReportStatus::Approved => &steps[..last(HistoryKind::Submitted, steps)?],
        ReportStatus::Draft | ReportStatus::Returned => steps,
    };
    match since {
        Since::Submission => last(HistoryKind::Submitted, earlier),
        Since::Approval => last(HistoryKind::Approved, earlier),
    }
}

fn standing_after(steps: &[Taken]) -> Cells {
    let mut standing = Cells::new();
    for (key, cell) in steps.iter().flat_map(|taken| taken.cells.iter()) {
        match cell {
            Cell::Blank => standing.remove(key.as_str()),
            Cell::NotApplicable | Cell::Integer(_) | Cell::Text(_) => standing.insert(key.clone(), cell.clone()),
        };
    }
    standing
}

fn computed(form: &Form, mut cells: Cells) -> Cells {
    let sheet = Sheet::new(form, &cells);
    sheet.write_computed(form, &mut cells);
    cells
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form() -> Form {
        let number = json!({"type": "integer"});
        let definition = json!({
            "code": "test", "title": "Test",
            "sections": [{
                "key": "a", "title": "A", "row_header": "row",
                "columns": [
                    {"key": "x", "title": "X", "cell": number}, {"key": "y", "title": "Y", "cell": number},
                    {"key": "sum", "title": "Sum", "cell": {"type": {"computed": {"formula": "x + y"}}}}
                ],
                "rows": {"fixed": [{"key": "r", "label": "R"}]}
            }]
        });
        Form::compile(serde_json::from_value(definition).unwrap()).unwrap()
    }

    fn history(kinds: &[(HistoryKind, &str, serde_json::Value)]) -> Vec<Taken> {
        let taken = |(version, (kind, by, cells)): (i32, &(HistoryKind, &str, serde_json::Value))| Taken {
            kind: *kind,
            version,
            at: DateTime::UNIX_EPOCH,
            by: (*by).to_owned(),
            on_behalf_of: None,
            cells: serde_json::from_value(cells.clone()).unwrap(),
        };
        (1..).zip(kinds).map(taken).collect()
    }

    fn told(differences: &Differences) -> Vec<(&str, &Cell, &Cell, i32)> {
        differences.cells.iter().map(|(key, cell)| (key.as_str(), &cell.old, &cell.new, cell.last.version)).collect()
    }

    use HistoryKind::{Approved, Returned, Saved, Submitted};

    #[test]
    fn a_reviewer_sees_what_the_clerk_mended_and_what_follows_from_it() {
        let steps = history(&[
            (Submitted, "clerk", json!({"a.r.x": 1, "a.r.y": 2})),
            (Approved, "town", json!({})),
            (Returned, "county", json!({})),
            (Saved, "clerk", json!({"a.r.x": 5})),
            (Submitted, "other", json!({"a.r.y": 2})),
        ]);
        let now: Cells = serde_json::from_value(json!({"a.r.x": 5, "a.r.y": 2, "a.r.sum": 7})).unwrap();
        let since_submission = compare(&form(), ReportStatus::Submitted, &steps, now.clone(), Since::Submission);
        let (one, three, five, seven) = (Cell::Integer(1), Cell::Integer(3), Cell::Integer(5), Cell::Integer(7));
        assert_eq!(told(&since_submission), [("a.r.sum", &three, &seven, 5), ("a.r.x", &one, &five, 4)]);
        assert_eq!(since_submission.since.map(|step| step.version), Some(1));
        let since_approval = compare(&form(), ReportStatus::Submitted, &steps, now, Since::Approval);
        assert_eq!(since_approval.since.map(|step| (step.version, step.by)), Some((2, "town".to_owned())));
        assert_eq!(since_approval.cells.len(), 2);
    }

    #[test]
    fn what_was_changed_and_changed_back_does_not_differ() {
        let steps = history(&[
            (Submitted, "clerk", json!({"a.r.x": 1})),
            (Returned, "town", json!({})),
            (Saved, "clerk", json!({"a.r.x": null})),
            (Saved, "clerk", json!({"a.r.x": 1})),
        ]);
        let now: Cells = serde_json::from_value(json!({"a.r.x": 1})).unwrap();
        let differences = compare(&form(), ReportStatus::Returned, &steps, now, Since::Submission);
        assert_eq!((differences.since.map(|step| step.version), differences.cells.len()), (Some(1), 0));
    }

    #[test]
    fn a_first_submission_is_compared_with_nothing() {
        let steps = history(&[(Saved, "clerk", json!({"a.r.x": 1})), (Submitted, "clerk", json!({}))]);
        let now: Cells = serde_json::from_value(json!({"a.r.x": 1})).unwrap();
        for since in [Since::Submission, Since::Approval] {
            let differences = compare(&form(), ReportStatus::Submitted, &steps, now.clone(), since);
            assert_eq!(differences, Differences { since: None, cells: BTreeMap::new() });
        }
    }
}
