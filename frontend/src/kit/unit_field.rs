//! Choosing a unit: a tree that opens level by level, and a search over names and codes.

use fupin_contract::units::{Level, Unit, UnitFilter, UnitName};
use yew::prelude::*;

use super::{field::typed, field::use_id, use_query};
use crate::{i18n::t, words};

#[derive(Properties, PartialEq)]
pub struct UnitFieldProps {
    pub label: AttrValue,
    pub value: Option<UnitName>,
    pub onchange: Callback<UnitName>,
    /// Only units of this level can be chosen.
    #[prop_or_default]
    pub only: Option<Level>,
    #[prop_or_default]
    pub fault: Option<String>,
    #[prop_or_default]
    pub wide: bool,
}

#[component]
pub fn UnitField(props: &UnitFieldProps) -> Html {
    let id = use_id();
    let open = use_state(|| false);
    let sought = use_state(String::new);
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let choose = {
        let (open, onchange) = (open.clone(), props.onchange.clone());
        Callback::from(move |unit: UnitName| {
            open.set(false);
            onchange.emit(unit);
        })
    };
    let oninput = {
        let sought = sought.clone();
        Callback::from(move |event: InputEvent| sought.set(typed(&event)))
    };
    let shown = props.value.as_ref().map_or_else(|| t("kit.choose_unit"), |unit| unit.name.clone());
    html! {
        <div class={classes!("field", "picker", props.wide.then_some("wide"))}>
            <span class="label" id={format!("{id}-label")}>{ props.label.clone() }</span>
            <button type="button" class="button" id={id.clone()} aria-expanded={open.to_string()} aria-labelledby={format!("{id}-label {id}")} onclick={toggle}>{ shown }</button>
            if let Some(fault) = &props.fault { <p class="fault">{ fault }</p> }
            if *open {
                <div class="picker-body stack-tight">
                    <input class="input" type="search" aria-label={t("kit.search_units")} placeholder={t("kit.search_units")} value={(*sought).clone()} {oninput} />
                    <div class="tree">
                        if sought.trim().is_empty() {
                            <Branch parent={None::<Unit>} only={props.only} chosen={props.value.clone()} choose={choose.clone()} />
                        } else {
                            <Found sought={sought.trim().to_owned()} only={props.only} {choose} />
                        }
                    </div>
                </div>
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct BranchProps {
    parent: Option<Unit>,
    only: Option<Level>,
    chosen: Option<UnitName>,
    choose: Callback<UnitName>,
}

#[component]
fn Branch(props: &BranchProps) -> Html {
    let query = use_query(props.parent.as_ref().map(|unit| unit.id), async |api, parent| {
        api.list_units(&UnitFilter { parent, ..UnitFilter::default() }).await
    });
    query.view(|page| {
        html! {
            <ul>
                { for page.items.iter().map(|unit| html! {
                    <Twig key={unit.id.0} unit={unit.clone()} opened={props.parent.is_none()} only={props.only} chosen={props.chosen.clone()} choose={props.choose.clone()} />
                }) }
            </ul>
        }
    })
}

#[derive(Properties, PartialEq)]
struct TwigProps {
    unit: Unit,
    opened: bool,
    only: Option<Level>,
    chosen: Option<UnitName>,
    choose: Callback<UnitName>,
}

fn name_of(unit: &Unit) -> UnitName {
    UnitName { id: unit.id, name: unit.name.clone(), level: unit.level }
}

#[component]
fn Twig(props: &TwigProps) -> Html {
    let open = use_state(|| props.opened && props.unit.children > 0);
    let below = props.only.is_none_or(|only| props.unit.level.rank() < only.rank());
    let may_open = props.unit.children > 0 && below;
    let may_choose = props.only.is_none_or(|only| only == props.unit.level);
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let onclick = {
        let (unit, choose, open) = (name_of(&props.unit), props.choose.clone(), open.clone());
        Callback::from(move |_: MouseEvent| if may_choose { choose.emit(unit.clone()) } else { open.set(!*open) })
    };
    let is_chosen = props.chosen.as_ref().is_some_and(|chosen| chosen.id == props.unit.id);
    html! {
        <li>
            <div class={classes!("tree-row", is_chosen.then_some("chosen"))}>
                if may_open {
                    <button type="button" class="twist" aria-expanded={open.to_string()} aria-label={crate::i18n::tp("kit.open_unit", &[("name", &props.unit.name)])} onclick={toggle}>
                        { if *open { "▾" } else { "▸" } }
                    </button>
                } else {
                    <span class="twist" aria-hidden="true"></span>
                }
                <button type="button" class="name" {onclick}>{ props.unit.name.clone() }{ " " }<span class="muted small">{ words::level(props.unit.level) }</span></button>
            </div>
            if *open && may_open {
                <Branch parent={Some(props.unit.clone())} only={props.only} chosen={props.chosen.clone()} choose={props.choose.clone()} />
            }
        </li>
    }
}

#[derive(Properties, PartialEq)]
struct FoundProps {
    sought: String,
    only: Option<Level>,
    choose: Callback<UnitName>,
}

#[component]
fn Found(props: &FoundProps) -> Html {
    let query = use_query(props.sought.clone(), async |api, sought| {
        api.list_units(&UnitFilter { q: Some(sought), ..UnitFilter::default() }).await
    });
    query.view(|page| {
        let fitting: Vec<&Unit> = page.items.iter().filter(|unit| props.only.is_none_or(|only| only == unit.level)).collect();
        if fitting.is_empty() {
            return html! { <p class="muted">{ t("kit.no_unit_found") }</p> };
        }
        html! {
            <ul>
                { for fitting.into_iter().map(|unit| {
                    let (choose, name) = (props.choose.clone(), name_of(unit));
                    let onclick = Callback::from(move |_: MouseEvent| choose.emit(name.clone()));
                    html! {
                        <li key={unit.id.0} class="tree-row">
                            <button type="button" class="name" {onclick}>
                                { unit.name.clone() }{ " " }<span class="muted small">{ words::level(unit.level) }{ " " }{ unit.code.clone() }</span>
                            </button>
                        </li>
                    }
                }) }
            </ul>
        }
    })
}
