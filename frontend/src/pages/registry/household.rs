//! A household in a year: what it is, who belongs to it, what it lives on, what happened to it; and what a clerk does to it.

pub mod acts;
mod facts;
mod ledger;
mod members;
pub mod side;

use fupin_contract::{
    HouseholdId, PersonId,
    access::Permission,
    registry::{ChangeKind, Household, YearQuery, catalog::Catalog},
};
use serde::{Deserialize, Serialize};
use yew::prelude::*;
use yew_router::{hooks::use_navigator, prelude::Link};

use super::{
    catalog::{read_catalog, worded},
    reveal::{RevealDialog, Sealed},
};
use crate::{
    i18n::{t, tp},
    kit::{
        Address, Alert, Allowed, Button, Chip, Crumb, Icon, Load, PageHead, Same, Shape, Status, Tone, use_address,
        use_query,
    },
    pages::insight::NotFoundPage,
    routes::Route,
};
use acts::{ActMenu, ActProps, money_words};
pub use ledger::line_kind;

/// What tells a household at a glance, where the province asks for it.
const GLANCE: [&str; 4] = ["kind", "exit_state", "monitored_kind", "main_cause"];

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Chosen {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    year: Option<i16>,
}

#[derive(Properties, PartialEq)]
pub struct HouseholdPageProps {
    pub id: String,
}

#[component]
pub fn HouseholdPage(props: &HouseholdPageProps) -> Html {
    match props.id.parse::<HouseholdId>() {
        Ok(id) => html! { <OfHousehold id={id.0} /> },
        Err(_) => html! { <NotFoundPage /> },
    }
}

#[derive(Properties, PartialEq)]
struct OfHouseholdProps {
    id: i64,
}

#[component]
fn OfHousehold(props: &OfHouseholdProps) -> Html {
    let address = use_address::<Chosen>();
    let query = use_query((props.id, address.value.year), |api, (id, year)| async move {
        let catalog = read_catalog(&api).await?;
        let household = api.get_household(HouseholdId(id), &YearQuery { year }).await?;
        Ok((catalog, Same(std::rc::Rc::new(household))))
    });
    match &query.load {
        Load::Ready(read) => {
            let (catalog, household) = (read.0.clone(), read.1.clone());
            html! { <Shown {catalog} {household} {address} reload={query.reload.clone()} refreshing={query.refreshing} /> }
        }
        Load::Pending | Load::Failed(_) => {
            html! { <><PageHead title={t("household.title")} />{ query.view(|_| Html::default()) }</> }
        }
    }
}

#[derive(Properties, PartialEq)]
struct ShownProps {
    catalog: Same<Catalog>,
    household: Same<Household>,
    address: Address<Chosen>,
    reload: Callback<()>,
    refreshing: bool,
}

/// By whom a household is called.
fn head_name(household: &Household) -> String {
    let head = |id: PersonId| household.members.iter().find(|member| member.id == id);
    household.head_id.and_then(head).map_or_else(|| t("household.no_head"), |member| member.name.clone())
}

#[component]
fn Shown(props: &ShownProps) -> Html {
    let household = &props.household.0;
    let sealed = use_state(|| None::<Sealed>);
    let act = use_state(|| None::<ChangeKind>);
    let ask = {
        let sealed = sealed.clone();
        Callback::from(move |one| sealed.set(Some(one)))
    };
    let hide = {
        let sealed = sealed.clone();
        Callback::from(move |()| sealed.set(None))
    };
    let choose = {
        let act = act.clone();
        Callback::from(move |kind| act.set(Some(kind)))
    };
    let onclose = {
        let act = act.clone();
        Callback::from(move |()| act.set(None))
    };
    let open = |kind: ChangeKind| choose.reform(move |()| kind);
    let whose = head_name(household);
    let path = use_path(household);
    let title = tp("household.numbered", &[("number", &household.number)]);
    let acting = ActProps {
        catalog: props.catalog.clone(),
        household: props.household.clone(),
        onclose,
        reload: props.reload.clone(),
    };
    html! {
        <div class={classes!("household-page", "stack", props.refreshing.then_some("refreshing"))}>
            <PageHead {title} {path} beside={html! { <span class="household-head strong">{ whose.clone() }</span> }}>
                <Button onclick={|()| print()}><Icon shape={Shape::Print} />{ t("household.print") }</Button>
                if household.voided.is_none() {
                    <Allowed to={Permission::ChangePeople}>
                        <Button onclick={open(ChangeKind::SetIncome)}>{ t("change.set_income") }</Button>
                        <Button onclick={open(ChangeKind::Verify)}>{ t("change.verify") }</Button>
                        <ActMenu choose={choose.clone()} />
                    </Allowed>
                }
            </PageHead>
            { sheet_head(household, &whose) }
            { standing(household) }
            { years(household, &props.address) }
            { glance(&props.catalog.0, household) }
            <div class="household-body">
                <div class="stack">
                    <members::Members catalog={props.catalog.clone()} household={props.household.clone()} ask={ask.clone()} />
                    <facts::Facts catalog={props.catalog.clone()} household={props.household.clone()} whose={whose} ask={ask} />
                    <ledger::Ledger catalog={props.catalog.clone()} household={props.household.clone()} />
                </div>
                <side::Side catalog={props.catalog.clone()} household={props.household.clone()} />
            </div>
            <div class="signatures print-only"><span>{ t("household.signed_head") }</span><span>{ t("household.signed_visitor") }</span><span>{ t("household.signed_on") }</span></div>
            if let Some(kind) = *act { { acts::dialog(kind, acting) } }
            if let Some(one) = &*sealed { <RevealDialog sealed={one.clone()} onclose={hide} /> }
        </div>
    }
}

/// What lies further down and must not be missed.
fn further_down(household: &Household) -> Html {
    let (odd, waiting) = (household.warnings.len(), household.waiting.len());
    html! {
        <>
            if odd > 0 { <Status tone={Tone::Danger} word={tp("household.odd", &[("count", &odd)])} /> }
            if waiting > 0 { <Status tone={Tone::Wait} word={tp("household.waiting_count", &[("count", &waiting)])} /> }
        </>
    }
}

fn print() {
    if let Some(window) = web_sys::window() {
        drop(window.print());
    }
}

/// From the list down to the village; each step leads to its households.
#[hook]
fn use_path(household: &Household) -> Vec<Crumb> {
    let navigator = use_navigator();
    let step = |unit: &fupin_contract::units::UnitName| {
        let (navigator, id) = (navigator.clone(), unit.id);
        let act = Callback::from(move |()| {
            if let Some(navigator) = &navigator {
                drop(navigator.push_with_query(&Route::Households, &[("unit", id.to_string())]));
            }
        });
        Crumb::act(unit.name.clone(), act)
    };
    let units = household.path.iter().chain([&household.village]).map(step);
    std::iter::once(Crumb::to(t("nav.households"), Route::Households)).chain(units).collect()
}

/// The head of the printed sheet.
fn sheet_head(household: &Household, whose: &str) -> Html {
    let place: Vec<&str> =
        household.path.iter().map(|unit| unit.name.as_str()).chain([household.village.name.as_str()]).collect();
    html! {
        <header class="print-only sheet-head">
            <p class="sheet-title">{ t("household.sheet") }</p>
            <p class="sheet-line">
                <span>{ place.join("") }</span>
                <span>{ tp("household.numbered", &[("number", &household.number)]) }</span>
                <span>{ tp("household.head_is", &[("name", &whose)]) }</span>
                <span>{ tp("household.year", &[("year", &household.year)]) }</span>
            </p>
        </header>
    }
}

/// That it is over.
fn standing(household: &Household) -> Html {
    let Some(reason) = &household.voided else { return Html::default() };
    match household.merged_into {
        Some(other) => html! {
            <Alert tone={Tone::Wait}><p>{ t("household.was_merged") }{ " " }<Link<Route> to={Route::Household { id: other.to_string() }}>{ t("household.go_there") }</Link<Route>></p></Alert>
        },
        None => {
            html! { <Alert tone={Tone::Danger}><p>{ tp("household.was_voided", &[("reason", reason)]) }</p></Alert> }
        }
    }
}

fn years(household: &Household, address: &Address<Chosen>) -> Html {
    let chip = |year: &i16| {
        let year = *year;
        let onclick = address.set.reform(move |()| Chosen { year: Some(year) });
        html! { <Chip key={year} label={tp("household.year", &[("year", &year)])} on={year == household.year} {onclick} /> }
    };
    html! { <div class="chips" role="group" aria-label={t("household.of_year")}>{ for household.years.iter().map(chip) }{ further_down(household) }</div> }
}

/// What it is in five figures.
fn glance(catalog: &Catalog, household: &Household) -> Html {
    let year = household.year;
    let tile = |name: String, value: Html| {
        html! { <div class="tile"><span class="name">{ name }</span><span class="value">{ value }</span></div> }
    };
    let people = household.members.iter().filter(|member| member.left_on.is_none()).count();
    let facts = GLANCE.into_iter().filter_map(|key| {
        let field = catalog.field(key).filter(|field| field.is_asked_in(year))?;
        let fact = household.facts.get(key)?;
        let value = match &fact.unmapped {
            Some(typed) => {
                html! { <>{ typed.clone() }{ " " }<Status tone={Tone::Wait} word={t("value.unmapped")} /></> }
            }
            None => html! { worded(catalog, field, &fact.value, year) },
        };
        Some(tile(field.title_in(year).to_owned(), value))
    });
    let income = household.incomes.iter().find(|income| income.year == year);
    let below = income.is_some_and(|income| income.measures.iter().any(|measure| measure.below));
    let per_capita = income.map_or_else(
        || html! { <span class="muted">{ "—" }</span> },
        |income| html! { money_words(income.sum.per_capita) },
    );
    html! {
        <div class="tiles" aria-label={t("household.glance")} role="group">
            { tile(t("household.members"), html! { people }) }
            { for facts }
            <div class={classes!("tile", below.then_some("tile-danger"))}>
                <span class="name">{ t("ledger.per_capita_yuan") }</span><span class="value">{ per_capita }</span>
                if below { <Status tone={Tone::Danger} word={t("ledger.is_below")} /> }
            </div>
        </div>
    }
}
