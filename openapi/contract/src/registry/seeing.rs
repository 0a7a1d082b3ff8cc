//! Who may see numbers in clear, and who saw whom.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use crate::{AccountId, Cursor, HouseholdId, PersonId, Secret, access::check_line};

/// What a number is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To verify what is kept.
    Verification,
    /// To call on the household.
    Visit,
    /// To pay what is due.
    Payment,
    /// To answer a petition.
    Petition,
    /// An inspection or audit asks for it.
    Inspection,
}

impl Purpose {
    pub const ALL: [Self; 5] = [Self::Verification, Self::Visit, Self::Payment, Self::Petition, Self::Inspection];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Verification => "verification",
            Self::Visit => "visit",
            Self::Payment => "payment",
            Self::Petition => "petition",
            Self::Inspection => "inspection",
        }
    }
}

/// See one number of one person or household in clear.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[validate(schema(function = check_one_subject, skip_on_field_errors = false))]
pub struct Reveal {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub household_id: Option<HouseholdId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_id: Option<PersonId>,
    /// Of the year whose number is meant; an ID number has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(range(min = 2000, max = 2100))]
    #[cfg_attr(feature = "openapi", schema(minimum = 2000, maximum = 2100))]
    pub year: Option<i16>,
    /// Key of the field.
    #[validate(length(min = 1, max = 40))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 40))]
    pub field: String,
    pub purpose: Purpose,
    /// What exactly for, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = check_line), length(min = 1, max = 200))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")
    )]
    pub note: Option<String>,
}

fn check_one_subject(asked: &Reveal) -> Result<(), ValidationError> {
    if asked.household_id.is_some() != asked.person_id.is_some() {
        Ok(())
    } else {
        Err(ValidationError::new("one_subject"))
    }
}

/// A number in clear; it is shown and forgotten.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RevealedValue {
    pub value: String,
    /// How many more the caller may see today.
    pub left: i64,
}

/// How somebody was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SeenAct {
    /// On a list of households.
    Listed,
    /// Among what a search found.
    Found,
    /// The household's page.
    Household,
    /// The person's page.
    Person,
    /// A number in clear.
    Revealed,
    /// In an exported table.
    Exported,
}

impl SeenAct {
    pub const ALL: [Self; 6] =
        [Self::Listed, Self::Found, Self::Household, Self::Person, Self::Revealed, Self::Exported];

    /// As storage has it.
    #[must_use]
    pub fn number(self) -> i16 {
        match self {
            Self::Listed => 1,
            Self::Found => 2,
            Self::Household => 3,
            Self::Person => 4,
            Self::Revealed => 5,
            Self::Exported => 6,
        }
    }

    #[must_use]
    pub fn from_number(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.number() == number)
    }
}

/// Who saw a person or household, or whom an account saw: exactly one is asked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct SightingFilter {
    pub household_id: Option<HouseholdId>,
    pub person_id: Option<PersonId>,
    pub account_id: Option<AccountId>,
    /// The first and the last day; absent: the twelve months up to today.
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    #[validate(range(min = 1, max = 200))]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 200))]
    pub limit: Option<u16>,
    pub after: Option<Cursor>,
}

/// What [`SightingFilter`] asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SightingOf {
    Household(HouseholdId),
    Person(PersonId),
    Account(AccountId),
}

impl SightingFilter {
    /// The one thing that is asked; none where it is none or several.
    #[must_use]
    pub fn of(&self) -> Option<SightingOf> {
        match (self.household_id, self.person_id, self.account_id) {
            (Some(id), None, None) => Some(SightingOf::Household(id)),
            (None, Some(id), None) => Some(SightingOf::Person(id)),
            (None, None, Some(id)) => Some(SightingOf::Account(id)),
            _ => None,
        }
    }
}

/// Whose traces are wanted, by what a complaint or a badge says: an ID number, the number of a household, or a username.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FindSubject {
    pub mark: Secret,
}

/// Somebody or something that leaves traces, or whose traces are left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SightingSubject {
    Household {
        id: HouseholdId,
        number: String,
    },
    /// The name is masked.
    Person {
        id: PersonId,
        name: String,
    },
    Account {
        id: AccountId,
        username: String,
        name: String,
    },
}

/// One look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sighting {
    pub at: DateTime<Utc>,
    pub act: SeenAct,
    pub account_id: AccountId,
    pub username: String,
    /// Of the account's person.
    pub by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub household_id: Option<HouseholdId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub household_number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_id: Option<PersonId>,
    /// Whom it was, masked: whoever watches the watchers need not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// Of a list: whose households it showed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub village: Option<String>,
}

/// `张*`: outside one's own scope a name is its first character.
#[must_use]
pub fn mask_name(name: &str) -> String {
    let mut letters = name.chars();
    let first: String = letters.next().into_iter().collect();
    format!("{first}{}", "*".repeat(letters.count().max(1)))
}

#[cfg(test)]
mod tests {
    use super::mask_name;

    #[test]
    fn a_masked_name_keeps_its_first_character() {
        for (name, masked) in [("张三", "张*"), ("欧阳娜娜", "欧***"), ("𠮷", "𠮷*"), ("", "*")] {
            assert_eq!(mask_name(name), masked);
        }
    }
}
