//! What stands where data will be, is not, or cannot be.

use fupin_client::ClientError;
use yew::prelude::*;
use yew_router::prelude::Link;

use super::{Button, Icon, Shape, Tone};
use crate::{
    i18n::{error_sentence, t},
    routes::Route,
};

/// The shape of what is coming; visible only when waiting is felt.
#[component]
pub fn Skeleton() -> Html {
    html! { <div class="skeleton" role="status" aria-label={t("kit.loading")}>{ for (0..9).map(|_| html! { <i></i> }) }</div> }
}

#[derive(Properties, PartialEq)]
pub struct EmptyProps {
    pub title: AttrValue,
    /// Why it is empty, and what comes next.
    #[prop_or_default]
    pub children: Html,
}

#[component]
pub fn Empty(props: &EmptyProps) -> Html {
    html! {
        <div class="state">
            <Icon shape={Shape::Empty} />
            <h2>{ props.title.clone() }</h2>
            <div>{ props.children.clone() }</div>
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub struct FailureProps {
    pub error: ClientError,
    #[prop_or_default]
    pub retry: Option<Callback<()>>,
}

/// Why something cannot be shown. What is not there will not be there at the next try either.
#[component]
pub fn Failure(props: &FailureProps) -> Html {
    if props.error.status() == Some(404) {
        return html! { <Empty title={t("home.not_found")}><p>{ t("home.not_found_why") }</p><Link<Route> to={Route::Home} classes="button">{ t("home.back") }</Link<Route>></Empty> };
    }
    html! {
        <div class="state" role="alert">
            <Icon shape={Shape::Warning} />
            <h2>{ t("kit.cannot_show") }</h2>
            <p>{ error_sentence(&props.error) }</p>
            if let Some(retry) = &props.retry {
                <Button onclick={retry.clone()}>{ t("kit.try_again") }</Button>
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub struct AlertProps {
    pub tone: Tone,
    /// Read out at once.
    #[prop_or_default]
    pub urgent: bool,
    pub children: Html,
}

/// A sentence that must not be missed.
#[component]
pub fn Alert(props: &AlertProps) -> Html {
    let tone = match props.tone {
        Tone::Plain => None,
        Tone::Accent => Some("alert-accent"),
        Tone::Wait => Some("alert-wait"),
        Tone::Done => Some("alert-done"),
        Tone::Danger => Some("alert-danger"),
    };
    html! { <div class={classes!("alert", tone)} role={props.urgent.then_some("alert")}><div class="grow">{ props.children.clone() }</div></div> }
}
