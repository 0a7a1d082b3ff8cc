//! One table: what its rows come to, how its columns were understood, what is wrong with it.

use fupin_contract::{
    RegistryImportId,
    registry::{TableImport, TableImportState},
};
use yew::prelude::*;

use super::{
    acts::{BadRows, Take, Undo},
    faults::Faults,
    kind_word, state,
};
use crate::{
    format,
    i18n::{fault_sentence, t, tp},
    kit::{Alert, Crumb, Empty, PageHead, Status, Tone, progress_bar, use_asking, use_query},
    routes::Route,
};

#[derive(Properties, PartialEq)]
pub struct TableImportPageProps {
    pub id: String,
}

#[component]
pub fn TableImportPage(props: &TableImportPageProps) -> Html {
    match props.id.parse::<uuid::Uuid>() {
        Ok(id) => html! { <Import id={RegistryImportId(id)} /> },
        Err(_) => html! { <Empty title={t("home.not_found")}><p>{ t("home.not_found_why") }</p></Empty> },
    }
}

#[derive(Properties, PartialEq)]
struct ImportProps {
    id: RegistryImportId,
}

#[component]
fn Import(props: &ImportProps) -> Html {
    let query = use_query(props.id, async |api, id| api.get_table_import(id).await);
    use_asking(query.ready().is_some_and(|import| import.state.is_under_way()), query.reload.clone());
    let path = vec![Crumb::to(t("nav.table_imports"), Route::TableImports)];
    let beside = query.ready().map(|import| {
        let (tone, word) = state(import);
        html! { <Status {tone} {word} /> }
    });
    let drawn = query.view(|import| {
        let looked_at = !matches!(import.state, TableImportState::Checking | TableImportState::Failed);
        html! {
            <>
                { said(import) }
                { facts(import) }
                if looked_at && import.counts.faulty + import.counts.warned > 0 {
                    <Faults key={format!("{:?}", import.state)} id={import.id} counts={import.counts} />
                }
            </>
        }
    });
    html! {
        <>
            <PageHead title={t("table.title")} {path} beside={beside.unwrap_or_default()}>
                if let Some(import) = query.ready() {
                    if import.counts.faulty > 0 && import.state != TableImportState::Checking { <BadRows id={import.id} /> }
                    if import.state == TableImportState::Checked { <Take id={import.id} counts={import.counts} done={query.reload.clone()} /> }
                    if import.state == TableImportState::Done { <Undo id={import.id} done={query.reload.clone()} /> }
                }
            </PageHead>
            { drawn }
        </>
    }
}

/// What to do next, in a sentence.
fn said(import: &TableImport) -> Html {
    let good = import.counts.create + import.counts.update;
    let count = |number: i64| format::count(number);
    let (tone, text) = match import.state {
        TableImportState::Checking => {
            return html! { <Alert tone={Tone::Accent}><p>{ tp("table.said_checking", &[("count", &count(import.handled))]) }</p></Alert> };
        }
        TableImportState::Taking => {
            return html! {
                <Alert tone={Tone::Accent}><p>{ t("table.said_taking") }</p><p>{ progress_bar(import.handled, import.total) }</p></Alert>
            };
        }
        TableImportState::Undoing => (Tone::Accent, t("table.said_undoing")),
        TableImportState::Checked if good == 0 && import.counts.faulty == 0 => (Tone::Plain, t("table.said_same")),
        TableImportState::Checked if good == 0 => (Tone::Danger, t("table.said_nothing_good")),
        TableImportState::Checked if import.counts.faulty > 0 => (
            Tone::Wait,
            tp("table.said_some_faulty", &[("good", &count(good)), ("faulty", &count(import.counts.faulty))]),
        ),
        TableImportState::Checked => (Tone::Done, tp("table.said_all_good", &[("good", &count(good))])),
        TableImportState::Done => (
            Tone::Done,
            tp(
                "table.said_done",
                &[("create", &count(import.counts.create)), ("update", &count(import.counts.update))],
            ),
        ),
        TableImportState::Undone => (Tone::Plain, t("table.said_undone")),
        TableImportState::Failed => (Tone::Danger, failure(import)),
        TableImportState::Dropped => (Tone::Plain, t("table.said_dropped")),
    };
    html! {
        <Alert {tone}>
            <p>{ text }</p>
            if let Some(at) = import.same_file_at { <p>{ tp("import.said_same_file", &[("at", &format::date_time(at))]) }</p> }
        </Alert>
    }
}

fn failure(import: &TableImport) -> String {
    let Some(failure) = &import.failure else { return t("error.import.broken") };
    fault_sentence(&fupin_contract::Fault { code: failure.code.clone(), params: failure.params.clone() })
}

fn facts(import: &TableImport) -> Html {
    let columns = &import.columns;
    html! {
        <section class="panel" aria-label={t("import.facts")}>
            <dl class="facts">
                <dt>{ t("table.kind") }</dt><dd>{ kind_word(import.table) }{ " · " }{ import.name.clone() }</dd>
                <dt>{ t("import.uploaded_by") }</dt><dd>{ import.uploaded_by.clone() }{ " · " }{ format::date_time(import.uploaded_at) }</dd>
                <dt>{ t("import.unit") }</dt><dd>{ import.unit.name.clone() }</dd>
                if import.total > 0 {
                    <dt>{ t("import.rows") }</dt>
                    <dd>{ tp("table.counted", &[
                        ("total", &format::count(import.total)), ("create", &format::count(import.counts.create)),
                        ("update", &format::count(import.counts.update)), ("same", &format::count(import.counts.same)),
                        ("faulty", &format::count(import.counts.faulty)), ("warned", &format::count(import.counts.warned)),
                    ]) }</dd>
                }
                if !columns.known.is_empty() {
                    <dt>{ t("table.columns") }</dt>
                    <dd>
                        { tp("table.columns_known", &[("count", &columns.known.len())]) }
                        if !columns.unknown.is_empty() { <p>{ tp("table.columns_unknown", &[("columns", &columns.unknown.join("、"))]) }</p> }
                        if !columns.missing.is_empty() { <p class="muted">{ tp("table.columns_missing", &[("count", &columns.missing.len())]) }</p> }
                    </dd>
                }
            </dl>
        </section>
    }
}
