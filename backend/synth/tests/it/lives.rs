//! Years follow from years.

use std::collections::HashMap;

use fupin_synth::{Learning, Reason, Relation, households};

use crate::{plan, units};

/// The order in which grades can follow each other.
fn rank(grade: &str) -> u32 {
    let order = ["17", "02", "03", "04", "05", "06"];
    match order.iter().position(|known| *known == grade) {
        Some(at) => at as u32,
        None => match grade.parse::<u32>().unwrap() {
            at @ 7..=9 => at,
            at @ 10..=12 => at - 3,
            at @ 13..=15 => at,
            at @ 18..=21 => at - 5,
            at @ 22..=25 => at - 9,
            other => other,
        },
    }
}

#[test]
fn who_is_new_was_not_there_before_and_who_left_comes_no_more() {
    // Given
    let (units, plan) = (units(), plan(0.05));
    let (mut born, mut died, mut married, mut came) = (0, 0, 0, 0);
    for village in units.villages() {
        for household in households(&plan, village) {
            for person in household.people() {
                // When
                let there = |year: i32| {
                    household
                        .in_year(year)
                        .is_some_and(|told| told.members.iter().any(|member| member.person.number == person.number))
                };
                // Then
                if let Some(arrival) = person.arrival {
                    assert!(!there(arrival.year - 1), "{}", person.number);
                    born += u32::from(arrival.reason == Reason::Born);
                    came += u32::from(arrival.reason == Reason::MovedIn);
                    married += u32::from(arrival.reason == Reason::MarriedIn);
                    if arrival.reason == Reason::Born {
                        assert_eq!(person.age(arrival.year), 0, "born in the year of their arrival");
                    }
                }
                if let Some(departure) = person.departure {
                    died += u32::from(departure.reason == Reason::Died);
                    assert!((departure.year..=2020).all(|year| !there(year)), "{}", person.number);
                }
            }
        }
    }
    assert!(born > 500 && died > 300 && married > 100 && came > 10, "{born} {died} {married} {came}");
}

#[test]
fn grades_never_fall_and_nobody_recovers_from_what_lasts() {
    // Given
    let (units, plan) = (units(), plan(0.05));
    let mut last: HashMap<String, (u32, bool, bool)> = HashMap::new();
    let mut advanced = 0;
    for village in units.villages().iter().step_by(2) {
        for household in households(&plan, village) {
            for year in plan.years() {
                // When
                let Some(told) = household.in_year(year) else { continue };
                for member in &told.members {
                    let rank = match member.learning {
                        Learning::Enrolled(grade) => rank(grade),
                        Learning::Left { .. } => u32::MAX,
                    };
                    let now = (rank, member.health.is_ill(), member.health.disability.is_some());
                    // Then
                    if let Some(before) = last.insert(member.person.number.clone(), now) {
                        assert!(before.0 <= now.0, "{} {before:?} {now:?}", member.person.number);
                        assert!(before.1 <= now.1 && before.2 <= now.2, "{}", member.person.number);
                        advanced += u32::from(before.0 < now.0);
                    }
                }
            }
        }
    }
    assert!(advanced > 1000, "{advanced}");
}

#[test]
fn households_leave_poverty_mostly_by_the_end_and_a_few_split_or_end() {
    // Given
    let (units, plan) = (units(), plan(0.1));
    let mut poor: HashMap<i32, (u32, u32)> = HashMap::new();
    let (mut split, mut ended, mut successions) = (0, 0, 0);
    // When
    for village in units.villages() {
        for household in households(&plan, village) {
            split += u32::from(household.number.as_bytes()[12] == b'5');
            ended += u32::from(household.size(2016) > 0 && household.size(2020) == 0);
            let mut head = None;
            for year in plan.years() {
                let Some(told) = household.in_year(year) else { continue };
                let (all, still) = poor.entry(year).or_default();
                *all += 1;
                *still += u32::from(told.standing.is_poor());
                assert_eq!(told.members.iter().filter(|member| member.relation == Relation::Head).count(), 1);
                let now = told.members[0].person.number.clone();
                successions += u32::from(head.replace(now.clone()).is_some_and(|before| before != now));
            }
        }
    }
    // Then
    let share = |year: i32| f64::from(poor[&year].1) / f64::from(poor[&year].0);
    assert!(share(2016) > 0.4 && share(2018) < 0.15 && share(2020) < 0.01, "{poor:?}");
    assert!(share(2018) > share(2019) && share(2019) > share(2020));
    assert!(split > 20 && ended > 20 && successions > 50, "{split} {ended} {successions}");
}
