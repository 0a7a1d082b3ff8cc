//! Who somebody is: a name, and a number that says sex and birthday; without one both are asked.

use chrono::NaiveDate;
use fupin_client::ClientError;
use fupin_contract::{IdNumber, Secret, Sex, registry::catalog::Catalog};
use yew::prelude::*;

use super::super::super::{
    catalog::{sexes, with_blank},
    fact_field::act_fault,
};
use crate::{
    i18n::{fault_sentence, t, tp},
    kit::{Check, Same, SelectField, TextField},
};

/// What was typed of somebody.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Who {
    pub name: String,
    pub id_number: String,
    /// Has no number yet.
    pub without: bool,
    pub sex: String,
    pub birthday: String,
}

/// As it is sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    pub name: String,
    pub id_number: Option<Secret>,
    pub sex: Option<String>,
    pub birthday: Option<NaiveDate>,
}

impl Who {
    /// What is told, or the key of what is missing.
    pub fn told(&self) -> Result<Told, &'static str> {
        let name = self.name.trim().to_owned();
        if name.is_empty() {
            return Err("household.name_needed");
        }
        if !self.without {
            IdNumber::parse(&self.id_number).map_err(|_| "household.id_needed")?;
            let id_number = Some(Secret::from(self.id_number.trim()));
            return Ok(Told { name, id_number, sex: None, birthday: None });
        }
        if self.sex.is_empty() {
            return Err("household.sex_needed");
        }
        let birthday = self.birthday.parse().map_err(|_| "household.birthday_needed")?;
        Ok(Told { name, id_number: None, sex: Some(self.sex.clone()), birthday: Some(birthday) })
    }
}

/// Sex and birthday as a number says them, or why it is none.
fn read(number: &str) -> (Option<String>, Option<String>) {
    if number.trim().is_empty() {
        return (None, None);
    }
    match IdNumber::parse(number) {
        Err(wrong) => (None, Some(fault_sentence(&wrong.fault()))),
        Ok(number) => {
            let sex = number.sex().map(|sex| match sex {
                Sex::Male => t("household.male"),
                Sex::Female => t("household.female"),
            });
            let said = number.birthday().zip(sex);
            (said.map(|(day, sex)| tp("household.number_says", &[("sex", &sex), ("day", &day)])), None)
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct WhoFieldsProps {
    pub catalog: Same<Catalog>,
    pub year: i16,
    pub who: Who,
    pub onchange: Callback<Who>,
    /// The label of the name.
    pub name: AttrValue,
    #[prop_or_default]
    pub failure: Option<ClientError>,
    /// Where it stands in the act.
    pub at: AttrValue,
}

#[component]
pub fn WhoFields(props: &WhoFieldsProps) -> Html {
    let who = &props.who;
    let change = |apply: fn(Who, String) -> Who| {
        let (who, onchange) = (who.clone(), props.onchange.clone());
        Callback::from(move |text: String| onchange.emit(apply(who.clone(), text)))
    };
    let without = {
        let (who, onchange) = (who.clone(), props.onchange.clone());
        Callback::from(move |without: bool| onchange.emit(Who { without, ..who.clone() }))
    };
    let fault = |field: &str| act_fault(props.failure.as_ref(), &format!("{}.{field}", props.at));
    let (says, wrong) = read(&who.id_number);
    html! {
        <>
            <TextField label={props.name.clone()} value={who.name.clone()} oninput={change(|who, name| Who { name, ..who })} fault={fault("name")} autocomplete="off" autofocus=true />
            <div>
                <TextField label={t("household.id_number")} value={who.id_number.clone()} oninput={change(|who, id_number| Who { id_number, ..who })} disabled={who.without}
                    hint={says.map(AttrValue::from)} fault={wrong.filter(|_| !who.without).or_else(|| fault("id_number"))} autocomplete="off" />
                <Check label={t("household.without_id")} checked={who.without} onchange={without} />
            </div>
            if who.without {
                <SelectField label={t("household.sex")} options={with_blank(t("household.choose"), sexes(&props.catalog.0, props.year))} value={who.sex.clone()} onchange={change(|who, sex| Who { sex, ..who })} fault={fault("sex")} />
                <TextField label={t("household.birthday")} kind="date" value={who.birthday.clone()} oninput={change(|who, birthday| Who { birthday, ..who })} fault={fault("birthday")} />
            }
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newborn_without_papers_needs_sex_and_birthday() {
        let newborn = Who { name: " 王小宝 ".to_owned(), without: true, ..Who::default() };
        assert_eq!(newborn.told(), Err("household.sex_needed"));
        let newborn = Who { sex: "1".to_owned(), birthday: "2026-11-02".to_owned(), ..newborn };
        let told = newborn.told().unwrap();
        assert_eq!((told.name.as_str(), told.id_number), ("王小宝", None));
        assert_eq!(told.birthday, NaiveDate::from_ymd_opt(2026, 11, 2));
    }

    #[test]
    fn a_mistyped_number_is_not_sent() {
        let right = fupin_contract::check_of("46999919900307123").unwrap();
        let wrong = if right == '5' { '6' } else { '5' };
        let id_number = format!("46999919900307123{wrong}");
        let who = Who { name: "王".to_owned(), id_number, ..Who::default() };
        assert_eq!(who.told(), Err("household.id_needed"));
        assert!(read(&who.id_number).1.is_some());
    }
}
