//! Accounts from a sheet: uploaded, checked row by row, made, and the people behind them invited to set a password.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{AccountId, AccountImportId, Cursor, Fault, access::Role, units::UnitName};

/// The most rows of one sheet.
pub const MOST_IMPORTED: usize = 60_000;

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// Its rows are being looked at; nothing is changed.
    Checking,
    /// The row report is there; somebody is to say whether the good rows are taken.
    Checked,
    /// Accounts are being made.
    Importing,
    Done,
    Failed,
    /// Nobody took it within seven days.
    Expired,
}

impl ImportState {
    /// Whether it goes on by itself.
    #[must_use]
    pub fn is_under_way(self) -> bool {
        matches!(self, Self::Checking | Self::Importing)
    }
}

/// A sheet of accounts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountImport {
    pub id: AccountImportId,
    pub state: ImportState,
    /// Rows may name this unit and those below it.
    pub unit: UnitName,
    pub uploaded_by: String,
    pub uploaded_at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<DateTime<Utc>>,
    /// Rows of the sheet.
    pub total: i64,
    /// Rows that the pass under way has dealt with, and of how many.
    pub handled: i64,
    pub to_handle: i64,
    pub counts: ImportCounts,
    /// When the very same file was imported before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_file_at: Option<DateTime<Utc>>,
    /// Told of one import, not in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation: Option<ImportActivation>,
    pub as_of: DateTime<Utc>,
}

/// How many rows came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportCounts {
    /// New accounts, each with a proposed role.
    pub create: i64,
    /// Accounts that are there; only the role is proposed.
    pub propose: i64,
    /// There already, the role among what it holds or what is proposed.
    pub same: i64,
    pub faulty: i64,
}

/// How far the people of an import have come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportActivation {
    /// Accounts that the import made.
    pub created: i64,
    /// Those of them whose link has been handed to the messages.
    pub invited: i64,
    /// Those who have set a password.
    pub activated: i64,
    /// Those who have not, and could be sent the link again.
    pub waiting: i64,
}

/// What a row comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RowOutcome {
    Create,
    Propose,
    Same,
    Faulty,
}

impl RowOutcome {
    pub const ALL: [Self; 4] = [Self::Create, Self::Propose, Self::Same, Self::Faulty];

    /// The name in storage and in URLs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Propose => "propose",
            Self::Same => "same",
            Self::Faulty => "faulty",
        }
    }
}

/// A column of the sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportColumn {
    Name,
    Username,
    Phone,
    Unit,
    Role,
}

impl ImportColumn {
    pub const ALL: [Self; 5] = [Self::Name, Self::Username, Self::Phone, Self::Unit, Self::Role];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Username => "username",
            Self::Phone => "phone",
            Self::Unit => "unit",
            Self::Role => "role",
        }
    }
}

/// What is wrong with one cell of a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportFault {
    pub column: ImportColumn,
    /// As `C7`.
    pub cell: String,
    /// What stands there; never a phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typed: Option<String>,
    pub fault: Fault,
}

/// A row of the sheet, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportRow {
    /// As the spreadsheet program counts.
    pub row: i32,
    pub username: String,
    pub name: String,
    /// What stands in the unit's column.
    pub unit_typed: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    pub outcome: RowOutcome,
    pub faults: Vec<ImportFault>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// How often the person was sent a link, and when last.
    pub invitations: i32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invited_at: Option<DateTime<Utc>>,
    /// Whether the person has set a password.
    pub activated: bool,
}

/// Which imports to list; newest first.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ImportFilter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Cursor>,
    #[validate(range(min = 1, max = 100))]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 100))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u16>,
}

/// Which rows of an import to list, in the order of the sheet.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ImportRowFilter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<RowOutcome>,
    /// Only accounts that the import made and whose person has not set a password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Cursor>,
    #[validate(range(min = 1, max = 200))]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 200))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u16>,
}

/// What sending the links again came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitedAgain {
    /// People who will get a new link; the former one stops working.
    pub people: i64,
}
