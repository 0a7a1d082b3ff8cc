//! Taking a report home as a spreadsheet, and bringing it back.

use fupin_access::{
    Permit, Scope,
    permit::{FillReports, ReadReports},
};
use fupin_contract::{
    ReportId,
    reporting::{
        FormSummary, MOST_SHEET_BYTES, SHEET_MEDIA_TYPE, SheetChange, SheetConflict, SheetPlace, SheetRejection,
        UploadSheet, UploadedSheet,
    },
};
use fupin_form::{Cell, CellKey};
use fupin_kernel::{Download, Error, Result, Tx, Upload, audit::Event};
use fupin_sheet::Telling;

use super::{
    error::SheetError,
    marks::Origin,
    reading::{self, Reading},
    template::{self, Filled},
};
use crate::{
    fill::actions::{self as fill, Weighed},
    forms,
    report::{
        acting,
        store::{self as reports, Found},
    },
};

/// A report as a file: its form, its formulas, its content.
pub async fn download_sheet(permit: &Permit<ReadReports>, id: ReportId) -> Result<Download> {
    let event = Event::on("reporting.sheet_downloaded", id);
    let filled = permit.write(event, async |tx| filled(tx, permit.scope(), id).await).await?;
    let title = &filled.form.definition().title;
    let name = format!("{title}-{}-{}.xlsx", filled.period, filled.origin.unit_name);
    let bytes = tokio::task::spawn_blocking(move || template::write(&filled)).await.map_err(Error::internal)?;
    let body = futures_util::stream::once(std::future::ready(Ok(bytes.map_err(Error::internal)?.into())));
    Ok(Download { name, plain_name: "report.xlsx", media_type: SHEET_MEDIA_TYPE, body: Box::pin(body) })
}

async fn filled(tx: &mut Tx, scope: &Scope, id: ReportId) -> Result<Filled> {
    let (found, content) = reports::find_content(tx.conn()?, scope, id).await?;
    let form = forms::compiled(tx, found.form_id).await?;
    let origin = origin(&found, &form_of(tx, &found).await?);
    let official = forms::find_official(tx, found.form_id).await?;
    Ok(Filled { form, official, cells: serde_json::from_str(&content.cells)?, origin, period: found.period })
}

/// What a file says of the report that it is made for.
fn origin(found: &Found, form: &FormSummary) -> Origin {
    Origin {
        report: found.id.to_string(),
        version: found.version,
        form_code: form.code.clone(),
        form_version: form.version,
        form_title: form.title.clone(),
        period: found.period.to_string(),
        unit: found.unit.id.0,
        unit_name: found.unit.name.clone(),
    }
}

async fn form_of(tx: &mut Tx, found: &Found) -> Result<FormSummary> {
    forms::list_summaries(tx, &[found.form_id.0]).await?.pop().ok_or(Error::NotFound)
}

/// Save what a file brings, or only say what it would bring.
pub async fn upload_sheet(
    permit: &Permit<FillReports>,
    id: ReportId,
    how: UploadSheet,
    upload: Upload,
) -> Result<UploadedSheet> {
    let by = permit.account_id()?;
    let (found, summary, form, official) = permit
        .read(async |tx| {
            let found = reports::find_report(tx, permit.scope(), id).await?;
            let (summary, form) = (form_of(tx, &found).await?, forms::compiled(tx, found.form_id).await?);
            let official = forms::find_official(tx, found.form_id).await?;
            Ok((found, summary, form, official))
        })
        .await?;
    let file = upload.receive(permit.app(), SHEET_MEDIA_TYPE, MOST_SHEET_BYTES).await?;
    let book = fupin_sheet::read(file.path(), Telling::Form).await?.map_err(SheetError::Unreadable)?;
    let marks = reading::marks(&book)?;
    reading::check_origin(&marks.origin, &origin(&found, &summary))?;
    let mut reading = reading::read(&form, official.as_ref(), &book, &marks)?;
    let dry_run = how.dry_run.unwrap_or(false);
    let event =
        if dry_run { Event::on("reporting.sheet_tried", id) } else { Event::on("reporting.sheet_uploaded", id) };
    permit
        .write_once_noting(event.with("cells", reading.wanted.len()), file.digest(), async |tx, event| {
            let weighed = fill::weigh(tx, permit.scope(), id, std::mem::take(&mut reading.wanted)).await?;
            let doer = acting::clerk(permit.scope(), &weighed.before, by);
            event.note_principal(doer.on_behalf_of);
            if !dry_run {
                fill::keep(tx, &weighed, doer).await?;
            }
            Ok(answer(&mut reading, weighed, dry_run))
        })
        .await
}

/// What became of each cell, by where it stands in the file.
fn answer(reading: &mut Reading, weighed: Weighed, dry_run: bool) -> UploadedSheet {
    let Weighed { before, content_before, merged } = weighed;
    let places = &reading.places;
    let place = |key: &str| {
        let nowhere = || SheetPlace { sheet: String::new(), cell: String::new(), key: Some(key.to_owned()) };
        places.get(key).cloned().unwrap_or_else(nowhere)
    };
    let saved = merged.answer.saved.len();
    let change = |key: &CellKey, new: &Cell| SheetChange {
        at: place(key.as_str()),
        old: content_before.cell(key.as_str()).clone(),
        new: new.clone(),
    };
    let mut changed: Vec<SheetChange> = merged.changed.iter().map(|(key, new)| change(key, new)).collect();
    let refused = merged.answer.rejected.into_iter().map(|(key, fault)| {
        let typed = reading.typed.get(&key).cloned().unwrap_or_default();
        SheetRejection { at: place(&key), typed, fault }
    });
    let refused: Vec<SheetRejection> = refused.collect();
    let conflicts = merged.answer.conflicts.into_iter().map(|(key, theirs)| {
        let mine = reading.mine.get(&key).cloned().unwrap_or_default();
        SheetConflict { at: place(&key), mine, theirs }
    });
    let mut conflicts: Vec<SheetConflict> = conflicts.collect();
    let unchanged = reading.carried + saved.saturating_sub(changed.len());
    let mut rejected = std::mem::take(&mut reading.rejected);
    rejected.extend(refused);
    let sheets = &reading.sheets;
    changed.sort_by_key(|change| in_order(sheets, &change.at));
    conflicts.sort_by_key(|conflict| in_order(sheets, &conflict.at));
    rejected.sort_by_key(|rejection| in_order(sheets, &rejection.at));
    UploadedSheet {
        dry_run,
        version: if dry_run { before.version } else { merged.answer.version },
        changed,
        unchanged: i64::try_from(unchanged).unwrap_or(i64::MAX),
        rejected,
        conflicts,
        notes: std::mem::take(&mut reading.notes),
    }
}

/// Sheet by sheet, row by row, column by column.
fn in_order(sheets: &[String], at: &SheetPlace) -> (Option<usize>, u32, usize, String) {
    let letters = at.cell.bytes().take_while(u8::is_ascii_alphabetic).count();
    let row = at.cell[letters..].parse().unwrap_or(u32::MAX);
    let sheet = sheets.iter().position(|sheet| *sheet == at.sheet);
    (sheet, row, letters, at.cell[..letters].to_owned())
}
