//! What an officer does with tables.

use std::io::Write;

use chrono::Datelike;
use fupin_access::{Permit, permit::ExchangePeople};
use fupin_contract::{
    Cursor, Page, RegistryImportId,
    registry::{
        CSV_MEDIA_TYPE, GZIP_MEDIA_TYPE, MOST_IMPORT_BYTES, TableFault, TableFaultFilter, TableImport,
        TableImportFilter, TableImportState, TableKind, UploadTable, ZIP_MEDIA_TYPE,
    },
    reporting::SHEET_MEDIA_TYPE,
};
use fupin_kernel::{Download, Error, Result, Upload, audit::Event, upload::out_of_room, vault::FileKey};
use futures_util::stream;

use super::{
    jobs::WorkOnTable,
    report::{self, NoReport},
    store::{self, NewImport},
    structure::BadRows,
    template, undoing, vault, words,
};
use crate::{catalog, origins, origins::NewOrigin};

/// Half a gigabyte over a slow line.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(1800);
/// Of an act that has no body.
const NO_BODY: [u8; 32] = [0; 32];

fn file(name: String, plain_name: &'static str, bytes: Vec<u8>) -> Download {
    let body = stream::once(std::future::ready(Ok(bytes.into())));
    Download { name, plain_name, media_type: SHEET_MEDIA_TYPE, body: Box::pin(body) }
}

/// An empty table. It says nothing of anybody.
pub(super) async fn download_template(permit: &Permit<ExchangePeople>, table: TableKind) -> Result<Download> {
    let (catalog, year) = permit.read(async |tx| Ok((catalog::current(tx).await?, tx.today().year() as i16))).await?;
    let title = catalog.table(table.name()).map_or_else(String::new, |table| table.title.clone());
    let made = tokio::task::spawn_blocking(move || template::write(&catalog, table, year)).await;
    let bytes = made.map_err(Error::internal)?.map_err(Error::internal)?;
    Ok(file(format!("{title}{}.xlsx", words::TEMPLATE_SUFFIX), "empty-table.xlsx", bytes))
}

/// Take a file in, to be looked at; it lies sealed from its first byte on.
pub(super) async fn upload_table(
    permit: &Permit<ExchangePeople>,
    how: UploadTable,
    upload: Upload,
) -> Result<TableImport> {
    let media = [CSV_MEDIA_TYPE, GZIP_MEDIA_TYPE, ZIP_MEDIA_TYPE, SHEET_MEDIA_TYPE];
    if !media.contains(&upload.media_type()) {
        return Err(Error::UnsupportedMedia);
    }
    let by = permit.account_id()?;
    let unit = permit.scope().top().ok_or(Error::NotFound)?;
    let (id, key) = (RegistryImportId::generate(), FileKey::generate());
    let (app, data_dir) = (permit.app().clone(), permit.app().settings.data_dir.clone());
    let mut writer = vault::create(&app, id, &key)?;
    let poured =
        upload.pour(MOST_IMPORT_BYTES, PATIENCE, async |chunk| writer.write_all(chunk).map_err(out_of_room)).await;
    let finished = tokio::task::spawn_blocking(move || writer.finish()).await.map_err(Error::internal)?;
    let poured = match (poured, finished) {
        (Ok(poured), Ok(())) => poured,
        (Err(error), _) => {
            vault::remove(&data_dir, id)?;
            return Err(error);
        }
        (Ok(_), Err(error)) => {
            vault::remove(&data_dir, id)?;
            return Err(out_of_room(error));
        }
    };
    let new = NewImport {
        id,
        by,
        unit,
        table: how.table,
        source: how.source.as_deref().unwrap_or_default(),
        name: how.name.as_deref().unwrap_or_default(),
        atomic: how.atomic.unwrap_or(false),
        digest: poured.digest,
        bytes: i64::try_from(poured.bytes).map_err(Error::internal)?,
        key_sealed: vault::seal_key(&app, id, &key)?,
    };
    let event = Event::on("registry.table_uploaded", id).with("table", how.table.name()).with("bytes", new.bytes);
    let kept = permit
        .write_once(event, poured.digest, async |tx| {
            store::insert_import(tx, new).await?;
            WorkOnTable::of(id).enqueue(tx).await?;
            let now = tx.now();
            store::find_import(tx, permit.scope(), id).await?.wire(now)
        })
        .await;
    // A repeated request has made another import before; this file is nobody's.
    if kept.as_ref().map_or(true, |import| import.id != id) {
        vault::remove(&data_dir, id)?;
    }
    kept
}

pub(super) async fn list_imports(
    permit: &Permit<ExchangePeople>,
    filter: &TableImportFilter,
) -> Result<Page<TableImport>> {
    let limit = usize::from(filter.limit.unwrap_or(20));
    let rows = permit.read(async |tx| store::list_imports(tx, permit.scope(), filter, limit as i64 + 1).await).await?;
    Ok(Page::cut(rows, limit, |import| Cursor::after(import.uploaded_at, import.id.0).0))
}

pub(super) async fn get_import(permit: &Permit<ExchangePeople>, id: RegistryImportId) -> Result<TableImport> {
    permit
        .read(async |tx| {
            let now = tx.now();
            store::find_import(tx, permit.scope(), id).await?.wire(now)
        })
        .await
}

pub(super) async fn list_faults(
    permit: &Permit<ExchangePeople>,
    id: RegistryImportId,
    filter: &TableFaultFilter,
) -> Result<Page<TableFault>> {
    let limit = usize::from(filter.limit.unwrap_or(50));
    let mut rows = permit
        .read(async |tx| {
            store::find_import(tx, permit.scope(), id).await?;
            store::list_faults(tx, id, filter, limit as i64 + 1).await
        })
        .await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|(place, fault)| Cursor::after_numbers([fault.row, i64::from(*place)]));
    Ok(Page { items: rows.into_iter().map(|(_, fault)| fault).collect(), next })
}

/// The bad rows as they were sent: for whoever sent them, and nobody else.
pub(super) async fn download_errors(permit: &Permit<ExchangePeople>, id: RegistryImportId) -> Result<Download> {
    let own = permit.account_id()?;
    let faults = TableFaultFilter { warns: Some(false), ..TableFaultFilter::default() };
    let (row, faults) = permit
        .write(Event::on("registry.bad_rows_downloaded", id), async |tx| {
            let row = store::find_import(tx, permit.scope(), id).await?;
            if row.uploader() != own {
                return Err(Error::forbidden("import.not_yours"));
            }
            let faults = store::list_faults(tx, id, &faults, 1_000_000).await?;
            Ok((row, faults))
        })
        .await?;
    let key = row.key_sealed().ok_or_else(|| Error::conflict("import.file_gone"))?;
    let reader = vault::open(permit.app(), id, key)?;
    let bad = BadRows::unpack(row.bad_rows());
    let faults: Vec<TableFault> = faults.into_iter().map(|(_, fault)| fault).collect();
    let made = tokio::task::spawn_blocking(move || report::write(reader, &bad, &faults)).await;
    let bytes = made.map_err(Error::internal)?.map_err(|why| match why {
        NoReport::Unreadable(failure) => Error::internal(failure.code),
        NoReport::Unwritable(error) => Error::internal(error),
    })?;
    Ok(file(format!("{}-{}.xlsx", row.name(), words::ERRORS_NAME), "bad-rows.xlsx", bytes))
}

/// Take the good rows.
pub(super) async fn take_table(permit: &Permit<ExchangePeople>, id: RegistryImportId) -> Result<TableImport> {
    let by = permit.account_id()?;
    permit
        .write_once_noting(Event::on("registry.table_run", id), NO_BODY, async |tx, event| {
            let row = store::lock_import(tx, permit.scope(), id).await?;
            let counts = row.counts();
            event.note("rows", counts.create + counts.update);
            if row.state()? != TableImportState::Checked {
                return Err(Error::conflict("import.not_checked"));
            }
            if row.atomic() && counts.faulty > 0 {
                return Err(Error::conflict("import.atomic_faulty"));
            }
            if counts.create + counts.update == 0 {
                return Err(Error::conflict("import.nothing_new"));
            }
            let origin = NewOrigin { id: id.0, kind: "import", source: row.name(), by: Some(by) };
            origins::insert_origin(tx, &origin).await?;
            store::update_state(tx, id, TableImportState::Taking, Some(by)).await?;
            WorkOnTable::of(id).enqueue(tx).await?;
            let now = tx.now();
            store::find_import(tx, permit.scope(), id).await?.wire(now)
        })
        .await
}

/// Let go of a file that nobody takes.
pub(super) async fn drop_table(permit: &Permit<ExchangePeople>, id: RegistryImportId) -> Result<TableImport> {
    let dropped = permit
        .write(Event::on("registry.table_dropped", id), async |tx| {
            let row = store::lock_import(tx, permit.scope(), id).await?;
            if row.state()? != TableImportState::Checked {
                return Err(Error::conflict("import.not_checked"));
            }
            store::update_state(tx, id, TableImportState::Dropped, None).await?;
            let now = tx.now();
            store::find_import(tx, permit.scope(), id).await?.wire(now)
        })
        .await?;
    vault::remove(&permit.app().settings.data_dir, id)?;
    Ok(dropped)
}

/// Take all of it back, while nothing rests on it.
pub(super) async fn undo_table(permit: &Permit<ExchangePeople>, id: RegistryImportId) -> Result<TableImport> {
    let by = permit.account_id()?;
    permit
        .write_once(Event::on("registry.table_undo", id), NO_BODY, async |tx| {
            let row = store::lock_import(tx, permit.scope(), id).await?;
            if row.state()? != TableImportState::Done {
                return Err(Error::conflict("import.not_done"));
            }
            if undoing::rests(tx, id).await? {
                return Err(Error::conflict("import.rested_on"));
            }
            store::update_state(tx, id, TableImportState::Undoing, Some(by)).await?;
            WorkOnTable::of(id).enqueue(tx).await?;
            let now = tx.now();
            store::find_import(tx, permit.scope(), id).await?.wire(now)
        })
        .await
}
