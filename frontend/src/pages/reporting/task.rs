//! One task: the board (who has submitted), by form as well, the totals, for the unit in the address and those below
//! it; and its log.

mod amend;
mod dun;
mod log;

use fupin_client::Result;
use fupin_contract::{
    FormId, TaskId, UnitId,
    access::{Permission, Role},
    reporting::{CancelTask, Task, TaskStatus, TotalsOf},
    units::UnitName,
};
use serde::{Deserialize, Serialize};
use yew::prelude::*;
use yew_router::prelude::Link;

use super::{
    board::{BoardView, MapView, MatrixView, Share},
    exports::Order,
    totals::TotalsView,
};
use crate::{
    format,
    i18n::{error_sentence, field_fault, t, tp},
    kit::{
        Address, Alert, Allowed, Button, ButtonKind, Chip, Crumb, Dialog, PageHead, Query, SelectField, Status,
        TextArea, Tone, use_action, use_address, use_query, use_toasts,
    },
    pages::insight::NotFoundPage,
    routes::Route,
    session::use_session,
    transport::Api,
    words,
};
use amend::AmendDialog;
use dun::DunDialog;
use log::LogView;

/// Which of the views.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    #[default]
    Board,
    Map,
    /// By unit and form.
    Matrix,
    Totals,
    Log,
}

/// What the address says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Chosen {
    #[serde(default)]
    pub view: View,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<FormId>,
    #[serde(default)]
    pub of: TotalsOf,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What the map is coloured by.
    #[serde(default)]
    pub share: Share,
}

#[derive(Properties, PartialEq)]
pub struct TaskPageProps {
    pub id: String,
}

#[component]
pub fn TaskPage(props: &TaskPageProps) -> Html {
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
    let query = use_query(props.id, async |api, id| api.get_task(id).await);
    let address = use_address::<Chosen>();
    let fresh = use_state(|| 0_u32);
    match query.ready() {
        Some(task) => body(task, &address, &query, &fresh),
        None => html! { <><PageHead title={t("nav.tasks")} />{ query.view(|_| Html::default()) }</> },
    }
}

/// Which form of the task is looked at; the board shows all of them together unless one is chosen.
fn which_form(task: &Task, address: &Address<Chosen>) -> Html {
    let chosen = &address.value;
    let all = matches!(chosen.view, View::Board | View::Map).then(|| (String::new(), t("board.all_forms")));
    let options = all.into_iter().chain(task.forms.iter().map(|form| (form.id.to_string(), form.title.clone())));
    let value = chosen.form.map(|form| form.to_string()).unwrap_or_default();
    let onchange = {
        let (set, chosen) = (address.set.clone(), chosen.clone());
        Callback::from(move |form: String| set.emit(Chosen { form: form.parse().ok(), column: None, ..chosen.clone() }))
    };
    html! { <SelectField label={t("board.form")} options={options.collect::<Vec<_>>()} {value} {onchange} /> }
}

fn body(task: &Task, address: &Address<Chosen>, query: &Query<Task>, fresh: &UseStateHandle<u32>) -> Html {
    let (tone, word) = words::task_status(task.status);
    let chosen = &address.value;
    let form = chosen.form.or_else(|| task.forms.first().map(|form| form.id));
    let chip = |label: String, on: bool, wanted: Chosen| {
        let onclick = address.set.reform(move |()| wanted.clone());
        html! { <Chip {label} {on} {onclick} /> }
    };
    let beside = html! {
        <>
            <Status {tone} {word} />
            <span class="muted">{ tp("task.due", &[("day", &task.deadline), ("in", &format::due_in_words(task.due_at, format::today()))]) }</span>
        </>
    };
    let set_unit = {
        let (set, chosen) = (address.set.clone(), chosen.clone());
        Callback::from(move |unit: UnitId| set.emit(Chosen { unit: Some(unit), ..chosen.clone() }))
    };
    let set_share = {
        let (set, chosen) = (address.set.clone(), chosen.clone());
        Callback::from(move |share: Share| set.emit(Chosen { share, ..chosen.clone() }))
    };
    let set_column = {
        let (set, chosen) = (address.set.clone(), chosen.clone());
        Callback::from(move |column: Option<String>| set.emit(Chosen { column, ..chosen.clone() }))
    };
    let done = {
        let (reload, fresh) = (query.reload.clone(), fresh.clone());
        Callback::from(move |()| {
            reload.emit(());
            fresh.set(*fresh + 1);
        })
    };
    html! {
        <>
            <PageHead title={task.title.clone()} path={vec![Crumb::to(t("nav.tasks"), Route::Tasks)]} {beside}>
                <FillMany task={task.clone()} />
                if task.status == TaskStatus::Open { <Steer task={task.clone()} {done} /> }
                if let Some(form) = form { <Allowed to={Permission::ExportReports}><Order task={task.id} {form} unit={chosen.unit} /></Allowed> }
                <Allowed to={Permission::IssueTasks}><EndTask id={task.id} status={task.status} done={query.reload.clone()} /></Allowed>
            </PageHead>
            if let Some(reason) = &task.cancel_reason { <Alert tone={Tone::Wait}><p>{ tp("task.cancelled_because", &[("reason", reason)]) }</p></Alert> }
            <div class="chips" role="group" aria-label={t("kit.filters")}>
                { chip(t("board.who"), chosen.view == View::Board, Chosen { view: View::Board, ..chosen.clone() }) }
                { chip(t("map.title"), chosen.view == View::Map, Chosen { view: View::Map, ..chosen.clone() }) }
                if task.forms.len() > 1 { { chip(t("board.by_form"), chosen.view == View::Matrix, Chosen { view: View::Matrix, ..chosen.clone() }) } }
                { chip(t("board.totals"), chosen.view == View::Totals, Chosen { view: View::Totals, ..chosen.clone() }) }
                { chip(t("board.log"), chosen.view == View::Log, Chosen { view: View::Log, ..chosen.clone() }) }
                if task.forms.len() > 1 && matches!(chosen.view, View::Board | View::Map | View::Totals) { { which_form(task, address) } }
                if chosen.view == View::Totals {
                    { for [TotalsOf::Submitted, TotalsOf::ApprovedOnce, TotalsOf::ApprovedTwice, TotalsOf::Approved].into_iter().filter(|of| fits(*of, task.chain.len()))
                        .map(|of| chip(words::totals_of(of), chosen.of == of, Chosen { of, ..chosen.clone() })) }
                }
            </div>
            { match (chosen.view, form) {
                (View::Board, _) => html! { <BoardView key={**fresh} task={task.id} unit={chosen.unit} form={chosen.form} {set_unit} /> },
                (View::Map, _) => html! { <MapView key={**fresh} task={task.id} unit={chosen.unit} form={chosen.form} share={chosen.share} {set_unit} {set_share} /> },
                (View::Matrix, _) => html! { <MatrixView key={**fresh} task={task.id} unit={chosen.unit} {set_unit} /> },
                (View::Log, _) => html! { <LogView id={task.id} fresh={**fresh} /> },
                (View::Totals, Some(form)) => html! { <TotalsView key={**fresh} task={task.id} unit={chosen.unit} {form} of={chosen.of} column={chosen.column.clone()} {set_unit} {set_column} /> },
                (View::Totals, None) => Html::default(),
            } }
        </>
    }
}

/// Whether a chain of this length has such a state apart from the others.
fn fits(of: TotalsOf, chain: usize) -> bool {
    match of {
        TotalsOf::Submitted | TotalsOf::Approved => true,
        TotalsOf::ApprovedOnce => chain > 1,
        TotalsOf::ApprovedTwice => chain > 2,
    }
}

/// The path of units above the shown one, each a step back up.
pub fn unit_path(path: &[UnitName], shown: &UnitName, set_unit: &Callback<UnitId>) -> Html {
    if path.is_empty() {
        return Html::default();
    }
    html! {
        <nav aria-label={t("board.path")}>
            <ol class="path">
                { for path.iter().map(|unit| {
                    let id = unit.id;
                    let onclick = set_unit.reform(move |_: MouseEvent| id);
                    html! { <li key={unit.id.0}><button type="button" class="button-link" {onclick}>{ unit.name.clone() }</button></li> }
                }) }
                <li><span class="strong" aria-current="true">{ shown.name.clone() }</span></li>
            </ol>
        </nav>
    }
}

#[derive(Properties, PartialEq)]
struct FillManyProps {
    task: Task,
}

/// The way to all villages side by side, for whoever may fill for several.
#[component]
fn FillMany(props: &FillManyProps) -> Html {
    let session = use_session();
    let fills = |role| matches!(role, Role::Clerk);
    let above = session
        .me()
        .is_some_and(|me| me.grants.iter().any(|grant| fills(grant.role) && grant.unit.level < props.task.level));
    if !above || props.task.status != TaskStatus::Open {
        return Html::default();
    }
    let to = Route::Villages { id: props.task.id.to_string() };
    html! { <Link<Route> {to} classes="button button-primary">{ t("grid.many_title") }</Link<Route>> }
}

#[derive(Properties, PartialEq)]
struct SteerProps {
    task: Task,
    done: Callback<()>,
}

/// Which dialog is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asking {
    Dun,
    Amend,
}

/// Dunning and amending.
#[component]
fn Steer(props: &SteerProps) -> Html {
    let asking = use_state(|| None::<Asking>);
    let ask = |what: Asking| {
        let asking = asking.clone();
        Callback::from(move |()| asking.set(Some(what)))
    };
    let onclose = {
        let asking = asking.clone();
        Callback::from(move |()| asking.set(None))
    };
    let (task, done) = (props.task.clone(), props.done.clone());
    html! {
        <>
            <Allowed to={Permission::DunReports}><Button kind={ButtonKind::Primary} onclick={ask(Asking::Dun)}>{ t("dun.title") }</Button></Allowed>
            <Allowed to={Permission::IssueTasks}><Button onclick={ask(Asking::Amend)}>{ t("amend.title") }</Button></Allowed>
            { match *asking {
                Some(Asking::Dun) => html! { <DunDialog {task} {onclose} {done} /> },
                Some(Asking::Amend) => html! { <AmendDialog {task} {onclose} {done} /> },
                None => Html::default(),
            } }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct EndTaskProps {
    id: TaskId,
    status: TaskStatus,
    done: Callback<()>,
}

/// How a task ends.
#[derive(Clone, PartialEq)]
enum End {
    Close,
    Cancel(String),
}

async fn end_task(api: Api, id: TaskId, end: End) -> Result<Task> {
    match end {
        End::Close => api.close_task(id).await,
        End::Cancel(reason) => api.cancel_task(id, &CancelTask { reason }).await,
    }
}

#[component]
fn EndTask(props: &EndTaskProps) -> Html {
    let asking = use_state(|| None::<bool>);
    let reason = use_state(String::new);
    let toasts = use_toasts();
    let action = {
        let (id, asking, done) = (props.id, asking.clone(), props.done.clone());
        use_action(
            move |api, end: End, _| end_task(api, id, end),
            Callback::from(move |task: Task| {
                asking.set(None);
                toasts.done(words::task_status(task.status).1);
                done.emit(());
            }),
        )
    };
    if props.status != TaskStatus::Open {
        return Html::default();
    }
    let ask = |cancel: bool| {
        let asking = asking.clone();
        Callback::from(move |()| asking.set(Some(cancel)))
    };
    let onclose = {
        let (asking, forget) = (asking.clone(), action.forget.clone());
        Callback::from(move |()| {
            asking.set(None);
            forget.emit(());
        })
    };
    let oninput = {
        let reason = reason.clone();
        Callback::from(move |text| reason.set(text))
    };
    let is_cancel = *asking == Some(true);
    let onsubmit = {
        let (run, reason) = (action.run.clone(), reason.clone());
        Callback::from(move |()| run.emit(if is_cancel { End::Cancel((*reason).clone()) } else { End::Close }))
    };
    let (title, hint) =
        if is_cancel { (t("task.cancel"), t("task.cancel_hint")) } else { (t("task.close"), t("task.close_hint")) };
    let foot = html! {
        <>
            <Button onclick={onclose.clone()}>{ t("kit.cancel") }</Button>
            <Button kind={ButtonKind::DangerSolid} submit=true busy={action.pending}>{ title.clone() }</Button>
        </>
    };
    html! {
        <>
            <Button onclick={ask(false)}>{ t("task.close") }</Button>
            <Button kind={ButtonKind::Danger} onclick={ask(true)}>{ t("task.cancel") }</Button>
            if asking.is_some() {
                <Dialog {title} {onclose} {onsubmit} {foot}>
                    <p>{ hint }</p>
                    if let Some(error) = action.failure.as_ref().filter(|error| field_fault(Some(error), "reason").is_none()) { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
                    if is_cancel { <TextArea label={t("report.reason")} value={(*reason).clone()} {oninput} fault={field_fault(action.failure.as_ref(), "reason")} autofocus=true /> }
                </Dialog>
            }
        </>
    }
}
