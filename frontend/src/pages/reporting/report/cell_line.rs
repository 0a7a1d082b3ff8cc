//! The line under the title that speaks of the cell under the cursor: what it is, what is wrong with it, who wrote it.

use std::{cell::RefCell, rc::Rc};

use fupin_contract::reporting::ReportHistory;
use fupin_form::{Cell, CellSpec, Finding, display_cell};
use serde_json::{Map, Value};
use yew::prelude::*;

use super::{
    desk::{Desk, Mark},
    picked::Picked,
    place::Place,
};
use crate::{
    format,
    i18n::{sentence_of, t, tp},
    kit::{Button, ButtonKind},
    words,
};

/// The sentence of a finding: the form's own, or ours by code.
pub fn finding_sentence(finding: &Finding) -> String {
    match &finding.message {
        Some(message) => message.clone(),
        None => {
            let params: Map<String, Value> =
                finding.params.iter().map(|(name, value)| (name.clone(), Value::from(value.clone()))).collect();
            sentence_of(finding.code.as_str(), &params).unwrap_or_else(|| t("error.invalid"))
        }
    }
}

/// Where a cell stands, in words.
pub fn cell_name(desk: &Desk, key: &str) -> String {
    let Some(spec) = desk.form.cell(key) else { return key.to_owned() };
    if !spec.row_label.is_empty() {
        return tp("grid.cell_label", &[("row", &spec.row_label), ("column", &spec.column_title)]);
    }
    let row = fupin_form::CellKey::from(key)
        .parts()
        .and_then(|(_, row, _)| desk.row_ids(spec.section).iter().position(|id| id == row));
    let row = row.map_or_else(String::new, |row| tp("grid.row_number", &[("row", &(row + 1))]));
    tp("grid.cell_label", &[("row", &row), ("column", &spec.column_title)])
}

#[derive(Properties)]
pub struct CellLineProps {
    pub desk: Rc<RefCell<Desk>>,
    pub tick: u32,
    pub place: Option<Place>,
    pub editable: bool,
    pub findings: Rc<Vec<Finding>>,
    pub history: Option<Rc<ReportHistory>>,
    pub onchange: Callback<bool>,
    /// For whoever may return the report: the cells to be returned.
    pub picked: Option<Picked>,
}

impl PartialEq for CellLineProps {
    fn eq(&self, other: &Self) -> bool {
        self.tick == other.tick
            && self.place == other.place
            && self.editable == other.editable
            && Rc::ptr_eq(&self.findings, &other.findings)
            && self.history == other.history
            && self.picked == other.picked
    }
}

#[component]
pub fn CellLine(props: &CellLineProps) -> Html {
    let desk = props.desk.borrow();
    let key = props.place.and_then(|place| desk.key_at(place));
    let Some((key, spec)) = key.as_deref().and_then(|key| desk.form.cell(key).map(|spec| (key, spec))) else {
        return html! { <p class="cell-line wide-screen">{ if props.editable { t("grid.how_to") } else { t("grid.how_to_look") } }</p> };
    };
    let wrong = props
        .findings
        .iter()
        .find(|finding| finding.cells.iter().any(|cell| cell.as_str() == key))
        .map(finding_sentence);
    html! {
        <div class="cell-line" aria-live="polite">
            <span class="strong">{ cell_name(&desk, key) }</span>
            if let Some(wrong) = wrong {
                <span class="danger-text">{ wrong }</span>
            } else if let Some(hint) = &spec.hint {
                <span>{ hint.clone() }</span>
            }
            if props.editable { { suggested(&desk, key, props) } }
            { returned_words(&desk, key, props.editable) }
            { mark_words(&desk, key, spec, props) }
            { last_change(props.history.as_deref(), key, spec) }
            if let Some(picked) = props.picked.as_ref().filter(|_| spec.is_fillable()) { { pick_button(picked, key) } }
            if props.editable && desk.is_open(key) && !spec.always_applies { { not_applicable(props, key) } }
        </div>
    }
}

/// Where the suggestion in a cell comes from, while it waits for an answer: 「上期 2026-10（已通过）：123」.
pub fn source_words(desk: &Desk, key: &str) -> Option<String> {
    let (cell, source, spec) = (desk.suggestion(key)?, desk.source()?, desk.form.cell(key)?);
    let words = if desk.form.is_prefill_calculated(key) { "grid.prefill_calculated" } else { "grid.prefill_last" };
    let status = words::report_status(source.status).1;
    Some(tp(words, &[("period", &source.period), ("status", &status), ("value", &display_cell(spec, cell))]))
}

fn suggested(desk: &Desk, key: &str, props: &CellLineProps) -> Html {
    let Some(source) = source_words(desk, key) else { return Html::default() };
    let (desk, onchange, keys) = (props.desk.clone(), props.onchange.clone(), [key.to_owned()]);
    let onclick = Callback::from(move |()| {
        let to_save = desk.borrow_mut().confirm(&keys);
        onchange.emit(to_save);
    });
    html! {
        <>
            <span class="suggested-words">{ source }</span>
            <Button {onclick} title={t("grid.prefill_confirm_hint")}>{ t("grid.prefill_confirm") }</Button>
        </>
    }
}

/// What the reviewer says of a cell that was returned; why one that was not cannot be changed.
fn returned_words(desk: &Desk, key: &str, editable: bool) -> Html {
    match desk.remark(key).filter(|_| editable) {
        Some(remark) if remark.is_empty() => html! { <span class="strong">{ t("report.cell_returned") }</span> },
        Some(remark) => html! { <span class="strong">{ tp("report.remark_was", &[("remark", &remark)]) }</span> },
        None if editable && desk.is_locked(key) => html! { <span class="muted">{ t("report.cell_locked") }</span> },
        None => Html::default(),
    }
}

fn pick_button(picked: &Picked, key: &str) -> Html {
    let word = if picked.cells.contains_key(key) { t("report.unpick_this") } else { t("report.pick_this") };
    let key = key.to_owned();
    let onclick = picked.toggle.reform(move |()| key.clone());
    html! { <Button {onclick}>{ word }</Button> }
}

fn not_applicable(props: &CellLineProps, key: &str) -> Html {
    let (desk, onchange, key) = (props.desk.clone(), props.onchange.clone(), key.to_owned());
    let onclick = Callback::from(move |()| {
        let to_save = desk.borrow_mut().set(vec![(key.clone(), Cell::NotApplicable)]);
        onchange.emit(to_save);
    });
    html! { <Button kind={ButtonKind::Quiet} {onclick} title={t("grid.not_applicable_hint")}>{ t("grid.not_applicable") }</Button> }
}

fn mark_words(desk: &Desk, key: &str, spec: &CellSpec, props: &CellLineProps) -> Html {
    match desk.marks.get(key) {
        Some(Mark::Rejected(fault)) => {
            html! { <span class="danger-text">{ crate::i18n::fault_sentence(fault) }</span> }
        }
        Some(Mark::Conflict(conflict)) => {
            let settle = |theirs: bool| {
                let (desk, onchange, key) = (props.desk.clone(), props.onchange.clone(), key.to_owned());
                Callback::from(move |()| {
                    if theirs {
                        desk.borrow_mut().take_theirs(&key);
                    } else {
                        desk.borrow_mut().keep_ours(&key);
                    }
                    onchange.emit(true);
                })
            };
            let who = words::doer(&conflict.by, conflict.on_behalf_of.as_deref());
            let said = tp("grid.conflict", &[("who", &who), ("value", &display_cell(spec, &conflict.current))]);
            html! {
                <>
                    <span class="danger-text">{ said }</span>
                    <Button kind={ButtonKind::Quiet} onclick={settle(true)}>{ t("grid.take_theirs") }</Button>
                    <Button kind={ButtonKind::Quiet} onclick={settle(false)}>{ t("grid.keep_mine") }</Button>
                </>
            }
        }
        Some(Mark::NotSaved) => html! { <span class="danger-text">{ t("grid.not_saved") }</span> },
        Some(Mark::Saving | Mark::Saved) | None => Html::default(),
    }
}

fn last_change(history: Option<&ReportHistory>, key: &str, spec: &CellSpec) -> Html {
    let found = history.and_then(|history| {
        history.entries.iter().rev().find_map(|entry| entry.changes.get(key).map(|change| (entry, change)))
    });
    let Some((entry, change)) = found else { return Html::default() };
    let old = display_cell(spec, &change.old);
    let said = tp(
        "grid.last_change",
        &[
            ("who", &words::doer(&entry.by, entry.on_behalf_of.as_deref())),
            ("when", &format::date_time(entry.at)),
            ("old", &if old.is_empty() { "—".to_owned() } else { old }),
        ],
    );
    html! { <span class="muted">{ said }</span> }
}
