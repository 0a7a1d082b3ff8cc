//! Reports within the caller's reach; filters live in the address.

use fupin_contract::{
    TaskId, UnitId,
    access::Permission,
    reporting::{ReportFilter, ReportStatus, ReportSummary, WaitingFilter},
};
use serde::{Deserialize, Serialize};
use yew::prelude::*;
use yew_router::prelude::Link;

use super::bulk::{BulkBar, Selection, use_selection};
use crate::{
    format,
    i18n::t,
    kit::{Chip, Column, Empty, More, PageHead, Row, Status, Table, Tone, use_address, use_pages},
    routes::Route,
    session::use_session,
    words,
};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Chosen {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<ReportStatus>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mine: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    task: Option<TaskId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unit: Option<UnitId>,
}

#[component]
pub fn ReportsPage() -> Html {
    let session = use_session();
    let address = use_address::<Chosen>();
    let pages = use_pages(address.value.clone(), |api, chosen: Chosen, after| async move {
        let filter = ReportFilter {
            task: chosen.task,
            unit: chosen.unit,
            status: chosen.status,
            mine: chosen.mine,
            after,
            ..ReportFilter::default()
        };
        api.list_reports(&filter).await
    });
    let selection = use_selection(session.may(Permission::ApproveReports), address.value.clone());
    let filter = WaitingFilter { task: address.value.task, form: None, unit: address.value.unit };
    let chip = |label: String, wanted: Chosen| {
        let on = address.value == wanted;
        let onclick = address.set.reform(move |()| wanted.clone());
        html! { <Chip {label} {on} {onclick} /> }
    };
    let with = |status| Chosen { status, mine: None, ..address.value.clone() };
    html! {
        <>
            <PageHead title={t("nav.reports")} />
            <div class="chips" role="group" aria-label={t("kit.filters")}>
                { chip(t("report.all"), with(None)) }
                if session.may(Permission::ApproveReports) { { chip(t("report.mine"), Chosen { status: None, mine: Some(true), ..address.value.clone() }) } }
                { for [ReportStatus::Draft, ReportStatus::Submitted, ReportStatus::Returned, ReportStatus::Approved].map(|status| chip(words::report_status(status).1, with(Some(status)))) }
                if address.value.task.is_some() || address.value.unit.is_some() {
                    { chip(t("report.all_tasks"), Chosen { status: address.value.status, mine: address.value.mine, task: None, unit: None }) }
                }
            </div>
            { pages.view(|reports| list(reports, &selection)) }
            <More shown={pages.items().len()} more={pages.more.clone()} busy={pages.reading_more} />
            if selection.is_offered { <BulkBar selection={selection.clone()} {filter} reload={pages.reload.clone()} /> }
        </>
    }
}

fn list(reports: &[&ReportSummary], selection: &Selection) -> Html {
    if reports.is_empty() {
        return html! { <Empty title={t("report.none")}><p>{ t("report.none_hint") }</p></Empty> };
    }
    let columns = vec![
        Column::text(t("form.title")),
        Column::text(t("report.unit")),
        Column::text(t("task.period")),
        Column::text(t("report.status")),
        Column::text(t("report.waits_for")),
        Column::text(t("task.deadline")),
        Column::text(t("report.submitted_at")),
    ];
    let rows = reports.iter().map(|report| {
        let to = Route::Report { id: report.id.to_string() };
        let open = !matches!(report.status, ReportStatus::Approved | ReportStatus::Submitted);
        Row::new(
            report.id,
            vec![
                html! { <span class="row">{ selection.check(report, reports) }<Link<Route> {to}>{ report.form_title.clone() }</Link<Route>></span> },
                html! { report.unit.name.clone() },
                html! { format::period(report.period) },
                status(report),
                html! { report.waits_for.map(words::level).unwrap_or_default() },
                html! {
                    <span class="nowrap">{ format::due_day(report.due_at).to_string() }{ " " }
                        if open { <span class={classes!("small", if report.due_at <= format::now() { "danger-text" } else { "muted" })}>{ format::due_in_words(report.due_at, format::today()) }</span> }
                    </span>
                },
                html! { report.submitted_at.map(format::date_time).unwrap_or_default() },
            ],
        )
    });
    html! {
        <>
            { selection.check_all(reports) }
            <Table caption={t("nav.reports")} {columns} rows={rows.collect::<Vec<_>>()} />
        </>
    }
}

fn status(report: &ReportSummary) -> Html {
    let (tone, word) = words::report_status(report.status);
    html! { <span class="row"><Status {tone} {word} />if report.late { <Status tone={Tone::Danger} word={t("status.late")} /> }</span> }
}
