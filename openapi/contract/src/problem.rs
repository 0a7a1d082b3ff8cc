//! RFC 9457 problem details: what every refusal looks like. The sentence is made by the client from code and params.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One thing that is wrong with one field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fault {
    /// Stable, for example `length` or `cell.not_a_number`.
    pub code: String,
    /// What the sentence needs: limits, positions, names.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub params: Map<String, Value>,
}

/// Faults by field; a nested field is written `cells.a.b`.
pub type Faults = BTreeMap<String, Vec<Fault>>;

/// The body of every answer that is not a success.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A URI reference that names the kind of problem: `/problems/<code>`.
    pub r#type: String,
    /// A short English title of the status.
    pub title: String,
    pub status: u16,
    /// Stable, for example `reporting.stale_version`.
    pub code: String,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub params: Map<String, Value>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, Vec<Fault>>))]
    pub faults: Faults,
    /// The fresh state of the object, on 409.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub current: Option<Value>,
    /// Quote it when asking for help.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub request_id: String,
}

impl Fault {
    /// A fault without params.
    #[must_use]
    pub fn new(code: &str) -> Self {
        Self { code: code.to_owned(), params: Map::new() }
    }

    /// The same fault with one more param.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.params.insert(name.to_owned(), value.into());
        self
    }
}
