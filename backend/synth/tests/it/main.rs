//! The synthetic province as those see it who use it: bytes, sizes, rows and the list of what was planted.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod clean;
mod lives;
mod people;
mod planted;
mod same;
mod sizes;

use std::collections::HashMap;

use fupin_synth::{Catalog, Plan, Planter, Sheets, Units, Village, write_village};

pub fn units() -> Units {
    Units::read(
        include_str!("../../../server/provinces/hainan/units.csv"),
        include_str!("../../../server/provinces/hainan/registry/weights.json"),
    )
    .unwrap()
}

pub fn catalog() -> Catalog {
    let catalog = include_str!("../../../server/provinces/hainan/registry/catalog.json");
    Catalog::read(catalog, include_str!("../../../server/provinces/hainan/registry/dictionaries.json")).unwrap()
}

pub fn plan(scale: f64) -> Plan {
    Plan { scale, seed: 20_201_126, last_year: 2020 }
}

/// One year of tables, as text: persons, households, income, truth.
pub fn written(plan: &Plan, villages: &[&Village], planter: Option<&Planter>, year: i32) -> [String; 4] {
    let forms = catalog().forms(year).unwrap();
    let mut sheets = [Sheets::begin(forms, [const { Vec::new() }; 4]).unwrap()];
    for village in villages {
        write_village(plan, village, planter, &mut sheets).unwrap();
    }
    let [sheets] = sheets;
    sheets.finish().unwrap().map(|bytes| String::from_utf8(bytes).unwrap())
}

pub fn all_of(units: &Units) -> Vec<&Village> {
    units.villages().iter().collect()
}

/// Rows by title.
pub fn rows(csv: &str) -> Vec<HashMap<String, String>> {
    csv::Reader::from_reader(csv.as_bytes()).deserialize().map(Result::unwrap).collect()
}

/// Rows by what a column says, in order.
pub fn by<'a>(rows: &'a [HashMap<String, String>], title: &str) -> HashMap<&'a str, Vec<&'a HashMap<String, String>>> {
    let mut found: HashMap<&str, Vec<_>> = HashMap::new();
    for row in rows {
        found.entry(row[title].as_str()).or_default().push(row);
    }
    found
}
