//! Reading reports.

use std::collections::BTreeMap;

use fupin_access::{Permit, Right, Scope, permit::ReadReports, policy};
use fupin_contract::{
    Cursor, Fault, Page, ReportId,
    access::Permission,
    reporting::{
        CellChange, HistoryEntry, Report, ReportAct, ReportFilter, ReportHistory, ReportStatus, ReportSummary,
    },
};
use fupin_form::Cells;
use fupin_kernel::{Error, Result, Tx};

use super::{
    acting::{self, Past},
    rules,
    store::{self, Content, Doer, EditRow, Found, Narrowed, Reviewer, Writers},
};
use crate::{fill::rules::Open, forms, notes, place, prefill};

const PAGE: u16 = 50;

pub async fn list_reports(permit: &Permit<ReadReports>, filter: ReportFilter) -> Result<Page<ReportSummary>> {
    if filter.after.as_ref().is_some_and(|cursor| cursor.read().is_none()) {
        return Err(Error::invalid_field("after", Fault::new("cursor")));
    }
    let limit = usize::from(filter.limit.unwrap_or(PAGE));
    let waiting_for = filter.mine.unwrap_or(false).then(|| reviewer(permit)).transpose()?;
    permit
        .read(async |tx| {
            let unit = match filter.unit {
                Some(unit) => Some(place::store::find_standing(tx, permit.scope(), unit).await?),
                None => None,
            };
            let narrowed = Narrowed { unit, waiting_for };
            // One more than the page, to know whether there is a next one.
            let most = i64::try_from(limit).map_err(Error::internal)? + 1;
            let found = store::list_reports(tx, permit.scope(), &filter, narrowed, most).await?;
            let page = Page::cut(found, limit, |last: &Found| Cursor::after(last.changed_at, last.id.0).0);
            Ok(Page { items: page.items.iter().map(Found::summary).collect(), next: page.next })
        })
        .await
}

fn reviewer(permit: &Permit<ReadReports>) -> Result<Reviewer> {
    let held = permit.caller().map(|caller| caller.held.as_slice()).unwrap_or_default();
    let approves = held.iter().filter(|held| policy::allows(held.role, Permission::ApproveReports));
    Ok(Reviewer { id: permit.account_id()?, scope: Scope::over(approves.cloned().collect()) })
}

pub async fn get_report(permit: &Permit<ReadReports>, id: ReportId) -> Result<Report> {
    permit
        .read(async |tx| {
            let (found, content) = store::find_content(tx.conn()?, permit.scope(), id).await?;
            opened(tx, permit, found, content).await
        })
        .await
}

/// A report with its content, as a caller sees it.
pub async fn opened<P: Right>(tx: &mut Tx, permit: &Permit<P>, found: Found, content: Content) -> Result<Report> {
    let path = place::store::list_path(tx, found.tree_id, found.unit.id).await?;
    let (acts, on_behalf_of) = acts(tx, permit, &found).await?;
    let reopened = reopened(found.stand.status, content.reopened.as_deref())?;
    let cells: Cells = serde_json::from_str(&content.cells)?;
    let form = forms::compiled(tx, found.form_id).await?;
    let prefill = prefill::actions::find(tx, &form, &found, &cells, &Open::of(reopened.clone())).await?;
    Ok(Report {
        summary: found.summary(),
        task_title: found.task_title,
        task_status: found.stand.task,
        chain: found.chain,
        path,
        cells,
        explanations: serde_json::from_str(&content.explanations)?,
        reopened,
        prefill,
        acts,
        on_behalf_of,
    })
}

/// What the caller may do, and the name of whoever he would stand in for.
async fn acts<P: Right>(tx: &mut Tx, permit: &Permit<P>, found: &Found) -> Result<(Vec<ReportAct>, Option<String>)> {
    let Some(caller) = permit.caller() else { return Ok((Vec::new(), None)) };
    // Who approved matters to those alone who may take an approval back.
    let asks = found.stand.stage > 0 && !permit.scope_of(Permission::RevokeApprovals).is_empty();
    let approver = if asks { store::find_last_approver(tx, found).await? } else { None };
    // Who wrote in it, to those alone who may review it.
    let reviews = [Permission::ApproveReports, Permission::ReturnReports];
    let waits = found.stand.status == ReportStatus::Submitted;
    let writers = if waits && reviews.into_iter().any(|right| !permit.scope_of(right).is_empty()) {
        store::list_writers(tx, &[found.id.0]).await?
    } else {
        Writers::default()
    };
    let past = Past { writers: &writers, approver };
    let part = |principal| acting::part(found, Doer { id: caller.account_id, on_behalf_of: principal }, past);
    let acts = rules::acts(&caller.held, found.judged(), part);
    let principal = acts.iter().find_map(|(_, principal)| principal.as_ref()).map(|principal| principal.name.clone());
    Ok((acts.into_iter().map(|(act, _)| act).collect(), principal))
}

/// The cells that are open, while the report is with its clerk and not all of them are.
fn reopened(status: ReportStatus, kept: Option<&str>) -> Result<Option<BTreeMap<String, String>>> {
    match status {
        ReportStatus::Draft | ReportStatus::Returned => Ok(kept.map(serde_json::from_str).transpose()?),
        ReportStatus::Submitted | ReportStatus::Approved => Ok(None),
    }
}

pub async fn get_report_history(permit: &Permit<ReadReports>, id: ReportId) -> Result<ReportHistory> {
    permit
        .read(async |tx| {
            let found = store::find_report(tx, permit.scope(), id).await?;
            let edits = store::list_edits(tx, &found, 0).await?;
            let notes = notes::history(tx, &found, &edits).await?;
            Ok(ReportHistory { entries: entries(edits)?, notes })
        })
        .await
}

/// Each step with what stood in its cells before: the row keeps the new content, the rows before it the old.
fn entries(edits: Vec<EditRow>) -> Result<Vec<HistoryEntry>> {
    let mut standing = Cells::new();
    let mut entries = Vec::with_capacity(edits.len());
    for edit in edits {
        let kind =
            rules::kind_of(&edit.kind).ok_or_else(|| Error::internal("a step of a report is of no known kind"))?;
        let changed: Cells = serde_json::from_str(&edit.cells)?;
        let mut changes = BTreeMap::new();
        for (key, new) in changed {
            let old = standing.insert(key.clone(), new.clone()).unwrap_or_default();
            changes.insert(String::from(key), CellChange { old, new });
        }
        entries.push(HistoryEntry {
            version: edit.version,
            at: edit.at,
            by: edit.by,
            on_behalf_of: edit.on_behalf_of,
            kind,
            reason: edit.reason,
            reopened: edit.reopened.as_deref().map(serde_json::from_str).transpose()?,
            changes,
        });
    }
    Ok(entries)
}
