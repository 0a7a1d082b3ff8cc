//! The units of a province, read from its list: villages with their place, and the units that people work in.
//!
//! Invariant: what a village is depends on the list alone, never on a seed; how many households it has follows from
//! the plan and its own place, so that no other village needs to be made for it.

use std::collections::HashMap;

use fupin_contract::units::Level;
use serde::Deserialize;

use crate::{
    Error,
    chance::fraction,
    plan::{FOLLOWED, Plan},
};

/// A unit as the list has it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Unit {
    pub code: String,
    pub name: String,
    pub level: Level,
    #[serde(rename = "parent_code")]
    pub parent: String,
}

/// All units of a province, in the order of their list.
#[derive(Clone, Debug)]
pub struct Units {
    all: Vec<Unit>,
    villages: Vec<Village>,
}

/// A village and where it lies.
#[derive(Clone, Debug, PartialEq)]
pub struct Village {
    pub code: String,
    pub name: String,
    /// 省, 市, 县, 乡, 村.
    pub path: [String; 5],
    pub(crate) place: Place,
}

/// What the whole list says about one village.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Place {
    pub county: String,
    /// Of the province's poor households, those in this county.
    pub county_share: f64,
    /// Of the province's households, those in the villages before this one.
    pub before: f64,
    /// The stretch of the county's households that live here, as fractions of them.
    pub from: f64,
    pub to: f64,
    /// Counted through the province.
    pub ordinal: u32,
    /// How many villages the province has.
    pub of: u32,
}

/// How the poor are spread over counties: weights by code.
type Weights = HashMap<String, f64>;

impl Units {
    /// From a list with the columns code, name, level and `parent_code`, and the weights of counties as JSON by code; a
    /// county without one has that of its villages.
    pub fn read(csv: &str, weights: &str) -> Result<Self, Error> {
        let all: Vec<Unit> = csv::Reader::from_reader(csv.as_bytes()).deserialize().collect::<Result<_, _>>()?;
        let villages = villages(&all, &serde_json::from_str(weights)?)?;
        Ok(Self { all, villages })
    }

    #[must_use]
    pub fn villages(&self) -> &[Village] {
        &self.villages
    }

    pub fn of(&self, level: Level) -> impl Iterator<Item = &Unit> {
        self.all.iter().filter(move |unit| unit.level == level)
    }
}

impl Village {
    /// How many households are followed here.
    #[must_use]
    pub fn followed(&self, plan: &Plan) -> u32 {
        let place = &self.place;
        let households = u64::from(plan.scaled(f64::from(FOLLOWED) * place.county_share));
        let clusters = (households / u64::from(plan.cluster())).max(1);
        // Sixteen bits of offset: the sum below then stays exact at the end of the county.
        let county = place.county.parse().unwrap_or(0);
        let offset = (fraction(&[plan.seed, county, u64::from(u16::MAX)]) * 65536.0).floor() / 65536.0;
        let until = |at: f64| (at * clusters as f64 + offset).floor() as u64 * households / clusters;
        u32::try_from(until(place.to) - until(place.from)).unwrap_or(0)
    }

    /// The code as a number, to key chance with.
    pub(crate) fn key(&self) -> u64 {
        self.code.parse().unwrap_or(0)
    }
}

fn villages(all: &[Unit], weights: &Weights) -> Result<Vec<Village>, Error> {
    let by_code: HashMap<&str, &Unit> = all.iter().map(|unit| (unit.code.as_str(), unit)).collect();
    let parent =
        |unit: &Unit| by_code.get(unit.parent.as_str()).copied().ok_or_else(|| Error::Orphan(unit.code.clone()));
    let mut made = Vec::new();
    for unit in all.iter().filter(|unit| unit.level == Level::Village) {
        let town = parent(unit)?;
        let county = parent(town)?;
        let province = parent(county)?;
        // Where a city has no counties below it, its name stands in both columns.
        let city = if county.code.get(2..4) == Some("90") { "省直辖" } else { county.name.as_str() };
        let path = [province.name.as_str(), city, &county.name, &town.name, &unit.name].map(str::to_owned);
        let place = Place {
            county: county.code.clone(),
            county_share: 0.0,
            before: 0.0,
            from: 0.0,
            to: 0.0,
            ordinal: 0,
            of: 0,
        };
        made.push(Village { code: unit.code.clone(), name: unit.name.clone(), path, place });
    }
    settle(&mut made, weights);
    Ok(made)
}

/// Give each village its part of the households.
fn settle(villages: &mut [Village], weights: &Weights) {
    let mut counties: HashMap<String, (f64, f64)> = HashMap::new();
    for village in villages.iter() {
        let (sum, _) = counties.entry(village.place.county.clone()).or_default();
        *sum += weight(village);
    }
    // Unless a province says otherwise, every fifth village's worth of households is poor.
    let weight_of = |code: &String, villages: f64| weights.get(code).copied().unwrap_or(villages * 0.2);
    let mut province: Vec<_> = counties.iter().map(|(code, (sum, _))| (code.clone(), weight_of(code, *sum))).collect();
    // Sums of floats depend on their order.
    province.sort_by(|one, other| one.0.cmp(&other.0));
    let whole: f64 = province.iter().map(|(_, weight)| weight).sum();
    let shares: HashMap<String, f64> = province.into_iter().map(|(code, weight)| (code, weight / whole)).collect();
    let of = u32::try_from(villages.len()).unwrap_or(u32::MAX);
    let mut before_all = 0.0;
    for (ordinal, village) in (0..).zip(villages.iter_mut()) {
        let Some((sum, before)) = counties.get_mut(&village.place.county) else { continue };
        let own = weight(village);
        let from = *before / *sum;
        *before += own;
        // The last stretch ends at one exactly, however the sums were rounded.
        let to = if *sum - *before < own * 1e-6 { 1.0 } else { *before / *sum };
        let county_share = shares.get(&village.place.county).copied().unwrap_or(0.0);
        let county = std::mem::take(&mut village.place.county);
        village.place = Place { county, county_share, before: before_all, from, to, ordinal, of };
        before_all += county_share * (to - from);
    }
}

/// Villages differ in size; few of the poor are registered with a residents' committee.
fn weight(village: &Village) -> f64 {
    let urban = ["居委会", "居民委员会", "社区"].iter().any(|ending| village.name.ends_with(ending));
    let size = 0.5 + 1.2 * fraction(&[village.key(), 0x5e77]);
    if urban { size * 0.2 } else { size }
}

#[cfg(test)]
mod tests {
    use super::Units;
    use crate::plan::{FOLLOWED, Plan};

    fn hainan() -> Units {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../server/provinces/hainan");
        let read = |file: &str| std::fs::read_to_string(format!("{folder}/{file}")).unwrap();
        Units::read(&read("units.csv"), &read("registry/weights.json")).unwrap()
    }

    #[test]
    fn a_village_knows_its_path() {
        // Given, when
        let units = hainan();
        let of = |code: &str| units.villages().iter().find(|village| village.code == code).unwrap().path.join("/");
        // Then
        assert_eq!(units.villages().len(), 3296);
        assert_eq!(of("469027107213"), "海南省/省直辖/乐东黎族自治县/黄流镇/高道村委会");
        assert!(of("460106005004").starts_with("海南省/海口市/海口市/"));
    }

    #[test]
    fn households_are_spread_over_all_counties_at_every_scale() {
        let units = hainan();
        for scale in [1.0, 0.3, 0.1, 0.01, 0.002] {
            // Given
            let plan = Plan { scale, seed: 5, last_year: 2020 };
            // When
            let counts: Vec<_> = units.villages().iter().map(|village| (village, village.followed(&plan))).collect();
            // Then
            let sum: u32 = counts.iter().map(|(_, count)| count).sum();
            let wanted = f64::from(FOLLOWED) * scale;
            assert!((f64::from(sum) - wanted).abs() <= 20.0, "{scale}: {sum} of {wanted}");
            let counties: std::collections::HashSet<_> =
                counts.iter().filter(|(_, count)| *count > 0).map(|(village, _)| &village.place.county).collect();
            assert_eq!(counties.len(), 19, "{scale}");
            assert!(counts.iter().all(|(_, count)| *count < 400), "villages of a size that there is");
        }
    }

    #[test]
    fn a_list_with_a_village_of_no_town_is_refused() {
        // Given
        let csv = "code,name,level,parent_code\n46,省,province,\n460100001001,村,village,460100001\n";
        // When, then
        assert!(Units::read(csv, "{}").is_err());
    }
}
