//! 「家庭」: the households of a unit in a year, narrowed by attributes; all of it is in the address.

mod having;
mod register;

use chrono::Datelike;
use fupin_client::Result;
use fupin_contract::{
    Page, UnitId,
    access::Permission,
    registry::{HouseholdFilter, HouseholdLine, catalog::Catalog},
    units::UnitName,
};
use serde::{Deserialize, Serialize};
use yew::prelude::*;
use yew_router::{hooks::use_navigator, prelude::Link};

use super::catalog::{read_catalog, worded};
use crate::{
    format,
    i18n::{t, tp},
    kit::{
        Address, Allowed, Button, ButtonKind, Chip, Column, Empty, More, PageHead, Row, Same, SelectField, Status,
        Table, Tone, UnitField, use_address, use_pages, use_query,
    },
    routes::Route,
    transport::Api,
};
use having::{AddAttribute, Attributes, chips};
use register::RegisterDialog;

/// What a list says of a household beside its place and people, where the province asks for it.
const FACTS: [&str; 2] = ["kind", "exit_state"];
/// Households on a page.
const FULL: usize = 50;
/// Nothing was kept before.
const FIRST_YEAR: i16 = 2014;

/// What the address says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Chosen {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unit: Option<UnitId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    year: Option<i16>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    having: String,
}

impl Chosen {
    fn filter(&self) -> HouseholdFilter {
        let having = Some(self.having.clone()).filter(|having| !having.is_empty());
        HouseholdFilter { unit_id: self.unit, year: self.year, having, ..HouseholdFilter::default() }
    }
}

/// The year that it is in China.
pub fn this_year() -> i16 {
    i16::try_from(format::today().year()).unwrap_or(i16::MAX)
}

/// Reads what a unit in the address is called.
#[hook]
pub fn use_unit_name(id: Option<UnitId>) -> Option<UnitName> {
    let query = use_query(id, |api, id| async move {
        let Some(id) = id else { return Ok(None) };
        let unit = api.get_unit(id).await?.unit;
        Ok(Some(UnitName { id: unit.id, name: unit.name, level: unit.level }))
    });
    query.ready().and_then(|name| (**name).clone())
}

/// The server looks through so many villages at once: what is rare is asked for on and on, until a page is full.
async fn full_page(api: &Api, filter: HouseholdFilter) -> Result<Page<HouseholdLine>> {
    let mut page = api.list_households(&filter).await?;
    while page.items.len() < FULL
        && let Some(after) = page.next.take()
    {
        let further = api.list_households(&HouseholdFilter { after: Some(after), ..filter.clone() }).await?;
        page.items.extend(further.items);
        page.next = further.next;
    }
    Ok(page)
}

#[component]
pub fn HouseholdsPage() -> Html {
    let address = use_address::<Chosen>();
    let registering = use_state(|| false);
    let catalog = use_query((), |api, ()| async move { read_catalog(&api).await });
    let pages = use_pages(address.value.clone(), |api, chosen: Chosen, after| async move {
        full_page(&api, HouseholdFilter { after, ..chosen.filter() }).await
    });
    let unit = use_unit_name(address.value.unit);
    let open = {
        let registering = registering.clone();
        Callback::from(move |()| registering.set(true))
    };
    let closed = {
        let (registering, reload) = (registering.clone(), pages.reload.clone());
        Callback::from(move |()| {
            registering.set(false);
            reload.emit(());
        })
    };
    let shown_year = pages.items().first().map(|line| line.year);
    html! {
        <>
            <PageHead title={t("nav.households")}>
                <Allowed to={Permission::ChangePeople}><Button kind={ButtonKind::Primary} onclick={open}>{ t("household.register") }</Button></Allowed>
            </PageHead>
            { catalog.view(|catalog| html! {
                <>
                    { filters(&catalog.0, &address, unit.clone(), shown_year) }
                    { pages.view(|lines| html! { <List catalog={(**catalog).clone()} lines={lines.iter().map(|line| (*line).clone()).collect::<Vec<_>>()} narrowed={address.value != Chosen::default()} /> }) }
                    if !pages.items().is_empty() { <More shown={pages.items().len()} more={pages.more.clone()} busy={pages.reading_more} /> }
                    if *registering { <RegisterDialog catalog={(**catalog).clone()} onclose={closed} /> }
                </>
            }) }
        </>
    }
}

fn filters(catalog: &Catalog, address: &Address<Chosen>, unit: Option<UnitName>, shown_year: Option<i16>) -> Html {
    let chosen = address.value.clone();
    let with = |apply: fn(Chosen, String) -> Chosen| {
        let chosen = chosen.clone();
        address.set.reform(move |text: String| apply(chosen.clone(), text))
    };
    let on_unit = {
        let chosen = chosen.clone();
        address.set.reform(move |unit: UnitName| Chosen { unit: Some(unit.id), ..chosen.clone() })
    };
    let everywhere = {
        let chosen = chosen.clone();
        address.set.reform(move |()| Chosen { unit: None, ..chosen.clone() })
    };
    let latest = shown_year.filter(|_| chosen.year.is_none());
    let latest = latest.map_or_else(|| t("household.latest"), |year| tp("household.latest_is", &[("year", &year)]));
    let years =
        (FIRST_YEAR..=this_year()).rev().map(|year| (year.to_string(), tp("household.year", &[("year", &year)])));
    let years: Vec<_> = std::iter::once((String::new(), latest)).chain(years).collect();
    let year = chosen.year.map(|year| year.to_string()).unwrap_or_default();
    let having = Attributes::parse(&chosen.having);
    let set_having = {
        let chosen = chosen.clone();
        address.set.reform(move |having: Attributes| Chosen { having: having.to_string(), ..chosen.clone() })
    };
    let of_year = chosen.year.or(shown_year).unwrap_or_else(this_year);
    html! {
        <div class="stack-tight" role="group" aria-label={t("kit.filters")}>
            <div class="filters">
                <UnitField label={t("household.unit")} value={unit} onchange={on_unit} />
                <SelectField label={t("household.of_year")} options={years} value={year} onchange={with(|chosen, year| Chosen { year: year.parse().ok(), ..chosen })} />
                <AddAttribute options={having::fields(catalog)} values={having::values(catalog, of_year)} having={having.clone()} onchange={set_having.clone()} />
            </div>
            if chosen.unit.is_some() || !having.is_empty() {
                <div class="chips">
                    if chosen.unit.is_some() { <Chip label={t("household.everywhere")} on=false onclick={everywhere} /> }
                    { for chips(catalog, &having, of_year, &set_having) }
                </div>
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ListProps {
    catalog: Same<Catalog>,
    lines: Vec<HouseholdLine>,
    /// By something in the address.
    narrowed: bool,
}

#[component]
fn List(props: &ListProps) -> Html {
    let navigator = use_navigator();
    if props.lines.is_empty() {
        let hint = if props.narrowed { "household.none_narrowed" } else { "household.none_hint" };
        return html! { <Empty title={t("household.none")}><p>{ t(hint) }</p></Empty> };
    }
    let catalog = &props.catalog.0;
    let year = props.lines.first().map_or_else(this_year, |line| line.year);
    let facts: Vec<_> = FACTS.into_iter().filter_map(|key| catalog.field(key)).collect();
    let mut columns = vec![
        Column::text(t("household.number")),
        Column::text(t("household.head")),
        Column::text(t("household.village")),
        Column::number(t("household.members")),
    ];
    columns.extend(facts.iter().map(|field| Column::text(field.title_in(year).to_owned())));
    columns.push(Column::number(t("household.per_capita")));
    columns.push(Column::text(t("household.waiting")));
    let rows = props.lines.iter().map(|line| {
        let to = Route::Household { id: line.id.to_string() };
        let onopen = {
            let (navigator, to) = (navigator.clone(), to.clone());
            Callback::from(move |()| {
                if let Some(navigator) = &navigator {
                    navigator.push(&to)
                }
            })
        };
        let mut cells = vec![
            html! { <Link<Route> {to}><span class="nowrap">{ line.number.clone() }</span></Link<Route>> },
            html! { <span class="strong">{ line.head_name.clone().unwrap_or_else(|| t("household.no_head")) }</span> },
            html! { <span>{ line.village.name.clone() }{ " " }<span class="muted small">{ line.town.clone() }</span></span> },
            html! { format::count(line.members) },
        ];
        cells.extend(facts.iter().map(|field| match line.facts.get(&field.key) {
            Some(value) => html! { worded(catalog, field, value, line.year) },
            None => html! { <span class="muted">{ "—" }</span> },
        }));
        cells.push(line.per_capita.map_or_else(
            || html! { <span class="muted">{ "—" }</span> },
            |yuan| html! { format::decimal(&format!("{yuan:.2}")) },
        ));
        cells.push(if line.waiting {
            html! { <Status tone={Tone::Wait} word={t("household.waits")} /> }
        } else {
            Html::default()
        });
        Row::new(line.id, cells).opens(onopen)
    });
    html! { <div class="household-list"><Table caption={t("nav.households")} {columns} rows={rows.collect::<Vec<_>>()} /></div> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_chosen_asks_for_everything() {
        assert_eq!(Chosen::default().filter(), HouseholdFilter::default());
        let chosen = Chosen { having: "kind=02".to_owned(), ..Chosen::default() };
        assert_eq!(chosen.filter().attributes(), Some(vec![("kind", "02")]));
    }
}
