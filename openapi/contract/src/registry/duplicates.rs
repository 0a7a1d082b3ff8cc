//! Two records that may be of one human being: somebody looks at both, joins them or says that they are two people, and may
//! think better of it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{Cursor, DuplicateId, HouseholdId, PersonId, UnitId, access::check_line};

/// Why two records look like one person; both have one name, one sex and one birthday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// One of them has no ID number, so nothing speaks against it.
    Unnumbered,
    /// They live in one village and have different ID numbers: one may be mistyped.
    Renumbered,
}

impl Likeness {
    pub const ALL: [Self; 2] = [Self::Unnumbered, Self::Renumbered];

    /// The name in storage.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unnumbered => "unnumbered",
            Self::Renumbered => "renumbered",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|likeness| likeness.name() == name)
    }
}

/// What somebody has said of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DuplicateState {
    /// Nobody has looked yet.
    Open,
    /// One person: one record is kept, the other is voided and points at it.
    Merged,
    /// Two people.
    Apart,
}

impl DuplicateState {
    pub const ALL: [Self; 3] = [Self::Open, Self::Merged, Self::Apart];

    /// The name in storage.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Merged => "merged",
            Self::Apart => "apart",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// One record of a pair. Outside the caller's scope its name is masked and it has neither ids nor numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DuplicateSide {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_id: Option<PersonId>,
    pub name: String,
    pub sex: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday: Option<NaiveDate>,
    /// Masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub household_id: Option<HouseholdId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub household_number: Option<String>,
    /// The village; outside the caller's scope the county.
    pub place: String,
    /// The latest year of which something is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i16>,
    /// Belongs to the household today.
    pub present: bool,
    /// It was merged into the other one.
    pub merged: bool,
}

/// Two records that may be of one person, and what was said of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Duplicate {
    pub id: DuplicateId,
    pub state: DuplicateState,
    pub likeness: Likeness,
    pub found_at: DateTime<Utc>,
    /// The record that is older first.
    pub sides: Vec<DuplicateSide>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Both records are in the caller's scope, and the caller reviews there.
    pub may_decide: bool,
}

/// Which pairs to list; the earliest found first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct DuplicateFilter {
    pub unit_id: Option<UnitId>,
    /// Absent: those of which nothing has been said.
    pub state: Option<DuplicateState>,
    #[validate(range(min = 1, max = 100))]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 100))]
    pub limit: Option<u16>,
    pub after: Option<Cursor>,
}

/// What is to become of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum DuplicateAct {
    /// They are one person: this record is kept.
    Merge { keep: PersonId },
    /// They are two people.
    Part,
    /// What was said is taken back; a record that was merged away stands as before.
    Reopen,
}

/// Say what is to become of a pair.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DecideDuplicate {
    pub act: DuplicateAct,
    /// By what one knows it.
    #[validate(custom(function = check_line), length(min = 2, max = 200))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 2, max_length = 200, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")
    )]
    pub reason: String,
}
