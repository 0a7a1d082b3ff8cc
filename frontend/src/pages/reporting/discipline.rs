//! Units ranked by how they report: late days, returns, mended cells.

use fupin_contract::{
    Period,
    access::Permission,
    reporting::{Discipline, DisciplineFilter, DisciplineRow},
    units::Level,
};
use serde::{Deserialize, Serialize};
use yew::prelude::*;

use super::download::use_export;
use crate::{
    format,
    i18n::{t, tp},
    kit::{Address, Allowed, Chip, Column, Empty, PageHead, Row, Table, TextField, use_address, use_query},
    words,
};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Chosen {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<Period>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Period>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    level: Option<Level>,
}

impl Chosen {
    fn filter(&self, month: Period) -> DisciplineFilter {
        let until = self.until.unwrap_or(month);
        let from = self.from.unwrap_or(until);
        DisciplineFilter { from, until, level: self.level.unwrap_or(Level::County), unit: None }
    }
}

#[component]
pub fn DisciplinePage() -> Html {
    let address = use_address::<Chosen>();
    let filter = address.value.filter(Period::of(format::today()));
    let deps = (filter.from, filter.until, filter.level);
    let query = use_query(deps, |api, (from, until, level)| async move {
        api.get_discipline(&DisciplineFilter { from, until, level, unit: None }).await
    });
    let export = {
        let filter = filter.clone();
        use_export(move |api| {
            let filter = filter.clone();
            async move { api.export_discipline(&filter).await }
        })
    };
    html! {
        <>
            <PageHead title={t("nav.discipline")}><Allowed to={Permission::ExportReports}>{ export }</Allowed></PageHead>
            { choices(&address, &filter) }
            { query.view(|sheet| ranking(sheet)) }
        </>
    }
}

fn choices(address: &Address<Chosen>, filter: &DisciplineFilter) -> Html {
    let chosen = address.value.clone();
    let from = {
        let chosen = chosen.clone();
        address.set.reform(move |text: String| Chosen { from: Period::parse(&text).ok(), ..chosen.clone() })
    };
    let until = {
        let chosen = chosen.clone();
        address.set.reform(move |text: String| Chosen { until: Period::parse(&text).ok(), ..chosen.clone() })
    };
    let level = |level: Level| {
        let wanted = Chosen { level: Some(level), ..chosen.clone() };
        let onclick = address.set.reform(move |()| wanted.clone());
        html! { <Chip label={words::level(level)} on={filter.level == level} {onclick} /> }
    };
    html! {
        <div class="chips" role="group" aria-label={t("kit.filters")}>
            <TextField label={t("discipline.from")} kind="month" value={filter.from.to_string()} oninput={from} />
            <TextField label={t("discipline.until")} kind="month" value={filter.until.to_string()} oninput={until} />
            { for [Level::County, Level::Town, Level::Village].into_iter().map(level) }
        </div>
    }
}

fn ranking(sheet: &Discipline) -> Html {
    if sheet.rows.is_empty() {
        return html! { <Empty title={t("discipline.none")}><p>{ t("discipline.none_hint") }</p></Empty> };
    }
    let columns = vec![
        Column::text(t("board.unit")),
        Column::number(t("discipline.rank")),
        Column::number(t("discipline.score")),
        Column::number(t("board.expected")),
        Column::number(t("discipline.submitted")),
        Column::number(t("discipline.late")),
        Column::number(t("discipline.late_days")),
        Column::number(t("discipline.returns")),
        Column::number(t("discipline.errors")),
        Column::number(t("discipline.taken_off")),
    ];
    let rows: Vec<Row> = sheet.rows.iter().map(line).collect();
    let points = &sheet.points;
    html! {
        <>
            <Table caption={tp("discipline.caption", &[("unit", &sheet.unit.name)])} {columns} {rows} />
            <p class="muted small">{ tp("discipline.how", &[("late", &points.late_day), ("returned", &points.returned), ("error", &points.error)]) }</p>
            <p class="muted small">{ tp("board.as_of", &[("at", &format::date_time(sheet.as_of))]) }</p>
        </>
    }
}

fn line(row: &DisciplineRow) -> Row {
    let number = |count: i64| html! { format::count(count) };
    let marked = |count: i64| html! { <span class={classes!((count > 0).then_some("danger-text"))}>{ format::count(count) }</span> };
    Row::new(
        row.unit.id,
        vec![
            html! { row.unit.name.clone() },
            number(row.rank),
            html! { <span class="strong">{ row.score.clone() }</span> },
            number(row.expected),
            number(row.submitted),
            marked(row.late),
            marked(row.late_days),
            number(row.returns),
            number(row.errors),
            html! { row.taken_off.clone() },
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_alone_is_the_present_one() {
        let month = Period::parse("2026-11").unwrap();
        let filter = Chosen::default().filter(month);
        assert_eq!((filter.from, filter.until, filter.level), (month, month, Level::County));
        let chosen = Chosen { from: Period::parse("2026-01").ok(), ..Chosen::default() };
        assert_eq!(chosen.filter(month).from.to_string(), "2026-01");
    }
}
