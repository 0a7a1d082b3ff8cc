//! A modal dialog on the native element. Escape closes it; focus returns to where it was.

use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlElement};
use yew::prelude::*;

use super::{Icon, Shape};
use crate::i18n::t;

#[derive(Properties, PartialEq)]
pub struct DialogProps {
    pub title: AttrValue,
    pub onclose: Callback<()>,
    #[prop_or_default]
    pub wide: bool,
    /// The buttons at its foot.
    #[prop_or_default]
    pub foot: Html,
    /// Called when the form in it is sent (Enter or a submit button).
    #[prop_or_default]
    pub onsubmit: Callback<()>,
    pub children: Html,
}

/// The keyboard begins in the first field, not at the button that closes.
fn focus_first(dialog: &HtmlDialogElement) {
    let first = dialog.query_selector(".dialog-body input, .dialog-body textarea, .dialog-body select").ok().flatten();
    if let Some(field) = first.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        drop(field.focus());
    }
}

#[component]
pub fn Dialog(props: &DialogProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            let before =
                web_sys::window().and_then(|window| window.document()).and_then(|document| document.active_element());
            let dialog = node.cast::<HtmlDialogElement>();
            if let Some(dialog) = &dialog {
                // It can only fail when it is open already.
                drop(dialog.show_modal());
                focus_first(dialog);
            }
            move || {
                if let Some(dialog) = dialog {
                    dialog.close();
                }
                if let Some(element) = before.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
                    drop(element.focus());
                }
            }
        });
    }
    let oncancel = {
        let onclose = props.onclose.clone();
        Callback::from(move |event: Event| {
            event.prevent_default();
            onclose.emit(());
        })
    };
    let close = props.onclose.reform(|_: MouseEvent| ());
    let onsubmit = {
        let onsubmit = props.onsubmit.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            onsubmit.emit(());
        })
    };
    html! {
        <dialog ref={node} class={classes!("dialog", props.wide.then_some("dialog-wide"))} aria-label={props.title.clone()} {oncancel}>
            <form {onsubmit} novalidate=true>
                <div class="dialog-head">
                    <h2>{ props.title.clone() }</h2>
                    <button type="button" class="icon-button" aria-label={t("kit.close")} onclick={close}><Icon shape={Shape::Cross} /></button>
                </div>
                <div class="dialog-body">{ props.children.clone() }</div>
                <div class="dialog-foot">{ props.foot.clone() }</div>
            </form>
        </dialog>
    }
}
