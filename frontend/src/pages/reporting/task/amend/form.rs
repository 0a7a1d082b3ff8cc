//! A corrected form in the place of the one that the task was issued with.

use fupin_contract::{
    FormId, TaskId,
    reporting::{CorrectForm, FormCorrected, FormSummary, Task},
};
use yew::prelude::*;

use super::{AmendProps, reason_field, refused};
use crate::{
    format,
    i18n::{field_fault, t, tp},
    kit::{Alert, Button, ButtonKind, Empty, SelectField, Tone, use_action, use_query},
};

/// Forms of the task of which there is a newer version.
fn corrected<'a>(task: &Task, newest: &'a [FormSummary]) -> Vec<&'a FormSummary> {
    let is_newer =
        |form: &&FormSummary| task.forms.iter().any(|known| known.code == form.code && known.version < form.version);
    newest.iter().filter(is_newer).collect()
}

#[component]
pub fn FormPanel(props: &AmendProps) -> Html {
    let query = use_query((), async |api, ()| api.list_forms().await);
    let outcome = use_state(|| None::<FormCorrected>);
    // The task is read anew by now and has no newer version any more: what was done stays in sight all the same.
    if let Some(corrected) = &*outcome {
        return said(corrected, &props.onclose);
    }
    let ondone = {
        let (outcome, done) = (outcome.clone(), props.done.clone());
        Callback::from(move |corrected: FormCorrected| {
            outcome.set(Some(corrected));
            done.emit(());
        })
    };
    query.view(|page| {
        let forms: Vec<FormSummary> = corrected(&props.task, &page.items).into_iter().cloned().collect();
        if forms.is_empty() {
            return html! { <Empty title={t("amend.no_newer")}><p>{ t("amend.no_newer_hint") }</p></Empty> };
        }
        html! { <Chosen id={props.task.id} {forms} {ondone} /> }
    })
}

#[derive(Properties, PartialEq)]
struct ChosenProps {
    id: TaskId,
    forms: Vec<FormSummary>,
    ondone: Callback<FormCorrected>,
}

#[component]
fn Chosen(props: &ChosenProps) -> Html {
    let form = use_state(|| props.forms.first().map(|form| form.id));
    let reason = use_state(String::new);
    let id = props.id;
    let act = use_action(
        move |api, act: CorrectForm, key| async move { api.correct_task_form(id, &act, key).await },
        props.ondone.clone(),
    );
    let onclick = {
        let (run, form, reason) = (act.run.clone(), form.clone(), reason.clone());
        Callback::from(move |()| {
            if let Some(form) = *form {
                run.emit(CorrectForm { form, reason: (*reason).clone() });
            }
        })
    };
    let choose = {
        let form = form.clone();
        Callback::from(move |text: String| form.set(text.parse::<FormId>().ok()))
    };
    let option = |form: &FormSummary| {
        let version = tp("form.version_number", &[("version", &form.version)]);
        (form.id.to_string(), format!("{} · {version}", form.title))
    };
    let failure = act.failure.as_ref();
    html! {
        <div class="stack">
            { refused(failure, &["form", "reason"]) }
            <SelectField label={t("amend.newer_form")} options={props.forms.iter().map(option).collect::<Vec<_>>()} value={form.map(|form| form.to_string()).unwrap_or_default()} onchange={choose} fault={field_fault(failure, "form")} />
            <Alert tone={Tone::Wait}><p>{ t("amend.form_hint") }</p></Alert>
            { reason_field(&reason, failure) }
            <div class="row"><Button kind={ButtonKind::Primary} {onclick} busy={act.pending}>{ t("amend.do_form") }</Button></div>
        </div>
    }
}

fn said(corrected: &FormCorrected, onclose: &Callback<()>) -> Html {
    let done = tp(
        "amend.form_done",
        &[("reports", &format::count(corrected.reports)), ("filled", &format::count(corrected.with_content))],
    );
    html! {
        <div class="stack">
            <Alert tone={Tone::Done} urgent=true><p>{ done }</p></Alert>
            if !corrected.aside.is_empty() {
                <section class="stack-tight">
                    <h3>{ t("amend.aside") }</h3>
                    <ul class="plain">{ for corrected.aside.iter().map(|cell| html! {
                        <li key={cell.key.clone()}>{ tp("amend.aside_cell", &[("cell", &cell.label), ("count", &format::count(cell.reports))]) }</li>
                    }) }</ul>
                </section>
            }
            if corrected.returned > 0 {
                <section class="stack-tight">
                    <h3>{ tp("amend.broken", &[("count", &format::count(corrected.returned))]) }</h3>
                    <ul class="plain">{ for corrected.broken.iter().map(|report| html! {
                        <li key={report.report_id.to_string()}><span class="strong">{ report.unit.name.clone() }</span>{ " " }{ report.reason.clone() }</li>
                    }) }</ul>
                </section>
            }
            <div class="row"><Button kind={ButtonKind::Primary} onclick={onclose.clone()}>{ t("kit.close") }</Button></div>
        </div>
    }
}
