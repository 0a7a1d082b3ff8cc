//! Identifiers: one type for each kind of thing, so that a report's id is never taken for a task's.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new identifier; later ones sort after earlier ones.
            #[must_use]
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

uuid_ids! {
    /// A person who can sign in.
    AccountId,
    /// A sheet of accounts that somebody uploaded.
    AccountImportId,
    /// A file attached to a report.
    AttachmentId,
    /// One row of the audit trail.
    AuditId,
    /// An account's daily work that is another's to do for some days.
    DelegationId,
    /// A code that no dictionary knew.
    CodeGapId,
    /// A form that is being designed.
    DraftId,
    /// Two records that may be of one person.
    DuplicateId,
    /// A file of many spreadsheets that somebody ordered.
    ExportId,
    /// One version of a form.
    FormId,
    /// A role given to an account at a unit.
    GrantId,
    /// A role that a sheet proposes for an account.
    GrantProposalId,
    /// What somebody wants changed of a household.
    HouseholdChangeId,
    /// One text to one phone.
    MessageId,
    /// An in-app line addressed to one account.
    NoticeId,
    /// A file of a table of households or people.
    RegistryImportId,
    /// One unit's filled form within a task.
    ReportId,
    /// Forms that are issued again and again.
    ScheduleId,
    /// One sign-in of an account on one device.
    SessionId,
    /// Forms issued in one batch for a period.
    TaskId,
}

macro_rules! numbered_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        // A browser's numbers are exact to 2^53.
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(minimum = 1, maximum = 9_007_199_254_740_991_i64))]
        #[serde(try_from = "i64", into = "i64")]
        pub struct $name(pub i64);

        impl TryFrom<i64> for $name {
            type Error = &'static str;

            fn try_from(number: i64) -> Result<Self, Self::Error> {
                if (1..=9_007_199_254_740_991).contains(&number) { Ok(Self(number)) } else { Err("ids are numbered from 1") }
            }
        }

        impl From<$name> for i64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

numbered_ids! {
    /// A household; it stays the same whoever is its head and wherever it lives.
    HouseholdId,
    /// Somebody who belongs or belonged to a household.
    PersonId,
}

/// A node of the province's working tree. It never changes, whatever happens to name, code or parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(minimum = 1, maximum = 2_147_483_647))]
#[serde(try_from = "i32", into = "i32")]
pub struct UnitId(pub i32);

impl TryFrom<i32> for UnitId {
    type Error = NotAUnit;

    fn try_from(number: i32) -> Result<Self, NotAUnit> {
        if number > 0 { Ok(Self(number)) } else { Err(NotAUnit) }
    }
}

impl From<UnitId> for i32 {
    fn from(unit: UnitId) -> Self {
        unit.0
    }
}

/// Units are numbered from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAUnit;

impl std::fmt::Display for NotAUnit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("units are numbered from 1")
    }
}

impl std::error::Error for NotAUnit {}

impl std::fmt::Display for UnitId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for UnitId {
    type Err = std::num::ParseIntError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}
