//! A draft in hand: what it says now, what the server holds of it, what is chosen, and the way back. Pure.
//! Invariant: what the server has not got is never forgotten; whoever was faster is shown, not overwritten.

use std::rc::Rc;

use fupin_contract::reporting::FormDraft;
use fupin_form::{CellType, FormDefinition, RowsDefinition};
use yew::Reducible;

use super::editing::{self, Chosen};

/// The way back is as long as this.
const MOST_UNDO: usize = 100;

/// How keeping the draft goes.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Keeping {
    #[default]
    Rest,
    UnderWay,
    /// It did not get through, for this reason; it is tried again.
    Failed(String),
    /// Somebody else saved meanwhile.
    Stale(Rc<FormDraft>),
}

/// What the next cell that is pointed at goes into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pointing {
    Formula,
    Expression,
    /// The cells that a rule marks.
    Marked,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Sketch {
    pub definition: Rc<FormDefinition>,
    pub chosen: Chosen,
    pub pointing: Option<Pointing>,
    pub keeping: Keeping,
    pub version: i32,
    kept: Rc<FormDefinition>,
    undo: Vec<Rc<FormDefinition>>,
    redo: Vec<Rc<FormDefinition>>,
}

pub enum Step {
    Change(Box<FormDefinition>, Chosen),
    Choose(Chosen),
    Point(Option<Pointing>),
    /// A cell was pointed at: section index, keys of row and column.
    Pointed(usize, String, String),
    Undo,
    Redo,
    Saving,
    Kept(Rc<FormDefinition>, i32),
    NotKept(String),
    Stale(Rc<FormDraft>),
    TakeTheirs,
    KeepOurs,
}

impl Sketch {
    pub fn new(draft: &FormDraft) -> Self {
        let definition = Rc::new(draft.definition.clone());
        Self {
            kept: definition.clone(),
            definition,
            chosen: Chosen::Form,
            pointing: None,
            keeping: Keeping::Rest,
            version: draft.summary.version,
            undo: Vec::new(),
            redo: Vec::new(),
        }
    }

    /// Whether the server holds all of it.
    pub fn is_kept(&self) -> bool {
        self.kept == self.definition && self.keeping == Keeping::Rest
    }

    pub fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    pub fn can_redo(&self) -> bool {
        !self.redo.is_empty()
    }

    fn changed(&mut self, definition: FormDefinition) {
        if *self.definition == definition {
            return;
        }
        self.undo.push(std::mem::replace(&mut self.definition, Rc::new(definition)));
        if self.undo.len() > MOST_UNDO {
            self.undo.remove(0);
        }
        self.redo.clear();
    }

    /// The way back leads from something chosen to something that may not be there.
    fn step_back(&mut self) {
        let Some(before) = self.undo.pop() else { return };
        self.redo.push(std::mem::replace(&mut self.definition, before));
        self.chosen = Chosen::Form;
    }

    fn step_forward(&mut self) {
        let Some(next) = self.redo.pop() else { return };
        self.undo.push(std::mem::replace(&mut self.definition, next));
        self.chosen = Chosen::Form;
    }

    fn pointed(&mut self, section: usize, row: &str, column: &str) {
        let Some(pointing) = self.pointing.take() else { return };
        let Some(reference) = reference(&self.definition, &self.chosen, (section, row, column)) else { return };
        let mut definition = (*self.definition).clone();
        match (pointing, &self.chosen) {
            (Pointing::Formula, chosen) => {
                let mut traits = editing::traits_of(&definition, chosen).cloned().unwrap_or_default();
                let (formula, scale) = match traits.cell_type.take() {
                    Some(CellType::Computed { formula, scale }) => (formula, scale),
                    Some(_) | None => (String::new(), None),
                };
                traits.cell_type = Some(CellType::Computed { formula: joined(&formula, &reference), scale });
                editing::set_traits(&mut definition, chosen, traits);
            }
            (Pointing::Expression, Chosen::Rule(at)) => {
                if let Some(rule) = definition.rules.get_mut(*at) {
                    rule.expression = joined(&rule.expression, &reference);
                }
            }
            (Pointing::Marked, Chosen::Rule(at)) => {
                if let Some(rule) = definition.rules.get_mut(*at).filter(|rule| !rule.cells.contains(&reference)) {
                    rule.cells.push(reference);
                }
            }
            (Pointing::Expression | Pointing::Marked, _) => {}
        }
        self.changed(definition);
    }
}

fn joined(text: &str, reference: &str) -> String {
    if text.trim().is_empty() { reference.to_owned() } else { format!("{} {reference}", text.trim_end()) }
}

/// How a formula or rule of what is chosen speaks of a cell: as shortly as it can.
fn reference(definition: &FormDefinition, chosen: &Chosen, cell: (usize, &str, &str)) -> Option<String> {
    let (at, row, column) = cell;
    let section = definition.sections.get(at)?;
    let is_dynamic = matches!(section.rows, RowsDefinition::Dynamic { .. });
    let full =
        if is_dynamic { format!("sum({}.*.{column})", section.key) } else { format!("{}.{row}.{column}", section.key) };
    Some(match chosen {
        Chosen::Head { section, .. } if *section == at => column.to_owned(),
        Chosen::Row { section, .. } if *section == at => format!("{row}.@"),
        Chosen::Rule(rule) if definition.rules.get(*rule)?.each.as_deref() == Some(section.key.as_str()) => {
            column.to_owned()
        }
        Chosen::Form
        | Chosen::Section(_)
        | Chosen::Head { .. }
        | Chosen::Row { .. }
        | Chosen::Cell { .. }
        | Chosen::Rule(_) => full,
    })
}

impl Reducible for Sketch {
    type Action = Step;

    fn reduce(self: Rc<Self>, step: Step) -> Rc<Self> {
        let mut next = (*self).clone();
        match step {
            Step::Change(definition, chosen) => {
                next.changed(*definition);
                next.chosen = chosen;
            }
            Step::Choose(chosen) => {
                next.chosen = chosen;
                next.pointing = None;
            }
            Step::Point(pointing) => next.pointing = pointing,
            Step::Pointed(section, row, column) => next.pointed(section, &row, &column),
            Step::Undo => next.step_back(),
            Step::Redo => next.step_forward(),
            Step::Saving => next.keeping = Keeping::UnderWay,
            Step::Kept(kept, version) => {
                next.kept = kept;
                next.version = version;
                next.keeping = Keeping::Rest;
            }
            Step::NotKept(why) => next.keeping = Keeping::Failed(why),
            Step::Stale(theirs) => next.keeping = Keeping::Stale(theirs),
            Step::TakeTheirs => {
                if let Keeping::Stale(theirs) = std::mem::take(&mut next.keeping) {
                    next.changed(theirs.definition.clone());
                    next.kept = next.definition.clone();
                    next.version = theirs.summary.version;
                    next.chosen = Chosen::Form;
                }
            }
            Step::KeepOurs => {
                if let Keeping::Stale(theirs) = std::mem::take(&mut next.keeping) {
                    next.kept = Rc::new(theirs.definition.clone());
                    next.version = theirs.summary.version;
                }
            }
        }
        Rc::new(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(title: &str, version: i32) -> FormDraft {
        let json = serde_json::json!({
            "summary": {"id": "018f0000-0000-7000-8000-000000000001", "code": "a", "title": title, "version": version,
                "changed_by": "b", "changed_at": "2026-11-24T00:00:00Z"},
            "definition": {"code": "a", "title": title, "sections": [
                {"key": "s1", "title": "S", "row_header": "H", "columns": [
                    {"key": "c1", "title": "A", "cell": {"type": "integer"}}, {"key": "c2", "title": "B"}],
                 "rows": {"fixed": [{"key": "r1", "label": "R"}, {"key": "r2", "label": "T"}]}},
                {"key": "s2", "title": "S", "row_header": "H", "columns": [{"key": "d1", "title": "D"}],
                 "rows": {"dynamic": {"min": 0, "max": 3}}}]},
            "faults": [], "notes": []
        });
        serde_json::from_value(json).unwrap()
    }

    fn after(sketch: Rc<Sketch>, steps: impl IntoIterator<Item = Step>) -> Rc<Sketch> {
        steps.into_iter().fold(sketch, Reducible::reduce)
    }

    fn titled(sketch: &Sketch, title: &str) -> Step {
        let definition = FormDefinition { title: title.to_owned(), ..(*sketch.definition).clone() };
        Step::Change(Box::new(definition), Chosen::Form)
    }

    #[test]
    fn what_was_changed_while_it_was_saved_is_still_to_be_saved() {
        let begun = Rc::new(Sketch::new(&draft("one", 1)));
        let changed = after(begun.clone(), [titled(&begun, "two"), Step::Saving]);
        let sent = changed.definition.clone();
        let again = after(changed.clone(), [titled(&changed, "three"), Step::Kept(sent, 2)]);
        assert!(!again.is_kept());
        assert_eq!(again.version, 2);
        let kept = after(again.clone(), [Step::Kept(again.definition.clone(), 3)]);
        assert!(kept.is_kept());
    }

    #[test]
    fn whoever_was_faster_is_taken_over_or_knowingly_overwritten() {
        let begun = Rc::new(Sketch::new(&draft("one", 1)));
        let theirs = Rc::new(draft("theirs", 5));
        let stale = after(begun.clone(), [titled(&begun, "ours"), Step::Saving, Step::Stale(theirs)]);
        let taken = after(stale.clone(), [Step::TakeTheirs]);
        assert_eq!((taken.definition.title.as_str(), taken.version, taken.is_kept()), ("theirs", 5, true));
        assert_eq!(after(taken, [Step::Undo]).definition.title, "ours", "and ours is one step back");
        let ours = after(stale, [Step::KeepOurs]);
        assert_eq!((ours.definition.title.as_str(), ours.version, ours.is_kept()), ("ours", 5, false));
    }

    #[test]
    fn a_cell_that_is_pointed_at_is_spoken_of_as_shortly_as_can_be() {
        let begun = Rc::new(Sketch::new(&draft("one", 1)));
        let point = |chosen: Chosen, cell: (usize, &str, &str)| {
            let steps = [
                Step::Choose(chosen.clone()),
                Step::Point(Some(Pointing::Formula)),
                Step::Pointed(cell.0, cell.1.to_owned(), cell.2.to_owned()),
            ];
            let done = after(begun.clone(), steps);
            match editing::traits_of(&done.definition, &chosen).and_then(|traits| traits.cell_type.clone()) {
                Some(CellType::Computed { formula, .. }) => formula,
                other => panic!("{other:?}"),
            }
        };
        let column = Chosen::Head { section: 0, path: vec![1] };
        assert_eq!(point(column.clone(), (0, "r1", "c1")), "c1");
        assert_eq!(point(column, (1, "*", "d1")), "sum(s2.*.d1)");
        assert_eq!(point(Chosen::Row { section: 0, row: 1 }, (0, "r1", "c1")), "r1.@");
        let cell = Chosen::Cell { section: 0, row: "r2".into(), column: "c2".into() };
        assert_eq!(point(cell, (0, "r1", "c1")), "s1.r1.c1");
    }
}
