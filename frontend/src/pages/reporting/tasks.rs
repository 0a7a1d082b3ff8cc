//! Tasks, newest first: how far each has come.

use fupin_contract::{
    FormId, Period,
    access::Permission,
    reporting::{Task, TaskFilter},
};
use serde::{Deserialize, Serialize};
use yew::prelude::*;
use yew_router::prelude::Link;

use super::issue::IssueDialog;
use crate::{
    format,
    i18n::t,
    kit::{
        Allowed, Button, ButtonKind, Column, Empty, More, PageHead, Row, Status, Table, TextField, progress_bar,
        use_address, use_pages,
    },
    routes::Route,
    words,
};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Chosen {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    period: Option<Period>,
}

#[component]
pub fn TasksPage() -> Html {
    let address = use_address::<Chosen>();
    let issuing = use_state(|| false);
    let pages = use_pages(address.value.period, |api, period, after| async move {
        api.list_tasks(&TaskFilter { period, after }).await
    });
    let choose = address.set.reform(|text: String| Chosen { period: Period::parse(&text).ok() });
    let start = {
        let issuing = issuing.clone();
        Callback::from(move |()| issuing.set(true))
    };
    let close = {
        let issuing = issuing.clone();
        Callback::from(move |()| issuing.set(false))
    };
    html! {
        <>
            <PageHead title={t("nav.tasks")}>
                <Allowed to={Permission::IssueTasks}><Button kind={ButtonKind::Primary} onclick={start}>{ t("task.issue") }</Button></Allowed>
            </PageHead>
            <div class="chips"><TextField label={t("task.period")} kind="month" value={address.value.period.map(|period| period.to_string()).unwrap_or_default()} oninput={choose} /></div>
            { pages.view(list) }
            <More shown={pages.items().len()} more={pages.more.clone()} busy={pages.reading_more} />
            if *issuing { <IssueDialog onclose={close} form={None::<FormId>} /> }
        </>
    }
}

fn list(tasks: &[&Task]) -> Html {
    if tasks.is_empty() {
        return html! { <Empty title={t("task.none")}><p>{ t("task.none_hint") }</p></Empty> };
    }
    let columns = vec![
        Column::text(t("task.title")),
        Column::text(t("task.period")),
        Column::text(t("task.unit")),
        Column::text(t("task.deadline")),
        Column::text(t("task.progress")),
        Column::number(t("board.overdue")),
        Column::text(t("task.status")),
    ];
    let rows = tasks.iter().map(|task| {
        let handed = task.progress.submitted + task.progress.approved;
        let (tone, word) = words::task_status(task.status);
        let to = Route::Task { id: task.id.to_string() };
        Row::new(
            task.id,
            vec![
                html! { <Link<Route> {to}>{ task.title.clone() }</Link<Route>> },
                html! { format::period(task.period) },
                html! { format!("{} · {}", task.unit.name, words::level(task.level)) },
                html! { <span class="nowrap">{ task.deadline.to_string() }{ " " }<span class="muted small">{ format::due_in_words(task.due_at, format::today()) }</span></span> },
                progress_bar(handed, task.progress.expected),
                html! { format::count(task.progress.overdue) },
                html! { <Status {tone} {word} /> },
            ],
        )
    });
    html! { <Table caption={t("nav.tasks")} {columns} rows={rows.collect::<Vec<_>>()} /> }
}
