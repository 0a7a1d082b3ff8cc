//! 「作废」: a person or a household was registered in error.

use fupin_contract::{
    PersonId,
    registry::{ChangeKind, HouseholdAct},
};
use yew::prelude::*;

use super::super::super::{change_kind, fact_field::act_fault};
use super::{
    ActProps,
    frame::{Frame, Happens, use_sending},
    leave::MemberField,
    staying,
};
use crate::{
    i18n::{t, tp},
    kit::{Alert, TextArea, Tone},
};

/// Words enough to understand it later.
fn is_said(reason: &str) -> bool {
    reason.trim().chars().count() >= 2
}

#[component]
pub fn VoidPerson(props: &ActProps) -> Html {
    let sending = use_sending(props, Happens::OutsideOfYears);
    let person = use_state(|| None::<PersonId>);
    let reason = use_state(String::new);
    let lacking = use_state(|| None::<&'static str>);
    let onsubmit = {
        let (person, reason, lacking, run) = (person.clone(), reason.clone(), lacking.clone(), sending.run.clone());
        Callback::from(move |()| match *person {
            None => lacking.set(Some("household.choose_member")),
            Some(_) if !is_said(&reason) => lacking.set(Some("household.why_void")),
            Some(person_id) => {
                lacking.set(None);
                run.emit(HouseholdAct::VoidPerson { person_id, reason: reason.trim().to_owned() });
            }
        })
    };
    let choose = {
        let person = person.clone();
        Callback::from(move |chosen| person.set(chosen))
    };
    let set_reason = {
        let reason = reason.clone();
        Callback::from(move |text| reason.set(text))
    };
    let heads = (*person).is_some() && *person == props.household.0.head_id && staying(&props.household.0).len() > 1;
    html! {
        <Frame title={change_kind(ChangeKind::VoidPerson)} word={t("household.void")} grave=true sending={sending.clone()} onclose={props.onclose.clone()} {onsubmit} lacking={lacking.map(t)} blocked={heads}>
            <Alert tone={Tone::Wait}><p>{ t("household.void_person_hint") }</p></Alert>
            <MemberField page={props.clone()} value={*person} onchange={choose} />
            if heads { <Alert tone={Tone::Wait}><p>{ t("household.head_goes_last") }</p></Alert> }
            <TextArea label={t("household.reason")} value={(*reason).clone()} oninput={set_reason} fault={act_fault(sending.failure.as_ref(), "reason")} />
        </Frame>
    }
}

#[component]
pub fn VoidHousehold(props: &ActProps) -> Html {
    let sending = use_sending(props, Happens::OutsideOfYears);
    let reason = use_state(String::new);
    let lacking = use_state(|| None::<&'static str>);
    let onsubmit = {
        let (reason, lacking, run) = (reason.clone(), lacking.clone(), sending.run.clone());
        Callback::from(move |()| {
            lacking.set((!is_said(&reason)).then_some("household.why_void"));
            if is_said(&reason) {
                run.emit(HouseholdAct::VoidHousehold { reason: reason.trim().to_owned() });
            }
        })
    };
    let set_reason = {
        let reason = reason.clone();
        Callback::from(move |text| reason.set(text))
    };
    let members = staying(&props.household.0).len();
    html! {
        <Frame title={change_kind(ChangeKind::VoidHousehold)} word={t("household.void")} grave=true sending={sending.clone()} onclose={props.onclose.clone()} {onsubmit} lacking={lacking.map(t)}>
            <Alert tone={Tone::Wait}><p>{ tp("household.void_hint", &[("members", &members)]) }</p></Alert>
            <TextArea label={t("household.reason")} value={(*reason).clone()} oninput={set_reason} fault={act_fault(sending.failure.as_ref(), "reason")} autofocus=true />
        </Frame>
    }
}
