//! The one act: all that is pending is confirmed, but for what is ticked or cannot be; or all is refused.

use std::collections::BTreeSet;

use fupin_contract::{
    AccountImportId, GrantProposalId,
    grant_proposals::{DecideProposals, DecidedProposals, RestOfProposals},
};
use yew::prelude::*;

use crate::{
    format,
    i18n::{error_sentence, field_fault, t, tp},
    kit::{Alert, Button, ButtonKind, Dialog, TextField, Tone, use_action, use_toasts},
};

#[derive(Properties, PartialEq)]
pub struct DecideProps {
    pub id: AccountImportId,
    pub pending: i64,
    /// Those of them that cannot be confirmed.
    pub excepted: i64,
    pub refused: BTreeSet<GrantProposalId>,
    /// Hears what it came to; nothing where the state has to be read anew.
    pub done: Callback<Option<DecidedProposals>>,
}

#[component]
pub fn Decide(props: &DecideProps) -> Html {
    let asking = use_state(|| None::<RestOfProposals>);
    let reason = use_state(String::new);
    let toasts = use_toasts();
    let action = {
        let (id, done, asking) = (props.id, props.done.clone(), asking.clone());
        use_action(
            move |api, decision: Decision, key| async move { api.decide_proposals(id, &decision.into(), key).await },
            Callback::from(move |answer: DecidedProposals| {
                toasts.done(t("proposal.was_decided"));
                asking.set(None);
                done.emit(Some(answer));
            }),
        )
    };
    let ask = |rest: Option<RestOfProposals>| {
        let (asking, forget) = (asking.clone(), action.forget.clone());
        Callback::from(move |()| {
            forget.emit(());
            asking.set(rest);
        })
    };
    let close = {
        let (closed, failed, done) = (ask(None), action.failure.is_some(), props.done.clone());
        Callback::from(move |()| {
            closed.emit(());
            if failed {
                done.emit(None);
            }
        })
    };
    let set_reason = {
        let reason = reason.clone();
        Callback::from(move |text: String| reason.set(text))
    };
    let submit = |rest: RestOfProposals| {
        let (run, pending, reason) = (action.run.clone(), props.pending, reason.trim().to_owned());
        let refuse: Vec<GrantProposalId> = props.refused.iter().copied().collect();
        Callback::from(move |()| {
            let reason = Some(reason.clone()).filter(|reason| !reason.is_empty());
            run.emit(Decision { pending, refuse: refuse.clone(), rest, reason });
        })
    };
    let ticked = i64::try_from(props.refused.len()).unwrap_or(i64::MAX);
    let confirmed = (props.pending - props.excepted - ticked).max(0);
    let dialog = (*asking).map(|rest| {
        let refuses = rest == RestOfProposals::Refuse || ticked > 0;
        let (title, kind) = match rest {
            RestOfProposals::Refuse => (t("proposal.refuse_all"), ButtonKind::DangerSolid),
            RestOfProposals::Confirm | RestOfProposals::Leave => (t("proposal.confirm_all"), ButtonKind::Primary),
        };
        let said = match rest {
            RestOfProposals::Refuse => tp("proposal.refuse_hint", &[("count", &format::count(props.pending))]),
            RestOfProposals::Confirm | RestOfProposals::Leave => tp(
                "proposal.confirm_hint",
                &[
                    ("confirmed", &format::count(confirmed)),
                    ("refused", &format::count(ticked)),
                    ("excepted", &format::count(props.excepted)),
                ],
            ),
        };
        let foot = html! {
            <>
                <Button onclick={close.clone()}>{ t("kit.cancel") }</Button>
                <Button {kind} submit=true busy={action.pending}>{ title.clone() }</Button>
            </>
        };
        html! {
            <Dialog {title} onclose={close.clone()} onsubmit={submit(rest)} {foot}>
                if let Some(error) = &action.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
                <p>{ said }</p>
                if refuses { <TextField label={t("proposal.reason")} value={(*reason).clone()} oninput={set_reason.clone()} required=true wide=true fault={field_fault(action.failure.as_ref(), "reason")} /> }
            </Dialog>
        }
    });
    html! {
        <>
            <Button kind={ButtonKind::Danger} onclick={ask(Some(RestOfProposals::Refuse))}>{ t("proposal.refuse_all") }</Button>
            <Button kind={ButtonKind::Primary} onclick={ask(Some(RestOfProposals::Confirm))}>{ t("proposal.confirm_all") }</Button>
            { dialog.unwrap_or_default() }
        </>
    }
}

/// What is asked of the server; the same again counts once.
#[derive(Clone, PartialEq)]
struct Decision {
    pending: i64,
    refuse: Vec<GrantProposalId>,
    rest: RestOfProposals,
    reason: Option<String>,
}

impl From<Decision> for DecideProposals {
    fn from(decision: Decision) -> Self {
        let Decision { pending, refuse, rest, reason } = decision;
        Self { pending, refuse, rest, reason }
    }
}
