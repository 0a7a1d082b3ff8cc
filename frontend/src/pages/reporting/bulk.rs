//! Approving and returning many reports from their list: what is selected, the bar that acts on it, what was refused.

use std::{collections::BTreeMap, rc::Rc};

use fupin_client::{Result, Uuid};
use fupin_contract::{
    ReportId,
    reporting::{
        ApproveMany, ChosenReports, RefusedReport, ReportSelection, ReportStatus, ReportSummary, ReturnMany,
        ReviewedReports, SeenReport, WaitingCount, WaitingFilter, WaitingReports,
    },
};
use serde_json::Map;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;
use yew_router::prelude::Link;

use super::reason_dialog::ReasonDialog;
use crate::{
    i18n::{error_sentence, sentence_of, t, tp},
    kit::{Action, Alert, Button, ButtonKind, Tone, use_action, use_query, use_toasts},
    routes::Route,
    transport::Api,
};

/// What is selected: reports in the versions that were seen, or all that waited at an instant.
#[derive(Clone, Debug, PartialEq)]
enum Chosen {
    Some(BTreeMap<ReportId, i32>),
    All(WaitingCount),
}

impl Chosen {
    fn count(&self) -> usize {
        match self {
            Self::Some(reports) => reports.len(),
            Self::All(waiting) => usize::try_from(waiting.count).unwrap_or(0),
        }
    }

    fn has(&self, id: ReportId) -> bool {
        match self {
            Self::Some(reports) => reports.contains_key(&id),
            Self::All(_) => true,
        }
    }

    /// A report comes in or goes out; out of all that wait, it leaves what is shown beside it.
    fn toggled(&self, report: (ReportId, i32), shown: &[(ReportId, i32)]) -> Self {
        let mut reports = match self {
            Self::Some(reports) => reports.clone(),
            Self::All(_) => shown.iter().copied().collect(),
        };
        if reports.remove(&report.0).is_none() {
            reports.insert(report.0, report.1);
        }
        Self::Some(reports)
    }

    fn selection(&self, filter: &WaitingFilter) -> ReportSelection {
        match self {
            Self::Some(reports) => {
                let seen = |(id, version): (&ReportId, &i32)| SeenReport { id: *id, version: *version };
                ReportSelection::Chosen(ChosenReports { reports: reports.iter().map(seen).collect() })
            }
            Self::All(waiting) => ReportSelection::Waiting(WaitingReports {
                task: filter.task,
                form: filter.form,
                unit: filter.unit,
                as_of: waiting.as_of,
            }),
        }
    }
}

/// The selection of a list.
#[derive(Clone)]
pub struct Selection {
    chosen: UseStateHandle<Rc<Chosen>>,
    /// Whether this person reviews at all.
    pub is_offered: bool,
}

/// Nothing stays selected when another list is shown: what is acted on is what was seen.
#[hook]
pub fn use_selection<D: PartialEq + 'static>(is_offered: bool, list: D) -> Selection {
    let selection = Selection { chosen: use_state(|| Rc::new(Chosen::Some(BTreeMap::new()))), is_offered };
    {
        let selection = selection.clone();
        use_effect_with(list, move |_| selection.clear());
    }
    selection
}

/// Those of a list that wait for a review.
fn waiting(reports: &[&ReportSummary]) -> Vec<(ReportId, i32)> {
    let submitted = reports.iter().filter(|report| report.status == ReportStatus::Submitted);
    submitted.map(|report| (report.id, report.version)).collect()
}

impl Selection {
    /// The box before a report that may be selected.
    pub fn check(&self, report: &ReportSummary, shown: &[&ReportSummary]) -> Html {
        if !self.is_offered || report.status != ReportStatus::Submitted {
            return Html::default();
        }
        let (chosen, shown) = (self.chosen.clone(), waiting(shown));
        let seen = (report.id, report.version);
        let onchange = Callback::from(move |_: Event| chosen.set(Rc::new(chosen.toggled(seen, &shown))));
        let label = tp("bulk.choose", &[("unit", &report.unit.name), ("form", &report.form_title)]);
        html! { <input type="checkbox" class="pick" aria-label={label} checked={self.chosen.has(report.id)} {onchange} /> }
    }

    /// The box that selects all that are shown.
    pub fn check_all(&self, reports: &[&ReportSummary]) -> Html {
        let shown = waiting(reports);
        if !self.is_offered || shown.is_empty() {
            return Html::default();
        }
        let all = shown.iter().all(|(id, _)| self.chosen.has(*id));
        let chosen = self.chosen.clone();
        let onchange = Callback::from(move |event: Event| {
            let box_of = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            let reports = if box_of.is_some_and(|found| found.checked()) { shown.clone() } else { Vec::new() };
            chosen.set(Rc::new(Chosen::Some(reports.into_iter().collect())));
        });
        html! { <label class="check no-print"><input type="checkbox" checked={all} {onchange} /><span>{ t("bulk.choose_shown") }</span></label> }
    }

    fn clear(&self) {
        self.chosen.set(Rc::new(Chosen::Some(BTreeMap::new())));
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Act {
    Approve(ReportSelection),
    Return(ReportSelection, String),
}

async fn perform(api: Api, act: Act, key: Uuid) -> Result<(bool, ReviewedReports)> {
    match act {
        Act::Approve(which) => api.approve_reports(&ApproveMany { which }, key).await.map(|answer| (true, answer)),
        Act::Return(which, reason) => {
            api.return_reports(&ReturnMany { which, reason }, key).await.map(|answer| (false, answer))
        }
    }
}

#[derive(Properties)]
pub struct BulkBarProps {
    pub selection: Selection,
    /// Of which reports all that wait may be selected at once.
    pub filter: WaitingFilter,
    /// Reads the list anew.
    pub reload: Callback<()>,
}

impl PartialEq for BulkBarProps {
    fn eq(&self, other: &Self) -> bool {
        self.selection.chosen == other.selection.chosen
            && (self.filter.task, self.filter.unit) == (other.filter.task, other.filter.unit)
    }
}

/// How many are selected, and what may be done with them; below, what was refused the last time.
#[component]
pub fn BulkBar(props: &BulkBarProps) -> Html {
    let refused = use_state(|| Rc::new(Vec::<RefusedReport>::new()));
    let asking = use_state(|| false);
    let action = use_bulk(props, &refused, &asking);
    let deps = (props.filter.task, props.filter.unit, refused.len(), props.selection.chosen.count() == 0);
    let counted = use_query(deps, |api, (task, unit, _, _)| async move {
        api.count_waiting_reports(&WaitingFilter { task, form: None, unit }).await
    });
    let chosen = props.selection.chosen.clone();
    let count = chosen.count();
    let approve = {
        let (run, which) = (action.run.clone(), chosen.selection(&props.filter));
        Callback::from(move |()| run.emit(Act::Approve(which.clone())))
    };
    let give_back = {
        let which = chosen.selection(&props.filter);
        action.run.reform(move |reason| Act::Return(which.clone(), reason))
    };
    let ask = set_to(&asking, true);
    let stop = {
        let (stop, forget) = (set_to(&asking, false), action.forget.clone());
        Callback::from(move |()| {
            stop.emit(());
            forget.emit(());
        })
    };
    let clear = {
        let selection = props.selection.clone();
        Callback::from(move |()| selection.clear())
    };
    let waiting = counted.ready().map(|counted| **counted).filter(|counted| counted.count > 0);
    html! {
        <>
            { refusals(&refused) }
            if count > 0 || waiting.is_some() {
                <div class="report-acts bulk-bar" role="group" aria-label={t("bulk.acts")}>
                    <div class="grow row">
                        <span role="status">{ if count > 0 { tp("bulk.chosen", &[("count", &count)]) } else { t("bulk.none_chosen") } }</span>
                        if let Some(waiting) = waiting.filter(|_| !matches!(**chosen, Chosen::All(_))) { { all_button(&chosen, waiting) } }
                        if count > 0 { <Button kind={ButtonKind::Quiet} onclick={clear}>{ t("bulk.clear") }</Button> }
                    </div>
                    if let Some(error) = action.failure.as_ref().filter(|_| !*asking) { <span class="danger-text" role="alert">{ error_sentence(error) }</span> }
                    if count > 0 {
                        <Button kind={ButtonKind::Danger} busy={action.pending} onclick={ask}>{ t("report.return") }</Button>
                        <Button kind={ButtonKind::Primary} busy={action.pending} onclick={approve}>{ t("report.approve") }</Button>
                    }
                </div>
            }
            if *asking {
                <ReasonDialog title={tp("bulk.return_title", &[("count", &count)])} act={t("report.return")} hint={t("bulk.reason_hint")}
                    pending={action.pending} failure={action.failure.clone()} run={give_back} onclose={stop} />
            }
        </>
    }
}

/// The act; its end clears the selection, says what was done and keeps what was refused in sight.
#[hook]
fn use_bulk(
    props: &BulkBarProps,
    refused: &UseStateHandle<Rc<Vec<RefusedReport>>>,
    asking: &UseStateHandle<bool>,
) -> Action<Act> {
    let toasts = use_toasts();
    let (refused, asking) = (refused.clone(), asking.clone());
    let (selection, reload) = (props.selection.clone(), props.reload.clone());
    let done = Callback::from(move |(approved, answer): (bool, ReviewedReports)| {
        asking.set(false);
        selection.clear();
        if !answer.done.is_empty() {
            let said = if approved { "bulk.said_approved" } else { "bulk.said_returned" };
            toasts.done(tp(said, &[("count", &answer.done.len())]));
        }
        refused.set(Rc::new(answer.refused));
        reload.emit(());
    });
    use_action(perform, done)
}

fn set_to(flag: &UseStateHandle<bool>, value: bool) -> Callback<()> {
    let flag = flag.clone();
    Callback::from(move |()| flag.set(value))
}

fn all_button(chosen: &UseStateHandle<Rc<Chosen>>, waiting: WaitingCount) -> Html {
    let chosen = chosen.clone();
    let onclick = Callback::from(move |()| chosen.set(Rc::new(Chosen::All(waiting))));
    html! { <Button kind={ButtonKind::Quiet} {onclick}>{ tp("bulk.choose_all", &[("count", &waiting.count)]) }</Button> }
}

/// Each report that was left as it is, and why.
fn refusals(refused: &UseStateHandle<Rc<Vec<RefusedReport>>>) -> Html {
    if refused.is_empty() {
        return Html::default();
    }
    let close = {
        let refused = refused.clone();
        Callback::from(move |()| refused.set(Rc::default()))
    };
    html! {
        <Alert tone={Tone::Danger} urgent=true>
            <p class="strong">{ tp("bulk.refused", &[("count", &refused.len())]) }</p>
            <ul class="refusals">{ for refused.iter().map(refusal) }</ul>
            <Button onclick={close}>{ t("bulk.understood") }</Button>
        </Alert>
    }
}

fn refusal(refused: &RefusedReport) -> Html {
    let why = sentence_of(&refused.code, &Map::new()).unwrap_or_else(|| t("error.invalid"));
    let what = refused.current.as_ref().map(|report| {
        let to = Route::Report { id: report.id.to_string() };
        html! { <Link<Route> {to}>{ report.unit.name.clone() }{ " " }{ report.form_title.clone() }</Link<Route>> }
    });
    html! { <li key={refused.id.to_string()}>{ what }{ " " }{ why }</li> }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u128) -> ReportId {
        ReportId(Uuid::from_u128(number))
    }

    #[test]
    fn a_report_that_is_taken_out_of_all_leaves_those_that_are_shown() {
        let at = "2026-11-23T00:00:00Z".parse().unwrap();
        let all = Chosen::All(WaitingCount { count: 3296, as_of: at });
        let shown = [(id(1), 4), (id(2), 5)];
        assert_eq!((all.count(), all.has(id(7))), (3296, true));
        assert_eq!(all.toggled(shown[0], &shown), Chosen::Some([(id(2), 5)].into()));
        let none = Chosen::Some(BTreeMap::new());
        assert_eq!(none.toggled(shown[1], &shown), Chosen::Some([(id(2), 5)].into()));
    }

    #[test]
    fn what_is_sent_is_what_was_seen() {
        let at = "2026-11-23T00:00:00Z".parse().unwrap();
        let filter = WaitingFilter::default();
        let some = Chosen::Some([(id(1), 4)].into()).selection(&filter);
        let seen = vec![SeenReport { id: id(1), version: 4 }];
        assert_eq!(some, ReportSelection::Chosen(ChosenReports { reports: seen }));
        let all = Chosen::All(WaitingCount { count: 2, as_of: at }).selection(&filter);
        assert!(matches!(all, ReportSelection::Waiting(waiting) if waiting.as_of == at));
    }
}
