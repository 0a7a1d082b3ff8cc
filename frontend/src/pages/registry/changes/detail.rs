//! One change: whose, by whom, line by line; and the answers to it.

use fupin_contract::{
    HouseholdChangeId,
    registry::{Change, ChangeDecision, ChangeState, catalog::Catalog},
};
use yew::prelude::*;
use yew_router::prelude::Link;

use super::super::{
    change_kind,
    change_lines::{change_state, lines_table},
};
use crate::{
    format,
    i18n::{error_sentence, t, tp},
    kit::{Action, Alert, Button, ButtonKind, Same, Status, Tone, use_action, use_query, use_single_keys, use_toasts},
    pages::reporting::ReasonDialog,
    routes::Route,
    words,
};

#[derive(Properties, PartialEq)]
pub struct DetailProps {
    pub catalog: Same<Catalog>,
    pub id: HouseholdChangeId,
    /// It was answered or taken back.
    pub decided: Callback<()>,
}

#[component]
pub fn Detail(props: &DetailProps) -> Html {
    let query = use_query(props.id, |api, id| async move { api.get_change(id).await });
    let decided = {
        let (reload, decided) = (query.reload.clone(), props.decided.clone());
        Callback::from(move |()| {
            reload.emit(());
            decided.emit(());
        })
    };
    html! {
        <section class="panel change-detail" aria-label={t("change.detail")}>
            { query.view(|change| html! { <Shown catalog={props.catalog.clone()} change={Same(change.clone())} {decided} reload={query.reload.clone()} /> }) }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct ShownProps {
    catalog: Same<Catalog>,
    change: Same<Change>,
    decided: Callback<()>,
    reload: Callback<()>,
}

#[hook]
fn use_decision(id: HouseholdChangeId, decided: Callback<()>) -> Action<ChangeDecision> {
    let toasts = use_toasts();
    use_action(
        move |api, decision: ChangeDecision, key| async move { api.decide_change(id, &decision, key).await },
        Callback::from(move |change: Change| {
            toasts.done(t(match change.state {
                ChangeState::Applied => "change.was_approved",
                ChangeState::Rejected | ChangeState::Proposed | ChangeState::Withdrawn => "change.was_rejected",
            }));
            decided.emit(());
        }),
    )
}

#[component]
fn Shown(props: &ShownProps) -> Html {
    let change = &props.change.0;
    let id = change.id;
    let rejecting = use_state(|| false);
    let decision = use_decision(id, props.decided.clone());
    let withdrawal = {
        let (decided, toasts) = (props.decided.clone(), use_toasts());
        use_action(
            move |api, (), _| async move { api.withdraw_change(id).await },
            Callback::from(move |_: Change| {
                toasts.done(t("change.was_withdrawn"));
                decided.emit(());
            }),
        )
    };
    let approve = decision.run.reform(|()| ChangeDecision { approve: true, reason: None });
    let reject = decision.run.reform(|reason: String| ChangeDecision { approve: false, reason: Some(reason) });
    let open = |on: bool| {
        let (rejecting, forget) = (rejecting.clone(), decision.forget.clone());
        Callback::from(move |()| {
            forget.emit(());
            rejecting.set(on);
        })
    };
    {
        let (approve, open) = (approve.clone(), open(true));
        let may = change.may_decide && !decision.pending;
        use_single_keys(move |key| {
            match key {
                "a" if may => approve.emit(()),
                "r" if may => open.emit(()),
                _ => return false,
            }
            true
        });
    }
    let refused = decision.failure.as_ref().filter(|_| !*rejecting);
    // The server says how the change would come out now, which is what is to be judged.
    let fresh = refused
        .and_then(|error| error.problem()?.current.clone())
        .and_then(|current| serde_json::from_value::<Change>(current).ok());
    let lines = fresh.as_ref().unwrap_or(change);
    let failure = refused.or(withdrawal.failure.as_ref());
    html! {
        <>
            { head(change) }
            if let Some(error) = failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            if fresh.is_some() { <Alert tone={Tone::Wait}><p>{ t("change.fresh_lines") }</p></Alert> }
            { lines_table(&props.catalog.0, lines) }
            if change.may_decide || change.may_withdraw {
                <div class="row change-acts">
                    if change.may_decide {
                        <Button kind={ButtonKind::Primary} onclick={approve} busy={decision.pending && !*rejecting}>{ t("change.approve") }<kbd class="wide-screen">{ "A" }</kbd></Button>
                        <Button kind={ButtonKind::Danger} onclick={open(true)} disabled={decision.pending}>{ t("change.reject") }<kbd class="wide-screen">{ "R" }</kbd></Button>
                    }
                    if change.may_withdraw {
                        <Button onclick={withdrawal.run.clone()} busy={withdrawal.pending}>{ t("change.withdraw") }</Button>
                    }
                </div>
            }
            if *rejecting {
                <ReasonDialog title={t("change.reject_title")} act={t("change.reject")} hint={t("change.reject_hint")} pending={decision.pending} failure={decision.failure.clone()} run={reject} onclose={open(false)} />
            }
        </>
    }
}

fn head(change: &Change) -> Html {
    let (tone, word) = change_state(change.state);
    let line = |title: String, value: Html| html! { <div><dt>{ title }</dt><dd>{ value }</dd></div> };
    let whose = change.head_name.clone().unwrap_or_else(|| t("change.new_household"));
    let household = match (change.household_id, &change.household_number) {
        (Some(id), Some(number)) => {
            html! { <Link<Route> to={Route::Household { id: id.to_string() }}>{ tp("change.household", &[("head", &whose), ("number", number)]) }</Link<Route>> }
        }
        _ => html! { whose },
    };
    let by = words::doer(&change.proposed_by, change.on_behalf_of.as_deref());
    html! {
        <>
            <p class="row"><span class="strong change-title">{ change_kind(change.kind) }</span><Status {tone} {word} /></p>
            <dl class="fact-list">
                { line(t("change.of"), household) }
                { line(t("household.village"), html! { change.village.name.clone() }) }
                { line(t("household.of_year"), html! { tp("household.year", &[("year", &change.year)]) }) }
                { line(t("change.proposed_by"), html! { tp("change.by", &[("by", &by), ("at", &format::date_time(change.proposed_at))]) }) }
                if let (Some(by), Some(at)) = (&change.decided_by, change.decided_at) {
                    { line(t("change.decided_by"), html! { tp("change.by", &[("by", by), ("at", &format::date_time(at))]) }) }
                }
                if let Some(reason) = &change.reason { { line(t("change.reason"), html! { reason.clone() }) } }
            </dl>
        </>
    }
}
