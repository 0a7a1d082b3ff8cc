//! More or fewer units.

use fupin_contract::{
    TaskId, UnitId,
    reporting::{ChangeUnits, UnitsChanged},
    units::UnitName,
};
use yew::prelude::*;

use super::{AmendProps, reason_field, refused};
use crate::{
    format,
    i18n::{field_fault, t, tp},
    kit::{Alert, Button, ButtonKind, Tone, UnitField, use_action, use_toasts},
};

#[derive(Clone, Default, PartialEq)]
struct Draft {
    add: Vec<UnitName>,
    remove: Vec<UnitName>,
}

fn with(mut units: Vec<UnitName>, unit: UnitName) -> Vec<UnitName> {
    if !units.iter().any(|known| known.id == unit.id) {
        units.push(unit);
    }
    units
}

fn ids(units: &[UnitName]) -> Vec<UnitId> {
    units.iter().map(|unit| unit.id).collect()
}

#[component]
pub fn UnitsPanel(props: &AmendProps) -> Html {
    let draft = use_state(Draft::default);
    let reason = use_state(String::new);
    let toasts = use_toasts();
    let id: TaskId = props.task.id;
    let act =
        use_action(move |api, act: ChangeUnits, key| async move { api.change_task_units(id, &act, key).await }, {
            let (onclose, done) = (props.onclose.clone(), props.done.clone());
            Callback::from(move |changed: UnitsChanged| {
                let (added, void) = (format::count(changed.added), format::count(changed.void));
                toasts.done(tp("amend.units_done", &[("added", &added), ("void", &void)]));
                done.emit(());
                onclose.emit(());
            })
        });
    let onclick = {
        let (run, draft, reason) = (act.run.clone(), draft.clone(), reason.clone());
        Callback::from(move |()| {
            run.emit(ChangeUnits { add: ids(&draft.add), remove: ids(&draft.remove), reason: (*reason).clone() });
        })
    };
    let add = {
        let draft = draft.clone();
        Callback::from(move |unit| draft.set(Draft { add: with(draft.add.clone(), unit), ..(*draft).clone() }))
    };
    let remove = {
        let draft = draft.clone();
        Callback::from(move |unit| draft.set(Draft { remove: with(draft.remove.clone(), unit), ..(*draft).clone() }))
    };
    let drop_add = {
        let draft = draft.clone();
        Callback::from(move |id: UnitId| {
            let mut next = (*draft).clone();
            next.add.retain(|unit| unit.id != id);
            draft.set(next);
        })
    };
    let drop_remove = {
        let draft = draft.clone();
        Callback::from(move |id: UnitId| {
            let mut next = (*draft).clone();
            next.remove.retain(|unit| unit.id != id);
            draft.set(next);
        })
    };
    let failure = act.failure.as_ref();
    html! {
        <div class="stack">
            { refused(failure, &["add", "remove", "reason"]) }
            <div class="form-grid">
                <div class="stack-tight"><UnitField label={t("amend.add_units")} value={None::<UnitName>} onchange={add} fault={field_fault(failure, "add")} />{ chosen(&draft.add, &drop_add) }</div>
                <div class="stack-tight"><UnitField label={t("amend.remove_units")} value={None::<UnitName>} onchange={remove} fault={field_fault(failure, "remove")} />{ chosen(&draft.remove, &drop_remove) }</div>
            </div>
            <Alert tone={Tone::Wait}><p>{ t("amend.units_hint") }</p></Alert>
            { reason_field(&reason, failure) }
            <div class="row"><Button kind={ButtonKind::Primary} {onclick} busy={act.pending} disabled={draft.add.is_empty() && draft.remove.is_empty()}>{ t("amend.do_units") }</Button></div>
        </div>
    }
}

fn chosen(units: &[UnitName], drop: &Callback<UnitId>) -> Html {
    html! {
        <div class="row">
            { for units.iter().map(|unit| {
                let id = unit.id;
                html! { <Button key={id.0} onclick={drop.reform(move |()| id)} label={tp("amend.take_off", &[("unit", &unit.name)])}>{ unit.name.clone() }{ " ×" }</Button> }
            }) }
        </div>
    }
}
