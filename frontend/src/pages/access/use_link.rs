//! Set a password by a one-time link: at the first time, or when it was forgotten. The token is in the fragment,
//! which browsers do not send to servers.

use fupin_contract::access::{CheckLink, UseLink};
use yew::prelude::*;
use yew_router::{hooks::use_location, prelude::Link};

use super::{
    entrance::Entrance,
    password_fields::{PasswordFields, lack},
};
use crate::{
    format,
    i18n::{error_sentence, field_fault, t, tp},
    kit::{Alert, Button, ButtonKind, Load, Tone, use_action, use_query},
    routes::Route,
};

/// What stands behind the `#` of the address.
#[hook]
pub fn use_fragment() -> String {
    use_location().map(|location| location.hash().trim_start_matches('#').to_owned()).unwrap_or_default()
}

/// The server cannot even read the token: as good as a link that is spent.
pub fn is_no_link<T>(load: &Load<T>) -> bool {
    matches!(load, Load::Failed(error) if error.status() == Some(422))
}

pub fn no_link() -> Html {
    html! { <Alert tone={Tone::Danger} urgent=true><p>{ t("error.access.link_spent") }</p></Alert> }
}

#[component]
pub fn UseLinkPage() -> Html {
    let token = use_fragment();
    let query = use_query(token.clone(), |api, token| async move { api.check_link(&CheckLink { token }).await });
    html! {
        <Entrance title={t("account.set_password")}>
            if is_no_link(&query.load) { { no_link() } } else { { query.view(|owner| html! {
                <>
                    <p>{ tp("account.link_of", &[("name", &owner.name), ("username", &owner.username), ("until", &format::date_time(owner.expires_at))]) }</p>
                    <NewPassword token={token.clone()} />
                </>
            }) } }
            <p class="entrance-foot"><Link<Route> to={Route::SignIn}>{ t("account.to_sign_in") }</Link<Route>></p>
        </Entrance>
    }
}

#[derive(Properties, PartialEq)]
struct NewPasswordProps {
    token: String,
}

#[component]
fn NewPassword(props: &NewPasswordProps) -> Html {
    let new = use_state(String::new);
    let again = use_state(String::new);
    let tried = use_state(|| false);
    let done = use_state(|| false);
    let action = {
        let (token, done) = (props.token.clone(), done.clone());
        use_action(
            move |api, password: String, _| {
                let token = token.clone();
                async move { api.use_link(&UseLink { token, password }).await }
            },
            Callback::from(move |()| done.set(true)),
        )
    };
    let lacking = lack(&new, &again);
    let onsubmit = {
        let (new, tried, run, ready) = (new.clone(), tried.clone(), action.run.clone(), lacking.is_none());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            tried.set(true);
            if ready {
                run.emit((*new).clone());
            }
        })
    };
    let set = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |text: String| state.set(text))
    };
    if *done {
        return html! { <Alert tone={Tone::Done}><p>{ t("account.password_set") }</p></Alert> };
    }
    let fault = field_fault(action.failure.as_ref(), "password").or_else(|| lacking.filter(|_| *tried));
    html! {
        <form class="stack" {onsubmit} novalidate=true>
            if let Some(error) = &action.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <PasswordFields new={(*new).clone()} again={(*again).clone()} onnew={set(&new)} onagain={set(&again)} {fault} />
            <Button kind={ButtonKind::Primary} submit=true wide=true busy={action.pending}>{ t("account.set_password") }</Button>
        </form>
    }
}
