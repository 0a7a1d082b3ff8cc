//! What a security administrator does with what sheets propose.

use std::collections::HashSet;

use fupin_contract::{
    AccountImportId, Cursor, GrantId, GrantProposalId, Page,
    grant_proposals::{
        DecideProposals, DecidedProposals, GrantProposal, LeftProposal, ProposalBatch, ProposalException,
        ProposalFilter, ProposalState, ProposalSummary,
    },
};
use fupin_kernel::{Error, Result, Tx, Valid, audit::Event};

use super::{
    rules::{self, Decision, Pending, ProposalError},
    store::{self, Sight},
};
use crate::permit::{GrantRoles, Permit};

/// Of those that could not be confirmed, the first are named.
const NAMED: usize = 100;

pub(super) async fn list_batches(permit: &Permit<GrantRoles>) -> Result<Page<ProposalBatch>> {
    let items = permit.read(async |tx| store::list_batches(tx, permit.scope(), None).await).await?;
    Ok(Page { items, next: None })
}

fn sight(permit: &Permit<GrantRoles>, id: AccountImportId) -> Result<Sight<'_>> {
    Ok(Sight { scope: permit.scope(), by: permit.account_id()?, id })
}

pub(super) async fn get_batch(permit: &Permit<GrantRoles>, id: AccountImportId) -> Result<ProposalSummary> {
    let sight = sight(permit, id)?;
    permit
        .read(async |tx| {
            let batch = store::find_batch(tx, permit.scope(), id).await?;
            let (counts, exceptions) = store::count_pending(tx, sight).await?;
            let samples = store::list_samples(tx, sight).await?;
            Ok(ProposalSummary { batch, counts, exceptions, samples })
        })
        .await
}

pub(super) async fn list_proposals(
    permit: &Permit<GrantRoles>,
    id: AccountImportId,
    filter: ProposalFilter,
) -> Result<Page<GrantProposal>> {
    let limit = usize::from(filter.limit.unwrap_or(50));
    let sight = sight(permit, id)?;
    let rows = permit
        .read(async |tx| {
            store::find_batch(tx, permit.scope(), id).await?;
            store::list_proposals(tx, sight, &filter, limit as i64 + 1).await
        })
        .await?;
    Ok(Page::cut(rows, limit, |proposal| Cursor(proposal.id.to_string()).0))
}

/// Confirm, refuse or leave all that is pending of a sheet, in one act.
pub(super) async fn decide(
    permit: &Permit<GrantRoles>,
    id: AccountImportId,
    body: Valid<DecideProposals>,
) -> Result<DecidedProposals> {
    let (digest, input) = (body.digest(), body.into_inner());
    let sight = sight(permit, id)?;
    permit
        .write_once_noting(Event::on("access.proposals_decided", id), digest, async |tx, event| {
            let batch = store::lock_batch(tx, permit.scope(), id).await?;
            if batch.under_way {
                return Err(ProposalError::UnderWay.into());
            }
            let pending = store::list_pending(tx, sight).await?;
            let decision = rules::decide(pending, &input)?;
            let decided = carry_out(permit, tx, sight, decision, input.reason.as_deref()).await?;
            event.note("confirmed", decided.confirmed);
            event.note("refused", decided.refused);
            event.note("excepted", decided.excepted);
            Ok(decided)
        })
        .await
}

async fn carry_out(
    permit: &Permit<GrantRoles>,
    tx: &mut Tx,
    sight: Sight<'_>,
    decision: Decision,
    reason: Option<&str>,
) -> Result<DecidedProposals> {
    let Decision { confirm, refuse, mut excepted } = decision;
    let confirm: Vec<(GrantId, Pending)> = confirm.into_iter().map(|of| (GrantId::generate(), of)).collect();
    let made: HashSet<GrantId> = store::insert_grants(tx, &confirm, sight.by).await?.into_iter().collect();
    let (granted, overtaken): (Vec<_>, Vec<_>) = confirm.into_iter().partition(|(id, _)| made.contains(id));
    excepted.extend(overtaken.into_iter().map(|(_, of)| of));
    let ids = |of: &[&Pending]| of.iter().map(|of| of.id).collect::<Vec<GrantProposalId>>();
    let confirmed = ids(&granted.iter().map(|(_, of)| of).collect::<Vec<_>>());
    let refused = ids(&refuse.iter().collect::<Vec<_>>());
    store::update_decided(tx, &confirmed, ProposalState::Confirmed, sight.by, None).await?;
    store::update_decided(tx, &refused, ProposalState::Refused, sight.by, reason).await?;
    let mut events: Vec<Event> = granted.iter().map(|(grant, of)| granted_event(*grant, of)).collect();
    events.extend(refuse.iter().map(|of| refused_event(of, reason)));
    events.iter().try_for_each(|event| permit.record(tx, event))?;
    let count = |count: usize| i64::try_from(count).map_err(Error::internal);
    Ok(DecidedProposals {
        confirmed: count(confirmed.len())?,
        refused: count(refused.len())?,
        excepted: count(excepted.len())?,
        left: excepted.into_iter().take(NAMED).map(left).collect(),
    })
}

fn about(event: Event, of: &Pending) -> Event {
    event.with("proposal_id", of.id.to_string()).with("role", of.role.name()).with("unit_id", of.unit.0)
}

fn refused_event(of: &Pending, reason: Option<&str>) -> Event {
    about(Event::on("access.role_refused", of.account), of).with("reason", reason)
}

fn granted_event(grant: GrantId, of: &Pending) -> Event {
    about(Event::on("access.role_granted", of.account), of).with("grant_id", grant.to_string())
}

fn left(of: Pending) -> LeftProposal {
    // Granted by somebody else in the very moment, unless it was to be the second of the three administrators.
    let overtaken = if of.role.is_administrator() {
        ProposalException::TwoAdministrators
    } else {
        ProposalException::AlreadyGranted
    };
    LeftProposal { id: of.id, username: of.username, role: of.role, exception: of.exception.unwrap_or(overtaken) }
}
