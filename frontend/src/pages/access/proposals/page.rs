//! What one sheet proposes: how many roles of which level, what cannot be confirmed, and each one by itself.

use std::collections::BTreeSet;

use fupin_contract::{
    AccountImportId, GrantProposalId,
    grant_proposals::{DecidedProposals, ExceptionCount, ProposalCount, ProposalException, ProposalSummary},
};
use yew::prelude::*;

use super::{decide::Decide, items::Items, state};
use crate::{
    format,
    i18n::{t, tp},
    kit::{Alert, Column, Crumb, Empty, PageHead, Row, Status, Table, Tone, use_query},
    routes::Route,
    words,
};

#[derive(Properties, PartialEq)]
pub struct ProposalBatchPageProps {
    pub id: String,
}

#[component]
pub fn ProposalBatchPage(props: &ProposalBatchPageProps) -> Html {
    match props.id.parse::<AccountImportId>() {
        Ok(id) => html! { <Batch {id} /> },
        Err(_) => html! { <Empty title={t("home.not_found")}><p>{ t("home.not_found_why") }</p></Empty> },
    }
}

/// Why a proposal cannot be confirmed.
pub fn exception(exception: ProposalException) -> String {
    t(match exception {
        ProposalException::OwnAccount => "proposal.own_account",
        ProposalException::AccountDisabled => "proposal.account_disabled",
        ProposalException::UnitGone => "proposal.unit_gone",
        ProposalException::AlreadyGranted => "proposal.already_granted",
        ProposalException::TwoAdministrators => "proposal.two_administrators",
    })
}

#[derive(Properties, PartialEq)]
struct BatchProps {
    id: AccountImportId,
}

#[component]
fn Batch(props: &BatchProps) -> Html {
    let query = use_query(props.id, async |api, id| api.get_proposal_batch(id).await);
    let refused = use_state(BTreeSet::<GrantProposalId>::new);
    let decided = use_state(|| None::<DecidedProposals>);
    let version = use_state(|| 0_u32);
    let done = {
        let (refused, decided, version, reload) =
            (refused.clone(), decided.clone(), version.clone(), query.reload.clone());
        Callback::from(move |answer: Option<DecidedProposals>| {
            if answer.is_some() {
                refused.set(BTreeSet::new());
                decided.set(answer);
            }
            version.set(*version + 1);
            reload.emit(());
        })
    };
    let choose = {
        let refused = refused.clone();
        Callback::from(move |(id, on): (GrantProposalId, bool)| {
            let mut chosen = (*refused).clone();
            if on {
                chosen.insert(id);
            } else {
                chosen.remove(&id);
            }
            refused.set(chosen);
        })
    };
    let path = vec![Crumb::to(t("nav.proposals"), Route::Proposals)];
    let beside = query.ready().map(|summary| {
        let (tone, word) = state(&summary.batch);
        html! { <Status {tone} {word} /> }
    });
    html! {
        <>
            <PageHead title={t("proposal.title")} {path} beside={beside.unwrap_or_default()}>
                if let Some(summary) = query.ready() {
                    if summary.batch.pending > 0 && !summary.batch.under_way {
                        <Decide id={props.id} pending={summary.batch.pending} excepted={excepted(summary)} refused={(*refused).clone()} {done} />
                    }
                }
            </PageHead>
            if let Some(answer) = &*decided { { outcome(answer) } }
            { query.view(|summary| overview(summary)) }
            <Items key={version.to_string()} id={props.id} refused={(*refused).clone()} {choose} />
        </>
    }
}

fn excepted(summary: &ProposalSummary) -> i64 {
    summary.exceptions.iter().map(|count| count.proposals).sum()
}

fn outcome(answer: &DecidedProposals) -> Html {
    let said = tp(
        "proposal.outcome",
        &[
            ("confirmed", &format::count(answer.confirmed)),
            ("refused", &format::count(answer.refused)),
            ("excepted", &format::count(answer.excepted)),
        ],
    );
    let left = answer.left.iter().map(|left| {
        html! { <li>{ left.username.clone() }{ " · " }{ words::role(left.role) }{ "：" }{ exception(left.exception) }</li> }
    });
    html! {
        <Alert tone={Tone::Done} urgent=true>
            <p>{ said }</p>
            if !answer.left.is_empty() { <ul>{ for left }</ul> }
        </Alert>
    }
}

fn overview(summary: &ProposalSummary) -> Html {
    let batch = &summary.batch;
    html! {
        <section class="panel stack-tight" aria-label={t("proposal.overview")}>
            <dl class="facts">
                <dt>{ t("import.uploaded_by") }</dt><dd>{ batch.uploaded_by.clone() }{ " · " }{ format::date_time(batch.uploaded_at) }</dd>
                <dt>{ t("proposal.pending") }</dt><dd>{ format::count(batch.pending) }</dd>
                <dt>{ t("proposal.confirmed") }</dt><dd>{ format::count(batch.confirmed) }</dd>
                <dt>{ t("proposal.refused") }</dt><dd>{ format::count(batch.refused) }</dd>
            </dl>
            if !summary.counts.is_empty() { { counts(&summary.counts) } }
            if !summary.exceptions.is_empty() { { exceptions(&summary.exceptions) } }
        </section>
    }
}

fn counts(counts: &[ProposalCount]) -> Html {
    let columns =
        vec![Column::text(t("account.role")), Column::text(t("proposal.level")), Column::number(t("proposal.pending"))];
    let rows = counts.iter().map(|count| {
        Row::new(
            format!("{}{:?}", count.role.name(), count.level),
            vec![
                html! { words::role(count.role) },
                html! { words::level(count.level) },
                html! { format::count(count.proposals) },
            ],
        )
    });
    html! { <Table caption={t("proposal.pending")} {columns} rows={rows.collect::<Vec<_>>()} /> }
}

fn exceptions(exceptions: &[ExceptionCount]) -> Html {
    let lines = exceptions.iter().map(|count| {
        html! { <li>{ exception(count.exception) }{ "　" }<span class="strong">{ format::count(count.proposals) }</span></li> }
    });
    html! { <Alert tone={Tone::Wait}><p>{ t("proposal.exceptions") }</p><ul>{ for lines }</ul></Alert> }
}
