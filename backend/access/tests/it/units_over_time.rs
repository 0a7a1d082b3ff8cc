//! Any acts in any order, from any days on: what the tree answers for each month is what was decided for it.

use std::{collections::BTreeMap, time::Instant};

use chrono::NaiveDate;
use fupin_client::{Client, Transport};
use fupin_contract::{
    UnitId,
    access::Role,
    units::{ImportUnit, ImportUnits, Level, MergeUnit, MoveUnit, UnitFilter},
};
use fupin_testing::{PLACES, TestApp};
use proptest::{
    prelude::*,
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};

const MONTHS: usize = 12;

fn first_of(month: usize) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month as u32 + 1, 1).unwrap()
}

/// Which town each village belongs to, month by month: what people decided, kept in the plainest way.
#[derive(Clone)]
struct Decided(Vec<BTreeMap<i32, i32>>);

impl Decided {
    fn at_first() -> Self {
        let villages = PLACES.iter().filter(|place| place.level == Level::Village);
        let month: BTreeMap<i32, i32> = villages.map(|place| (place.id, place.parent.unwrap())).collect();
        Self(vec![month; MONTHS])
    }

    /// Months from one on, as long as the village is where it is then.
    fn reach(&self, month: usize, village: i32, any_town: bool) -> std::ops::Range<usize> {
        let there = self.0[month].get(&village);
        let holds = |later: &usize| {
            let now = self.0[*later].get(&village);
            now.is_some() && (any_town || now == there)
        };
        month..month + (month..MONTHS).take_while(holds).count()
    }

    fn move_to(&mut self, month: usize, village: i32, town: i32) -> bool {
        let months = self.reach(month, village, false);
        if months.is_empty() || self.0[month].get(&village) == Some(&town) {
            return false;
        }
        for month in months {
            self.0[month].insert(village, town);
        }
        true
    }

    fn merge(&mut self, month: usize, village: i32, into: i32) -> bool {
        let months = self.reach(month, village, true);
        let goes_on = months.clone().all(|month| self.0[month].contains_key(&into));
        if months.is_empty() || village == into || !goes_on {
            return false;
        }
        for month in months {
            self.0[month].remove(&village);
        }
        true
    }
}

#[derive(Clone, Debug)]
enum Act {
    Move { month: usize, village: i32, town: i32 },
    Merge { month: usize, village: i32, into: i32 },
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let (village, town) = (8..16i32, 4..8i32);
    let act = prop_oneof![
        5 => (0..MONTHS, village.clone(), town).prop_map(|(month, village, town)| Act::Move { month, village, town }),
        1 => (0..MONTHS, village.clone(), village).prop_map(|(month, village, into)| Act::Merge { month, village, into }),
    ];
    prop::collection::vec(act, 12)
}

async fn answered(client: &Client<impl Transport>, month: usize) -> BTreeMap<i32, i32> {
    let mut villages = BTreeMap::new();
    for town in PLACES.iter().filter(|place| place.level == Level::Town) {
        // The last day of the month as well as the first.
        let last = first_of(month) + chrono::Days::new(27);
        let filter = UnitFilter { parent: Some(UnitId(town.id)), q: None, on: Some(last) };
        let listed = client.list_units(&filter).await.unwrap().items;
        assert_eq!(client.list_units(&UnitFilter { on: Some(first_of(month)), ..filter }).await.unwrap().items, listed);
        villages.extend(listed.iter().map(|unit| (unit.id.0, town.id)));
    }
    villages
}

#[tokio::test]
async fn each_month_has_the_tree_that_was_decided_for_it() {
    let mut runner = TestRunner::deterministic();
    for _ in 0..3 {
        let acts = acts().new_tree(&mut runner).unwrap().current();
        let app = TestApp::start(fupin_access::configure).await;
        let admin = app.person(Role::SystemAdmin, "样例省").await.client;
        let mut decided = Decided::at_first();
        for act in &acts {
            let (expected, done) = match *act {
                Act::Move { month, village, town } => {
                    let input = MoveUnit { parent: UnitId(town), from: first_of(month), dry_run: false };
                    (decided.move_to(month, village, town), admin.move_unit(UnitId(village), &input).await.is_ok())
                }
                Act::Merge { month, village, into } => {
                    let input = MergeUnit { into: UnitId(into), from: first_of(month), dry_run: false };
                    (decided.merge(month, village, into), admin.merge_unit(UnitId(village), &input).await.is_ok())
                }
            };
            assert_eq!(done, expected, "{act:?} of {acts:?}");
        }
        for month in 0..MONTHS {
            assert_eq!(answered(&admin, month).await, decided.0[month], "month {} after {acts:?}", month + 1);
        }
    }
}

/// A province of nineteen counties, 243 towns and 3,297 villages.
fn province() -> Vec<ImportUnit> {
    let unit = |code: String, level, parent: Option<String>| ImportUnit {
        name: format!("单位{code}"),
        code,
        level,
        parent_code: parent,
    };
    let mut units = vec![unit("98".into(), Level::Province, None)];
    for county in 0..19 {
        units.push(unit(format!("98{county:02}"), Level::County, Some("98".into())));
    }
    for town in 0..243 {
        let county = format!("98{:02}", town % 19);
        units.push(unit(format!("{county}{town:03}"), Level::Town, Some(county)));
    }
    for village in 0..3297 {
        let town = format!("98{:02}{:03}", village % 243 % 19, village % 243);
        units.push(unit(format!("{town}{village:04}"), Level::Village, Some(town)));
    }
    units
}

#[tokio::test]
async fn an_act_on_a_province_takes_a_second_at_most() {
    let app = TestApp::start(fupin_access::configure).await;
    let admin = app.person(Role::SystemAdmin, "样例省").await.client;
    let all = ImportUnits { units: province(), from: first_of(0), dry_run: false };
    let begun = Instant::now();
    let report = admin.import_units(&all).await.unwrap();
    println!("import of {} units: {:?}", all.units.len(), begun.elapsed());
    assert_eq!((report.added, report.ended), (3559, 14));
    let find = |code: &str| UnitFilter { parent: None, q: Some(code.to_owned()), on: None };
    let village = admin.list_units(&find("98000000000")).await.unwrap().items[0].id;
    let town = admin.list_units(&find("9801001")).await.unwrap().items[0].id;
    let begun = Instant::now();
    let act = MoveUnit { parent: town, from: first_of(5), dry_run: false };
    assert_eq!(admin.move_unit(village, &act).await.unwrap().moved, 1);
    let took = begun.elapsed();
    println!("a village moved: {took:?}");
    assert!(took.as_secs_f64() < 1.0, "{took:?}");
}
