//! The attributes of a household in a year, in the catalogue's groups; what is not filled is named at the end of each.

use fupin_contract::registry::{
    Household,
    catalog::{Catalog, Field, Subject},
};
use yew::prelude::*;

use super::super::{
    catalog::groups,
    fact::{Place, fact_value},
    reveal::{Of, Sealed},
};
use crate::{
    i18n::{t, tp},
    kit::Same,
};

#[derive(Properties, PartialEq)]
pub struct FactsProps {
    pub catalog: Same<Catalog>,
    pub household: Same<Household>,
    pub whose: AttrValue,
    pub ask: Callback<Sealed>,
}

#[component]
pub fn Facts(props: &FactsProps) -> Html {
    let household = &props.household.0;
    let place = Place {
        catalog: &props.catalog.0,
        origins: &household.origins,
        of: Of::Household(household.id),
        whose: &props.whose,
        year: household.year,
        ask: &props.ask,
    };
    let group = |(title, fields): &(String, Vec<Field>)| {
        let (filled, blank): (Vec<&Field>, Vec<&Field>) =
            fields.iter().partition(|field| household.facts.contains_key(&field.key));
        let titles: Vec<&str> = blank.iter().map(|field| field.title_in(household.year)).collect();
        html! {
            <section key={title.clone()} class="fact-group" aria-label={title.clone()}>
                <h3>{ title.clone() }</h3>
                if !filled.is_empty() {
                    <dl class="fact-list">
                        { for filled.into_iter().filter_map(|field| household.facts.get(&field.key).map(|fact| html! {
                            <div key={field.key.clone()}><dt>{ field.title_in(household.year).to_owned() }</dt><dd>{ fact_value(&place, field, fact) }</dd></div>
                        })) }
                    </dl>
                }
                if !titles.is_empty() { <p class="muted small">{ tp("household.not_filled", &[("titles", &titles.join("、"))]) }</p> }
            </section>
        }
    };
    let groups = groups(place.catalog, Subject::Household, household.year);
    html! {
        <section class="panel household-facts" aria-label={t("household.facts")}>
            <h2>{ t("household.facts") }{ " " }<span class="muted small no-print">{ t("household.facts_hint") }</span></h2>
            { for groups.iter().map(group) }
        </section>
    }
}
