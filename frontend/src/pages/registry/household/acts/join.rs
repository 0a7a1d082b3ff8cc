//! 「添加成员」: somebody is born, marries in, returns.

use fupin_contract::registry::{ChangeKind, HouseholdAct, NewMember};
use yew::prelude::*;

use super::super::super::{
    catalog::{reasons_to_come, relations, with_blank},
    change_kind,
    fact_field::{FactField, Typed, act_fault},
};
use super::{
    ActProps,
    frame::{Frame, Happens, use_sending},
    who::{Who, WhoFields},
};
use crate::{
    format,
    i18n::t,
    kit::{SelectField, TextField},
};
use fupin_contract::registry::catalog::{Catalog, Field, FieldRole, Subject};

/// What is asked of somebody at once: what the form cannot do without, and a phone.
fn asked(catalog: &Catalog, year: i16) -> Vec<Field> {
    let of_person =
        catalog.fields.iter().filter(|field| field.of == Subject::Person && field.is_fact() && field.is_asked_in(year));
    of_person.filter(|field| field.required || field.role == Some(FieldRole::Phone)).cloned().collect()
}

#[derive(Clone, PartialEq)]
struct Draft {
    who: Who,
    relation: String,
    reason: String,
    on: String,
    facts: Typed,
}

impl Draft {
    fn member(&self, fields: &[Field]) -> Result<NewMember, &'static str> {
        let told = self.who.told()?;
        if self.relation.is_empty() {
            return Err("household.choose_relation");
        }
        if self.reason.is_empty() {
            return Err("household.choose_reason");
        }
        let on = self.on.parse().map_err(|_| "household.choose_day")?;
        Ok(NewMember {
            name: told.name,
            relation: self.relation.clone(),
            id_number: told.id_number,
            sex: told.sex,
            birthday: told.birthday,
            facts: self.facts.written(fields, &Default::default()),
            reason: self.reason.clone(),
            on,
        })
    }
}

#[component]
pub fn AddMember(props: &ActProps) -> Html {
    let sending = use_sending(props, Happens::Now);
    let draft = use_state(|| Draft {
        who: Who::default(),
        relation: String::new(),
        reason: String::new(),
        on: format::today().to_string(),
        facts: Typed::default(),
    });
    let lacking = use_state(|| None::<&'static str>);
    let fields = asked(&props.catalog.0, sending.year);
    let onsubmit = {
        let (draft, lacking, run, fields) = (draft.clone(), lacking.clone(), sending.run.clone(), fields.clone());
        Callback::from(move |()| match draft.member(&fields) {
            Ok(member) => {
                lacking.set(None);
                run.emit(HouseholdAct::AddMember { member });
            }
            Err(key) => lacking.set(Some(key)),
        })
    };
    let change = |apply: fn(Draft, String) -> Draft| {
        let draft = draft.clone();
        Callback::from(move |text: String| draft.set(apply((*draft).clone(), text)))
    };
    let set_who = {
        let draft = draft.clone();
        Callback::from(move |who: Who| draft.set(Draft { who, ..(*draft).clone() }))
    };
    let set_facts = {
        let draft = draft.clone();
        Callback::from(move |facts: Typed| draft.set(Draft { facts, ..(*draft).clone() }))
    };
    let year = sending.year;
    let failure = sending.failure.clone();
    let fault = |at: &str| act_fault(failure.as_ref(), &format!("member.{at}"));
    let blank = |options| with_blank(t("household.choose"), options);
    html! {
        <Frame title={change_kind(ChangeKind::AddMember)} word={t("household.send")} wide=true sending={sending.clone()} onclose={props.onclose.clone()} {onsubmit} lacking={lacking.map(t)}>
            <div class="form-grid">
                <WhoFields catalog={props.catalog.clone()} {year} who={draft.who.clone()} onchange={set_who} name={t("household.name")} failure={failure.clone()} at="member" />
                <SelectField label={t("household.relation")} options={blank(relations(&props.catalog.0, year))} value={draft.relation.clone()} onchange={change(|draft, relation| Draft { relation, ..draft })} fault={fault("relation")} />
                <SelectField label={t("household.reason_to_come")} options={blank(reasons_to_come(&props.catalog.0, year))} value={draft.reason.clone()} onchange={change(|draft, reason| Draft { reason, ..draft })} fault={fault("reason")} />
                <TextField label={t("household.came_on")} kind="date" value={draft.on.clone()} oninput={change(|draft, on| Draft { on, ..draft })} fault={fault("on")} />
                { for fields.iter().map(|field| html! {
                    <FactField key={field.key.clone()} catalog={props.catalog.clone()} field={field.clone()} {year} typed={draft.facts.clone()} onchange={set_facts.clone()} fault={fault(&format!("facts.{}", field.key))} />
                }) }
            </div>
            <p class="muted small">{ t("household.join_hint") }</p>
        </Frame>
    }
}
