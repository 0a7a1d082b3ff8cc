//! The page of one form of a task for all villages that the caller may fill.

use std::{cell::RefCell, rc::Rc};

use fupin_client::{ClientError, Result};
use fupin_contract::{
    FormId, TaskId,
    reporting::{ContentFilter, MOST_CONTENTS, RefusedReport, Report, SubmitMany, SubmitOne, SubmittedReports, Task},
};
use fupin_form::Form;
use gloo_timers::future::TimeoutFuture;
use serde::{Deserialize, Serialize};
use yew::{platform::spawn_local, prelude::*};

use super::{
    grid::TownGrid,
    hands::{SharedVillages, place_of},
    outcome::{Explanations, refusals},
    strips::{Strip, strips},
    villages::{Pasted, Spot, Villages},
};
use crate::{
    format,
    i18n::{error_sentence, t, tp},
    kit::{
        Action, Alert, Button, ButtonKind, Crumb, Empty, PageHead, Same, SelectField, Tone, use_action, use_address,
        use_query, use_toasts,
    },
    pages::{
        insight::NotFoundPage,
        reporting::report::{acts::until_kept, cell_line::CellLine, grid::focus, work::find_place},
    },
    routes::Route,
    transport::Api,
};

/// The most pages of reports that are read: a county's clerk narrows down to a town.
const MOST_PAGES: usize = 4;
/// Until another part of the form is drawn.
const SOON_MS: u32 = 50;

/// What the address says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Chosen {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<FormId>,
    /// Which strip of the form.
    #[serde(default)]
    pub part: usize,
}

/// All that the page shows.
struct Opened {
    task: Task,
    form_id: FormId,
    form: Rc<Form>,
    reports: Vec<Report>,
    /// There are more villages than are shown.
    cut: bool,
}

async fn open(api: Api, (id, form): (TaskId, Option<FormId>)) -> Result<Opened> {
    let task = api.get_task(id).await?;
    let form_id = form.or_else(|| task.forms.first().map(|form| form.id)).ok_or(ClientError::Unreadable(200))?;
    let detail = api.get_form(form_id).await?;
    let form = Form::compile(detail.definition).map_err(|_| ClientError::Unreadable(200))?;
    let mut filter = ContentFilter { form: form_id, unit: None, after: None, limit: None };
    let mut reports = Vec::new();
    for _ in 0..MOST_PAGES {
        let page = api.list_report_contents(id, &filter).await?;
        reports.extend(page.items);
        filter.after = page.next;
        if filter.after.is_none() {
            break;
        }
    }
    Ok(Opened { task, form_id, form: Rc::new(form), reports, cut: filter.after.is_some() })
}

#[derive(Properties, PartialEq)]
pub struct TownPageProps {
    pub id: String,
}

#[component]
pub fn TownPage(props: &TownPageProps) -> Html {
    match props.id.parse::<TaskId>() {
        Ok(id) => html! { <Loaded {id} /> },
        Err(_) => html! { <NotFoundPage /> },
    }
}

#[derive(Properties, PartialEq)]
struct LoadedProps {
    id: TaskId,
}

#[component]
fn Loaded(props: &LoadedProps) -> Html {
    let address = use_address::<Chosen>();
    let query = use_query((props.id, address.value.form), open);
    let drawn = query.view(|opened| {
        // What is read anew is laid on fresh desks.
        let key = format!("{:p}", Rc::as_ptr(opened));
        html! { <Body {key} opened={Same(opened.clone())} chosen={address.value.clone()} set={address.set.clone()} reload={query.reload.clone()} /> }
    });
    html! {
        <>
            if query.ready().is_none() { <PageHead title={t("grid.many_title")} path={vec![Crumb::to(t("nav.tasks"), Route::Tasks)]} /> }
            { drawn }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct BodyProps {
    opened: Same<Opened>,
    chosen: Chosen,
    set: Callback<Chosen>,
    reload: Callback<()>,
}

/// What a person has in hand on this page.
struct Work {
    villages: SharedVillages,
    strips: Rc<Vec<Rc<Strip>>>,
    tick: u32,
    strict: bool,
    spot: Option<Spot>,
    onchange: Callback<()>,
    onfocus: Callback<Spot>,
    onpaste: Callback<Pasted>,
}

#[hook]
fn use_town(opened: &Opened) -> (Work, UseStateHandle<bool>) {
    let (form, reports) = (&opened.form, &opened.reports);
    let villages: SharedVillages =
        (*use_memo((), |()| Rc::new(RefCell::new(Villages::new(form.clone(), reports))))).clone();
    let strips: Rc<Vec<Rc<Strip>>> = use_memo((), |()| strips(form).into_iter().map(Rc::new).collect());
    let tick = use_state(|| 0_u32);
    let count = use_mut_ref(|| 0_u32);
    let strict = use_state(|| false);
    let spot = use_state(|| None::<Spot>);
    let onchange = {
        let tick = tick.clone();
        Callback::from(move |()| {
            *count.borrow_mut() += 1;
            tick.set(*count.borrow());
        })
    };
    let onfocus = {
        let spot = spot.clone();
        Callback::from(move |at: Spot| spot.set(Some(at)))
    };
    let work =
        Work { villages, strips, tick: *tick, strict: *strict, spot: *spot, onchange, onfocus, onpaste: use_pasted() };
    (work, strict)
}

/// Says what a pasted block did.
#[hook]
fn use_pasted() -> Callback<Pasted> {
    let toasts = use_toasts();
    Callback::from(move |pasted: Pasted| {
        if pasted.cells > 0 {
            toasts.done(tp("grid.many_pasted", &[("count", &pasted.cells)]));
        }
        if pasted.closed + pasted.outside > 0 {
            toasts.failed(tp("grid.many_not_pasted", &[("closed", &pasted.closed), ("outside", &pasted.outside)]));
        }
    })
}

/// Submits; what is done is closed, what was refused stays in sight.
#[hook]
fn use_submission(work: &Work, refused: &UseStateHandle<Rc<Vec<RefusedReport>>>) -> Action<Vec<SubmitOne>> {
    let (villages, refused, onchange, toasts) =
        (work.villages.clone(), refused.clone(), work.onchange.clone(), use_toasts());
    let done = Callback::from(move |answer: SubmittedReports| {
        let count = answer.done.len();
        for report in answer.done {
            let mut villages = villages.borrow_mut();
            if let Some(village) = villages.list.iter_mut().find(|village| village.report.id == report.id) {
                village.submitted(report);
            }
        }
        if count > 0 {
            toasts.done(tp("grid.many_said_submitted", &[("count", &count)]));
        }
        refused.set(Rc::new(answer.refused));
        onchange.emit(());
    });
    use_action(|api, reports: Vec<SubmitOne>, key| perform(api, reports, key), done)
}

async fn perform(api: Api, reports: Vec<SubmitOne>, key: fupin_client::Uuid) -> Result<SubmittedReports> {
    api.submit_reports(&SubmitMany { reports }, key).await
}

/// Submits villages by number as soon as all that was typed there is with the server.
#[hook]
fn use_submit(work: &Work, run: Callback<Vec<SubmitOne>>, strict: UseStateHandle<bool>) -> Callback<Vec<usize>> {
    let (villages, toasts) = (work.villages.clone(), use_toasts());
    Callback::from(move |numbers: Vec<usize>| {
        strict.set(true);
        let (villages, run, toasts) = (villages.clone(), run.clone(), toasts.clone());
        spawn_local(async move {
            for number in &numbers {
                // The borrow ends before the wait.
                let desk = villages.borrow().list[*number].desk.clone();
                if until_kept(&desk).await.is_err() {
                    return toasts.failed(t("grid.offline"));
                }
            }
            let acts: Vec<SubmitOne> = {
                let villages = villages.borrow();
                numbers.iter().map(|number| villages.list[*number].submission()).collect()
            };
            // One call takes so many; the rest is ready for the next press.
            run.emit(acts.into_iter().take(usize::from(MOST_CONTENTS)).collect());
        });
    })
}

#[component]
fn Body(props: &BodyProps) -> Html {
    let Opened { task, form, reports, cut, .. } = &*props.opened.0;
    let (work, strict) = use_town(&props.opened.0);
    let refused = use_state(|| Rc::new(Vec::<RefusedReport>::new()));
    let action = use_submission(&work, &refused);
    let submit = use_submit(&work, action.run.clone(), strict.clone());
    let (Some(strip), false) = (strip_of(&work, props.chosen.part), reports.is_empty()) else {
        let (title, hint) = if reports.is_empty() {
            (t("grid.many_none"), t("grid.many_none_hint"))
        } else {
            (t("grid.many_no_parts"), t("grid.many_no_parts_hint"))
        };
        return html! { <><Head opened={props.opened.clone()} /><Empty {title}><p>{ hint }</p></Empty></> };
    };
    let close = {
        let refused = refused.clone();
        Callback::from(move |()| refused.set(Rc::default()))
    };
    html! {
        <>
            <Head opened={props.opened.clone()} />
            if *cut { <Alert tone={Tone::Wait}><p>{ tp("grid.many_cut", &[("count", &reports.len())]) }</p></Alert> }
            { refusals(&refused, form, close) }
            { choices(props, task, &work, &strict) }
            { line_of(&work, &strip) }
            <TownGrid villages={work.villages.clone()} {strip} tick={work.tick} strict={work.strict} onchange={work.onchange.clone()} onfocus={work.onfocus.clone()}
                onpaste={work.onpaste.clone()} submit={submit.reform(|number| vec![number])} submitting={action.pending} reload={props.reload.clone()} />
            <Explanations villages={work.villages.clone()} tick={work.tick} onchange={work.onchange.clone()} />
            { bar(&work, &action, submit) }
        </>
    }
}

fn strip_of(work: &Work, part: usize) -> Option<Rc<Strip>> {
    work.strips.get(part).or_else(|| work.strips.first()).cloned()
}

#[derive(Properties, PartialEq)]
struct HeadProps {
    opened: Same<Opened>,
}

#[component]
fn Head(props: &HeadProps) -> Html {
    let Opened { task, form, .. } = &*props.opened.0;
    let path = vec![
        Crumb::to(t("nav.tasks"), Route::Tasks),
        Crumb::to(task.title.clone(), Route::Task { id: task.id.to_string() }),
        Crumb::plain(t("grid.many_title")),
    ];
    let beside = html! {
        <span class="muted">{ format::period(task.period) }{ " · " }{ tp("task.due", &[("day", &task.deadline), ("in", &format::due_in_words(task.due_at, format::today()))]) }</span>
    };
    html! { <PageHead title={form.definition().title.clone()} {path} {beside} /> }
}

/// Which form and which part of it, and the way to the next fault.
fn choices(props: &BodyProps, task: &Task, work: &Work, strict: &UseStateHandle<bool>) -> Html {
    let part = props.chosen.part.min(work.strips.len().saturating_sub(1));
    let to_part = |part: usize| {
        let (set, chosen) = (props.set.clone(), props.chosen.clone());
        Callback::from(move |()| set.emit(Chosen { part, ..chosen.clone() }))
    };
    let onpart = {
        let (set, chosen) = (props.set.clone(), props.chosen.clone());
        Callback::from(move |part: String| set.emit(Chosen { part: part.parse().unwrap_or(0), ..chosen.clone() }))
    };
    let onform = props.set.reform(|form: String| Chosen { form: form.parse().ok(), part: 0 });
    let parts = work.strips.iter().enumerate().map(|(number, strip)| (number.to_string(), strip.title.clone()));
    let forms = task.forms.iter().map(|form| (form.id.to_string(), form.title.clone()));
    html! {
        <div class="row town-choices">
            if task.forms.len() > 1 {
                <SelectField label={t("board.form")} options={forms.collect::<Vec<_>>()} value={props.opened.0.form_id.to_string()} onchange={onform} />
            }
            <SelectField label={t("grid.many_part")} options={parts.collect::<Vec<_>>()} value={part.to_string()} onchange={onpart} />
            <Button disabled={part == 0} onclick={to_part(part.saturating_sub(1))}>{ t("grid.many_part_before") }</Button>
            <Button disabled={part + 1 >= work.strips.len()} onclick={to_part(part + 1)}>{ t("grid.many_part_after") }</Button>
            { next_fault(props, work, part, strict) }
            { confirm_all(work) }
        </div>
    }
}

/// One press confirms what was looked at in all villages.
fn confirm_all(work: &Work) -> Html {
    let count = work.villages.borrow().suggested();
    let (villages, onchange) = (work.villages.clone(), work.onchange.clone());
    let onclick = Callback::from(move |()| {
        villages.borrow_mut().confirm_all();
        onchange.emit(());
    });
    html! { if count > 0 { <Button {onclick} title={t("grid.prefill_how")}>{ tp("grid.prefill_many", &[("count", &count)]) }</Button> } }
}

/// The button that leads to the next cell that is wrong, in whatever part it stands; without one, to the first that is
/// empty.
fn next_fault(props: &BodyProps, work: &Work, part: usize, strict: &UseStateHandle<bool>) -> Html {
    let strips: Vec<Strip> = work.strips.iter().map(|strip| (**strip).clone()).collect();
    let faults = work.villages.borrow().faults(&strips, work.strict);
    let onclick = {
        let (villages, strict, spot) = (work.villages.clone(), strict.clone(), work.spot);
        let (set, chosen) = (props.set.clone(), props.chosen.clone());
        Callback::from(move |()| {
            strict.set(true);
            let wrong = villages.borrow().faults(&strips, false);
            let all = if wrong.is_empty() { villages.borrow().faults(&strips, true) } else { wrong };
            let here = (part, spot.unwrap_or(Spot { village: 0, across: 0 }));
            let after = all.iter().find(|fault| spot.is_none() || **fault > here).or_else(|| all.first());
            let Some((to, spot)) = after.copied() else { return };
            if to == part {
                return focus(place_of(spot));
            }
            set.emit(Chosen { part: to, ..chosen.clone() });
            // The other part is drawn first.
            spawn_local(async move {
                TimeoutFuture::new(SOON_MS).await;
                focus(place_of(spot));
            });
        })
    };
    html! {
        <>
            <Button {onclick}>{ t("grid.many_next_fault") }</Button>
            if !faults.is_empty() { <span class="danger-text" role="status">{ tp("grid.many_faults", &[("count", &faults.len())]) }</span> }
        </>
    }
}

/// What is to be said of the cell under the cursor, as on the page of one report.
fn line_of(work: &Work, strip: &Strip) -> Html {
    let villages = work.villages.borrow();
    let found = work.spot.and_then(|spot| villages.at(strip, spot));
    let Some((village, key)) = found else {
        return html! { <p class="cell-line wide-screen">{ t("grid.many_how_to") }</p> };
    };
    let desk = village.desk.clone();
    let place = find_place(&desk.borrow(), key);
    let editable = village.closed.is_none();
    let findings = Rc::new(if editable { desk.borrow().findings(work.strict) } else { Vec::new() });
    let onchange = work.onchange.reform(|_: bool| ());
    html! {
        <div class="town-cell-line">
            <span class="strong nowrap">{ village.report.unit.name.clone() }</span>
            <CellLine {desk} tick={work.tick} {place} {editable} {findings} history={None::<Rc<fupin_contract::reporting::ReportHistory>>} {onchange}
                picked={None::<crate::pages::reporting::report::picked::Picked>} />
        </div>
    }
}

/// How far all villages are, and the act on all that are complete.
fn bar(work: &Work, action: &Action<Vec<SubmitOne>>, submit: Callback<Vec<usize>>) -> Html {
    let villages = work.villages.borrow();
    let ready = villages.ready();
    let open = villages.list.iter().filter(|village| village.closed.is_none()).count();
    let troubles: usize = villages.list.iter().map(|village| village.desk.borrow().troubles()).sum();
    let saved = match (villages.is_kept(), troubles) {
        (false, _) => {
            html! { <span class="save-state"><span class="busy" aria-hidden="true"></span>{ t("grid.saving") }</span> }
        }
        (true, 0) => html! { <span class="save-state">{ t("grid.all_saved") }</span> },
        (true, count) => html! { <span class="save-state failed">{ tp("grid.troubles", &[("count", &count)]) }</span> },
    };
    let count = ready.len();
    let onclick = Callback::from(move |()| submit.emit(ready.clone()));
    html! {
        <div class="report-acts" role="group" aria-label={t("report.acts")}>
            <div class="grow row">
                <span role="status">{ saved }</span>
                <span class="muted">{ tp("grid.many_open", &[("all", &villages.list.len()), ("open", &open), ("ready", &count)]) }</span>
            </div>
            if let Some(error) = &action.failure { <span class="danger-text" role="alert">{ error_sentence(error) }</span> }
            <Button kind={ButtonKind::Primary} disabled={count == 0} busy={action.pending} {onclick}>{ tp("grid.many_submit", &[("count", &count)]) }</Button>
        </div>
    }
}
