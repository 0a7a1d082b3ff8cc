//! Sign in with a password. A demonstration offers its accounts: one click fills them in.

use fupin_client::ClientError;
use fupin_contract::{
    access::{SignIn, SignedIn},
    setup::DemoAccount,
};
use yew::prelude::*;
use yew_router::prelude::Link;

use super::entrance::Entrance;
use crate::{
    i18n::{error_sentence, t},
    kit::{Alert, Button, ButtonKind, TextField, Tone, use_action},
    routes::Route,
    session::use_session,
    words,
};

#[component]
pub fn SignInPage() -> Html {
    let session = use_session();
    let username = use_state(String::new);
    let password = use_state(String::new);
    let missing = use_state(|| false);
    let enter = {
        let session = session.clone();
        use_action(
            |api, credentials: Credentials, _| async move { api.sign_in(&credentials.0).await },
            Callback::from(move |signed_in: SignedIn| session.begin(signed_in)),
        )
    };
    let onsubmit = {
        let (username, password, missing, run) =
            (username.clone(), password.clone(), missing.clone(), enter.run.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let name = username.trim();
            missing.set(name.is_empty() || password.is_empty());
            if !name.is_empty() && !password.is_empty() {
                run.emit(Credentials(SignIn { username: name.to_owned(), password: (*password).clone() }));
            }
        })
    };
    let set = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |text: String| state.set(text))
    };
    let choose = {
        let (username, password, missing) = (username.clone(), password.clone(), missing.clone());
        Callback::from(move |account: DemoAccount| {
            username.set(account.username);
            password.set(account.password);
            missing.set(false);
        })
    };
    let offered = session.instance.as_ref().map(|instance| instance.demo_accounts.clone()).unwrap_or_default();
    let unready = session.instance.as_ref().is_some_and(|instance| !instance.ready);
    html! {
        <Entrance title={t("sign_in.title")}>
            if unready { <Alert tone={Tone::Wait}><p>{ t("sign_in.not_set_up") }</p></Alert> }
            <form class="stack" {onsubmit} novalidate=true>
                { refusal(*missing, enter.failure.as_ref()) }
                <TextField label={t("sign_in.username")} value={(*username).clone()} oninput={set(&username)} autocomplete="username" required=true autofocus=true />
                <TextField label={t("sign_in.password")} kind="password" value={(*password).clone()} oninput={set(&password)} autocomplete="current-password" required=true />
                <Button kind={ButtonKind::Primary} submit=true wide=true busy={enter.pending}>{ t("sign_in.enter") }</Button>
                <p class="muted small">{ t("sign_in.forgotten") }</p>
            </form>
            if !offered.is_empty() { { demo(&offered, &username, &choose) } }
        </Entrance>
    }
}

/// Credentials as an input of an act; never compared by content that matters to anybody else.
#[derive(Clone)]
struct Credentials(SignIn);

impl PartialEq for Credentials {
    fn eq(&self, other: &Self) -> bool {
        self.0.username == other.0.username && self.0.password == other.0.password
    }
}

fn refusal(missing: bool, failure: Option<&ClientError>) -> Html {
    let said = if missing { Some(t("sign_in.missing")) } else { failure.map(error_sentence) };
    said.map_or_else(Html::default, |said| html! { <Alert tone={Tone::Danger} urgent=true><p>{ said }</p></Alert> })
}

fn demo(accounts: &[DemoAccount], username: &str, choose: &Callback<DemoAccount>) -> Html {
    html! {
        <section class="demo-accounts" aria-label={t("sign_in.demo")}>
            <p><span class="demo-mark">{ t("shell.demo") }</span>{ " " }{ t("sign_in.demo_hint") }</p>
            <ul>
                { for accounts.iter().map(|account| {
                    let (choose, chosen) = (choose.clone(), account.clone());
                    let onclick = Callback::from(move |_: MouseEvent| choose.emit(chosen.clone()));
                    html! {
                        <li key={account.username.clone()}>
                            <button type="button" class="demo-account" aria-pressed={(account.username == username).to_string()} {onclick}>
                                <span class="strong">{ words::role(account.role) }{ " · " }{ account.name.clone() }</span>
                                <span class="small">{ account.unit.clone() }</span>
                            </button>
                        </li>
                    }
                }) }
            </ul>
            <p class="small"><Link<Route> to={Route::Sandbox}>{ t("sign_in.open_sandbox") }</Link<Route>></p>
        </section>
    }
}
