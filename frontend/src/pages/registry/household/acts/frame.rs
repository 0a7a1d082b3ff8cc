//! The frame of every act: which year it is written down in, what is wrong with it, how it is sent, what is said of it.

use fupin_client::{ClientError, Uuid};
use fupin_contract::registry::{Change, ChangeHousehold, ChangeKind, ChangeState, Household, HouseholdAct};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::{super::super::households::this_year, ActProps};
use crate::{
    i18n::{error_sentence, fault_sentence, t, tp},
    kit::{Button, ButtonKind, Dialog, SelectField, use_action, use_toasts},
    transport::Api,
};

/// Somebody changed the household since this page was read.
const STALE: &str = "registry.stale_version";

/// An act on its way.
#[derive(Clone, PartialEq)]
pub struct Sending {
    pub run: Callback<HouseholdAct>,
    pub pending: bool,
    pub failure: Option<ClientError>,
    pub year: i16,
    years: Vec<i16>,
    set_year: Callback<i16>,
}

/// Which years an act can be written down in: that of the page, and this one where nothing is kept of it yet.
fn years(household: &Household, this: i16) -> Vec<i16> {
    let latest = household.years.first().copied().unwrap_or(household.year);
    if household.year == latest && this > latest { vec![this, household.year] } else { vec![household.year] }
}

/// Sends acts on the household; what happened lately belongs to this year, and what is corrected to the page's.
#[hook]
pub fn use_sending(props: &ActProps, happens: Happens) -> Sending {
    let household = props.household.0.clone();
    let known = years(&household, this_year());
    let (first, years) = match happens {
        Happens::Now => (known.first().copied().unwrap_or(household.year), known),
        Happens::InTheYear => (household.year, known),
        Happens::OutsideOfYears => (household.year, vec![household.year]),
    };
    let year = use_state(|| first);
    let toasts = use_toasts();
    let (id, version) = (household.id, household.version);
    let action = {
        let (onclose, reload) = (props.onclose.clone(), props.reload.clone());
        use_action(
            move |api: Api, (version, year, act): (i32, i16, HouseholdAct), key: Uuid| async move {
                api.change_household(id, &ChangeHousehold { version, year, act }, key).await
            },
            Callback::from(move |change: Change| {
                toasts.done(said(&change));
                onclose.emit(());
                reload.emit(());
            }),
        )
    };
    let stale = !action.pending && action.failure.as_ref().is_some_and(|error| error.code() == STALE);
    {
        let reload = props.reload.clone();
        use_effect_with(stale, move |stale| {
            // Somebody was quicker: the page behind shows how it stands now, and what was typed stays.
            if *stale {
                reload.emit(());
            }
        });
    }
    let year_now = *year;
    let set_year = {
        let year = year.clone();
        Callback::from(move |chosen| year.set(chosen))
    };
    let run = action.run.reform(move |act: HouseholdAct| (version, year_now, act));
    Sending { run, pending: action.pending, failure: action.failure, year: year_now, years, set_year }
}

/// When what an act says came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happens {
    Now,
    InTheYear,
    /// Who somebody is, or that there was never anybody, holds of all years.
    OutsideOfYears,
}

fn said(change: &Change) -> String {
    t(match (change.kind, change.state) {
        (ChangeKind::Verify, _) => "change.done_verified",
        (_, ChangeState::Proposed) => "change.done_waits",
        (_, ChangeState::Applied | ChangeState::Rejected | ChangeState::Withdrawn) => "change.done_now",
    })
}

/// Faults that belong to no single field.
fn of_the_whole(error: &ClientError) -> Vec<String> {
    let faults = error.problem().map(|problem| problem.faults.clone()).unwrap_or_default();
    let whole = |place: &str| {
        matches!(place, "year" | "version" | "")
            || ["lines", "relations"].iter().any(|end| place == format!("act.{end}"))
    };
    let found = faults.iter().filter(|(place, _)| whole(place)).flat_map(|(_, faults)| faults);
    found.map(fault_sentence).collect()
}

#[derive(Properties, PartialEq)]
pub struct FrameProps {
    pub title: AttrValue,
    /// The word on the button that acts.
    pub word: AttrValue,
    pub sending: Sending,
    pub onclose: Callback<()>,
    pub onsubmit: Callback<()>,
    /// What is missing, once it was tried.
    #[prop_or_default]
    pub lacking: Option<String>,
    #[prop_or_default]
    pub wide: bool,
    /// It cannot be taken back.
    #[prop_or_default]
    pub grave: bool,
    #[prop_or_default]
    pub blocked: bool,
    pub children: Html,
}

/// What is wrong, beside the button that was pressed: a long form has scrolled its head away.
pub fn foot_says(lacking: Option<&str>, failure: Option<&ClientError>) -> Html {
    let mut said: Vec<String> = lacking.map(str::to_owned).into_iter().collect();
    if let Some(error) = failure {
        said.push(error_sentence(error));
        said.extend(of_the_whole(error));
    }
    html! { <div class="foot-says" role="alert">{ for said.into_iter().map(|text| html! { <p>{ text }</p> }) }</div> }
}

/// Brings the keyboard to the first field that is wrong.
#[hook]
pub fn use_first_fault(lacking: Option<String>, failure: Option<ClientError>) {
    use_effect_with((lacking, failure), |(lacking, failure)| {
        if lacking.is_none() && failure.is_none() {
            return;
        }
        let document = web_sys::window().and_then(|window| window.document());
        let wrong =
            document.and_then(|document| document.query_selector("dialog[open] [aria-invalid=true]").ok().flatten());
        if let Some(field) = wrong.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            drop(field.focus());
        }
    });
}

#[component]
pub fn Frame(props: &FrameProps) -> Html {
    let sending = &props.sending;
    use_first_fault(props.lacking.clone(), sending.failure.clone());
    let kind = if props.grave { ButtonKind::DangerSolid } else { ButtonKind::Primary };
    let foot = html! {
        <>
            { foot_says(props.lacking.as_deref(), sending.failure.as_ref()) }
            <Button onclick={props.onclose.clone()}>{ t("kit.cancel") }</Button>
            <Button {kind} submit=true busy={sending.pending} disabled={props.blocked}>{ props.word.clone() }</Button>
        </>
    };
    let options: Vec<_> =
        sending.years.iter().map(|year| (year.to_string(), tp("household.year", &[("year", year)]))).collect();
    let onchange = {
        let (set_year, now) = (sending.set_year.clone(), sending.year);
        Callback::from(move |text: String| set_year.emit(text.parse().unwrap_or(now)))
    };
    html! {
        <Dialog title={props.title.clone()} wide={props.wide} onclose={props.onclose.clone()} onsubmit={props.onsubmit.clone()} {foot}>
            if options.len() > 1 {
                <SelectField label={t("household.written_in")} {options} value={sending.year.to_string()} {onchange} hint={t("household.written_in_hint")} />
            }
            { props.children.clone() }
        </Dialog>
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn household(year: i16, known: &[i16]) -> Household {
        serde_json::from_value(serde_json::json!({
            "id": 1, "number": "1", "version": 1, "village": {"id": 1, "name": "V", "level": "village"}, "path": [],
            "registered_on": "2014-01-01", "year": year, "years": known, "facts": {}, "members": [], "incomes": [],
            "events": [], "warnings": [], "waiting": [], "origins": []
        }))
        .unwrap()
    }

    #[test]
    fn this_year_can_be_begun_from_the_latest_page_alone() {
        assert_eq!(years(&household(2020, &[2020, 2019]), 2026), [2026, 2020]);
        assert_eq!(years(&household(2019, &[2020, 2019]), 2026), [2019]);
        assert_eq!(years(&household(2026, &[2026, 2020]), 2026), [2026]);
    }
}
