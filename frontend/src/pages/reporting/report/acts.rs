//! What can be done with the report now: submit, withdraw, approve, return, take an approval back.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use fupin_client::{ClientError, Result, TransportError, Uuid};
use fupin_contract::{
    ReportId,
    reporting::{AtVersion, ReportAct, ReportSummary, ReturnReport, RevokeApproval, SubmitReport},
};
use gloo_timers::future::TimeoutFuture;
use yew::prelude::*;

use super::{
    grid::SharedDesk,
    picked::{Picked, PickedCells, Remarks},
};
use crate::{
    i18n::{error_sentence, t},
    kit::{Action, Alert, Button, ButtonKind, Tone, use_action},
    pages::reporting::reason_dialog::ReasonDialog,
    transport::Api,
};

/// How often a submission looks whether the last save is through, and how long it waits between looks.
const LOOKS: u32 = 100;
const LOOK_EVERY_MS: u32 = 100;

#[derive(Clone, Debug, PartialEq)]
enum Act {
    Submit(BTreeMap<String, String>),
    Withdraw,
    Approve,
    Return(String, Remarks),
    Revoke(String),
}

/// Waits until what was typed is saved.
pub async fn until_kept(desk: &SharedDesk) -> Result<()> {
    for _ in 0..LOOKS {
        if desk.borrow().is_kept() {
            return Ok(());
        }
        TimeoutFuture::new(LOOK_EVERY_MS).await;
    }
    Err(ClientError::Transport(TransportError::TimedOut))
}

async fn perform(api: Api, id: ReportId, desk: SharedDesk, act: Act, key: Uuid) -> Result<ReportSummary> {
    until_kept(&desk).await?;
    let version = desk.borrow().version;
    match act {
        Act::Submit(explanations) => {
            api.submit_report(id, &SubmitReport { version, cells: None, explanations }, key).await
        }
        Act::Withdraw => api.withdraw_report(id, &AtVersion { version }, key).await,
        Act::Approve => api.approve_report(id, &AtVersion { version }, key).await,
        Act::Return(reason, cells) => api.return_report(id, &ReturnReport { version, reason, cells }, key).await,
        Act::Revoke(reason) => api.revoke_approval(id, &RevokeApproval { version, reason }, key).await,
    }
}

#[derive(Properties)]
pub struct ActsProps {
    pub id: ReportId,
    pub desk: SharedDesk,
    pub acts: Vec<ReportAct>,
    pub explanations: Rc<BTreeMap<String, String>>,
    /// Looks whether the report can be submitted, and shows what stands in the way.
    pub ready: Callback<(), bool>,
    pub done: Callback<(ReportAct, ReportSummary)>,
    /// What a key asked for: `a` or `r`.
    pub asked: Option<(u32, ReportAct)>,
    /// The cells that a return opens.
    pub picked: Picked,
    pub stale: Callback<()>,
}

impl PartialEq for ActsProps {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
            && self.acts == other.acts
            && self.explanations == other.explanations
            && self.asked == other.asked
            && self.picked == other.picked
            && self.ready == other.ready
            && self.done == other.done
    }
}

#[component]
pub fn Acts(props: &ActsProps) -> Html {
    // The act that waits for its reason.
    let asking = use_state(|| None::<ReportAct>);
    let last = use_mut_ref(|| ReportAct::Submit);
    let action = {
        let (id, desk, done, last) = (props.id, props.desk.clone(), props.done.clone(), last.clone());
        let asking = asking.clone();
        use_action(
            move |api, act: Act, key| perform(api, id, desk.clone(), act, key),
            Callback::from(move |summary: ReportSummary| {
                asking.set(None);
                done.emit((*last.borrow(), summary));
            }),
        )
    };
    let start = start_on(props, &action, &asking, last);
    {
        let (start, acts) = (start.clone(), props.acts.clone());
        use_effect_with(props.asked, move |asked| {
            if let Some((_, act)) = asked.filter(|(_, act)| acts.contains(act)) {
                start.emit(act);
            }
        });
    }
    let button = |act: ReportAct, kind: ButtonKind, word: String, hint: Option<String>| {
        let start = start.clone();
        props.acts.contains(&act).then(|| html! {
            <Button {kind} busy={action.pending} title={hint.map(AttrValue::from)} onclick={Callback::from(move |()| start.emit(act))}>{ word }</Button>
        })
    };
    let is_stale = action.failure.as_ref().is_some_and(|error| error.status() == Some(409));
    html! {
        <>
            if let Some(error) = action.failure.as_ref().filter(|_| asking.is_none()) {
                <Alert tone={Tone::Danger} urgent=true>
                    <p>{ error_sentence(error) }</p>
                    if is_stale { <Button onclick={props.stale.clone()}>{ t("report.see_fresh") }</Button> }
                </Alert>
            }
            { button(ReportAct::Withdraw, ButtonKind::Plain, t("report.withdraw"), Some(t("report.withdraw_hint"))) }
            { button(ReportAct::Revoke, ButtonKind::Danger, t("report.revoke"), Some(t("report.revoke_hint"))) }
            { button(ReportAct::Return, ButtonKind::Danger, t("report.return"), Some(t("report.return_key"))) }
            { button(ReportAct::Approve, ButtonKind::Primary, t("report.approve"), Some(t("report.approve_key"))) }
            { button(ReportAct::Submit, ButtonKind::Primary, t("report.submit"), None) }
            { ask(props, &action, &asking) }
        </>
    }
}

/// The dialog for the act that needs a reason.
fn ask(props: &ActsProps, action: &Action<Act>, asking: &UseStateHandle<Option<ReportAct>>) -> Html {
    let onclose = {
        let (asking, forget) = (asking.clone(), action.forget.clone());
        Callback::from(move |()| {
            asking.set(None);
            forget.emit(());
        })
    };
    let (pending, failure) = (action.pending, action.failure.clone());
    match **asking {
        Some(ReportAct::Return) => {
            let cells = props.picked.cells.clone();
            let run = action.run.reform(move |reason: String| Act::Return(reason, (*cells).clone()));
            html! {
                <ReasonDialog title={t("report.return_title")} act={t("report.return")} hint={t("report.reason_hint")} {pending} {failure} {run} {onclose}>
                    <PickedCells desk={props.desk.clone()} picked={props.picked.clone()} />
                </ReasonDialog>
            }
        }
        Some(ReportAct::Revoke) => {
            let run = action.run.reform(Act::Revoke);
            html! { <ReasonDialog title={t("report.revoke_title")} act={t("report.revoke")} hint={t("report.revoke_reason_hint")} {pending} {failure} {run} {onclose} /> }
        }
        Some(ReportAct::Fill | ReportAct::Submit | ReportAct::Withdraw | ReportAct::Approve) | None => Html::default(),
    }
}

/// Begins an act: a submission looks first whether it may, a return and a revocation ask why.
fn start_on(
    props: &ActsProps,
    action: &Action<Act>,
    asking: &UseStateHandle<Option<ReportAct>>,
    last: Rc<RefCell<ReportAct>>,
) -> Callback<ReportAct> {
    let (run, ready, explanations, asking) =
        (action.run.clone(), props.ready.clone(), props.explanations.clone(), asking.clone());
    Callback::from(move |act: ReportAct| {
        last.replace(act);
        match act {
            ReportAct::Submit => {
                if ready.emit(()) {
                    run.emit(Act::Submit((*explanations).clone()));
                }
            }
            ReportAct::Withdraw => run.emit(Act::Withdraw),
            ReportAct::Approve => run.emit(Act::Approve),
            ReportAct::Return | ReportAct::Revoke => asking.set(Some(act)),
            ReportAct::Fill => {}
        }
    })
}
