//! 「迁村」: the household moves to another village.

use fupin_contract::{
    registry::{ChangeKind, HouseholdAct},
    units::{Level, UnitName},
};
use yew::prelude::*;

use super::super::super::{change_kind, fact_field::act_fault};
use super::{
    ActProps,
    frame::{Frame, Happens, use_sending},
};
use crate::{
    format,
    i18n::{t, tp},
    kit::{TextField, UnitField},
};

#[component]
pub fn MoveVillage(props: &ActProps) -> Html {
    let sending = use_sending(props, Happens::Now);
    let village = use_state(|| None::<UnitName>);
    let on = use_state(|| format::today().to_string());
    let lacking = use_state(|| None::<&'static str>);
    let onsubmit = {
        let (village, on, lacking, run) = (village.clone(), on.clone(), lacking.clone(), sending.run.clone());
        Callback::from(move |()| match (&*village, on.parse()) {
            (Some(village), Ok(on)) => {
                lacking.set(None);
                run.emit(HouseholdAct::MoveVillage { village_id: village.id, on });
            }
            (None, _) => lacking.set(Some("household.choose_village")),
            (_, Err(_)) => lacking.set(Some("household.choose_day")),
        })
    };
    let choose = {
        let village = village.clone();
        Callback::from(move |unit| village.set(Some(unit)))
    };
    let set_on = {
        let on = on.clone();
        Callback::from(move |text| on.set(text))
    };
    html! {
        <Frame title={change_kind(ChangeKind::MoveVillage)} word={t("household.send")} sending={sending.clone()} onclose={props.onclose.clone()} {onsubmit} lacking={lacking.map(t)}>
            <p>{ tp("household.lives_in", &[("village", &props.household.0.village.name)]) }</p>
            <UnitField label={t("household.new_village")} only={Level::Village} value={(*village).clone()} onchange={choose} fault={act_fault(sending.failure.as_ref(), "village_id")} />
            <TextField label={t("household.moved_on")} kind="date" value={(*on).clone()} oninput={set_on} fault={act_fault(sending.failure.as_ref(), "on")} />
            <p class="muted small">{ t("household.move_hint") }</p>
        </Frame>
    }
}
