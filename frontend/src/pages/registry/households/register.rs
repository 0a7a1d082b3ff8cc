//! 「登记新户」: a household with its head, in a village, from a day on.

use chrono::NaiveDate;
use fupin_contract::{
    UnitId,
    registry::{
        Change, NewMember, RegisterHousehold,
        catalog::{Catalog, Field, Subject},
    },
    units::{Level, UnitName},
};
use yew::prelude::*;
use yew_router::hooks::use_navigator;

use super::{
    super::{
        catalog::{head_code, reasons_to_come, with_blank},
        fact_field::{FactField, Typed, act_fault},
        household::acts::{
            frame::{foot_says, use_first_fault},
            who::{Who, WhoFields},
        },
    },
    this_year,
};
use crate::{
    format,
    i18n::{field_fault, t},
    kit::{Button, ButtonKind, Dialog, Same, SelectField, TextField, UnitField, use_action, use_toasts},
    routes::Route,
    session::use_session,
};

#[derive(Clone, PartialEq)]
struct Draft {
    village: Option<UnitName>,
    number: String,
    year: String,
    who: Who,
    reason: String,
    on: String,
    household: Typed,
    head: Typed,
}

impl Draft {
    fn request(&self, catalog: &Catalog, asked: &Asked) -> Result<RegisterHousehold, &'static str> {
        let village_id: UnitId = self.village.as_ref().map(|unit| unit.id).ok_or("household.choose_village")?;
        let year = self.year.parse().map_err(|_| "household.choose_year")?;
        let on: NaiveDate = self.on.parse().map_err(|_| "household.choose_day")?;
        if self.reason.is_empty() {
            return Err("household.choose_reason");
        }
        let told = self.who.told()?;
        let none = Default::default();
        Ok(RegisterHousehold {
            village_id,
            year,
            number: Some(self.number.trim().to_owned()).filter(|number| !number.is_empty()),
            head: NewMember {
                name: told.name,
                relation: head_code(catalog),
                id_number: told.id_number,
                sex: told.sex,
                birthday: told.birthday,
                facts: self.head.written(&asked.of_head, &none),
                reason: self.reason.clone(),
                on,
            },
            facts: self.household.written(&asked.of_household, &none),
        })
    }
}

/// What a first page cannot do without.
#[derive(Clone, PartialEq)]
struct Asked {
    of_household: Vec<Field>,
    of_head: Vec<Field>,
}

fn asked(catalog: &Catalog, year: i16) -> Asked {
    let of = |of: Subject| {
        let fields = catalog.fields.iter().filter(|field| field.of == of && field.is_fact() && field.is_asked_in(year));
        fields.filter(|field| field.required).cloned().collect::<Vec<_>>()
    };
    Asked { of_household: of(Subject::Household), of_head: of(Subject::Person) }
}

#[derive(Properties, PartialEq)]
pub struct RegisterDialogProps {
    pub catalog: Same<Catalog>,
    pub onclose: Callback<()>,
}

#[component]
pub fn RegisterDialog(props: &RegisterDialogProps) -> Html {
    let session = use_session();
    let catalog = &props.catalog.0;
    let draft = use_state(|| Draft {
        // Whoever works in one village registers there.
        village: session.me().and_then(|me| {
            me.grants.iter().map(|grant| &grant.unit).find(|unit| unit.level == Level::Village).cloned()
        }),
        number: String::new(),
        year: this_year().to_string(),
        who: Who::default(),
        reason: String::new(),
        on: format::today().to_string(),
        household: Typed::default(),
        head: Typed::default(),
    });
    let lacking = use_state(|| None::<&'static str>);
    let action = use_registering(props.onclose.clone());
    let year = draft.year.parse().unwrap_or_else(|_| this_year());
    let asked = asked(catalog, year);
    let change = |apply: fn(Draft, String) -> Draft| {
        let draft = draft.clone();
        Callback::from(move |text: String| draft.set(apply((*draft).clone(), text)))
    };
    let choose_village = {
        let draft = draft.clone();
        Callback::from(move |unit: UnitName| draft.set(Draft { village: Some(unit), ..(*draft).clone() }))
    };
    let set_who = {
        let draft = draft.clone();
        Callback::from(move |who: Who| draft.set(Draft { who, ..(*draft).clone() }))
    };
    let typed = |apply: fn(Draft, Typed) -> Draft| {
        let draft = draft.clone();
        Callback::from(move |typed: Typed| draft.set(apply((*draft).clone(), typed)))
    };
    let onsubmit = {
        let (draft, lacking, run, known, asked) =
            (draft.clone(), lacking.clone(), action.run.clone(), props.catalog.clone(), asked.clone());
        Callback::from(move |()| match draft.request(&known.0, &asked) {
            Ok(request) => {
                lacking.set(None);
                run.emit(request);
            }
            Err(key) => lacking.set(Some(key)),
        })
    };
    let failure = action.failure.as_ref();
    let fault = |at: &str| field_fault(failure, at).or_else(|| act_fault(failure, at));
    let member_fault = |at: &str| act_fault(failure, &format!("member.{at}"));
    let years = (0..3).map(|ago| (this_year() - ago).to_string()).map(|year| (year.clone(), year)).collect::<Vec<_>>();
    use_first_fault(lacking.map(t), action.failure.clone());
    let foot = html! {
        <>
            { foot_says(lacking.map(t).as_deref(), failure) }
            <Button onclick={props.onclose.clone()}>{ t("kit.cancel") }</Button>
            <Button kind={ButtonKind::Primary} submit=true busy={action.pending}>{ t("household.register") }</Button>
        </>
    };
    let of_household = asked.of_household.iter().map(|field| html! {
        <FactField key={field.key.clone()} catalog={props.catalog.clone()} field={field.clone()} {year} typed={draft.household.clone()} onchange={typed(|draft, household| Draft { household, ..draft })} fault={fault(&format!("facts.{}", field.key))} />
    });
    let of_head = asked.of_head.iter().map(|field| html! {
        <FactField key={field.key.clone()} catalog={props.catalog.clone()} field={field.clone()} {year} typed={draft.head.clone()} onchange={typed(|draft, head| Draft { head, ..draft })} fault={member_fault(&format!("facts.{}", field.key))} />
    });
    html! {
        <Dialog title={t("household.register")} wide=true onclose={props.onclose.clone()} {onsubmit} {foot}>
            <fieldset class="fact-group">
                <legend>{ t("household.head") }</legend>
                <div class="form-grid">
                    <WhoFields catalog={props.catalog.clone()} {year} who={draft.who.clone()} onchange={set_who} name={t("household.name")} failure={action.failure.clone()} at="member" />
                    <SelectField label={t("household.reason_to_come")} options={with_blank(t("household.choose"), reasons_to_come(catalog, year))} value={draft.reason.clone()} onchange={change(|draft, reason| Draft { reason, ..draft })} fault={member_fault("reason")} />
                    <TextField label={t("household.came_on")} kind="date" value={draft.on.clone()} oninput={change(|draft, on| Draft { on, ..draft })} fault={member_fault("on")} />
                    { for of_head }
                </div>
            </fieldset>
            <fieldset class="fact-group">
                <legend>{ t("household.title") }</legend>
                <div class="form-grid">
                    <UnitField label={t("household.village")} only={Level::Village} value={draft.village.clone()} onchange={choose_village} fault={fault("village_id")} />
                    <SelectField label={t("household.of_year")} options={years} value={draft.year.clone()} onchange={change(|draft, year| Draft { year, ..draft })} fault={fault("year")} />
                    { for of_household }
                    <TextField label={t("household.number")} hint={t("household.number_hint")} value={draft.number.clone()} oninput={change(|draft, number| Draft { number, ..draft })} fault={fault("number")} autocomplete="off" />
                </div>
            </fieldset>
        </Dialog>
    }
}

#[hook]
fn use_registering(onclose: Callback<()>) -> crate::kit::Action<RegisterHousehold> {
    let toasts = use_toasts();
    let navigator = use_navigator();
    use_action(
        |api, act: RegisterHousehold, key| async move { api.register_household(&act, key).await },
        Callback::from(move |change: Change| {
            onclose.emit(());
            match change.household_id {
                Some(id) => {
                    toasts.done(t("change.done_now"));
                    if let Some(navigator) = &navigator {
                        navigator.push(&Route::Household { id: id.to_string() });
                    }
                }
                None => toasts.done(t("change.done_waits")),
            }
        }),
    )
}
