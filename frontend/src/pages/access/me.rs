//! My account: what I hold, how I am reached, my password, my sessions.

use fupin_contract::{
    SessionId,
    access::{ChangePassword, Me, Session},
};
use yew::prelude::*;

use super::{
    contact::{Choices, OwnEmail, OwnPhone},
    password_fields::{PasswordFields, lack},
};
use crate::{
    format,
    i18n::{error_sentence, field_fault, t},
    kit::{
        Alert, Button, ButtonKind, Column, PageHead, Row, Status, Table, TextField, Tone, use_action, use_query,
        use_toasts,
    },
    session::use_session,
    words,
};

#[component]
pub fn MyAccountPage() -> Html {
    let session = use_session();
    // By which ways one is told depends on the address: read again when it is another.
    let told = use_state(|| 0_u32);
    let retell = {
        let told = told.clone();
        Callback::from(move |()| told.set(*told + 1))
    };
    let Some(me) = session.me().cloned() else { return Html::default() };
    html! {
        <>
            <PageHead title={t("nav.my_account")} beside={html! { <span class="muted">{ me.name.clone() }{ " · " }{ me.username.clone() }</span> }} />
            <div class="split">
                <div class="stack"><Sessions /><Choices key={*told} />{ held(&me) }</div>
                <div class="stack"><OwnPhone /><OwnEmail onchange={retell} /><Password /></div>
            </div>
        </>
    }
}

fn held(me: &Me) -> Html {
    html! {
        <section class="panel" aria-label={t("account.roles")}>
            <h2>{ t("account.roles") }</h2>
            <ul>{ for me.grants.iter().map(|grant| html! { <li>{ words::held(grant) }</li> }) }</ul>
        </section>
    }
}

#[component]
fn Sessions() -> Html {
    let query = use_query((), async |api, ()| api.list_sessions().await);
    let toasts = use_toasts();
    let end = {
        let reload = query.reload.clone();
        use_action(
            |api, id: SessionId, _| async move { api.end_session(id).await },
            Callback::from(move |()| {
                toasts.done(t("session.ended"));
                reload.emit(());
            }),
        )
    };
    html! {
        <section class="stack-tight">
            <h2>{ t("session.title") }</h2>
            if let Some(error) = &end.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            { query.view(|page| sessions(&page.items, &end.run)) }
        </section>
    }
}

fn sessions(sessions: &[Session], end: &Callback<SessionId>) -> Html {
    let columns = vec![
        Column::text(t("session.device")),
        Column::text(t("session.address")),
        Column::text(t("session.last_used")),
        Column::text(t("session.began")),
        Column::text(""),
    ];
    let rows = sessions.iter().map(|session| {
        let id = session.id;
        let act = if session.current {
            html! { <Status tone={Tone::Accent} word={t("session.this_one")} /> }
        } else {
            html! { <Button onclick={end.reform(move |()| id)}>{ t("session.end") }</Button> }
        };
        Row::new(
            id,
            vec![
                html! { <div class="cut" title={session.user_agent.clone()}>{ device(&session.user_agent) }</div> },
                html! { session.address.clone() },
                html! { <span class="nowrap">{ format::date_time(session.last_used_at) }</span> },
                html! { <span class="nowrap">{ format::date_time(session.created_at) }</span> },
                act,
            ],
        )
    });
    html! { <Table caption={t("session.title")} {columns} rows={rows.collect::<Vec<_>>()} /> }
}

/// A browser and a system out of a user agent, as people call them.
fn device(agent: &str) -> String {
    let first =
        |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    let browser = first(&[
        ("MicroMessenger", "WeChat"),
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("HarmonyOS", "HarmonyOS"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} · {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) if agent.is_empty() => "—".to_owned(),
        (None, None) => agent.to_owned(),
    }
}

#[component]
fn Password() -> Html {
    let current = use_state(String::new);
    let new = use_state(String::new);
    let again = use_state(String::new);
    let tried = use_state(|| false);
    let toasts = use_toasts();
    let action = {
        let (current, new, again, tried) = (current.clone(), new.clone(), again.clone(), tried.clone());
        use_action(
            |api, (current, new): (String, String), _| async move {
                api.change_password(&ChangePassword { current, new }).await
            },
            Callback::from(move |()| {
                [&current, &new, &again].into_iter().for_each(|state| state.set(String::new()));
                tried.set(false);
                toasts.done(t("account.password_changed"));
            }),
        )
    };
    let lacking = lack(&new, &again);
    let onsubmit = {
        let (current, new, tried, run, ready) =
            (current.clone(), new.clone(), tried.clone(), action.run.clone(), lacking.is_none());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            tried.set(true);
            if ready {
                run.emit(((*current).clone(), (*new).clone()));
            }
        })
    };
    let set = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |text: String| state.set(text))
    };
    let fault = field_fault(action.failure.as_ref(), "new").or_else(|| lacking.filter(|_| *tried));
    html! {
        <section class="panel stack" aria-label={t("account.change_password")}>
            <h2>{ t("account.change_password") }</h2>
            <form class="stack" {onsubmit} novalidate=true>
                if let Some(error) = &action.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
                <TextField label={t("account.current_password")} kind="password" autocomplete="current-password" value={(*current).clone()} oninput={set(&current)} fault={field_fault(action.failure.as_ref(), "current")} />
                <PasswordFields new={(*new).clone()} again={(*again).clone()} onnew={set(&new)} onagain={set(&again)} {fault} />
                <Button kind={ButtonKind::Primary} submit=true busy={action.pending}>{ t("account.change_password") }</Button>
            </form>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn a_user_agent_is_told_as_browser_and_system() {
        assert_eq!(
            device("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36"),
            "Chrome · Android"
        );
        assert_eq!(device("curl/8"), "curl/8");
        assert_eq!(device(""), "—");
    }
}
