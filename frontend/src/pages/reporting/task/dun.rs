//! Dunning: which reports are asked for, and how many people were told.

use fupin_contract::{
    FormId, TaskId,
    reporting::{DunOf, DunReports, Dunned, Task},
    units::UnitName,
};
use yew::prelude::*;

use crate::{
    format,
    i18n::{error_sentence, t, tp},
    kit::{Alert, Button, ButtonKind, Check, Dialog, SelectField, Tone, UnitField, use_action},
};

/// What is asked for.
#[derive(Clone, Default, PartialEq)]
struct Draft {
    of: DunOf,
    form: Option<FormId>,
    unit: Option<UnitName>,
}

impl Draft {
    fn request(&self) -> DunReports {
        DunReports { of: self.of, form: self.form, unit: self.unit.as_ref().map(|unit| unit.id) }
    }
}

#[derive(Properties, PartialEq)]
pub struct DunDialogProps {
    pub task: Task,
    pub onclose: Callback<()>,
    pub done: Callback<()>,
}

#[component]
pub fn DunDialog(props: &DunDialogProps) -> Html {
    let draft = use_state(|| Draft {
        of: if props.task.progress.overdue > 0 { DunOf::Overdue } else { DunOf::Unsubmitted },
        ..Draft::default()
    });
    let outcome = use_state(|| None::<Dunned>);
    let id: TaskId = props.task.id;
    let dun = use_action(move |api, act: DunReports, key| async move { api.dun_reports(id, &act, key).await }, {
        let (outcome, done) = (outcome.clone(), props.done.clone());
        Callback::from(move |dunned: Dunned| {
            outcome.set(Some(dunned));
            done.emit(());
        })
    });
    let onsubmit = {
        let (run, draft) = (dun.run.clone(), draft.clone());
        Callback::from(move |()| run.emit(draft.request()))
    };
    let foot = if outcome.is_some() {
        html! { <Button kind={ButtonKind::Primary} onclick={props.onclose.clone()}>{ t("kit.close") }</Button> }
    } else {
        html! {
            <>
                <Button onclick={props.onclose.clone()}>{ t("kit.cancel") }</Button>
                <Button kind={ButtonKind::Primary} submit=true busy={dun.pending}>{ t("dun.do_it") }</Button>
            </>
        }
    };
    html! {
        <Dialog title={t("dun.title")} onclose={props.onclose.clone()} {onsubmit} {foot}>
            if let Some(error) = &dun.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            if let Some(dunned) = *outcome { { said(&dunned) } } else { { fields(&props.task, &draft) } }
        </Dialog>
    }
}

fn fields(task: &Task, draft: &UseStateHandle<Draft>) -> Html {
    let choice = |of: DunOf, label: String| {
        let checked = draft.of == of;
        let draft = draft.clone();
        let onchange = Callback::from(move |_: bool| draft.set(Draft { of, ..(*draft).clone() }));
        html! { <Check radio="dun-of" {label} {checked} {onchange} /> }
    };
    let mut forms = vec![(String::new(), t("dun.all_forms"))];
    forms.extend(task.forms.iter().map(|form| (form.id.to_string(), form.title.clone())));
    let choose_form = {
        let draft = draft.clone();
        Callback::from(move |text: String| draft.set(Draft { form: text.parse().ok(), ..(*draft).clone() }))
    };
    let choose_unit = {
        let draft = draft.clone();
        Callback::from(move |unit: UnitName| draft.set(Draft { unit: Some(unit), ..(*draft).clone() }))
    };
    let progress = &task.progress;
    let owed = progress.untouched + progress.drafts + progress.returned;
    html! {
        <>
            <fieldset class="field">
                <legend class="field-legend">{ t("dun.of") }</legend>
                { choice(DunOf::Overdue, tp("dun.of_overdue", &[("count", &format::count(progress.overdue))])) }
                { choice(DunOf::Unsubmitted, tp("dun.of_unsubmitted", &[("count", &format::count(owed))])) }
            </fieldset>
            if task.forms.len() > 1 {
                <SelectField label={t("dun.form")} options={forms} value={draft.form.map(|form| form.to_string()).unwrap_or_default()} onchange={choose_form} />
            }
            <UnitField label={t("dun.unit")} value={draft.unit.clone()} onchange={choose_unit} />
            <Alert tone={Tone::Accent}><p>{ t("dun.hint") }</p></Alert>
        </>
    }
}

fn said(dunned: &Dunned) -> Html {
    let count = |key: &str, count: i64| tp(key, &[("count", &format::count(count))]);
    let tone = if dunned.told > 0 { Tone::Done } else { Tone::Wait };
    html! {
        <>
            <Alert {tone} urgent=true><p>{ count("dun.told", dunned.told) }</p></Alert>
            <ul class="plain stack-tight">
                <li>{ tp("dun.owed", &[("reports", &format::count(dunned.reports)), ("units", &format::count(dunned.units))]) }</li>
                if dunned.resting > 0 { <li>{ count("dun.resting", dunned.resting) }</li> }
                if dunned.unreached > 0 { <li>{ count("dun.unreached", dunned.unreached) }</li> }
                <li class="muted">{ count("dun.left_today", dunned.left_today) }</li>
            </ul>
        </>
    }
}
