//! 「更正户信息」「更正成员信息」: attributes of the household, or of one member, in the year of the page.

use fupin_contract::{
    PersonId,
    registry::{
        ChangeKind, HouseholdAct,
        catalog::{Field, Subject},
    },
};
use yew::prelude::*;

use super::super::super::{
    catalog::groups,
    change_kind,
    fact_field::{FactField, Typed, act_fault},
};
use super::{
    ActProps,
    frame::{Frame, Happens, Sending, use_sending},
    leave::MemberField,
    staying,
};
use crate::i18n::t;

fn all(groups: &[(String, Vec<Field>)]) -> Vec<Field> {
    groups.iter().flat_map(|(_, fields)| fields.iter().cloned()).collect()
}

#[derive(Properties, PartialEq)]
struct GroupsProps {
    page: ActProps,
    of: Subject,
    person: Option<PersonId>,
    sending: Sending,
    typed: Typed,
    onchange: Callback<Typed>,
}

/// All attributes in the catalogue's groups.
#[component]
fn Groups(props: &GroupsProps) -> Html {
    let household = &props.page.household.0;
    let member = props.person.and_then(|id| household.members.iter().find(|member| member.id == id));
    let kept = member.map_or(&household.facts, |member| &member.facts);
    let year = props.sending.year;
    let field = |field: &Field| {
        let fault = act_fault(props.sending.failure.as_ref(), &format!("facts.{}", field.key));
        html! {
            <FactField key={field.key.clone()} catalog={props.page.catalog.clone()} field={field.clone()} {year} kept={kept.get(&field.key).cloned()}
                typed={props.typed.clone()} onchange={props.onchange.clone()} {fault} />
        }
    };
    groups(&props.page.catalog.0, props.of, year)
        .iter()
        .map(|(title, fields)| {
            html! {
                <fieldset key={title.clone()} class="fact-group">
                    <legend>{ title.clone() }</legend>
                    <div class="form-grid form-grid-3">{ for fields.iter().map(field) }</div>
                </fieldset>
            }
        })
        .collect()
}

#[component]
pub fn CorrectHousehold(props: &ActProps) -> Html {
    let sending = use_sending(props, Happens::InTheYear);
    let typed = use_state(Typed::default);
    let lacking = use_state(|| None::<&'static str>);
    let onsubmit = {
        let (typed, lacking, sending, page) = (typed.clone(), lacking.clone(), sending.clone(), props.clone());
        Callback::from(move |()| {
            let fields = all(&groups(&page.catalog.0, Subject::Household, sending.year));
            let facts = typed.written(&fields, &page.household.0.facts);
            lacking.set(missing(typed.is_readable(&page.catalog.0, &fields, sending.year), facts.is_empty()));
            if !facts.is_empty() && typed.is_readable(&page.catalog.0, &fields, sending.year) {
                sending.run.emit(HouseholdAct::CorrectHousehold { facts });
            }
        })
    };
    let onchange = {
        let typed = typed.clone();
        Callback::from(move |now| typed.set(now))
    };
    html! {
        <Frame title={change_kind(ChangeKind::CorrectHousehold)} word={t("household.send")} wide=true sending={sending.clone()} onclose={props.onclose.clone()} {onsubmit} lacking={lacking.map(t)}>
            <Groups page={props.clone()} of={Subject::Household} person={None::<PersonId>} {sending} typed={(*typed).clone()} {onchange} />
        </Frame>
    }
}

fn missing(readable: bool, nothing: bool) -> Option<&'static str> {
    match (readable, nothing) {
        (false, _) => Some("household.mend_first"),
        (true, true) => Some("household.nothing_written"),
        (true, false) => None,
    }
}

#[component]
pub fn CorrectPerson(props: &ActProps) -> Html {
    let sending = use_sending(props, Happens::InTheYear);
    let person = use_state(|| staying(&props.household.0).first().map(|member| member.id));
    let typed = use_state(Typed::default);
    let lacking = use_state(|| None::<&'static str>);
    let onsubmit = {
        let (person, typed, lacking, sending, page) =
            (person.clone(), typed.clone(), lacking.clone(), sending.clone(), props.clone());
        Callback::from(move |()| {
            let Some(member) = page.household.0.members.iter().find(|member| Some(member.id) == *person) else {
                return;
            };
            let fields = all(&groups(&page.catalog.0, Subject::Person, sending.year));
            let facts = typed.written(&fields, &member.facts);
            let readable = typed.is_readable(&page.catalog.0, &fields, sending.year);
            lacking.set(missing(readable, facts.is_empty()));
            if readable && !facts.is_empty() {
                sending.run.emit(HouseholdAct::CorrectPerson { person_id: member.id, facts });
            }
        })
    };
    let onchange = {
        let typed = typed.clone();
        Callback::from(move |now| typed.set(now))
    };
    let choose = {
        let (person, typed) = (person.clone(), typed.clone());
        Callback::from(move |chosen: Option<PersonId>| {
            person.set(chosen);
            typed.set(Typed::default());
        })
    };
    html! {
        <Frame title={change_kind(ChangeKind::CorrectPerson)} word={t("household.send")} wide=true sending={sending.clone()} onclose={props.onclose.clone()} {onsubmit} lacking={lacking.map(t)}>
            <MemberField page={props.clone()} value={*person} onchange={choose} />
            <Groups key={person.map(|id| id.to_string()).unwrap_or_default()} page={props.clone()} of={Subject::Person} person={*person} {sending} typed={(*typed).clone()} {onchange} />
        </Frame>
    }
}
