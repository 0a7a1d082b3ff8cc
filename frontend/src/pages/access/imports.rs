//! 「批量导入」: sheets of accounts, uploaded here, looked at, taken.

mod acts;
mod page;
mod rows;

use fupin_client::Download;
use fupin_contract::{
    account_imports::{AccountImport, ImportFilter, ImportState},
    reporting::MOST_SHEET_BYTES,
};
use web_sys::File;
use yew::{platform::spawn_local, prelude::*};
use yew_router::{hooks::use_navigator, prelude::Link};

use crate::{
    format,
    i18n::{error_sentence, t, tp},
    kit::{
        Alert, Button, Column, DropZone, Empty, Icon, More, PageHead, Row, Shape, Status, Table, Tone, bytes_of,
        save_file, use_action, use_asking, use_pages,
    },
    routes::Route,
};
pub use page::AccountImportPage;

fn state(import: &AccountImport) -> (Tone, String) {
    let (tone, key) = match import.state {
        ImportState::Checking => (Tone::Accent, "import.checking"),
        ImportState::Checked => (Tone::Wait, "import.checked"),
        ImportState::Importing => (Tone::Accent, "import.importing"),
        ImportState::Done => (Tone::Done, "import.done"),
        ImportState::Failed => (Tone::Danger, "import.failed"),
        ImportState::Expired => (Tone::Plain, "import.expired"),
    };
    (tone, t(key))
}

#[component]
pub fn AccountImportsPage() -> Html {
    let pages =
        use_pages(
            (),
            |api, (), after| async move { api.list_account_imports(&ImportFilter { after, limit: None }).await },
        );
    let under_way = pages.items().iter().any(|import| import.state.is_under_way());
    use_asking(under_way, pages.reload.clone());
    html! {
        <>
            <PageHead title={t("nav.account_imports")}><Template /></PageHead>
            <Upload />
            { pages.view(list) }
            <More shown={pages.items().len()} more={pages.more.clone()} busy={pages.reading_more} />
        </>
    }
}

/// The sheet to fill.
#[component]
fn Template() -> Html {
    let download = use_action(
        |api, (): (), _| async move { api.download_account_template().await },
        Callback::from(|file: Download| save_file(&file, "accounts.xlsx")),
    );
    html! {
        <>
            if let Some(error) = &download.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <Button onclick={download.run} busy={download.pending}><Icon shape={Shape::Download} />{ t("import.template") }</Button>
        </>
    }
}

/// A filled sheet goes up, and on to where it can be watched.
#[component]
fn Upload() -> Html {
    let too_large = use_state(|| false);
    let navigator = use_navigator();
    let action = use_action(
        |api, bytes: Vec<u8>, key| async move { api.upload_accounts(bytes, key).await },
        Callback::from(move |import: AccountImport| {
            if let Some(navigator) = &navigator {
                navigator.push(&Route::AccountImport { id: import.id.to_string() });
            }
        }),
    );
    let take = {
        let (too_large, run, forget) = (too_large.clone(), action.run.clone(), action.forget.clone());
        Callback::from(move |file: File| {
            forget.emit(());
            let is_too_large = file.size() > MOST_SHEET_BYTES as f64;
            too_large.set(is_too_large);
            if is_too_large {
                return;
            }
            let run = run.clone();
            spawn_local(async move {
                if let Some(bytes) = bytes_of(&file).await {
                    run.emit(bytes);
                }
            });
        })
    };
    html! {
        <section class="panel stack-tight" aria-label={t("import.upload")}>
            <h2>{ t("import.upload") }</h2>
            <p class="muted">{ t("import.hint") }</p>
            if *too_large { <Alert tone={Tone::Danger} urgent=true><p>{ t("sheet.too_large") }</p></Alert> }
            if let Some(error) = &action.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <DropZone {take} word={t("sheet.drop")} />
            if action.pending { <p role="status"><span class="busy" aria-hidden="true"></span>{ " " }{ t("import.reading") }</p> }
        </section>
    }
}

fn list(imports: &[&AccountImport]) -> Html {
    if imports.is_empty() {
        return html! { <Empty title={t("import.none")}><p>{ t("import.none_hint") }</p></Empty> };
    }
    let columns = vec![
        Column::text(t("import.uploaded_at")),
        Column::text(t("import.uploaded_by")),
        Column::text(t("report.status")),
        Column::number(t("import.rows")),
        Column::number(t("import.create")),
        Column::number(t("import.propose")),
        Column::number(t("import.same")),
        Column::number(t("import.faulty")),
    ];
    let rows = imports.iter().map(|import| {
        let (tone, word) = state(import);
        let to = Route::AccountImport { id: import.id.to_string() };
        let count = |count: i64| html! { format::count(count) };
        Row::new(
            import.id,
            vec![
                html! { <Link<Route> {to}><span class="nowrap">{ format::date_time(import.uploaded_at) }</span></Link<Route>> },
                html! { import.uploaded_by.clone() },
                html! { <Status {tone} {word} /> },
                count(import.total),
                count(import.counts.create),
                count(import.counts.propose),
                count(import.counts.same),
                count(import.counts.faulty),
            ],
        )
    });
    html! { <Table caption={tp("import.list", &[])} {columns} rows={rows.collect::<Vec<_>>()} /> }
}
