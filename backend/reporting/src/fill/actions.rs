//! Saving, submitting and taking back.

use std::collections::BTreeMap;

use diesel_async::AsyncPgConnection;
use fupin_access::{
    Permit, Right, Scope,
    permit::{FillReports, SubmitReports, WithdrawReports},
};
use fupin_contract::{
    ReportId,
    reporting::{AtVersion, HistoryKind, ReportAct, ReportSummary, SaveCell, SaveCells, SavedCells, SubmitReport},
};
use fupin_form::{Cells, Form};
use fupin_kernel::{Error, Result, Tx, Valid, audit::Event, outbox};
use serde_json::json;

use super::{
    rules::{self, LaterEdit, Merged, Open, Ready, Standing},
    store::{self, Written},
};
use crate::{
    forms, prefill,
    report::{
        acting::{self, Seen},
        reading,
        rules::{Asker, Part},
        store::{self as reports, Content, Doer, Edit, EditRow, Found, Person},
    },
};

/// Nobody's turn has to come for what a clerk does.
pub const CLERK: Asker = Asker { in_turn: false, part: Part { wrote_it: false, approved_it: false } };

/// Keep what can be kept; say of the rest what befell it.
pub async fn save_cells(permit: &Permit<FillReports>, id: ReportId, body: Valid<SaveCells>) -> Result<SavedCells> {
    let by = permit.account_id()?;
    let (digest, input) = (body.digest(), body.into_inner());
    let event = Event::on("reporting.cells_saved", id).with("cells", input.cells.len());
    permit
        .write_once_noting(event, digest, async |tx, event| {
            let weighed = weigh(tx, permit.scope(), id, input.cells).await?;
            let doer = acting::clerk(permit.scope(), &weighed.before, by);
            event.note_principal(doer.on_behalf_of);
            keep(tx, &weighed, doer).await?;
            Ok(weighed.merged.answer)
        })
        .await
}

/// What a save would do to a report that nobody else changes meanwhile.
#[derive(Clone, Debug)]
pub struct Weighed {
    pub before: Found,
    pub content_before: Cells,
    pub merged: Merged,
}

/// Judge a save, and let others who would change the report wait until this transaction ends.
pub async fn weigh(tx: &mut Tx, scope: &Scope, id: ReportId, cells: BTreeMap<String, SaveCell>) -> Result<Weighed> {
    // Saves are merged, not refused: they take their turns.
    reports::lock_report(tx, id).await?;
    let (before, content) = reports::find_content(tx.conn()?, scope, id).await?;
    acting::check(&before, Seen(before.version), ReportAct::Fill, CLERK)?;
    let form = forms::compiled(tx, before.form_id).await?;
    let oldest = cells.values().map(|cell| cell.base).min().unwrap_or(before.version);
    let later = later_edits(tx, &before, oldest).await?;
    let standing = standing(tx, &form, &before, &content).await?;
    let content_before = standing.content.clone();
    let merged = rules::save(&form, standing, &later, cells)?;
    Ok(Weighed { before, content_before, merged })
}

/// Keep what was judged, with its row of history; nothing where nothing changed.
pub async fn keep(tx: &mut Tx, weighed: &Weighed, by: Doer) -> Result<()> {
    let Weighed { before, merged, .. } = weighed;
    if merged.changed.is_empty() {
        return Ok(());
    }
    let now = rules::saved(before, merged.answer.version, tx.now());
    store::update_content(tx, before, &now, &serde_json::to_string(&merged.content)?).await?;
    let changed = serde_json::to_string(&merged.changed)?;
    let edit = Edit { kind: HistoryKind::Saved, by, reason: None, cells: &changed, reopened: None };
    reports::insert_edit(tx, before.id, now.version, edit).await
}

/// What stands in a report, read from storage.
pub async fn standing(tx: &mut Tx, form: &Form, report: &Found, content: &Content) -> Result<Standing> {
    let reopened = content.reopened.as_deref().map(serde_json::from_str).transpose()?;
    let (open, content): (Open, Cells) = (Open::of(reopened), serde_json::from_str(&content.cells)?);
    let prefill = prefill::actions::find(tx, form, report, &content, &open).await?;
    let prefilled = prefill.into_iter().flat_map(|prefill| prefill.cells).map(|(key, _)| String::from(key)).collect();
    Ok(Standing { version: report.version, content, open, prefilled })
}

async fn later_edits(tx: &mut Tx, report: &Found, base: i32) -> Result<Vec<LaterEdit>> {
    if base >= report.version {
        return Ok(Vec::new());
    }
    let later = |edit: EditRow| {
        let cells: Cells = serde_json::from_str(&edit.cells)?;
        let EditRow { version, by, on_behalf_of, at, .. } = edit;
        Ok(LaterEdit { version, by, on_behalf_of, at, cells })
    };
    reports::list_edits(tx, report, base).await?.into_iter().map(later).collect()
}

/// Hand a report over for review, with all its content or as it was saved.
pub async fn submit_report(
    permit: &Permit<SubmitReports>,
    id: ReportId,
    body: Valid<SubmitReport>,
) -> Result<ReportSummary> {
    let by = person(permit)?;
    let (digest, input) = (body.digest(), body.into_inner());
    let event = Event::on("reporting.report_submitted", id).with("version", input.version);
    let read = async |connection: &AsyncPgConnection| reading::store::read_report(connection, id).await;
    permit
        .write_once_ahead(event, digest, read, async |tx, read, event| {
            let (before, content) = reading::place(tx, permit.scope(), id, read).await?;
            let doer = acting::clerk(permit.scope(), &before, by.id);
            event.note_principal(doer.on_behalf_of);
            acting::check(&before, Seen(input.version), ReportAct::Submit, CLERK)?;
            let form = forms::compiled(tx, before.form_id).await?;
            let ready =
                rules::submit(&form, standing(tx, &form, &before, &content).await?, input.cells, input.explanations)?;
            let Some(now) = hand_over(tx, &before, ready, by, doer).await? else {
                return Err(acting::lost(tx, permit.scope(), &before).await);
            };
            outbox::push(tx, "reporting.report_submitted", &json!({ "report_id": id }))?;
            Ok(now.summary())
        })
        .await
}

/// Hand a report over with content that may be submitted. None if it no longer stood as it was judged.
pub async fn hand_over(tx: &mut Tx, before: &Found, ready: Ready, by: Person, doer: Doer) -> Result<Option<Found>> {
    let written = Written {
        cells: serde_json::to_string(&ready.content)?,
        explanations: serde_json::to_string(&ready.explanations)?,
        leaf: ready.leaf,
        changed: serde_json::to_string(&ready.changed)?,
    };
    let now = Found { submitted_for: doer.on_behalf_of, ..rules::submitted(before, by, tx.now()) };
    Ok(store::update_submitted(tx, before, &now, doer, &written).await?.then_some(now))
}

/// Take a report back that nobody has reviewed.
pub async fn withdraw_report(
    permit: &Permit<WithdrawReports>,
    id: ReportId,
    body: Valid<AtVersion>,
) -> Result<ReportSummary> {
    let by = permit.account_id()?;
    let (digest, input) = (body.digest(), body.into_inner());
    let event = Event::on("reporting.report_withdrawn", id).with("version", input.version);
    permit
        .write_once_noting(event, digest, async |tx, event| {
            let before = reports::find_report(tx, permit.scope(), id).await?;
            let by = acting::clerk(permit.scope(), &before, by);
            event.note_principal(by.on_behalf_of);
            acting::check(&before, Seen(input.version), ReportAct::Withdraw, CLERK)?;
            let now = rules::withdrawn(&before, tx.now());
            let edit = Edit { kind: HistoryKind::Withdrawn, by, reason: None, cells: "{}", reopened: None };
            acting::save(tx, permit.scope(), &before, &now, edit).await?;
            Ok(now.summary())
        })
        .await
}

/// Whoever holds the permit.
pub fn person<P: Right>(permit: &Permit<P>) -> Result<Person> {
    let caller = permit.caller().ok_or_else(|| Error::unauthenticated("access.signed_out"))?;
    Ok(Person { id: caller.account_id, name: caller.name.clone() })
}
