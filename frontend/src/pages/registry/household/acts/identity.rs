//! 「更正身份信息」: who a member is. Only what is written changes.

use chrono::NaiveDate;
use fupin_contract::{
    IdNumber, PersonId, Secret,
    registry::{ChangeKind, HouseholdAct},
};
use yew::prelude::*;

use super::super::super::{
    catalog::{sexes, with_blank},
    change_kind,
    fact_field::act_fault,
};
use super::{
    ActProps,
    frame::{Frame, Happens, use_sending},
    leave::MemberField,
};
use crate::{
    i18n::{fault_sentence, t},
    kit::{SelectField, TextField},
};

#[derive(Clone, PartialEq, Default)]
struct Draft {
    person: Option<PersonId>,
    name: String,
    id_number: String,
    sex: String,
    birthday: String,
}

impl Draft {
    fn act(&self) -> Result<HouseholdAct, &'static str> {
        let person_id = self.person.ok_or("household.choose_member")?;
        let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let id_number = text(&self.id_number);
        if id_number.as_deref().is_some_and(|number| IdNumber::parse(number).is_err()) {
            return Err("household.mend_first");
        }
        let birthday: Option<NaiveDate> = self.birthday.parse().ok();
        let (name, sex) = (text(&self.name), text(&self.sex));
        if name.is_none() && id_number.is_none() && sex.is_none() && birthday.is_none() {
            return Err("household.nothing_written");
        }
        let id_number = id_number.as_deref().map(Secret::from);
        Ok(HouseholdAct::CorrectIdentity { person_id, name, id_number, sex, birthday })
    }
}

#[component]
pub fn CorrectIdentity(props: &ActProps) -> Html {
    let sending = use_sending(props, Happens::OutsideOfYears);
    let draft = use_state(Draft::default);
    let lacking = use_state(|| None::<&'static str>);
    let onsubmit = {
        let (draft, lacking, run) = (draft.clone(), lacking.clone(), sending.run.clone());
        Callback::from(move |()| match draft.act() {
            Ok(act) => {
                lacking.set(None);
                run.emit(act);
            }
            Err(key) => lacking.set(Some(key)),
        })
    };
    let change = |apply: fn(Draft, String) -> Draft| {
        let draft = draft.clone();
        Callback::from(move |text: String| draft.set(apply((*draft).clone(), text)))
    };
    let choose = {
        let draft = draft.clone();
        Callback::from(move |person| draft.set(Draft { person, ..Draft::default() }))
    };
    let member = props.household.0.members.iter().find(|member| Some(member.id) == draft.person);
    let failure = sending.failure.clone();
    let fault = |at: &str| act_fault(failure.as_ref(), at);
    let kept_id = member.and_then(|member| member.id_number.clone()).map(AttrValue::from);
    let wrong = Some(draft.id_number.trim()).filter(|number| !number.is_empty());
    let wrong = wrong.and_then(|number| IdNumber::parse(number).err()).map(|wrong| fault_sentence(&wrong.fault()));
    let kept_birthday = member.and_then(|member| member.birthday).map(|day| day.to_string()).unwrap_or_default();
    let birthday = if draft.birthday.is_empty() { kept_birthday } else { draft.birthday.clone() };
    let sex = if draft.sex.is_empty() {
        member.map(|member| member.sex.clone()).unwrap_or_default()
    } else {
        draft.sex.clone()
    };
    html! {
        <Frame title={change_kind(ChangeKind::CorrectIdentity)} word={t("household.send")} sending={sending.clone()} onclose={props.onclose.clone()} {onsubmit} lacking={lacking.map(t)}>
            <MemberField page={props.clone()} value={draft.person} onchange={choose} />
            if let Some(member) = member {
                <div class="form-grid">
                    <TextField label={t("household.name")} placeholder={member.name.clone()} value={draft.name.clone()} oninput={change(|draft, name| Draft { name, ..draft })} fault={fault("name")} autocomplete="off" />
                    <TextField label={t("household.id_number")} placeholder={kept_id} value={draft.id_number.clone()} oninput={change(|draft, id_number| Draft { id_number, ..draft })} fault={wrong.or_else(|| fault("id_number"))} autocomplete="off" />
                    <SelectField label={t("household.sex")} options={with_blank(t("household.choose"), sexes(&props.catalog.0, sending.year))} value={sex} onchange={change(|draft, sex| Draft { sex, ..draft })} fault={fault("sex")} />
                    <TextField label={t("household.birthday")} kind="date" value={birthday} oninput={change(|draft, birthday| Draft { birthday, ..draft })} fault={fault("birthday")} />
                </div>
                <p class="muted small">{ t("household.identity_hint") }</p>
            }
        </Frame>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_written_is_sent() {
        let draft = Draft { person: Some(PersonId(3)), name: " 符晓梅 ".to_owned(), ..Draft::default() };
        let act = draft.act().unwrap();
        let HouseholdAct::CorrectIdentity { name, id_number, sex, birthday, .. } = act else { panic!("another act") };
        assert_eq!((name.as_deref(), id_number, sex, birthday), (Some("符晓梅"), None, None, None));
        assert_eq!(Draft { name: String::new(), ..draft }.act(), Err("household.nothing_written"));
    }
}
