//! Files of many spreadsheets: ordered on a task's page, watched and fetched here.

use fupin_client::Download;
use fupin_contract::{
    ExportId, FormId, TaskId, UnitId,
    reporting::{Export, ExportState, OrderExport},
};
use gloo_timers::callback::Interval;
use yew::prelude::*;
use yew_router::{hooks::use_navigator, prelude::Link};

use crate::{
    format,
    i18n::{error_sentence, t, tp},
    kit::{
        Alert, Button, ButtonKind, Column, Empty, Icon, PageHead, Row, Shape, Status, Table, Tone, progress_bar,
        save_file, use_action, use_query, use_toasts,
    },
    routes::Route,
    words,
};

const ASK_EVERY_MS: u32 = 1_500;

#[component]
pub fn ExportsPage() -> Html {
    let query = use_query((), async |api, ()| api.list_exports().await);
    let under_way = query.ready().is_some_and(|page| page.items.iter().any(|export| export.state.is_under_way()));
    {
        let latest = use_mut_ref(|| query.reload.clone());
        latest.replace(query.reload.clone());
        use_effect_with(under_way, move |under_way| {
            let asking = under_way.then(|| Interval::new(ASK_EVERY_MS, move || latest.borrow().emit(())));
            move || drop(asking)
        });
    }
    let drawn = query.view(|page| {
        if page.items.is_empty() {
            return html! { <Empty title={t("export.none")}><p>{ t("export.none_hint") }</p><Link<Route> to={Route::Tasks} classes="button">{ t("nav.tasks") }</Link<Route>></Empty> };
        }
        list(&page.items, &query.reload)
    });
    html! {
        <>
            <PageHead title={t("nav.exports")} />
            <p class="muted">{ t("export.hint") }</p>
            { drawn }
        </>
    }
}

fn list(exports: &[Export], reload: &Callback<()>) -> Html {
    let columns = vec![
        Column::text(t("export.what")),
        Column::text(t("export.unit")),
        Column::text(t("report.status")),
        Column::text(t("export.progress")),
        Column::text(t("export.ordered_at")),
        Column::text(t("export.expires_at")),
        Column::text(""),
    ];
    let rows = exports.iter().map(|export| {
        let (tone, word) = words::export_state(export.state);
        let expires = export.expires_at.filter(|_| export.state == ExportState::Done).map(format::date_time);
        Row::new(
            export.id,
            vec![
                html! { <div><div>{ export.form_title.clone() }</div><div class="muted small">{ format::period(export.period) }{ "　" }{ export.task_title.clone() }</div></div> },
                html! { export.unit.name.clone() },
                html! { <Status {tone} {word} /> },
                progress(export),
                html! { <span class="nowrap">{ format::date_time(export.ordered_at) }</span> },
                html! { <span class="nowrap">{ expires.unwrap_or_default() }</span> },
                html! { <Acts id={export.id} state={export.state} done={reload.clone()} /> },
            ],
        )
    });
    html! { <Table caption={t("nav.exports")} {columns} rows={rows.collect::<Vec<_>>()} /> }
}

/// How far it is and how long it may still take; when done, how large it is.
fn progress(export: &Export) -> Html {
    match export.state {
        ExportState::Queued | ExportState::Running => html! {
            <div>
                { progress_bar(export.written, export.total) }
                if let Some(seconds) = seconds_left(export) { <div class="muted small">{ tp("export.left", &[("seconds", &seconds)]) }</div> }
            </div>
        },
        ExportState::Done => {
            let size =
                tp("export.size", &[("count", &format::count(export.written)), ("size", &mebibytes(export.bytes))]);
            html! { size }
        }
        ExportState::Failed | ExportState::Cancelled | ExportState::Expired => Html::default(),
    }
}

/// By the pace so far; nothing before there is a pace.
fn seconds_left(export: &Export) -> Option<i64> {
    let spent = (export.as_of - export.started_at?).num_milliseconds();
    let left = export.total - export.written;
    (export.written > 0 && spent > 0).then(|| (spent * left / export.written / 1000).max(1))
}

/// `12.3`, at least 0.1.
fn mebibytes(bytes: Option<i64>) -> String {
    let tenths = (bytes.unwrap_or(0) * 10 / 1_048_576).max(1);
    format!("{}.{}", format::count(tenths / 10), tenths % 10)
}

#[derive(Properties, PartialEq)]
struct ActsProps {
    id: ExportId,
    state: ExportState,
    done: Callback<()>,
}

/// Fetch it, or give it up.
#[component]
fn Acts(props: &ActsProps) -> Html {
    let id = props.id;
    let toasts = use_toasts();
    let download = use_action(
        move |api, (): (), _| async move { api.download_export(id).await },
        Callback::from(|file: Download| save_file(&file, "fupin.zip")),
    );
    let cancel = {
        let (done, toasts) = (props.done.clone(), toasts.clone());
        use_action(
            move |api, (): (), _| async move { api.cancel_export(id).await },
            Callback::from(move |_: Export| {
                toasts.done(t("export.cancelled"));
                done.emit(());
            }),
        )
    };
    {
        let failure = download.failure.as_ref().or(cancel.failure.as_ref()).map(error_sentence);
        let done = props.done.clone();
        use_effect_with(failure, move |failure| {
            if let Some(said) = failure {
                toasts.failed(said.clone());
                done.emit(());
            }
        });
    }
    match props.state {
        ExportState::Done => html! {
            <Button onclick={download.run} busy={download.pending}><Icon shape={Shape::Download} />{ t("export.download") }</Button>
        },
        ExportState::Queued | ExportState::Running => html! {
            <Button onclick={cancel.run} busy={cancel.pending}>{ t("export.cancel") }</Button>
        },
        ExportState::Failed | ExportState::Cancelled | ExportState::Expired => Html::default(),
    }
}

#[derive(Properties, PartialEq)]
pub struct OrderProps {
    pub task: TaskId,
    pub form: FormId,
    pub unit: Option<UnitId>,
}

/// Orders the spreadsheets of all reports below a unit, and goes to where they can be watched.
#[component]
pub fn Order(props: &OrderProps) -> Html {
    let (toasts, navigator) = (use_toasts(), use_navigator());
    let task = props.task;
    let order = use_action(
        move |api, order: OrderExport, key| async move { api.order_export(task, &order, key).await },
        Callback::from(move |_: Export| {
            toasts.done(t("export.ordered"));
            if let Some(navigator) = &navigator {
                navigator.push(&Route::Exports);
            }
        }),
    );
    let onclick = {
        let (run, wanted) = (order.run.clone(), OrderExport { form: props.form, unit: props.unit });
        Callback::from(move |()| run.emit(wanted.clone()))
    };
    html! {
        <>
            if let Some(error) = &order.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <Button kind={ButtonKind::Plain} {onclick} busy={order.pending} title={t("export.order_hint")}><Icon shape={Shape::Download} />{ t("export.order") }</Button>
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::mebibytes;

    #[test]
    fn a_size_is_told_in_tenths() {
        assert_eq!(mebibytes(Some(1)), "0.1");
        assert_eq!(mebibytes(Some(52_428_800)), "50.0");
        assert_eq!(mebibytes(Some(1_782_579)), "1.6");
    }
}
