//! 「变更审核」: what was proposed, the latest first; beside it one change, line by line. `a` approves, `r` rejects, `j`
//! and `k` move.

mod detail;

use fupin_contract::{
    HouseholdChangeId, UnitId,
    access::Permission,
    registry::{Change, ChangeFilter, ChangeState, catalog::Catalog},
    units::UnitName,
};
use serde::{Deserialize, Serialize};
use yew::prelude::*;

use super::{catalog::read_catalog, change_kind, change_lines::change_state, households::use_unit_name};
use crate::{
    format,
    i18n::{t, tp},
    kit::{
        Address, Chip, Empty, More, PageHead, Pages, Same, Status, UnitField, use_address, use_pages, use_query,
        use_single_keys,
    },
    session::use_session,
    words,
};
use detail::Detail;

/// What the address says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Chosen {
    /// Absent: those that wait; `all` for every one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<Shown>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unit: Option<UnitId>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    own: bool,
    /// The one that is looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<HouseholdChangeId>,
}

/// Which changes are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Shown {
    All,
    #[serde(untagged)]
    Of(ChangeState),
}

impl Chosen {
    fn filter(&self) -> ChangeFilter {
        let state = match self.state.unwrap_or(Shown::Of(ChangeState::Proposed)) {
            Shown::All => None,
            Shown::Of(state) => Some(state),
        };
        ChangeFilter { unit_id: self.unit, state, own: self.own.then_some(true), ..ChangeFilter::default() }
    }
}

/// Which stand before and after one; one that is not there leads to the first.
fn beside(
    ids: &[HouseholdChangeId],
    id: Option<HouseholdChangeId>,
) -> (Option<HouseholdChangeId>, Option<HouseholdChangeId>) {
    match ids.iter().position(|one| Some(*one) == id) {
        Some(at) => (at.checked_sub(1).and_then(|at| ids.get(at)).copied(), ids.get(at + 1).copied()),
        None => (None, ids.first().copied()),
    }
}

#[component]
pub fn ChangesPage() -> Html {
    let address = use_address::<Chosen>();
    let catalog = use_query((), |api, ()| async move { read_catalog(&api).await });
    // Another one that is looked at is not another list.
    let listed = Chosen { id: None, ..address.value.clone() };
    let pages = use_pages(listed, |api, chosen: Chosen, after| async move {
        api.list_changes(&ChangeFilter { after, ..chosen.filter() }).await
    });
    let unit = use_unit_name(address.value.unit);
    html! {
        <>
            <PageHead title={t("nav.changes")} />
            { filters(&address, unit) }
            { catalog.view(|catalog| html! { <Desk catalog={(**catalog).clone()} pages={Same(std::rc::Rc::new(pages.clone()))} address={address.clone()} /> }) }
        </>
    }
}

fn filters(address: &Address<Chosen>, unit: Option<UnitName>) -> Html {
    let chosen = Chosen { id: None, ..address.value.clone() };
    let now = chosen.state.unwrap_or(Shown::Of(ChangeState::Proposed));
    let chip = |shown: Shown| {
        let word = match shown {
            Shown::All => t("change.all"),
            Shown::Of(state) => change_state(state).1,
        };
        let wanted = Chosen { state: Some(shown), ..chosen.clone() };
        let onclick = address.set.reform(move |()| wanted.clone());
        html! { <Chip label={word} on={shown == now} {onclick} /> }
    };
    let own = {
        let wanted = Chosen { own: !chosen.own, ..chosen.clone() };
        address.set.reform(move |()| wanted.clone())
    };
    let on_unit = {
        let chosen = chosen.clone();
        address.set.reform(move |unit: UnitName| Chosen { unit: Some(unit.id), ..chosen.clone() })
    };
    let everywhere = {
        let chosen = chosen.clone();
        address.set.reform(move |()| Chosen { unit: None, ..chosen.clone() })
    };
    let states = ChangeState::ALL.map(Shown::Of).into_iter().chain([Shown::All]);
    html! {
        <div class="filters" role="group" aria-label={t("kit.filters")}>
            <UnitField label={t("household.unit")} value={unit} onchange={on_unit} />
            if chosen.unit.is_some() { <Chip label={t("household.everywhere")} on=false onclick={everywhere} /> }
            <div class="chips">{ for states.map(chip) }<Chip label={t("change.own")} on={chosen.own} onclick={own} /></div>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct DeskProps {
    catalog: Same<Catalog>,
    pages: Same<Pages<Change>>,
    address: Address<Chosen>,
}

#[component]
fn Desk(props: &DeskProps) -> Html {
    let pages = &props.pages.0;
    let items: Vec<Change> = pages.items().into_iter().cloned().collect();
    let chosen = props.address.value.clone();
    let ids: Vec<HouseholdChangeId> = items.iter().map(|change| change.id).collect();
    let reviews = use_session().may(Permission::ReviewPeople);
    let go = {
        let chosen = chosen.clone();
        props.address.set.reform(move |id: HouseholdChangeId| Chosen { id: Some(id), ..chosen.clone() })
    };
    let (before, after) = beside(&ids, chosen.id);
    {
        let go = go.clone();
        use_single_keys(move |key| {
            let to = match key {
                "j" => after,
                "k" => before,
                _ => return false,
            };
            if let Some(id) = to {
                go.emit(id);
            }
            true
        });
    }
    let decided = {
        let (reload, set, chosen) = (pages.reload.clone(), props.address.set.clone(), chosen.clone());
        // On to what waits next: the list is read anew without the one that was decided.
        Callback::from(move |()| {
            reload.emit(());
            if chosen.state.is_none() {
                set.emit(Chosen { id: after.or(before), ..chosen.clone() });
            }
        })
    };
    pages.view(|_| {
        if items.is_empty() && chosen.id.is_none() {
            return html! { <Empty title={t("change.none")}><p>{ t(if reviews { "change.none_to_review" } else { "change.none_hint" }) }</p></Empty> };
        }
        html! {
            <div class={classes!("change-desk", chosen.id.is_some().then_some("looking"))}>
                <div class="stack-tight change-list">
                    <ul class="panel panel-flush" aria-label={t("nav.changes")}>{ for items.iter().map(|change| entry(change, chosen.id, &go)) }</ul>
                    <More shown={items.len()} more={pages.more.clone()} busy={pages.reading_more} />
                </div>
                if let Some(id) = chosen.id {
                    <Detail key={id.to_string()} catalog={props.catalog.clone()} {id} {decided} />
                } else {
                    <div class="panel change-hint"><p class="muted">{ t("change.choose") }</p>if reviews { <p class="muted small">{ t("change.keys") }</p> }</div>
                }
            </div>
        }
    })
}

fn entry(change: &Change, chosen: Option<HouseholdChangeId>, go: &Callback<HouseholdChangeId>) -> Html {
    let id = change.id;
    let onclick = go.reform(move |_: MouseEvent| id);
    let (tone, word) = change_state(change.state);
    let whose = change.head_name.clone().unwrap_or_else(|| t("change.new_household"));
    html! {
        <li key={id.to_string()}>
            <button type="button" class="change-entry" aria-current={(chosen == Some(id)).then_some("true")} {onclick}>
                <span class="row between"><span class="strong">{ change_kind(change.kind) }</span><Status {tone} {word} /></span>
                <span>{ whose }{ " " }<span class="muted small">{ change.village.name.clone() }</span></span>
                <span class="muted small">{ tp("change.by", &[("by", &words::doer(&change.proposed_by, change.on_behalf_of.as_deref())), ("at", &format::date_time(change.proposed_at))]) }</span>
            </button>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fupin_client::Uuid;

    #[test]
    fn what_waits_is_shown_first() {
        assert_eq!(Chosen::default().filter().state, Some(ChangeState::Proposed));
        let all = Chosen { state: Some(Shown::All), ..Chosen::default() };
        assert_eq!(all.filter().state, None);
        for shown in [Shown::All, Shown::Of(ChangeState::Rejected)] {
            let written = serde_json::to_value(shown).unwrap();
            assert_eq!(serde_json::from_value::<Shown>(written).unwrap(), shown);
        }
    }

    #[test]
    fn the_keys_move_among_those_that_are_listed() {
        let id = |at: u128| HouseholdChangeId(Uuid::from_u128(at));
        let ids = [id(1), id(2), id(3)];
        assert_eq!(beside(&ids, Some(id(2))), (Some(id(1)), Some(id(3))));
        assert_eq!(beside(&ids, Some(id(3))), (Some(id(2)), None));
        assert_eq!(beside(&ids, Some(id(9))), (None, Some(id(1))));
        assert_eq!(beside(&ids, None), (None, Some(id(1))));
    }
}
