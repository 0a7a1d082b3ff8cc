//! The root: session, toasts, routes; the shell around every page that needs somebody signed in.

use yew::prelude::*;
use yew_router::{
    BrowserRouter,
    hooks::{use_location, use_route},
    prelude::Redirect,
};

use crate::{
    i18n::{self, Language, t},
    kit::{Button, ToastHost},
    pages::{access, insight, notify, registry, reporting},
    routes::Route,
    session::{Phase, SessionProvider, reload, use_session},
    shell::Shell,
};

/// Switches the language of everything.
#[derive(Clone, PartialEq)]
pub struct Speak(pub Callback<Language>);

#[component]
pub fn App() -> Html {
    let language = use_state(|| {
        let remembered = Language::remembered();
        remembered.choose();
        remembered
    });
    let speak = {
        let language = language.clone();
        Callback::from(move |chosen: Language| {
            chosen.choose();
            match web_sys::window() {
                Some(window) if !i18n::is_known(chosen) => drop(window.location().reload()),
                _ => language.set(chosen),
            }
        })
    };
    html! {
        <BrowserRouter>
            <SessionProvider>
                <ContextProvider<Speak> context={Speak(speak)}>
                    <ToastHost key={i18n::language().tag()}><Root /></ToastHost>
                </ContextProvider<Speak>>
            </SessionProvider>
        </BrowserRouter>
    }
}

/// Where to return to after signing in, kept in the address of the sign-in page.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Back {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub back: String,
}

#[component]
fn Root() -> Html {
    let session = use_session();
    let route = use_route::<Route>().unwrap_or(Route::NotFound);
    if route == Route::Sandbox && session.me().is_none() && session.phase != Phase::Booting {
        return notify::open_sandbox();
    }
    if route.is_open() && route != Route::Sandbox {
        return open_page(&route, &session.phase);
    }
    match &session.phase {
        Phase::Booting => html! { <main class="visually-hidden"><h1>{ t("shell.name") }</h1></main> },
        Phase::Unreachable => html! { <Unreachable /> },
        Phase::SignedOut => html! { <ToSignIn /> },
        Phase::SignedIn(me) => {
            html! { <Shell key={me.account_id.to_string()} route={route.clone()}>{ page(&route) }</Shell> }
        }
    }
}

fn open_page(route: &Route, phase: &Phase) -> Html {
    match (route, phase) {
        (Route::Activate | Route::ResetPassword, _) => html! { <access::UseLinkPage /> },
        (Route::ConfirmEmail, _) => html! { <access::ConfirmEmailPage /> },
        (Route::SetUp, _) => html! { <access::SetUpPage /> },
        (_, Phase::Unreachable) => html! { <Unreachable /> },
        (_, Phase::Booting) => html! { <main class="visually-hidden"><h1>{ t("shell.name") }</h1></main> },
        (_, Phase::SignedIn(_)) => html! { <Returned /> },
        (_, Phase::SignedOut) => html! { <access::SignInPage /> },
    }
}

fn page(route: &Route) -> Html {
    match route {
        Route::Home | Route::Todo => html! { <insight::HomePage /> },
        Route::Forms => html! { <reporting::FormsPage /> },
        Route::Form { id } => html! { <reporting::FormPage key={id.clone()} id={id.clone()} /> },
        Route::FormDraft { id } => html! { <reporting::DesignerPage key={id.clone()} id={id.clone()} /> },
        Route::Tasks => html! { <reporting::TasksPage /> },
        Route::Task { id } => html! { <reporting::TaskPage key={id.clone()} id={id.clone()} /> },
        Route::Villages { id } => html! { <reporting::TownPage key={id.clone()} id={id.clone()} /> },
        Route::Schedules => html! { <reporting::SchedulesPage /> },
        Route::Discipline => html! { <reporting::DisciplinePage /> },
        Route::Trend => html! { <reporting::TrendPage /> },
        Route::Reports => html! { <reporting::ReportsPage /> },
        Route::Report { id } | Route::ShortReport { id } => {
            html! { <reporting::ReportPage key={id.clone()} id={id.clone()} /> }
        }
        Route::Households => html! { <registry::HouseholdsPage /> },
        Route::Household { id } => html! { <registry::HouseholdPage key={id.clone()} id={id.clone()} /> },
        Route::People => html! { <registry::PeoplePage /> },
        Route::Person { id } => html! { <registry::PersonPage key={id.clone()} id={id.clone()} /> },
        Route::HouseholdChanges => html! { <registry::ChangesPage /> },
        Route::Duplicates => html! { <registry::DuplicatesPage /> },
        Route::CodeGaps => html! { <registry::CodeGapsPage /> },
        Route::IncomeLines => html! { <registry::IncomeLinesPage /> },
        Route::TableImports => html! { <registry::TableImportsPage /> },
        Route::TableImport { id } => html! { <registry::TableImportPage key={id.clone()} id={id.clone()} /> },
        Route::Sightings => html! { <registry::SightingsPage /> },
        Route::Exports => html! { <reporting::ExportsPage /> },
        Route::Units => html! { <access::UnitsPage /> },
        Route::Accounts => html! { <access::AccountsPage /> },
        Route::Account { id } => html! { <access::AccountPage key={id.clone()} id={id.clone()} /> },
        Route::AccountImports => html! { <access::AccountImportsPage /> },
        Route::AccountImport { id } => html! { <access::AccountImportPage key={id.clone()} id={id.clone()} /> },
        Route::Proposals => html! { <access::ProposalsPage /> },
        Route::ProposalBatch { id } => html! { <access::ProposalBatchPage key={id.clone()} id={id.clone()} /> },
        Route::Delegations => html! { <access::DelegationsPage /> },
        Route::Roles => html! { <access::RolesPage /> },
        Route::Audit => html! { <access::AuditPage /> },
        Route::Messages => html! { <notify::MessagesPage /> },
        Route::Gateway => html! { <notify::GatewayPage /> },
        Route::MessageLimits => html! { <notify::LimitsPage /> },
        Route::MessageTemplates => html! { <notify::TemplatesPage /> },
        Route::Sandbox => html! { <notify::SandboxPage /> },
        Route::MyAccount => html! { <access::MyAccountPage /> },
        Route::SignIn
        | Route::Activate
        | Route::ResetPassword
        | Route::ConfirmEmail
        | Route::SetUp
        | Route::NotFound => {
            html! { <insight::NotFoundPage /> }
        }
    }
}

/// Somebody is signed in on the sign-in page: on to where they wanted to go.
#[component]
fn Returned() -> Html {
    let back = use_location().and_then(|location| location.query::<Back>().ok()).unwrap_or_default().back;
    let navigator = yew_router::hooks::use_navigator();
    use_effect_with(back, move |back| {
        let Some(navigator) = navigator else { return };
        let (path, query) = back.split_once('?').unwrap_or((back, ""));
        let route = <Route as yew_router::Routable>::recognize(path)
            .filter(|route| !route.is_open() && *route != Route::NotFound)
            .unwrap_or(Route::Home);
        let pairs: Vec<(String, String)> =
            web_sys::UrlSearchParams::new_with_str(query).map(|params| entries(&params)).unwrap_or_default();
        if pairs.is_empty() {
            navigator.replace(&route);
        } else {
            drop(navigator.replace_with_query(&route, &pairs));
        }
    });
    Html::default()
}

fn entries(params: &web_sys::UrlSearchParams) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for entry in js_sys::try_iter(params).ok().flatten().into_iter().flatten().flatten() {
        let pair = js_sys::Array::from(&entry);
        if let (Some(name), Some(value)) = (pair.get(0).as_string(), pair.get(1).as_string()) {
            pairs.push((name, value));
        }
    }
    pairs
}

/// Nobody is signed in: to the sign-in page, keeping the address that was wanted.
#[component]
fn ToSignIn() -> Html {
    let wanted = use_location()
        .map(|location| format!("{}{}", location.path(), location.query_str()))
        .filter(|wanted| wanted != "/");
    let navigator = yew_router::hooks::use_navigator();
    let session = use_session();
    use_effect_with(wanted, move |wanted| {
        if let Some(navigator) = navigator {
            let back = Back { back: wanted.clone().unwrap_or_default() };
            drop(navigator.replace_with_query(&Route::SignIn, &back));
        }
    });
    if session.phase == Phase::SignedOut {
        Html::default()
    } else {
        html! { <Redirect<Route> to={Route::Home} /> }
    }
}

#[component]
fn Unreachable() -> Html {
    html! {
        <main class="state">
            <h1>{ t("shell.unreachable") }</h1>
            <p>{ t("shell.unreachable_hint") }</p>
            <Button onclick={|()| reload()}>{ t("kit.try_again") }</Button>
        </main>
    }
}
