//! 「我的待办」: what waits for me, soonest first; how much, in one sentence.

use std::rc::Rc;

use fupin_contract::insight::{Todo, TodoKind, TodoList};
use yew::prelude::*;
use yew_router::prelude::Link;

use crate::{
    format,
    i18n::{t, tp},
    kit::{Empty, PageHead, Status, Tone, use_query},
    routes::Route,
    session::use_session,
    shell::allowed_entries,
    words,
};

#[component]
pub fn HomePage() -> Html {
    let session = use_session();
    let query = use_query((), async |api, ()| api.list_todos().await);
    let name = session.me().map(|me| me.name.clone()).unwrap_or_default();
    html! {
        <>
            <PageHead title={t("nav.home")} beside={html! { <span class="muted">{ tp("home.greeting", &[("name", &name)]) }</span> }} />
            { query.view(|todos| if todos.count == 0 { nothing(&session) } else { waiting(todos) }) }
        </>
    }
}

fn nothing(session: &crate::session::Session) -> Html {
    let links = allowed_entries(session).into_iter().filter(|entry| entry.route != Route::Home).take(4);
    html! {
        <Empty title={t("home.nothing")}>
            <p>{ t("home.nothing_hint") }</p>
            <p class="row">{ for links.map(|entry| html! { <Link<Route> to={entry.route} classes="button">{ t(entry.key) }</Link<Route>> }) }</p>
        </Empty>
    }
}

/// 「还有 3 张报表待填，最近一张 11 月 25 日截止」
fn sentence(todos: &TodoList) -> String {
    let fill = todos.items.iter().filter(|todo| !is_review(todo.kind)).count();
    let review = todos.items.iter().filter(|todo| is_review(todo.kind)).count();
    let soonest =
        todos.items.first().map(|todo| format::day_in_words(format::due_day(todo.due_at))).unwrap_or_default();
    match (fill, review) {
        (0, _) => tp("home.to_review", &[("count", &format::count(todos.count)), ("day", &soonest)]),
        (_, 0) => tp("home.to_fill", &[("count", &format::count(todos.count)), ("day", &soonest)]),
        (_, _) => tp("home.to_do_both", &[("fill", &fill), ("review", &review), ("day", &soonest)]),
    }
}

fn is_review(kind: TodoKind) -> bool {
    matches!(kind, TodoKind::ReviewReport | TodoKind::ReviewChange)
}

fn waiting(todos: &Rc<TodoList>) -> Html {
    html! {
        <>
            <section class="panel todo-head" aria-label={t("home.summary")}>
                <p class="strong">{ sentence(todos) }</p>
                if todos.overdue > 0 { <Status tone={Tone::Danger} word={tp("home.overdue", &[("count", &format::count(todos.overdue))])} /> }
            </section>
            <section class="panel panel-flush" aria-label={t("home.list")}>
                <ul>{ for todos.items.iter().map(line) }</ul>
            </section>
            if todos.items.len() as i64 > 0 && (todos.items.len() as i64) < todos.count {
                <p class="muted">{ tp("home.more", &[("shown", &todos.items.len()), ("count", &format::count(todos.count))]) }</p>
            }
        </>
    }
}

fn line(todo: &Todo) -> Html {
    let (tone, word) = words::todo(todo.kind);
    let to = match todo.kind {
        TodoKind::ReviewChange => Route::HouseholdChanges,
        TodoKind::FillReport | TodoKind::MendReport | TodoKind::ReviewReport => {
            Route::Report { id: todo.object_id.clone() }
        }
    };
    html! {
        <li key={format!("{:?}-{}", todo.kind, todo.object_id)}>
            <Link<Route> {to} classes="todo">
                <span><Status {tone} {word} /></span>
                <span class="what"><b>{ todo.title.clone() }</b>{ " " }<span class="muted">{ todo.unit_name.clone() }{ " · " }{ format::period(todo.period) }</span>if let Some(principal) = &todo.on_behalf_of { <>{ " " }<span class="in-place">{ tp("delegation.for_whom", &[("principal", principal)]) }</span></> }</span>
                <span>if todo.overdue { <Status tone={Tone::Danger} word={t("board.overdue")} /> }</span>
                <span class="due">{ format::due_day(todo.due_at).to_string() }{ " " }<span class={classes!("small", if todo.overdue { "danger-text" } else { "muted" })}>{ format::due_in_words(todo.due_at, format::today()) }</span></span>
            </Link<Route>>
        </li>
    }
}
