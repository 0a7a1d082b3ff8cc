//! The ledger: income by year as a chart with its figures beside, the lines that a year is measured by, the year's items.

use fupin_contract::registry::{
    Household, Income, LineKind,
    catalog::{Catalog, IncomePart},
};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use yew::prelude::*;

use super::{super::fact::origin_line, acts::money_words};
use crate::{
    i18n::{t, tp},
    interop::{Chart, Drawing, Line, Stack},
    kit::{Alert, Column, Empty, Row, Same, Status, Table, Tone},
};

pub fn part(part: IncomePart) -> String {
    t(match part {
        IncomePart::Wage => "ledger.wage",
        IncomePart::Business => "ledger.business",
        IncomePart::Property => "ledger.property",
        IncomePart::Transfer => "ledger.transfer",
        IncomePart::Expense => "ledger.part_expense",
        IncomePart::Aside => "ledger.aside",
        IncomePart::Excluded => "ledger.excluded",
    })
}

pub fn line_kind(kind: LineKind) -> String {
    t(match kind {
        LineKind::Poverty => "income_line.poverty",
        LineKind::Monitoring => "income_line.monitoring",
    })
}

/// What the items of a part come to in a year.
fn sum_of(catalog: &Catalog, income: &Income, of: IncomePart) -> Decimal {
    let items = catalog.income.iter().filter(|item| item.part == of);
    items.filter_map(|item| income.lines.get(&item.code)).sum()
}

fn float(yuan: Decimal) -> Option<f64> {
    yuan.to_f64()
}

/// Parts that are counted, upwards; the expense of business downwards; per capita and the lines over them.
fn drawing(catalog: &Catalog, incomes: &[Income]) -> Drawing {
    let counted = [IncomePart::Wage, IncomePart::Business, IncomePart::Property, IncomePart::Transfer];
    let stack = |of: IncomePart, sign: i64| {
        let sums: Vec<Decimal> =
            incomes.iter().map(|income| sum_of(catalog, income, of) * Decimal::from(sign)).collect();
        Stack {
            name: part(of),
            values: sums.iter().copied().map(float).collect(),
            shown: sums.into_iter().map(money_words).collect(),
        }
    };
    let per_capita = Line {
        name: t("ledger.per_capita"),
        values: incomes.iter().map(|income| float(income.sum.per_capita)).collect(),
        shown: incomes.iter().map(|income| money_words(income.sum.per_capita)).collect(),
        whole: true,
    };
    let line = |kind: LineKind| {
        let of = |income: &Income| income.measures.iter().find(|measure| measure.kind == kind).map(|found| found.line);
        let values: Vec<Option<Decimal>> = incomes.iter().map(of).collect();
        let known = values.iter().any(Option::is_some);
        known.then(|| Line {
            name: line_kind(kind),
            values: values.iter().map(|value| value.and_then(float)).collect(),
            shown: values.iter().map(|value| value.map_or_else(|| t("ledger.no_line_short"), money_words)).collect(),
            whole: false,
        })
    };
    Drawing::Stacks {
        points: incomes.iter().map(|income| income.year.to_string()).collect(),
        measured: t("ledger.measured"),
        measured_over: t("ledger.measured_per_capita"),
        stacks: counted.map(|part| stack(part, 1)).into_iter().chain([stack(IncomePart::Expense, -1)]).collect(),
        lines: std::iter::once(per_capita).chain(LineKind::ALL.into_iter().filter_map(line)).collect(),
    }
}

/// How a year stands to its lines, in words; a year without a line says why nothing can be said.
fn measured(income: &Income) -> Html {
    if income.measures.is_empty() {
        return html! { <Alert tone={Tone::Wait}><p class="strong">{ tp("ledger.no_line", &[("year", &income.year)]) }</p><p>{ t("ledger.no_line_why") }</p></Alert> };
    }
    let said = income.measures.iter().map(|measure| {
        let (tone, key) = if measure.below { (Tone::Danger, "ledger.below") } else { (Tone::Done, "ledger.not_below") };
        let word = tp(key, &[("line", &line_kind(measure.kind)), ("yuan", &money_words(measure.line))]);
        html! { <Status {tone} {word} /> }
    });
    html! { <div class="row">{ for said }</div> }
}

#[derive(Properties, PartialEq)]
pub struct LedgerProps {
    pub catalog: Same<Catalog>,
    pub household: Same<Household>,
}

#[component]
pub fn Ledger(props: &LedgerProps) -> Html {
    let (catalog, household) = (&props.catalog.0, &props.household.0);
    let of_year = household.incomes.iter().find(|income| income.year == household.year);
    html! {
        <section class="panel stack-tight household-ledger" aria-label={t("ledger.title")}>
            <h2>{ t("ledger.title") }</h2>
            if household.incomes.is_empty() {
                <Empty title={t("ledger.none")}><p>{ t("ledger.none_hint") }</p></Empty>
            } else {
                <Chart drawing={drawing(catalog, &household.incomes)} class="chart-lines no-print" label={t("ledger.chart")} />
                { years(catalog, &household.incomes) }
            }
            if let Some(income) = of_year {
                { measured(income) }
                { items(catalog, household, income) }
            } else if !household.incomes.is_empty() {
                <p class="muted">{ tp("ledger.none_of_year", &[("year", &household.year)]) }</p>
            }
        </section>
    }
}

/// The figures of the chart.
fn years(catalog: &Catalog, incomes: &[Income]) -> Html {
    let parts =
        [IncomePart::Wage, IncomePart::Business, IncomePart::Property, IncomePart::Transfer, IncomePart::Expense];
    let mut columns = vec![Column::text(t("household.of_year"))];
    columns.extend(parts.map(|of| Column::number(part(of))));
    columns.extend(["ledger.net", "ledger.members", "ledger.per_capita"].map(|key| Column::number(t(key))));
    let rows = incomes.iter().rev().map(|income| {
        let mut cells = vec![html! { income.year }];
        cells.extend(parts.map(|of| html! { money_words(sum_of(catalog, income, of)) }));
        cells.push(html! { money_words(income.sum.net) });
        cells.push(html! { income.sum.members });
        cells.push(html! { <span class="strong">{ money_words(income.sum.per_capita) }</span> });
        Row::new(income.year, cells)
    });
    html! { <Table caption={t("ledger.by_year")} {columns} rows={rows.collect::<Vec<_>>()} scrolls=true /> }
}

/// The items of one year.
fn items(catalog: &Catalog, household: &Household, income: &Income) -> Html {
    let columns =
        vec![Column::text(t("ledger.item")), Column::text(t("ledger.part")), Column::number(t("ledger.amount"))];
    let kept = catalog.income.iter().filter_map(|item| income.lines.get(&item.code).map(|yuan| (item, *yuan)));
    let rows = kept.map(|(item, yuan)| {
        Row::new(
            &item.code,
            vec![
                html! { item.title.clone() },
                html! { <span class="muted">{ part(item.part) }</span> },
                html! { money_words(yuan) },
            ],
        )
    });
    let came = household.origins.get(income.origin as usize).map(origin_line);
    html! {
        <>
            <h3>{ tp("ledger.items_of", &[("year", &income.year)]) }{ " " }<span class="muted small">{ for came }</span></h3>
            <Table caption={tp("ledger.items_of", &[("year", &income.year)])} {columns} rows={rows.collect::<Vec<_>>()} scrolls=true />
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::{super::super::catalog::tests::small, *};

    fn income(year: i16, measures: serde_json::Value) -> Income {
        serde_json::from_value(serde_json::json!({
            "year": year, "lines": {"A1": "24000", "E1": "400"}, "measures": measures, "origin": 0,
            "sum": {"members": 4, "total": "24000", "expense": "400", "net": "23600", "per_capita": "5900"}
        }))
        .unwrap()
    }

    #[test]
    fn a_year_without_a_line_is_a_gap_in_the_line_and_not_a_zero() {
        let line = serde_json::json!([{"kind": "poverty", "line": "4000", "below": false}]);
        let drawn = drawing(&small(), &[income(2020, line), income(2021, serde_json::json!([]))]);
        let Drawing::Stacks { stacks, lines, points, .. } = drawn else { panic!("another drawing") };
        assert_eq!(points, ["2020", "2021"]);
        assert_eq!(lines[1].values, [Some(4000.0), None]);
        assert_eq!(stacks[0].values, [Some(24000.0), Some(24000.0)]);
        assert_eq!(stacks[4].values, [Some(-400.0), Some(-400.0)], "expense goes down");
    }
}
