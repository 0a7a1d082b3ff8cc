//! A corrected version of a form in the place of the one that a task was issued with.

use std::collections::BTreeMap;

use fupin_access::{Permit, permit::IssueTasks};
use fupin_contract::{
    Fault, FormId, ReportId, TaskId,
    reporting::{AsideCell, BrokenReport, CorrectForm, FormCorrected, FormSummary, ReportStatus, Task, TaskAct},
};
use fupin_form::{CellKey, Form};
use fupin_kernel::{Result, Tx, Valid, audit::Event, outbox};
use serde_json::json;

use super::{
    actions::find_running,
    rules::{self, Carried},
    store::{self, Amendment, Corrected, InHand, Replacement},
    words,
};
use crate::{error::ReportingError, forms, tasks::store::find_task};

/// Returned reports that the answer names.
const MOST_NAMED: usize = 50;

/// What became of the reports.
#[derive(Debug, Default)]
struct Outcome {
    corrected: Vec<Corrected>,
    /// How many reports had a cell filled that has no place any more.
    aside: BTreeMap<CellKey, i64>,
    returned: Vec<ReportId>,
    broken: Vec<BrokenReport>,
}

pub async fn correct_form(permit: &Permit<IssueTasks>, id: TaskId, body: Valid<CorrectForm>) -> Result<FormCorrected> {
    let by = permit.account_id()?;
    let (digest, input) = (body.digest(), body.into_inner());
    let reason = input.reason.trim();
    let event =
        Event::on("reporting.form_corrected", id).with("form_id", input.form.to_string()).with("reason", reason);
    permit
        .write_once(event, digest, async |tx| {
            let task = find_running(tx, permit.scope(), id).await?.task;
            let (old, new) = versions(tx, &task, input.form).await?;
            let (from, to) = (forms::compiled(tx, old.id).await?, forms::compiled(tx, new.id).await?);
            let in_hand = store::lock_in_hand(tx, id, old.id).await?;
            let outcome = carry_all(&from, &to, &in_hand)?;
            let replacement = Replacement { task: id, old: old.id, new: new.id, by, reason };
            let reports = store::update_corrected(tx, &replacement, &outcome.corrected).await?;
            for report in &outcome.returned {
                outbox::push(tx, "reporting.report_returned", &json!({ "report_id": report }))?;
            }
            let aside = named(&from, outcome.aside);
            let returned = i64::try_from(outcome.returned.len()).unwrap_or(i64::MAX);
            let act = TaskAct::FormCorrected {
                title: new.title,
                from: old.version,
                to: new.version,
                reports,
                aside: aside.iter().map(|cell| cell.label.clone()).collect(),
                returned,
            };
            store::insert_amendment(tx, Amendment { task: id, by, reason, act: &act }).await?;
            let task = find_task(tx, permit.scope(), id).await?.task;
            let with_content = i64::try_from(in_hand.len()).unwrap_or(i64::MAX);
            Ok(FormCorrected { task, reports, with_content, aside, returned, broken: outcome.broken })
        })
        .await
}

/// The version that the task has of a form, and the newer one that is to take its place.
async fn versions(tx: &mut Tx, task: &Task, wanted: FormId) -> Result<(FormSummary, FormSummary)> {
    let bad = |code: &str| ReportingError::BadTask("form", Fault::new(code));
    let new = forms::list_summaries(tx, &[wanted.0]).await?.pop().ok_or_else(|| bad("reporting.unknown_form"))?;
    let old = task.forms.iter().find(|form| form.code == new.code).cloned();
    let old = old.ok_or_else(|| bad("reporting.form_not_in_task"))?;
    if new.version <= old.version {
        return Err(bad("reporting.form_not_newer").into());
    }
    Ok((old, new))
}

fn carry_all(old: &Form, new: &Form, in_hand: &[InHand]) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    for report in in_hand {
        let carried = rules::carry(old, new, &serde_json::from_str(&report.cells)?);
        for key in &carried.aside {
            *outcome.aside.entry(key.clone()).or_default() += 1;
        }
        let is_handed_over = matches!(report.status, ReportStatus::Submitted | ReportStatus::Approved);
        let broken = carried.broken.as_ref().filter(|_| is_handed_over && !report.void);
        let returned = broken.map(|finding| words::returned(new, finding));
        if let Some(reason) = &returned {
            outcome.returned.push(report.id);
            if outcome.broken.len() < MOST_NAMED {
                let broken = BrokenReport { report_id: report.id, unit: report.unit.clone(), reason: reason.clone() };
                outcome.broken.push(broken);
            }
        }
        outcome.corrected.push(corrected(report, carried, returned)?);
    }
    Ok(outcome)
}

fn corrected(report: &InHand, carried: Carried, returned: Option<String>) -> Result<Corrected> {
    Ok(Corrected {
        id: report.id,
        version: report.version + 1,
        cells: serde_json::to_string(&carried.content)?,
        changed: serde_json::to_string(&carried.changed)?,
        leaf: carried.leaf,
        returned,
    })
}

fn named(old: &Form, aside: BTreeMap<CellKey, i64>) -> Vec<AsideCell> {
    let cell = |(key, reports): (CellKey, i64)| {
        let label = old.cell(key.as_str()).map_or_else(|| key.to_string(), words::label);
        AsideCell { key: key.into(), label, reports }
    };
    aside.into_iter().map(cell).collect()
}
