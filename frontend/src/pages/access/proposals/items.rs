//! The proposals of a sheet one by one; those that are to be refused are ticked.

use std::collections::BTreeSet;

use fupin_contract::{
    AccountImportId, GrantProposalId,
    access::Role,
    grant_proposals::{GrantProposal, ProposalFilter, ProposalState},
};
use yew::prelude::*;
use yew_router::prelude::Link;

use super::page::exception;
use crate::{
    i18n::{t, tp},
    kit::{Check, Chip, Column, Empty, More, Row, SelectField, Status, Table, Tone, use_pages},
    routes::Route,
    words,
};

#[derive(Clone, Copy, Default, PartialEq)]
struct Chosen {
    state: Option<ProposalState>,
    role: Option<Role>,
    exceptional: bool,
}

#[derive(Properties, PartialEq)]
pub struct ItemsProps {
    pub id: AccountImportId,
    pub refused: BTreeSet<GrantProposalId>,
    pub choose: Callback<(GrantProposalId, bool)>,
}

#[component]
pub fn Items(props: &ItemsProps) -> Html {
    let chosen = use_state(Chosen::default);
    let pages = use_pages((props.id, *chosen), |api, (id, chosen): (AccountImportId, Chosen), after| async move {
        let filter = ProposalFilter {
            state: chosen.state,
            role: chosen.role,
            exceptional: chosen.exceptional.then_some(true),
            after,
            ..ProposalFilter::default()
        };
        api.list_proposals(id, &filter).await
    });
    let set = |change: fn(&mut Chosen)| {
        let chosen = chosen.clone();
        Callback::from(move |()| {
            let mut next = *chosen;
            change(&mut next);
            chosen.set(next);
        })
    };
    let choose_role = {
        let chosen = chosen.clone();
        Callback::from(move |name: String| chosen.set(Chosen { role: Role::from_name(&name), ..*chosen }))
    };
    let mut roles = vec![(String::new(), t("proposal.all_roles"))];
    roles.extend(Role::ALL.iter().map(|role| (role.name().to_owned(), words::role(*role))));
    html! {
        <section class="stack-tight" aria-label={t("proposal.items")}>
            <h2>{ t("proposal.items") }</h2>
            <div class="row">
                <SelectField label={t("account.role")} options={roles} value={chosen.role.map_or("", Role::name)} onchange={choose_role} />
                <Chip label={t("proposal.pending")} on={chosen.state == Some(ProposalState::Pending)} onclick={set(|chosen| toggle(chosen, ProposalState::Pending))} />
                <Chip label={t("proposal.confirmed")} on={chosen.state == Some(ProposalState::Confirmed)} onclick={set(|chosen| toggle(chosen, ProposalState::Confirmed))} />
                <Chip label={t("proposal.refused")} on={chosen.state == Some(ProposalState::Refused)} onclick={set(|chosen| toggle(chosen, ProposalState::Refused))} />
                <Chip label={t("proposal.exceptional")} on={chosen.exceptional} onclick={set(|chosen| chosen.exceptional = !chosen.exceptional)} />
            </div>
            { pages.view(|items| list(items, props)) }
            <More shown={pages.items().len()} more={pages.more.clone()} busy={pages.reading_more} />
        </section>
    }
}

fn toggle(chosen: &mut Chosen, state: ProposalState) {
    chosen.state = if chosen.state == Some(state) { None } else { Some(state) };
}

fn list(items: &[&GrantProposal], props: &ItemsProps) -> Html {
    if items.is_empty() {
        return html! { <Empty title={t("proposal.no_items")} /> };
    }
    let columns = vec![
        Column::text(t("account.name")),
        Column::text(t("account.username")),
        Column::text(t("account.role")),
        Column::text(t("account.at_unit")),
        Column::text(t("report.status")),
        Column::text(""),
    ];
    let rows = items.iter().map(|item| {
        let (tone, word) = status(item);
        let to = Route::Account { id: item.account_id.to_string() };
        Row::new(
            item.id,
            vec![
                html! { <Link<Route> {to}>{ item.name.clone() }</Link<Route>> },
                html! { item.username.clone() },
                html! { words::role(item.role) },
                html! { item.unit.name.clone() },
                html! { <Status {tone} {word} /> },
                refusal(item, props),
            ],
        )
    });
    html! { <Table caption={t("nav.proposals")} {columns} rows={rows.collect::<Vec<_>>()} /> }
}

fn status(item: &GrantProposal) -> (Tone, String) {
    match (item.state, item.exception, &item.reason) {
        (ProposalState::Pending, Some(why), _) => (Tone::Danger, exception(why)),
        (ProposalState::Pending, None, _) => (Tone::Wait, t("proposal.pending")),
        (ProposalState::Confirmed, ..) => (Tone::Done, t("proposal.confirmed")),
        (ProposalState::Refused, _, Some(reason)) => (Tone::Plain, tp("proposal.refused_why", &[("reason", reason)])),
        (ProposalState::Refused, _, None) => (Tone::Plain, t("proposal.refused")),
    }
}

fn refusal(item: &GrantProposal, props: &ItemsProps) -> Html {
    if item.state != ProposalState::Pending {
        return Html::default();
    }
    let (id, checked) = (item.id, props.refused.contains(&item.id));
    let onchange = props.choose.reform(move |on| (id, on));
    html! { <Check label={tp("proposal.refuse_one", &[("name", &item.name)])} {checked} {onchange} /> }
}
