//! Ordering exports, looking after them, fetching them.

use std::fs::File;

use fupin_access::{Permit, permit::ExportReports};
use fupin_contract::{
    ExportId, Page, TaskId,
    reporting::{Export, ExportState, OrderExport},
};
use fupin_kernel::{Download, Error, Result, Valid, audit::Event};

use super::{
    jobs::WriteExport,
    making,
    store::{self, NewExport},
};
use crate::{error::ReportingError, export::channel, place::view::View, tasks::store::find_task};

/// Have the spreadsheets of all reports below a unit written into one file.
pub async fn order_export(permit: &Permit<ExportReports>, id: TaskId, body: Valid<OrderExport>) -> Result<Export> {
    let owner = permit.account_id()?;
    let (digest, input) = (body.digest(), body.into_inner());
    let event = Event::on("reporting.export_ordered", id).with("form_id", input.form.to_string());
    permit
        .write_once(event, digest, async |tx| {
            let found = find_task(tx, permit.scope(), id).await?;
            if !found.task.forms.iter().any(|known| known.id == input.form) {
                return Err(Error::NotFound);
            }
            let view = View::open(tx, permit.scope(), &found, input.unit).await?;
            let count = store::count_reports(tx, found.tree_id, id, input.form, &view.top).await?;
            if count == 0 {
                return Err(ReportingError::NothingToExport.into());
            }
            let total = i32::try_from(count).map_err(Error::internal)?;
            let (form, unit) = (input.form, view.top.id());
            let new = NewExport { id: ExportId::generate(), owner, task: id, form, unit, total };
            let under_way = store::insert_export(tx, new).await?;
            if under_way.is_none() {
                WriteExport::of(new.id).enqueue(tx, None).await?;
            }
            store::find_export(tx, permit.scope(), owner, under_way.unwrap_or(new.id)).await
        })
        .await
}

pub async fn list_exports(permit: &Permit<ExportReports>) -> Result<Page<Export>> {
    let owner = permit.account_id()?;
    let items = permit.read(async |tx| store::list_exports(tx, permit.scope(), owner).await).await?;
    Ok(Page { items, next: None })
}

pub async fn get_export(permit: &Permit<ExportReports>, id: ExportId) -> Result<Export> {
    let owner = permit.account_id()?;
    permit.read(async |tx| store::find_export(tx, permit.scope(), owner, id).await).await
}

/// Nobody waits for it any more; the job notices before the next handful of reports.
pub async fn cancel_export(permit: &Permit<ExportReports>, id: ExportId) -> Result<Export> {
    let owner = permit.account_id()?;
    permit
        .write(Event::on("reporting.export_cancelled", id), async |tx| {
            store::find_export(tx, permit.scope(), owner, id).await?;
            if !store::update_ended(tx, id, ExportState::Cancelled).await? {
                return Err(ReportingError::ExportOver.into());
            }
            store::find_export(tx, permit.scope(), owner, id).await
        })
        .await
}

/// The file, as long as it is there.
pub async fn download_export(permit: &Permit<ExportReports>, id: ExportId) -> Result<Download> {
    let owner = permit.account_id()?;
    let event = Event::on("reporting.export_downloaded", id);
    let path = making::file_of(&permit.app().settings.data_dir, id);
    let (export, mut file) = permit
        .write(event, async |tx| {
            let export = store::find_export(tx, permit.scope(), owner, id).await?;
            match export.state {
                ExportState::Done => {}
                ExportState::Queued | ExportState::Running => return Err(ReportingError::ExportNotReady.into()),
                ExportState::Failed | ExportState::Cancelled | ExportState::Expired => {
                    return Err(ReportingError::ExportGone.into());
                }
            }
            // A backup that was brought back knows of files that it does not hold.
            let file = File::open(&path).map_err(|_| ReportingError::ExportGone)?;
            Ok((export, file))
        })
        .await?;
    let name = format!("{}-{}-{}.zip", export.form_title, export.period, export.unit.name);
    let body = channel::stream(move |out| std::io::copy(&mut file, out).map(|_| ()));
    Ok(Download { name, plain_name: "export.zip", media_type: "application/zip", body: Box::pin(body) })
}
