//! Who has submitted: one unit's figures and a line for each unit below it; a line leads further down. The same as a map.

mod map;
mod matrix;

use fupin_contract::{
    FormId, TaskId, UnitId,
    reporting::{Board, BoardFilter, BoardRow, Progress},
    units::Level,
};
use gloo_timers::callback::Interval;
use yew::prelude::*;
use yew_router::prelude::Link;

pub use map::{MapView, Share};
pub use matrix::MatrixView;

use super::task::unit_path;
use crate::{
    format,
    i18n::{t, tp},
    kit::{Column, Empty, Row, Status, Table, Tone, progress_bar, use_query},
    routes::Route,
    words,
};

const ASK_EVERY_MS: u32 = 30_000;

/// What rows can be put in order by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Name,
    Share,
    Missing,
    Overdue,
}

fn handed(progress: &Progress) -> i64 {
    progress.submitted + progress.approved
}

fn missing(progress: &Progress) -> i64 {
    progress.expected - handed(progress)
}

/// The share that is handed over, in ten-thousandths; nothing of nothing is all.
fn per_myriad(progress: &Progress) -> i64 {
    if progress.expected == 0 { 10_000 } else { handed(progress) * 10_000 / progress.expected }
}

/// Rows in the wanted order; the server's order is that of the tree.
fn ordered(rows: &[BoardRow], by: By, ascending: bool) -> Vec<&BoardRow> {
    let mut rows: Vec<&BoardRow> = rows.iter().collect();
    match by {
        By::Name => {}
        By::Share => rows.sort_by_key(|row| per_myriad(&row.progress)),
        By::Missing => rows.sort_by_key(|row| missing(&row.progress)),
        By::Overdue => rows.sort_by_key(|row| row.progress.overdue),
    }
    if !ascending {
        rows.reverse();
    }
    rows
}

#[derive(Properties, PartialEq)]
pub struct BoardViewProps {
    pub task: TaskId,
    pub unit: Option<UnitId>,
    pub form: Option<FormId>,
    pub set_unit: Callback<UnitId>,
}

#[component]
pub fn BoardView(props: &BoardViewProps) -> Html {
    let order = use_state(|| (By::Name, true));
    let task = props.task;
    let query = use_query((task, props.unit, props.form), |api, (task, unit, form)| async move {
        api.get_board(task, &BoardFilter { unit, form }).await
    });
    {
        let latest = use_mut_ref(|| query.reload.clone());
        latest.replace(query.reload.clone());
        use_effect_with((), move |()| {
            let asking = Interval::new(ASK_EVERY_MS, move || latest.borrow().emit(()));
            move || drop(asking)
        });
    }
    query.view(|board| {
        let (by, ascending) = *order;
        let column = |title: String, this: By, number: bool| {
            let order = order.clone();
            let sort = Callback::from(move |()| order.set((this, by != this || !ascending)));
            let column = if number { Column::number(title) } else { Column::text(title) };
            column.sorted((by == this).then_some(ascending), sort)
        };
        let columns = vec![
            column(t("board.unit"), By::Name, false),
            column(t("board.share"), By::Share, false),
            Column::number(t("board.expected")),
            Column::number(t("status.submitted")),
            Column::number(t("status.approved")),
            Column::number(t("status.returned")),
            column(t("board.missing"), By::Missing, true),
            column(t("board.overdue"), By::Overdue, true),
            Column::number(t("board.late")),
        ];
        let rows: Vec<Row> =
            ordered(&board.rows, by, ascending).into_iter().map(|row| line(row, &props.set_unit)).collect();
        html! {
            <>
                { unit_path(&board.path, &board.unit, &props.set_unit) }
                { tiles(board) }
                if rows.is_empty() {
                    <Empty title={t("board.none_below")}><p>{ t("board.none_below_hint") }</p></Empty>
                } else {
                    <Table caption={tp("board.caption", &[("unit", &board.unit.name)])} {columns} {rows} />
                }
                <p class="muted small">{ tp("board.as_of", &[("at", &format::date_time(board.as_of))]) }</p>
            </>
        }
    })
}

fn tiles(board: &Board) -> Html {
    let progress = &board.progress;
    let tile = |name: String, value: i64, danger: bool| {
        html! { <div class={classes!("tile", (danger && value > 0).then_some("tile-danger"))}><p class="value">{ format::count(value) }</p><p class="name">{ name }</p></div> }
    };
    html! {
        <div class="tiles">
            { tile(t("board.expected"), progress.expected, false) }
            { tile(t("board.untouched"), progress.untouched, false) }
            { tile(t("status.draft"), progress.drafts, false) }
            { tile(t("status.submitted"), progress.submitted, false) }
            { tile(t("status.returned"), progress.returned, false) }
            { tile(t("status.approved"), progress.approved, false) }
            { tile(t("board.overdue"), progress.overdue, true) }
        </div>
    }
}

/// A unit's name, which leads to the units below, or to the report where there is but one.
fn name_of(row: &BoardRow, set_unit: &Callback<UnitId>) -> Html {
    match (row.report_id, row.unit.level) {
        (Some(report), Level::Village) => {
            html! { <Link<Route> to={Route::Report { id: report.to_string() }}>{ row.unit.name.clone() }</Link<Route>> }
        }
        (Some(_) | None, _) => {
            let id = row.unit.id;
            let onclick = set_unit.reform(move |_: MouseEvent| id);
            html! { <button type="button" class="button-link" {onclick}>{ row.unit.name.clone() }</button> }
        }
    }
}

fn line(row: &BoardRow, set_unit: &Callback<UnitId>) -> Row {
    let progress = &row.progress;
    let share = match row.status {
        Some(status) => {
            let untouched = (Tone::Plain, t("board.untouched"));
            let (tone, word) = if progress.untouched > 0 { untouched } else { words::report_status(status) };
            html! { <span class="row"><Status {tone} {word} />if progress.overdue > 0 { <Status tone={Tone::Danger} word={t("board.overdue")} /> }</span> }
        }
        None => progress_bar(handed(progress), progress.expected),
    };
    let number = |value: i64| html! { format::count(value) };
    Row::new(
        row.unit.id,
        vec![
            name_of(row, set_unit),
            share,
            number(progress.expected),
            number(progress.submitted),
            number(progress.approved),
            number(progress.returned),
            number(missing(progress)),
            html! { <span class={classes!((progress.overdue > 0).then_some("danger-text"))}>{ format::count(progress.overdue) }</span> },
            number(progress.late),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use fupin_contract::units::UnitName;

    fn row(id: i32, expected: i64, submitted: i64) -> BoardRow {
        let unit = UnitName { id: UnitId(id), name: id.to_string(), level: Level::Town };
        BoardRow {
            unit,
            progress: Progress { expected, submitted, ..Progress::default() },
            report_id: None,
            status: None,
        }
    }

    #[test]
    fn the_worst_come_first_when_ordered_by_share() {
        let rows = [row(1, 10, 9), row(2, 10, 1), row(3, 0, 0)];
        let ids: Vec<i32> = ordered(&rows, By::Share, true).into_iter().map(|row| row.unit.id.0).collect();
        assert_eq!(ids, [2, 1, 3]);
        let ids: Vec<i32> = ordered(&rows, By::Missing, false).into_iter().map(|row| row.unit.id.0).collect();
        assert_eq!(ids, [2, 1, 3]);
    }
}
