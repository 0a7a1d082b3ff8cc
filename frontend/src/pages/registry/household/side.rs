//! Beside the facts: what does not fit, what waits, what happened.

use fupin_contract::registry::{FactOrigin, FactWarning, Household, HouseholdEvent, catalog::Catalog};
use yew::prelude::*;
use yew_router::hooks::use_navigator;

use super::super::{catalog::reason, change_kind, change_lines::lines_list, fact::origin_line};
use crate::{
    format,
    i18n::{sentence_of, t, tp},
    kit::{Button, Same, Status, Tone, shape},
    routes::Route,
    words,
};

#[derive(Properties, PartialEq)]
pub struct SideProps {
    pub catalog: Same<Catalog>,
    pub household: Same<Household>,
}

#[component]
pub fn Side(props: &SideProps) -> Html {
    let (catalog, household) = (&props.catalog.0, &props.household.0);
    let navigator = use_navigator();
    let look = |id: String| {
        let navigator = navigator.clone();
        Callback::from(move |()| {
            if let Some(navigator) = &navigator {
                drop(navigator.push_with_query(&Route::HouseholdChanges, &[("id", id.clone())]));
            }
        })
    };
    html! {
        <aside class="household-side">
            if !household.warnings.is_empty() {
                <section class="panel" aria-label={t("household.warnings")}>
                    <h2>{ t("household.warnings") }</h2>
                    { for household.warnings.iter().map(warning) }
                </section>
            }
            if !household.waiting.is_empty() {
                <section class="panel stack-tight" aria-label={t("household.changes_waiting")}>
                    <h2>{ t("household.changes_waiting") }</h2>
                    { for household.waiting.iter().map(|change| html! {
                        <div key={change.id.to_string()} class="waiting-change stack-tight">
                            <p class="row between"><span class="strong">{ change_kind(change.kind) }</span><Status tone={Tone::Wait} word={t("change.proposed")} /></p>
                            <p class="muted small">{ words::doer(&change.proposed_by, change.on_behalf_of.as_deref()) }{ " " }{ format::date_time(change.proposed_at) }</p>
                            { lines_list(catalog, change) }
                            <div><Button onclick={look(change.id.to_string())}>{ t(if change.may_decide { "change.to_review" } else { "change.to_look" }) }</Button></div>
                        </div>
                    }) }
                </section>
            }
            <section class="panel" aria-label={t("household.events")}>
                <h2>{ t("household.events") }</h2>
                { events(catalog, &household.events, &household.origins) }
            </section>
        </aside>
    }
}

fn warning(warning: &FactWarning) -> Html {
    let said = sentence_of(&warning.code, &serde_json::Map::new()).unwrap_or_else(|| t("household.look_at_it"));
    html! {
        <div class="finding finding-soft">
            { shape(Tone::Danger) }
            <p>if let Some(name) = &warning.name { <span class="strong">{ name }</span>{ "：" } }{ said }</p>
        </div>
    }
}

fn event_words(catalog: &Catalog, event: &HouseholdEvent) -> String {
    let person = event.person.clone().unwrap_or_default();
    let other = event.other.clone().unwrap_or_default();
    let why = event.reason.as_deref().map(|code| reason(catalog, code, i16::MAX)).unwrap_or_default();
    let said: &[(&str, &dyn std::fmt::Display)] = &[("person", &person), ("other", &other), ("why", &why)];
    match event.kind.as_str() {
        "registered" if event.other.is_some() => tp("household.event_split_off", said),
        "registered" => tp("household.event_registered", said),
        "joined" => tp("household.event_joined", said),
        "left" => tp("household.event_left", said),
        "headed" => tp("household.event_headed", said),
        "moved" => tp("household.event_moved", said),
        "split" => tp("household.event_split", said),
        "merged" => tp("household.event_merged", said),
        "voided" => tp("household.event_voided", said),
        _ => tp("household.event_corrected", said),
    }
}

/// What happened, the latest first.
pub fn events(catalog: &Catalog, events: &[HouseholdEvent], origins: &[FactOrigin]) -> Html {
    if events.is_empty() {
        return html! { <p class="muted">{ t("household.no_events") }</p> };
    }
    let event = |event: &HouseholdEvent| {
        let came = origins.get(event.origin as usize).map(origin_line);
        html! {
            <li>
                <p>{ event_words(catalog, event) }</p>
                <p class="muted small">{ event.on.to_string() }if let Some(came) = came { <span class="no-print">{ " · " }{ came }</span> }</p>
            </li>
        }
    };
    html! { <ol class="timeline">{ for events.iter().map(event) }</ol> }
}

#[cfg(test)]
mod tests {
    use super::{super::super::catalog::tests::small, *};

    fn event(kind: &str, reason: Option<&str>, other: Option<&str>) -> HouseholdEvent {
        serde_json::from_value(serde_json::json!({
            "kind": kind, "on": "2026-11-02", "person": "王小明", "reason": reason, "other": other, "origin": 0
        }))
        .unwrap()
    }

    #[test]
    fn an_event_says_who_and_why() {
        let catalog = small();
        let said = event_words(&catalog, &event("left", Some("01"), None));
        assert!(said.contains("王小明") && said.contains("死亡"), "{said}");
        let split = event_words(&catalog, &event("registered", None, Some("4699")));
        assert!(split.contains("4699"), "{split}");
    }
}
