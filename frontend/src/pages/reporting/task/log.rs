//! The log of a task: its days of reminding, and what was done to it.

use fupin_contract::{
    TaskId,
    reporting::{DunOf, ReminderState, ReminderStep, Reminders, TaskAct, TaskLogEntry},
};
use yew::prelude::*;

use crate::{
    format,
    i18n::{t, tp},
    kit::{Column, Row, Status, Table, Tone, use_query},
    words,
};

#[derive(Properties, PartialEq)]
pub struct LogViewProps {
    pub id: TaskId,
    /// Changes when the log may have grown.
    pub fresh: u32,
}

#[component]
pub fn LogView(props: &LogViewProps) -> Html {
    let log = use_query((props.id, props.fresh), async |api, (id, _)| api.get_task_log(id).await);
    let reminders = use_query((props.id, props.fresh), async |api, (id, _)| api.get_reminders(id).await);
    html! {
        <>
            <section class="stack-tight">
                <h2>{ t("log.reminders") }</h2>
                { reminders.view(|reminders| days(reminders)) }
            </section>
            <section class="stack-tight">
                <h2>{ t("log.title") }</h2>
                { log.view(|log| entries(&log.entries)) }
            </section>
        </>
    }
}

/// 「截止前 3 天」, 「截止当天」, 「逾期 1 天」
pub fn day(day: i16) -> String {
    match day {
        0 => t("log.day_due"),
        1.. => tp("log.day_after", &[("days", &day)]),
        i16::MIN..=-1 => tp("log.day_before", &[("days", &-i32::from(day))]),
    }
}

fn days(reminders: &Reminders) -> Html {
    if reminders.steps.is_empty() {
        return html! { <p class="muted">{ t("log.never") }</p> };
    }
    let columns = vec![
        Column::text(t("log.day")),
        Column::text(t("log.at")),
        Column::text(t("log.whom")),
        Column::text(t("task.status")),
    ];
    let rows: Vec<Row> = reminders.steps.iter().map(step).collect();
    html! {
        <>
            <Table caption={t("log.reminders")} {columns} {rows} />
            <p class="muted small">{ if reminders.own { t("log.own_days") } else { t("log.province_days") } }</p>
        </>
    }
}

fn step(step: &ReminderStep) -> Row {
    let (tone, key) = match step.state {
        ReminderState::Ahead => (Tone::Plain, "log.ahead"),
        ReminderState::Told => (Tone::Done, "log.told"),
        ReminderState::PassedOver => (Tone::Wait, "log.passed_over"),
    };
    let mut whom = t("log.clerks");
    for level in &step.escalates_to {
        whom.push_str(&tp("log.and_reviewers", &[("level", &words::level(*level))]));
    }
    Row::new(
        step.day,
        vec![
            html! { day(step.day) },
            html! { format::date_time(step.at) },
            html! { whom },
            html! { <Status {tone} word={t(key)} /> },
        ],
    )
}

fn entries(entries: &[TaskLogEntry]) -> Html {
    let columns = vec![
        Column::text(t("log.at")),
        Column::text(t("log.by")),
        Column::text(t("log.act")),
        Column::text(t("report.reason")),
    ];
    let row = |(at, entry): (usize, &TaskLogEntry)| {
        let by = entry.by.clone().unwrap_or_else(|| t("log.platform"));
        let cells = vec![
            html! { <span class="nowrap">{ format::date_time(entry.at) }</span> },
            html! { <span class="nowrap">{ by }</span> },
            html! { act(&entry.act) },
            html! { entry.reason.clone().unwrap_or_default() },
        ];
        Row::new(at, cells)
    };
    let rows: Vec<Row> = entries.iter().enumerate().map(row).collect();
    html! { <Table caption={t("log.title")} {columns} {rows} /> }
}

fn act(act: &TaskAct) -> String {
    let count = |number: &i64| format::count(*number);
    match act {
        TaskAct::Issued { deadline } => tp("log.issued", &[("day", deadline)]),
        TaskAct::Closed => t("log.closed"),
        TaskAct::Cancelled => t("log.cancelled"),
        TaskAct::Dunned { of, told, resting } => {
            let key = match of {
                DunOf::Overdue => "log.dunned_overdue",
                DunOf::Unsubmitted => "log.dunned_unsubmitted",
            };
            tp(key, &[("told", &count(told)), ("resting", &count(resting))])
        }
        TaskAct::Reminded { day: step } => tp("log.reminded", &[("day", &day(*step))]),
        TaskAct::DeadlineSet { from, to } => tp("log.deadline_set", &[("from", from), ("to", to)]),
        TaskAct::UnitsChanged { added, removed, expected, void } => {
            let mut parts = Vec::new();
            if !added.is_empty() {
                parts.push(tp("log.units_added", &[("units", &added.join("、")), ("count", &count(expected))]));
            }
            if !removed.is_empty() {
                parts.push(tp("log.units_removed", &[("units", &removed.join("、")), ("count", &count(void))]));
            }
            parts.join("；")
        }
        TaskAct::FormCorrected { title, from, to, reports, aside, returned } => {
            let mut text =
                tp("log.form_corrected", &[("form", title), ("from", from), ("to", to), ("reports", &count(reports))]);
            if !aside.is_empty() {
                text.push_str(&tp("log.form_aside", &[("cells", &aside.join("、"))]));
            }
            if *returned > 0 {
                text.push_str(&tp("log.form_returned", &[("count", &count(returned))]));
            }
            text
        }
    }
}
