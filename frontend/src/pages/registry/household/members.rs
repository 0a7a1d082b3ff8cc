//! The members of a household in a year; those who left in it are struck through, with when and why.

use fupin_contract::registry::{
    Household, Member,
    catalog::{Catalog, Field, FieldRole},
};
use yew::prelude::*;
use yew_router::{hooks::use_navigator, prelude::Link};

use super::super::{
    catalog::{reason, worded, worded_role},
    fact::see_button,
    reveal::{Of, Sealed},
};
use crate::{
    i18n::{t, tp},
    kit::{Column, Empty, Row, Same, Status, Table, Tone},
    routes::Route,
};

/// What a list says of a member beside who it is, where the province asks for it.
const FACTS: [&str; 3] = ["health", "labour", "schooling"];

#[derive(Properties, PartialEq)]
pub struct MembersProps {
    pub catalog: Same<Catalog>,
    pub household: Same<Household>,
    pub ask: Callback<Sealed>,
}

#[component]
pub fn Members(props: &MembersProps) -> Html {
    let navigator = use_navigator();
    let (catalog, household) = (&props.catalog.0, &props.household.0);
    let year = household.year;
    let facts: Vec<&Field> =
        FACTS.into_iter().filter_map(|key| catalog.field(key)).filter(|field| field.is_asked_in(year)).collect();
    let mut columns = vec![
        Column::text(t("household.name")),
        Column::text(t("household.sex")),
        Column::number(t("household.age")),
        Column::text(t("household.relation")),
        Column::text(t("household.id_number")),
    ];
    columns.extend(facts.iter().map(|field| Column::text(field.title_in(year).to_owned())));
    let id_field = catalog.of_role(FieldRole::IdNumber);
    let rows = household.members.iter().map(|member| {
        let to = Route::Person { id: member.id.to_string() };
        let onopen = {
            let (navigator, to) = (navigator.clone(), to.clone());
            Callback::from(move |()| {
                if let Some(navigator) = &navigator {
                    navigator.push(&to)
                }
            })
        };
        let mut cells = vec![
            html! { <><Link<Route> {to}>{ member.name.clone() }</Link<Route>>{ left(catalog, member, year) }</> },
            html! { worded_role(catalog, FieldRole::Sex, &member.sex, year) },
            html! { member.age.map(|age| age.to_string()).unwrap_or_default() },
            html! { worded_role(catalog, FieldRole::Relation, &member.relation, year) },
            number(member, id_field, &props.ask),
        ];
        cells.extend(facts.iter().map(|field| fact(catalog, member, field, year)));
        let row = Row::new(member.id, cells).opens(onopen);
        if member.left_on.is_some() { row.class("left") } else { row }
    });
    let rows: Vec<Row> = rows.collect();
    html! {
        <div class="stack-tight member-list">
            <h2>{ t("household.people") }{ " " }<span class="muted small">{ tp("household.people_count", &[("count", &household.members.iter().filter(|member| member.left_on.is_none()).count())]) }</span></h2>
            if rows.is_empty() {
                <Empty title={t("household.nobody")} />
            } else {
                <Table caption={t("household.people")} {columns} {rows} />
            }
        </div>
    }
}

fn left(catalog: &Catalog, member: &Member, year: i16) -> Html {
    let Some(on) = member.left_on else { return Html::default() };
    let why = member.left_reason.as_deref().map(|code| reason(catalog, code, year)).unwrap_or_default();
    html! { <span class="left-note">{ tp("household.left_why", &[("on", &on), ("why", &why)]) }</span> }
}

fn number(member: &Member, field: Option<&Field>, ask: &Callback<Sealed>) -> Html {
    let (Some(masked), Some(field)) = (&member.id_number, field) else {
        return html! { <span class="muted">{ t("household.without_id_yet") }</span> };
    };
    let sealed = Sealed {
        of: Of::Person(member.id),
        whose: member.name.clone(),
        field: field.key.clone(),
        title: field.title.clone(),
        masked: masked.clone(),
        year: None,
    };
    html! { <span class="nowrap">{ masked.clone() }{ " " }{ see_button(sealed, ask) }</span> }
}

fn fact(catalog: &Catalog, member: &Member, field: &Field, year: i16) -> Html {
    match member.facts.get(&field.key) {
        None => html! { <span class="muted">{ "—" }</span> },
        Some(fact) => match &fact.unmapped {
            Some(typed) => {
                html! { <>{ typed.clone() }{ " " }<Status tone={Tone::Wait} word={t("value.unmapped")} /></> }
            }
            None => html! { worded(catalog, field, &fact.value, year) },
        },
    }
}
