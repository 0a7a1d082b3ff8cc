//! 「疑似重复」: two records that may be of one person, side by side; a reviewer joins them, says that they are two people, or
//! takes back what was said.

mod acts;
mod pair;

use fupin_contract::{
    UnitId,
    registry::{Duplicate, DuplicateFilter, DuplicateState, catalog::Catalog},
    units::UnitName,
};
use serde::{Deserialize, Serialize};
use yew::prelude::*;

use super::{catalog::read_catalog, households::use_unit_name};
use crate::{
    i18n::t,
    kit::{Address, Chip, Empty, More, PageHead, Same, UnitField, use_address, use_pages, use_query},
};
use pair::Pair;

/// What the address says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Chosen {
    /// Absent: those of which nothing was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<DuplicateState>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unit: Option<UnitId>,
}

impl Chosen {
    fn filter(&self) -> DuplicateFilter {
        DuplicateFilter { unit_id: self.unit, state: self.state, ..DuplicateFilter::default() }
    }
}

#[component]
pub fn DuplicatesPage() -> Html {
    let address = use_address::<Chosen>();
    let catalog = use_query((), |api, ()| async move { read_catalog(&api).await });
    let pages = use_pages(address.value.clone(), |api, chosen: Chosen, after| async move {
        api.list_duplicates(&DuplicateFilter { after, ..chosen.filter() }).await
    });
    let unit = use_unit_name(address.value.unit);
    html! {
        <>
            <PageHead title={t("nav.duplicates")} />
            <p class="muted">{ t("duplicate.hint") }</p>
            { filters(&address, unit) }
            { catalog.view(|catalog| html! {
                <>
                    { pages.view(|pairs| list(catalog, pairs, &pages.reload)) }
                    if !pages.items().is_empty() { <More shown={pages.items().len()} more={pages.more.clone()} busy={pages.reading_more} /> }
                </>
            }) }
        </>
    }
}

fn filters(address: &Address<Chosen>, unit: Option<UnitName>) -> Html {
    let chosen = address.value.clone();
    let chip = |state: DuplicateState| {
        let wanted = Chosen { state: Some(state), ..chosen.clone() };
        let onclick = address.set.reform(move |()| wanted.clone());
        html! { <Chip label={pair::state_word(state).1} on={chosen.state.unwrap_or(DuplicateState::Open) == state} {onclick} /> }
    };
    let on_unit = {
        let chosen = chosen.clone();
        address.set.reform(move |unit: UnitName| Chosen { unit: Some(unit.id), ..chosen.clone() })
    };
    let everywhere = {
        let chosen = chosen.clone();
        address.set.reform(move |()| Chosen { unit: None, ..chosen.clone() })
    };
    html! {
        <div class="filters" role="group" aria-label={t("kit.filters")}>
            <UnitField label={t("household.unit")} value={unit} onchange={on_unit} />
            if chosen.unit.is_some() { <Chip label={t("household.everywhere")} on=false onclick={everywhere} /> }
            <div class="chips">{ for DuplicateState::ALL.map(chip) }</div>
        </div>
    }
}

fn list(catalog: &Same<Catalog>, pairs: &[&Duplicate], reload: &Callback<()>) -> Html {
    if pairs.is_empty() {
        return html! { <Empty title={t("duplicate.none")}><p>{ t("duplicate.none_hint") }</p></Empty> };
    }
    html! {
        <ul class="stack" aria-label={t("nav.duplicates")}>
            { for pairs.iter().map(|pair| html! {
                <li key={pair.id.to_string()}><Pair catalog={catalog.clone()} pair={(*pair).clone()} done={reload.clone()} /></li>
            }) }
        </ul>
    }
}
