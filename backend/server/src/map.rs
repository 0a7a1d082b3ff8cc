//! The map: the province's shapes, or those that whoever runs the instance has laid into its data directory, each with
//! the unit that has its code today.
//!
//! Invariants: shapes meet units by code alone; the 审图号 belongs to the shapes, so it stands in the same file.

use std::{fs, io::ErrorKind};

use actix_web::get;
use fupin_access::{Permit, founding, permit::SignedIn};
use fupin_contract::map::{Frame, Inset, Polygon, Position, ProvinceMap, Shape};
use fupin_kernel::{Error, Result, Settings, Tagged, Tx};
use serde::Deserialize;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::province;

/// The name of a map of one's own in the data directory.
const OWN_MAP: &str = "map.json";

/// Register the operation of this module.
pub fn configure(service: &mut ServiceConfig) {
    service.service(get_map);
}

/// The shapes of the province's units
#[utoipa::path(tag = "insight", operation_id = "get_map", responses(
    (status = 200, body = ProvinceMap, headers(("ETag" = String, description = "Changes with the map"))),
    (status = 304, description = "What the caller has still holds")
))]
#[get("/map")]
async fn get_map(permit: Permit<SignedIn>) -> Result<Tagged<ProvinceMap>> {
    let own = own(&permit.app().settings)?;
    permit.read(async |tx| read_map(tx, own).await).await.map(Tagged)
}

async fn read_map(tx: &mut Tx, own: Option<Drawn>) -> Result<ProvinceMap> {
    let drawn = match own {
        Some(own) => own,
        None => parse(&province::map(&founding::province_key(tx).await?.ok_or(Error::NotFound)?)?)?,
    };
    let codes: Vec<String> = drawn.features.iter().filter_map(|feature| feature.properties.code.clone()).collect();
    let units = founding::units_by_code(tx, &codes).await?;
    let shapes = drawn.features.into_iter().filter_map(|feature| {
        let unit = feature.properties.code.as_ref().and_then(|code| units.get(code).copied());
        // A place that is no unit of today's tree is no place on the map; the land stays land.
        if unit.is_none() && matches!(feature.geometry, Geometry::Point { .. }) {
            return None;
        }
        let (polygons, at) = match feature.geometry {
            Geometry::MultiPolygon { coordinates } => (coordinates, None),
            Geometry::Polygon { coordinates } => (vec![coordinates], None),
            Geometry::Point { coordinates } => (Vec::new(), Some(coordinates)),
        };
        let Properties { name, label, .. } = feature.properties;
        Some(Shape { unit, label: label.unwrap_or_else(|| name.clone()), name, polygons, at })
    });
    Ok(ProvinceMap {
        approval: drawn.approval.map(|number| number.trim().to_owned()).filter(|number| !number.is_empty()),
        source: drawn.source,
        frame: frame(drawn.frame),
        inset: drawn.inset.map(|inset| Inset { title: inset.title, frame: frame(inset.frame) }),
        shapes: shapes.collect(),
    })
}

/// Refuse to start on a map of one's own that cannot be shown.
pub fn check(settings: &Settings) -> Result<()> {
    own(settings).map(drop)
}

fn own(settings: &Settings) -> Result<Option<Drawn>> {
    let path = settings.data_dir.join(OWN_MAP);
    let unreadable = |error: String| Error::Unavailable(format!("{}: {error}", path.display()));
    match fs::read_to_string(&path) {
        Ok(text) => parse(&text).map(Some).map_err(|error| unreadable(error.to_string())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable(error.to_string())),
    }
}

fn parse(text: &str) -> Result<Drawn> {
    Ok(serde_json::from_str(text)?)
}

/// GeoJSON with members of our own.
#[derive(Debug, Deserialize)]
struct Drawn {
    #[serde(default)]
    approval: Option<String>,
    source: String,
    /// West, south, east, north, as GeoJSON writes a bounding box.
    frame: [f64; 4],
    #[serde(default)]
    inset: Option<DrawnInset>,
    features: Vec<Feature>,
}

#[derive(Debug, Deserialize)]
struct DrawnInset {
    title: String,
    frame: [f64; 4],
}

#[derive(Debug, Deserialize)]
struct Feature {
    properties: Properties,
    geometry: Geometry,
}

#[derive(Debug, Deserialize)]
struct Properties {
    /// The unit's; absent where the shape is no unit's.
    #[serde(default)]
    code: Option<String>,
    name: String,
    /// The name as it fits on the map; absent, the whole name.
    #[serde(default)]
    label: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type")]
enum Geometry {
    Polygon { coordinates: Polygon },
    MultiPolygon { coordinates: Vec<Polygon> },
    Point { coordinates: Position },
}

fn frame([west, south, east, north]: [f64; 4]) -> Frame {
    Frame { west, south, east, north }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use fupin_contract::units::Level;

    use super::*;
    use crate::province::Province;

    #[test]
    fn every_county_of_hainan_has_its_shape() {
        let drawn = parse(&province::map("hainan").unwrap()).unwrap();
        let shapes: BTreeSet<&str> =
            drawn.features.iter().filter_map(|feature| feature.properties.code.as_deref()).collect();
        let province = Province::read("hainan").unwrap();
        let counties = province.units.iter().filter(|unit| unit.level == Level::County);
        let missing: Vec<&str> =
            counties.map(|unit| unit.code.as_str()).filter(|code| !shapes.contains(code)).collect();
        assert!(missing.is_empty(), "without a shape: {missing:?}");
    }

    #[test]
    fn the_south_china_sea_is_shown_in_a_corner_of_its_own() {
        let drawn = parse(&province::map("hainan").unwrap()).unwrap();
        let inset = drawn.inset.unwrap();
        assert_eq!(inset.title, "南海诸岛");
        let lines = drawn.features.iter().filter(|feature| feature.properties.code.is_none());
        let strokes: usize = lines
            .map(|feature| match &feature.geometry {
                Geometry::MultiPolygon { coordinates } => coordinates.len(),
                Geometry::Polygon { .. } | Geometry::Point { .. } => 0,
            })
            .sum();
        assert!(strokes >= 9, "{strokes} strokes");
    }
}
