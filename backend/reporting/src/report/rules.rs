//! What may be done with a report: state × act × who asks. Pure.

use fupin_access::{Held, Principal, Scope, policy};
use fupin_contract::{
    AccountId,
    access::Permission,
    reporting::{HistoryKind, ReportAct, ReportStatus, TaskStatus},
    units::Level,
};

use crate::error::ReportingError;

/// All acts, in the order in which they are offered.
pub const ACTS: [ReportAct; 6] =
    [ReportAct::Fill, ReportAct::Submit, ReportAct::Withdraw, ReportAct::Approve, ReportAct::Return, ReportAct::Revoke];

/// How a report stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stand {
    pub task: TaskStatus,
    pub status: ReportStatus,
    /// How many levels of the chain have approved it.
    pub stage: i16,
}

/// What the caller has done with a report before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Saved or submitted what stands in it.
    pub wrote_it: bool,
    /// Gave the approval that stands last.
    pub approved_it: bool,
}

/// What the caller is to a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asker {
    /// Holds the act's permission at the unit of the level that the act belongs to: see [`level_of`].
    pub in_turn: bool,
    pub part: Part,
}

/// A report as far as it decides who may do what.
#[derive(Clone, Copy, Debug)]
pub struct Judged<'a> {
    /// Of its unit in today's tree.
    pub ordinal: i32,
    pub chain: &'a [Level],
    pub stand: Stand,
}

/// Whether somebody who holds the act's permission over the report's unit may do it now.
pub fn may(act: ReportAct, stand: Stand, asker: Asker) -> Result<(), ReportingError> {
    match stand.task {
        TaskStatus::Open => {}
        TaskStatus::Closed => return Err(ReportingError::TaskClosed),
        TaskStatus::Cancelled => return Err(ReportingError::TaskCancelled),
    }
    match act {
        ReportAct::Fill | ReportAct::Submit => match stand.status {
            ReportStatus::Draft | ReportStatus::Returned => Ok(()),
            ReportStatus::Submitted => Err(ReportingError::AlreadySubmitted),
            ReportStatus::Approved => Err(ReportingError::AlreadyApproved),
        },
        ReportAct::Withdraw => match stand.status {
            ReportStatus::Submitted if stand.stage == 0 => Ok(()),
            ReportStatus::Submitted => Err(ReportingError::AlreadyReviewed),
            ReportStatus::Draft | ReportStatus::Returned => Err(ReportingError::NotSubmitted),
            ReportStatus::Approved => Err(ReportingError::AlreadyApproved),
        },
        ReportAct::Approve | ReportAct::Return => match stand.status {
            ReportStatus::Submitted if !asker.in_turn => Err(ReportingError::NotYourTurn),
            ReportStatus::Submitted if asker.part.wrote_it => Err(ReportingError::OwnReport),
            ReportStatus::Submitted => Ok(()),
            ReportStatus::Draft | ReportStatus::Returned => Err(ReportingError::NotSubmitted),
            ReportStatus::Approved => Err(ReportingError::AlreadyApproved),
        },
        ReportAct::Revoke => match stand.status {
            ReportStatus::Draft | ReportStatus::Returned => Err(ReportingError::NotSubmitted),
            ReportStatus::Submitted if stand.stage == 0 => Err(ReportingError::NotApproved),
            // Nobody stands above the last level: whoever holds the right there may, also in another's place.
            ReportStatus::Approved if asker.in_turn => Ok(()),
            ReportStatus::Submitted if asker.in_turn && asker.part.approved_it => Ok(()),
            ReportStatus::Submitted | ReportStatus::Approved => Err(ReportingError::NotYourApproval),
        },
    }
}

/// The level that an act belongs to: of a reviewer's answer the one whose turn it is, of taking an approval back the
/// one that approved last.
pub fn level_of(act: ReportAct, chain: &[Level], stand: Stand) -> Option<Level> {
    match act {
        ReportAct::Revoke => last_level(chain, stand),
        ReportAct::Fill | ReportAct::Submit | ReportAct::Withdraw | ReportAct::Approve | ReportAct::Return => {
            turn(chain, stand.status, stand.stage)
        }
    }
}

fn last_level(chain: &[Level], stand: Stand) -> Option<Level> {
    let approved = usize::try_from(stand.stage).ok()?;
    chain.get(approved.checked_sub(1)?).copied()
}

/// Who gave the approval that stands last, by all steps of a report's history, oldest first.
pub fn last_approver<T>(steps: impl IntoIterator<Item = (HistoryKind, T)>) -> Option<T> {
    let mut standing = Vec::new();
    for (kind, by) in steps {
        match kind {
            HistoryKind::Approved => standing.push(by),
            HistoryKind::Revoked => drop(standing.pop()),
            HistoryKind::Submitted | HistoryKind::Withdrawn | HistoryKind::Returned => standing.clear(),
            // A corrected form leaves standing whom it does not return.
            HistoryKind::Saved | HistoryKind::Amended => {}
        }
    }
    standing.pop()
}

/// The level whose turn it is, while a report is with the reviewers.
pub fn turn(chain: &[Level], status: ReportStatus, stage: i16) -> Option<Level> {
    match status {
        ReportStatus::Submitted => usize::try_from(stage).ok().and_then(|stage| chain.get(stage)).copied(),
        ReportStatus::Draft | ReportStatus::Returned | ReportStatus::Approved => None,
    }
}

/// What a caller with the act's permission over a scope is to a report, and in whose place he would act. `part` says
/// what he has done with it before, he or whoever he would stand in for. His own grants go first; a delegated one that
/// would let somebody review what he, or its principal, wrote gives way to any other.
pub fn asker<'a>(
    scope: &'a Scope,
    act: ReportAct,
    report: Judged<'_>,
    part: impl Fn(Option<AccountId>) -> Part,
) -> (Asker, Option<&'a Principal>) {
    let level = level_of(act, report.chain, report.stand);
    let reaching = scope.reaching(report.ordinal).into_iter().map(|held| {
        let principal = held.on_behalf_of.as_ref();
        let in_turn = level == Some(held.level);
        (Asker { in_turn, part: part(principal.map(|principal| principal.id)) }, principal)
    });
    // Of several that do not serve, the one whose turn it is gives the better reason.
    let best = reaching.min_by_key(|(asker, _)| (may(act, report.stand, *asker).is_err(), !asker.in_turn));
    best.unwrap_or((Asker { in_turn: false, part: part(None) }, None))
}

/// The acts that a caller with these grants may do now with a report, each with whoever he would stand in for.
pub fn acts(
    held: &[Held],
    report: Judged<'_>,
    part: impl Fn(Option<AccountId>) -> Part,
) -> Vec<(ReportAct, Option<Principal>)> {
    let allowed = |act: ReportAct| {
        let scope = scope_of(held, act);
        let (asker, principal) = asker(&scope, act, report, &part);
        let may_act = scope.covers(report.ordinal) && may(act, report.stand, asker).is_ok();
        may_act.then(|| (act, principal.cloned()))
    };
    ACTS.into_iter().filter_map(allowed).collect()
}

/// Where a caller with these grants holds an act's permission.
fn scope_of(held: &[Held], act: ReportAct) -> Scope {
    let permission = permission_for(act);
    Scope::over(held.iter().filter(|held| policy::allows(held.role, permission)).cloned().collect())
}

fn permission_for(act: ReportAct) -> Permission {
    match act {
        ReportAct::Fill => Permission::FillReports,
        ReportAct::Submit => Permission::SubmitReports,
        ReportAct::Withdraw => Permission::WithdrawReports,
        ReportAct::Approve => Permission::ApproveReports,
        ReportAct::Return => Permission::ReturnReports,
        ReportAct::Revoke => Permission::RevokeApprovals,
    }
}

/// The names of statuses in storage.
pub fn status_name(status: ReportStatus) -> &'static str {
    match status {
        ReportStatus::Draft => "draft",
        ReportStatus::Submitted => "submitted",
        ReportStatus::Returned => "returned",
        ReportStatus::Approved => "approved",
    }
}

pub fn status_of(name: &str) -> Option<ReportStatus> {
    use ReportStatus::{Approved, Draft, Returned, Submitted};
    [Draft, Submitted, Returned, Approved].into_iter().find(|status| status_name(*status) == name)
}

/// The names of what happened, in storage.
pub fn kind_name(kind: HistoryKind) -> &'static str {
    match kind {
        HistoryKind::Saved => "saved",
        HistoryKind::Submitted => "submitted",
        HistoryKind::Withdrawn => "withdrawn",
        HistoryKind::Approved => "approved",
        HistoryKind::Returned => "returned",
        HistoryKind::Amended => "amended",
        HistoryKind::Revoked => "revoked",
    }
}

pub fn kind_of(name: &str) -> Option<HistoryKind> {
    use HistoryKind::{Amended, Approved, Returned, Revoked, Saved, Submitted, Withdrawn};
    let all = [Saved, Submitted, Withdrawn, Approved, Returned, Amended, Revoked];
    all.into_iter().find(|kind| kind_name(*kind) == name)
}

#[cfg(test)]
mod tests;
