//! How large the province is, counted without writing it.

use std::collections::HashSet;

use fupin_synth::{PERSONS, Planter, Sheets, households, write_village};

use crate::{catalog, plan, units};

#[test]
fn the_whole_province_is_as_large_as_it_is() {
    // Given
    let units = units();
    let plan = plan(1.0);
    let began = std::time::Instant::now();
    // When
    let (mut persons, mut count) = (0_u64, 0_u64);
    let mut phones = HashSet::new();
    let mut lives: Vec<(u64, u64)> = Vec::with_capacity(800_000);
    for village in units.villages() {
        for household in households(&plan, village) {
            let size = household.size(2020) as u64;
            persons += size;
            count += u64::from(size > 0);
            assert!(phones.insert(digits(&household.phone)), "a phone of its own");
            lives.extend(household.people().map(|person| (digits(&person.number), digits(&person.id_number[..17]))));
        }
    }
    // Then
    println!("{persons} persons in {count} households, {} lives, in {:.1?}", lives.len(), began.elapsed());
    let off = (persons as f64 / f64::from(PERSONS) - 1.0).abs();
    assert!(off < 0.005, "{persons}");
    let mean = persons as f64 / count as f64;
    assert!((4.02..4.08).contains(&mean), "{mean}");
    assert!((159_000..161_500).contains(&count), "{count}");
    // Who moved with a household that split is met twice, with one number.
    lives.sort_unstable();
    lives.dedup();
    let distinct = |of: fn(&(u64, u64)) -> u64| lives.iter().map(of).collect::<HashSet<_>>().len();
    assert_eq!(distinct(|life| life.0), lives.len(), "a person has one number of identity");
    assert_eq!(distinct(|life| life.1), lives.len(), "no two people share one");
}

fn digits(text: &str) -> u64 {
    text.parse().unwrap()
}

#[test]
fn a_village_of_any_size_is_made_one_household_at_a_time() {
    // Given a province that no memory holds.
    let (units, plan) = (units(), plan(100_000.0));
    let village = units.villages().iter().max_by_key(|village| village.followed(&plan)).unwrap();
    assert!(village.followed(&plan) > 1_000_000);
    // When
    let first: Vec<_> = households(&plan, village).take(3).collect();
    // Then it was not made to make these.
    assert_eq!(first.len(), 3);
}

#[test]
#[ignore = "a measurement: five years of a fifth of the province"]
fn how_fast_tables_are_written() {
    // Given
    let (units, plan, catalog) = (units(), plan(0.2), catalog());
    let mut years: Vec<_> = plan
        .years()
        .map(|year| Sheets::begin(catalog.forms(year).unwrap(), [(); 4].map(|()| std::io::sink())).unwrap())
        .collect();
    let began = std::time::Instant::now();
    // When
    let mut rows = 0;
    for village in units.villages() {
        rows += write_village(&plan, village, Some(&Planter::new(1)), &mut years).unwrap().persons;
    }
    // Then
    let seconds = began.elapsed().as_secs_f64();
    println!("{rows} rows of persons with their households in {seconds:.1} s: {:.0}/s", rows as f64 / seconds);
}

#[test]
fn a_hundredth_lies_in_some_villages_of_every_county() {
    // Given
    let units = units();
    let plan = plan(0.01);
    // When
    let mut counties = HashSet::new();
    let (mut persons, mut count, mut villages) = (0, 0, 0);
    for village in units.villages() {
        let sizes: Vec<_> =
            households(&plan, village).map(|household| household.size(2020)).filter(|size| *size > 0).collect();
        if !sizes.is_empty() {
            villages += 1;
            counties.insert(village.path[2].clone());
        }
        count += sizes.len();
        persons += sizes.iter().sum::<usize>();
    }
    // Then
    assert_eq!(counties.len(), 19);
    assert!((6_200..6_800).contains(&persons), "{persons}");
    assert!((1_540..1_680).contains(&count), "{count}");
    assert!((200..400).contains(&villages), "{villages}");
}
