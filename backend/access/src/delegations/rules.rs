//! Who may let whom do his or her work, and for how long. Pure.

use chrono::NaiveDate;
use fupin_contract::{
    AccountId, Fault, UnitId,
    access::{Permission, Role},
};
use fupin_kernel::{Error, error::Refusal};

use crate::{policy, scope::Held};

/// Who is away for longer than half a year has another post: his account is handed over.
pub const MOST_DAYS: i64 = 183;

/// Why a delegation is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DelegationError {
    /// The principal neither fills nor reviews.
    Nothing,
    Oneself,
    /// Neither of the same unit nor of the one directly above or below.
    TooFar,
    /// Of the principal's work some lies where whoever delegates it does not administer.
    NotYours,
    /// The delegate is disabled or has no password yet.
    CannotSignIn,
    /// An administrator would help himself to the daily work.
    Administrates,
    Past,
    EndsBeforeItBegins,
    TooLong,
    /// Somebody else does the principal's work on one of these days.
    Overlaps,
    /// The principal does another's work on one of these days, which would be left undone.
    DelegatesOn,
    /// The delegate's own work is done by another on one of these days.
    DelegateAway,
    Over,
}

impl From<DelegationError> for Error {
    fn from(error: DelegationError) -> Self {
        let of_field = |field: &str, fault: Fault| Self::invalid_field(field, fault);
        Self::Conflict(Refusal::new(match error {
            DelegationError::Nothing => "access.delegation_of_nothing",
            DelegationError::Oneself => "access.delegation_to_oneself",
            DelegationError::TooFar => "access.delegate_too_far",
            DelegationError::NotYours => return Self::forbidden("access.delegation_not_yours"),
            DelegationError::CannotSignIn => "access.delegate_cannot_sign_in",
            DelegationError::Administrates => "access.delegate_administrates",
            DelegationError::Past => return of_field("first_day", Fault::new("access.day_has_passed")),
            DelegationError::EndsBeforeItBegins => {
                return of_field("last_day", Fault::new("access.ends_before_it_begins"));
            }
            DelegationError::TooLong => {
                return of_field("last_day", Fault::new("access.delegation_too_long").with("max", MOST_DAYS));
            }
            DelegationError::Overlaps => "access.delegation_overlaps",
            DelegationError::DelegatesOn => "access.delegates_on",
            DelegationError::DelegateAway => "access.delegate_away",
            DelegationError::Over => "access.delegation_over",
        }))
    }
}

/// From the first day to the last; both belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    pub first: NaiveDate,
    pub last: NaiveDate,
}

impl Days {
    fn meet(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

/// One of the two, as far as it decides.
#[derive(Clone, Debug)]
pub struct Party {
    pub id: AccountId,
    /// Where the account belongs today, and what stands directly above that.
    pub unit: UnitId,
    pub parent: Option<UnitId>,
    pub ordinal: i32,
    pub can_sign_in: bool,
    /// Roles, and the ordinals where they are held.
    pub grants: Vec<(Role, i32)>,
}

impl Party {
    fn work(&self) -> impl Iterator<Item = &(Role, i32)> {
        self.grants.iter().filter(|(role, _)| policy::delegable(*role))
    }
}

/// A delegation that is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    pub principal: &'a Party,
    pub delegate: &'a Party,
    pub days: Days,
}

/// A delegation that either of the two has already, and that has not been ended.
#[derive(Clone, Copy, Debug)]
pub struct Around {
    pub principal: AccountId,
    pub delegate: AccountId,
    pub days: Days,
}

/// Colleagues: of the same unit, or of the one directly above or below.
pub fn near(one: &Party, other: &Party) -> bool {
    one.unit == other.unit || one.parent == Some(other.unit) || other.parent == Some(one.unit)
}

/// Whether a unit administrator with these grants may delegate somebody's work: strictly below his own unit, as with
/// grants, and all of it.
pub fn administers(held: &[Held], principal: &Party) -> Result<(), Error> {
    let below = |ordinal: i32| {
        let reaches =
            |own: &Held| policy::allows(own.role, Permission::GrantBelow) && (own.lo + 1..own.hi).contains(&ordinal);
        held.iter().any(reaches)
    };
    if !below(principal.ordinal) {
        return Err(Error::NotFound);
    }
    if principal.work().all(|(_, ordinal)| below(*ordinal)) { Ok(()) } else { Err(DelegationError::NotYours.into()) }
}

/// Whether the delegation may be made, given those that the two have around these days.
pub fn delegate(wanted: &Wanted<'_>, around: &[Around], today: NaiveDate) -> Result<(), DelegationError> {
    let Wanted { principal, delegate, days } = wanted;
    if principal.id == delegate.id {
        return Err(DelegationError::Oneself);
    }
    if days.first < today {
        return Err(DelegationError::Past);
    }
    if days.last < days.first {
        return Err(DelegationError::EndsBeforeItBegins);
    }
    if (days.last - days.first).num_days() >= MOST_DAYS {
        return Err(DelegationError::TooLong);
    }
    if principal.work().next().is_none() {
        return Err(DelegationError::Nothing);
    }
    if !delegate.can_sign_in {
        return Err(DelegationError::CannotSignIn);
    }
    if delegate.grants.iter().any(|(role, _)| role.is_administrator()) {
        return Err(DelegationError::Administrates);
    }
    let meeting = |held: fn(&Around) -> AccountId, of: AccountId| {
        around.iter().any(|other| held(other) == of && other.days.meet(*days))
    };
    if meeting(|other| other.principal, principal.id) {
        return Err(DelegationError::Overlaps);
    }
    if meeting(|other| other.delegate, principal.id) {
        return Err(DelegationError::DelegatesOn);
    }
    if meeting(|other| other.principal, delegate.id) {
        return Err(DelegationError::DelegateAway);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use fupin_contract::units::Level;

    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 12, day).unwrap()
    }

    fn days(first: u32, last: u32) -> Days {
        Days { first: day(first), last: day(last) }
    }

    fn somebody(unit: i32, parent: i32, roles: &[Role]) -> Party {
        Party {
            id: AccountId::generate(),
            unit: UnitId(unit),
            parent: Some(UnitId(parent)),
            ordinal: unit,
            can_sign_in: true,
            grants: roles.iter().map(|role| (*role, unit)).collect(),
        }
    }

    fn ask(principal: &Party, delegate: &Party, days: Days, around: &[Around]) -> Result<(), DelegationError> {
        super::delegate(&Wanted { principal, delegate, days }, around, day(5))
    }

    #[test]
    fn the_days_are_whole_and_neither_past_nor_endless() {
        let (a, b) = (somebody(3, 2, &[]), somebody(3, 2, &[Role::Reviewer]));
        assert_eq!(ask(&b, &a, days(5, 5), &[]), Ok(()));
        assert_eq!(ask(&b, &a, days(4, 9), &[]), Err(DelegationError::Past));
        assert_eq!(ask(&b, &a, days(9, 8), &[]), Err(DelegationError::EndsBeforeItBegins));
        let long = |extra| Days { first: day(5), last: day(5) + chrono::Days::new(extra) };
        assert_eq!(ask(&b, &a, long(182), &[]), Ok(()));
        assert_eq!(ask(&b, &a, long(183), &[]), Err(DelegationError::TooLong));
    }

    #[test]
    fn only_filling_and_reviewing_are_delegated_and_never_to_an_administrator() {
        let a = somebody(3, 2, &[]);
        for role in Role::ALL {
            let expected = if policy::delegable(role) { Ok(()) } else { Err(DelegationError::Nothing) };
            assert_eq!(ask(&somebody(3, 2, &[role]), &a, days(6, 7), &[]), expected, "{role:?}");
            let b = somebody(3, 2, &[Role::Clerk]);
            let expected = if role.is_administrator() { Err(DelegationError::Administrates) } else { Ok(()) };
            assert_eq!(ask(&b, &somebody(3, 2, &[role]), days(6, 7), &[]), expected, "{role:?}");
        }
        let b = somebody(3, 2, &[Role::Clerk]);
        assert_eq!(ask(&b, &Party { can_sign_in: false, ..a }, days(6, 7), &[]), Err(DelegationError::CannotSignIn));
        assert_eq!(ask(&b, &b, days(6, 7), &[]), Err(DelegationError::Oneself));
    }

    #[test]
    fn nobody_has_two_delegates_at_once_nor_passes_on_what_was_delegated() {
        let (a, b, c) = (somebody(3, 2, &[]), somebody(3, 2, &[Role::Clerk]), somebody(3, 2, &[Role::Clerk]));
        let made = |principal: &Party, delegate: &Party| {
            [Around { principal: principal.id, delegate: delegate.id, days: days(10, 12) }]
        };
        assert_eq!(ask(&b, &a, days(12, 14), &made(&b, &c)), Err(DelegationError::Overlaps));
        assert_eq!(ask(&b, &a, days(13, 14), &made(&b, &c)), Ok(()));
        assert_eq!(ask(&b, &a, days(8, 10), &made(&c, &b)), Err(DelegationError::DelegatesOn));
        assert_eq!(ask(&b, &c, days(8, 10), &made(&c, &a)), Err(DelegationError::DelegateAway));
        assert_eq!(ask(&b, &a, days(8, 10), &made(&c, &a)), Ok(()), "one may stand in for two");
    }

    #[test]
    fn colleagues_are_of_the_same_unit_or_of_the_next_above_or_below() {
        let here = somebody(3, 2, &[]);
        assert!(near(&here, &somebody(3, 2, &[])) && near(&here, &somebody(4, 3, &[])));
        assert!(near(&here, &somebody(2, 1, &[])));
        assert!(!near(&here, &somebody(5, 2, &[])) && !near(&here, &somebody(1, 9, &[])));
    }

    #[test]
    fn a_unit_administrator_delegates_only_what_lies_wholly_below_his_unit() {
        let held = |role, lo, hi| Held {
            role,
            unit_id: UnitId(lo),
            unit_name: "甲县".to_owned(),
            level: Level::County,
            lo,
            hi,
            on_behalf_of: None,
        };
        let b = somebody(3, 2, &[Role::Clerk]);
        assert!(administers(&[held(Role::UnitAdmin, 2, 9)], &b).is_ok());
        assert!(matches!(administers(&[held(Role::UnitAdmin, 3, 9)], &b), Err(Error::NotFound)));
        assert!(matches!(administers(&[held(Role::Officer, 2, 9)], &b), Err(Error::NotFound)));
        let wider = Party { grants: vec![(Role::Clerk, 3), (Role::Reviewer, 1)], ..b };
        assert!(matches!(administers(&[held(Role::UnitAdmin, 2, 9)], &wider), Err(Error::Forbidden(_))));
    }
}
