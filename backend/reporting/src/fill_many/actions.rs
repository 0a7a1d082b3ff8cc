//! Reading and submitting the reports of many units.

use std::collections::BTreeMap;

use fupin_access::{
    Permit,
    permit::{FillReports, SubmitReports},
};
use fupin_contract::{
    Cursor, Fault, Page, ReportId, TaskId,
    reporting::{ContentFilter, MOST_CONTENTS, Report, ReportAct, SubmitMany, SubmitOne, SubmittedReports},
};
use fupin_kernel::{Error, Result, Tx, Valid, audit::Event, outbox};
use serde_json::json;
use uuid::Uuid;

use super::store::{self, Wanted};
use crate::{
    bulk::{
        rules::{absent, refused},
        store::lock_chosen,
    },
    error::ReportingError,
    fill::{
        actions::{CLERK, hand_over, person, standing},
        rules,
    },
    forms, place,
    report::{
        acting::{self, Seen},
        actions::opened,
        store::{self as reports, Content, Doer, Found, Person},
    },
    tasks::store::find_task,
};

pub async fn list_report_contents(
    permit: &Permit<FillReports>,
    id: TaskId,
    filter: ContentFilter,
) -> Result<Page<Report>> {
    let after = match &filter.after {
        Some(cursor) => Some(cursor.read_number().ok_or_else(|| Error::invalid_field("after", Fault::new("cursor")))?),
        None => None,
    };
    let limit = usize::from(filter.limit.unwrap_or(MOST_CONTENTS));
    permit
        .read(async |tx| {
            let found = find_task(tx, permit.scope(), id).await?;
            if !found.task.forms.iter().any(|known| known.id == filter.form) {
                return Err(Error::NotFound);
            }
            let unit = match filter.unit {
                Some(unit) => Some(place::store::find_standing(tx, permit.scope(), unit).await?),
                None => None,
            };
            // One more than the page, to know whether there is a next one.
            let most = i64::try_from(limit).map_err(Error::internal)? + 1;
            let wanted = Wanted { task: id, tree: found.tree_id, form: filter.form, unit, after, most };
            let places = store::list_places(tx, permit.scope(), &wanted).await?;
            let page = Page::cut(places, limit, |last| Cursor::after_number(last.ordinal).0);
            let mut items = Vec::with_capacity(page.items.len());
            for place in page.items {
                let (found, content) =
                    reports::find_content(tx.conn()?, permit.scope(), ReportId(place.report_id)).await?;
                items.push(opened(tx, permit, found, content).await?);
            }
            Ok(Page { items, next: page.next })
        })
        .await
}

/// Hand over what may be handed over; say of the rest what stands in the way.
pub async fn submit_reports(permit: &Permit<SubmitReports>, body: Valid<SubmitMany>) -> Result<SubmittedReports> {
    let by = person(permit)?;
    let (digest, input) = (body.digest(), body.into_inner());
    let wanted: BTreeMap<ReportId, SubmitOne> = input.reports.into_iter().map(|one| (one.id, one)).collect();
    let ids: Vec<Uuid> = wanted.keys().map(|id| id.0).collect();
    permit
        .write_once_noting(Event::new("reporting.reports_submitted"), digest, async |tx, event| {
            lock_chosen(tx, permit.scope(), &ids).await?;
            let mut answer = SubmittedReports { done: Vec::new(), refused: Vec::new() };
            let mut events = Vec::new();
            for one in wanted.values() {
                let (found, content) = match reports::find_content(tx.conn()?, permit.scope(), one.id).await {
                    Ok(found) => found,
                    Err(Error::NotFound) => {
                        answer.refused.push(absent(one.id));
                        continue;
                    }
                    Err(error) => return Err(error),
                };
                let doer = acting::clerk(permit.scope(), &found, by.id);
                match submit(tx, (&found, &content), one, (by.clone(), doer)).await? {
                    Ok(now) => {
                        let mut event = Event::on("reporting.report_submitted", one.id).with("version", one.version);
                        event.note_principal(doer.on_behalf_of);
                        events.push(event);
                        answer.done.push(now.summary());
                    }
                    Err(refusal) => answer.refused.push(refused(&found, refusal)),
                }
            }
            let told: Vec<_> = answer.done.iter().map(|report| json!({ "report_id": report.id })).collect();
            told.iter().try_for_each(|line| outbox::push(tx, "reporting.report_submitted", line))?;
            events.iter().try_for_each(|event| permit.record(tx, event))?;
            event.detail.insert("done".to_owned(), answer.done.len().into());
            event.detail.insert("refused".to_owned(), answer.refused.len().into());
            Ok(answer)
        })
        .await
}

/// One of many: the outer answer is the server's trouble, the inner one the report's.
async fn submit(
    tx: &mut Tx,
    (before, content): (&Found, &Content),
    one: &SubmitOne,
    (by, doer): (Person, Doer),
) -> Result<Result<Found, ReportingError>> {
    if let Err(refusal) = acting::judge(before, Seen(one.version), ReportAct::Submit, CLERK) {
        return Ok(Err(refusal));
    }
    let form = forms::compiled(tx, before.form_id).await?;
    let standing = standing(tx, &form, before, content).await?;
    let ready = match rules::submit(&form, standing, None, one.explanations.clone()) {
        Ok(ready) => ready,
        Err(refusal) => return Ok(Err(refusal)),
    };
    Ok(hand_over(tx, before, ready, by, doer).await?.ok_or(ReportingError::StaleVersion))
}
