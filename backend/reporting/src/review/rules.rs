//! What approving, returning and taking back make of a report. Pure.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use fupin_contract::{Fault, Faults, reporting::ReportStatus};
use fupin_form::{CellSpec, Form};

use crate::{
    error::ReportingError,
    report::{rules::Stand, store::Found},
};

/// Approved for one more level of the chain, or for good.
pub fn approve(before: &Found, now: DateTime<Utc>) -> Found {
    let stage = before.stand.stage + 1;
    let is_last = usize::try_from(stage).is_ok_and(|stage| stage >= before.chain.len());
    let status = if is_last { ReportStatus::Approved } else { ReportStatus::Submitted };
    moved(before, Stand { status, stage, ..before.stand }, now)
}

/// Under which an approval is told: to the next level that it is its turn, or to the clerk that all is done.
pub fn topic_of_approval(status: ReportStatus) -> &'static str {
    if status == ReportStatus::Approved { "reporting.report_approved" } else { "reporting.report_approved_on" }
}

/// Back with the clerk; the chain will begin anew.
pub fn send_back(before: &Found, reason: &str, now: DateTime<Utc>) -> Found {
    let stand = Stand { status: ReportStatus::Returned, stage: 0, ..before.stand };
    Found { return_reason: Some(reason.to_owned()), ..moved(before, stand, now) }
}

/// Waits again at the level that approved last.
pub fn take_back(before: &Found, now: DateTime<Utc>) -> Found {
    let stand = Stand { status: ReportStatus::Submitted, stage: before.stand.stage - 1, ..before.stand };
    moved(before, stand, now)
}

/// The cells that a return opens, with trimmed remarks; none where it opens all. Each must be one that a clerk fills.
pub fn opened(
    form: &Form,
    chosen: BTreeMap<String, String>,
) -> Result<Option<BTreeMap<String, String>>, ReportingError> {
    let is_fillable = |key: &str| form.cell(key).is_some_and(CellSpec::is_fillable);
    let faults: Faults = chosen
        .keys()
        .filter(|key| !is_fillable(key))
        .map(|key| (format!("cells.{key}"), vec![Fault::new("reporting.not_fillable")]))
        .collect();
    if !faults.is_empty() {
        return Err(ReportingError::BadCells(faults));
    }
    let trimmed = |(key, remark): (String, String)| (key, remark.trim().to_owned());
    Ok(Some(chosen.into_iter().map(trimmed).collect()).filter(|cells: &BTreeMap<_, _>| !cells.is_empty()))
}

fn moved(before: &Found, stand: Stand, now: DateTime<Utc>) -> Found {
    Found { stand, version: before.version + 1, changed_at: now, ..before.clone() }
}
