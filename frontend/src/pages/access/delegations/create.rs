//! Delegating: whose work, to whom, from when to when, and why.

use chrono::NaiveDate;
use fupin_client::Result;
use fupin_contract::{
    AccountId,
    access::{AccountFilter, HeldGrant, Role},
    delegations::{Colleague, CreateDelegation, DelegateFilter, Delegation},
};
use yew::prelude::*;

use crate::{
    format,
    i18n::{error_sentence, field_fault, t},
    kit::{Alert, Button, ButtonKind, Check, Dialog, TextField, Tone, use_action, use_query, use_toasts},
    transport::Api,
};

/// Whose work is delegated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Own,
    /// Of somebody below the caller's unit.
    Below,
}

/// Whether a grant is work that one may delegate; the server decides.
pub fn is_own_work(grant: &HeldGrant) -> bool {
    grant.on_behalf_of.is_none() && matches!(grant.role, Role::Clerk | Role::Reviewer)
}

async fn people_below(api: Api, q: String) -> Result<Vec<Colleague>> {
    let q = Some(q).filter(|q| !q.is_empty());
    let page = api.list_accounts(&AccountFilter { q, limit: Some(20), ..AccountFilter::default() }).await?;
    let works = |role: Role| matches!(role, Role::Clerk | Role::Reviewer);
    let with_work = page.items.into_iter().filter(|account| account.grants.iter().any(|grant| works(grant.role)));
    Ok(with_work.map(|account| Colleague { id: account.id, name: account.name, unit: account.unit }).collect())
}

#[derive(Clone, PartialEq)]
struct Draft {
    principal: Option<Colleague>,
    delegate: Option<Colleague>,
    first: String,
    last: String,
    reason: String,
}

impl Draft {
    fn new() -> Self {
        let today = format::today().to_string();
        Self { principal: None, delegate: None, first: today.clone(), last: today, reason: String::new() }
    }

    /// The request, or what is still missing.
    fn request(&self, whose: Whose) -> std::result::Result<CreateDelegation, &'static str> {
        let principal = match whose {
            Whose::Own => None,
            Whose::Below => Some(self.principal.as_ref().ok_or("delegation.choose_principal")?.id),
        };
        let delegate = self.delegate.as_ref().ok_or("delegation.choose_delegate")?.id;
        let day = |text: &str| text.parse::<NaiveDate>().map_err(|_| "delegation.choose_days");
        let reason = self.reason.trim().to_owned();
        if reason.is_empty() {
            return Err("delegation.give_reason");
        }
        Ok(CreateDelegation { principal, delegate, first_day: day(&self.first)?, last_day: day(&self.last)?, reason })
    }
}

#[derive(Properties, PartialEq)]
pub struct CreateDialogProps {
    pub whose: Whose,
    pub onclose: Callback<()>,
}

#[component]
pub fn CreateDialog(props: &CreateDialogProps) -> Html {
    let draft = use_state(Draft::new);
    let lacking = use_state(|| None::<&'static str>);
    let toasts = use_toasts();
    let action = {
        let onclose = props.onclose.clone();
        use_action(
            |api, wanted: CreateDelegation, _| async move { api.create_delegation(&wanted).await },
            Callback::from(move |_: Delegation| {
                toasts.done(t("delegation.created"));
                onclose.emit(());
            }),
        )
    };
    let change = |apply: fn(Draft, String) -> Draft| {
        let draft = draft.clone();
        Callback::from(move |text: String| draft.set(apply((*draft).clone(), text)))
    };
    let choose = |apply: fn(Draft, Colleague) -> Draft| {
        let draft = draft.clone();
        Callback::from(move |who: Colleague| draft.set(apply((*draft).clone(), who)))
    };
    let onsubmit = {
        let (draft, lacking, run, whose) = (draft.clone(), lacking.clone(), action.run.clone(), props.whose);
        Callback::from(move |()| match draft.request(whose) {
            Ok(wanted) => {
                lacking.set(None);
                run.emit(wanted);
            }
            Err(key) => lacking.set(Some(key)),
        })
    };
    let fault = |field| field_fault(action.failure.as_ref(), field);
    let foot = html! {
        <>
            <Button onclick={props.onclose.clone()}>{ t("kit.cancel") }</Button>
            <Button kind={ButtonKind::Primary} submit=true busy={action.pending}>{ t("delegation.create") }</Button>
        </>
    };
    let title = if props.whose == Whose::Own { t("delegation.create") } else { t("delegation.create_below") };
    let principal = draft.principal.as_ref().map(|who| who.id);
    html! {
        <Dialog {title} onclose={props.onclose.clone()} {onsubmit} {foot}>
            if let Some(key) = *lacking { <Alert tone={Tone::Danger} urgent=true><p>{ t(key) }</p></Alert> }
            if let Some(error) = &action.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            if props.whose == Whose::Below {
                <Principal chosen={draft.principal.clone()} onchoose={choose(|draft, who| Draft { principal: Some(who), delegate: None, ..draft })} />
            }
            if props.whose == Whose::Own || principal.is_some() {
                <Delegate key={principal.map(|id| id.to_string()).unwrap_or_default()} {principal} chosen={draft.delegate.clone()}
                    onchoose={choose(|draft, who| Draft { delegate: Some(who), ..draft })} />
            }
            <div class="form-grid">
                <TextField label={t("delegation.first_day")} kind="date" min={format::today().to_string()} value={draft.first.clone()} oninput={change(|draft, first| Draft { first, ..draft })} fault={fault("first_day")} />
                <TextField label={t("delegation.last_day")} kind="date" min={draft.first.clone()} value={draft.last.clone()} oninput={change(|draft, last| Draft { last, ..draft })} fault={fault("last_day")} />
                <TextField label={t("report.reason")} wide=true value={draft.reason.clone()} oninput={change(|draft, reason| Draft { reason, ..draft })} fault={fault("reason")} />
            </div>
            <p class="muted small">{ t("delegation.create_hint") }</p>
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
struct PrincipalProps {
    chosen: Option<Colleague>,
    onchoose: Callback<Colleague>,
}

#[component]
fn Principal(props: &PrincipalProps) -> Html {
    let sought = use_state(String::new);
    let found = use_query((*sought).trim().to_owned(), people_below);
    let seek = {
        let sought = sought.clone();
        Callback::from(move |text: String| sought.set(text))
    };
    html! {
        <>
            <TextField label={t("delegation.seek_principal")} kind="search" value={(*sought).clone()} oninput={seek} autofocus=true />
            { found.view(|people| choices("principal", people, props.chosen.as_ref(), &props.onchoose)) }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct DelegateProps {
    /// Absent for oneself.
    principal: Option<AccountId>,
    chosen: Option<Colleague>,
    onchoose: Callback<Colleague>,
}

#[component]
fn Delegate(props: &DelegateProps) -> Html {
    let sought = use_state(String::new);
    let asked = ((*sought).trim().to_owned(), props.principal);
    let found = use_query(asked, |api, (q, principal): (String, Option<AccountId>)| async move {
        let q = Some(q).filter(|q| !q.is_empty());
        api.list_delegates(&DelegateFilter { principal, q }).await
    });
    let seek = {
        let sought = sought.clone();
        Callback::from(move |text: String| sought.set(text))
    };
    html! {
        <>
            <TextField label={t("delegation.seek_delegate")} kind="search" hint={t("delegation.seek_hint")} value={(*sought).clone()} oninput={seek} autofocus=true />
            { found.view(|page| choices("delegate", &page.items, props.chosen.as_ref(), &props.onchoose)) }
        </>
    }
}

/// One of some people, by radio buttons.
fn choices(
    name: &'static str,
    people: &[Colleague],
    chosen: Option<&Colleague>,
    onchoose: &Callback<Colleague>,
) -> Html {
    if people.is_empty() {
        return html! { <p class="muted">{ t("delegation.nobody_found") }</p> };
    }
    let chosen = chosen.map(|who| who.id);
    let legend = if name == "delegate" { t("delegation.delegate") } else { t("delegation.principal") };
    let choice = |who: &Colleague| {
        let onchange = {
            let (onchoose, who) = (onchoose.clone(), who.clone());
            Callback::from(move |_: bool| onchoose.emit(who.clone()))
        };
        html! {
            <Check key={who.id.to_string()} radio={name} label={who.name.clone()} checked={chosen == Some(who.id)} {onchange}>
                { " " }<span class="muted">{ who.unit.name.clone() }</span>
            </Check>
        }
    };
    html! { <fieldset class="choices"><legend class="visually-hidden">{ legend }</legend>{ for people.iter().map(choice) }</fieldset> }
}
