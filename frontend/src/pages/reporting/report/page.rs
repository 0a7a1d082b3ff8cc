//! The page of one report: reads it, lays it on the desk, surrounds the grid with what it takes to finish it.

use std::{collections::BTreeMap, rc::Rc};

use fupin_client::{ClientError, Result};
use fupin_contract::{
    ReportId,
    reporting::{
        CellChange, FormDetail, Report, ReportAct, ReportHistory, ReportStatus, ReportSummary, TaskStatus,
        UploadedSheet,
    },
};
use fupin_form::Form;
use gloo_timers::callback::Timeout;
use serde::{Deserialize, Serialize};
use yew::prelude::*;
use yew_router::hooks::{use_location, use_navigator};

use super::{
    acts::Acts,
    cell_line::{CellLine, cell_name},
    compare::use_compared,
    desk::Desk,
    excel::Excel,
    findings::Findings,
    grid::Grid,
    history::{CellHistory, History},
    notes::{Notes, NotesPanel, use_notes},
    picked::{Picked, use_picked},
    prefilled::{PrefilledPanel, ZeroReport},
    queue::{Neighbours, use_keys, use_queue},
    reopened::Reopened,
    saving::SaveState,
    uploaded::UploadedPanel,
    work::{Work, use_work},
};
use crate::{
    format,
    i18n::{error_sentence, t, tp},
    kit::{Alert, Button, Crumb, Icon, PageHead, Same, Shape, Status, Tone, use_query, use_toasts},
    pages::insight::NotFoundPage,
    routes::Route,
    transport::Api,
    words,
};

const REST_MS: u32 = 2_000;

/// A report with the form that it fills.
struct Opened {
    report: Report,
    form: Rc<Form>,
    detail: FormDetail,
}

async fn open(api: Api, id: ReportId) -> Result<Opened> {
    let report = api.get_report(id).await?;
    let detail = api.get_form(report.summary.form_id).await?;
    // The server keeps only forms that compile; one that does not speaks a newer engine than this page.
    let form = Form::compile(detail.definition.clone()).map_err(|_| ClientError::Unreadable(200))?;
    Ok(Opened { report, form: Rc::new(form), detail })
}

#[derive(Properties, PartialEq)]
pub struct ReportPageProps {
    pub id: String,
}

#[component]
pub fn ReportPage(props: &ReportPageProps) -> Html {
    match props.id.parse::<ReportId>() {
        Ok(id) => html! { <Loaded {id} /> },
        Err(_) => html! { <NotFoundPage /> },
    }
}

#[derive(Properties, PartialEq)]
struct LoadedProps {
    id: ReportId,
}

#[component]
fn Loaded(props: &LoadedProps) -> Html {
    let query = use_query(props.id, open);
    let history = use_query(props.id, async |api, id| api.get_report_history(id).await);
    let reload = {
        let (query, history) = (query.reload.clone(), history.reload.clone());
        Callback::from(move |()| {
            query.emit(());
            history.emit(());
        })
    };
    let uploaded = use_state(|| None::<Rc<UploadedSheet>>);
    let onuploaded = use_uploaded(&uploaded, &reload);
    let drawn = query.view(|opened| {
        // A fresh state is laid on a fresh desk.
        let key = format!("{}-{:?}", opened.report.summary.version, opened.report.summary.status);
        let editable = opened.report.acts.contains(&ReportAct::Fill);
        html! { <Body {key} opened={Same(opened.clone())} history={history.ready().cloned().map(Same)} {reload} reload_history={history.reload.clone()} {editable}
            uploaded={(*uploaded).clone().map(Same)} {onuploaded} /> }
    });
    html! {
        <>
            if query.ready().is_none() { <PageHead title={t("nav.reports")} path={vec![Crumb::to(t("nav.reports"), Route::Reports)]} /> }
            { drawn }
        </>
    }
}

/// Keeps what an upload did in sight while the report is read anew.
#[hook]
fn use_uploaded(
    uploaded: &UseStateHandle<Option<Rc<UploadedSheet>>>,
    reload: &Callback<()>,
) -> Callback<Option<Rc<UploadedSheet>>> {
    let (toasts, uploaded, reload) = (use_toasts(), uploaded.clone(), reload.clone());
    Callback::from(move |answer: Option<Rc<UploadedSheet>>| {
        let Some(answer) = answer else { return uploaded.set(None) };
        let left = answer.rejected.len() + answer.conflicts.len();
        toasts.done(tp("sheet.saved", &[("count", &answer.changed.len())]));
        uploaded.set((left > 0).then_some(answer));
        reload.emit(());
    })
}

#[derive(Properties, PartialEq)]
struct BodyProps {
    opened: Same<Opened>,
    history: Option<Same<ReportHistory>>,
    reload: Callback<()>,
    reload_history: Callback<()>,
    editable: bool,
    uploaded: Option<Same<UploadedSheet>>,
    onuploaded: Callback<Option<Rc<UploadedSheet>>>,
}

#[component]
fn Body(props: &BodyProps) -> Html {
    let Opened { report, form, .. } = &*props.opened.0;
    let summary = &report.summary;
    let work = use_work(form, report);
    let history = props.history.as_ref().map(|history| history.0.clone());
    let compared = use_compared(report);
    let picked = use_picked();
    let notes = use_notes(summary.id, &props.reload_history);
    use_late_look(work.desk.borrow().version, report.summary.version, props.reload_history.clone());
    use_asked_cell(&work);
    let (neighbours, waiting) = use_queue(summary.id, report.acts.contains(&ReportAct::Approve));
    let asked = use_keys(neighbours, report.acts.clone());
    let done = use_done(neighbours, props.reload.clone());
    let (desk, tick, place, findings) = (work.desk.clone(), work.tick, work.place, work.findings.clone());
    let said = if props.editable {
        save_words(&work.saving, &desk.borrow(), &props.reload)
    } else {
        queue_words(neighbours, waiting)
    };
    html! {
        <>
            <ReportHead opened={props.opened.clone()}>
                <Excel id={summary.id} desk={desk.clone()} editable={props.editable} onuploaded={props.onuploaded.reform(Some)} />
            </ReportHead>
            { notices(report) }
            { compared.line }
            if let Some(answer) = &props.uploaded {
                <UploadedPanel answer={answer.clone()} desk={desk.clone()} jump={work.jump.clone()} onclose={props.onuploaded.reform(|()| None)} />
            }
            <CellLine desk={desk.clone()} {tick} {place} editable={props.editable} {findings} history={history.clone()} onchange={work.onchange.clone()}
                picked={report.acts.contains(&ReportAct::Return).then(|| picked.clone())} />
            <div class="report-body">
                { sheet(props, &work, compared.changes, (&picked, &notes)) }
                { side(props, &work, history, &notes) }
            </div>
            if !report.acts.is_empty() {
                <div class="report-acts" role="group" aria-label={t("report.acts")}>
                    <div class="grow row">{ said }</div>
                    if props.editable { <ZeroReport desk={desk.clone()} {tick} onchange={work.onchange.clone()} /> }
                    <Acts id={summary.id} {desk} acts={report.acts.clone()} explanations={work.explanations} ready={work.ready} {done} {asked} {picked} stale={props.reload.clone()} />
                </div>
            }
        </>
    }
}

/// The cell that the address asks for, as whoever comes from a total does.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AskedCell {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
}

/// Goes to the cell that the address asks for; where it has been is shown beside it.
#[hook]
fn use_asked_cell(work: &Work) {
    let asked = use_location().and_then(|location| location.query::<AskedCell>().ok()).unwrap_or_default();
    let jump = work.jump.clone();
    use_effect_with(asked.cell, move |cell| {
        if let Some(key) = cell {
            jump.emit(key.clone());
        }
    });
}

/// Looks at the history again when saving has rested for a while.
#[hook]
fn use_late_look(version: i32, loaded: i32, reload: Callback<()>) {
    use_effect_with(version, move |version| {
        let look = (*version > loaded).then(|| Timeout::new(REST_MS, move || reload.emit(())));
        move || drop(look)
    });
}

/// What follows an act: the next report that waits, or this one as it stands now.
#[hook]
fn use_done(neighbours: Neighbours, reload: Callback<()>) -> Callback<(ReportAct, ReportSummary)> {
    let (toasts, navigator) = (use_toasts(), use_navigator());
    Callback::from(move |(act, after): (ReportAct, ReportSummary)| {
        toasts.done(said_after(act, &after));
        let reviewed = matches!(act, ReportAct::Approve | ReportAct::Return);
        match (neighbours.after.filter(|_| reviewed), &navigator) {
            (Some(next), Some(navigator)) => navigator.push(&Route::Report { id: next.to_string() }),
            (Some(_), None) | (None, _) => reload.emit(()),
        }
    })
}

/// The form itself, as it is filled and as it is printed.
fn sheet(
    props: &BodyProps,
    work: &Work,
    changes: Rc<BTreeMap<String, CellChange>>,
    (picked, notes): (&Picked, &Notes),
) -> Html {
    let Opened { report, detail, .. } = &*props.opened.0;
    let summary = &report.summary;
    html! {
        <div class="stack">
            <div class="report-notes">
                <span>{ tp("report.filled_by", &[("unit", &summary.unit.name)]) }</span>
                <span>{ format::period(summary.period) }</span>
                if let Some(note) = &detail.definition.unit_note { <span>{ note.clone() }</span> }
            </div>
            <Grid desk={work.desk.clone()} tick={work.tick} editable={props.editable} findings={work.findings.clone()} {changes} notes={notes.known.clone()} picked={picked.cells.clone()}
                onchange={work.onchange.clone()} onfocus={work.onfocus.clone()} />
            if let Some(note) = &detail.definition.note { <p class="muted small">{ note.clone() }</p> }
            <div class="print-only">
                <p class="signatures">
                    <span>{ t("report.sign_head") }</span>
                    <span>{ t("report.sign_reviewer") }</span>
                    <span>{ t("report.sign_clerk") }</span>
                    <span>{ t("report.sign_date") }</span>
                </p>
            </div>
        </div>
    }
}

/// What is wrong, where this cell has been, who reviews, what happened.
fn side(props: &BodyProps, work: &Work, history: Option<Rc<ReportHistory>>, notes: &Notes) -> Html {
    let Opened { report, form, .. } = &*props.opened.0;
    let of_cell = history.clone().zip(work.key_here()).map(|(history, key)| {
        let name = cell_name(&work.desk.borrow(), &key);
        html! { <CellHistory {history} {name} key_of_cell={key} form={Same(form.clone())} /> }
    });
    html! {
        <div class="report-side">
            if props.editable { <PrefilledPanel desk={work.desk.clone()} tick={work.tick} onchange={work.onchange.clone()} onjump={work.jump.clone()} /> }
            if props.editable { <Reopened desk={work.desk.clone()} here={work.key_here()} onjump={work.jump.clone()} /> }
            <Findings desk={work.desk.clone()} findings={work.findings.clone()} explanations={work.explanations.clone()} editable={props.editable}
                strict={work.strict} onexplain={work.explain.clone()} onjump={work.jump.clone()} />
            <NotesPanel id={report.summary.id} desk={work.desk.clone()} here={work.key_here()} notes={notes.clone()} open={report.task_status == TaskStatus::Open}
                onjump={work.jump.clone()} />
            { of_cell }
            { chain(report) }
            if let Some(history) = history { <History names={names_of(&history, &work.desk.borrow())} {history} /> }
        </div>
    }
}

/// Where the cells stand of which something was said.
fn names_of(history: &ReportHistory, desk: &Desk) -> BTreeMap<String, String> {
    let keys = history.notes.iter().filter_map(|note| note.cell.as_ref());
    keys.map(|key| (key.clone(), cell_name(desk, key))).collect()
}

#[derive(Properties, PartialEq)]
struct ReportHeadProps {
    opened: Same<Opened>,
    /// More acts.
    children: Html,
}

#[component]
fn ReportHead(props: &ReportHeadProps) -> Html {
    let Opened { report, .. } = &*props.opened.0;
    let summary = &report.summary;
    let mut path: Vec<Crumb> = report.path.iter().map(|unit| Crumb::plain(unit.name.clone())).collect();
    path.push(Crumb::plain(summary.unit.name.clone()));
    let (tone, word) = words::report_status(summary.status);
    let print = Callback::from(|()| {
        if let Some(window) = web_sys::window() {
            drop(window.print());
        }
    });
    let beside = html! {
        <>
            <Status {tone} {word} />
            if summary.late { <Status tone={Tone::Danger} word={t("status.late")} /> }
            <span class="muted no-print">{ format::due_day(summary.due_at).to_string() }{ " " }{ format::due_in_words(summary.due_at, format::today()) }</span>
        </>
    };
    html! {
        <PageHead title={summary.form_title.clone()} {path} {beside}>
            { props.children.clone() }
            <span class="wide-screen"><Button onclick={print}><Icon shape={Shape::Print} />{ t("report.print") }</Button></span>
        </PageHead>
    }
}

/// Who has reviewed it, whose turn it is, who comes later.
fn chain(report: &Report) -> Html {
    let summary = &report.summary;
    let steps = report.chain.iter().enumerate().map(|(stage, level)| {
        let (class, word) =
            if stage < usize::try_from(summary.stage).unwrap_or(0) || summary.status == ReportStatus::Approved {
                ("past", t("report.chain_past"))
            } else if summary.waits_for == Some(*level) {
                ("now", t("report.chain_now"))
            } else {
                ("", t("report.chain_later"))
            };
        html! { <li {class}>{ words::level(*level) }{ " " }{ word }</li> }
    });
    html! { <section class="panel"><h2>{ t("report.chain") }</h2><ol class="chain small">{ for steps }</ol></section> }
}

fn notices(report: &Report) -> Html {
    let summary = &report.summary;
    html! {
        <>
            if report.task_status != TaskStatus::Open {
                <Alert tone={Tone::Wait}><p>{ tp("report.task_is", &[("status", &words::task_status(report.task_status).1)]) }</p></Alert>
            }
            if let Some(principal) = report.on_behalf_of.as_ref().filter(|_| !report.acts.is_empty()) {
                <Alert tone={Tone::Accent}><p>{ tp("delegation.acting", &[("principal", principal)]) }</p></Alert>
            }
            if let Some(reason) = summary.return_reason.as_ref().filter(|_| summary.status == ReportStatus::Returned) {
                <Alert tone={Tone::Wait}><p class="strong">{ if report.acts.contains(&ReportAct::Fill) { t("report.was_returned") } else { t("report.is_returned") } }</p><p>{ reason.clone() }</p></Alert>
            }
        </>
    }
}

fn save_words(saving: &SaveState, desk: &Desk, reload: &Callback<()>) -> Html {
    let (filled, all) = desk.progress();
    let missing = desk.missing();
    let state = match saving {
        SaveState::Refused(error) => html! {
            <span class="save-state failed" role="alert">
                { error_sentence(error) }
                <Button onclick={reload.clone()}>{ t("report.see_fresh") }</Button>
            </span>
        },
        SaveState::Waiting => html! { <span class="save-state failed" role="alert">{ t("grid.offline") }</span> },
        SaveState::Saving => {
            html! { <span class="save-state"><span class="busy" aria-hidden="true"></span>{ t("grid.saving") }</span> }
        }
        SaveState::Kept if desk.troubles() > 0 => {
            html! { <span class="save-state failed">{ tp("grid.troubles", &[("count", &desk.troubles())]) }</span> }
        }
        SaveState::Kept => html! { <span class="save-state">{ t("grid.all_saved") }</span> },
    };
    html! {
        <>
            <span role="status">{ state }</span>
            <span class="muted">{ tp("grid.progress", &[("filled", &filled), ("all", &all)]) }</span>
            if missing > 0 { <span class="muted">{ tp("grid.missing", &[("count", &missing)]) }</span> }
        </>
    }
}

fn queue_words(neighbours: Neighbours, waiting: usize) -> Html {
    if waiting == 0 {
        return Html::default();
    }
    let keys = neighbours.before.is_some() || neighbours.after.is_some();
    html! {
        <span class="muted">
            { tp("report.waiting_for_me", &[("count", &waiting)]) }
            if keys { <span class="keys">{ " " }<kbd>{ "j" }</kbd>{ " " }<kbd>{ "k" }</kbd>{ " " }{ t("report.keys_move") }</span> }
        </span>
    }
}

fn said_after(act: ReportAct, after: &ReportSummary) -> String {
    match (act, after.waits_for) {
        (ReportAct::Submit, Some(level)) => tp("report.said_submitted", &[("level", &words::level(level))]),
        (ReportAct::Submit, None) => t("report.said_submitted_last"),
        (ReportAct::Withdraw, _) => t("report.said_withdrawn"),
        (ReportAct::Approve, Some(level)) => tp("report.said_approved", &[("level", &words::level(level))]),
        (ReportAct::Approve, None) => t("report.said_approved_last"),
        (ReportAct::Return, _) => t("report.said_returned"),
        (ReportAct::Revoke, _) => t("report.said_revoked"),
        (ReportAct::Fill, _) => t("grid.all_saved"),
    }
}
