//! The map: shapes find their units by code, and an office's own map takes the place of the shipped one.

use std::fs;

use fupin_access::founding;
use fupin_contract::access::Role;
use fupin_server::api;
use fupin_testing::TestApp;

/// The two counties of the sample province, one of them without a shape; a place that is no unit; a line.
const OWN: &str = r#"{
    "type": "FeatureCollection", "approval": " 琼S（2026）001号 ", "source": "样例", "frame": [0, 0, 2, 2],
    "features": [
        {"type": "Feature", "properties": {"code": "980100", "name": "甲县"},
         "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}},
        {"type": "Feature", "properties": {"code": "980200", "name": "乙县"}, "geometry": {"type": "Point", "coordinates": [1.5, 1.5]}},
        {"type": "Feature", "properties": {"code": "980300", "name": "丙县"}, "geometry": {"type": "Point", "coordinates": [0.5, 1.5]}},
        {"type": "Feature", "properties": {"name": "界线"}, "geometry": {"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 0], [1, 1], [0, 0]]]]}}
    ]
}"#;

#[tokio::test]
async fn a_map_of_ones_own_is_shown_with_its_number_to_whoever_has_signed_in() {
    let test = TestApp::start(api::configure).await;
    let clerk = test.person(Role::Clerk, "甲东一村").await;
    assert_eq!(clerk.client.get_map().await.unwrap_err().status(), Some(404), "no province, no map");

    fs::write(test.app.settings.data_dir.join("map.json"), OWN).unwrap();

    let map = clerk.client.get_map().await.unwrap();
    assert_eq!(map.approval.as_deref(), Some("琼S（2026）001号"));
    let shown: Vec<_> = map.shapes.iter().map(|shape| (shape.name.as_str(), shape.unit)).collect();
    assert_eq!(
        shown,
        [("甲县", Some(test.unit("甲县"))), ("乙县", Some(test.unit("乙县"))), ("界线", None)],
        "a place that is no unit is left out"
    );
    assert_eq!(test.nobody().get_map().await.unwrap_err().status(), Some(401));
}

#[tokio::test]
async fn the_shipped_map_belongs_to_the_province_that_was_set_up() {
    let test = TestApp::start(api::configure).await;
    let leader = test.person(Role::Leader, "样例省").await;
    test.app.db.write(async |tx| founding::found(tx, "hainan", "海南省", false).await).await.unwrap();

    let map = leader.client.get_map().await.unwrap();

    assert_eq!(map.approval, None, "nobody has filled it in");
    let named = |name: &str| map.shapes.iter().find(|shape| shape.name == name);
    assert!(named("琼中黎族苗族自治县").is_some_and(|shape| shape.unit.is_none() && !shape.polygons.is_empty()));
    assert!(named("洋浦经济开发区").is_none(), "洋浦 is no unit of this tree");
}
