//! One account: who it is, what it may do and where, and the acts of its administrators.

use fupin_contract::{
    AccountId, GrantId,
    access::{Account, AccountGrant, GrantRole, Permission, Role},
    units::UnitName,
};
use yew::prelude::*;

use super::account_acts::AccountActs;
use crate::{
    format,
    i18n::{error_sentence, t, tp},
    kit::{
        Alert, Button, ButtonKind, Crumb, PageHead, SelectField, Status, Tone, UnitField, use_action, use_query,
        use_toasts,
    },
    pages::insight::NotFoundPage,
    routes::Route,
    session::use_session,
    words,
};

#[derive(Properties, PartialEq)]
pub struct AccountPageProps {
    pub id: String,
}

#[component]
pub fn AccountPage(props: &AccountPageProps) -> Html {
    match props.id.parse::<AccountId>() {
        Ok(id) => html! { <Loaded {id} /> },
        Err(_) => html! { <NotFoundPage /> },
    }
}

#[derive(Properties, PartialEq)]
struct LoadedProps {
    id: AccountId,
}

#[component]
fn Loaded(props: &LoadedProps) -> Html {
    let query = use_query(props.id, async |api, id| api.get_account(id).await);
    let title = query.ready().map_or_else(|| t("nav.accounts"), |account| account.name.clone());
    let status = query.ready().map(|account| words::account_status(account.status));
    let beside = status.map(|(tone, word)| html! { <Status {tone} {word} /> }).unwrap_or_default();
    html! {
        <>
            <PageHead {title} path={vec![Crumb::to(t("nav.accounts"), Route::Accounts)]} {beside}>
                if let Some(account) = query.ready() { <AccountActs account={(**account).clone()} done={query.reload.clone()} /> }
            </PageHead>
            { query.view(|account| html! {
                <div class="split">
                    <Grants account={(**account).clone()} done={query.reload.clone()} />
                    { facts(account) }
                </div>
            }) }
        </>
    }
}

fn facts(account: &Account) -> Html {
    html! {
        <section class="panel" aria-label={t("account.facts")}>
            <h2>{ t("account.facts") }</h2>
            <dl class="facts">
                <dt>{ t("account.username") }</dt><dd>{ account.username.clone() }</dd>
                <dt>{ t("account.unit") }</dt><dd>{ account.unit.name.clone() }</dd>
                <dt>{ t("account.phone") }</dt><dd>{ account.phone.clone().unwrap_or_else(|| "—".to_owned()) }</dd>
                <dt>{ t("account.last_signed_in") }</dt><dd>{ account.last_signed_in_at.map_or_else(|| "—".to_owned(), format::date_time) }</dd>
                if let Some(until) = account.locked_until { <><dt>{ t("account.locked_until") }</dt><dd>{ format::date_time(until) }</dd></> }
            </dl>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct GrantsProps {
    account: Account,
    done: Callback<()>,
}

#[component]
fn Grants(props: &GrantsProps) -> Html {
    let session = use_session();
    let toasts = use_toasts();
    // Nobody grants to oneself; the server says so too.
    let is_self = session.me().is_some_and(|me| me.account_id == props.account.id);
    let may_grant = !is_self && (session.may(Permission::GrantRoles) || session.may(Permission::GrantBelow));
    let revoke = {
        let (done, toasts) = (props.done.clone(), toasts.clone());
        use_action(
            |api, id: GrantId, _| async move { api.revoke_grant(id).await },
            Callback::from(move |()| {
                toasts.done(t("account.revoked"));
                done.emit(());
            }),
        )
    };
    html! {
        <section class="panel stack" aria-label={t("account.roles")}>
            <h2>{ t("account.roles") }</h2>
            if let Some(error) = &revoke.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            if props.account.grants.is_empty() {
                <p class="muted">{ t("account.no_roles") }</p>
            } else {
                <ul>{ for props.account.grants.iter().map(|grant| line(grant, may_grant.then_some(&revoke.run))) }</ul>
            }
            if is_self { <p class="muted small">{ t("account.not_to_oneself") }</p> }
            if may_grant { <Grant id={props.account.id} unit={props.account.unit.clone()} done={props.done.clone()} /> }
        </section>
    }
}

fn line(grant: &AccountGrant, revoke: Option<&Callback<GrantId>>) -> Html {
    let id = grant.id;
    html! {
        <li key={id.to_string()} class="row between">
            <span><span class="strong">{ words::role(grant.role) }</span>{ " · " }{ grant.unit.name.clone() }</span>
            if let Some(revoke) = revoke {
                <Button kind={ButtonKind::Quiet} label={tp("account.revoke_label", &[("role", &words::role(grant.role)), ("unit", &grant.unit.name)])} onclick={revoke.reform(move |()| id)}>{ t("account.revoke") }</Button>
            }
        </li>
    }
}

#[derive(Properties, PartialEq)]
struct GrantProps {
    id: AccountId,
    unit: UnitName,
    done: Callback<()>,
}

#[component]
fn Grant(props: &GrantProps) -> Html {
    let role = use_state(|| Role::Clerk);
    let unit = use_state(|| props.unit.clone());
    let toasts = use_toasts();
    let action = {
        let (id, done) = (props.id, props.done.clone());
        use_action(
            move |api, (role, unit): (Role, UnitName), _| async move {
                api.grant_role(id, &GrantRole { role, unit: unit.id }).await
            },
            Callback::from(move |_: Account| {
                toasts.done(t("account.granted"));
                done.emit(());
            }),
        )
    };
    let onchange = {
        let role = role.clone();
        Callback::from(move |name: String| role.set(Role::from_name(&name).unwrap_or(*role)))
    };
    let choose_unit = {
        let unit = unit.clone();
        Callback::from(move |chosen| unit.set(chosen))
    };
    let onclick = {
        let (run, role, unit) = (action.run.clone(), role.clone(), unit.clone());
        Callback::from(move |()| run.emit((*role, (*unit).clone())))
    };
    let options: Vec<(String, String)> =
        Role::ALL.iter().map(|role| (role.name().to_owned(), words::role(*role))).collect();
    html! {
        <fieldset class="stack-tight">
            <legend class="field-legend">{ t("account.grant") }</legend>
            if let Some(error) = &action.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <div class="form-grid">
                <SelectField label={t("account.role")} {options} value={role.name()} {onchange} />
                <UnitField label={t("account.at_unit")} value={Some((*unit).clone())} onchange={choose_unit} />
            </div>
            <div class="row row-end"><Button kind={ButtonKind::Primary} {onclick} busy={action.pending}>{ t("account.grant") }</Button></div>
        </fieldset>
    }
}
