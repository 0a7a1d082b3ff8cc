//! What all acts on a report have in common: they are judged by what the caller saw, and of two at once one wins.

use fupin_access::Scope;
use fupin_contract::{AccountId, reporting::ReportAct};
use fupin_kernel::{Error, Result, Tx};

use super::{
    rules::{self, Asker, Part},
    store::{self, Doer, Edit, Found, Writers},
};
use crate::error::ReportingError;

/// The version that the caller saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen(pub i32);

/// Refuse an act on a report that has changed since the caller saw it, or that the state does not allow.
pub fn check(report: &Found, seen: Seen, act: ReportAct, asker: Asker) -> Result<()> {
    judge(report, seen, act, asker).map_err(|refusal| refusal.with_current(&report.summary()))
}

/// [`check`], with the bare refusal: an act on many reports makes another answer of it.
pub fn judge(report: &Found, seen: Seen, act: ReportAct, asker: Asker) -> Result<(), ReportingError> {
    let fresh = if report.version == seen.0 { Ok(()) } else { Err(ReportingError::StaleVersion) };
    // Who lost a race against the end of a task hears of that, whatever the version.
    match rules::may(act, report.stand, asker) {
        Err(ended @ (ReportingError::TaskClosed | ReportingError::TaskCancelled)) => Err(ended),
        verdict => fresh.and(verdict),
    }
}

/// What others have done with a report before.
#[derive(Clone, Copy, Debug)]
pub struct Past<'a> {
    pub writers: &'a Writers,
    /// Who gave the approval that stands last, where that matters.
    pub approver: Option<Doer>,
}

/// What a caller with the permission over a scope is to a report, for an act of a reviewer, and in whose place he acts.
pub fn reviewer(scope: &Scope, report: &Found, act: ReportAct, by: AccountId, past: Past<'_>) -> (Asker, Doer) {
    let part = |principal| part(report, Doer { id: by, on_behalf_of: principal }, past);
    let (asker, principal) = rules::asker(scope, act, report.judged(), part);
    (asker, Doer { id: by, on_behalf_of: principal.map(|principal| principal.id) })
}

/// What somebody, or whoever he stands in for, has done with a report before.
pub fn part(report: &Found, doer: Doer, past: Past<'_>) -> Part {
    let both = || [Some(doer.id), doer.on_behalf_of].into_iter().flatten();
    Part {
        wrote_it: both().any(|account| report.was_submitted_by(account) || past.writers.wrote(report.id, account)),
        approved_it: past.approver.is_some_and(|approver| both().any(|account| approver.is(account))),
    }
}

/// Who acts as a clerk on a report, and in whose place.
pub fn clerk(scope: &Scope, report: &Found, by: AccountId) -> Doer {
    Doer { id: by, on_behalf_of: scope.principal_at(report.ordinal).map(|principal| principal.id) }
}

/// Bring a report from where it was judged to where it stands now, with its row of history. Whoever lost a race hears
/// how the report stands.
pub async fn save(tx: &mut Tx, scope: &Scope, before: &Found, now: &Found, edit: Edit<'_>) -> Result<()> {
    if !store::update_standing(tx, before, now).await? {
        return Err(lost(tx, scope, before).await);
    }
    store::insert_edit(tx, now.id, now.version, edit).await
}

/// The refusal of whoever lost a race.
pub async fn lost(tx: &mut Tx, scope: &Scope, before: &Found) -> Error {
    match store::find_report(tx, scope, before.id).await {
        Ok(fresh) => ReportingError::StaleVersion.with_current(&fresh.summary()),
        Err(error) => error,
    }
}
