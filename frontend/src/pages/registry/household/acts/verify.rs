//! 「核实」: somebody was there and says of each value that it is so.

use std::collections::{BTreeMap, BTreeSet};

use fupin_contract::{
    PersonId,
    registry::{
        ChangeKind, Fact, HouseholdAct,
        catalog::{Catalog, Field, Subject},
    },
};
use yew::prelude::*;

use super::super::super::{
    catalog::{groups, worded},
    change_kind,
};
use super::{
    ActProps,
    frame::{Frame, Happens, use_sending},
    staying,
};
use crate::{
    i18n::{t, tp},
    kit::Check,
};

/// Whose value, none for the household's, and which.
type Key = (Option<PersonId>, String);

/// The act that says so.
fn act(chosen: &BTreeSet<Key>) -> HouseholdAct {
    let mut people: BTreeMap<PersonId, Vec<String>> = BTreeMap::new();
    let mut household = Vec::new();
    for (person, key) in chosen {
        match person {
            Some(person) => people.entry(*person).or_default().push(key.clone()),
            None => household.push(key.clone()),
        }
    }
    HouseholdAct::Verify { household, people }
}

/// Values that can be verified: what no dictionary knows yet says nothing.
fn verifiable(catalog: &Catalog, of: Subject, year: i16, facts: &BTreeMap<String, Fact>) -> Vec<(String, Vec<Field>)> {
    let has =
        |field: &Field| facts.get(&field.key).is_some_and(|fact| fact.unmapped.is_none() && !fact.value.is_empty());
    let kept = groups(catalog, of, year)
        .into_iter()
        .map(|(title, fields)| (title, fields.into_iter().filter(has).collect::<Vec<_>>()));
    kept.filter(|(_, fields)| !fields.is_empty()).collect()
}

fn toggled(mut chosen: BTreeSet<Key>, keys: &[Key], on: bool) -> BTreeSet<Key> {
    for key in keys {
        if on {
            chosen.insert(key.clone());
        } else {
            chosen.remove(key);
        }
    }
    chosen
}

#[component]
pub fn Verify(props: &ActProps) -> Html {
    let sending = use_sending(props, Happens::InTheYear);
    let chosen = use_state(BTreeSet::<Key>::new);
    let tried = use_state(|| false);
    let onsubmit = {
        let (chosen, tried, run) = (chosen.clone(), tried.clone(), sending.run.clone());
        Callback::from(move |()| {
            tried.set(true);
            if !chosen.is_empty() {
                run.emit(act(&chosen));
            }
        })
    };
    let (catalog, household) = (&props.catalog.0, &props.household.0);
    let year = household.year;
    let section = |whose: String, person: Option<PersonId>, of: Subject, facts: &BTreeMap<String, Fact>| {
        let groups = verifiable(catalog, of, year, facts);
        let keys: Vec<Key> =
            groups.iter().flat_map(|(_, fields)| fields).map(|field| (person, field.key.clone())).collect();
        let set = |keys: Vec<Key>| {
            let chosen = chosen.clone();
            Callback::from(move |on: bool| chosen.set(toggled((*chosen).clone(), &keys, on)))
        };
        let check = |field: &Field| {
            let key: Key = (person, field.key.clone());
            let value = facts
                .get(&field.key)
                .map(|fact| if fact.masked { fact.value.clone() } else { worded(catalog, field, &fact.value, year) });
            let label =
                tp("household.says", &[("title", &field.title_in(year)), ("value", &value.unwrap_or_default())]);
            html! { <Check key={field.key.clone()} {label} checked={chosen.contains(&key)} onchange={set(vec![key])} /> }
        };
        let all = !keys.is_empty() && keys.iter().all(|key| chosen.contains(key));
        html! {
            <fieldset class="fact-group">
                <legend>{ whose }</legend>
                if keys.is_empty() {
                    <p class="muted">{ t("household.nothing_to_verify") }</p>
                } else {
                    <Check label={t("household.verify_all")} checked={all} onchange={set(keys)} />
                    <div class="choice-columns choice-columns-3">{ for groups.iter().flat_map(|(_, fields)| fields).map(check) }</div>
                }
            </fieldset>
        }
    };
    let lacking = (*tried && chosen.is_empty()).then(|| t("household.choose_facts"));
    html! {
        <Frame title={change_kind(ChangeKind::Verify)} word={tp("household.verify_count", &[("count", &chosen.len())])} wide=true sending={sending.clone()} onclose={props.onclose.clone()} {onsubmit} {lacking}>
            <p>{ t("household.verify_hint") }</p>
            { section(t("household.of_household"), None, Subject::Household, &household.facts) }
            { for staying(household).into_iter().map(|member| section(member.name.clone(), Some(member.id), Subject::Person, &member.facts)) }
        </Frame>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_verified_stands_with_whose_it_is() {
        let one = |person: Option<i64>, key: &str| (person.map(PersonId), key.to_owned());
        let chosen =
            toggled(BTreeSet::new(), &[one(None, "kind"), one(Some(2), "health"), one(Some(2), "labour")], true);
        let chosen = toggled(chosen, &[one(Some(2), "labour")], false);
        let HouseholdAct::Verify { household, people } = act(&chosen) else { panic!("another act") };
        assert_eq!(household, ["kind"]);
        assert_eq!(people[&PersonId(2)], ["health"]);
    }
}
