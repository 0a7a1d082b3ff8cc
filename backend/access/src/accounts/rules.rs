//! Who may grant what to whom; pure.

use fupin_contract::{
    AccountId,
    access::{Permission, Role},
};
use fupin_kernel::{Error, error::Refusal};

use crate::{policy, scope::Held};

/// Why an act on accounts or grants is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountError {
    UsernameTaken,
    /// A grant to oneself, or an act on one's own account.
    OwnAccount,
    /// The granter's own rights do not reach so far.
    RoleNotYours,
    TwoAdministrators,
    AlreadyGranted,
    /// Nobody would be left to administrate.
    LastAdministrator,
    Disabled,
    NotDisabled,
    NotLocked,
    /// An administrator's office is not handed over with the daily work.
    HandsOverAdministration,
    /// Whoever resets an administrator's password holds that office until it is noticed.
    AdministratorReset,
}

impl From<AccountError> for Error {
    fn from(error: AccountError) -> Self {
        Self::Conflict(Refusal::new(match error {
            AccountError::UsernameTaken => "access.username_taken",
            AccountError::OwnAccount => "access.own_account",
            AccountError::RoleNotYours => return Self::forbidden("access.role_not_yours"),
            AccountError::TwoAdministrators => "access.two_administrators",
            AccountError::AlreadyGranted => "access.already_granted",
            AccountError::LastAdministrator => "access.last_administrator",
            AccountError::Disabled => "access.account_disabled",
            AccountError::NotDisabled => "access.account_not_disabled",
            AccountError::NotLocked => "access.account_not_locked",
            AccountError::HandsOverAdministration => "access.hands_over_administration",
            AccountError::AdministratorReset => "access.administrator_reset",
        }))
    }
}

/// Whether one of the granter's grants lets him give (or take) a role at the unit of an ordinal.
pub fn may_grant(
    granter: AccountId,
    receiver: AccountId,
    held: &[Held],
    role: Role,
    ordinal: i32,
) -> Result<(), AccountError> {
    if granter == receiver {
        return Err(AccountError::OwnAccount);
    }
    let reaches = held.iter().any(|own| {
        let everywhere = policy::allows(own.role, Permission::GrantRoles) && (own.lo..own.hi).contains(&ordinal);
        // Strictly below: the administrator of a unit does not choose his own peers.
        let below = policy::allows(own.role, Permission::GrantBelow)
            && policy::grantable_below(role)
            && (own.lo + 1..own.hi).contains(&ordinal);
        everywhere || below
    });
    if reaches { Ok(()) } else { Err(AccountError::RoleNotYours) }
}

/// Whether an account may take a role beside those that it holds.
pub fn may_hold(role: Role, others: &[Role]) -> Result<(), AccountError> {
    let two = role.is_administrator() && others.iter().any(|other| other.is_administrator() && *other != role);
    if two { Err(AccountError::TwoAdministrators) } else { Ok(()) }
}

/// Whether a link to a new password may be made from within. An administrator's is made by whoever runs the machine
/// (`fupin reset-link`), so that the three offices stay apart: it takes a second person.
pub fn may_reset(roles: &[Role]) -> Result<(), AccountError> {
    let administrates = roles.iter().any(|role| role.is_administrator());
    if administrates { Err(AccountError::AdministratorReset) } else { Ok(()) }
}

/// Whether one account may take over all that another holds. An administrator's office is granted, never handed over;
/// and an administrator takes nothing over, or he could help himself to the daily work of anybody.
pub fn may_hand_over(leaving: &[Role], heir: &[Role]) -> Result<(), AccountError> {
    let administrates = leaving.iter().chain(heir).any(|role| role.is_administrator());
    if administrates { Err(AccountError::HandsOverAdministration) } else { Ok(()) }
}

/// The roles without which nobody could mend an instance.
pub const KEEPERS: [Role; 2] = [Role::SystemAdmin, Role::SecurityAdmin];

#[cfg(test)]
mod tests {
    use super::{AccountError, may_grant, may_hand_over, may_hold};
    use crate::scope::Held;
    use fupin_contract::{AccountId, UnitId, access::Role, units::Level};

    fn held(role: Role, lo: i32, hi: i32) -> Held {
        Held {
            role,
            unit_id: UnitId(1),
            unit_name: "甲县".to_owned(),
            level: Level::County,
            lo,
            hi,
            on_behalf_of: None,
        }
    }

    fn grant(role_held: Role, given: Role, ordinal: i32) -> Result<(), AccountError> {
        may_grant(AccountId::generate(), AccountId::generate(), &[held(role_held, 1, 8)], given, ordinal)
    }

    #[test]
    fn nobody_grants_to_himself() {
        let me = AccountId::generate();
        let all = [held(Role::SecurityAdmin, 0, 15)];
        assert_eq!(may_grant(me, me, &all, Role::Clerk, 3), Err(AccountError::OwnAccount));
    }

    #[test]
    fn a_security_administrator_grants_every_role_within_his_units() {
        for role in Role::ALL {
            assert_eq!(grant(Role::SecurityAdmin, role, 1), Ok(()));
            assert_eq!(grant(Role::SecurityAdmin, role, 8), Err(AccountError::RoleNotYours));
        }
    }

    #[test]
    fn a_unit_administrator_grants_daily_work_strictly_below_his_unit() {
        assert_eq!(grant(Role::UnitAdmin, Role::Clerk, 3), Ok(()));
        assert_eq!(grant(Role::UnitAdmin, Role::UnitAdmin, 2), Ok(()));
        assert_eq!(grant(Role::UnitAdmin, Role::Clerk, 1), Err(AccountError::RoleNotYours));
        for role in [Role::Officer, Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin] {
            assert_eq!(grant(Role::UnitAdmin, role, 3), Err(AccountError::RoleNotYours));
        }
    }

    #[test]
    fn whoever_creates_accounts_grants_nothing() {
        for role in Role::ALL {
            assert_eq!(grant(Role::SystemAdmin, role, 3), Err(AccountError::RoleNotYours));
        }
    }

    #[test]
    fn nobody_holds_two_of_the_three_administrators() {
        assert_eq!(may_hold(Role::AuditAdmin, &[Role::SystemAdmin]), Err(AccountError::TwoAdministrators));
        assert_eq!(may_hold(Role::Clerk, &[Role::SystemAdmin]), Ok(()));
        assert_eq!(may_hold(Role::SystemAdmin, &[Role::SystemAdmin]), Ok(()));
    }

    #[test]
    fn administration_is_not_handed_over_and_takes_nothing_over() {
        assert_eq!(may_hand_over(&[Role::Clerk], &[Role::Reviewer]), Ok(()));
        let refused = Err(AccountError::HandsOverAdministration);
        assert_eq!(may_hand_over(&[Role::Clerk, Role::AuditAdmin], &[]), refused);
        assert_eq!(may_hand_over(&[Role::Reviewer], &[Role::SystemAdmin]), refused);
    }
}
