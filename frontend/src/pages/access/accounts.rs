//! Accounts below the caller: found by unit and by name; made here.

use fupin_contract::{
    Phone, UnitId,
    access::{Account, AccountFilter, CreateAccount, CreatedAccount, Permission},
    units::UnitName,
};
use serde::{Deserialize, Serialize};
use yew::prelude::*;
use yew_router::prelude::Link;

use super::account_acts::LinkShown;
use crate::{
    format,
    i18n::{error_sentence, field_fault, t},
    kit::{
        Alert, Allowed, Button, ButtonKind, Chip, Column, Dialog, Empty, More, PageHead, Row, Status, Table, TextField,
        Tone, UnitField, use_action, use_address, use_pages,
    },
    routes::Route,
    words,
};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Chosen {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unit: Option<UnitId>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    q: String,
}

#[component]
pub fn AccountsPage() -> Html {
    let address = use_address::<Chosen>();
    let creating = use_state(|| false);
    let unit = use_state(|| None::<UnitName>);
    let pages = use_pages(address.value.clone(), |api, chosen: Chosen, after| async move {
        let q = Some(chosen.q.trim().to_owned()).filter(|q| !q.is_empty());
        api.list_accounts(&AccountFilter { unit: chosen.unit, q, after, limit: None }).await
    });
    let seek = {
        let (set, chosen) = (address.set.clone(), address.value.clone());
        Callback::from(move |q: String| set.emit(Chosen { q, ..chosen.clone() }))
    };
    let choose_unit = {
        let (set, chosen, unit) = (address.set.clone(), address.value.clone(), unit.clone());
        Callback::from(move |found: UnitName| {
            set.emit(Chosen { unit: Some(found.id), ..chosen.clone() });
            unit.set(Some(found));
        })
    };
    let everywhere = {
        let (set, chosen, unit) = (address.set.clone(), address.value.clone(), unit.clone());
        Callback::from(move |()| {
            set.emit(Chosen { unit: None, ..chosen.clone() });
            unit.set(None);
        })
    };
    let open = |on: bool| {
        let creating = creating.clone();
        Callback::from(move |()| creating.set(on))
    };
    let closed = {
        let (creating, reload) = (creating.clone(), pages.reload.clone());
        Callback::from(move |()| {
            creating.set(false);
            reload.emit(());
        })
    };
    html! {
        <>
            <PageHead title={t("nav.accounts")}>
                <Allowed to={Permission::ManageAccounts}><Button kind={ButtonKind::Primary} onclick={open(true)}>{ t("account.create") }</Button></Allowed>
            </PageHead>
            <div class="row">
                <TextField label={t("account.search")} kind="search" value={address.value.q.clone()} oninput={seek} />
                <UnitField label={t("account.unit")} value={(*unit).clone()} onchange={choose_unit} />
                if address.value.unit.is_some() { <Chip label={t("account.everywhere")} on=false onclick={everywhere} /> }
            </div>
            { pages.view(list) }
            <More shown={pages.items().len()} more={pages.more.clone()} busy={pages.reading_more} />
            if *creating { <CreateDialog onclose={closed} /> }
        </>
    }
}

fn list(accounts: &[&Account]) -> Html {
    if accounts.is_empty() {
        return html! { <Empty title={t("account.none")}><p>{ t("account.none_hint") }</p></Empty> };
    }
    let columns = vec![
        Column::text(t("account.name")),
        Column::text(t("account.username")),
        Column::text(t("account.unit")),
        Column::text(t("account.roles")),
        Column::text(t("account.phone")),
        Column::text(t("report.status")),
        Column::text(t("account.last_signed_in")),
    ];
    let rows = accounts.iter().map(|account| {
        let (tone, word) = words::account_status(account.status);
        let to = Route::Account { id: account.id.to_string() };
        let roles: Vec<String> = account.grants.iter().map(|grant| words::role(grant.role)).collect();
        Row::new(
            account.id,
            vec![
                html! { <Link<Route> {to}>{ account.name.clone() }</Link<Route>> },
                html! { account.username.clone() },
                html! { account.unit.name.clone() },
                html! { roles.join("、") },
                html! { <span class="nowrap">{ account.phone.clone().unwrap_or_default() }</span> },
                html! { <Status {tone} {word} /> },
                html! { <span class="nowrap">{ account.last_signed_in_at.map(format::date_time).unwrap_or_default() }</span> },
            ],
        )
    });
    html! { <Table caption={t("nav.accounts")} {columns} rows={rows.collect::<Vec<_>>()} /> }
}

#[derive(Properties, PartialEq)]
struct CreateDialogProps {
    onclose: Callback<()>,
}

#[derive(Clone, PartialEq, Default)]
struct Draft {
    username: String,
    name: String,
    phone: String,
    unit: Option<UnitName>,
}

impl Draft {
    fn request(&self) -> Result<CreateAccount, &'static str> {
        let phone = match self.phone.trim() {
            "" => None,
            text => Some(Phone::parse(text).map_err(|_| "account.bad_phone")?),
        };
        let unit = self.unit.as_ref().map(|unit| unit.id).ok_or("account.choose_unit")?;
        Ok(CreateAccount { username: self.username.trim().to_owned(), name: self.name.trim().to_owned(), unit, phone })
    }
}

#[component]
fn CreateDialog(props: &CreateDialogProps) -> Html {
    let draft = use_state(Draft::default);
    let lacking = use_state(|| None::<&'static str>);
    let created = use_state(|| None::<std::rc::Rc<CreatedAccount>>);
    let action = {
        let created = created.clone();
        use_action(
            |api, account: CreateWrapped, _| async move { api.create_account(&account.0).await },
            Callback::from(move |answer: CreatedAccount| created.set(Some(std::rc::Rc::new(answer)))),
        )
    };
    let change = |apply: fn(Draft, String) -> Draft| {
        let draft = draft.clone();
        Callback::from(move |text: String| draft.set(apply((*draft).clone(), text)))
    };
    let choose_unit = {
        let draft = draft.clone();
        Callback::from(move |unit: UnitName| draft.set(Draft { unit: Some(unit), ..(*draft).clone() }))
    };
    let onsubmit = {
        let (draft, lacking, run) = (draft.clone(), lacking.clone(), action.run.clone());
        Callback::from(move |()| match draft.request() {
            Ok(account) => {
                lacking.set(None);
                run.emit(CreateWrapped(account));
            }
            Err(key) => lacking.set(Some(key)),
        })
    };
    if let Some(created) = &*created {
        return html! { <LinkShown title={t("account.created")} link={created.activation.link.clone()} until={created.activation.expires_at} onclose={props.onclose.clone()} /> };
    }
    let fault = |field| field_fault(action.failure.as_ref(), field);
    let foot = html! {
        <>
            <Button onclick={props.onclose.clone()}>{ t("kit.cancel") }</Button>
            <Button kind={ButtonKind::Primary} submit=true busy={action.pending}>{ t("account.create") }</Button>
        </>
    };
    html! {
        <Dialog title={t("account.create")} onclose={props.onclose.clone()} {onsubmit} {foot}>
            if let Some(key) = *lacking { <Alert tone={Tone::Danger} urgent=true><p>{ t(key) }</p></Alert> }
            if let Some(error) = &action.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <div class="form-grid">
                <TextField label={t("account.username")} hint={t("account.username_hint")} autocomplete="off" value={draft.username.clone()} oninput={change(|draft, username| Draft { username, ..draft })} fault={fault("username")} autofocus=true />
                <TextField label={t("account.name")} autocomplete="off" value={draft.name.clone()} oninput={change(|draft, name| Draft { name, ..draft })} fault={fault("name")} />
                <TextField label={t("account.phone")} kind="tel" autocomplete="off" value={draft.phone.clone()} oninput={change(|draft, phone| Draft { phone, ..draft })} fault={fault("phone")} />
                <UnitField label={t("account.unit")} value={draft.unit.clone()} onchange={choose_unit} fault={fault("unit")} />
            </div>
            <Alert tone={Tone::Accent}><p>{ t("account.create_hint") }</p></Alert>
        </Dialog>
    }
}

/// A request as an input of an act, compared by who it is for.
#[derive(Clone)]
struct CreateWrapped(CreateAccount);

impl PartialEq for CreateWrapped {
    fn eq(&self, other: &Self) -> bool {
        self.0.username == other.0.username
            && self.0.name == other.0.name
            && self.0.unit == other.0.unit
            && self.0.phone == other.0.phone
    }
}
