//! One sheet of accounts: what it comes to, what is wrong with it, and how far its people are.

use fupin_contract::{
    AccountImportId,
    account_imports::{AccountImport, ImportActivation, ImportState, RowOutcome},
};
use yew::prelude::*;

use super::{
    acts::{InviteAgain, Report, Run},
    rows::Rows,
    state,
};
use crate::{
    format,
    i18n::{t, tp},
    kit::{Alert, Chip, Crumb, Empty, PageHead, Status, Tone, progress_bar, use_asking, use_query},
    routes::Route,
};

#[derive(Properties, PartialEq)]
pub struct AccountImportPageProps {
    pub id: String,
}

#[component]
pub fn AccountImportPage(props: &AccountImportPageProps) -> Html {
    match props.id.parse::<AccountImportId>() {
        Ok(id) => html! { <Import {id} /> },
        Err(_) => html! { <Empty title={t("home.not_found")}><p>{ t("home.not_found_why") }</p></Empty> },
    }
}

#[derive(Properties, PartialEq)]
struct ImportProps {
    id: AccountImportId,
}

/// Which rows are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Of(RowOutcome),
    /// Accounts whose person has not set a password.
    Waiting,
}

#[component]
fn Import(props: &ImportProps) -> Html {
    let query = use_query(props.id, async |api, id| api.get_account_import(id).await);
    let shown = use_state(|| None::<Shown>);
    use_asking(query.ready().is_some_and(|import| goes_on(import)), query.reload.clone());
    let path =
        vec![Crumb::to(t("nav.accounts"), Route::Accounts), Crumb::to(t("nav.account_imports"), Route::AccountImports)];
    let beside = query.ready().map(|import| {
        let (tone, word) = state(import);
        html! { <Status {tone} {word} /> }
    });
    let drawn = query.view(|import| {
        let first = if import.counts.faulty > 0 { RowOutcome::Faulty } else { RowOutcome::Create };
        let now = shown.unwrap_or(Shown::Of(first));
        let invited = import.activation.map_or(0, |activation| activation.invited);
        html! {
            <>
                { said(import) }
                { facts(import) }
                if let Some(activation) = import.activation { { activation_shown(import, &activation, &query.reload) } }
                if import.state != ImportState::Checking {
                    { chips(import, now, &shown) }
                    <Rows key={format!("{:?} {invited}", import.state)} id={import.id} shown={now} />
                }
            </>
        }
    });
    html! {
        <>
            <PageHead title={t("import.title")} {path} beside={beside.unwrap_or_default()}>
                if let Some(import) = query.ready() {
                    if import.counts.faulty > 0 { <Report id={import.id} /> }
                    if import.state == ImportState::Checked { <Run id={import.id} counts={import.counts} done={query.reload.clone()} /> }
                }
            </PageHead>
            { drawn }
        </>
    }
}

/// For so long after an import its page looks whether the links have gone out.
const SENDING_MINUTES: i64 = 60;

/// Whether something changes by itself: rows are dealt with, or links are still to be sent.
fn goes_on(import: &AccountImport) -> bool {
    let lately = import.finished_at.is_some_and(|at| (import.as_of - at).num_minutes() < SENDING_MINUTES);
    let sending = import.activation.is_some_and(|activation| activation.invited < activation.created);
    import.state.is_under_way() || (lately && sending)
}

/// What to do next, in a sentence.
fn said(import: &AccountImport) -> Html {
    let good = import.counts.create + import.counts.propose;
    let count = |number: i64| format::count(number);
    let (tone, text) = match import.state {
        ImportState::Checking | ImportState::Importing => {
            let key =
                if import.state == ImportState::Checking { "import.said_checking" } else { "import.said_importing" };
            return html! {
                <Alert tone={Tone::Accent}><p>{ t(key) }</p><p>{ progress_bar(import.handled, import.to_handle) }</p></Alert>
            };
        }
        ImportState::Checked if good == 0 && import.counts.faulty == 0 => (Tone::Plain, t("import.said_same")),
        ImportState::Checked if good == 0 => (Tone::Danger, t("import.said_nothing_good")),
        ImportState::Checked if import.counts.faulty > 0 => (
            Tone::Wait,
            tp("import.said_some_faulty", &[("good", &count(good)), ("faulty", &count(import.counts.faulty))]),
        ),
        ImportState::Checked => (Tone::Done, tp("import.said_all_good", &[("good", &count(good))])),
        ImportState::Done => (Tone::Done, t("import.said_done")),
        ImportState::Failed => (Tone::Danger, t("import.said_failed")),
        ImportState::Expired => (Tone::Plain, t("import.said_expired")),
    };
    html! {
        <Alert {tone}>
            <p>{ text }</p>
            if let Some(at) = import.same_file_at { <p>{ tp("import.said_same_file", &[("at", &format::date_time(at))]) }</p> }
        </Alert>
    }
}

fn facts(import: &AccountImport) -> Html {
    html! {
        <section class="panel" aria-label={t("import.facts")}>
            <dl class="facts">
                <dt>{ t("import.uploaded_by") }</dt><dd>{ import.uploaded_by.clone() }{ " · " }{ format::date_time(import.uploaded_at) }</dd>
                <dt>{ t("import.unit") }</dt><dd>{ import.unit.name.clone() }</dd>
                <dt>{ t("import.rows") }</dt><dd>{ format::count(import.total) }</dd>
            </dl>
        </section>
    }
}

fn activation_shown(import: &AccountImport, activation: &ImportActivation, reload: &Callback<()>) -> Html {
    let invited = tp(
        "import.invited",
        &[("count", &format::count(activation.invited)), ("all", &format::count(activation.created))],
    );
    html! {
        <section class="panel stack-tight" aria-label={t("import.activation")}>
            <h2>{ t("import.activation") }</h2>
            <div class="row between">
                <div>
                    <p>{ progress_bar(activation.activated, activation.created) }</p>
                    <p class="muted">{ invited }</p>
                </div>
                if import.state == ImportState::Done && activation.waiting > 0 {
                    <InviteAgain id={import.id} waiting={activation.waiting} done={reload.clone()} />
                }
            </div>
        </section>
    }
}

fn chips(import: &AccountImport, now: Shown, shown: &UseStateHandle<Option<Shown>>) -> Html {
    let counts = import.counts;
    let waiting = import.activation.map_or(0, |activation| activation.waiting);
    let choices = [
        (Shown::Of(RowOutcome::Faulty), "import.faulty", counts.faulty),
        (Shown::Of(RowOutcome::Create), "import.create", counts.create),
        (Shown::Of(RowOutcome::Propose), "import.propose", counts.propose),
        (Shown::Of(RowOutcome::Same), "import.same", counts.same),
        (Shown::Waiting, "import.waiting", waiting),
    ];
    let chips =
        choices.into_iter().filter(|(which, _, count)| *count > 0 || *which == now).map(|(which, key, count)| {
            let shown = shown.clone();
            let label = format!("{} {}", t(key), format::count(count));
            html! { <Chip {label} on={which == now} onclick={Callback::from(move |()| shown.set(Some(which)))} /> }
        });
    html! { <div class="row" role="group" aria-label={t("import.which_rows")}>{ for chips }</div> }
}
