//! A form as its designer writes it and as it is exchanged: plain JSON, no derived facts.
//! Invariant: what is read is written back identically; anything unknown is refused.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::{Cell, cell::MAX_TEXT};

/// Named lists of choices that forms refer to: dictionary name → options.
pub type Dictionaries = BTreeMap<String, Vec<ChoiceOption>>;

/// A form (表式).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FormDefinition {
    /// The number that officials call the form by, as 「琼巩固月01表」.
    pub code: String,
    pub title: String,
    /// Explanation for whoever fills in, printed below the form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The unit of measure printed above the form, as 「计量单位：户、人、元」.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_note: Option<String>,
    pub sections: Vec<SectionDefinition>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RuleDefinition>,
}

/// One table of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SectionDefinition {
    pub key: String,
    pub title: String,
    /// The head of the column of row labels, as 「指标名称」.
    pub row_header: String,
    /// A tree: its inner nodes are merged header cells, its leaves the columns.
    pub columns: Vec<ColumnNode>,
    pub rows: RowsDefinition,
    /// Single cells that differ from their column and row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cells: Vec<CellOverride>,
}

/// A node of the header: a group of columns under one title, or a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum ColumnNode {
    Group(ColumnGroup),
    Column(ColumnDefinition),
}

impl<'de> Deserialize<'de> for ColumnNode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // By hand, because a derived untagged enum would not say which field is wrong.
        let node = serde_json::Value::deserialize(deserializer)?;
        if node.get("children").is_some() {
            ColumnGroup::deserialize(node).map(Self::Group).map_err(D::Error::custom)
        } else {
            ColumnDefinition::deserialize(node).map(Self::Column).map_err(D::Error::custom)
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ColumnGroup {
    pub title: String,
    #[cfg_attr(feature = "openapi", schema(no_recursion))]
    pub children: Vec<ColumnNode>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ColumnDefinition {
    pub key: String,
    pub title: String,
    #[serde(default, skip_serializing_if = "CellTraits::is_empty", deserialize_with = "read_traits")]
    pub cell: CellTraits,
}

/// Rows that the form prints, or rows that the clerk adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum RowsDefinition {
    Fixed(Vec<RowDefinition>),
    Dynamic {
        #[cfg_attr(feature = "openapi", schema(value_type = u64, maximum = 4294967295_u64))]
        min: u32,
        #[cfg_attr(feature = "openapi", schema(value_type = u64, maximum = 4294967295_u64))]
        max: u32,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RowDefinition {
    pub key: String,
    pub label: String,
    /// How deep the label stands under the rows above it (其中).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub indent: u8,
    #[serde(default, skip_serializing_if = "CellTraits::is_empty", deserialize_with = "read_traits")]
    pub cell: CellTraits,
}

fn is_zero(indent: &u8) -> bool {
    *indent == 0
}

/// One cell that differs from its column and row. Fixed rows only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CellOverride {
    pub row: String,
    pub column: String,
    #[serde(deserialize_with = "read_traits")]
    pub cell: CellTraits,
}

/// What may be said of cells, at a column, at a row, or at one cell. The nearer word wins:
/// cell, then row, then column; but where a computed row crosses a computed column the column's
/// formula stands (the total of a rate is a rate), and a computed row leaves columns that hold no
/// number as they are. An inherited bound or roll-up that does not fit the nearer type is dropped,
/// and a computed cell inherits no bound and is never required: nobody types there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CellTraits {
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub cell_type: Option<CellType>,
    /// Unit of measure, as 「人」.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// A required cell must hold a value or 「不适用」 before the report is submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
    /// Smallest number or earliest date.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "read_bound")]
    pub min: Option<Cell>,
    /// Largest number or latest date.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "read_bound")]
    pub max: Option<Cell>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roll_up: Option<RollUp>,
    /// Greyed: the form itself says that nothing belongs here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked: Option<bool>,
    /// 「不适用」 is no answer here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub always_applies: Option<bool>,
    /// What is suggested for the cell from the same unit's report of the last period. Fixed rows only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefill: Option<Prefill>,
}

/// Where a suggestion comes from. It is no content until a person has confirmed it. For stocks (households that there
/// are), never for flows (households that left this month).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Prefill {
    /// What stood in the same cell.
    Last,
    /// A formula over the cells of the last period's report.
    Formula(String),
}

/// Reads an object: serde would take a list as well, for the fields in their order.
fn read_traits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<CellTraits, D::Error> {
    struct Object;
    impl<'de> Visitor<'de> for Object {
        type Value = CellTraits;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<CellTraits, A::Error> {
            CellTraits::deserialize(MapAccessDeserializer::new(map))
        }
    }
    deserializer.deserialize_map(Object)
}

/// A draft keeps what cannot be a bound, so that its fault is shown where it stands, but nothing longer than any cell.
fn read_bound<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Cell>, D::Error> {
    let bound = Option::<Cell>::deserialize(deserializer)?;
    match &bound {
        Some(Cell::Text(text)) if text.chars().nth(MAX_TEXT as usize).is_some() => {
            Err(D::Error::custom(format_args!("a bound has at most {MAX_TEXT} characters")))
        }
        Some(_) | None => Ok(bound),
    }
}

impl CellTraits {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CellType {
    Integer,
    Decimal {
        #[cfg_attr(feature = "openapi", schema(value_type = u64, maximum = 4294967295_u64))]
        scale: u32,
    },
    /// Yuan, two decimals.
    Money,
    Text {
        #[cfg_attr(feature = "openapi", schema(value_type = u64, maximum = 4294967295_u64))]
        max_len: u32,
    },
    Date,
    Choice(ChoiceSource),
    Computed {
        formula: String,
        /// Decimals of the result; those of the column when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<u64>, maximum = 4294967295_u64))]
        scale: Option<u32>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChoiceSource {
    Options(Vec<ChoiceOption>),
    Dictionary(String),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChoiceOption {
    pub code: String,
    pub label: String,
}

/// How an item of many reports becomes one figure. When nothing is said: numbers that are typed
/// are summed, computed numbers are computed again from the totals, and the rest does not roll up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum RollUp {
    Sum,
    /// Weighted by another item, written like a reference in a formula. Fixed rows only: within
    /// dynamic rows sum the products and the weights, and divide them in a computed cell.
    Average {
        weight: String,
    },
    Min,
    Max,
    /// In how many reports the cell holds a value (dynamic rows: in how many rows).
    Count,
    /// The value of the report submitted last.
    Last,
    /// The cell's own formula, applied to the totals: rates stay exact.
    Formula,
    None,
}

/// A statement that must hold between cells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RuleDefinition {
    pub id: String,
    pub severity: Severity,
    /// The section whose every row the rule is judged for; absent: judged once for the report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each: Option<String>,
    /// True when all is well.
    pub expression: String,
    /// References to the cells that are marked when the rule is broken.
    pub cells: Vec<String>,
    /// The sentence, with references in braces for values: 「脱贫人口（{poor}人）不得大于总人口（{people}人）」;
    /// `{@}` is the label of the row.
    pub message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Blocks submission.
    Hard,
    /// Passes with an explanation.
    Soft,
}
