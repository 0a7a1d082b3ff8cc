//! Amending a running task: another deadline, more or fewer units, a corrected form, days of reminding.

mod form;
mod units;

use chrono::NaiveDate;
use fupin_client::ClientError;
use fupin_contract::{
    TaskId,
    reporting::{Reminders, SetDeadline, SetReminders, Task},
};
use yew::prelude::*;

use crate::{
    i18n::{error_sentence, field_fault, t, tp},
    kit::{Alert, Button, ButtonKind, Chip, Dialog, TextArea, TextField, Tone, use_action, use_query, use_toasts},
};
use form::FormPanel;
use units::UnitsPanel;

/// What is amended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Deadline,
    Units,
    Form,
    Reminders,
}

#[derive(Properties, PartialEq)]
pub struct AmendProps {
    pub task: Task,
    pub onclose: Callback<()>,
    pub done: Callback<()>,
}

#[component]
pub fn AmendDialog(props: &AmendProps) -> Html {
    let what = use_state(|| What::Deadline);
    let choice = |this: What, key: &str| {
        let (on, what) = (*what == this, what.clone());
        html! { <Chip label={t(key)} {on} onclick={Callback::from(move |()| what.set(this))} /> }
    };
    let (task, onclose, done) = (props.task.clone(), props.onclose.clone(), props.done.clone());
    html! {
        <Dialog title={t("amend.title")} onclose={props.onclose.clone()} wide=true>
            <div class="chips" role="group" aria-label={t("amend.what")}>
                { choice(What::Deadline, "amend.deadline") }
                { choice(What::Units, "amend.units") }
                { choice(What::Form, "amend.form") }
                { choice(What::Reminders, "amend.reminders") }
            </div>
            { match *what {
                What::Deadline => html! { <DeadlinePanel {task} {onclose} {done} /> },
                What::Units => html! { <UnitsPanel {task} {onclose} {done} /> },
                What::Form => html! { <FormPanel {task} {onclose} {done} /> },
                What::Reminders => html! { <RemindersPanel {task} {onclose} {done} /> },
            } }
        </Dialog>
    }
}

/// A refusal that no field shows.
pub fn refused(failure: Option<&ClientError>, fields: &[&str]) -> Html {
    let shown = failure.filter(|error| fields.iter().all(|field| field_fault(Some(error), field).is_none()));
    html! { if let Some(error) = shown { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> } }
}

/// Why, which everybody will read in the log.
pub fn reason_field(reason: &UseStateHandle<String>, failure: Option<&ClientError>) -> Html {
    let oninput = {
        let reason = reason.clone();
        Callback::from(move |text| reason.set(text))
    };
    html! { <TextArea label={t("amend.reason")} value={(**reason).clone()} {oninput} hint={t("amend.reason_hint")} fault={field_fault(failure, "reason")} /> }
}

#[component]
fn DeadlinePanel(props: &AmendProps) -> Html {
    let deadline = use_state(|| props.task.deadline.to_string());
    let reason = use_state(String::new);
    let toasts = use_toasts();
    let id: TaskId = props.task.id;
    let act = use_action(move |api, act: SetDeadline, key| async move { api.set_deadline(id, &act, key).await }, {
        let (onclose, done) = (props.onclose.clone(), props.done.clone());
        Callback::from(move |task: Task| {
            toasts.done(tp("amend.deadline_done", &[("day", &task.deadline)]));
            done.emit(());
            onclose.emit(());
        })
    });
    let onclick = {
        let (run, deadline, reason) = (act.run.clone(), deadline.clone(), reason.clone());
        Callback::from(move |()| {
            if let Ok(deadline) = deadline.parse::<NaiveDate>() {
                run.emit(SetDeadline { deadline, reason: (*reason).clone() });
            }
        })
    };
    let oninput = {
        let deadline = deadline.clone();
        Callback::from(move |text| deadline.set(text))
    };
    let failure = act.failure.as_ref();
    html! {
        <div class="stack">
            { refused(failure, &["deadline", "reason"]) }
            <TextField label={t("amend.new_deadline")} kind="date" value={(*deadline).clone()} {oninput} hint={t("amend.deadline_hint")} fault={field_fault(failure, "deadline")} />
            { reason_field(&reason, failure) }
            <div class="row"><Button kind={ButtonKind::Primary} {onclick} busy={act.pending}>{ t("amend.do_deadline") }</Button></div>
        </div>
    }
}

/// `-3, -1, 0, 1, 3`
fn days_of(text: &str) -> Option<Vec<i16>> {
    let parts = text.split([',', '，', '、', ' ']).map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| part.replace('−', "-").parse().ok()).collect()
}

#[component]
fn RemindersPanel(props: &AmendProps) -> Html {
    let query = use_query(props.task.id, async |api, id| api.get_reminders(id).await);
    query.view(|reminders| {
        let days: Vec<String> = reminders.steps.iter().map(|step| step.day.to_string()).collect();
        html! { <RemindersForm id={props.task.id} days={days.join("，")} own={reminders.own} onclose={props.onclose.clone()} done={props.done.clone()} /> }
    })
}

#[derive(Properties, PartialEq)]
struct RemindersFormProps {
    id: TaskId,
    days: String,
    own: bool,
    onclose: Callback<()>,
    done: Callback<()>,
}

#[component]
fn RemindersForm(props: &RemindersFormProps) -> Html {
    let text = use_state(|| props.days.clone());
    let bad = use_state(|| false);
    let toasts = use_toasts();
    let id = props.id;
    let act = use_action(move |api, act: SetReminders, _| async move { api.set_reminders(id, &act).await }, {
        let (onclose, done) = (props.onclose.clone(), props.done.clone());
        Callback::from(move |_: Reminders| {
            toasts.done(t("kit.saved"));
            done.emit(());
            onclose.emit(());
        })
    });
    let save = {
        let (run, text, bad) = (act.run.clone(), text.clone(), bad.clone());
        Callback::from(move |()| match days_of(&text) {
            Some(days) => {
                bad.set(false);
                run.emit(SetReminders { days: Some(days) });
            }
            None => bad.set(true),
        })
    };
    let reset = act.run.reform(|()| SetReminders { days: None });
    let oninput = {
        let text = text.clone();
        Callback::from(move |typed| text.set(typed))
    };
    let fault = if *bad { Some(t("amend.days_bad")) } else { field_fault(act.failure.as_ref(), "days") };
    html! {
        <div class="stack">
            { refused(act.failure.as_ref(), &["days"]) }
            <TextField label={t("amend.days")} value={(*text).clone()} {oninput} hint={t("amend.days_hint")} {fault} />
            <div class="row">
                <Button kind={ButtonKind::Primary} onclick={save} busy={act.pending}>{ t("kit.save") }</Button>
                if props.own { <Button onclick={reset} disabled={act.pending}>{ t("amend.days_reset") }</Button> }
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::days_of;

    #[test]
    fn days_are_read_as_people_write_them() {
        assert_eq!(days_of("-3，-1, 0、1 3"), Some(vec![-3, -1, 0, 1, 3]));
        assert_eq!(days_of(""), Some(vec![]));
        assert_eq!(days_of("三天前"), None);
    }
}
