//! What a decision comes to. Pure.

use std::collections::HashSet;

use fupin_contract::{
    AccountId, Fault, GrantProposalId, UnitId,
    access::Role,
    grant_proposals::{DecideProposals, ProposalException, RestOfProposals},
};
use fupin_kernel::{Error, error::Refusal};

/// A pending proposal, and why it cannot be confirmed if it cannot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    pub id: GrantProposalId,
    pub account: AccountId,
    pub username: String,
    pub role: Role,
    pub unit: UnitId,
    pub exception: Option<ProposalException>,
}

/// What is to become of each.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Decision {
    pub confirm: Vec<Pending>,
    pub refuse: Vec<Pending>,
    pub excepted: Vec<Pending>,
}

/// Why nothing is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProposalError {
    /// Accounts of the sheet are still being made.
    UnderWay,
    /// Others are pending than were looked at.
    Changed,
    /// One that is to be refused is not pending, or not of this sheet.
    NotPending,
    /// Something is to be refused, and nothing says why.
    NoReason,
}

impl From<ProposalError> for Error {
    fn from(error: ProposalError) -> Self {
        Self::Conflict(Refusal::new(match error {
            ProposalError::UnderWay => "access.proposals_under_way",
            ProposalError::Changed => "access.proposals_changed",
            ProposalError::NotPending => "access.proposal_not_pending",
            ProposalError::NoReason => return Self::invalid_field("reason", Fault::new("required")),
        }))
    }
}

/// Sort what is pending by what is decided.
pub fn decide(pending: Vec<Pending>, input: &DecideProposals) -> Result<Decision, ProposalError> {
    if i64::try_from(pending.len()) != Ok(input.pending) {
        return Err(ProposalError::Changed);
    }
    let named: HashSet<GrantProposalId> = input.refuse.iter().copied().collect();
    let there = pending.iter().filter(|proposal| named.contains(&proposal.id)).count();
    if there != named.len() {
        return Err(ProposalError::NotPending);
    }
    let mut decision = Decision::default();
    for proposal in pending {
        match input.rest {
            _ if named.contains(&proposal.id) => decision.refuse.push(proposal),
            RestOfProposals::Refuse => decision.refuse.push(proposal),
            RestOfProposals::Confirm if proposal.exception.is_some() => decision.excepted.push(proposal),
            RestOfProposals::Confirm => decision.confirm.push(proposal),
            RestOfProposals::Leave => {}
        }
    }
    if !decision.refuse.is_empty() && input.reason.is_none() {
        return Err(ProposalError::NoReason);
    }
    Ok(decision)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(exception: Option<ProposalException>) -> Pending {
        Pending {
            id: GrantProposalId::generate(),
            account: AccountId::generate(),
            username: "li.si".to_owned(),
            role: Role::Clerk,
            unit: UnitId(5),
            exception,
        }
    }

    fn input(pending: i64, rest: RestOfProposals) -> DecideProposals {
        DecideProposals { pending, refuse: Vec::new(), rest, reason: None }
    }

    #[test]
    fn all_is_confirmed_but_what_cannot_be() {
        let all = vec![pending(None), pending(Some(ProposalException::OwnAccount)), pending(None)];
        let decision = decide(all.clone(), &input(3, RestOfProposals::Confirm)).unwrap();
        assert_eq!(decision.confirm, [all[0].clone(), all[2].clone()]);
        assert_eq!(decision.excepted, [all[1].clone()]);
    }

    #[test]
    fn some_are_refused_and_need_a_reason() {
        let all = vec![pending(None), pending(Some(ProposalException::UnitGone))];
        let refuse = vec![all[1].id];
        let without = DecideProposals { refuse, ..input(2, RestOfProposals::Confirm) };
        assert_eq!(decide(all.clone(), &without), Err(ProposalError::NoReason));
        let with = DecideProposals { reason: Some("单位已撤".to_owned()), ..without };
        let decision = decide(all.clone(), &with).unwrap();
        assert_eq!((decision.confirm.len(), decision.refuse, decision.excepted.len()), (1, vec![all[1].clone()], 0));
    }

    #[test]
    fn what_was_not_looked_at_is_not_decided_on() {
        assert_eq!(decide(vec![pending(None)], &input(2, RestOfProposals::Confirm)), Err(ProposalError::Changed));
        let stranger = DecideProposals {
            refuse: vec![GrantProposalId::generate()],
            reason: Some("不符".to_owned()),
            ..input(1, RestOfProposals::Leave)
        };
        assert_eq!(decide(vec![pending(None)], &stranger), Err(ProposalError::NotPending));
    }
}
