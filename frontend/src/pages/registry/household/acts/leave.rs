//! 「成员减少」: somebody dies, marries out, moves away. And the field in which a member is chosen.

use fupin_contract::{
    PersonId,
    registry::{ChangeKind, HouseholdAct, catalog::FieldRole},
};
use yew::prelude::*;

use super::super::super::{
    catalog::{reasons_to_go, with_blank, worded_role},
    change_kind,
    fact_field::act_fault,
};
use super::{
    ActProps,
    frame::{Frame, Happens, use_sending},
    staying,
};
use crate::{
    format,
    i18n::{t, tp},
    kit::{Alert, SelectField, TextField, Tone},
};

#[derive(Properties, PartialEq)]
pub struct MemberFieldProps {
    pub page: ActProps,
    pub value: Option<PersonId>,
    pub onchange: Callback<Option<PersonId>>,
    #[prop_or_default]
    pub label: Option<AttrValue>,
    #[prop_or_default]
    pub fault: Option<String>,
}

/// One of those who belong to the household.
#[component]
pub fn MemberField(props: &MemberFieldProps) -> Html {
    let household = &props.page.household.0;
    let said = |code: &str| worded_role(&props.page.catalog.0, FieldRole::Relation, code, household.year);
    let members = staying(household).into_iter().map(|member| {
        let words = tp("household.member_choice", &[("name", &member.name), ("relation", &said(&member.relation))]);
        (member.id.to_string(), words)
    });
    let options = with_blank(t("household.choose"), members.collect());
    let value = props.value.map(|id| id.to_string()).unwrap_or_default();
    let onchange = props.onchange.reform(|text: String| text.parse().ok());
    let label = props.label.clone().unwrap_or_else(|| t("household.member").into());
    html! { <SelectField {label} {options} {value} {onchange} fault={props.fault.clone()} /> }
}

#[component]
pub fn RemoveMember(props: &ActProps) -> Html {
    let sending = use_sending(props, Happens::Now);
    let person = use_state(|| None::<PersonId>);
    let reason = use_state(String::new);
    let on = use_state(|| format::today().to_string());
    let lacking = use_state(|| None::<&'static str>);
    let onsubmit = {
        let (person, reason, on, lacking, run) =
            (person.clone(), reason.clone(), on.clone(), lacking.clone(), sending.run.clone());
        Callback::from(move |()| match (*person, on.parse()) {
            (None, _) => lacking.set(Some("household.choose_member")),
            (Some(_), _) if reason.is_empty() => lacking.set(Some("household.choose_reason")),
            (Some(_), Err(_)) => lacking.set(Some("household.choose_day")),
            (Some(person_id), Ok(on)) => {
                lacking.set(None);
                run.emit(HouseholdAct::RemoveMember { person_id, reason: (*reason).clone(), on });
            }
        })
    };
    let set = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |text| state.set(text))
    };
    let choose = {
        let person = person.clone();
        Callback::from(move |chosen| person.set(chosen))
    };
    let heads = (*person).is_some() && *person == props.household.0.head_id && staying(&props.household.0).len() > 1;
    let failure = sending.failure.clone();
    let fault = |at: &str| act_fault(failure.as_ref(), at);
    let options = with_blank(t("household.choose"), reasons_to_go(&props.catalog.0, sending.year));
    html! {
        <Frame title={change_kind(ChangeKind::RemoveMember)} word={t("household.send")} sending={sending.clone()} onclose={props.onclose.clone()} {onsubmit} lacking={lacking.map(t)} blocked={heads}>
            <MemberField page={props.clone()} value={*person} onchange={choose} />
            if heads { <Alert tone={Tone::Wait}><p>{ t("household.head_goes_last") }</p></Alert> }
            <div class="form-grid">
                <SelectField label={t("household.reason_to_go")} {options} value={(*reason).clone()} onchange={set(&reason)} fault={fault("reason")} />
                <TextField label={t("household.left_on")} kind="date" value={(*on).clone()} oninput={set(&on)} fault={fault("on")} />
            </div>
            <p class="muted small">{ t("household.leave_hint") }</p>
        </Frame>
    }
}
