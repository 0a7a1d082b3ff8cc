//! What changed in a report that is being reviewed: since the submission before, or since the last approval.

use std::{collections::BTreeMap, rc::Rc};

use fupin_client::Result;
use fupin_contract::{
    ReportId,
    reporting::{CellChange, Difference, DifferenceFilter, Differences, Report, ReportAct, ReportStatus, Since, Step},
};
use yew::prelude::*;

use crate::{
    format,
    i18n::{t, tp},
    kit::{Alert, Chip, Tone, use_query},
    transport::Api,
    words,
};

/// Old and new of each cell that changed, and the line that says since when.
pub struct Compared {
    pub changes: Rc<BTreeMap<String, CellChange>>,
    pub line: Html,
}

/// Both comparisons; none of a report that its clerk still fills.
#[derive(Default)]
struct Both {
    submission: Option<Differences>,
    approval: Option<Differences>,
}

impl Both {
    fn of(&self, since: Since) -> Option<&Differences> {
        let found = match since {
            Since::Submission => &self.submission,
            Since::Approval => &self.approval,
        };
        found.as_ref().filter(|differences| differences.since.is_some())
    }
}

async fn compare(api: Api, id: ReportId, is_reviewed: bool) -> Result<Both> {
    if !is_reviewed {
        return Ok(Both::default());
    }
    let submission = api.get_differences(id, &DifferenceFilter { since: Since::Submission }).await?;
    let approval = api.get_differences(id, &DifferenceFilter { since: Since::Approval }).await?;
    Ok(Both { submission: Some(submission), approval: Some(approval) })
}

#[hook]
pub fn use_compared(report: &Report) -> Compared {
    let is_reviewed = match report.summary.status {
        ReportStatus::Submitted | ReportStatus::Approved => !report.acts.contains(&ReportAct::Fill),
        ReportStatus::Draft | ReportStatus::Returned => false,
    };
    let since = use_state(Since::default);
    let deps = (report.summary.id, report.summary.version, is_reviewed);
    let read = use_query(deps, |api, (id, _, is_reviewed)| compare(api, id, is_reviewed));
    let both = read.ready().cloned();
    let changes = {
        let both = both.clone();
        use_memo((both.as_ref().map(|both| Rc::as_ptr(both) as usize), *since), move |(_, since)| {
            both.as_ref().and_then(|both| both.of(*since)).map(changes).unwrap_or_default()
        })
    };
    let line = both.map(|both| line(&both, &since)).unwrap_or_default();
    Compared { changes, line }
}

fn changes(differences: &Differences) -> BTreeMap<String, CellChange> {
    let change = |(key, cell): (&String, &Difference)| {
        (key.clone(), CellChange { old: cell.old.clone(), new: cell.new.clone() })
    };
    differences.cells.iter().map(change).collect()
}

fn line(both: &Both, since: &UseStateHandle<Since>) -> Html {
    if both.of(Since::Submission).is_none() && both.of(Since::Approval).is_none() {
        return Html::default();
    }
    let chip = |wanted: Since, label: String| {
        let (on, set) = (**since == wanted, since.clone());
        html! { <Chip {label} {on} onclick={Callback::from(move |()| set.set(wanted))} /> }
    };
    html! {
        <Alert tone={Tone::Accent}>
            <div class="row">
                <p class="grow">{ sentence(both.of(**since), **since) }</p>
                <div class="chips no-print" role="group" aria-label={t("report.compare")}>
                    { chip(Since::Submission, t("report.compare_submission")) }
                    { chip(Since::Approval, t("report.compare_approval")) }
                </div>
            </div>
        </Alert>
    }
}

fn sentence(differences: Option<&Differences>, since: Since) -> String {
    let found = differences.and_then(|differences| differences.since.as_ref().map(|step| (differences, step)));
    let Some((differences, Step { at, by, on_behalf_of, .. })) = found else {
        return t(match since {
            Since::Submission => "report.never_submitted",
            Since::Approval => "report.never_approved",
        });
    };
    let (when, count) = (format::date_time(*at), differences.cells.len());
    let key = match (since, count) {
        (Since::Submission, 0) => "report.same_as_submission",
        (Since::Submission, _) => "report.changed_since_submission",
        (Since::Approval, 0) => "report.same_as_approval",
        (Since::Approval, _) => "report.changed_since_approval",
    };
    let who = words::doer(by, on_behalf_of.as_deref());
    tp(key, &[("who", &who), ("when", &when), ("count", &count)])
}
