//! My e-mail address: what is kept and whether it counts, and another one in its place, by the own password.

use fupin_client::ClientError;
use fupin_contract::{
    Email,
    email::{ChangeEmail, OwnEmail as Kept},
};
use yew::prelude::*;

use crate::{
    i18n::{error_sentence, field_fault, t, tp},
    kit::{Alert, Button, ButtonKind, Status, TextField, Tone, use_action, use_query, use_toasts},
};

#[derive(Properties, PartialEq)]
pub struct OwnEmailProps {
    /// Another address is kept, or none.
    pub onchange: Callback<()>,
}

#[component]
pub fn OwnEmail(props: &OwnEmailProps) -> Html {
    let query = use_query((), async |api, ()| {
        let (kept, choices) = (api.get_own_email().await?, api.get_message_choices().await?);
        Ok::<_, ClientError>((kept, choices.mail_offered))
    });
    let changed = {
        let (reload, onchange) = (query.reload.clone(), props.onchange.clone());
        Callback::from(move |()| {
            reload.emit(());
            onchange.emit(());
        })
    };
    html! {
        <section class="panel stack" aria-label={t("contact.email")}>
            <h2>{ t("contact.email") }</h2>
            { query.view(|read| html! {
                <>
                    <Standing kept={read.0.clone()} />
                    if read.1 || read.0.email.is_some() {
                        <Change kept={read.0.email.is_some()} changed={changed.clone()} />
                    } else {
                        <p class="muted">{ t("contact.not_offered") }</p>
                    }
                </>
            }) }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct StandingProps {
    kept: Kept,
}

#[component]
fn Standing(props: &StandingProps) -> Html {
    let toasts = use_toasts();
    let again = use_action(
        |api, (), _| async move { api.ask_email_confirmation().await },
        Callback::from(move |()| toasts.done(t("contact.sent_again"))),
    );
    let Some(email) = &props.kept.email else {
        return html! { <p>{ t("contact.email_none") }</p> };
    };
    let confirmed = props.kept.confirmed_at.is_some();
    let (tone, key) =
        if confirmed { (Tone::Done, "contact.email_confirmed") } else { (Tone::Wait, "contact.email_unconfirmed") };
    html! {
        <>
            <p class="row">{ tp("contact.email_kept", &[("email", email)]) }<Status {tone} word={t(key)} /></p>
            if !confirmed {
                <p>{ t("contact.open_the_link") }</p>
                if let Some(error) = &again.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
                <div class="row"><Button onclick={again.run.clone()} busy={again.pending}>{ t("contact.send_again") }</Button></div>
            }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct ChangeProps {
    /// There is one to give up.
    kept: bool,
    changed: Callback<()>,
}

#[component]
fn Change(props: &ChangeProps) -> Html {
    let (email, password, tried) = (use_state(String::new), use_state(String::new), use_state(|| false));
    let toasts = use_toasts();
    let action = {
        let (email, password, tried, changed) = (email.clone(), password.clone(), tried.clone(), props.changed.clone());
        use_action(
            |api, (password, email): (String, Option<Email>), _| async move {
                let given_up = email.is_none();
                api.change_email(&ChangeEmail { password, email }).await.map(|()| given_up)
            },
            Callback::from(move |given_up: bool| {
                [&email, &password].into_iter().for_each(|state| state.set(String::new()));
                tried.set(false);
                toasts.done(t(if given_up { "contact.given_up" } else { "contact.sent" }));
                changed.emit(());
            }),
        )
    };
    let parsed = Email::parse(&email).ok();
    let onsubmit = {
        let (tried, run, ready, password) = (tried.clone(), action.run.clone(), parsed.clone(), password.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            tried.set(true);
            if ready.is_some() {
                run.emit(((*password).clone(), ready.clone()));
            }
        })
    };
    let give_up = {
        let (run, password) = (action.run.clone(), password.clone());
        Callback::from(move |()| run.emit(((*password).clone(), None)))
    };
    let set = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |text: String| state.set(text))
    };
    let failure = action.failure.as_ref();
    let fault = field_fault(failure, "email").or_else(|| (*tried && parsed.is_none()).then(|| t("contact.bad_email")));
    html! {
        <form class="stack" {onsubmit} novalidate=true>
            <p class="muted">{ t("contact.email_hint") }</p>
            if let Some(error) = failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <TextField label={t("contact.new_email")} kind="email" autocomplete="email" value={(*email).clone()} oninput={set(&email)} {fault} />
            <TextField label={t("account.current_password")} kind="password" autocomplete="current-password" value={(*password).clone()} oninput={set(&password)} fault={field_fault(failure, "password")} />
            <Button kind={ButtonKind::Primary} submit=true busy={action.pending}>{ t("contact.save_email") }</Button>
            if props.kept { <Button onclick={give_up}>{ t("contact.give_up") }</Button> }
        </form>
    }
}
