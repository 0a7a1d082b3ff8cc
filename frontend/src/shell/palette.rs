//! `Ctrl K`: pages by name at once, villages, forms, tasks and reports from the server; and the way to a household or person,
//! who are looked for on a page of their own, since each search for people leaves its trace.

use fupin_contract::{
    access::Permission,
    insight::{Hit, HitKind, SearchFilter},
};
use gloo_timers::future::TimeoutFuture;
use web_sys::{HtmlDialogElement, HtmlInputElement};
use yew::prelude::*;
use yew_router::hooks::use_navigator;

use super::{Entry, allowed_entries};
use crate::{
    i18n::{t, tp},
    kit::use_query,
    pages::registry::Sought,
    routes::Route,
    session::use_session,
    words,
};

const PAUSE_MS: u32 = 150;

/// One thing to go to.
#[derive(Clone, PartialEq)]
struct Goal {
    name: String,
    what: String,
    route: Route,
    /// A unit is shown by the units page.
    query: Vec<(&'static str, String)>,
    /// Who is looked for; it stands in no address.
    sought: Option<Sought>,
}

fn goal_of_hit(hit: &Hit) -> Goal {
    let id = hit.object_id.clone();
    let (route, query) = match hit.kind {
        HitKind::Unit => (Route::Units, vec![("unit", id)]),
        HitKind::Form => (Route::Form { id }, Vec::new()),
        HitKind::Task => (Route::Task { id }, Vec::new()),
        HitKind::Report => (Route::Report { id }, Vec::new()),
    };
    let what = format!("{} · {}", words::hit(hit.kind), hit.place);
    Goal { name: hit.title.clone(), what, route, query, sought: None }
}

fn goals_of_pages(entries: &[Entry], sought: &str) -> Vec<Goal> {
    let sought = sought.to_lowercase();
    let named = entries.iter().map(|entry| (t(entry.key), entry.route.clone()));
    let fitting = named.filter(|(name, _)| name.to_lowercase().contains(&sought));
    let page = |(name, route)| Goal { name, what: t("palette.page"), route, query: Vec::new(), sought: None };
    fitting.map(page).collect()
}

fn goal_of_people(text: &str) -> Goal {
    Goal {
        name: tp("palette.people", &[("text", &text)]),
        what: t("nav.people"),
        route: Route::People,
        query: Vec::new(),
        sought: Some(Sought::now(text)),
    }
}

#[derive(Properties, PartialEq)]
pub struct PaletteProps {
    pub onclose: Callback<()>,
}

#[component]
pub fn Palette(props: &PaletteProps) -> Html {
    let session = use_session();
    let sought = use_state(String::new);
    let at = use_state(|| 0_usize);
    let dialog = use_node_ref();
    let input = use_node_ref();
    use_opened(dialog.clone(), input.clone());
    let hits = use_query(sought.trim().to_owned(), |api, sought| async move {
        if sought.is_empty() {
            return Ok(Vec::new());
        }
        TimeoutFuture::new(PAUSE_MS).await;
        api.search(&SearchFilter { q: sought }).await.map(|page| page.items)
    });
    let mut goals = goals_of_pages(&allowed_entries(&session), sought.trim());
    goals.extend(hits.ready().iter().flat_map(|hits| hits.iter().map(goal_of_hit)));
    if !sought.trim().is_empty() && session.may(Permission::ReadPeople) {
        goals.push(goal_of_people(sought.trim()));
    }
    let chosen = (*at).min(goals.len().saturating_sub(1));
    let go = use_go(props.onclose.clone());
    let oninput = {
        let (sought, at) = (sought.clone(), at.clone());
        Callback::from(move |event: InputEvent| {
            at.set(0);
            sought.set(crate::kit::typed(&event));
        })
    };
    let onkeydown = {
        let (at, goals, go) = (at.clone(), goals.clone(), go.clone());
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "ArrowDown" => {
                event.prevent_default();
                at.set((chosen + 1).min(goals.len().saturating_sub(1)));
            }
            "ArrowUp" => {
                event.prevent_default();
                at.set(chosen.saturating_sub(1));
            }
            "Enter" => {
                event.prevent_default();
                if let Some(goal) = goals.get(chosen) {
                    go.emit(goal.clone());
                }
            }
            _ => {}
        })
    };
    let oncancel = props.onclose.reform(|event: Event| event.prevent_default());
    html! {
        <dialog ref={dialog} class="dialog palette" aria-label={t("shell.search")} {oncancel}>
            <input ref={input} class="input" type="text" role="combobox" aria-expanded="true" aria-controls="goals" aria-label={t("shell.search")}
                aria-activedescendant={format!("goal-{chosen}")} placeholder={t("palette.hint")} value={(*sought).clone()} {oninput} {onkeydown} autocomplete="off" />
            if goals.is_empty() {
                <p class="state muted">{ t("palette.nothing") }</p>
            } else {
                <ul id="goals" role="listbox" aria-label={t("palette.results")}>{ for options(&goals, chosen, &go) }</ul>
            }
        </dialog>
    }
}

/// Opens with the keyboard in the input.
#[hook]
fn use_opened(dialog: NodeRef, input: NodeRef) {
    use_effect_with((), move |()| {
        if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
            drop(dialog.show_modal());
        }
        if let Some(input) = input.cast::<HtmlInputElement>() {
            drop(input.focus());
        }
    });
}

#[hook]
fn use_go(onclose: Callback<()>) -> Callback<Goal> {
    let navigator = use_navigator();
    Callback::from(move |goal: Goal| {
        if let Some(navigator) = &navigator {
            if let Some(sought) = goal.sought {
                navigator.push_with_state(&goal.route, sought);
            } else if goal.query.is_empty() {
                navigator.push(&goal.route);
            } else {
                drop(navigator.push_with_query(&goal.route, &goal.query));
            }
        }
        onclose.emit(());
    })
}

fn options(goals: &[Goal], chosen: usize, go: &Callback<Goal>) -> Vec<Html> {
    let option = |(index, goal): (usize, &Goal)| {
        let goal_to = goal.clone();
        let onclick = go.reform(move |_: MouseEvent| goal_to.clone());
        html! {
            <li key={index} id={format!("goal-{index}")} role="option" aria-selected={(index == chosen).to_string()} {onclick}>
                <span>{ goal.name.clone() }</span><span class="muted small">{ goal.what.clone() }</span>
            </li>
        }
    };
    goals.iter().enumerate().map(option).collect()
}
