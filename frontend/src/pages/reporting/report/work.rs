//! What a person has in hand on the page of one report: the desk, the cell under the cursor, what is wrong, what is
//! explained, whether it is saved; and the acts on them that need no server.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use fupin_contract::reporting::Report;
use fupin_form::{Finding, Form, Severity};
use yew::prelude::*;

use super::{
    desk::Desk,
    findings::is_explained,
    grid::{SharedDesk, focus},
    place::Place,
    saving::{SaveState, use_saving},
};
use crate::{
    i18n::t,
    kit::{Toasts, use_toasts},
};

pub type Explanations = Rc<BTreeMap<String, String>>;

pub struct Work {
    pub desk: SharedDesk,
    /// Changes whenever the desk does.
    pub tick: u32,
    /// Somebody tried to submit: what is only still empty counts as wrong from now on.
    pub strict: bool,
    pub place: Option<Place>,
    pub explanations: Explanations,
    pub findings: Rc<Vec<Finding>>,
    pub saving: SaveState,
    pub onchange: Callback<bool>,
    pub onfocus: Callback<Place>,
    pub explain: Callback<(String, String)>,
    pub jump: Callback<String>,
    /// Whether the report can be submitted; shows what stands in the way.
    pub ready: Callback<(), bool>,
}

impl Work {
    /// The key of the cell under the cursor.
    pub fn key_here(&self) -> Option<String> {
        self.place.and_then(|place| self.desk.borrow().key_at(place))
    }
}

#[hook]
pub fn use_work(form: &Rc<Form>, report: &Report) -> Work {
    let desk: SharedDesk = (*use_memo((), |()| Rc::new(RefCell::new(Desk::new(form.clone(), report))))).clone();
    let tick = use_state(|| 0_u32);
    let strict = use_state(|| false);
    let place = use_state(|| None::<Place>);
    let explanations = use_state(|| Rc::new(report.explanations.clone()));
    let toasts = use_toasts();
    let count = use_mut_ref(|| 0_u32);
    let redraw = {
        let tick = tick.clone();
        Callback::from(move |()| {
            *count.borrow_mut() += 1;
            tick.set(*count.borrow());
        })
    };
    let (saving, poke) = use_saving(desk.clone(), report.summary.id, redraw.clone());
    let findings = {
        let desk = desk.clone();
        use_memo((*tick, *strict), move |(_, strict)| desk.borrow().findings(*strict))
    };
    let jump = jump_on(&desk);
    Work {
        ready: ready_on(&desk, &strict, &explanations, toasts, jump.clone()),
        explain: explain_in(&explanations),
        onchange: Callback::from(move |to_save: bool| {
            redraw.emit(());
            if to_save {
                poke.emit(());
            }
        }),
        onfocus: {
            let place = place.clone();
            Callback::from(move |at: Place| place.set(Some(at)))
        },
        tick: *tick,
        strict: *strict,
        place: *place,
        explanations: (*explanations).clone(),
        desk,
        findings,
        saving,
        jump,
    }
}

/// Moves the keyboard to the cell of a key.
pub fn jump_on(desk: &SharedDesk) -> Callback<String> {
    let desk = desk.clone();
    Callback::from(move |key: String| {
        // The borrow ends before the focus moves: arriving at a cell looks at the desk as well.
        let found = find_place(&desk.borrow(), &key);
        if let Some(place) = found {
            focus(place);
        }
    })
}

fn ready_on(
    desk: &SharedDesk,
    strict: &UseStateHandle<bool>,
    explanations: &UseStateHandle<Explanations>,
    toasts: Toasts,
    jump: Callback<String>,
) -> Callback<(), bool> {
    let (desk, strict, explanations) = (desk.clone(), strict.clone(), explanations.clone());
    Callback::from(move |()| {
        strict.set(true);
        let standing = desk.borrow().findings(true);
        let stands = |finding: &&Finding| finding.severity == Severity::Hard || !is_explained(finding, &explanations);
        let Some(first) = standing.iter().find(stands) else { return true };
        toasts.failed(t("report.not_ready"));
        if let Some(key) = first.cells.first() {
            jump.emit(key.as_str().to_owned());
        }
        false
    })
}

fn explain_in(explanations: &UseStateHandle<Explanations>) -> Callback<(String, String)> {
    let explanations = explanations.clone();
    Callback::from(move |(rule, text): (String, String)| {
        let mut all = (**explanations).clone();
        all.insert(rule, text);
        explanations.set(Rc::new(all));
    })
}

/// Where a cell stands in its form.
pub fn find_place(desk: &Desk, key: &str) -> Option<Place> {
    let of_key = key.split('.').next()?;
    let section = desk.form.sections().iter().position(|section| section.key == of_key)?;
    let width = desk.form.sections().get(section)?.columns.len();
    (0..desk.rows_of(section))
        .flat_map(|row| (0..width).map(move |column| Place { section, row, column }))
        .find(|place| desk.key_at(*place).is_some_and(|found| is_meant(&found, key)))
}

/// Whether a cell is meant by a key. A total of dynamic rows means the first of them.
fn is_meant(cell: &str, key: &str) -> bool {
    let of_rows = key.split_once(".*.");
    cell == key || of_rows.is_some_and(|(section, column)| starts_and_ends(cell, section, column))
}

fn starts_and_ends(cell: &str, section: &str, column: &str) -> bool {
    let rest = cell.strip_prefix(section).and_then(|rest| rest.strip_suffix(column));
    rest.is_some_and(|row| row.len() > 2 && row.starts_with('.') && row.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::is_meant;

    #[test]
    fn a_total_of_rows_leads_to_the_first_of_them() {
        assert!(is_meant("roster.a1.income", "roster.*.income"));
        assert!(is_meant("work.money.value", "work.money.value"));
        assert!(!is_meant("roster.a1.income", "roster.*.come"));
        assert!(!is_meant("roster.a1.income", "rost.*.income"));
    }
}
