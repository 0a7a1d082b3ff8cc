//! 「数据导入」: tables of people, households and ledgers, uploaded here, looked at, taken; and taken out again.

mod acts;
mod export;
mod faults;
mod page;

use fupin_client::Download;
use fupin_contract::{
    access::Permission,
    registry::{
        CSV_MEDIA_TYPE, GZIP_MEDIA_TYPE, MOST_IMPORT_BYTES, TableImport, TableImportFilter, TableImportState,
        TableKind, UploadTable, ZIP_MEDIA_TYPE,
    },
    reporting::SHEET_MEDIA_TYPE,
};
use web_sys::File;
use yew::{platform::spawn_local, prelude::*};
use yew_router::{hooks::use_navigator, prelude::Link};

use crate::{
    format,
    i18n::{error_sentence, t},
    kit::{
        Alert, Allowed, Button, Column, DropZone, Empty, Icon, More, PageHead, Row, SelectField, Shape, Status, Table,
        Tone, bytes_of, save_file, use_action, use_asking, use_pages,
    },
    routes::Route,
};
use export::Export;
pub use page::TableImportPage;

fn state(import: &TableImport) -> (Tone, String) {
    let (tone, key) = match import.state {
        TableImportState::Checking => (Tone::Accent, "table.checking"),
        TableImportState::Checked => (Tone::Wait, "table.checked"),
        TableImportState::Taking => (Tone::Accent, "table.taking"),
        TableImportState::Done => (Tone::Done, "table.done"),
        TableImportState::Undoing => (Tone::Accent, "table.undoing"),
        TableImportState::Undone => (Tone::Plain, "table.undone"),
        TableImportState::Failed => (Tone::Danger, "table.failed"),
        TableImportState::Dropped => (Tone::Plain, "table.dropped"),
    };
    (tone, t(key))
}

fn kind_word(kind: TableKind) -> String {
    t(match kind {
        TableKind::Person => "table.person",
        TableKind::Household => "table.household",
        TableKind::Income => "table.income",
    })
}

fn kinds() -> Vec<(String, String)> {
    TableKind::ALL.into_iter().map(|kind| (kind.name().to_owned(), kind_word(kind))).collect()
}

/// By the end of its name; the server looks at what is in it.
fn media_of(name: &str) -> &'static str {
    let lower = name.to_lowercase();
    if lower.ends_with(".xlsx") {
        SHEET_MEDIA_TYPE
    } else if lower.ends_with(".gz") {
        GZIP_MEDIA_TYPE
    } else if lower.ends_with(".zip") {
        ZIP_MEDIA_TYPE
    } else {
        CSV_MEDIA_TYPE
    }
}

#[component]
pub fn TableImportsPage() -> Html {
    let pages = use_pages((), |api, (), after| async move {
        api.list_table_imports(&TableImportFilter { after, limit: None }).await
    });
    let kind = use_state(|| TableKind::Person);
    let under_way = pages.items().iter().any(|import| import.state.is_under_way());
    use_asking(under_way, pages.reload.clone());
    let choose = {
        let kind = kind.clone();
        Callback::from(move |name: String| kind.set(TableKind::from_name(&name).unwrap_or(TableKind::Person)))
    };
    html! {
        <>
            <PageHead title={t("nav.table_imports")}>
                <Allowed to={Permission::ExchangePeople}><Export /></Allowed>
            </PageHead>
            <section class="panel stack-tight" aria-label={t("table.upload")}>
                <div class="row between">
                    <h2>{ t("table.upload") }</h2>
                    <Template kind={*kind} />
                </div>
                <SelectField label={t("table.kind")} options={kinds()} value={kind.name()} onchange={choose} />
                <Upload kind={*kind} />
            </section>
            { pages.view(list) }
            <More shown={pages.items().len()} more={pages.more.clone()} busy={pages.reading_more} />
        </>
    }
}

#[derive(Properties, PartialEq)]
struct KindProps {
    kind: TableKind,
}

/// The table to fill.
#[component]
fn Template(props: &KindProps) -> Html {
    let kind = props.kind;
    let download = use_action(
        move |api, (): (), _| async move { api.download_table_template(kind).await },
        Callback::from(|file: Download| save_file(&file, "template.xlsx")),
    );
    html! {
        <>
            if let Some(error) = &download.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <Button onclick={download.run} busy={download.pending}><Icon shape={Shape::Download} />{ t("table.template") }</Button>
        </>
    }
}

/// A file goes up, and on to where it can be watched.
#[component]
fn Upload(props: &KindProps) -> Html {
    let too_large = use_state(|| false);
    let navigator = use_navigator();
    let kind = props.kind;
    let action = use_action(
        move |api, (name, bytes): (String, Vec<u8>), key| async move {
            let how = UploadTable { table: kind, source: None, name: Some(name.clone()), atomic: None };
            api.upload_table(&how, media_of(&name), bytes, key).await
        },
        Callback::from(move |import: TableImport| {
            if let Some(navigator) = &navigator {
                navigator.push(&Route::TableImport { id: import.id.to_string() });
            }
        }),
    );
    let take = {
        let (too_large, run, forget) = (too_large.clone(), action.run.clone(), action.forget.clone());
        Callback::from(move |file: File| {
            forget.emit(());
            let is_too_large = file.size() > MOST_IMPORT_BYTES as f64;
            too_large.set(is_too_large);
            if is_too_large {
                return;
            }
            let run = run.clone();
            spawn_local(async move {
                let name: String = file.name().chars().filter(|c| !c.is_control()).take(120).collect();
                if let Some(bytes) = bytes_of(&file).await {
                    run.emit((name, bytes));
                }
            });
        })
    };
    html! {
        <>
            <p class="muted">{ t("table.hint") }</p>
            if *too_large { <Alert tone={Tone::Danger} urgent=true><p>{ t("table.too_large") }</p></Alert> }
            if let Some(error) = &action.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <DropZone {take} word={t("table.drop")} />
            if action.pending { <p role="status"><span class="busy" aria-hidden="true"></span>{ " " }{ t("table.sending") }</p> }
        </>
    }
}

fn list(imports: &[&TableImport]) -> Html {
    if imports.is_empty() {
        return html! { <Empty title={t("table.none")}><p>{ t("table.none_hint") }</p></Empty> };
    }
    let columns = vec![
        Column::text(t("import.uploaded_at")),
        Column::text(t("table.kind")),
        Column::text(t("table.name")),
        Column::text(t("import.uploaded_by")),
        Column::text(t("report.status")),
        Column::number(t("import.rows")),
        Column::number(t("table.create")),
        Column::number(t("table.update")),
        Column::number(t("table.same")),
        Column::number(t("table.faulty")),
    ];
    let rows = imports.iter().map(|import| {
        let (tone, word) = state(import);
        let to = Route::TableImport { id: import.id.to_string() };
        let count = |count: i64| html! { format::count(count) };
        Row::new(
            import.id,
            vec![
                html! { <Link<Route> {to}><span class="nowrap">{ format::date_time(import.uploaded_at) }</span></Link<Route>> },
                html! { kind_word(import.table) },
                html! { import.name.clone() },
                html! { import.uploaded_by.clone() },
                html! { <Status {tone} {word} /> },
                count(import.total),
                count(import.counts.create),
                count(import.counts.update),
                count(import.counts.same),
                count(import.counts.faulty),
            ],
        )
    });
    html! { <Table caption={t("table.list")} {columns} rows={rows.collect::<Vec<_>>()} /> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_goes_up_as_what_its_name_says() {
        for (name, media) in [
            ("人口.XLSX", SHEET_MEDIA_TYPE),
            ("a.csv.gz", GZIP_MEDIA_TYPE),
            ("a.zip", ZIP_MEDIA_TYPE),
            ("a", CSV_MEDIA_TYPE),
        ] {
            assert_eq!(media_of(name), media, "{name}");
        }
    }
}
