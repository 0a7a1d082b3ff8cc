//! The board as a map: counties coloured by how complete or how timely they are, and the same figures as a list. A click
//! on either leads to the units below.

use fupin_contract::{
    FormId, TaskId, UnitId,
    access::Permission,
    map::{ProvinceMap, Shape},
    reporting::{Board, BoardFilter, BoardRow, Progress},
    units::{Level, UnitName},
};
use gloo_timers::callback::Interval;
use serde::{Deserialize, Serialize};
use yew::prelude::*;

use super::{ASK_EVERY_MS, handed, missing, name_of};
use crate::{
    format,
    i18n::{t, tp},
    interop::{Area, Chart, Drawing},
    kit::{Chip, Column, Empty, Query, Row, Table, use_query},
    pages::reporting::task::unit_path,
    session::{Session, use_session},
};

/// What the colours tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Share {
    /// Handed over, of all that is expected.
    #[default]
    Submitted,
    /// Handed over before the deadline was over.
    OnTime,
}

/// The least share of each class, in percent, the highest class first; below the last there is one more.
const CLASSES: [i64; 4] = [100, 90, 70, 40];

/// The class of a share, from 1, the lowest; nothing where nothing is expected.
fn class_of(part: i64, whole: i64) -> Option<u8> {
    if whole == 0 {
        return None;
    }
    let above = CLASSES.iter().filter(|least| part * 100 >= **least * whole).count();
    u8::try_from(above + 1).ok()
}

/// What of a progress a share counts.
fn part(progress: &Progress, share: Share) -> i64 {
    match share {
        Share::Submitted => handed(progress),
        Share::OnTime => handed(progress) - progress.late,
    }
}

#[derive(Properties, PartialEq)]
pub struct MapViewProps {
    pub task: TaskId,
    pub unit: Option<UnitId>,
    pub form: Option<FormId>,
    pub share: Share,
    pub set_unit: Callback<UnitId>,
    pub set_share: Callback<Share>,
}

#[component]
pub fn MapView(props: &MapViewProps) -> Html {
    let map = use_query((), |api, ()| async move { api.get_map().await });
    let below = use_board(props.task, props.unit, props.form);
    // The map keeps the whole province in sight while the list goes further down.
    let top = below.ready().map_or(props.unit, |board| province_of(board));
    let whole = use_board(props.task, top, props.form);
    below.view(|board| {
        html! {
            <>
                { unit_path(&board.path, &board.unit, &props.set_unit) }
                <div class="map-board">
                    <section class="map-side stack-tight" aria-label={t("map.title")}>
                        { shares(props) }
                        { map.view(|map| html! { <Drawn map={(**map).clone()} board={whole.ready().map(|board| (**board).clone())} shown={board.unit.clone()}
                            path={board.path.clone()} share={props.share} set_unit={props.set_unit.clone()} /> }) }
                    </section>
                    <section class="stack-tight" aria-label={t("map.list")}>{ list(board, props) }</section>
                </div>
                <p class="muted small">{ tp("board.as_of", &[("at", &format::date_time(board.as_of))]) }</p>
            </>
        }
    })
}

/// A board that is read again and again.
#[hook]
fn use_board(task: TaskId, unit: Option<UnitId>, form: Option<FormId>) -> Query<Board> {
    let query = use_query((task, unit, form), |api, (task, unit, form)| async move {
        api.get_board(task, &BoardFilter { unit, form }).await
    });
    let latest = use_mut_ref(|| query.reload.clone());
    latest.replace(query.reload.clone());
    use_effect_with((), move |()| {
        let asking = Interval::new(ASK_EVERY_MS, move || latest.borrow().emit(()));
        move || drop(asking)
    });
    query
}

/// The province above a board's unit, as far as the caller sees up.
fn province_of(board: &Board) -> Option<UnitId> {
    board.path.first().filter(|unit| unit.level == Level::Province).or(Some(&board.unit)).map(|unit| unit.id)
}

fn shares(props: &MapViewProps) -> Html {
    let chip = |label: String, share: Share| {
        let onclick = props.set_share.reform(move |()| share);
        html! { <Chip {label} on={props.share == share} {onclick} /> }
    };
    html! {
        <div class="chips" role="group" aria-label={t("map.coloured_by")}>
            { chip(t("map.submitted"), Share::Submitted) }
            { chip(t("map.on_time"), Share::OnTime) }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct DrawnProps {
    map: ProvinceMap,
    /// The whole that the map shows; absent until it has come.
    board: Option<Board>,
    /// Whose units the list shows, and what lies above.
    shown: UnitName,
    path: Vec<UnitName>,
    share: Share,
    set_unit: Callback<UnitId>,
}

#[component]
fn Drawn(props: &DrawnProps) -> Html {
    let session = use_session();
    let figures = |unit: UnitId| figures_of(props.board.as_ref()?, unit);
    let chosen = |unit: UnitId| props.shown.id == unit || props.path.iter().any(|above| above.id == unit);
    let areas: Vec<Area> = props
        .map
        .shapes
        .iter()
        .map(|shape| {
            let progress = shape.unit.and_then(figures);
            area(shape, progress, props.share, shape.unit.is_some_and(chosen))
        })
        .collect();
    let counts = (1..=5).map(|class: u8| areas.iter().filter(|area| area.shade == Some(class)).count()).collect();
    let drawing = Drawing::Map { frame: props.map.frame, inset: props.map.inset.clone(), areas };
    let onpick = {
        let set_unit = props.set_unit.clone();
        Callback::from(move |key: String| {
            if let Ok(unit) = key.parse() {
                set_unit.emit(UnitId(unit));
            }
        })
    };
    html! {
        <>
            <Chart {drawing} {onpick} class="chart-map" label={t("map.hint")} />
            { legend(&counts) }
            <p class="muted small">{ props.map.source.clone() }{ " " }{ approval(&props.map, &session) }</p>
        </>
    }
}

/// Under which number the map may be shown; that none has been filled in is said to those alone who can see to it.
fn approval(map: &ProvinceMap, session: &Session) -> Html {
    let answers =
        [Permission::IssueTasks, Permission::GrantBelow].into_iter().any(|permission| session.may(permission));
    match &map.approval {
        Some(number) => html! { <span class="nowrap">{ tp("map.approval", &[("number", number)]) }</span> },
        None if answers => html! { <span class="danger-text nowrap">{ t("map.no_approval") }</span> },
        None => Html::default(),
    }
}

/// The progress of one unit of a board: a line's, or the whole's where the board is the unit's own.
fn figures_of(board: &Board, unit: UnitId) -> Option<Progress> {
    if board.unit.id == unit {
        return Some(board.progress);
    }
    board.rows.iter().find(|row| row.unit.id == unit).map(|row| row.progress)
}

fn area(shape: &Shape, progress: Option<Progress>, share: Share, chosen: bool) -> Area {
    let key = shape.unit.filter(|_| progress.is_some()).map(|unit| unit.to_string());
    let says = progress
        .map_or_else(|| shape.unit.map(|_| t("map.nothing")).into_iter().collect(), |progress| said(&progress, share));
    let shade = progress.and_then(|progress| class_of(part(&progress, share), progress.expected));
    Area {
        key,
        name: shape.name.clone(),
        label: if shape.unit.is_some() { shape.label.clone() } else { String::new() },
        polygons: shape.polygons.clone(),
        at: shape.at,
        shade,
        says,
        chosen,
    }
}

/// What a tooltip says; the share alone comes last, and stands on the map as well.
fn said(progress: &Progress, share: Share) -> Vec<String> {
    let done = part(progress, share);
    let word = match share {
        Share::Submitted => "map.says_submitted",
        Share::OnTime => "map.says_on_time",
    };
    let mut says = vec![tp(word, &[("done", &format::count(done)), ("all", &format::count(progress.expected))])];
    if progress.overdue > 0 {
        says.push(tp("matrix.overdue", &[("count", &format::count(progress.overdue))]));
    }
    says.push(percent(done, progress.expected));
    says
}

fn percent(done: i64, all: i64) -> String {
    if all == 0 { "—".to_owned() } else { format!("{}%", format::percent(done, all)) }
}

fn legend(counts: &Vec<usize>) -> Html {
    let [full, high, middle, low] = CLASSES;
    let words = [
        tp("map.class_below", &[("below", &low)]),
        tp("map.class_between", &[("from", &low), ("below", &middle)]),
        tp("map.class_between", &[("from", &middle), ("below", &high)]),
        tp("map.class_between", &[("from", &high), ("below", &full)]),
        t("map.class_full"),
    ];
    html! {
        <ul class="legend small" aria-label={t("map.legend")}>
            { for words.into_iter().zip(counts).enumerate().map(|(at, (word, count))| html! {
                <li><i class={format!("shade shade-{}", at + 1)} aria-hidden="true"></i>{ word }<span class="muted">{ " " }{ tp("map.so_many", &[("count", count)]) }</span></li>
            }) }
            <li><i class="shade shade-none" aria-hidden="true"></i>{ t("map.nothing") }</li>
        </ul>
    }
}

/// The same figures for keyboard and screen reader, the furthest behind first.
fn list(board: &Board, props: &MapViewProps) -> Html {
    if board.rows.is_empty() {
        return html! { <Empty title={t("board.none_below")}><p>{ t("board.none_below_hint") }</p></Empty> };
    }
    let share_title = match props.share {
        Share::Submitted => t("map.submitted"),
        Share::OnTime => t("map.on_time"),
    };
    let columns = vec![
        Column::text(t("board.unit")),
        Column::number(share_title),
        Column::number(t("board.expected")),
        Column::number(t("board.missing")),
        Column::number(t("board.overdue")),
    ];
    let rows: Vec<Row> = behind_first(&board.rows, props.share)
        .into_iter()
        .map(|row| {
            let progress = &row.progress;
            let done = part(progress, props.share);
            let class = class_of(done, progress.expected).map(|class| format!("shade shade-{class}"));
            let overdue = classes!((progress.overdue > 0).then_some("danger-text"));
            Row::new(
                row.unit.id,
                vec![
                    name_of(row, &props.set_unit),
                    html! { <span class="nowrap">if let Some(class) = class { <i {class} aria-hidden="true"></i> }{ percent(done, progress.expected) }</span> },
                    html! { format::count(progress.expected) },
                    html! { format::count(missing(progress)) },
                    html! { <span class={overdue}>{ format::count(progress.overdue) }</span> },
                ],
            )
        })
        .collect();
    html! { <Table caption={tp("board.caption", &[("unit", &board.unit.name)])} {columns} {rows} /> }
}

fn behind_first(rows: &[BoardRow], share: Share) -> Vec<&BoardRow> {
    let mut rows: Vec<&BoardRow> = rows.iter().collect();
    rows.sort_by_key(|row| {
        (part(&row.progress, share) * 10_000).checked_div(row.progress.expected).unwrap_or(i64::MAX)
    });
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_all_of_it_is_in_the_highest_class() {
        assert_eq!(class_of(999, 1000), Some(4));
        assert_eq!(class_of(1000, 1000), Some(5));
        assert_eq!(class_of(0, 1000), Some(1));
        assert_eq!(class_of(399, 1000), Some(1));
        assert_eq!(class_of(400, 1000), Some(2));
        assert_eq!(class_of(0, 0), None);
    }

    #[test]
    fn what_came_late_is_complete_but_not_timely() {
        let progress = Progress { expected: 4, submitted: 2, approved: 1, late: 2, ..Progress::default() };
        assert_eq!(part(&progress, Share::Submitted), 3);
        assert_eq!(part(&progress, Share::OnTime), 1);
    }
}
