//! What a system administrator does with sheets of accounts.

use fupin_contract::{
    AccountImportId, Cursor, Page,
    account_imports::{
        AccountImport, ImportFilter, ImportRow, ImportRowFilter, ImportState, InvitedAgain, MOST_IMPORTED, RowOutcome,
    },
    reporting::{MOST_SHEET_BYTES, SHEET_MEDIA_TYPE},
};
use fupin_kernel::{Download, Error, Result, Upload, audit::Event, seal};
use fupin_sheet::Telling;
use futures_util::stream;

use super::{
    inviting,
    jobs::{InvitePeople, WorkOnImport},
    reading::{self, SheetError},
    report, rules,
    store::{self, NewImport},
    template, words,
    working::content_place,
};
use crate::permit::{ManageAccounts, Permit};

const TEXT_MEDIA_TYPE: &str = "text/csv";
/// Of an act that has no body.
const NO_BODY: [u8; 32] = [0; 32];

/// A file that is there as a whole.
fn file(name: String, plain_name: &'static str, media_type: &'static str, bytes: Vec<u8>) -> Download {
    let body = stream::once(std::future::ready(Ok(bytes.into())));
    Download { name, plain_name, media_type, body: Box::pin(body) }
}

/// The sheet to fill. It says nothing of anybody.
pub(super) async fn download_template(permit: &Permit<ManageAccounts>) -> Result<Download> {
    tracing::debug!(scope = permit.scope().held().len(), "the template of accounts is made");
    let bytes = tokio::task::spawn_blocking(template::write).await.map_err(Error::internal)?;
    let bytes = bytes.map_err(Error::internal)?;
    Ok(file(words::TEMPLATE_NAME.to_owned(), "accounts.xlsx", SHEET_MEDIA_TYPE, bytes))
}

/// Take a sheet in, to be looked at; nothing is changed by it.
pub(super) async fn upload(permit: &Permit<ManageAccounts>, upload: Upload) -> Result<AccountImport> {
    let by = permit.account_id()?;
    let unit = permit.scope().top().ok_or(Error::NotFound)?;
    let received = upload.receive(permit.app(), SHEET_MEDIA_TYPE, MOST_SHEET_BYTES).await?;
    let book = fupin_sheet::read(received.path(), Telling::List).await?.map_err(SheetError::Unreadable)?;
    let id = AccountImportId::generate();
    let keys = permit.app().keys.clone();
    let sealing = move || -> Result<(i32, Vec<u8>)> {
        let rows = reading::read(&book)?;
        let total = i32::try_from(rows.len()).map_err(Error::internal)?;
        Ok((total, seal::seal(&keys, &content_place(id), &serde_json::to_string(&rows)?)?))
    };
    // A whole province takes a moment, and others wait for this thread.
    let (total, content_sealed) = tokio::task::spawn_blocking(sealing).await.map_err(Error::internal)??;
    let digest = received.digest();
    let new = NewImport { id, by, unit, digest, content_sealed, total };
    permit
        .write_once(Event::on("access.accounts_uploaded", id).with("rows", total), digest, async |tx| {
            store::expire_imports(tx).await?;
            store::insert_import(tx, new).await?;
            WorkOnImport::of(id).enqueue(tx).await?;
            store::find_import(tx, permit.scope(), id).await
        })
        .await
}

pub(super) async fn list_imports(permit: &Permit<ManageAccounts>, filter: ImportFilter) -> Result<Page<AccountImport>> {
    let limit = usize::from(filter.limit.unwrap_or(20));
    let rows = permit.read(async |tx| store::list_imports(tx, permit.scope(), &filter, limit).await).await?;
    Ok(Page::cut(rows, limit, |import| Cursor::after(import.uploaded_at, import.id.0).0))
}

pub(super) async fn get_import(permit: &Permit<ManageAccounts>, id: AccountImportId) -> Result<AccountImport> {
    permit.read(async |tx| store::find_import(tx, permit.scope(), id).await).await
}

pub(super) async fn list_rows(
    permit: &Permit<ManageAccounts>,
    id: AccountImportId,
    filter: ImportRowFilter,
) -> Result<Page<ImportRow>> {
    let limit = usize::from(filter.limit.unwrap_or(50));
    let rows = permit
        .read(async |tx| {
            store::find_import(tx, permit.scope(), id).await?;
            store::list_rows(tx, id, &filter, limit as i64 + 1).await
        })
        .await?;
    Ok(Page::cut(rows, limit, |row| Cursor::after_number(row.row).0))
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Workbook,
    Text,
}

/// All that is wrong with a sheet.
pub(super) async fn download_report(
    permit: &Permit<ManageAccounts>,
    id: AccountImportId,
    format: Format,
) -> Result<Download> {
    let filter = ImportRowFilter { outcome: Some(RowOutcome::Faulty), ..ImportRowFilter::default() };
    let rows = permit
        .write(Event::on("access.row_report_downloaded", id), async |tx| {
            let import = store::find_import(tx, permit.scope(), id).await?;
            if import.state == ImportState::Checking {
                return Err(rules::ImportError::NotChecked.into());
            }
            store::list_rows(tx, id, &filter, MOST_IMPORTED as i64).await
        })
        .await?;
    let make = move || match format {
        Format::Workbook => report::workbook(&rows).map_err(Error::internal),
        Format::Text => Ok(report::text(&rows)),
    };
    let bytes = tokio::task::spawn_blocking(make).await.map_err(Error::internal)??;
    let name = words::REPORT_NAME;
    Ok(match format {
        Format::Workbook => file(format!("{name}.xlsx"), "report.xlsx", SHEET_MEDIA_TYPE, bytes),
        Format::Text => file(format!("{name}.csv"), "report.csv", TEXT_MEDIA_TYPE, bytes),
    })
}

/// Take the good rows.
pub(super) async fn run_import(permit: &Permit<ManageAccounts>, id: AccountImportId) -> Result<AccountImport> {
    let by = permit.account_id()?;
    permit
        .write_once_noting(Event::on("access.accounts_imported", id), NO_BODY, async |tx, event| {
            let import = store::lock_import(tx, permit.scope(), id).await?;
            let good = import.counts.create + import.counts.propose;
            event.note("rows", good);
            rules::may_run(import.state, good)?;
            store::update_run(tx, id, by).await?;
            WorkOnImport::of(id).enqueue(tx).await?;
            store::find_import(tx, permit.scope(), id).await
        })
        .await
}

/// Send those who have not set a password another link.
pub(super) async fn invite_again(permit: &Permit<ManageAccounts>, id: AccountImportId) -> Result<InvitedAgain> {
    permit
        .write_once_noting(Event::on("access.people_invited_again", id), NO_BODY, async |tx, event| {
            let import = store::lock_import(tx, permit.scope(), id).await?;
            let waiting = import.activation.map_or(0, |activation| activation.waiting);
            let last = inviting::store::last_invited(tx, id).await?;
            rules::may_invite_again(import.state, waiting, last, tx.now())?;
            event.note("people", waiting);
            inviting::store::forget_invitations(tx, id).await?;
            InvitePeople::of(id).enqueue(tx, None).await?;
            Ok(InvitedAgain { people: waiting })
        })
        .await
}
