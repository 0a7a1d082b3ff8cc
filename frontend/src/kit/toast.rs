//! Short confirmations at the foot of the window; they leave by themselves.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use yew::prelude::*;

use super::{Alert, Tone};

const STAYS_MS: u32 = 5_000;

#[derive(Clone, PartialEq)]
struct Toast {
    id: u32,
    tone: Tone,
    text: String,
}

#[derive(Default, PartialEq, Clone)]
pub struct Shown {
    last: u32,
    toasts: Vec<Toast>,
}

pub enum Change {
    Say(Tone, String),
    Leave(u32),
}

impl Reducible for Shown {
    type Action = Change;

    fn reduce(self: Rc<Self>, change: Change) -> Rc<Self> {
        let mut shown = (*self).clone();
        match change {
            Change::Say(tone, text) => {
                shown.last += 1;
                shown.toasts.push(Toast { id: shown.last, tone, text });
            }
            Change::Leave(id) => shown.toasts.retain(|toast| toast.id != id),
        }
        Rc::new(shown)
    }
}

/// Says short things to the person.
#[derive(Clone, PartialEq)]
pub struct Toasts(UseReducerDispatcher<Shown>);

impl Toasts {
    pub fn done(&self, text: impl Into<String>) {
        self.0.dispatch(Change::Say(Tone::Done, text.into()));
    }

    pub fn failed(&self, text: impl Into<String>) {
        self.0.dispatch(Change::Say(Tone::Danger, text.into()));
    }
}

#[hook]
pub fn use_toasts() -> Toasts {
    let context = use_context::<Toasts>();
    let own = use_reducer(Shown::default);
    context.unwrap_or_else(|| Toasts(own.dispatcher()))
}

#[derive(Properties, PartialEq)]
pub struct ToastHostProps {
    pub children: Html,
}

/// Shows what anything below it says.
#[component]
pub fn ToastHost(props: &ToastHostProps) -> Html {
    let shown = use_reducer(Shown::default);
    {
        let dispatcher = shown.dispatcher();
        use_effect_with(shown.last, move |last| {
            let last = *last;
            if last > 0 {
                Timeout::new(STAYS_MS, move || dispatcher.dispatch(Change::Leave(last))).forget();
            }
        });
    }
    html! {
        <ContextProvider<Toasts> context={Toasts(shown.dispatcher())}>
            { props.children.clone() }
            <div class="toasts" role="status" aria-live="polite">
                { for shown.toasts.iter().map(|toast| html! { <Alert key={toast.id} tone={toast.tone}><p>{ toast.text.clone() }</p></Alert> }) }
            </div>
        </ContextProvider<Toasts>>
    }
}
