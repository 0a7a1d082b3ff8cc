//! What an administrator does to an account: correct, unlock, disable, hand over, a new link.

use chrono::{DateTime, Utc};
use fupin_client::Result;
use fupin_contract::{
    AccountId, Phone,
    access::{Account, AccountFilter, AccountStatus, HandOver, OneTimeLink, Permission, UpdateAccount},
};
use yew::prelude::*;

use crate::{
    format,
    i18n::{error_sentence, field_fault, t, tp},
    kit::{
        Alert, Allowed, Button, ButtonKind, Check, Dialog, TextField, Tone, UnitField, use_action, use_query,
        use_toasts,
    },
    transport::Api,
};

#[derive(Clone, PartialEq)]
enum Act {
    Unlock,
    Disable,
    Enable,
}

async fn perform(api: Api, id: AccountId, act: Act) -> Result<Account> {
    match act {
        Act::Unlock => api.unlock_account(id).await,
        Act::Disable => api.disable_account(id).await,
        Act::Enable => api.enable_account(id).await,
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Open {
    Edit,
    HandOver,
}

#[derive(Properties, PartialEq)]
pub struct AccountActsProps {
    pub account: Account,
    pub done: Callback<()>,
}

#[component]
pub fn AccountActs(props: &AccountActsProps) -> Html {
    let id = props.account.id;
    let open = use_state(|| None::<Open>);
    let link = use_state(|| None::<(String, DateTime<Utc>)>);
    let toasts = use_toasts();
    let simple = {
        let (done, toasts) = (props.done.clone(), toasts.clone());
        use_action(
            move |api, act: Act, _| perform(api, id, act),
            Callback::from(move |account: Account| {
                toasts.done(crate::words::account_status(account.status).1);
                done.emit(());
            }),
        )
    };
    let reset = {
        let link = link.clone();
        use_action(
            move |api, (), _| async move { api.issue_reset_link(id).await },
            Callback::from(move |made: OneTimeLink| link.set(Some((made.link, made.expires_at)))),
        )
    };
    let show = |what: Open| {
        let open = open.clone();
        Callback::from(move |()| open.set(Some(what)))
    };
    let close = {
        let (open, link, done) = (open.clone(), link.clone(), props.done.clone());
        Callback::from(move |()| {
            open.set(None);
            link.set(None);
            done.emit(());
        })
    };
    let run = |act: Act| simple.run.reform(move |()| act.clone());
    let failure = simple.failure.as_ref().or(reset.failure.as_ref());
    html! {
        <Allowed to={Permission::ManageAccounts}>
            if let Some(error) = failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <Button onclick={show(Open::Edit)}>{ t("account.correct") }</Button>
            if props.account.status == AccountStatus::Locked { <Button kind={ButtonKind::Primary} onclick={run(Act::Unlock)} busy={simple.pending}>{ t("account.unlock") }</Button> }
            if props.account.status == AccountStatus::Disabled {
                <Button onclick={run(Act::Enable)} busy={simple.pending}>{ t("account.enable") }</Button>
            } else {
                <Button onclick={reset.run.clone()} busy={reset.pending}>{ t("account.reset_link") }</Button>
                <Button onclick={show(Open::HandOver)}>{ t("account.hand_over") }</Button>
                <Button kind={ButtonKind::Danger} onclick={run(Act::Disable)} busy={simple.pending}>{ t("account.disable") }</Button>
            }
            { match *open {
                Some(Open::Edit) => html! { <EditDialog account={props.account.clone()} onclose={close.clone()} /> },
                Some(Open::HandOver) => html! { <HandOverDialog account={props.account.clone()} onclose={close.clone()} /> },
                None => Html::default(),
            } }
            if let Some((made, until)) = &*link { <LinkShown title={t("account.reset_link")} link={made.clone()} until={*until} onclose={close} /> }
        </Allowed>
    }
}

#[derive(Properties, PartialEq)]
pub struct LinkShownProps {
    pub title: AttrValue,
    /// Path and fragment.
    pub link: String,
    pub until: DateTime<Utc>,
    pub onclose: Callback<()>,
}

/// A one-time link, shown once to who made it.
#[component]
pub fn LinkShown(props: &LinkShownProps) -> Html {
    let origin = web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default();
    let foot = html! { <Button kind={ButtonKind::Primary} onclick={props.onclose.clone()}>{ t("account.link_copied") }</Button> };
    html! {
        <Dialog title={props.title.clone()} onclose={props.onclose.clone()} {foot}>
            <p>{ t("account.link_hint") }</p>
            <p class="panel mono">{ format!("{origin}{}", props.link) }</p>
            <p class="muted small">{ tp("account.link_until", &[("until", &format::date_time(props.until))]) }</p>
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
struct ActDialogProps {
    account: Account,
    onclose: Callback<()>,
}

#[component]
fn EditDialog(props: &ActDialogProps) -> Html {
    let name = use_state(|| props.account.name.clone());
    let unit = use_state(|| props.account.unit.clone());
    let phone = use_state(String::new);
    let bad_phone = use_state(|| false);
    let toasts = use_toasts();
    let action = {
        let (id, onclose) = (props.account.id, props.onclose.clone());
        use_action(
            move |api, update: (String, fupin_contract::UnitId, Option<Phone>), _| async move {
                api.update_account(id, &UpdateAccount { name: update.0, unit: update.1, phone: update.2 }).await
            },
            Callback::from(move |_: Account| {
                toasts.done(t("kit.saved"));
                onclose.emit(());
            }),
        )
    };
    let set = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |text: String| state.set(text))
    };
    let choose_unit = {
        let unit = unit.clone();
        Callback::from(move |chosen| unit.set(chosen))
    };
    let onsubmit = {
        let (name, unit, phone, bad_phone, run) =
            (name.clone(), unit.clone(), phone.clone(), bad_phone.clone(), action.run.clone());
        Callback::from(move |()| {
            let typed = phone.trim();
            let parsed = (!typed.is_empty()).then(|| Phone::parse(typed));
            match parsed {
                Some(Err(_)) => bad_phone.set(true),
                Some(Ok(phone)) => run.emit((name.trim().to_owned(), unit.id, Some(phone))),
                None => run.emit((name.trim().to_owned(), unit.id, None)),
            }
        })
    };
    let fault = |field| field_fault(action.failure.as_ref(), field);
    let phone_fault = fault("phone").or_else(|| bad_phone.then(|| t("account.bad_phone")));
    let foot = html! {
        <>
            <Button onclick={props.onclose.clone()}>{ t("kit.cancel") }</Button>
            <Button kind={ButtonKind::Primary} submit=true busy={action.pending}>{ t("kit.save") }</Button>
        </>
    };
    html! {
        <Dialog title={t("account.correct")} onclose={props.onclose.clone()} {onsubmit} {foot}>
            if let Some(error) = &action.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <TextField label={t("account.name")} value={(*name).clone()} oninput={set(&name)} fault={fault("name")} autofocus=true />
            <UnitField label={t("account.unit")} value={Some((*unit).clone())} onchange={choose_unit} fault={fault("unit")} />
            <TextField label={t("account.phone")} kind="tel" hint={t("account.phone_hint")} value={(*phone).clone()} oninput={set(&phone)} fault={phone_fault} />
        </Dialog>
    }
}

#[component]
fn HandOverDialog(props: &ActDialogProps) -> Html {
    let to = use_state(|| None::<AccountId>);
    let sought = use_state(String::new);
    let reason = use_state(String::new);
    let toasts = use_toasts();
    let own = props.account.id;
    let found = use_query((*sought).trim().to_owned(), |api, q| async move {
        let q = Some(q).filter(|q| !q.is_empty());
        api.list_accounts(&AccountFilter { q, limit: Some(20), ..AccountFilter::default() }).await
    });
    let action = {
        let onclose = props.onclose.clone();
        use_action(
            move |api, (to, reason): (AccountId, String), _| async move {
                api.hand_over_account(own, &HandOver { to, reason }).await
            },
            Callback::from(move |_: Account| {
                toasts.done(t("account.handed_over"));
                onclose.emit(());
            }),
        )
    };
    let set = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |text: String| state.set(text))
    };
    let onsubmit = {
        let (to, reason, run) = (to.clone(), reason.clone(), action.run.clone());
        Callback::from(move |()| {
            if let Some(to) = *to {
                run.emit((to, (*reason).clone()));
            }
        })
    };
    let foot = html! {
        <>
            <Button onclick={props.onclose.clone()}>{ t("kit.cancel") }</Button>
            <Button kind={ButtonKind::DangerSolid} submit=true disabled={to.is_none()} busy={action.pending}>{ t("account.hand_over") }</Button>
        </>
    };
    html! {
        <Dialog title={t("account.hand_over")} onclose={props.onclose.clone()} {onsubmit} {foot}>
            <p>{ tp("account.hand_over_hint", &[("name", &props.account.name)]) }</p>
            if let Some(error) = &action.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <TextField label={t("account.hand_over_to")} kind="search" value={(*sought).clone()} oninput={set(&sought)} autofocus=true />
            { found.view(|page| html! {
                <fieldset>
                    <legend class="visually-hidden">{ t("account.hand_over_to") }</legend>
                    { for page.items.iter().filter(|account| account.id != own && account.status == AccountStatus::Active).map(|account| {
                        let (to, id) = (to.clone(), account.id);
                        let checked = *to == Some(id);
                        html! { <Check key={id.to_string()} radio="to" label={account.name.clone()} {checked} onchange={Callback::from(move |_: bool| to.set(Some(id)))}>{ " " }<span class="muted">{ account.username.clone() }{ " · " }{ account.unit.name.clone() }</span></Check> }
                    }) }
                </fieldset>
            }) }
            <TextField label={t("report.reason")} value={(*reason).clone()} oninput={set(&reason)} fault={field_fault(action.failure.as_ref(), "reason")} />
        </Dialog>
    }
}
