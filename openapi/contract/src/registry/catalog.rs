//! Which attributes households and people have: fields, code lists, tables, income items. All of it is data of the
//! province; nothing here knows a single attribute but the few that have a [`FieldRole`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Whose attribute it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Household,
    Person,
}

/// What the platform itself knows a field as; all other fields are only kept, checked, shown and counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldRole {
    #[serde(rename = "region_1")]
    Region1,
    #[serde(rename = "region_2")]
    Region2,
    #[serde(rename = "region_3")]
    Region3,
    #[serde(rename = "region_4")]
    Region4,
    #[serde(rename = "region_5")]
    Region5,
    HouseholdNumber,
    PersonNumber,
    Name,
    Sex,
    Birthday,
    IdType,
    IdNumber,
    Phone,
    HouseholdPhone,
    Year,
    Relation,
    HeadName,
    HeadIdNumber,
    Members,
}

impl FieldRole {
    /// Whether the value lies among the facts of a year; others have a place of their own.
    #[must_use]
    pub fn is_fact(self) -> bool {
        matches!(self, Self::Phone | Self::HouseholdPhone)
    }
}

/// How values of a field are written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FieldType {
    Text {
        most: usize,
    },
    Code {
        dictionary: String,
    },
    Integer {
        least: i64,
        most: i64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<String>,
    },
    Decimal {
        scale: u32,
        least: i64,
        most: i64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<String>,
    },
    Boolean,
    Date,
    Year,
    Phone,
    Card,
    IdNumber,
}

impl FieldType {
    /// Numbers by which a person can be called or paid: kept sealed, shown masked.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        matches!(self, Self::Phone | Self::Card | Self::IdNumber)
    }
}

/// How a field was called in years before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OldTitle {
    pub until: i16,
    pub title: String,
}

/// One attribute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Field {
    pub key: String,
    pub of: Subject,
    pub title: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub titles: Vec<OldTitle>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    pub r#type: FieldType,
    /// Sensitivity: 1 public, 2 internal, 3 personal, 4 sensitive personal.
    pub level: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<FieldRole>,
    /// Other headers under which a file may bring it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub synonyms: Vec<String>,
    /// The first and the last year in which it is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<i16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i16>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
}

impl Field {
    /// Whether its value lies among the facts of a year.
    #[must_use]
    pub fn is_fact(&self) -> bool {
        self.role.is_none_or(FieldRole::is_fact)
    }

    #[must_use]
    pub fn is_asked_in(&self, year: i16) -> bool {
        self.since.is_none_or(|since| since <= year) && self.until.is_none_or(|until| year <= until)
    }

    /// What it was called in a year.
    #[must_use]
    pub fn title_in(&self, year: i16) -> &str {
        let older = self.titles.iter().filter(|old| year <= old.until).min_by_key(|old| old.until);
        older.map_or(&self.title, |old| &old.title)
    }
}

/// Fields that stand together on a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldGroup {
    pub key: String,
    pub title: String,
}

/// A table that is imported and exported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Table {
    pub name: String,
    pub title: String,
    /// Keys of fields, or codes of income items.
    pub columns: Vec<String>,
}

/// Which part of the ledger an item belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum IncomePart {
    Wage,
    Business,
    Property,
    Transfer,
    Expense,
    /// Recorded beside the formula.
    Aside,
    /// Grants with a fixed purpose and one-off relief: recorded, never counted.
    Excluded,
}

impl IncomePart {
    pub const ALL: [Self; 7] =
        [Self::Wage, Self::Business, Self::Property, Self::Transfer, Self::Expense, Self::Aside, Self::Excluded];

    /// Whether it is added to the total.
    #[must_use]
    pub fn is_income(self) -> bool {
        matches!(self, Self::Wage | Self::Business | Self::Property | Self::Transfer)
    }
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IncomeItem {
    pub code: String,
    pub title: String,
    pub part: IncomePart,
}

/// One code of a list, as it holds for some years.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Code {
    pub code: String,
    pub label: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub synonyms: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<i16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i16>,
    #[serde(default, skip_serializing_if = "Traits::is_empty")]
    pub traits: Traits,
}

impl Code {
    #[must_use]
    pub fn holds_in(&self, year: i16) -> bool {
        self.since.is_none_or(|since| since <= year) && self.until.is_none_or(|until| year <= until)
    }
}

/// What rules read of a code, so that no rule knows the code itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Traits {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub head: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub spouse: bool,
    /// The sex that somebody of this relation has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<String>,
    /// Above the head by so many generations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generation: Option<i8>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ill: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub enrolled: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub none: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub arrives: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub leaves: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub dies: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub newborn: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub poor: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub r#unsafe: bool,
}

impl Traits {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A code of another system, and which of ours it means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ForeignCode {
    pub source: String,
    pub year: i16,
    pub code: String,
    pub label: String,
    pub means: String,
}

/// A list of codes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Dictionary {
    pub name: String,
    pub title: String,
    /// Whose list it is.
    pub standard: String,
    pub codes: Vec<Code>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign: Vec<ForeignCode>,
}

impl Dictionary {
    /// What a code says in a year; a code that no longer holds is still readable.
    #[must_use]
    pub fn label(&self, code: &str, year: i16) -> Option<&str> {
        self.code(code, year).map(|found| found.label.as_str())
    }

    /// A code as it holds in a year, else as it held last.
    #[must_use]
    pub fn code(&self, code: &str, year: i16) -> Option<&Code> {
        let mut versions = self.codes.iter().filter(|known| known.code == code);
        versions.clone().find(|known| known.holds_in(year)).or_else(|| versions.next_back())
    }

    /// Our code for what somebody wrote: the code itself, its label, one of its synonyms, or a code of another source.
    #[must_use]
    pub fn find(&self, typed: &str, year: i16, source: &str) -> Option<&str> {
        let foreign = self.foreign.iter().filter(|known| known.source == source && known.year <= year);
        let foreign =
            foreign.filter(|known| known.code == typed || known.label == typed).max_by_key(|known| known.year);
        if let Some(known) = foreign {
            return Some(&known.means);
        }
        let means =
            |known: &&Code| known.code == typed || known.label == typed || known.synonyms.iter().any(|s| s == typed);
        let holding = self.codes.iter().filter(|known| known.holds_in(year)).find(means);
        // A label of another year still says what is meant.
        holding.or_else(|| self.codes.iter().find(means)).map(|known| known.code.as_str())
    }

    #[must_use]
    pub fn traits(&self, code: &str) -> Option<&Traits> {
        self.codes.iter().find(|known| known.code == code).map(|known| &known.traits)
    }
}

/// All that the province says of attributes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Catalog {
    /// Counts its changes.
    #[serde(default)]
    pub version: i64,
    pub fields: Vec<Field>,
    pub groups: Vec<FieldGroup>,
    pub tables: Vec<Table>,
    pub income: Vec<IncomeItem>,
    #[serde(default)]
    pub dictionaries: Vec<Dictionary>,
}

impl Catalog {
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == key)
    }

    #[must_use]
    pub fn of_role(&self, role: FieldRole) -> Option<&Field> {
        self.fields.iter().find(|field| field.role == Some(role))
    }

    #[must_use]
    pub fn dictionary(&self, name: &str) -> Option<&Dictionary> {
        self.dictionaries.iter().find(|dictionary| dictionary.name == name)
    }

    /// The code list of a field with a role.
    #[must_use]
    pub fn dictionary_of(&self, role: FieldRole) -> Option<&Dictionary> {
        match &self.of_role(role)?.r#type {
            FieldType::Code { dictionary } => self.dictionary(dictionary),
            _ => None,
        }
    }

    /// What rules read of somebody's relation to the head.
    #[must_use]
    pub fn relation(&self, code: &str) -> Traits {
        self.dictionary_of(FieldRole::Relation)
            .and_then(|relations| relations.traits(code))
            .cloned()
            .unwrap_or_default()
    }

    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }

    #[must_use]
    pub fn income_item(&self, code: &str) -> Option<&IncomeItem> {
        self.income.iter().find(|item| item.code == code)
    }

    /// What a value says to a person.
    #[must_use]
    pub fn words(&self, field: &Field, value: &str, year: i16) -> String {
        match &field.r#type {
            FieldType::Code { dictionary } => self
                .dictionary(dictionary)
                .and_then(|dictionary| dictionary.label(value, year))
                .unwrap_or(value)
                .to_owned(),
            FieldType::Boolean => match value {
                "true" => "是".to_owned(),
                "false" => "否".to_owned(),
                other => other.to_owned(),
            },
            _ => value.to_owned(),
        }
    }

    /// What does not hold together: keys twice, lists and columns that are not there, roles that nobody has.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut seen = BTreeMap::new();
        for field in &self.fields {
            *seen.entry(field.key.as_str()).or_insert(0) += 1;
            if let FieldType::Code { dictionary } = &field.r#type
                && self.dictionary(dictionary).is_none()
            {
                faults.push(format!("{}: no dictionary {dictionary}", field.key));
            }
            if !(1..=4).contains(&field.level) {
                faults.push(format!("{}: level {}", field.key, field.level));
            }
        }
        faults.extend(seen.iter().filter(|(_, times)| **times > 1).map(|(key, _)| format!("{key}: twice")));
        for table in &self.tables {
            let unknown =
                table.columns.iter().filter(|key| self.field(key).is_none() && self.income_item(key).is_none());
            faults.extend(unknown.map(|key| format!("{}: no column {key}", table.name)));
        }
        for role in REQUIRED_ROLES {
            if self.of_role(role).is_none() {
                faults.push(format!("no field is the {role:?}"));
            }
        }
        let heads = self
            .dictionary_of(FieldRole::Relation)
            .map_or(0, |relations| relations.codes.iter().filter(|code| code.traits.head).count());
        if heads != 1 {
            faults.push(format!("{heads} relations are the head"));
        }
        faults
    }
}

/// Without these there is no registry.
const REQUIRED_ROLES: [FieldRole; 9] = [
    FieldRole::HouseholdNumber,
    FieldRole::Name,
    FieldRole::Sex,
    FieldRole::Birthday,
    FieldRole::IdType,
    FieldRole::IdNumber,
    FieldRole::Year,
    FieldRole::Relation,
    FieldRole::Phone,
];
