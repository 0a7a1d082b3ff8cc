//! The map of the province: shapes of units, to be coloured by what a board counts.

use serde::{Deserialize, Serialize};

use crate::UnitId;

/// Longitude and latitude in degrees.
pub type Position = [f64; 2];

/// An outline, and holes in it.
pub type Polygon = Vec<Vec<Position>>;

/// The province's map, as whoever runs the instance has laid it down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProvinceMap {
    /// The 审图号 under which the map may be shown; absent while nobody has filled it in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval: Option<String>,
    /// Whose shapes these are.
    pub source: String,
    /// What the map shows.
    pub frame: Frame,
    /// What is shown in a corner of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inset: Option<Inset>,
    pub shapes: Vec<Shape>,
}

/// A part of the earth, in degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Frame {
    pub west: f64,
    pub south: f64,
    pub east: f64,
    pub north: f64,
}

/// A part that lies far off, drawn smaller.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Inset {
    pub title: String,
    pub frame: Frame,
}

/// One shape: a unit's, or a line that belongs to the map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Shape {
    /// Absent where it is no unit's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    pub name: String,
    /// The name as it fits on the map.
    pub label: String,
    /// Empty where the unit is a point only.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Vec<Vec<[f64; 2]>>>))]
    pub polygons: Vec<Polygon>,
    /// Where the unit lies that is a point only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<[f64; 2]>))]
    pub at: Option<Position>,
}
