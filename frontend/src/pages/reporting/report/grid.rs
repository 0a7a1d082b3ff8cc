//! The entry grid: keyboard, blocks, undo; each cell checked as it is typed and kept as it is left.

pub mod stroke;

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use fupin_contract::reporting::{CellChange, ReportNotes};
use fupin_form::{Cell, CellKind, Finding, Rows, Section, Severity, display_cell};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::{
    cell_line::source_words,
    desk::{Desk, Mark},
    grid_cell::{GridCell, Look, id_of, options_of, place_of},
    notes::{clip_words, mark_words},
    picked::Remarks,
    place::{Place, Toward, step},
};
use crate::{
    i18n::{t, tp},
    kit::{Button, ButtonKind},
    pages::reporting::form_table,
};
use stroke::{Stroke, copy_block, is_choice, pasted_block, select_text, stroke_of};

/// The desk, shared between the grid, the page and the save that is under way.
pub type SharedDesk = Rc<RefCell<Desk>>;

#[derive(Properties)]
pub struct GridProps {
    pub desk: SharedDesk,
    /// Changes whenever the desk does.
    pub tick: u32,
    pub editable: bool,
    /// Findings to mark.
    pub findings: Rc<Vec<Finding>>,
    /// What changed since an earlier step, for reviewers.
    pub changes: Rc<BTreeMap<String, CellChange>>,
    /// What is said of cells.
    pub notes: Rc<ReportNotes>,
    /// The cells that a reviewer picks to be returned.
    pub picked: Rc<Remarks>,
    /// Something changed; true when there is something to save.
    pub onchange: Callback<bool>,
    pub onfocus: Callback<Place>,
}

impl PartialEq for GridProps {
    fn eq(&self, other: &Self) -> bool {
        self.tick == other.tick
            && self.editable == other.editable
            && Rc::ptr_eq(&self.findings, &other.findings)
            && Rc::ptr_eq(&self.changes, &other.changes)
            && Rc::ptr_eq(&self.notes, &other.notes)
            && Rc::ptr_eq(&self.picked, &other.picked)
    }
}

/// Moves the keyboard to a cell.
pub fn focus(place: Place) {
    let found = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id(&id_of(place)));
    let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) else { return };
    drop(element.focus());
    if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
        input.select();
    }
}

/// A block that is chosen: from where, to where.
type Block = Option<(Place, Place)>;

/// The place of the cell that something happened in.
pub fn place_of_event(event: &Event) -> Option<Place> {
    let element: Element = event.target()?.dyn_into().ok()?;
    place_of(&element.id())
}

/// What stands in the control that something happened in.
pub fn text_of_event(event: &Event) -> Option<String> {
    let target = event.target()?;
    match target.dyn_ref::<HtmlInputElement>() {
        Some(input) => Some(input.value()),
        None => target.dyn_ref::<HtmlSelectElement>().map(HtmlSelectElement::value),
    }
}

#[component]
pub fn Grid(props: &GridProps) -> Html {
    let draft = use_mut_ref(|| None::<(String, String)>);
    let block = use_state(|| None::<(Place, Place)>);
    let drawn = use_state(|| 0_u32);
    let redraw = {
        let drawn = drawn.clone();
        let count = use_mut_ref(|| 0_u32);
        Callback::from(move |()| {
            *count.borrow_mut() += 1;
            drawn.set(*count.borrow());
        })
    };
    let hands = Hands {
        desk: props.desk.clone(),
        draft: draft.clone(),
        block: block.clone(),
        onchange: props.onchange.clone(),
        redraw,
    };
    let oninput = {
        let hands = hands.clone();
        Callback::from(move |event: InputEvent| hands.typing(&event))
    };
    let onfocusin = {
        let (hands, onfocus) = (hands.clone(), props.onfocus.clone());
        Callback::from(move |event: FocusEvent| {
            if let Some(place) = place_of_event(&event) {
                hands.arrive(&event, place);
                onfocus.emit(place);
            }
        })
    };
    let onfocusout = {
        let hands = hands.clone();
        Callback::from(move |_: FocusEvent| hands.leave())
    };
    let onkeydown = {
        let hands = hands.clone();
        Callback::from(move |event: KeyboardEvent| hands.key(&event))
    };
    let onpaste = {
        let hands = hands.clone();
        Callback::from(move |event: Event| hands.paste(&event))
    };
    let oncopy = {
        let hands = hands.clone();
        Callback::from(move |event: Event| hands.copy(&event))
    };
    let desk = props.desk.borrow();
    let draw =
        Draw { desk: &desk, props, draft: &draft.borrow(), block: *block, faults: faults_by_cell(&props.findings) };
    html! {
        <div class="stack" {oninput} {onfocusin} {onfocusout} {onkeydown} {onpaste} {oncopy}>
            { for desk.form.sections().iter().enumerate().map(|(number, section)| draw.section(number, section, &hands)) }
        </div>
    }
}

fn faults_by_cell(findings: &[Finding]) -> BTreeMap<String, Severity> {
    let mut faults = BTreeMap::new();
    for finding in findings {
        for key in &finding.cells {
            let worst = faults.entry(key.as_str().to_owned()).or_insert(finding.severity);
            *worst = (*worst).min(finding.severity);
        }
    }
    faults
}

/// What hands do at the grid.
#[derive(Clone)]
struct Hands {
    desk: SharedDesk,
    draft: Rc<RefCell<Option<(String, String)>>>,
    block: UseStateHandle<Block>,
    onchange: Callback<bool>,
    redraw: Callback<()>,
}

impl Hands {
    fn typing(&self, event: &InputEvent) {
        let (Some(place), Some(text)) = (place_of_event(event), text_of_event(event)) else { return };
        let Some(key) = self.desk.borrow().key_at(place) else { return };
        self.desk.borrow_mut().typing(&key, &text);
        self.draft.replace(Some((key, text)));
        self.block.set(None);
        self.onchange.emit(false);
        // A choice is left as soon as it is made.
        if is_choice(event) {
            self.leave();
        }
    }

    fn arrive(&self, event: &FocusEvent, place: Place) {
        select_text(event);
        if self.block.is_some_and(|(_, to)| to != place) {
            self.block.set(None);
        }
    }

    fn leave(&self) {
        let Some((key, text)) = self.draft.take() else { return };
        let to_save = self.desk.borrow_mut().leave(&key, &text);
        self.onchange.emit(to_save);
        self.redraw.emit(());
    }

    fn go(&self, event: &KeyboardEvent, from: Place, toward: Toward) {
        let Some(to) = step(&self.desk.borrow(), from, toward) else { return };
        event.prevent_default();
        focus(to);
    }

    fn choose(&self, event: &KeyboardEvent, at: Place, toward: Toward) {
        event.prevent_default();
        let (from, to) = self.block.unwrap_or((at, at));
        let next = step(&self.desk.borrow(), to, toward).filter(|next| next.section == from.section);
        if let Some(next) = next {
            self.block.set(Some((from, next)));
        }
    }

    fn key(&self, event: &KeyboardEvent) {
        let Some(at) = place_of_event(event) else { return };
        // The draft is let go before anybody acts on it.
        let typing = self.draft.borrow().is_some();
        match stroke_of(event, typing, self.block.is_some()) {
            Some(Stroke::Confirm) => self.confirm(event, at),
            Some(Stroke::Go(toward)) => self.go(event, at, toward),
            Some(Stroke::Choose(toward)) => self.choose(event, at, toward),
            Some(Stroke::GiveUp) => self.give_up(),
            Some(Stroke::Clear) => self.clear(event, at),
            Some(Stroke::TakeBack { again }) => self.take_back(event, again),
            None => {}
        }
    }

    fn clear(&self, event: &KeyboardEvent, at: Place) {
        event.prevent_default();
        let (from, to) = self.block.unwrap_or((at, at));
        let to_save = self.desk.borrow_mut().clear(from, to);
        self.onchange.emit(to_save);
    }

    /// Ctrl Enter: what is suggested is right; on to the next cell.
    fn confirm(&self, event: &KeyboardEvent, at: Place) {
        let key = self.desk.borrow().key_at(at);
        if let Some(key) = key {
            let to_save = self.desk.borrow_mut().confirm(&[key]);
            self.onchange.emit(to_save);
        }
        self.go(event, at, Toward::Next);
    }

    /// Escape: what was typed goes, what stood there stays.
    fn give_up(&self) {
        let Some((key, _)) = self.draft.take() else { return };
        self.desk.borrow_mut().give_up(&key);
        self.onchange.emit(false);
        self.redraw.emit(());
    }

    fn take_back(&self, event: &KeyboardEvent, again: bool) {
        event.prevent_default();
        let touched = if again { self.desk.borrow_mut().redo() } else { self.desk.borrow_mut().undo() };
        if touched.is_some() {
            self.onchange.emit(true);
        }
    }

    fn paste(&self, event: &Event) {
        let (Some(at), Some(text)) = (place_of_event(event), pasted_block(event)) else { return };
        event.prevent_default();
        self.draft.replace(None);
        let to_save = self.desk.borrow_mut().paste(at, &text);
        self.onchange.emit(to_save);
        self.redraw.emit(());
    }

    fn copy(&self, event: &Event) {
        if let Some((from, to)) = *self.block {
            copy_block(event, &self.desk.borrow().copy(from, to));
        }
    }
}

/// Everything that drawing the grid looks at.
struct Draw<'a> {
    desk: &'a Desk,
    props: &'a GridProps,
    draft: &'a Option<(String, String)>,
    block: Block,
    faults: BTreeMap<String, Severity>,
}

impl Draw<'_> {
    fn section(&self, number: usize, section: &Section, hands: &Hands) -> Html {
        let acts = (section.is_dynamic() && self.props.editable && self.desk.is_whole()).then(|| t("grid.row_acts"));
        let labels: Vec<(String, Option<&'static str>)> = match &section.rows {
            Rows::Fixed(rows) => rows.iter().map(|row| (row.label.clone(), form_table::indent(row.indent))).collect(),
            Rows::Dynamic { .. } => (1..=self.desk.rows_of(number)).map(|row| (row.to_string(), None)).collect(),
        };
        let ids = if section.is_dynamic() { self.desk.row_ids(number) } else { Vec::new() };
        let rows = labels.into_iter().enumerate().map(|(row, (label, indent))| {
            let cells = (0..section.columns.len())
                .map(|column| self.cell(Place { section: number, row, column }, &label, &section.columns[column].path));
            let remove = ids.get(row).filter(|_| acts.is_some()).map(|id| remove_button(hands, number, id, &label));
            html! {
                <tr key={ids.get(row).cloned().unwrap_or_else(|| row.to_string())}>
                    <th scope="row" class={classes!(indent)}>{ label.clone() }</th>
                    { for cells }
                    { remove }
                </tr>
            }
        });
        let is_full = match section.rows {
            Rows::Fixed(_) => true,
            Rows::Dynamic { max, .. } => ids.len() >= max as usize,
        };
        html! {
            <section class="stack-tight" aria-label={section.title.clone()}>
                if self.desk.form.sections().len() > 1 { <h2>{ section.title.clone() }</h2> }
                <div class="sheet" tabindex="0" role="group" aria-label={section.title.clone()}>
                    <table>
                        <caption class="visually-hidden">{ section.title.clone() }</caption>
                        { form_table::head(&self.desk.form, section, acts.clone()) }
                        <tbody>{ for rows }</tbody>
                    </table>
                </div>
                if acts.is_some() && !is_full { { add_button(hands, number) } }
            </section>
        }
    }

    fn cell(&self, place: Place, row: &str, column: &str) -> Html {
        let Some(key) = self.desk.key_at(place) else { return html! { <td></td> } };
        let Some(spec) = self.desk.form.cell(&key) else { return html! { <td></td> } };
        let cell = self.desk.cell(spec, &key);
        let text = match self.draft {
            Some((typed, text)) if *typed == key => text.clone(),
            Some(_) | None => self.desk.shown(spec, &key),
        };
        let fault = self.faults.get(&key);
        let look = Look {
            hard: fault == Some(&Severity::Hard)
                || matches!(self.desk.marks.get(&key), Some(Mark::Rejected(_) | Mark::Conflict(_))),
            soft: fault == Some(&Severity::Soft),
            mark: self.desk.marks.get(&key).map(mark_class),
            chosen: self.block.is_some_and(|block| is_within(block, place)),
            not_applicable: cell == Cell::NotApplicable && spec.is_fillable(),
            picked: self.props.picked.contains_key(&key),
            locked: self.props.editable && spec.is_fillable() && self.desk.is_locked(&key),
            remark: self.desk.remark(&key).filter(|_| self.props.editable).map(str::to_owned),
            noted: mark_words(&self.props.notes, &key),
            attached: clip_words(&self.props.notes, &key),
            suggested: source_words(self.desk, &key),
            old: self.props.changes.get(&key).map(|change| display_cell(spec, &change.old)),
        };
        let chosen_option = match &cell {
            Cell::Text(code) => code.clone(),
            Cell::Blank | Cell::NotApplicable | Cell::Integer(_) => String::new(),
        };
        html! {
            <GridCell key={key} {place} {text} options={options_of(spec)} {chosen_option} numeric={spec.kind.scale().is_some()}
                computed={matches!(spec.kind, CellKind::Computed { .. })} blocked={matches!(spec.kind, CellKind::Blocked)}
                editable={self.props.editable && self.desk.is_open(&key)} label={tp("grid.cell_label", &[("row", &row), ("column", &column)])} {look} />
        }
    }
}

/// How a cell shows whether it is kept.
pub fn mark_class(mark: &Mark) -> &'static str {
    match mark {
        Mark::Saving => "cell-saving",
        Mark::Saved => "cell-saved",
        Mark::NotSaved | Mark::Rejected(_) | Mark::Conflict(_) => "cell-unsaved",
    }
}

fn is_within((from, to): (Place, Place), place: Place) -> bool {
    place.section == from.section
        && (from.row.min(to.row)..=from.row.max(to.row)).contains(&place.row)
        && (from.column.min(to.column)..=from.column.max(to.column)).contains(&place.column)
}

fn add_button(hands: &Hands, section: usize) -> Html {
    let hands = hands.clone();
    let onclick = Callback::from(move |()| {
        // Ids sort by the time at which rows were added, which is the order of display.
        let id = fupin_client::Uuid::now_v7().simple().to_string();
        hands.desk.borrow_mut().add_row(section, id);
        hands.onchange.emit(false);
        hands.redraw.emit(());
    });
    html! { <div class="no-print"><Button {onclick}>{ t("grid.add_row") }</Button></div> }
}

fn remove_button(hands: &Hands, section: usize, id: &str, label: &str) -> Html {
    let (hands, id) = (hands.clone(), id.to_owned());
    let onclick = Callback::from(move |()| {
        let to_save = hands.desk.borrow_mut().remove_row(section, &id);
        hands.onchange.emit(to_save);
        hands.redraw.emit(());
    });
    html! { <td class="row-acts no-print"><Button kind={ButtonKind::Quiet} label={tp("grid.remove_row", &[("row", &label)])} {onclick}>{ t("grid.remove") }</Button></td> }
}
