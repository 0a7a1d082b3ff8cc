//! Who may do what: accounts, roles, grants and sessions.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{AccountId, Cursor, GrantId, Phone, SessionId, UnitId, units::UnitName};

/// One act that somebody may be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    ReadUnits,
    ManageUnits,
    ReadAccounts,
    ManageAccounts,
    GrantRoles,
    GrantBelow,
    ReadAudit,
    ReadMessages,
    ManageGateways,
    ReadForms,
    DesignForms,
    IssueTasks,
    DunReports,
    ReadReports,
    FillReports,
    SubmitReports,
    WithdrawReports,
    ApproveReports,
    ReturnReports,
    RevokeApprovals,
    ExportReports,
    ReadPeople,
    ChangePeople,
    ReviewPeople,
    RevealPeople,
    ExchangePeople,
    MapCodes,
    ReadSightings,
}

impl Permission {
    pub const ALL: [Self; 28] = [
        Self::ReadUnits,
        Self::ManageUnits,
        Self::ReadAccounts,
        Self::ManageAccounts,
        Self::GrantRoles,
        Self::GrantBelow,
        Self::ReadAudit,
        Self::ReadMessages,
        Self::ManageGateways,
        Self::ReadForms,
        Self::DesignForms,
        Self::IssueTasks,
        Self::DunReports,
        Self::ReadReports,
        Self::FillReports,
        Self::SubmitReports,
        Self::WithdrawReports,
        Self::ApproveReports,
        Self::ReturnReports,
        Self::RevokeApprovals,
        Self::ExportReports,
        Self::ReadPeople,
        Self::ChangePeople,
        Self::ReviewPeople,
        Self::RevealPeople,
        Self::ExchangePeople,
        Self::MapCodes,
        Self::ReadSightings,
    ];
}

/// A named set of permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    SystemAdmin,
    SecurityAdmin,
    AuditAdmin,
    UnitAdmin,
    Officer,
    Reviewer,
    Clerk,
    Leader,
}

impl Role {
    pub const ALL: [Self; 8] = [
        Self::SystemAdmin,
        Self::SecurityAdmin,
        Self::AuditAdmin,
        Self::UnitAdmin,
        Self::Officer,
        Self::Reviewer,
        Self::Clerk,
        Self::Leader,
    ];

    /// The name in storage and in URLs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SystemAdmin => "system_admin",
            Self::SecurityAdmin => "security_admin",
            Self::AuditAdmin => "audit_admin",
            Self::UnitAdmin => "unit_admin",
            Self::Officer => "officer",
            Self::Reviewer => "reviewer",
            Self::Clerk => "clerk",
            Self::Leader => "leader",
        }
    }

    /// The role of a stored name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// The three administrators that no account may combine.
    #[must_use]
    pub fn is_administrator(self) -> bool {
        matches!(self, Self::SystemAdmin | Self::SecurityAdmin | Self::AuditAdmin)
    }
}

/// What a password must be made of; the same check at the form and at the server.
pub mod password {
    /// Fewest characters.
    pub const MIN: u64 = 10;
    /// Most characters.
    pub const MAX: u64 = 128;
    /// Fewest of the four classes: lower case, upper case, digits, others.
    pub const CLASSES: usize = 3;

    /// How many of the four classes a password draws on.
    #[must_use]
    pub fn classes(password: &str) -> usize {
        let mut seen = [false; 4];
        for c in password.chars() {
            let class = if c.is_lowercase() {
                0
            } else if c.is_uppercase() {
                1
            } else if c.is_numeric() {
                2
            } else {
                3
            };
            seen[class] = true;
        }
        seen.into_iter().filter(|seen| *seen).count()
    }

    /// For `validator`: enough classes.
    pub fn check(password: &str) -> Result<(), validator::ValidationError> {
        if classes(password) >= CLASSES {
            return Ok(());
        }
        let mut error = validator::ValidationError::new("password.too_few_classes");
        error.add_param("min".into(), &CLASSES);
        Err(error)
    }
}

/// Letters, digits, dot, hyphen and underscore: what a user name may be made of.
pub fn check_username(username: &str) -> Result<(), validator::ValidationError> {
    let fits = username.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
    if fits { Ok(()) } else { Err(validator::ValidationError::new("username.characters")) }
}

/// Not only spaces, and no control characters.
pub fn check_line(text: &str) -> Result<(), validator::ValidationError> {
    if text.trim().is_empty() || text.chars().any(char::is_control) {
        return Err(validator::ValidationError::new("blank"));
    }
    Ok(())
}

/// Sign in with a password.
#[derive(Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    #[validate(length(min = 1, max = 64))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 64))]
    pub username: String,
    #[validate(length(min = 1, max = 128))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub password: String,
}

/// What a sign-in or a refresh answers. The refresh token travels in a cookie that scripts cannot read.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedIn {
    /// Good for fifteen minutes; keep it in memory only.
    pub access_token: String,
    pub expires_at: DateTime<Utc>,
    pub me: Me,
}

/// The caller, and what the caller may do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    pub account_id: AccountId,
    pub session_id: SessionId,
    pub username: String,
    pub name: String,
    pub grants: Vec<HeldGrant>,
    /// The union over all grants; the server still decides on each act.
    pub permissions: Vec<Permission>,
}

/// A role that the caller holds, and where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeldGrant {
    pub role: Role,
    pub unit: UnitName,
    /// Whose grant it is, where it is delegated to the caller for these days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
}

/// One sign-in of the caller on one device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    pub id: SessionId,
    pub created_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
    pub address: String,
    pub user_agent: String,
    /// The session that asks.
    pub current: bool,
}

/// Change one's own password; other sessions end.
#[derive(Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    #[validate(length(min = 1, max = 128))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub current: String,
    #[validate(length(min = "password::MIN", max = "password::MAX"), custom(function = "password::check"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 10, max_length = 128))]
    pub new: String,
}

/// The caller's own contact phone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnPhone {
    /// `138****5678`; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// Change one's own contact phone; the number before is told.
#[derive(Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangePhone {
    /// Proves that it is the account's owner who asks.
    #[validate(length(min = 1, max = 128))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub password: String,
    pub phone: Phone,
}

/// Look at a one-time link before using it.
#[derive(Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CheckLink {
    #[validate(length(min = 20, max = 100))]
    #[cfg_attr(feature = "openapi", schema(min_length = 20, max_length = 100))]
    pub token: String,
}

/// Whom a one-time link belongs to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkOwner {
    pub username: String,
    pub name: String,
    pub expires_at: DateTime<Utc>,
}

/// Set a password by a one-time link.
#[derive(Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UseLink {
    #[validate(length(min = 20, max = 100))]
    #[cfg_attr(feature = "openapi", schema(min_length = 20, max_length = 100))]
    pub token: String,
    #[validate(length(min = "password::MIN", max = "password::MAX"), custom(function = "password::check"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 10, max_length = 128))]
    pub password: String,
}

/// A one-time link, shown once to who made it.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OneTimeLink {
    /// The path and fragment to open: `/activate#<token>`.
    pub link: String,
    pub expires_at: DateTime<Utc>,
}

/// Where an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AccountStatus {
    /// Has no password yet; waits for its one-time link to be used.
    Pending,
    Active,
    /// Too many wrong passwords; opens by itself or by an administrator.
    Locked,
    Disabled,
}

/// A person who can sign in, as an administrator sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    pub id: AccountId,
    pub username: String,
    pub name: String,
    /// The unit that the person belongs to.
    pub unit: UnitName,
    /// `138****5678`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    pub status: AccountStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locked_until: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_signed_in_at: Option<DateTime<Utc>>,
    pub grants: Vec<AccountGrant>,
}

/// A role given to an account at a unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountGrant {
    pub id: GrantId,
    pub role: Role,
    pub unit: UnitName,
}

/// Which accounts to list.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct AccountFilter {
    /// Accounts of this unit and of all below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// Part of a name or of a user name.
    #[validate(length(min = 1, max = 50))]
    #[cfg_attr(feature = "openapi", param(min_length = 1, max_length = 50))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Cursor>,
    #[validate(range(min = 1, max = 200))]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 200))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u16>,
}

/// Make an account; it has no right and no password until it is activated and somebody grants it a role.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateAccount {
    #[validate(length(min = 3, max = 64), custom(function = "check_username"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 3, max_length = 64, pattern = "^[A-Za-z0-9._-]+$"))]
    pub username: String,
    #[validate(length(min = 1, max = 50), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 50))]
    pub name: String,
    pub unit: UnitId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
}

/// A new account, and the one-time link that activates it.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedAccount {
    pub account: Account,
    pub activation: OneTimeLink,
}

/// Correct an account's name, unit or phone.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateAccount {
    #[validate(length(min = 1, max = 50), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 50))]
    pub name: String,
    pub unit: UnitId,
    /// Absent leaves the number as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
}

/// Let another account take over what this one owes; this one is disabled.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HandOver {
    pub to: AccountId,
    #[validate(length(min = 1, max = 200), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub reason: String,
}

/// Give an account a role at a unit.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GrantRole {
    pub role: Role,
    pub unit: UnitId,
}

/// One row of the policy: what a role may do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RolePermissions {
    pub role: Role,
    pub permissions: Vec<Permission>,
}

macro_rules! hide_secrets {
    ($($name:ident),+) => {$(
        /// Holds a secret: never printed.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}
hide_secrets!(SignIn, SignedIn, ChangePassword, ChangePhone, CheckLink, UseLink, OneTimeLink, CreatedAccount);

#[cfg(test)]
mod tests {
    use super::password;

    #[test]
    fn a_password_draws_on_three_classes() {
        assert!(password::check("correct horse 9").is_ok());
        assert!(password::check("correcthorse9").is_err());
        assert!(password::check("Aa1Aa1Aa1Aa1").is_ok());
    }
}
