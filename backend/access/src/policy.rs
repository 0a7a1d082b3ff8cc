//! The policy: which role may do what. One table; its picture is a committed snapshot that a non-engineer can read.

use fupin_contract::access::{Permission, Role};

use Permission::{
    ApproveReports, ChangePeople, DesignForms, DunReports, ExchangePeople, ExportReports, FillReports, GrantBelow,
    GrantRoles, IssueTasks, ManageAccounts, ManageGateways, ManageUnits, MapCodes, ReadAccounts, ReadAudit, ReadForms,
    ReadMessages, ReadPeople, ReadReports, ReadSightings, ReadUnits, ReturnReports, RevealPeople, ReviewPeople,
    RevokeApprovals, SubmitReports, WithdrawReports,
};

/// What a role may do, at the unit where it is granted and below.
#[must_use]
pub fn permissions(role: Role) -> &'static [Permission] {
    match role {
        // GB/T 22239 8.1.5: configures and creates accounts; grants nothing, reads no report and no audit.
        Role::SystemAdmin => &[ReadUnits, ManageUnits, ReadAccounts, ManageAccounts, ReadMessages, ManageGateways],
        // Grants; creates no account.
        Role::SecurityAdmin => &[ReadUnits, ReadAccounts, GrantRoles],
        // Reads the trail and verifies it, and who looked at whom; nothing else.
        Role::AuditAdmin => &[ReadAudit, ReadSightings],
        Role::UnitAdmin => &[ReadUnits, ReadAccounts, GrantBelow, ReadForms, ReadReports],
        Role::Officer => &[
            ReadUnits,
            ReadForms,
            DesignForms,
            IssueTasks,
            DunReports,
            ReadReports,
            ExportReports,
            ReadPeople,
            RevealPeople,
            ExchangePeople,
            MapCodes,
        ],
        Role::Reviewer => &[
            ReadUnits,
            ReadForms,
            ReadReports,
            ApproveReports,
            ReturnReports,
            RevokeApprovals,
            ExportReports,
            ReadPeople,
            ReviewPeople,
            RevealPeople,
        ],
        Role::Clerk => &[
            ReadUnits,
            ReadForms,
            ReadReports,
            FillReports,
            SubmitReports,
            WithdrawReports,
            ReadPeople,
            ChangePeople,
            RevealPeople,
        ],
        Role::Leader => &[ReadUnits, ReadForms, ReadReports],
    }
}

/// Whether a role may do a thing.
#[must_use]
pub fn allows(role: Role, permission: Permission) -> bool {
    permissions(role).contains(&permission)
}

/// The roles that a unit administrator may give below his own unit: those of the daily work, never an administrator's.
#[must_use]
pub fn grantable_below(role: Role) -> bool {
    match role {
        Role::UnitAdmin | Role::Reviewer | Role::Clerk | Role::Leader => true,
        Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin | Role::Officer => false,
    }
}

/// The roles whose work somebody may have done by another for some days: filling and reviewing. An office is not
/// delegated; `v_access_grant` reads the same roles.
#[must_use]
pub fn delegable(role: Role) -> bool {
    match role {
        Role::Reviewer | Role::Clerk => true,
        Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin | Role::UnitAdmin | Role::Officer | Role::Leader => {
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::{Permission, Role, allows};

    fn name_of(permission: Permission) -> String {
        serde_json::to_value(permission).unwrap().as_str().unwrap().to_owned()
    }

    #[test]
    fn the_policy_looks_like_its_picture() {
        let mut picture = format!("{:18}", "");
        for role in Role::ALL {
            write!(picture, " {:14}", role.name()).unwrap();
        }
        for permission in Permission::ALL {
            write!(picture, "\n{:18}", name_of(permission)).unwrap();
            for role in Role::ALL {
                write!(picture, " {:14}", if allows(role, permission) { "✔" } else { "·" }).unwrap();
            }
        }
        let lines: Vec<&str> = picture.lines().map(str::trim_end).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn the_three_administrators_share_no_power() {
        let powers = [Permission::ManageAccounts, Permission::GrantRoles, Permission::ReadAudit];
        for role in Role::ALL {
            let held = powers.iter().filter(|power| allows(role, **power)).count();
            assert!(held <= 1, "{role:?}");
            assert!(held == 0 || role.is_administrator(), "{role:?}");
        }
    }

    #[test]
    fn what_is_delegated_makes_and_grants_and_issues_nothing() {
        use Permission::{GrantBelow, GrantRoles, IssueTasks, ManageAccounts, ReadAudit};
        for role in Role::ALL.into_iter().filter(|role| super::delegable(*role)) {
            for power in [ManageAccounts, GrantRoles, GrantBelow, ReadAudit, IssueTasks] {
                assert!(!allows(role, power), "{role:?}");
            }
        }
    }

    #[test]
    fn an_administrator_reads_no_report_and_no_household() {
        for role in Role::ALL.into_iter().filter(|role| role.is_administrator()) {
            assert!(!allows(role, Permission::ReadReports), "{role:?}");
            assert!(!allows(role, Permission::ReadPeople), "{role:?}");
        }
    }
}
