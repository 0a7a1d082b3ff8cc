//! The audit trail: who did what, when, from where, how it ended; and whether the trail is whole.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, TimeZone, Utc};
use fupin_contract::audit::{AuditFilter, AuditRow, AuditVerdict, BreachKind};
use serde::{Deserialize, Serialize};
use yew::prelude::*;

use crate::{
    format,
    i18n::{error_sentence, event_name, named_events, sentence_of, t, tp},
    kit::{
        Address, Alert, Button, Column, Empty, More, PageHead, Row, SelectField, Status, Table, TextField, Tone,
        use_action, use_address, use_pages,
    },
    words,
};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Chosen {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    event: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    object: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<NaiveDate>,
    /// Renewed sessions and readings of the trail too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    routine: bool,
}

/// The instant at which a day begins in China.
fn start_of(day: NaiveDate) -> DateTime<Utc> {
    Utc.from_utc_datetime(&day.and_time(NaiveTime::MIN)) - Duration::hours(8)
}

impl Chosen {
    fn filter(&self) -> AuditFilter {
        let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        AuditFilter {
            event: text(&self.event),
            object: text(&self.object),
            // Whoever asks for an event by name is shown it.
            routine: (!self.routine && self.event.is_empty()).then_some(false),
            from: self.from.map(start_of),
            until: self.until.and_then(|day| day.succ_opt()).map(start_of),
            ..AuditFilter::default()
        }
    }
}

#[component]
pub fn AuditPage() -> Html {
    let address = use_address::<Chosen>();
    let pages = use_pages(address.value.clone(), |api, chosen: Chosen, after| async move {
        api.list_audit(&AuditFilter { after, ..chosen.filter() }).await
    });
    let verdict = use_state(|| None::<AuditVerdict>);
    let check = {
        let verdict = verdict.clone();
        use_action(
            |api, (), _| async move { api.verify_audit().await },
            Callback::from(move |found: AuditVerdict| verdict.set(Some(found))),
        )
    };
    html! {
        <>
            <PageHead title={t("nav.audit")}><Button onclick={check.run.clone()} busy={check.pending}>{ t("audit.verify") }</Button></PageHead>
            if let Some(error) = &check.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            if let Some(verdict) = &*verdict { { said(verdict) } }
            { filters(&address) }
            { pages.view(list) }
            <More shown={pages.items().len()} more={pages.more.clone()} busy={pages.reading_more} />
        </>
    }
}

fn filters(address: &Address<Chosen>) -> Html {
    let change = |apply: fn(Chosen, String) -> Chosen| {
        let (set, chosen) = (address.set.clone(), address.value.clone());
        Callback::from(move |text: String| set.emit(apply(chosen.clone(), text)))
    };
    let routine = {
        let (set, chosen) = (address.set.clone(), address.value.clone());
        Callback::from(move |text: String| set.emit(Chosen { routine: text == "all", ..chosen.clone() }))
    };
    let kinds = vec![(String::new(), t("audit.without_routine")), ("all".to_owned(), t("audit.with_routine"))];
    let kind = if address.value.routine { "all" } else { "" };
    let mut options = vec![(String::new(), t("report.all"))];
    options.extend(named_events());
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    html! {
        <div class="row" role="group" aria-label={t("kit.filters")}>
            <SelectField label={t("audit.event")} {options} value={address.value.event.clone()} onchange={change(|chosen, event| Chosen { event, ..chosen })} />
            <SelectField label={t("audit.rows")} options={kinds} value={kind} onchange={routine} />
            <TextField label={t("audit.object")} value={address.value.object.clone()} oninput={change(|chosen, object| Chosen { object, ..chosen })} />
            <TextField label={t("audit.from")} kind="date" value={day(address.value.from)} oninput={change(|chosen, text| Chosen { from: text.parse().ok(), ..chosen })} />
            <TextField label={t("audit.until")} kind="date" value={day(address.value.until)} oninput={change(|chosen, text| Chosen { until: text.parse().ok(), ..chosen })} />
        </div>
    }
}

fn said(verdict: &AuditVerdict) -> Html {
    match &verdict.breach {
        None => html! {
            <Alert tone={Tone::Done}>
                <p>{ tp("audit.whole", &[("rows", &format::count(verdict.rows)), ("segments", &format::count(verdict.segments))]) }</p>
                <p class="small muted mono">{ verdict.head.clone() }</p>
            </Alert>
        },
        Some(breach) => {
            let what = t(match breach.kind {
                BreachKind::RowChanged => "audit.row_changed",
                BreachKind::RowMissing => "audit.row_missing",
                BreachKind::RowInserted => "audit.row_inserted",
                BreachKind::RowsReordered => "audit.rows_reordered",
                BreachKind::SegmentChanged => "audit.segment_changed",
                BreachKind::SegmentMissing => "audit.segment_missing",
                BreachKind::TailCut => "audit.tail_cut",
            });
            let place = breach
                .audit_id
                .map(|id| id.to_string())
                .or_else(|| breach.segment.map(format::count))
                .unwrap_or_default();
            html! { <Alert tone={Tone::Danger} urgent=true><p class="strong">{ what }</p><p class="mono">{ place }</p></Alert> }
        }
    }
}

fn list(rows: &[&AuditRow]) -> Html {
    if rows.is_empty() {
        return html! { <Empty title={t("audit.none")}><p>{ t("audit.none_hint") }</p></Empty> };
    }
    let columns = vec![
        Column::text(t("audit.at")),
        Column::text(t("audit.who")),
        Column::text(t("audit.event")),
        Column::text(t("audit.outcome")),
        Column::text(t("audit.object")),
        Column::text(t("session.address")),
        Column::text(t("audit.detail")),
    ];
    let rows = rows.iter().map(|row| {
        let (tone, word) = words::audit_outcome(row.outcome);
        let detail = if row.detail.is_empty() { String::new() } else { serde_json::to_string(&row.detail).unwrap_or_default() };
        Row::new(
            row.id,
            vec![
                html! { <span class="nowrap">{ format::date_time(row.at) }</span> },
                html! { words::doer(row.username.as_deref().unwrap_or("—"), row.on_behalf_of.as_deref()) },
                html! { <span class="nowrap" title={row.event.clone()}>{ event_name(&row.event) }</span> },
                html! { <span class="row"><Status {tone} {word} />if let Some(code) = &row.code { <div class="cut muted small" title={code.clone()}>{ sentence_of(code, &serde_json::Map::new()).unwrap_or_else(|| code.clone()) }</div> }</span> },
                html! { <div class="cut cut-short mono" title={row.object_id.clone()}>{ row.object_id.clone().unwrap_or_default() }</div> },
                html! { row.address.clone() },
                html! { <div class="cut mono" title={detail.clone()}>{ detail.clone() }</div> },
            ],
        )
    });
    html! { <Table caption={t("nav.audit")} {columns} rows={rows.collect::<Vec<_>>()} /> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_chinas_and_the_last_one_is_whole() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 23);
        let filter = Chosen { from: day, until: day, ..Chosen::default() }.filter();
        assert_eq!(filter.from.unwrap().to_rfc3339(), "2026-11-22T16:00:00+00:00");
        assert_eq!(filter.until.unwrap().to_rfc3339(), "2026-11-23T16:00:00+00:00");
        assert_eq!(filter.event, None);
    }
}
