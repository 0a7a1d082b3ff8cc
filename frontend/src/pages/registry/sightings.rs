//! 「查看留痕」: who looked at a household or a person, and whom an account looked at. Whoever asks is on record too.

use chrono::NaiveDate;
use fupin_contract::{
    AccountId, HouseholdId, PersonId,
    registry::{SeenAct, Sighting, SightingFilter},
};
use serde::{Deserialize, Serialize};
use yew::prelude::*;

use crate::{
    format,
    i18n::t,
    kit::{
        Address, Button, ButtonKind, Column, Empty, More, PageHead, Row, SelectField, Status, Table, TextField, Tone,
        use_address, use_pages,
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
    const ALL: [Self; 3] = [Self::Household, Self::Person, Self::Account];

    fn name(self) -> &'static str {
        match self {
            Self::Household => "household",
            Self::Person => "person",
            Self::Account => "account",
        }
    }

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
    let filter = address.value.filter();
    html! {
        <>
            <PageHead title={t("nav.sightings")} />
            <Asked address={address.clone()} key={format!("{} {}", address.value.of.name(), address.value.id)} />
            if let Some(filter) = filter {
                <Traces {filter} address={address.clone()} />
            } else {
                <Empty title={t("sighting.ask")}><p>{ t("sighting.ask_hint") }</p></Empty>
            }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct AskedProps {
    address: Address<Chosen>,
}

#[component]
fn Asked(props: &AskedProps) -> Html {
    let chosen = use_state(|| props.address.value.clone());
    let change = |apply: fn(Chosen, String) -> Chosen| {
        let chosen = chosen.clone();
        Callback::from(move |text: String| chosen.set(apply((*chosen).clone(), text)))
    };
    let wrong = use_state(|| false);
    let onsubmit = {
        let (set, chosen, wrong) = (props.address.set.clone(), chosen.clone(), wrong.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            // What is no id may be a name or a number: it does not go into the address.
            let asks = chosen.filter().is_some();
            wrong.set(!asks);
            if asks {
                set.emit((*chosen).clone());
            }
        })
    };
    let options: Vec<_> = Of::ALL.map(|of| (of.name().to_owned(), of.word())).to_vec();
    let of = |name: &str| Of::ALL.into_iter().find(|of| of.name() == name).unwrap_or_default();
    let on_of = {
        let chosen = chosen.clone();
        Callback::from(move |name: String| chosen.set(Chosen { of: of(&name), id: String::new(), ..(*chosen).clone() }))
    };
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    html! {
        <form class="filters" {onsubmit} role="search" aria-label={t("kit.filters")}>
            <SelectField label={t("sighting.of")} {options} value={chosen.of.name()} onchange={on_of} />
            <TextField label={t("sighting.id")} value={chosen.id.clone()} oninput={change(|chosen, id| Chosen { id, ..chosen })} fault={wrong.then(|| t("sighting.no_id"))} autocomplete="off" />
            <TextField label={t("audit.from")} kind="date" value={day(chosen.from)} oninput={change(|chosen, text| Chosen { from: text.parse().ok(), ..chosen })} />
            <TextField label={t("audit.until")} kind="date" value={day(chosen.to)} oninput={change(|chosen, text| Chosen { to: text.parse().ok(), ..chosen })} />
            <Button kind={ButtonKind::Primary} submit=true>{ t("sighting.look") }</Button>
        </form>
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
