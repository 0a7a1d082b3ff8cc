//! Grants that a sheet of accounts proposes: they give nothing until the security administrator confirms them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{
    AccountId, AccountImportId, Cursor, GrantProposalId,
    access::{Role, check_line},
    units::{Level, UnitName},
};

/// Where a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    Pending,
    Confirmed,
    Refused,
}

impl ProposalState {
    pub const ALL: [Self; 3] = [Self::Pending, Self::Confirmed, Self::Refused];

    /// The name in storage and in URLs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
        }
    }
}

/// Why a proposal cannot be confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProposalException {
    /// Nobody grants to himself.
    OwnAccount,
    AccountDisabled,
    /// The unit has ended and nothing stands for it.
    UnitGone,
    /// Somebody granted it meanwhile.
    AlreadyGranted,
    /// The account would hold two of the three administrators.
    TwoAdministrators,
}

impl ProposalException {
    pub const ALL: [Self; 5] =
        [Self::OwnAccount, Self::AccountDisabled, Self::UnitGone, Self::AlreadyGranted, Self::TwoAdministrators];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OwnAccount => "own_account",
            Self::AccountDisabled => "account_disabled",
            Self::UnitGone => "unit_gone",
            Self::AlreadyGranted => "already_granted",
            Self::TwoAdministrators => "two_administrators",
        }
    }
}

/// The proposals of one import, as far as they lie within the caller's scope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProposalBatch {
    pub id: AccountImportId,
    pub uploaded_by: String,
    pub uploaded_at: DateTime<Utc>,
    /// Whether accounts of it are still being made; until then nothing is decided.
    pub under_way: bool,
    pub pending: i64,
    pub confirmed: i64,
    pub refused: i64,
}

/// What a batch proposes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProposalSummary {
    pub batch: ProposalBatch,
    /// Pending ones by role and level of the unit.
    pub counts: Vec<ProposalCount>,
    /// Pending ones that cannot be confirmed, by reason.
    pub exceptions: Vec<ExceptionCount>,
    /// A few pending ones of each role.
    pub samples: Vec<GrantProposal>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProposalCount {
    pub role: Role,
    pub level: Level,
    pub proposals: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExceptionCount {
    pub exception: ProposalException,
    pub proposals: i64,
}

/// A role that is proposed for an account at a unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GrantProposal {
    pub id: GrantProposalId,
    pub account_id: AccountId,
    pub username: String,
    pub name: String,
    pub role: Role,
    pub unit: UnitName,
    pub state: ProposalState,
    /// Why it cannot be confirmed as things stand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<ProposalException>,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Which proposals of a batch to list.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ProposalFilter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<ProposalState>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Of the unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// Only those that cannot be confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exceptional: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Cursor>,
    #[validate(range(min = 1, max = 200))]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 200))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u16>,
}

/// What happens to the proposals that a decision does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RestOfProposals {
    Confirm,
    Refuse,
    Leave,
}

/// Decide on all pending proposals of a batch in one act.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DecideProposals {
    /// How many were pending when they were looked at: others than those are not decided on.
    #[validate(range(min = 0, max = 1_000_000))]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1_000_000))]
    pub pending: i64,
    /// Refused one by one.
    #[validate(length(max = 1000))]
    #[cfg_attr(feature = "openapi", schema(max_items = 1000))]
    #[serde(default)]
    pub refuse: Vec<GrantProposalId>,
    pub rest: RestOfProposals,
    /// Of what is refused; needed where anything is.
    #[validate(length(min = 1, max = 200), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What a decision came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecidedProposals {
    pub confirmed: i64,
    pub refused: i64,
    /// Pending as before, because they cannot be confirmed; the first of them by name.
    pub excepted: i64,
    pub left: Vec<LeftProposal>,
}

/// A proposal that could not be confirmed, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeftProposal {
    pub id: GrantProposalId,
    pub username: String,
    pub role: Role,
    pub exception: ProposalException,
}
