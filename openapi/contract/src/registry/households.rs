//! Households and people as they are read: what holds of them in a year, whence each value comes, who verified it last.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{Change, IncomeSum, LineKind};
use crate::{Cursor, HouseholdId, PersonId, UnitId, units::UnitName};

/// A value of an attribute, with whence it comes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fact {
    /// Canonical; numbers by which a person can be called or paid are masked.
    pub value: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub masked: bool,
    /// Its place among the origins of the answer.
    pub origin: u32,
    /// Who said last that it is so: a place among the origins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<u32>,
    /// What a file said for which no dictionary has a code yet; the value is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unmapped: Option<String>,
}

/// The act by which values came in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FactOrigin {
    /// `import`, `change`, `merge` or `synthetic`.
    pub kind: String,
    /// The file, or what the change was.
    pub source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    pub at: DateTime<Utc>,
}

/// Something that does not fit together and that a person should look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FactWarning {
    /// `registry.two_heads`, `registry.child_older` …
    pub code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_id: Option<PersonId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A member of a household in a year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    pub id: PersonId,
    pub name: String,
    /// Code.
    pub sex: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday: Option<NaiveDate>,
    /// At the end of the year, or today if that is sooner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age: Option<i32>,
    /// Masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_number: Option<String>,
    /// Code of the relation to the head.
    pub relation: String,
    /// By key of field.
    pub facts: BTreeMap<String, Fact>,
    /// Left in this year: when, and the code of the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_on: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_reason: Option<String>,
}

/// The ledger of a year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Income {
    pub year: i16,
    /// Yuan by code of item.
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, String>))]
    pub lines: BTreeMap<String, Decimal>,
    pub sum: IncomeSum,
    /// The lines of the year that hold here. Absent: none is set, and the household cannot be screened by income.
    pub measures: Vec<IncomeMeasure>,
    pub origin: u32,
}

/// A ledger held against a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IncomeMeasure {
    pub kind: LineKind,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub line: Decimal,
    /// Net income per capita is below it.
    pub below: bool,
}

/// What happened to a household.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HouseholdEvent {
    /// `registered`, `joined`, `left`, `headed`, `moved`, `split`, `merged`, `voided` or `corrected`.
    pub kind: String,
    pub on: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// Code of the reason, or the words of whoever did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The village or household on the other side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    pub origin: u32,
}

/// A household in a year, with its members, its ledger and what happened to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Household {
    pub id: HouseholdId,
    pub number: String,
    /// Counts changes: pass it with the next one.
    pub version: i32,
    /// Where it lived in the year.
    pub village: UnitName,
    /// From the county down to the town.
    pub path: Vec<UnitName>,
    pub registered_on: NaiveDate,
    /// It was registered in error, or merged into another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voided: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<HouseholdId>,
    pub year: i16,
    /// The years of which something is kept, the latest first.
    pub years: Vec<i16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_id: Option<PersonId>,
    /// By key of field.
    pub facts: BTreeMap<String, Fact>,
    pub members: Vec<Member>,
    /// All years that have a ledger, the earliest first.
    pub incomes: Vec<Income>,
    pub events: Vec<HouseholdEvent>,
    pub warnings: Vec<FactWarning>,
    /// Changes that wait for a reviewer.
    pub waiting: Vec<Change>,
    pub origins: Vec<FactOrigin>,
}

/// A person, with all years of which something is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    pub id: PersonId,
    pub name: String,
    pub sex: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_type: Option<String>,
    /// Masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    pub household_id: HouseholdId,
    pub household_number: String,
    pub village: UnitName,
    /// Belongs to the household today.
    pub present: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voided: Option<String>,
    /// Which record was kept, where somebody found that both are of one person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<PersonId>,
    /// The latest first.
    pub years: Vec<PersonYear>,
    pub events: Vec<HouseholdEvent>,
    pub origins: Vec<FactOrigin>,
}

/// What holds of a person in a year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonYear {
    pub year: i16,
    pub household_id: HouseholdId,
    pub household_number: String,
    pub relation: String,
    /// By key of field.
    pub facts: BTreeMap<String, Fact>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_on: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_reason: Option<String>,
}

/// Which year of a household; absent: the latest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct YearQuery {
    #[validate(range(min = 2000, max = 2100))]
    #[cfg_attr(feature = "openapi", param(minimum = 2000, maximum = 2100))]
    pub year: Option<i16>,
}

/// Which households to list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct HouseholdFilter {
    /// Within this unit; absent: all that the caller may see.
    pub unit_id: Option<UnitId>,
    /// As of this year; absent: of each household the latest of which anything is kept.
    #[validate(range(min = 2000, max = 2100))]
    #[cfg_attr(feature = "openapi", param(minimum = 2000, maximum = 2100))]
    pub year: Option<i16>,
    /// Attributes that a household or one of its members has: `key=value`, several with commas between.
    #[validate(length(max = 300))]
    #[cfg_attr(feature = "openapi", param(max_length = 300, pattern = "^([a-z0-9_]+=[^,=]+(,[a-z0-9_]+=[^,=]+)*)?$"))]
    pub having: Option<String>,
    #[validate(range(min = 1, max = 200))]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 200))]
    pub limit: Option<u16>,
    pub after: Option<Cursor>,
}

impl HouseholdFilter {
    /// The attributes asked for; none where the text is no list of them.
    #[must_use]
    pub fn attributes(&self) -> Option<Vec<(&str, &str)>> {
        let asked = self.having.as_deref().unwrap_or_default();
        asked.split(',').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=')).collect()
    }
}

/// A household in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HouseholdLine {
    pub id: HouseholdId,
    pub number: String,
    pub village: UnitName,
    pub town: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_name: Option<String>,
    pub members: i64,
    /// Of which the line speaks.
    pub year: i16,
    /// Values by key, numbers left out.
    pub facts: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub per_capita: Option<Decimal>,
    /// A change waits for a reviewer.
    pub waiting: bool,
}
