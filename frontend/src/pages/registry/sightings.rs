//! 「查看留痕」: who looked at a household or a person, and whom an account looked at. Whoever asks is on record too.

use chrono::NaiveDate;
use fupin_contract::{
    AccountId, HouseholdId, PersonId, Secret,
    registry::{FindSubject, SeenAct, Sighting, SightingFilter, SightingSubject},
};
use serde::{Deserialize, Serialize};
use yew::prelude::*;

use crate::{
    format,
    i18n::{error_sentence, field_fault, t, tp},
    kit::{
        Address, Alert, Button, ButtonKind, Column, Empty, More, PageHead, Row, Status, Table, TextField, Tone,
        use_action, use_address, use_pages,
    },
};

/// Of what the traces are asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Of {
    #[default]
    Household,
    Person,
    Account,
}

impl Of {
    fn word(self) -> String {
        t(match self {
            Self::Household => "sighting.household",
            Self::Person => "sighting.person",
            Self::Account => "sighting.account",
        })
    }
}

/// What the address says; internal ids only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Chosen {
    #[serde(default)]
    of: Of,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<NaiveDate>,
}

impl Chosen {
    /// What is to be asked; none while nothing is named, or nothing that can be an id.
    fn filter(&self) -> Option<SightingFilter> {
        let none = SightingFilter { from: self.from, to: self.to, ..SightingFilter::default() };
        let id = self.id.trim();
        match self.of {
            Of::Household => {
                let number = id.parse().ok().and_then(|id: i64| HouseholdId::try_from(id).ok())?;
                Some(SightingFilter { household_id: Some(number), ..none })
            }
            Of::Person => {
                let number = id.parse().ok().and_then(|id: i64| PersonId::try_from(id).ok())?;
                Some(SightingFilter { person_id: Some(number), ..none })
            }
            Of::Account => Some(SightingFilter { account_id: Some(id.parse::<AccountId>().ok()?), ..none }),
        }
    }
}

fn act(act: SeenAct) -> (Tone, String) {
    let (tone, key) = match act {
        SeenAct::Listed => (Tone::Plain, "sighting.listed"),
        SeenAct::Found => (Tone::Plain, "sighting.found"),
        SeenAct::Household => (Tone::Accent, "sighting.saw_household"),
        SeenAct::Person => (Tone::Accent, "sighting.saw_person"),
        SeenAct::Revealed => (Tone::Danger, "sighting.revealed"),
        SeenAct::Exported => (Tone::Wait, "sighting.exported"),
    };
    (tone, t(key))
}

#[component]
pub fn SightingsPage() -> Html {
    let address = use_address::<Chosen>();
    let subject = use_state(|| None::<SightingSubject>);
    let filter = address.value.filter();
    let found = {
        let (subject, set, chosen) = (subject.clone(), address.set.clone(), address.value.clone());
        Callback::from(move |found: SightingSubject| {
            let (of, id) = place(&found);
            subject.set(Some(found));
            set.emit(Chosen { of, id, ..chosen.clone() });
        })
    };
    let named = subject.as_ref().filter(|one| place(one) == (address.value.of, address.value.id.clone()));
    html! {
        <>
            <PageHead title={t("nav.sightings")} />
            <Asked address={address.clone()} {found} />
            if let Some(filter) = filter {
                <p class="strong" role="status">{ named.map_or_else(|| address.value.of.word(), said) }</p>
                <Traces {filter} address={address.clone()} />
            } else {
                <Empty title={t("sighting.ask")}><p>{ t("sighting.ask_hint") }</p></Empty>
            }
        </>
    }
}

/// Where its traces stand.
fn place(subject: &SightingSubject) -> (Of, String) {
    match subject {
        SightingSubject::Household { id, .. } => (Of::Household, id.to_string()),
        SightingSubject::Person { id, .. } => (Of::Person, id.to_string()),
        SightingSubject::Account { id, .. } => (Of::Account, id.to_string()),
    }
}

fn said(subject: &SightingSubject) -> String {
    match subject {
        SightingSubject::Household { number, .. } => tp("sighting.of_household", &[("number", number)]),
        SightingSubject::Person { name, .. } => tp("sighting.of_person", &[("name", name)]),
        SightingSubject::Account { username, name, .. } => {
            tp("sighting.of_account", &[("name", name), ("username", username)])
        }
    }
}

#[derive(Properties, PartialEq)]
struct AskedProps {
    address: Address<Chosen>,
    found: Callback<SightingSubject>,
}

/// What is asked goes to the server in a body: an ID number has no place in an address.
#[component]
fn Asked(props: &AskedProps) -> Html {
    let mark = use_state(String::new);
    let tried = use_state(|| false);
    let action = use_action(
        |api, asked: FindSubject, _| async move { api.find_sighting_subject(&asked).await },
        props.found.clone(),
    );
    let oninput = {
        let mark = mark.clone();
        Callback::from(move |text| mark.set(text))
    };
    let day = |apply: fn(Chosen, Option<NaiveDate>) -> Chosen| {
        let chosen = props.address.value.clone();
        props.address.set.reform(move |text: String| apply(chosen.clone(), text.parse().ok()))
    };
    let onsubmit = {
        let (mark, tried, run) = (mark.clone(), tried.clone(), action.run.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            tried.set(true);
            if !mark.trim().is_empty() {
                run.emit(FindSubject { mark: Secret::from(mark.trim()) });
            }
        })
    };
    let missing = (*tried && mark.trim().is_empty()).then(|| t("sighting.mark_needed"));
    let fault = field_fault(action.failure.as_ref(), "mark").or(missing);
    let other = action.failure.as_ref().filter(|error| field_fault(Some(error), "mark").is_none());
    let shown = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let chosen = &props.address.value;
    html! {
        <>
            <form class="filters" {onsubmit} role="search" aria-label={t("kit.filters")}>
                <TextField label={t("sighting.mark")} hint={t("sighting.mark_hint")} value={(*mark).clone()} {oninput} {fault} autocomplete="off" />
                <TextField label={t("audit.from")} kind="date" value={shown(chosen.from)} oninput={day(|chosen, from| Chosen { from, ..chosen })} />
                <TextField label={t("audit.until")} kind="date" value={shown(chosen.to)} oninput={day(|chosen, to| Chosen { to, ..chosen })} />
                <Button kind={ButtonKind::Primary} submit=true busy={action.pending}>{ t("sighting.look") }</Button>
            </form>
            if let Some(error) = other { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct TracesProps {
    filter: SightingFilter,
    address: Address<Chosen>,
}

#[component]
fn Traces(props: &TracesProps) -> Html {
    let pages = use_pages(props.filter.clone(), |api, filter: SightingFilter, after| async move {
        api.list_sightings(&SightingFilter { after, ..filter }).await
    });
    html! {
        <>
            { pages.view(|rows| list(rows, &props.address)) }
            if !pages.items().is_empty() { <More shown={pages.items().len()} more={pages.more.clone()} busy={pages.reading_more} /> }
        </>
    }
}

/// A word that leads on to the traces of somebody or something else.
fn leading(address: &Address<Chosen>, of: Of, id: String, word: String) -> Html {
    if address.value.of == of && address.value.id == id {
        return html! { word };
    }
    let chosen = Chosen { of, id, ..address.value.clone() };
    let onclick = address.set.reform(move |_: MouseEvent| chosen.clone());
    html! { <button type="button" class="button-link" {onclick}>{ word }</button> }
}

fn list(rows: &[&Sighting], address: &Address<Chosen>) -> Html {
    if rows.is_empty() {
        return html! { <Empty title={t("sighting.none")}><p>{ t("sighting.none_hint") }</p></Empty> };
    }
    let columns = vec![
        Column::text(t("audit.at")),
        Column::text(t("audit.who")),
        Column::text(t("sighting.how")),
        Column::text(t("sighting.whose")),
        Column::text(t("sighting.whom")),
    ];
    let rows = rows.iter().enumerate().map(|(at, row)| {
        let (tone, word) = act(row.act);
        let who = format!("{}（{}）", row.by, row.username);
        let household = match (&row.household_number, row.household_id) {
            (Some(number), Some(id)) => leading(address, Of::Household, id.to_string(), number.clone()),
            _ => html! { row.village.clone().unwrap_or_default() },
        };
        let person = match (&row.person, row.person_id) {
            (Some(name), Some(id)) => leading(address, Of::Person, id.to_string(), name.clone()),
            _ => Html::default(),
        };
        Row::new(
            at,
            vec![
                html! { <span class="nowrap">{ format::date_time(row.at) }</span> },
                leading(address, Of::Account, row.account_id.to_string(), who),
                html! { <Status {tone} {word} /> },
                household,
                person,
            ],
        )
    });
    html! { <Table caption={t("nav.sightings")} {columns} rows={rows.collect::<Vec<_>>()} /> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_id_is_asked() {
        let of = |of: Of, id: &str| Chosen { of, id: id.to_owned(), ..Chosen::default() }.filter();
        assert_eq!(of(Of::Household, " 17 ").unwrap().household_id, Some(HouseholdId(17)));
        assert_eq!(of(Of::Person, "17").unwrap().person_id, Some(PersonId(17)));
        for (what, id) in [(Of::Household, ""), (Of::Person, "符小梅"), (Of::Account, "17"), (Of::Household, "0")] {
            assert!(of(what, id).is_none(), "{id}");
        }
    }
}
