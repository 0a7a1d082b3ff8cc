//! A modal dialog on the native element. Escape closes it; focus returns to where it was.

use std::future::Future;

use fupin_client::{ClientError, Uuid};
use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlElement};
use yew::prelude::*;

use super::{Alert, Button, ButtonKind, Icon, Shape, Tone, use_action};
use crate::{
    i18n::{error_sentence, t},
    transport::Api,
};

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

/// What is asked before an act: the word on both buttons, and what the act brings with it.
#[derive(Clone, Debug, PartialEq)]
pub struct AskFirst {
    word: String,
    hint: String,
    kind: ButtonKind,
}

impl AskFirst {
    pub fn new(word: String, hint: String) -> Self {
        Self { word, hint, kind: ButtonKind::Primary }
    }

    pub fn kind(self, kind: ButtonKind) -> Self {
        Self { kind, ..self }
    }
}

/// A button that asks once more before it acts: the dialog closes when the act is done and says why it could not be.
#[hook]
pub fn use_ask_first<T, F, Fut>(ask: AskFirst, perform: F, done: Callback<T>) -> Html
where
    T: 'static,
    F: Fn(Api, (), Uuid) -> Fut + 'static,
    Fut: Future<Output = Result<T, ClientError>> + 'static,
{
    let asking = use_state(|| false);
    let action = {
        let asking = asking.clone();
        use_action(
            perform,
            Callback::from(move |answer: T| {
                asking.set(false);
                done.emit(answer);
            }),
        )
    };
    let open = |on: bool| {
        let (asking, forget) = (asking.clone(), action.forget.clone());
        Callback::from(move |()| {
            forget.emit(());
            asking.set(on);
        })
    };
    let AskFirst { word, hint, kind } = ask;
    let foot = html! {
        <>
            <Button onclick={open(false)}>{ t("kit.cancel") }</Button>
            <Button {kind} submit=true busy={action.pending}>{ word.clone() }</Button>
        </>
    };
    html! {
        <>
            <Button onclick={open(true)}>{ word.clone() }</Button>
            if *asking {
                <Dialog title={word} onclose={open(false)} onsubmit={action.run.clone()} {foot}>
                    if let Some(error) = &action.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
                    <p>{ hint }</p>
                </Dialog>
            }
        </>
    }
}
