//! People who were found, as a list that the arrows go through.

use fupin_contract::registry::{
    FoundPerson,
    catalog::{Catalog, FieldRole},
};
use yew::prelude::*;

use super::super::{catalog::worded_role, households::this_year};
use crate::{
    i18n::t,
    kit::{Same, Status, Tone},
};

#[derive(Properties, PartialEq)]
pub struct ResultsProps {
    pub catalog: Same<Catalog>,
    pub people: Vec<FoundPerson>,
    /// Which one the arrows stand on.
    pub at: usize,
    pub open: Callback<FoundPerson>,
}

#[component]
pub fn Results(props: &ResultsProps) -> Html {
    let option = |(at, person): (usize, &FoundPerson)| {
        let onclick = {
            let (open, person) = (props.open.clone(), person.clone());
            Callback::from(move |_: MouseEvent| open.emit(person.clone()))
        };
        let sex = worded_role(&props.catalog.0, FieldRole::Sex, &person.sex, this_year());
        let born = person.birthday.map(|day| day.to_string()).unwrap_or_default();
        html! {
            <li key={person.id.to_string()} id={format!("found-{at}")} role="option" aria-selected={(at == props.at).to_string()} class="found" {onclick}>
                <span class="found-name"><span class="strong">{ person.name.clone() }</span>{ " " }<span class="muted small">{ sex }</span></span>
                <span class="nowrap">{ born }</span>
                <span class="nowrap">{ person.id_number.clone().unwrap_or_else(|| t("people.no_id")) }</span>
                <span>{ person.village.clone() }{ " " }<span class="muted small">{ person.town.clone() }</span></span>
                <span class="nowrap">{ person.household_number.clone() }</span>
                <span>if !person.present { <Status tone={Tone::Plain} word={t("people.left")} /> }</span>
            </li>
        }
    };
    html! {
        <ul id="found-people" class="found-list" role="listbox" aria-label={t("people.results")}>{ for props.people.iter().enumerate().map(option) }</ul>
    }
}
