//! Approving, returning and taking an approval back.

use fupin_access::{
    Permit,
    permit::{ApproveReports, ReturnReports, RevokeApprovals},
};
use fupin_contract::{
    ReportId,
    reporting::{AtVersion, HistoryKind, ReportAct, ReportSummary, ReturnReport, RevokeApproval},
};
use fupin_kernel::{Result, Tx, Valid, audit::Event, outbox};
use serde_json::json;

use super::rules;
use crate::{
    forms,
    report::{
        acting::{self, Past, Seen, reviewer},
        store::{self, Edit, Found, Writers},
    },
};

pub async fn approve_report(
    permit: &Permit<ApproveReports>,
    id: ReportId,
    body: Valid<AtVersion>,
) -> Result<ReportSummary> {
    let by = permit.account_id()?;
    let (digest, input) = (body.digest(), body.into_inner());
    let event = Event::on("reporting.report_approved", id).with("version", input.version);
    permit
        .write_once_noting(event, digest, async |tx, event| {
            let before = store::find_report(tx, permit.scope(), id).await?;
            let writers = store::list_writers(tx, &[id.0]).await?;
            let past = Past { writers: &writers, approver: None };
            let (asker, by) = reviewer(permit.scope(), &before, ReportAct::Approve, by, past);
            event.note_principal(by.on_behalf_of);
            acting::check(&before, Seen(input.version), ReportAct::Approve, asker)?;
            let now = rules::approve(&before, tx.now());
            let edit = Edit { kind: HistoryKind::Approved, by, reason: None, cells: "{}", reopened: None };
            acting::save(tx, permit.scope(), &before, &now, edit).await?;
            tell_approved(tx, &now)?;
            Ok(now.summary())
        })
        .await
}

/// The next level hears that it is its turn; after the last one the clerk hears that all is done.
fn tell_approved(tx: &mut Tx, now: &Found) -> Result<()> {
    outbox::push(tx, rules::topic_of_approval(now.stand.status), &json!({ "report_id": now.id }))
}

pub async fn return_report(
    permit: &Permit<ReturnReports>,
    id: ReportId,
    body: Valid<ReturnReport>,
) -> Result<ReportSummary> {
    let by = permit.account_id()?;
    let (digest, input) = (body.digest(), body.into_inner());
    let reason = input.reason.trim();
    let event = Event::on("reporting.report_returned", id)
        .with("version", input.version)
        .with("reason", reason)
        .with("cells", input.cells.len());
    permit
        .write_once_noting(event, digest, async |tx, event| {
            let before = store::find_report(tx, permit.scope(), id).await?;
            let writers = store::list_writers(tx, &[id.0]).await?;
            let past = Past { writers: &writers, approver: None };
            let (asker, by) = reviewer(permit.scope(), &before, ReportAct::Return, by, past);
            event.note_principal(by.on_behalf_of);
            acting::check(&before, Seen(input.version), ReportAct::Return, asker)?;
            let form = forms::compiled(tx, before.form_id).await?;
            let opened = rules::opened(&form, input.cells)?;
            let opened = opened.map(|cells| serde_json::to_string(&cells)).transpose()?;
            let now = rules::send_back(&before, reason, tx.now());
            let kind = HistoryKind::Returned;
            let edit = Edit { kind, by, reason: Some(reason), cells: "{}", reopened: opened.as_deref() };
            acting::save(tx, permit.scope(), &before, &now, edit).await?;
            store::update_reopened(tx, id, opened.as_deref()).await?;
            outbox::push(tx, "reporting.report_returned", &json!({ "report_id": id, "reason": reason }))?;
            Ok(now.summary())
        })
        .await
}

/// Take back the approval that stands last: the report waits again at that level, whose reviewers hear of it.
pub async fn revoke_approval(
    permit: &Permit<RevokeApprovals>,
    id: ReportId,
    body: Valid<RevokeApproval>,
) -> Result<ReportSummary> {
    let by = permit.account_id()?;
    let (digest, input) = (body.digest(), body.into_inner());
    let reason = input.reason.trim();
    let event = Event::on("reporting.approval_revoked", id).with("version", input.version).with("reason", reason);
    permit
        .write_once_noting(event, digest, async |tx, event| {
            let before = store::find_report(tx, permit.scope(), id).await?;
            let approver = store::find_last_approver(tx, &before).await?;
            let past = Past { writers: &Writers::default(), approver };
            let (asker, by) = reviewer(permit.scope(), &before, ReportAct::Revoke, by, past);
            event.note_principal(by.on_behalf_of);
            acting::check(&before, Seen(input.version), ReportAct::Revoke, asker)?;
            let now = rules::take_back(&before, tx.now());
            let edit = Edit { kind: HistoryKind::Revoked, by, reason: Some(reason), cells: "{}", reopened: None };
            acting::save(tx, permit.scope(), &before, &now, edit).await?;
            outbox::push(tx, "reporting.report_submitted", &json!({ "report_id": id }))?;
            Ok(now.summary())
        })
        .await
}
