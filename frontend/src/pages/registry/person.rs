//! A person: who it is, and all years side by side; what changed from the year before is marked.

use std::{collections::BTreeMap, rc::Rc};

use fupin_contract::{
    PersonId,
    registry::{
        Fact, Person, PersonYear,
        catalog::{Catalog, Field, FieldRole, Subject},
    },
};
use yew::prelude::*;
use yew_router::prelude::Link;

use super::{
    catalog::{groups, read_catalog, reason, worded, worded_role},
    fact::{Place, fact_value, see_button},
    household::side::events,
    households::this_year,
    reveal::{Of, RevealDialog, Sealed},
};
use crate::{
    i18n::{t, tp},
    kit::{Alert, Column, Crumb, Empty, Load, PageHead, Row, Same, Status, Table, Tone, use_query},
    pages::insight::NotFoundPage,
    routes::Route,
};

#[derive(Properties, PartialEq)]
pub struct PersonPageProps {
    pub id: String,
}

#[component]
pub fn PersonPage(props: &PersonPageProps) -> Html {
    match props.id.parse::<PersonId>() {
        Ok(id) => html! { <OfPerson id={id.0} /> },
        Err(_) => html! { <NotFoundPage /> },
    }
}

#[derive(Properties, PartialEq)]
struct OfPersonProps {
    id: i64,
}

#[component]
fn OfPerson(props: &OfPersonProps) -> Html {
    let query = use_query(props.id, |api, id| async move {
        let catalog = read_catalog(&api).await?;
        let person = api.get_person(PersonId(id)).await?;
        Ok((catalog, Same(Rc::new(person))))
    });
    match &query.load {
        Load::Ready(read) => html! { <Shown catalog={read.0.clone()} person={read.1.clone()} /> },
        Load::Pending | Load::Failed(_) => {
            html! { <><PageHead title={t("person.title")} />{ query.view(|_| Html::default()) }</> }
        }
    }
}

#[derive(Properties, PartialEq)]
struct ShownProps {
    catalog: Same<Catalog>,
    person: Same<Person>,
}

#[component]
fn Shown(props: &ShownProps) -> Html {
    let (catalog, person) = (&props.catalog.0, &props.person.0);
    let sealed = use_state(|| None::<Sealed>);
    let ask = {
        let sealed = sealed.clone();
        Callback::from(move |one| sealed.set(Some(one)))
    };
    let hide = {
        let sealed = sealed.clone();
        Callback::from(move |()| sealed.set(None))
    };
    let household = Route::Household { id: person.household_id.to_string() };
    let path = vec![
        Crumb::to(t("nav.households"), Route::Households),
        Crumb::plain(person.village.name.clone()),
        Crumb::to(tp("household.numbered", &[("number", &person.household_number)]), household.clone()),
    ];
    let beside = html! {
        <>
            <span class="household-head strong">{ person.name.clone() }</span>
            if !person.present { <Status tone={Tone::Plain} word={t("people.left")} /> }
        </>
    };
    html! {
        <>
            <PageHead title={t("person.title")} {path} {beside} />
            if let Some(reason) = &person.voided { <Alert tone={Tone::Danger}>{ voided(reason, person.merged_into) }</Alert> }
            <div class="household-body">
                <div class="stack">
                    { identity(catalog, person, &household, &ask) }
                    { side_by_side(catalog, person, &ask) }
                </div>
                <aside class="household-side">
                    <section class="panel" aria-label={t("household.events")}><h2>{ t("household.events") }</h2>{ events(catalog, &person.events, &person.origins) }</section>
                </aside>
            </div>
            if let Some(one) = &*sealed { <RevealDialog sealed={one.clone()} onclose={hide} /> }
        </>
    }
}

/// Why the record stands no longer, and where the person is kept instead.
fn voided(reason: &str, merged_into: Option<PersonId>) -> Html {
    let kept = merged_into.map(|id| Route::Person { id: id.to_string() });
    html! {
        <p>
            { tp(if kept.is_some() { "person.was_merged" } else { "person.was_voided" }, &[("reason", &reason)]) }
            if let Some(to) = kept { { " " }<Link<Route> {to}>{ t("person.kept_record") }</Link<Route>> }
        </p>
    }
}

fn identity(catalog: &Catalog, person: &Person, household: &Route, ask: &Callback<Sealed>) -> Html {
    let year = person.years.first().map_or_else(this_year, |year| year.year);
    let number = person.id_number.as_ref().zip(catalog.of_role(FieldRole::IdNumber)).map(|(masked, field)| {
        let sealed = Sealed {
            of: Of::Person(person.id),
            whose: person.name.clone(),
            field: field.key.clone(),
            title: field.title.clone(),
            masked: masked.clone(),
            year: None,
        };
        html! { <span class="nowrap">{ masked.clone() }{ " " }{ see_button(sealed, ask) }</span> }
    });
    let relation =
        person.years.first().map(|latest| worded_role(catalog, FieldRole::Relation, &latest.relation, latest.year));
    let line = |title: String, value: Html| html! { <div><dt>{ title }</dt><dd>{ value }</dd></div> };
    html! {
        <section class="panel" aria-label={t("person.who")}>
            <h2>{ t("person.who") }</h2>
            <dl class="fact-list">
                { line(t("household.sex"), html! { worded_role(catalog, FieldRole::Sex, &person.sex, year) }) }
                { line(t("household.birthday"), html! { person.birthday.map(|day| day.to_string()).unwrap_or_else(|| "—".to_owned()) }) }
                { line(t("household.id_number"), number.unwrap_or_else(|| html! { t("household.without_id_yet") })) }
                { line(t("household.relation"), html! { relation.unwrap_or_default() }) }
                { line(t("person.household"), html! { <Link<Route> to={household.clone()}>{ person.household_number.clone() }</Link<Route>> }) }
                { line(t("household.village"), html! { person.village.name.clone() }) }
                if let Some(number) = &person.number { { line(t("person.number"), html! { number.clone() }) } }
            </dl>
        </section>
    }
}

/// What a value says, for telling whether it changed.
fn said(fact: Option<&Fact>) -> Option<(&str, Option<&str>)> {
    fact.map(|fact| (fact.value.as_str(), fact.unmapped.as_deref()))
}

/// Whether a value differs from that of the year before; a first year differs from nothing.
fn changed(now: &BTreeMap<String, Fact>, before: Option<&BTreeMap<String, Fact>>, key: &str) -> bool {
    before.is_some_and(|before| said(now.get(key)) != said(before.get(key)))
}

/// Attributes as rows, years as columns, the latest first.
fn side_by_side(catalog: &Catalog, person: &Person, ask: &Callback<Sealed>) -> Html {
    if person.years.is_empty() {
        return html! { <Empty title={t("person.no_years")} /> };
    }
    let mut columns = vec![Column::text(t("person.attribute"))];
    columns.extend(person.years.iter().map(|year| Column::text(tp("household.year", &[("year", &year.year)]))));
    let mut rows = vec![Row::new("relation", relations(catalog, person))];
    for (title, fields) in groups(catalog, Subject::Person, this_year()) {
        let kept = |field: &&Field| person.years.iter().any(|year| year.facts.contains_key(&field.key));
        let kept: Vec<&Field> = fields.iter().filter(kept).collect();
        if kept.is_empty() {
            continue;
        }
        let mut head = vec![html! { <span class="strong">{ title.clone() }</span> }];
        head.extend(person.years.iter().map(|_| Html::default()));
        rows.push(Row::new(format!("group {title}"), head).class("group-row"));
        rows.extend(kept.into_iter().map(|field| Row::new(&field.key, row(catalog, person, field, ask))));
    }
    html! {
        <div class="stack-tight">
            <h2>{ t("person.years") }{ " " }<span class="muted small">{ t("person.years_hint") }</span></h2>
            <Table caption={t("person.years")} {columns} {rows} scrolls=true />
        </div>
    }
}

fn relations(catalog: &Catalog, person: &Person) -> Vec<Html> {
    let cell = |year: &PersonYear| {
        let relation = worded_role(catalog, FieldRole::Relation, &year.relation, year.year);
        let left = year.left_on.map(|on| {
            let why = year.left_reason.as_deref().map(|code| reason(catalog, code, year.year)).unwrap_or_default();
            tp("household.left_why", &[("on", &on), ("why", &why)])
        });
        html! { <>{ relation }if let Some(left) = left { <span class="left-note">{ left }</span> }</> }
    };
    std::iter::once(html! { t("household.relation") }).chain(person.years.iter().map(cell)).collect()
}

fn row(catalog: &Catalog, person: &Person, field: &Field, ask: &Callback<Sealed>) -> Vec<Html> {
    let cell = |(at, year): (usize, &PersonYear)| {
        let place = Place {
            catalog,
            origins: &person.origins,
            of: Of::Person(person.id),
            whose: &person.name,
            year: year.year,
            ask,
        };
        let shown = match year.facts.get(&field.key) {
            Some(fact) => fact_value(&place, field, fact),
            None => html! { <span class="muted">{ "—" }</span> },
        };
        let before = person.years.get(at + 1).map(|before| &before.facts);
        if !changed(&year.facts, before, &field.key) {
            return shown;
        }
        let was = before.and_then(|facts| facts.get(&field.key)).map_or_else(
            || "—".to_owned(),
            |fact| fact.unmapped.clone().unwrap_or_else(|| worded(catalog, field, &fact.value, year.year)),
        );
        html! { <span class="changed" title={tp("person.was", &[("value", &was)])}>{ shown }<span class="visually-hidden">{ tp("person.was", &[("value", &was)]) }</span></span> }
    };
    let title = html! { field.title.clone() };
    std::iter::once(title).chain(person.years.iter().enumerate().map(cell)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(pairs: &[(&str, &str)]) -> BTreeMap<String, Fact> {
        let fact =
            |value: &str| Fact { value: value.to_owned(), masked: false, origin: 0, verified: None, unmapped: None };
        pairs.iter().map(|(key, value)| ((*key).to_owned(), fact(value))).collect()
    }

    #[test]
    fn a_value_is_marked_where_it_differs_from_the_year_before() {
        let (now, before) =
            (facts(&[("health", "02"), ("labour", "01")]), facts(&[("health", "01"), ("labour", "01")]));
        assert!(changed(&now, Some(&before), "health"));
        assert!(!changed(&now, Some(&before), "labour"));
        assert!(!changed(&now, None, "health"), "a first year");
        assert!(changed(&now, Some(&facts(&[])), "labour"), "newly filled");
    }
}
