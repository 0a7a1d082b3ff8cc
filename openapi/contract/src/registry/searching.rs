//! Finding a person. What is looked for travels in a body, never in an address that a proxy would keep.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use crate::{Cursor, HouseholdId, PersonId, Secret, UnitId, access::check_line};

/// The most people of one answer.
pub const MOST_FOUND: u16 = 50;

/// Look for people by exactly one mark.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[validate(schema(function = check_one_mark, skip_on_field_errors = false))]
pub struct FindPeople {
    /// Within this unit; absent: all that the caller may see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_id: Option<UnitId>,
    /// The beginning of a name, of its pinyin, or of its initials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = check_line), length(min = 1, max = 50))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 50, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")
    )]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_number: Option<Secret>,
    /// The last four of an ID number, within a county.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(equal = 4))]
    #[cfg_attr(feature = "openapi", schema(min_length = 4, max_length = 4, pattern = "^[0-9]{3}[0-9Xx]$"))]
    pub id_tail: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Secret>,
    /// The whole number of a household.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = check_line), length(min = 1, max = 40))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 40, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")
    )]
    pub household_number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Cursor>,
}

fn check_one_mark(asked: &FindPeople) -> Result<(), ValidationError> {
    let given = [
        asked.name.is_some(),
        asked.id_number.is_some(),
        asked.id_tail.is_some(),
        asked.phone.is_some(),
        asked.household_number.is_some(),
    ];
    if given.into_iter().filter(|given| *given).count() == 1 { Ok(()) } else { Err(ValidationError::new("one_mark")) }
}

/// A person who was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FoundPerson {
    pub id: PersonId,
    pub name: String,
    pub sex: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday: Option<NaiveDate>,
    /// Masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_number: Option<String>,
    pub household_id: HouseholdId,
    pub household_number: String,
    pub village: String,
    pub town: String,
    /// Belongs to the household today.
    pub present: bool,
}
