//! What a person means by a key, and by a block on the clipboard, in a grid of cells: the same in one report and in many.

use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::pages::reporting::report::place::Toward;

/// One stroke of the keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stroke {
    /// What is suggested is right.
    Confirm,
    Go(Toward),
    /// The block that is chosen grows or shrinks.
    Choose(Toward),
    /// What was typed goes, what stood there stays.
    GiveUp,
    /// The chosen block is emptied.
    Clear,
    TakeBack {
        again: bool,
    },
}

/// What a key means while something is typed into a cell, or a block is chosen.
pub fn stroke_of(event: &KeyboardEvent, typing: bool, block: bool) -> Option<Stroke> {
    if event.is_composing() {
        return None;
    }
    let command = event.ctrl_key() || event.meta_key();
    let on_choice = is_choice(event);
    match (event.key().as_str(), event.shift_key()) {
        ("Enter", false) if command => Some(Stroke::Confirm),
        ("Enter", false) => Some(Stroke::Go(Toward::Down)),
        ("Enter", true) => Some(Stroke::Go(Toward::Up)),
        ("Tab", false) => Some(Stroke::Go(Toward::Next)),
        ("Tab", true) => Some(Stroke::Go(Toward::Previous)),
        ("ArrowUp", false) if !on_choice => Some(Stroke::Go(Toward::Up)),
        ("ArrowDown", false) if !on_choice => Some(Stroke::Go(Toward::Down)),
        ("ArrowLeft", false) if at_edge(event, Toward::Left) => Some(Stroke::Go(Toward::Left)),
        ("ArrowRight", false) if at_edge(event, Toward::Right) => Some(Stroke::Go(Toward::Right)),
        ("ArrowUp", true) => Some(Stroke::Choose(Toward::Up)),
        ("ArrowDown", true) => Some(Stroke::Choose(Toward::Down)),
        ("ArrowLeft", true) if !typing => Some(Stroke::Choose(Toward::Left)),
        ("ArrowRight", true) if !typing => Some(Stroke::Choose(Toward::Right)),
        ("Escape", _) => Some(Stroke::GiveUp),
        ("Delete" | "Backspace", _) if block => Some(Stroke::Clear),
        ("z" | "Z", again) if command && !typing => Some(Stroke::TakeBack { again }),
        ("y" | "Y", _) if command && !typing => Some(Stroke::TakeBack { again: true }),
        _ => None,
    }
}

/// Whether it happened to a list of choices, which uses the arrows itself and is left as soon as a choice is made.
pub fn is_choice(event: &Event) -> bool {
    event.target().is_some_and(|target| target.dyn_ref::<HtmlSelectElement>().is_some())
}

/// Whoever arrives at a cell writes over what stands there.
pub fn select_text(event: &Event) {
    if let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) {
        input.select();
    }
}

/// A block of cells that is pasted; a single text is left to the browser.
pub fn pasted_block(event: &Event) -> Option<String> {
    let data = event.dyn_ref::<ClipboardEvent>()?.clipboard_data()?;
    data.get_data("text/plain").ok().filter(|text| text.contains(['\t', '\n']))
}

/// Put a block of cells on the clipboard in place of what the browser would.
pub fn copy_block(event: &Event, text: &str) {
    if let Some(data) = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data) {
        event.prevent_default();
        drop(data.set_data("text/plain", text));
    }
}

/// Whether an arrow leaves the text: everything is selected, or the caret stands at that edge.
fn at_edge(event: &KeyboardEvent, toward: Toward) -> bool {
    let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return true };
    let length = input.value().encode_utf16().count() as u32;
    let start = input.selection_start().ok().flatten().unwrap_or(0);
    let end = input.selection_end().ok().flatten().unwrap_or(length);
    let all = start == 0 && end == length;
    match toward {
        Toward::Left => all || (start == 0 && end == 0),
        Toward::Right => all || start == length,
        Toward::Up | Toward::Down | Toward::Next | Toward::Previous => true,
    }
}
