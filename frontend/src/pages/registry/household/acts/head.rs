//! 「变更户主」: another member heads the household, and everybody says anew what he or she is to the head.

use fupin_contract::{
    PersonId,
    registry::{ChangeKind, HouseholdAct, Member, Relations},
};
use yew::prelude::*;

use super::super::super::{
    catalog::{relations, with_blank},
    change_kind,
    fact_field::act_fault,
};
use super::{
    ActProps,
    frame::{Frame, Happens, use_sending},
    leave::MemberField,
    staying,
};
use crate::{
    format,
    i18n::t,
    kit::{SelectField, TextField},
};

#[derive(Properties, PartialEq)]
pub struct RelationFieldsProps {
    pub page: ActProps,
    pub year: i16,
    /// Whose relation is asked.
    pub members: Vec<Member>,
    pub value: Relations,
    pub onchange: Callback<Relations>,
    /// What is missing is marked.
    pub tried: bool,
}

/// What each of several people is to a head.
#[component]
pub fn RelationFields(props: &RelationFieldsProps) -> Html {
    let options = with_blank(t("household.choose"), relations(&props.page.catalog.0, props.year));
    let field = |member: &Member| {
        let (id, value, onchange) = (member.id, props.value.clone(), props.onchange.clone());
        let set = Callback::from(move |code: String| onchange.emit(with_relation(value.clone(), id, code)));
        let chosen = props.value.get(&id).cloned().unwrap_or_default();
        let fault = (props.tried && chosen.is_empty()).then(|| t("household.choose_relation"));
        html! { <SelectField key={id.to_string()} label={member.name.clone()} options={options.clone()} value={chosen} onchange={set} {fault} /> }
    };
    html! { <div class="form-grid">{ for props.members.iter().map(field) }</div> }
}

pub fn with_relation(mut relations: Relations, id: PersonId, code: String) -> Relations {
    if code.is_empty() {
        relations.remove(&id);
    } else {
        relations.insert(id, code);
    }
    relations
}

#[component]
pub fn ChangeHead(props: &ActProps) -> Html {
    let sending = use_sending(props, Happens::Now);
    let person = use_state(|| None::<PersonId>);
    let relations = use_state(Relations::new);
    let on = use_state(|| format::today().to_string());
    let tried = use_state(|| false);
    let others: Vec<Member> =
        staying(&props.household.0).into_iter().filter(|member| Some(member.id) != *person).cloned().collect();
    let lacking = lacking(*person, &relations, &others);
    let onsubmit = {
        let (person, relations, on, tried, run, lacking) =
            (person.clone(), relations.clone(), on.clone(), tried.clone(), sending.run.clone(), lacking);
        Callback::from(move |()| {
            tried.set(true);
            if let (Some(person_id), Ok(on), None) = (*person, on.parse(), lacking) {
                run.emit(HouseholdAct::ChangeHead { person_id, relations: (*relations).clone(), on });
            }
        })
    };
    let choose = {
        let (person, relations) = (person.clone(), relations.clone());
        Callback::from(move |chosen: Option<PersonId>| {
            person.set(chosen);
            relations.set(Relations::new());
        })
    };
    let set_relations = {
        let relations = relations.clone();
        Callback::from(move |now| relations.set(now))
    };
    let set_on = {
        let on = on.clone();
        Callback::from(move |text| on.set(text))
    };
    html! {
        <Frame title={change_kind(ChangeKind::ChangeHead)} word={t("household.send")} sending={sending.clone()} onclose={props.onclose.clone()} {onsubmit} lacking={lacking.filter(|_| *tried).map(t)}>
            <div class="form-grid">
                <MemberField page={props.clone()} value={*person} onchange={choose} label={t("household.new_head")} />
                <TextField label={t("household.from_day")} kind="date" value={(*on).clone()} oninput={set_on} fault={act_fault(sending.failure.as_ref(), "on")} />
            </div>
            if person.is_some() && !others.is_empty() {
                <p class="strong">{ t("household.to_new_head") }</p>
                <RelationFields page={props.clone()} year={sending.year} members={others} value={(*relations).clone()} onchange={set_relations} tried={*tried} />
            }
        </Frame>
    }
}

fn lacking(person: Option<PersonId>, relations: &Relations, others: &[Member]) -> Option<&'static str> {
    if person.is_none() {
        return Some("household.choose_member");
    }
    let all = others.iter().all(|member| relations.contains_key(&member.id));
    (!all).then_some("household.all_relations")
}
