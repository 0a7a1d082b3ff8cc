//! Single keys that act on a page: when nothing is being typed, no dialog is open and no other key is held.

use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};
use yew::prelude::*;

type Take = Rc<dyn Fn(&str) -> bool>;

/// Hears keys for as long as the page stands; `take` says whether a key was its own. A key that is taken goes no further,
/// or it would be typed into the dialog that it opens.
#[hook]
pub fn use_single_keys<F>(take: F)
where
    F: Fn(&str) -> bool + 'static,
{
    let latest = use_mut_ref(|| None::<Take>);
    latest.replace(Some(Rc::new(take)));
    use_effect_with((), move |()| {
        let listener = web_sys::window().map(|window| {
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&window, "keydown", options, move |event| {
                let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
                let plain = !key.ctrl_key() && !key.meta_key() && !key.alt_key();
                let take = latest.borrow().clone();
                if plain && !is_typing(event) && take.is_some_and(|take| take(&key.key())) {
                    event.prevent_default();
                }
            })
        });
        move || drop(listener)
    });
}

fn is_typing(event: &Event) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    element.is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            || element.closest("dialog").ok().flatten().is_some()
    })
}
