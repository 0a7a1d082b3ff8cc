//! The tree of units: what stands where, since when, and the acts that change it.

use fupin_contract::{
    UnitId,
    access::Permission,
    units::{Level, Unit, UnitDetail, UnitFilter, UnitName},
};
use serde::{Deserialize, Serialize};
use yew::prelude::*;

use super::{import_units::ImportDialog, unit_acts::UnitActs};
use crate::{
    format,
    i18n::{t, tp},
    kit::{Allowed, Button, Column, Crumb, Empty, PageHead, Row, Table, TextField, use_address, use_query},
    words,
};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Chosen {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unit: Option<UnitId>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    q: String,
}

#[component]
pub fn UnitsPage() -> Html {
    let address = use_address::<Chosen>();
    let detail = use_query(address.value.unit, |api, unit| async move {
        match unit {
            Some(unit) => api.get_unit(unit).await.map(Some),
            None => Ok(None),
        }
    });
    let list = use_query((address.value.unit, address.value.q.trim().to_owned()), |api, (parent, q)| async move {
        api.list_units(&filter_of(parent, q)).await
    });
    let go = address.set.reform(|unit: Option<UnitId>| Chosen { unit, q: String::new() });
    let seek = {
        let (set, unit) = (address.set.clone(), address.value.unit);
        Callback::from(move |q: String| set.emit(Chosen { unit, q }))
    };
    let reload = {
        let (detail, list) = (detail.reload.clone(), list.reload.clone());
        Callback::from(move |()| {
            detail.emit(());
            list.emit(());
        })
    };
    let importing = use_state(|| false);
    let import = |on: bool| {
        let (importing, reload) = (importing.clone(), reload.clone());
        Callback::from(move |()| {
            importing.set(on);
            if !on {
                reload.emit(());
            }
        })
    };
    let shown = detail.ready().and_then(|detail| detail.as_ref().clone());
    let title = shown.as_ref().map_or_else(|| t("nav.units"), |detail| detail.unit.name.clone());
    let mut path = vec![Crumb::act(t("nav.units"), go.reform(|()| None))];
    path.extend(shown.iter().flat_map(|detail| detail.path.iter()).map(|unit| crumb(unit, &go)));
    html! {
        <>
            <PageHead {title} path={if shown.is_some() { path } else { Vec::new() }} beside={shown.as_ref().map(|detail| html! { <span class="muted">{ words::level(detail.unit.level) }{ " " }{ detail.unit.code.clone() }</span> }).unwrap_or_default()}>
                <Allowed to={Permission::ManageUnits}>
                    if let Some(detail) = &shown {
                        <UnitActs unit={detail.unit.clone()} done={reload.clone()} />
                    } else {
                        <Button onclick={import(true)}>{ t("unit.import") }</Button>
                    }
                </Allowed>
            </PageHead>
            if *importing { <ImportDialog onclose={import(false)} /> }
            <TextField label={t("kit.search_units")} kind="search" value={address.value.q.clone()} oninput={seek} />
            <div class="split">
                { list.view(|page| units(&page.items, &go)) }
                if let Some(detail) = &shown { { history(detail) } }
            </div>
        </>
    }
}

/// What stands below a unit, or, where something is sought, whatever is called so anywhere.
fn filter_of(parent: Option<UnitId>, sought: String) -> UnitFilter {
    if sought.is_empty() {
        UnitFilter { parent, ..UnitFilter::default() }
    } else {
        UnitFilter { q: Some(sought), ..UnitFilter::default() }
    }
}

fn crumb(unit: &UnitName, go: &Callback<Option<UnitId>>) -> Crumb {
    let id = unit.id;
    Crumb::act(unit.name.clone(), go.reform(move |()| Some(id)))
}

fn units(units: &[Unit], go: &Callback<Option<UnitId>>) -> Html {
    if units.is_empty() {
        return html! { <Empty title={t("unit.none")}><p>{ t("unit.none_hint") }</p></Empty> };
    }
    let columns = vec![
        Column::text(t("unit.name")),
        Column::text(t("unit.code")),
        Column::text(t("unit.level")),
        Column::number(t("unit.children")),
    ];
    let rows = units.iter().map(|unit| {
        let id = unit.id;
        let onclick = go.reform(move |_: MouseEvent| Some(id));
        let children = if unit.level == Level::Village { String::new() } else { format::count(unit.children) };
        Row::new(
            id,
            vec![
                html! { <button type="button" class="button-link" {onclick}>{ unit.name.clone() }</button> },
                html! { <span class="mono">{ unit.code.clone() }</span> },
                html! { words::level(unit.level) },
                html! { children },
            ],
        )
    });
    html! { <Table caption={t("nav.units")} {columns} rows={rows.collect::<Vec<_>>()} /> }
}

fn history(detail: &UnitDetail) -> Html {
    html! {
        <section class="panel" aria-label={t("unit.history")}>
            <h2>{ t("unit.history") }</h2>
            <ol class="timeline">
                { for detail.history.iter().rev().map(|span| {
                    let until = span.until.map_or_else(|| t("unit.until_now"), |until| until.to_string());
                    html! {
                        <li key={span.from.to_string()}>
                            <p class="strong">{ span.name.clone() }</p>
                            <p class="small">{ span.code.clone() }if let Some(parent) = &span.parent_name { { " · " }{ tp("unit.below", &[("parent", parent)]) } }</p>
                            <p class="muted small">{ tp("unit.span", &[("from", &span.from), ("until", &until)]) }</p>
                        </li>
                    }
                }) }
            </ol>
        </section>
    }
}
