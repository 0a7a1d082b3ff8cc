//! One item over the months, for all units of a level: lines, and a table of the same figures. All of it is in the address.

use std::rc::Rc;

use fupin_client::ClientError;
use fupin_contract::{
    FormId, Period, UnitId,
    access::{Me, Permission},
    reporting::{FormSummary, TaskFilter, TotalsOf, Trend, TrendFilter, TrendRow, TrendValue},
    units::{Level, UnitName},
};
use fupin_form::Form;
use serde::{Deserialize, Serialize};
use yew::prelude::*;

use super::{download::use_export, form_table, task::unit_path};
use crate::{
    format,
    i18n::{t, tp},
    interop::{Chart, Drawing, Line},
    kit::{
        Address, Allowed, Check, Chip, Column, Empty, Load, PageHead, Query, Row, SelectField, Table, TextField,
        UnitField, use_address, use_query,
    },
    session::use_session,
    words,
};

const MONTHS: u32 = 12;
/// More lines are told apart by nobody.
const MOST_LINES: usize = 8;
/// The line of all units together, among the lines that are drawn.
const WHOLE: &str = "whole";

/// What the address says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Chosen {
    /// The form's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// The item's key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Period>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    #[serde(default)]
    pub of: TotalsOf,
    /// Which lines are drawn: ids of units, and all of them together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<String>,
}

impl Chosen {
    fn drawn(&self) -> Vec<&str> {
        self.lines.as_deref().unwrap_or(WHOLE).split('.').filter(|line| !line.is_empty()).collect()
    }

    /// The same with a line drawn, or not.
    fn with_line(&self, line: &str, on: bool) -> Self {
        let mut lines: Vec<&str> = self.drawn().into_iter().filter(|drawn| *drawn != line).collect();
        if on {
            lines.push(line);
        }
        Self { lines: Some(lines.join(".")), ..self.clone() }
    }
}

/// The level below the highest unit that somebody works at: what he compares.
fn level_below(me: &Me) -> Level {
    let highest = me.grants.iter().map(|grant| grant.unit.level.rank()).min().unwrap_or_default();
    Level::from_rank(highest + 1).unwrap_or(Level::Village)
}

#[component]
pub fn TrendPage() -> Html {
    let address = use_address::<Chosen>();
    let query = use_query((), |api, ()| async move {
        let forms = api.list_forms().await?.items;
        let tasks = api.list_tasks(&TaskFilter::default()).await?.items;
        // Who has not chosen yet is shown what was issued last.
        let last = tasks.first().and_then(|task| task.forms.first()).map(|form| form.code.clone());
        Ok((forms, last))
    });
    match query.ready() {
        Some(read) if !read.0.is_empty() => {
            html! { <OfForm forms={read.0.clone()} last={read.1.clone()} {address} /> }
        }
        Some(_) => html! { <><PageHead title={t("nav.trend")} /><Empty title={t("trend.no_forms")} /></> },
        None => html! { <><PageHead title={t("nav.trend")} />{ query.view(|_| Html::default()) }</> },
    }
}

#[derive(Properties, PartialEq)]
struct OfFormProps {
    forms: Vec<FormSummary>,
    /// The code of the form that was issued last.
    last: Option<String>,
    address: Address<Chosen>,
}

#[component]
fn OfForm(props: &OfFormProps) -> Html {
    let code = props.address.value.form.as_ref().or(props.last.as_ref());
    let form = props.forms.iter().find(|form| Some(&form.code) == code).or(props.forms.first());
    let definition = use_query(form.map(|form| form.id), |api, id: Option<FormId>| async move {
        let detail = api.get_form(id.ok_or(ClientError::Unwritable)?).await?;
        Form::compile(detail.definition).map_err(|_| ClientError::Unreadable(200))
    });
    let items = definition.ready().map(|form| form_table::items(form)).unwrap_or_default();
    let code = form.map(|form| form.code.clone()).unwrap_or_default();
    let wanted = props.address.value.item.as_ref();
    let item = items.iter().find(|(key, _)| Some(key) == wanted).or(items.first()).map(|(key, _)| key.clone());
    match item {
        Some(item) => {
            html! { <OfItem forms={props.forms.clone()} address={props.address.clone()} {code} {items} {item} /> }
        }
        None if definition.ready().is_some() => {
            html! { <><PageHead title={t("nav.trend")} />{ of_what(&props.forms, &code, &items, "", &props.address) }<Empty title={t("trend.no_items")}><p>{ t("trend.no_items_hint") }</p></Empty></> }
        }
        None => html! { <><PageHead title={t("nav.trend")} />{ definition.view(|_| Html::default()) }</> },
    }
}

#[derive(Properties, PartialEq)]
struct OfItemProps {
    forms: Vec<FormSummary>,
    address: Address<Chosen>,
    code: String,
    items: Vec<(String, String)>,
    item: String,
}

#[component]
fn OfItem(props: &OfItemProps) -> Html {
    let session = use_session();
    let chosen = &props.address.value;
    let level = chosen.level.or_else(|| session.me().map(|me| level_below(me))).unwrap_or(Level::County);
    let until = chosen.until.unwrap_or_else(|| Period::of(format::today()));
    let months = chosen.months.unwrap_or(MONTHS);
    let asked = (props.code.clone(), props.item.clone(), until, months, level, chosen.unit, chosen.of);
    let query = use_query(asked.clone(), |api, asked| async move { api.get_trend(&filter_of(&asked)).await });
    let export = use_export(move |api| {
        let filter = filter_of(&asked);
        async move { api.export_trend(&filter).await }
    });
    let unit = query.ready().map(|trend| trend.unit.clone());
    html! {
        <>
            <PageHead title={t("nav.trend")}>
                if query.ready().is_some_and(|trend| !trend.rows.is_empty()) { <Allowed to={Permission::ExportReports}>{ export }</Allowed> }
            </PageHead>
            { of_what(&props.forms, &props.code, &props.items, &props.item, &props.address) }
            { of_whom(&props.address, unit, level, until, months) }
            { shown(&query, &props.address) }
        </>
    }
}

type Asked = (String, String, Period, u32, Level, Option<UnitId>, TotalsOf);

fn filter_of((form, item, until, months, level, unit, of): &Asked) -> TrendFilter {
    TrendFilter {
        form: form.clone(),
        item: item.clone(),
        until: *until,
        months: Some(*months),
        level: *level,
        unit: *unit,
        of: Some(*of),
    }
}

/// Which form, which item, whose reports count.
fn of_what(
    forms: &[FormSummary],
    code: &str,
    items: &[(String, String)],
    item: &str,
    address: &Address<Chosen>,
) -> Html {
    let chosen = address.value.clone();
    let on_form = {
        let chosen = chosen.clone();
        address.set.reform(move |code: String| Chosen { form: Some(code), item: None, ..chosen.clone() })
    };
    let on_item = {
        let chosen = chosen.clone();
        address.set.reform(move |item: String| Chosen { item: Some(item), ..chosen.clone() })
    };
    let options: Vec<_> = forms.iter().map(|form| (form.code.clone(), form.title.clone())).collect();
    let of = |of: TotalsOf| {
        let wanted = Chosen { of, ..chosen.clone() };
        let onclick = address.set.reform(move |()| wanted.clone());
        html! { <Chip label={words::totals_of(of)} on={chosen.of == of} {onclick} /> }
    };
    html! {
        <div class="filters" role="group" aria-label={t("kit.filters")}>
            <SelectField label={t("board.form")} {options} value={code.to_owned()} onchange={on_form} />
            <SelectField label={t("board.item")} options={items.to_vec()} value={item.to_owned()} onchange={on_item} />
            <div class="field" role="group" aria-label={t("trend.of")}>
                <span class="label" aria-hidden="true">{ t("trend.of") }</span>
                <div class="row">{ for [TotalsOf::Submitted, TotalsOf::Approved].into_iter().map(of) }</div>
            </div>
        </div>
    }
}

/// Which unit, which level below it, which months.
fn of_whom(address: &Address<Chosen>, unit: Option<UnitName>, level: Level, until: Period, months: u32) -> Html {
    let chosen = address.value.clone();
    let on_unit = {
        let chosen = chosen.clone();
        address.set.reform(move |unit: UnitName| below(&chosen, &unit, level))
    };
    let on_until = {
        let chosen = chosen.clone();
        address.set.reform(move |text: String| Chosen { until: Period::parse(&text).ok(), ..chosen.clone() })
    };
    let on_months = {
        let chosen = chosen.clone();
        address.set.reform(move |months: String| Chosen { months: months.parse().ok(), ..chosen.clone() })
    };
    let top = unit.as_ref().map_or(Level::Province, |unit| unit.level);
    let levels = [Level::County, Level::Town, Level::Village].into_iter().filter(|level| level.rank() >= top.rank());
    let chip = |one: Level| {
        let wanted = Chosen { level: Some(one), lines: None, ..chosen.clone() };
        let onclick = address.set.reform(move |()| wanted.clone());
        html! { <Chip label={words::level(one)} on={one == level} {onclick} /> }
    };
    let spans = [6_u32, 12, 24].map(|months| (months.to_string(), tp("trend.months", &[("count", &months)]))).to_vec();
    html! {
        <div class="filters" role="group" aria-label={t("trend.where_and_when")}>
            <UnitField label={t("board.unit")} value={unit} onchange={on_unit} />
            <div class="field" role="group" aria-label={t("trend.level")}>
                <span class="label" aria-hidden="true">{ t("trend.level") }</span>
                <div class="row">{ for levels.map(chip) }</div>
            </div>
            <TextField label={t("discipline.until")} kind="month" value={until.to_string()} oninput={on_until} />
            <SelectField label={t("trend.span")} options={spans} value={months.to_string()} onchange={on_months} />
        </div>
    }
}

/// The same of another unit; the level stays below it.
fn below(chosen: &Chosen, unit: &UnitName, level: Level) -> Chosen {
    let least = Level::from_rank(unit.level.rank() + 1).unwrap_or(Level::Village);
    let level = if level.rank() < least.rank() { least } else { level };
    Chosen { unit: Some(unit.id), level: Some(level), lines: None, ..chosen.clone() }
}

fn shown(query: &Query<Trend>, address: &Address<Chosen>) -> Html {
    if let Load::Failed(error) = &query.load
        && lacks_item(error)
    {
        return html! { <Empty title={t("trend.never_issued")}><p>{ t("trend.never_issued_hint") }</p></Empty> };
    }
    query.view(|trend| {
        if trend.rows.is_empty() {
            return html! { <Empty title={t("trend.nothing")}><p>{ t("trend.nothing_hint") }</p></Empty> };
        }
        drawn(trend, address)
    })
}

/// The form was not issued in these months, or had no such item then.
fn lacks_item(error: &ClientError) -> bool {
    let faults = error.problem().and_then(|problem| problem.faults.get("item"));
    faults.is_some_and(|faults| faults.iter().any(|fault| fault.code == "reporting.unknown_item"))
}

fn drawn(trend: &Rc<Trend>, address: &Address<Chosen>) -> Html {
    let chosen = &address.value;
    let measured = trend.measured_in.clone().unwrap_or_default();
    let all = tp("board.sum_of", &[("unit", &trend.unit.name)]);
    let wanted = chosen.drawn();
    let whole = wanted.contains(&WHOLE).then(|| line(all.clone(), &trend.whole, true));
    let rows = trend.rows.iter().filter(|row| wanted.contains(&row.unit.id.to_string().as_str()));
    let lines: Vec<Line> =
        whole.into_iter().chain(rows.map(|row| line(row.unit.name.clone(), &row.values, false))).collect();
    let set_unit = {
        let (set, chosen) = (address.set.clone(), chosen.clone());
        Callback::from(move |unit: UnitId| {
            set.emit(Chosen { unit: Some(unit), level: None, lines: None, ..chosen.clone() })
        })
    };
    let title = if measured.is_empty() {
        trend.label.clone()
    } else {
        tp("trend.measured", &[("item", &trend.label), ("unit", &measured)])
    };
    let none = lines.is_empty();
    let drawing =
        Drawing::Lines { points: trend.periods.iter().map(|month| month.to_string()).collect(), measured, lines };
    html! {
        <>
            { unit_path(&[], &trend.unit, &set_unit) }
            <section class="panel stack-tight" aria-label={title.clone()}>
                <h2>{ title }{ " " }<span class="muted small">{ tp("trend.counts", &[("of", &words::totals_of(chosen.of))]) }</span></h2>
                if none {
                    <p class="muted">{ t("trend.no_lines") }</p>
                } else {
                    <Chart {drawing} class="chart-lines" label={t("trend.chart")} />
                }
            </section>
            { table(trend, &all, address) }
            <p class="muted small">{ t("trend.how") }{ " " }{ tp("board.as_of", &[("at", &format::date_time(trend.as_of))]) }</p>
        </>
    }
}

fn line(name: String, values: &[TrendValue], whole: bool) -> Line {
    let number = |value: &TrendValue| value.value.as_deref().and_then(|text| text.parse().ok());
    Line { name, values: values.iter().map(number).collect(), shown: values.iter().map(written).collect(), whole }
}

fn written(value: &TrendValue) -> String {
    value.value.as_deref().map_or_else(|| "—".to_owned(), format::decimal)
}

fn table(trend: &Trend, all: &str, address: &Address<Chosen>) -> Html {
    let mut columns = vec![Column::text(t("board.unit"))];
    columns.extend(trend.periods.iter().map(|month| Column::number(month.to_string())));
    let row = |key: &str, name: &str, values: &[TrendValue]| {
        let drawn = address.value.drawn();
        let on = drawn.contains(&key);
        let full = !on && drawn.len() >= MOST_LINES;
        let onchange = {
            let (set, chosen, key) = (address.set.clone(), address.value.clone(), key.to_owned());
            Callback::from(move |on: bool| set.emit(chosen.with_line(&key, on)))
        };
        let head = html! { <Check label={name.to_owned()} checked={on} disabled={full} {onchange} /> };
        let cells = values.iter().map(|value| {
            let behind = tp(
                "board.counted",
                &[("counted", &format::count(value.counted)), ("expected", &format::count(value.expected))],
            );
            html! { <span title={behind}>{ written(value) }</span> }
        });
        Row::new(key, std::iter::once(head).chain(cells).collect())
    };
    let mut rows = vec![row(WHOLE, all, &trend.whole).class("total")];
    rows.extend(trend.rows.iter().map(|one: &TrendRow| row(&one.unit.id.to_string(), &one.unit.name, &one.values)));
    html! {
        <>
            <p class="muted small">{ tp("trend.choose_lines", &[("most", &MOST_LINES)]) }</p>
            <Table caption={tp("trend.caption", &[("item", &trend.label)])} {columns} {rows} scrolls=true />
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_drawn_and_taken_away_one_by_one() {
        let chosen = Chosen::default();
        assert_eq!(chosen.drawn(), [WHOLE]);
        let more = chosen.with_line("12", true).with_line("7", true);
        assert_eq!(more.drawn(), [WHOLE, "12", "7"]);
        assert_eq!(more.with_line(WHOLE, false).with_line("12", false).drawn(), ["7"]);
        assert!(chosen.with_line(WHOLE, false).drawn().is_empty());
    }

    #[test]
    fn units_are_compared_below_the_one_that_is_looked_at() {
        let town = UnitName { id: UnitId(9), name: "红毛镇".to_owned(), level: Level::Town };
        assert_eq!(below(&Chosen::default(), &town, Level::County).level, Some(Level::Village));
        let county = UnitName { level: Level::County, ..town };
        assert_eq!(below(&Chosen::default(), &county, Level::Village).level, Some(Level::Village));
    }

    #[test]
    fn a_month_of_which_nobody_has_reported_is_a_gap() {
        let said = TrendValue { value: Some("1234.50".to_owned()), expected: 2, counted: 2 };
        let drawn = line("红毛镇".to_owned(), &[said, TrendValue::default()], false);
        assert_eq!(drawn.values, [Some(1234.5), None]);
        assert_eq!(drawn.shown, ["1,234.50", "—"]);
    }
}
