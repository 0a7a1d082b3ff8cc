//! Approving and returning many.

use std::collections::BTreeMap;

use fupin_access::{
    Permit, Right, Scope,
    permit::{ApproveReports, ReturnReports},
};
use fupin_contract::{
    ReportId, UnitId,
    reporting::{
        ApproveMany, HistoryKind, RefusedReport, ReportAct, ReportSelection, ReturnMany, ReviewedReports, WaitingCount,
        WaitingFilter,
    },
};
use fupin_kernel::{Result, Tx, Valid, audit::Event, outbox};
use serde_json::json;
use uuid::Uuid;

use super::{
    rules::{self, Judged},
    store::{self, Moved, Waiting},
};
use crate::{
    place::{self, rules::Node},
    report::{
        acting::{self, Past},
        store::{Found, Reviewer, Writers, list_found, list_writers},
    },
    review::rules::{approve, send_back, topic_of_approval},
};

pub async fn count_waiting_reports(permit: &Permit<ApproveReports>, filter: WaitingFilter) -> Result<WaitingCount> {
    let reviewer = Reviewer { id: permit.account_id()?, scope: permit.scope().clone() };
    permit
        .read(async |tx| {
            let as_of = tx.now();
            let unit = standing(tx, permit.scope(), filter.unit).await?;
            let waiting = Waiting { task: filter.task, form: filter.form, unit, as_of };
            Ok(WaitingCount { count: store::count_waiting(tx, &reviewer, &waiting).await?, as_of })
        })
        .await
}

pub async fn approve_reports(permit: &Permit<ApproveReports>, body: Valid<ApproveMany>) -> Result<ReviewedReports> {
    let by = permit.account_id()?;
    let (digest, input) = (body.digest(), body.into_inner());
    let event = Event::new("reporting.reports_approved");
    permit
        .write_once_noting(event, digest, async |tx, event| {
            let (judged, writers) = judge(tx, permit, &input.which, ReportAct::Approve).await?;
            let past = Past { writers: &writers, approver: None };
            let now = tx.now();
            let by = |before: &Found| acting::reviewer(permit.scope(), before, ReportAct::Approve, by, past).1;
            let moved = judged.good.into_iter();
            let moved = moved.map(|before| Moved { by: by(&before), now: approve(&before, now), before });
            let moved: Vec<Moved> = moved.collect();
            store::update_reviewed(tx, &moved, HistoryKind::Approved, None).await?;
            tell_approved(tx, &moved)?;
            record(tx, permit, &moved, &Event::new("reporting.report_approved"))?;
            Ok(answer(event, &moved, judged.refused))
        })
        .await
}

pub async fn return_reports(permit: &Permit<ReturnReports>, body: Valid<ReturnMany>) -> Result<ReviewedReports> {
    let by = permit.account_id()?;
    let (digest, input) = (body.digest(), body.into_inner());
    let reason = input.reason.trim();
    let event = Event::new("reporting.reports_returned").with("reason", reason);
    permit
        .write_once_noting(event, digest, async |tx, event| {
            let (judged, writers) = judge(tx, permit, &input.which, ReportAct::Return).await?;
            let past = Past { writers: &writers, approver: None };
            let now = tx.now();
            let by = |before: &Found| acting::reviewer(permit.scope(), before, ReportAct::Return, by, past).1;
            let returned = |before| Moved { by: by(&before), now: send_back(&before, reason, now), before };
            let moved: Vec<Moved> = judged.good.into_iter().map(returned).collect();
            store::update_reviewed(tx, &moved, HistoryKind::Returned, Some(reason)).await?;
            for moved in &moved {
                let line = json!({ "report_id": moved.now.id, "reason": reason });
                outbox::push(tx, "reporting.report_returned", &line)?;
            }
            record(tx, permit, &moved, &Event::new("reporting.report_returned").with("reason", reason))?;
            Ok(answer(event, &moved, judged.refused))
        })
        .await
}

/// Lock the reports that are meant, in the order of their ids, and judge each.
async fn judge<P: Right>(
    tx: &mut Tx,
    permit: &Permit<P>,
    which: &ReportSelection,
    act: ReportAct,
) -> Result<(Judged, Writers)> {
    let (by, scope) = (permit.account_id()?, permit.scope());
    let (seen, found) = match which {
        ReportSelection::Chosen(chosen) => {
            let seen: BTreeMap<ReportId, i32> = chosen.reports.iter().map(|seen| (seen.id, seen.version)).collect();
            let ids: Vec<Uuid> = seen.keys().map(|id| id.0).collect();
            store::lock_chosen(tx, scope, &ids).await?;
            (seen, list_found(tx, scope, &ids).await?)
        }
        ReportSelection::Waiting(wanted) => {
            let unit = standing(tx, scope, wanted.unit).await?;
            let waiting = Waiting { task: wanted.task, form: wanted.form, unit, as_of: wanted.as_of };
            let reviewer = Reviewer { id: by, scope: scope.clone() };
            let ids = store::lock_waiting(tx, &reviewer, &waiting).await?;
            let found = list_found(tx, scope, &ids).await?;
            (found.iter().map(|report| (report.id, report.version)).collect(), found)
        }
    };
    let ids: Vec<Uuid> = found.iter().map(|report| report.id.0).collect();
    let writers = list_writers(tx, &ids).await?;
    let past = Past { writers: &writers, approver: None };
    let judged = rules::judge(&seen, found, |report| acting::reviewer(scope, report, act, by, past).0, act);
    Ok((judged, writers))
}

/// A unit within the scope, where one is named.
async fn standing(tx: &mut Tx, scope: &Scope, unit: Option<UnitId>) -> Result<Option<Node>> {
    match unit {
        Some(unit) => place::store::find_standing(tx, scope, unit).await.map(Some),
        None => Ok(None),
    }
}

/// Each next level hears that it is its turn, and of what is through the whole chain the clerk hears.
fn tell_approved(tx: &mut Tx, moved: &[Moved]) -> Result<()> {
    for moved in moved {
        outbox::push(tx, topic_of_approval(moved.now.stand.status), &json!({ "report_id": moved.now.id }))?;
    }
    Ok(())
}

/// The row of the trail that each report leaves, as if it had been acted on alone.
fn record<P: Right>(tx: &mut Tx, permit: &Permit<P>, moved: &[Moved], each: &Event) -> Result<()> {
    let event = |moved: &Moved| {
        let mut event = each.clone().with("version", moved.before.version);
        event.object_id = Some(moved.before.id.to_string());
        event.note_principal(moved.by.on_behalf_of);
        event
    };
    moved.iter().try_for_each(|moved| permit.record(tx, &event(moved)))
}

fn answer(event: &mut Event, moved: &[Moved], refused: Vec<RefusedReport>) -> ReviewedReports {
    event.detail.insert("done".to_owned(), moved.len().into());
    event.detail.insert("refused".to_owned(), refused.len().into());
    ReviewedReports { done: moved.iter().map(|moved| moved.before.id).collect(), refused }
}
