//! Schedules: forms that are issued again and again; what comes next, and what was issued last.

mod create;

use fupin_client::Result;
use fupin_contract::{
    Page, ScheduleId,
    access::Permission,
    reporting::{DueBy, Every, PlannedIssue, Schedule, ScheduleRule},
};
use yew::prelude::*;
use yew_router::prelude::Link;

use crate::{
    format,
    i18n::{error_sentence, t, tp},
    kit::{
        Alert, Allowed, Button, ButtonKind, Column, Empty, PageHead, Row, Status, Table, Tone, use_action, use_query,
        use_toasts,
    },
    routes::Route,
    transport::Api,
    words,
};
use create::CreateDialog;

/// 「每月 20 日下发，次月第 5 个工作日截止」
pub fn rule_in_words(rule: &ScheduleRule) -> String {
    let every = match rule.every {
        Every::Month => "schedule.every_month",
        Every::Quarter => "schedule.every_quarter",
        Every::Year => "schedule.every_year",
    };
    let due = match rule.due {
        DueBy::Day => "schedule.due_day",
        DueBy::WorkingDay => "schedule.due_working_day",
    };
    let due = tp(due, &[("number", &rule.due_number)]);
    tp("schedule.rule", &[("every", &t(every)), ("day", &rule.issue_day), ("due", &due)])
}

/// A period as its schedule calls it.
fn period(every: Every, plan: &PlannedIssue) -> String {
    use chrono::Datelike;
    let first = plan.period.first_day();
    match every {
        Every::Month => format::period(plan.period),
        Every::Quarter => tp("schedule.quarter", &[("year", &first.year()), ("quarter", &first.month().div_ceil(3))]),
        Every::Year => tp("schedule.year", &[("year", &first.year())]),
    }
}

/// What comes next, a line each.
pub fn planned(every: Every, plans: &[PlannedIssue]) -> Html {
    html! {
        <ul class="plain">
            { for plans.iter().map(|plan| html! {
                <li key={plan.period.to_string()}>
                    { tp("schedule.plan", &[("period", &period(every, plan)), ("on", &plan.issues_on), ("deadline", &plan.deadline)]) }
                    if plan.provisional { { " " }<Status tone={Tone::Wait} word={t("schedule.provisional")} /> }
                </li>
            }) }
        </ul>
    }
}

#[component]
pub fn SchedulesPage() -> Html {
    let making = use_state(|| false);
    let query = use_query((), async |api, ()| api.list_schedules().await);
    let start = {
        let making = making.clone();
        Callback::from(move |()| making.set(true))
    };
    let close = {
        let making = making.clone();
        Callback::from(move |()| making.set(false))
    };
    let reload = query.reload.clone();
    html! {
        <>
            <PageHead title={t("nav.schedules")}>
                <Allowed to={Permission::IssueTasks}><Button kind={ButtonKind::Primary} onclick={start}>{ t("schedule.create") }</Button></Allowed>
            </PageHead>
            { query.view(|page| list(page, &reload)) }
            if *making { <CreateDialog onclose={close} done={query.reload.clone()} /> }
        </>
    }
}

fn list(page: &Page<Schedule>, reload: &Callback<()>) -> Html {
    if page.items.is_empty() {
        return html! { <Empty title={t("schedule.none")}><p>{ t("schedule.none_hint") }</p></Empty> };
    }
    let columns = vec![
        Column::text(t("schedule.title")),
        Column::text(t("schedule.when")),
        Column::text(t("schedule.next")),
        Column::text(t("schedule.last")),
        Column::text(t("task.status")),
        Column::text(""),
    ];
    let rows = page.items.iter().map(|schedule| {
        let (tone, key) =
            if schedule.paused { (Tone::Wait, "schedule.paused") } else { (Tone::Accent, "schedule.running") };
        Row::new(
            schedule.id,
            vec![
                html! { <div><p class="strong">{ schedule.title.clone() }</p><p class="muted small">{ format!("{} · {}", schedule.unit.name, words::level(schedule.level)) }</p><p class="muted small">{ forms_in_words(schedule) }</p></div> },
                html! { rule_in_words(&schedule.rule) },
                if schedule.paused { html! { <span class="muted">{ t("schedule.none_while_paused") }</span> } } else { planned(schedule.rule.every, &schedule.next) },
                last(schedule),
                html! { <Status {tone} word={t(key)} /> },
                html! { <Allowed to={Permission::IssueTasks}><Toggle id={schedule.id} paused={schedule.paused} done={reload.clone()} /></Allowed> },
            ],
        )
    });
    html! { <Table caption={t("nav.schedules")} {columns} rows={rows.collect::<Vec<_>>()} /> }
}

/// The first form by name, and how many there are.
fn forms_in_words(schedule: &Schedule) -> String {
    match schedule.forms.as_slice() {
        [] => String::new(),
        [only] => only.title.clone(),
        [first, ..] => tp("schedule.forms", &[("first", &first.title), ("count", &schedule.forms.len())]),
    }
}

fn last(schedule: &Schedule) -> Html {
    let Some(last) = &schedule.last else { return html! { <span class="muted">{ t("schedule.never") }</span> } };
    let name = format::period(last.period);
    match (&last.task, &last.problem) {
        (Some(task), _) => html! { <Link<Route> to={Route::Task { id: task.to_string() }}>{ name }</Link<Route>> },
        (None, Some(_)) => html! { <Status tone={Tone::Danger} word={tp("schedule.refused", &[("period", &name)])} /> },
        (None, None) => html! { <Status tone={Tone::Wait} word={tp("schedule.skipped", &[("period", &name)])} /> },
    }
}

#[derive(Properties, PartialEq)]
struct ToggleProps {
    id: ScheduleId,
    paused: bool,
    done: Callback<()>,
}

/// What is wanted of a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Pause,
    Resume,
}

async fn toggle(api: Api, id: ScheduleId, wanted: Wanted) -> Result<Schedule> {
    match wanted {
        Wanted::Pause => api.pause_schedule(id).await,
        Wanted::Resume => api.resume_schedule(id).await,
    }
}

#[component]
fn Toggle(props: &ToggleProps) -> Html {
    let toasts = use_toasts();
    let id = props.id;
    let act = use_action(move |api, wanted: Wanted, _| toggle(api, id, wanted), {
        let done = props.done.clone();
        Callback::from(move |schedule: Schedule| {
            toasts.done(t(if schedule.paused { "schedule.said_paused" } else { "schedule.said_resumed" }));
            done.emit(());
        })
    });
    let (wanted, key) =
        if props.paused { (Wanted::Resume, "schedule.resume") } else { (Wanted::Pause, "schedule.pause") };
    let onclick = act.run.reform(move |()| wanted);
    html! {
        <>
            if let Some(error) = &act.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <Button {onclick} busy={act.pending}>{ t(key) }</Button>
        </>
    }
}
