//! Attaching files, fetching them, taking them away.

use std::fs::File;

use fupin_access::{
    Permit,
    permit::{NoteCells, ReadReports},
};
use fupin_contract::{
    AttachmentId, ReportId,
    reporting::{ATTACHMENT_MEDIA_TYPE, AttachFile, MOST_ATTACHMENT_BYTES, ReportNotes},
};
use fupin_kernel::{Download, Result, Upload, audit::Event};
use sha2::{Digest, Sha256};

use super::{
    error::FileError,
    files, kinds, rules,
    store::{self, New},
};
use crate::{
    export::channel,
    notes::actions::{noted, notes, seen},
    report::store as reports,
    tasks::policy::store::find_policy,
};

/// The content first, then its row: whoever reads the row finds the content.
pub async fn attach_file(
    permit: &Permit<NoteCells>,
    id: ReportId,
    how: AttachFile,
    upload: Upload,
) -> Result<ReportNotes> {
    let by = permit.account_id()?;
    let (name, cell) = (rules::name(&how.name)?, how.cell.as_deref());
    let kind = kinds::of_name(name)?;
    // Nobody sends megabytes for what is refused whatever they hold.
    permit.read(async |tx| seen(tx, permit.scope(), id, cell).await).await?;
    let file = upload.receive(permit.app(), ATTACHMENT_MEDIA_TYPE, MOST_ATTACHMENT_BYTES).await?;
    let _shared = files::CONTENT.read().await;
    let kept = files::keep(permit.app(), &file, kind).await?;
    let new = New { id: AttachmentId::generate(), by, cell, name, kind, kept: &kept };
    let event = Event::on("reporting.file_attached", id)
        .with("attachment", new.id.to_string())
        .with("cell", cell.unwrap_or_default())
        .with("kind", kind.name)
        .with("bytes", kept.bytes);
    permit
        .write_once(event, digest(&how, &file.digest()), async |tx| {
            let found = noted(tx, permit.scope(), id, cell).await?;
            let room = find_policy(tx).await?.attachments;
            rules::check_room(room, store::count_used(tx, &found).await?, kept.bytes)?;
            store::insert_file(tx, &found, &new).await?;
            notes(tx, &found, by).await
        })
        .await
}

/// Of all that makes one request another: the same content under another name is another file.
fn digest(how: &AttachFile, content: &[u8; 32]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for part in [how.name.as_str(), "\0", how.cell.as_deref().unwrap_or_default(), "\0"] {
        digest.update(part);
    }
    digest.update(content);
    digest.finalize().into()
}

/// To be saved, whatever it is.
pub async fn download_attachment(permit: &Permit<ReadReports>, id: AttachmentId) -> Result<Download> {
    let data_dir = permit.app().settings.data_dir.clone();
    let (name, mut file) = permit
        .write_noting(Event::on("reporting.attachment_downloaded", id), async |tx, event| {
            let (report, row) = store::find_file(tx, id).await?;
            reports::find_report(tx, permit.scope(), report).await?;
            event.note("report", report.to_string());
            let file = File::open(files::path_of(&data_dir, &row.digest)).map_err(|_| FileError::Gone)?;
            Ok((row.name, file))
        })
        .await?;
    let body = channel::stream(move |out| std::io::copy(&mut file, out).map(|_| ()));
    Ok(Download { name, plain_name: "attachment", media_type: ATTACHMENT_MEDIA_TYPE, body: Box::pin(body) })
}

pub async fn remove_attachment(permit: &Permit<NoteCells>, id: AttachmentId) -> Result<ReportNotes> {
    let by = permit.account_id()?;
    permit
        .write_noting(Event::on("reporting.attachment_removed", id), async |tx, event| {
            let (report, _) = store::find_file(tx, id).await?;
            reports::find_report(tx, permit.scope(), report).await?;
            reports::lock_report(tx, report).await?;
            let found = reports::find_report(tx, permit.scope(), report).await?;
            let (_, row) = store::find_file(tx, id).await?;
            event.note("report", report.to_string());
            rules::may_remove(found.stand)?;
            if row.account_id != by.0 {
                return Err(FileError::NotYours.into());
            }
            store::update_removed(tx, id).await?;
            notes(tx, &found, by).await
        })
        .await
}
