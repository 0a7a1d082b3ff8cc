//! The tree of units: what holds from one date to another, and the acts that change it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::UnitId;

/// How high in the tree a unit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Province,
    County,
    Town,
    Village,
}

impl Level {
    pub const ALL: [Self; 4] = [Self::Province, Self::County, Self::Town, Self::Village];

    /// Its rank in storage: 0 for the province, 3 for a village.
    #[must_use]
    pub fn rank(self) -> i16 {
        match self {
            Self::Province => 0,
            Self::County => 1,
            Self::Town => 2,
            Self::Village => 3,
        }
    }

    /// The level of a rank.
    #[must_use]
    pub fn from_rank(rank: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.rank() == rank)
    }
}

/// A unit as it stands on one date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Unit {
    pub id: UnitId,
    pub name: String,
    /// A statistical code; an attribute that may change, never a key.
    pub code: String,
    pub level: Level,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<UnitId>,
    /// How many units stand directly below it.
    pub children: i64,
}

/// A unit, all that stand above it, and how it was named and placed over time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnitDetail {
    pub unit: Unit,
    /// From the province down to the parent.
    pub path: Vec<UnitName>,
    pub history: Vec<UnitSpan>,
}

/// A unit by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnitName {
    pub id: UnitId,
    pub name: String,
    pub level: Level,
}

/// What held of a unit from a date on, until the next span.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnitSpan {
    pub from: NaiveDate,
    /// The first day on which it no longer holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    pub name: String,
    pub code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_name: Option<String>,
}

/// Which units to list: the children of one, or those whose name or code matches.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct UnitFilter {
    /// Children of this unit; absent, the tops of the caller's scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<UnitId>,
    /// Part of a name, or the head of a code.
    #[validate(length(min = 1, max = 50))]
    #[cfg_attr(feature = "openapi", param(min_length = 1, max_length = 50))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// The date whose tree is meant; today when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<NaiveDate>,
}

/// One act on the tree that takes effect on a date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RenameUnit {
    #[validate(length(min = 1, max = 100), custom(function = "crate::access::check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub name: String,
    /// A new code as well, where the code changed with the name.
    #[validate(length(min = 1, max = 20), custom(function = "crate::access::check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 20))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The first day on which it holds.
    pub from: NaiveDate,
    /// Say what would happen and change nothing.
    pub dry_run: bool,
}

/// Hang a unit under another parent of the same level as the old one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MoveUnit {
    pub parent: UnitId,
    pub from: NaiveDate,
    pub dry_run: bool,
}

/// Let a unit be absorbed by a sibling level unit; its children move there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MergeUnit {
    pub into: UnitId,
    pub from: NaiveDate,
    pub dry_run: bool,
}

/// A whole tree as rows, to be compared with the one in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ImportUnits {
    #[validate(length(min = 1, max = 10_000), nested)]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 10_000))]
    pub units: Vec<ImportUnit>,
    pub from: NaiveDate,
    pub dry_run: bool,
}

/// One row of an import; codes tie the rows together and to the tree in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ImportUnit {
    #[validate(length(min = 1, max = 20), custom(function = "crate::access::check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 20))]
    pub code: String,
    #[validate(length(min = 1, max = 100), custom(function = "crate::access::check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub name: String,
    pub level: Level,
    #[validate(length(min = 1, max = 20), custom(function = "crate::access::check_line"))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 20))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_code: Option<String>,
}

/// What an act on the tree did, or would do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TreeReport {
    pub dry_run: bool,
    pub from: NaiveDate,
    pub added: i64,
    pub renamed: i64,
    pub moved: i64,
    pub ended: i64,
    pub unchanged: i64,
    /// The first two hundred changes, each in words that need no translation: names and codes.
    pub changes: Vec<TreeChange>,
}

/// One unit that an act on the tree touches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TreeChange {
    pub kind: TreeChangeKind,
    pub code: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// What happens to a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TreeChangeKind {
    Added,
    Renamed,
    Moved,
    Ended,
}
