//! 「并户」: all members join another household of the village, and this one ends.

use fupin_contract::registry::{ChangeKind, HouseholdAct, HouseholdFilter, HouseholdLine, Member, Relations};
use yew::prelude::*;

use super::super::super::{change_kind, fact_field::act_fault};
use super::{
    ActProps,
    frame::{Frame, Happens, use_sending},
    head::RelationFields,
    staying,
};
use crate::{
    format,
    i18n::{t, tp},
    kit::{Alert, Check, TextField, Tone, use_query},
};

/// More are told apart by nobody: the box above narrows them.
const MOST_OFFERED: usize = 8;
const MOST_READ: u16 = 200;

/// Households whose number or head fits what was typed.
fn fitting<'a>(lines: &'a [HouseholdLine], but: i64, sought: &str) -> Vec<&'a HouseholdLine> {
    let sought = sought.trim();
    let fits = |line: &&HouseholdLine| {
        line.id.0 != but
            && (line.number.contains(sought)
                || line.head_name.as_deref().is_some_and(|name| !sought.is_empty() && name.contains(sought)))
    };
    lines.iter().filter(fits).take(MOST_OFFERED).collect()
}

#[component]
pub fn MergeInto(props: &ActProps) -> Html {
    let sending = use_sending(props, Happens::InTheYear);
    let household = &props.household.0;
    let into = use_state(|| None::<HouseholdLine>);
    let sought = use_state(String::new);
    let relations = use_state(Relations::new);
    let on = use_state(|| format::today().to_string());
    let tried = use_state(|| false);
    let near = use_query((household.village.id, sending.year), |api, (village, year)| async move {
        let filter = HouseholdFilter {
            unit_id: Some(village),
            year: Some(year),
            limit: Some(MOST_READ),
            ..HouseholdFilter::default()
        };
        api.list_households(&filter).await
    });
    let members: Vec<Member> = staying(household).into_iter().cloned().collect();
    let all_said = members.iter().all(|member| relations.contains_key(&member.id));
    let lacking = match (&*into, all_said) {
        (None, _) => Some("household.choose_other"),
        (Some(_), false) => Some("household.all_relations"),
        (Some(_), true) => None,
    };
    let onsubmit = {
        let (into, relations, on, tried, run) =
            (into.clone(), relations.clone(), on.clone(), tried.clone(), sending.run.clone());
        Callback::from(move |()| {
            tried.set(true);
            if let (Some(other), Ok(on), None) = (&*into, on.parse(), lacking) {
                run.emit(HouseholdAct::MergeInto { household_id: other.id, relations: (*relations).clone(), on });
            }
        })
    };
    let set = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |text| state.set(text))
    };
    let set_relations = {
        let relations = relations.clone();
        Callback::from(move |now| relations.set(now))
    };
    let offer = |line: &HouseholdLine| {
        let (into, line) = (into.clone(), line.clone());
        let label = tp(
            "household.other",
            &[
                ("head", &line.head_name.clone().unwrap_or_default()),
                ("number", &line.number),
                ("members", &line.members),
            ],
        );
        let checked = into.as_ref().is_some_and(|chosen| chosen.id == line.id);
        let key = line.id.to_string();
        let onchange = Callback::from(move |_: bool| into.set(Some(line.clone())));
        html! { <Check {key} {label} radio="into" {checked} {onchange} /> }
    };
    let failure = sending.failure.clone();
    html! {
        <Frame title={change_kind(ChangeKind::MergeInto)} word={t("household.send")} wide=true grave=true sending={sending.clone()} onclose={props.onclose.clone()} {onsubmit} lacking={lacking.filter(|_| *tried).map(t)}>
            <Alert tone={Tone::Wait}><p>{ tp("household.merge_hint", &[("village", &household.village.name)]) }</p></Alert>
            <TextField label={t("household.find_other")} kind="search" value={(*sought).clone()} oninput={set(&sought)} fault={act_fault(failure.as_ref(), "household_id")} autocomplete="off" />
            { near.view(|page| {
                let offered = fitting(&page.items, household.id.0, &sought);
                if offered.is_empty() {
                    return html! { <p class="muted">{ tp("household.no_other", &[("year", &sending.year)]) }</p> };
                }
                html! { <div class="stack-tight choices" role="radiogroup" aria-label={t("household.find_other")}>{ for offered.into_iter().map(offer) }</div> }
            }) }
            <TextField label={t("household.merged_on")} kind="date" value={(*on).clone()} oninput={set(&on)} fault={act_fault(failure.as_ref(), "on")} />
            if into.is_some() {
                <p class="strong">{ t("household.to_other_head") }</p>
                <RelationFields page={props.clone()} year={sending.year} {members} value={(*relations).clone()} onchange={set_relations} tried={*tried} />
            }
        </Frame>
    }
}
