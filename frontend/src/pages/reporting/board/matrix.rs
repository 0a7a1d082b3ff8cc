//! The board as a matrix: each unit with each form, how complete and how timely.

use fupin_contract::{
    TaskId, UnitId,
    access::Permission,
    reporting::{Matrix, MatrixCell, MatrixFilter},
    units::Level,
};
use gloo_timers::callback::Interval;
use yew::prelude::*;

use super::super::{download::use_export, task::unit_path};
use crate::{
    format,
    i18n::{t, tp},
    kit::{Allowed, Check, Column, Empty, Row, Table, use_query},
};

const ASK_EVERY_MS: u32 = 30_000;

#[derive(Properties, PartialEq)]
pub struct MatrixViewProps {
    pub task: TaskId,
    pub unit: Option<UnitId>,
    pub set_unit: Callback<UnitId>,
}

#[component]
pub fn MatrixView(props: &MatrixViewProps) -> Html {
    let share = use_state(|| Share::Submitted);
    let query = use_query((props.task, props.unit), |api, (task, unit)| async move {
        api.get_matrix(task, &MatrixFilter { unit }).await
    });
    {
        let latest = use_mut_ref(|| query.reload.clone());
        latest.replace(query.reload.clone());
        use_effect_with((), move |()| {
            let asking = Interval::new(ASK_EVERY_MS, move || latest.borrow().emit(()));
            move || drop(asking)
        });
    }
    let (task, unit) = (props.task, props.unit);
    let export = use_export(move |api| async move { api.export_matrix(task, &MatrixFilter { unit }).await });
    let onchange = {
        let share = share.clone();
        Callback::from(move |on| share.set(if on { Share::OnTime } else { Share::Submitted }))
    };
    query.view(|matrix| {
        html! {
            <>
                { unit_path(&matrix.path, &matrix.unit, &props.set_unit) }
                <div class="row between">
                    <Check label={t("matrix.on_time")} checked={*share == Share::OnTime} {onchange} />
                    <Allowed to={Permission::ExportReports}>{ export.clone() }</Allowed>
                </div>
                { table(matrix, *share, &props.set_unit) }
                <p class="muted small">{ match *share { Share::OnTime => t("matrix.how_on_time"), Share::Submitted => t("matrix.how_submitted") } }{ " " }{ tp("board.as_of", &[("at", &format::date_time(matrix.as_of))]) }</p>
            </>
        }
    })
}

/// Which share is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Share {
    Submitted,
    OnTime,
}

/// The part of the whole that a cell shows.
fn part(cell: &MatrixCell, share: Share) -> i64 {
    match share {
        Share::Submitted => cell.submitted,
        Share::OnTime => cell.on_time,
    }
}

fn table(matrix: &Matrix, share: Share, set_unit: &Callback<UnitId>) -> Html {
    if matrix.rows.is_empty() {
        return html! { <Empty title={t("board.none_below")}><p>{ t("board.none_below_hint") }</p></Empty> };
    }
    let mut columns = vec![Column::text(t("board.unit")), Column::number(t("matrix.all_forms"))];
    columns.extend(matrix.forms.iter().map(|form| Column::number(form.title.clone())));
    let line = |name: Html, cells: &[MatrixCell], key: String| {
        let (done, all) =
            cells.iter().fold((0, 0), |(done, all), cell| (done + part(cell, share), all + cell.expected));
        let mut line = vec![name, shown(done, all, cells.iter().map(|cell| cell.overdue).sum())];
        line.extend(cells.iter().map(|cell| shown(part(cell, share), cell.expected, cell.overdue)));
        Row::new(key, line)
    };
    let mut rows: Vec<Row> = matrix
        .rows
        .iter()
        .map(|row| {
            let (id, name) = (row.unit.id, row.unit.name.clone());
            let name = if row.unit.level == Level::Village {
                html! { name }
            } else {
                let onclick = set_unit.reform(move |_: MouseEvent| id);
                html! { <button type="button" class="button-link" {onclick}>{ name }</button> }
            };
            line(name, &row.cells, id.to_string())
        })
        .collect();
    let whole = html! { tp("board.sum_of", &[("unit", &matrix.unit.name)]) };
    rows.push(line(whole, &matrix.whole, "whole".to_owned()).class("total"));
    html! { <div class="matrix"><Table caption={tp("matrix.caption", &[("unit", &matrix.unit.name)])} {columns} {rows} scrolls=true /></div> }
}

/// A share, with the counts behind it; what is overdue is marked by a word for those who do not see the colour.
fn shown(done: i64, all: i64, overdue: i64) -> Html {
    if all == 0 {
        return html! { <span class="muted">{ "—" }</span> };
    }
    let percent = done * 100 / all;
    let said =
        tp("board.of_all", &[("done", &format::count(done)), ("all", &format::count(all)), ("percent", &percent)]);
    let mark = (overdue > 0).then(|| tp("matrix.overdue", &[("count", &format::count(overdue))]));
    let class = classes!((overdue > 0).then_some("danger-text"));
    html! {
        <span class="nowrap" title={mark.clone().map_or_else(|| said.clone(), |mark| format!("{said} {mark}"))}>
            <span {class}>{ format!("{percent}%") }</span>
            if let Some(mark) = mark { <span class="visually-hidden">{ mark }</span> }
        </span>
    }
}
