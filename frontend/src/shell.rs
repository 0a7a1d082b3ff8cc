//! What surrounds every page: navigation by what people do, the bar, search, notices, the account menu.

mod bell;
mod palette;

use fupin_contract::access::Permission;
use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;
use yew::prelude::*;
use yew_router::prelude::Link;

use crate::{
    app::Speak,
    i18n::{self, Language, t},
    kit::{Icon, Shape, use_query},
    routes::Route,
    session::{Session, use_session},
    words,
};
use bell::Bell;
use palette::Palette;

/// One entry of the navigation.
#[derive(Clone, PartialEq)]
pub struct Entry {
    pub route: Route,
    pub key: &'static str,
    pub shape: Shape,
    pub needs: Option<Permission>,
    /// Begins a group under this heading.
    pub group: Option<&'static str>,
}

/// Every page that can be gone to by name.
pub fn entries() -> Vec<Entry> {
    let entry = |route, key, shape, needs, group| Entry { route, key, shape, needs, group };
    vec![
        entry(Route::Home, "nav.home", Shape::Todo, None, None),
        entry(
            Route::Reports,
            "nav.reports",
            Shape::Reports,
            Some(Permission::ReadReports),
            Some("nav.group_reporting"),
        ),
        entry(Route::Tasks, "nav.tasks", Shape::Tasks, Some(Permission::ReadReports), None),
        entry(Route::Schedules, "nav.schedules", Shape::Repeat, Some(Permission::IssueTasks), None),
        entry(Route::Discipline, "nav.discipline", Shape::Rank, Some(Permission::ReadReports), None),
        entry(Route::Trend, "nav.trend", Shape::Trend, Some(Permission::ReadReports), None),
        entry(Route::Forms, "nav.forms", Shape::Forms, Some(Permission::ReadForms), None),
        entry(Route::Exports, "nav.exports", Shape::Download, Some(Permission::ExportReports), None),
        entry(
            Route::Households,
            "nav.households",
            Shape::House,
            Some(Permission::ReadPeople),
            Some("nav.group_registry"),
        ),
        entry(Route::People, "nav.people", Shape::Find, Some(Permission::ReadPeople), None),
        entry(Route::HouseholdChanges, "nav.changes", Shape::Review, Some(Permission::ReadPeople), None),
        entry(Route::Duplicates, "nav.duplicates", Shape::People, Some(Permission::ReadPeople), None),
        entry(Route::TableImports, "nav.table_imports", Shape::Upload, Some(Permission::ExchangePeople), None),
        entry(Route::CodeGaps, "nav.code_gaps", Shape::Codes, Some(Permission::MapCodes), None),
        entry(Route::IncomeLines, "nav.income_lines", Shape::Line, Some(Permission::ReadPeople), None),
        entry(Route::Sightings, "nav.sightings", Shape::Eye, Some(Permission::ReadSightings), None),
        entry(Route::Units, "nav.units", Shape::Units, Some(Permission::ReadUnits), Some("nav.group_admin")),
        entry(Route::Accounts, "nav.accounts", Shape::People, Some(Permission::ReadAccounts), None),
        entry(Route::AccountImports, "nav.account_imports", Shape::Upload, Some(Permission::ManageAccounts), None),
        entry(Route::Proposals, "nav.proposals", Shape::Roles, Some(Permission::GrantRoles), None),
        entry(Route::Roles, "nav.roles", Shape::Roles, Some(Permission::ReadAccounts), None),
        entry(Route::Audit, "nav.audit", Shape::Trail, Some(Permission::ReadAudit), None),
        entry(
            Route::Messages,
            "nav.messages",
            Shape::Phone,
            Some(Permission::ReadMessages),
            Some("nav.group_messages"),
        ),
        entry(Route::Sandbox, "nav.sandbox", Shape::Phone, Some(Permission::ReadMessages), None),
        entry(Route::MessageTemplates, "nav.message_templates", Shape::Forms, Some(Permission::ManageGateways), None),
        entry(Route::MessageLimits, "nav.message_limits", Shape::Tasks, Some(Permission::ManageGateways), None),
        entry(Route::Gateway, "nav.gateway", Shape::Gateway, Some(Permission::ManageGateways), None),
    ]
}

/// The entries that a person may use.
pub fn allowed_entries(session: &Session) -> Vec<Entry> {
    let mut group = None;
    let mut allowed = Vec::new();
    for mut entry in entries() {
        group = entry.group.or(group);
        // In a demonstration everybody may look at what phones would show.
        let open = entry.route == Route::Sandbox && session.is_demo();
        if open || entry.needs.is_none_or(|needs| session.may(needs)) {
            entry.group = group.take();
            allowed.push(entry);
        }
    }
    allowed
}

/// Whether the entry stands for the page that is shown, or for one below it.
fn is_current(entry: &Entry, shown: &Route) -> bool {
    match shown {
        Route::Form { .. } | Route::FormDraft { .. } => entry.route == Route::Forms,
        Route::Task { .. } | Route::Villages { .. } => entry.route == Route::Tasks,
        Route::Todo => entry.route == Route::Home,
        Route::Report { .. } | Route::ShortReport { .. } => entry.route == Route::Reports,
        Route::Household { .. } | Route::Person { .. } => entry.route == Route::Households,
        Route::TableImport { .. } => entry.route == Route::TableImports,
        Route::Account { .. } => entry.route == Route::Accounts,
        Route::AccountImport { .. } => entry.route == Route::AccountImports,
        Route::ProposalBatch { .. } => entry.route == Route::Proposals,
        other => entry.route == *other,
    }
}

#[derive(Properties, PartialEq)]
pub struct ShellProps {
    pub route: Route,
    pub children: Html,
}

#[component]
pub fn Shell(props: &ShellProps) -> Html {
    let session = use_session();
    let narrow = use_state(|| false);
    let seeking = use_state(|| false);
    // The count follows the person: read again on each change of page.
    let todos = use_query(props.route.clone(), async |api, _| api.list_todos().await);
    {
        let seeking = seeking.clone();
        use_effect_with((), move |()| listen_for_search(move || seeking.set(true)));
    }
    {
        use_effect_with(props.route.clone(), |_| scroll_up());
    }
    let fold = {
        let narrow = narrow.clone();
        Callback::from(move |_: MouseEvent| narrow.set(!*narrow))
    };
    let seek = {
        let seeking = seeking.clone();
        Callback::from(move |_: MouseEvent| seeking.set(true))
    };
    let stop_seeking = {
        let seeking = seeking.clone();
        Callback::from(move |()| seeking.set(false))
    };
    let entries = allowed_entries(&session);
    let count = todos.ready().map_or(0, |todos| todos.count);
    html! {
        <>
            <a class="skip" href="#content">{ t("shell.skip") }</a>
            <div class={classes!("shell", narrow.then_some("shell-narrow"))}>
                <nav class="side" aria-label={t("shell.navigation")}>
                    <Link<Route> to={Route::Home} classes="brand"><img src="/favicon.svg" alt="" width="28" height="28" /><span class="word">{ t("shell.name") }</span></Link<Route>>
                    <div class="brocade"></div>
                    <div class="items">{ for entries.iter().map(|entry| nav_item(entry, &props.route, count)) }</div>
                    <div class="foot">
                        <button type="button" class="item button-link" aria-pressed={narrow.to_string()} onclick={fold}>
                            <Icon shape={Shape::Fold} /><span class="word">{ t("shell.fold") }</span>
                        </button>
                    </div>
                </nav>
                <div>
                    <Bar seek={seek.clone()} route={props.route.clone()} />
                    <main id="content" class="page" tabindex="-1">{ props.children.clone() }</main>
                </div>
                <PhoneTabs entries={entries} shown={props.route.clone()} seek={seek} />
            </div>
            if *seeking { <Palette onclose={stop_seeking} /> }
        </>
    }
}

fn nav_item(entry: &Entry, shown: &Route, todos: i64) -> Html {
    let current = is_current(entry, shown).then_some("page");
    html! {
        <>
            if let Some(group) = entry.group { <p class="group">{ t(group) }</p> }
            <a class="item" href={yew_router::Routable::to_path(&entry.route)} aria-current={current} title={t(entry.key)} onclick={go_to(&entry.route)}>
                <Icon shape={entry.shape} />
                <span class="word">{ t(entry.key) }</span>
                if entry.route == Route::Home && todos > 0 { <span class="count">{ crate::format::count(todos) }</span> }
            </a>
        </>
    }
}

/// A link of our own, because `Link` cannot say `aria-current`.
fn go_to(route: &Route) -> Callback<MouseEvent> {
    let path = yew_router::Routable::to_path(route);
    Callback::from(move |event: MouseEvent| {
        if event.ctrl_key() || event.meta_key() || event.shift_key() {
            return;
        }
        event.prevent_default();
        yew_router::history::History::push(&yew_router::history::BrowserHistory::new(), path.clone());
    })
}

#[derive(Properties, PartialEq)]
struct BarProps {
    seek: Callback<MouseEvent>,
    /// The page that is shown: a menu that led there is closed.
    route: Route,
}

#[component]
fn Bar(props: &BarProps) -> Html {
    let session = use_session();
    let speak = use_context::<Speak>();
    let other = if i18n::language() == Language::Chinese { Language::English } else { Language::Chinese };
    let switch = Callback::from(move |_: MouseEvent| {
        if let Some(Speak(speak)) = &speak {
            speak.emit(other);
        }
    });
    let sign_out = {
        let session = session.clone();
        Callback::from(move |_: MouseEvent| session.sign_out())
    };
    let Some(me) = session.me() else { return Html::default() };
    let place = me.grants.first().map(|grant| grant.unit.name.clone()).unwrap_or_default();
    let roles: Vec<String> = me.grants.iter().map(words::held).collect();
    html! {
        <header class="bar">
            <span class="where" title={place.clone()}>{ place }</span>
            if session.is_demo() { <span class="demo-mark">{ t("shell.demo") }</span> }
            <button type="button" class="search-button" onclick={props.seek.clone()} title={t("shell.search")} aria-keyshortcuts="Control+K">
                <Icon shape={Shape::Search} /><span class="word">{ t("shell.search") }</span><kbd>{ "Ctrl K" }</kbd>
            </button>
            <Bell />
            <button type="button" class="icon-button" aria-label={t("shell.other_language")} title={t("shell.other_language")} onclick={switch}><Icon shape={Shape::Globe} /></button>
            <details class="menu" key={yew_router::Routable::to_path(&props.route)}>
                <summary class="icon-button" aria-label={t("shell.account_menu")}><Icon shape={Shape::Person} /></summary>
                <div class="menu-body">
                    <div class="menu-head">
                        <p class="strong">{ me.name.clone() }{ " " }<span class="muted small">{ me.username.clone() }</span></p>
                        { for roles.iter().map(|role| html! { <p class="small muted">{ role }</p> }) }
                    </div>
                    <Link<Route> to={Route::MyAccount} classes="menu-item">{ t("nav.my_account") }</Link<Route>>
                    <Link<Route> to={Route::Delegations} classes="menu-item">{ t("nav.delegations") }</Link<Route>>
                    <button type="button" class="menu-item" onclick={sign_out}>{ t("shell.sign_out") }</button>
                </div>
            </details>
        </header>
    }
}

#[derive(Properties, PartialEq)]
struct PhoneTabsProps {
    entries: Vec<Entry>,
    shown: Route,
    seek: Callback<MouseEvent>,
}

/// The first four places at the thumb; the rest behind a menu.
#[component]
fn PhoneTabs(props: &PhoneTabsProps) -> Html {
    let open = use_state(|| false);
    {
        let open = open.clone();
        use_effect_with(props.shown.clone(), move |_| open.set(false));
    }
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let close = {
        let open = open.clone();
        Callback::from(move |()| open.set(false))
    };
    let item = |entry: &Entry, class: &'static str| {
        html! {
            <a class={class} href={yew_router::Routable::to_path(&entry.route)} aria-current={is_current(entry, &props.shown).then_some("page")} onclick={go_to(&entry.route)}>
                <Icon shape={entry.shape} />{ t(entry.key) }
            </a>
        }
    };
    html! {
        <>
            <nav class="tabs-phone" aria-label={t("shell.navigation_phone")}>
                { for props.entries.iter().take(4).map(|entry| item(entry, "")) }
                if props.entries.len() > 4 {
                    <button type="button" aria-expanded={open.to_string()} onclick={toggle}><Icon shape={Shape::Menu} />{ t("shell.more") }</button>
                }
            </nav>
            if *open {
                <crate::kit::Dialog title={t("shell.more")} onclose={close}>
                    <div>{ for props.entries.iter().skip(4).map(|entry| item(entry, "menu-item")) }</div>
                </crate::kit::Dialog>
            }
        </>
    }
}

fn listen_for_search(open: impl Fn() + 'static) -> impl FnOnce() {
    let listener = web_sys::window().map(|window| {
        let options = gloo_events::EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(&window, "keydown", options, move |event| {
            let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
            if (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("k") {
                event.prevent_default();
                open();
            }
        })
    });
    move || drop(listener)
}

fn scroll_up() {
    if let Some(window) = web_sys::window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}
