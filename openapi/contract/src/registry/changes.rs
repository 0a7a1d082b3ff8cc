//! Changing what is kept of a household: proposed by whoever knows it, applied at once or after review.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{Cursor, HouseholdChangeId, HouseholdId, PersonId, Secret, UnitId, access::check_line, units::UnitName};

/// Values as somebody wrote them, by key of field; an empty text clears one.
pub type Written = BTreeMap<String, Secret>;

/// Keys of an object are texts, also within an enum whose content is read ahead of its kind.
mod by_person {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    use crate::PersonId;

    pub fn serialize<T: Serialize, S: Serializer>(map: &BTreeMap<PersonId, T>, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(map.iter().map(|(person, value)| (person.to_string(), value)))
    }

    pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        from: D,
    ) -> Result<BTreeMap<PersonId, T>, D::Error> {
        let read = BTreeMap::<String, T>::deserialize(from)?;
        let person = |text: &str| {
            let number: i64 = text.parse().map_err(|_| D::Error::custom("a person is an integer"))?;
            PersonId::try_from(number).map_err(D::Error::custom)
        };
        read.into_iter().map(|(key, value)| Ok((person(&key)?, value))).collect()
    }
}

/// Codes of the relation to a head, by person.
pub type Relations = BTreeMap<PersonId, String>;

/// Somebody who comes into a household.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewMember {
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 50))]
    pub name: String,
    /// Code of the relation to the head.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 10))]
    pub relation: String,
    /// Absent for a newborn without papers: then sex and birthday are needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_number: Option<Secret>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 10))]
    pub sex: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday: Option<NaiveDate>,
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, Secret>))]
    pub facts: Written,
    /// Code of why the person comes.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 10))]
    pub reason: String,
    pub on: NaiveDate,
}

/// One thing that is changed of a household.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum HouseholdAct {
    /// Attributes of the household in the year.
    CorrectHousehold {
        #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, Secret>))]
        facts: Written,
    },
    /// Attributes of a member in the year.
    CorrectPerson {
        person_id: PersonId,
        #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, Secret>))]
        facts: Written,
    },
    /// Who somebody is: only what is given changes.
    CorrectIdentity {
        person_id: PersonId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 50))]
        name: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id_number: Option<Secret>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 10))]
        sex: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        birthday: Option<NaiveDate>,
    },
    /// Somebody comes: born, married in, returned.
    AddMember { member: NewMember },
    /// Somebody leaves: dies, marries out, moves.
    RemoveMember {
        person_id: PersonId,
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 10))]
        reason: String,
        on: NaiveDate,
    },
    /// Another member heads the household; the household stays the same.
    ChangeHead {
        person_id: PersonId,
        /// What all others are to the new head.
        #[serde(with = "by_person")]
        #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, String>))]
        relations: Relations,
        on: NaiveDate,
    },
    /// The household moves to another village.
    MoveVillage { village_id: UnitId, on: NaiveDate },
    /// Some members make a household of their own.
    SplitHousehold {
        /// The number of the new household; absent: one is given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 40))]
        number: Option<String>,
        /// Who goes, and what each is to the new head; exactly one is the head.
        #[serde(with = "by_person")]
        #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, String>))]
        relations: Relations,
        on: NaiveDate,
    },
    /// All members join another household, and this one ends.
    MergeInto {
        household_id: HouseholdId,
        /// What each is to the head there.
        #[serde(with = "by_person")]
        #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, String>))]
        relations: Relations,
        on: NaiveDate,
    },
    /// The ledger of the year, whole: yuan by code of item.
    SetIncome {
        #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, String>))]
        lines: BTreeMap<String, String>,
    },
    /// Somebody was there and says that it is so: keys of fields of the household, and of its members.
    Verify {
        #[serde(default)]
        household: Vec<String>,
        #[serde(default, with = "by_person")]
        #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, Vec<String>>))]
        people: BTreeMap<PersonId, Vec<String>>,
    },
    /// A person was registered in error.
    VoidPerson {
        person_id: PersonId,
        #[cfg_attr(feature = "openapi", schema(min_length = 2, max_length = 200))]
        reason: String,
    },
    /// The household was registered in error.
    VoidHousehold {
        #[cfg_attr(feature = "openapi", schema(min_length = 2, max_length = 200))]
        reason: String,
    },
}

/// What a change is, without its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    Register,
    CorrectHousehold,
    CorrectPerson,
    CorrectIdentity,
    AddMember,
    RemoveMember,
    ChangeHead,
    MoveVillage,
    SplitHousehold,
    MergeInto,
    SetIncome,
    Verify,
    VoidPerson,
    VoidHousehold,
}

impl ChangeKind {
    pub const ALL: [Self; 14] = [
        Self::Register,
        Self::CorrectHousehold,
        Self::CorrectPerson,
        Self::CorrectIdentity,
        Self::AddMember,
        Self::RemoveMember,
        Self::ChangeHead,
        Self::MoveVillage,
        Self::SplitHousehold,
        Self::MergeInto,
        Self::SetIncome,
        Self::Verify,
        Self::VoidPerson,
        Self::VoidHousehold,
    ];

    /// The name in storage.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::CorrectHousehold => "correct_household",
            Self::CorrectPerson => "correct_person",
            Self::CorrectIdentity => "correct_identity",
            Self::AddMember => "add_member",
            Self::RemoveMember => "remove_member",
            Self::ChangeHead => "change_head",
            Self::MoveVillage => "move_village",
            Self::SplitHousehold => "split_household",
            Self::MergeInto => "merge_into",
            Self::SetIncome => "set_income",
            Self::Verify => "verify",
            Self::VoidPerson => "void_person",
            Self::VoidHousehold => "void_household",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl HouseholdAct {
    #[must_use]
    pub fn kind(&self) -> ChangeKind {
        match self {
            Self::CorrectHousehold { .. } => ChangeKind::CorrectHousehold,
            Self::CorrectPerson { .. } => ChangeKind::CorrectPerson,
            Self::CorrectIdentity { .. } => ChangeKind::CorrectIdentity,
            Self::AddMember { .. } => ChangeKind::AddMember,
            Self::RemoveMember { .. } => ChangeKind::RemoveMember,
            Self::ChangeHead { .. } => ChangeKind::ChangeHead,
            Self::MoveVillage { .. } => ChangeKind::MoveVillage,
            Self::SplitHousehold { .. } => ChangeKind::SplitHousehold,
            Self::MergeInto { .. } => ChangeKind::MergeInto,
            Self::SetIncome { .. } => ChangeKind::SetIncome,
            Self::Verify { .. } => ChangeKind::Verify,
            Self::VoidPerson { .. } => ChangeKind::VoidPerson,
            Self::VoidHousehold { .. } => ChangeKind::VoidHousehold,
        }
    }
}

/// Change a household, or propose to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeHousehold {
    /// The version that was looked at.
    #[validate(range(min = 1))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub version: i32,
    /// The year whose page is changed.
    #[validate(range(min = 2000, max = 2100))]
    #[cfg_attr(feature = "openapi", schema(minimum = 2000, maximum = 2100))]
    pub year: i16,
    pub act: HouseholdAct,
}

/// Register a household with its head, or propose to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RegisterHousehold {
    pub village_id: UnitId,
    #[validate(range(min = 2000, max = 2100))]
    #[cfg_attr(feature = "openapi", schema(minimum = 2000, maximum = 2100))]
    pub year: i16,
    /// Absent: one is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = check_line), length(min = 1, max = 40))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 40, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")
    )]
    pub number: Option<String>,
    pub head: NewMember,
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, Secret>))]
    pub facts: Written,
}

/// Where a change stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChangeState {
    /// Waits for a reviewer.
    Proposed,
    Applied,
    Rejected,
    Withdrawn,
}

impl ChangeState {
    pub const ALL: [Self; 4] = [Self::Proposed, Self::Applied, Self::Rejected, Self::Withdrawn];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Applied => "applied",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A change and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    pub id: HouseholdChangeId,
    pub kind: ChangeKind,
    pub state: ChangeState,
    pub year: i16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub household_id: Option<HouseholdId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub household_number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_name: Option<String>,
    pub village: UnitName,
    pub proposed_by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    pub proposed_at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub lines: Vec<Applied>,
    /// The caller may approve or reject it.
    pub may_decide: bool,
    /// The caller proposed it and may take it back.
    pub may_withdraw: bool,
}

/// One value of a change; numbers are masked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Applied {
    /// Whose value it is, where it is a member's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// Key of a field, code of an income item, or `head`, `village`, `left`, `joined`, `verified`, `voided`.
    pub key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// Approve or reject a change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeDecision {
    pub approve: bool,
    /// Needed to reject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = check_line), length(min = 2, max = 200))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 2, max_length = 200, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")
    )]
    pub reason: Option<String>,
}

/// Which changes to list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ChangeFilter {
    pub unit_id: Option<UnitId>,
    pub household_id: Option<HouseholdId>,
    pub state: Option<ChangeState>,
    /// Only what the caller proposed.
    pub own: Option<bool>,
    #[validate(range(min = 1, max = 100))]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 100))]
    pub limit: Option<u16>,
    pub after: Option<Cursor>,
}
