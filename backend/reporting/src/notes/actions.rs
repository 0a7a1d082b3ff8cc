//! Reading notes, saying something, flagging.

use fupin_access::{
    Permit, Scope,
    permit::{NoteCells, ReadReports},
};
use fupin_contract::{
    AccountId, ReportId,
    reporting::{CommentCell, FlagCell, HistoryNote, ReportNotes},
};
use fupin_kernel::{Result, Tx, Valid, audit::Event};

use super::{
    attachments::store as attachments,
    rules::{self, Said},
    store,
};
use crate::{
    forms,
    report::store::{self as reports, EditRow, Found},
};

pub async fn get_report_notes(permit: &Permit<ReadReports>, id: ReportId) -> Result<ReportNotes> {
    let by = permit.account_id()?;
    permit
        .read(async |tx| {
            let found = reports::find_report(tx, permit.scope(), id).await?;
            notes(tx, &found, by).await
        })
        .await
}

pub async fn comment_cell(permit: &Permit<NoteCells>, id: ReportId, body: Valid<CommentCell>) -> Result<ReportNotes> {
    let by = permit.account_id()?;
    let (digest, input) = (body.digest(), body.into_inner());
    let event = Event::on("reporting.cell_commented", id).with("cell", input.cell.as_str());
    permit
        .write_once(event, digest, async |tx| {
            let found = noted(tx, permit.scope(), id, Some(&input.cell)).await?;
            rules::check_room(store::count_comments(tx, &found, &input.cell).await?)?;
            store::insert_comment(tx, &found, by, (&input.cell, input.text.trim())).await?;
            notes(tx, &found, by).await
        })
        .await
}

pub async fn flag_cell(permit: &Permit<NoteCells>, id: ReportId, input: FlagCell) -> Result<ReportNotes> {
    let by = permit.account_id()?;
    let event =
        if input.flagged { Event::on("reporting.cell_flagged", id) } else { Event::on("reporting.cell_unflagged", id) };
    permit
        .write(event.with("cell", input.cell.as_str()), async |tx| {
            let found = noted(tx, permit.scope(), id, Some(&input.cell)).await?;
            if input.flagged {
                rules::check_flags(store::count_flags(tx, &found).await?)?;
                store::insert_flag(tx, &found, by, &input.cell).await?;
            } else {
                store::update_lifted(tx, &found, by, &input.cell).await?;
            }
            notes(tx, &found, by).await
        })
        .await
}

/// A report within the scope of which something may be said, and that has the cell, where one is meant. Who says
/// something at once takes turns, so that the limits hold.
pub async fn noted(tx: &mut Tx, scope: &Scope, id: ReportId, cell: Option<&str>) -> Result<Found> {
    reports::find_report(tx, scope, id).await?;
    reports::lock_report(tx, id).await?;
    seen(tx, scope, id, cell).await
}

/// [`noted`], for a look that keeps nobody waiting.
pub async fn seen(tx: &mut Tx, scope: &Scope, id: ReportId, cell: Option<&str>) -> Result<Found> {
    let found = reports::find_report(tx, scope, id).await?;
    let form = forms::compiled(tx, found.form_id).await?;
    rules::check_cell(&form, found.stand.task, cell)?;
    Ok(found)
}

/// All that stands now, as one reader sees it.
pub async fn notes(tx: &mut Tx, found: &Found, reader: AccountId) -> Result<ReportNotes> {
    let said = Said {
        comments: store::list_comments(tx, found).await?,
        flags: store::list_flags(tx, found).await?,
        files: attachments::list_files(tx, found).await?,
    };
    Ok(rules::gathered(said, found.stand, reader))
}

/// All that was ever said, each between the steps of the report that it came between.
pub async fn history(tx: &mut Tx, found: &Found, steps: &[EditRow]) -> Result<Vec<HistoryNote>> {
    let said = Said {
        comments: store::list_comments(tx, found).await?,
        flags: store::list_flags_ever(tx, found).await?,
        files: attachments::list_files(tx, found).await?,
    };
    let steps: Vec<_> = steps.iter().map(|step| (step.version, step.at)).collect();
    Ok(rules::told(said, &steps))
}
