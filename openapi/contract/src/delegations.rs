//! Daily work that is another's to do for some days.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{AccountId, DelegationId, access::check_line, units::UnitName};

/// Where a delegation stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DelegationState {
    /// Its first day is still to come.
    Ahead,
    Running,
    /// Its last day has passed, or somebody ended it.
    Over,
}

/// Somebody's daily work, done by somebody else from one day to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Delegation {
    pub id: DelegationId,
    /// Whose work it is.
    pub principal: Colleague,
    /// Who does it meanwhile.
    pub delegate: Colleague,
    /// Local dates; both days belong to it.
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub reason: String,
    pub state: DelegationState,
    pub made_by: String,
    pub made_at: DateTime<Utc>,
    /// When somebody ended it before its last day had passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<Utc>>,
}

/// Somebody by name and unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Colleague {
    pub id: AccountId,
    pub name: String,
    pub unit: UnitName,
}

/// Which delegations to list.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct DelegationFilter {
    /// Those of people below the caller who is a unit's administrator, in place of the caller's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<bool>,
}

/// Whom to look for among those who may stand in.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct DelegateFilter {
    /// For whom; absent, for the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<AccountId>,
    /// Part of a name.
    #[validate(length(min = 1, max = 50))]
    #[cfg_attr(feature = "openapi", param(min_length = 1, max_length = 50))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
}

/// Let somebody do one's daily work for some days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateDelegation {
    /// Whose work; absent, the caller's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<AccountId>,
    pub delegate: AccountId,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    #[validate(length(min = 1, max = 200), custom(function = "check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub reason: String,
}
