//! Confirm an e-mail address by the link that was sent to it. A press of a button, because readers of mail open links by
//! themselves; the token is in the fragment, which browsers do not send to servers.

use fupin_contract::email::{ConfirmEmail, ConfirmedEmail};
use yew::prelude::*;
use yew_router::prelude::Link;

use crate::{
    i18n::{error_sentence, t, tp},
    kit::{Alert, Button, ButtonKind, Tone, use_action},
    pages::access::{entrance::Entrance, use_link::use_fragment},
    routes::Route,
};

#[component]
pub fn ConfirmEmailPage() -> Html {
    let token = use_fragment();
    let done = use_state(|| None::<String>);
    let action = {
        let done = done.clone();
        use_action(
            |api, token: String, _| async move { api.confirm_email(&ConfirmEmail { token }).await },
            Callback::from(move |confirmed: ConfirmedEmail| done.set(Some(confirmed.email))),
        )
    };
    let onsubmit = {
        let (run, token) = (action.run.clone(), token.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            run.emit(token.clone());
        })
    };
    // The server cannot even read the token: as good as a link that is spent.
    let sentence = action.failure.as_ref().map(|error| match error.status() {
        Some(409 | 422) => t("contact.link_spent"),
        _ => error_sentence(error),
    });
    html! {
        <Entrance title={t("contact.confirm")}>
            if let Some(email) = &*done {
                <Alert tone={Tone::Done}><p>{ tp("contact.confirmed", &[("email", email)]) }</p></Alert>
            } else {
                if let Some(sentence) = sentence { <Alert tone={Tone::Danger} urgent=true><p>{ sentence }</p></Alert> }
                <form class="stack" {onsubmit} novalidate=true>
                    <p>{ t("contact.confirm_hint") }</p>
                    <Button kind={ButtonKind::Primary} submit=true wide=true busy={action.pending}>{ t("contact.confirm") }</Button>
                </form>
            }
            <p class="entrance-foot"><Link<Route> to={Route::MyAccount}>{ t("contact.to_my_account") }</Link<Route>></p>
        </Entrance>
    }
}
