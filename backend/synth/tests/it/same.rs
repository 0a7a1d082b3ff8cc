//! The same plan, the same bytes.

use fupin_synth::Planter;

use crate::{plan, units, written};

#[test]
fn the_same_plan_gives_the_same_bytes_and_another_seed_gives_others() {
    // Given
    let units = units();
    let villages: Vec<_> = units.villages().iter().step_by(7).collect();
    let planter = Planter::new(1);
    // When
    let once = written(&plan(0.02), &villages, Some(&planter), 2019);
    let again = written(&plan(0.02), &villages, Some(&planter), 2019);
    let other = written(&fupin_synth::Plan { seed: 8, ..plan(0.02) }, &villages, Some(&planter), 2019);
    // Then
    assert_eq!(once, again);
    assert!(once[0].len() > 10_000);
    assert_ne!(once, other);
}

#[test]
fn a_village_is_the_same_whichever_villages_are_made_before_it() {
    // Given
    let units = units();
    let villages: Vec<_> = units.villages().iter().skip(2000).take(60).collect();
    let planter = Planter { seed: 3, rate: 0.05 };
    let alone: Vec<_> = villages.iter().map(|village| written(&plan(0.3), &[village], Some(&planter), 2018)).collect();
    // When
    let backwards: Vec<_> = villages.iter().rev().copied().collect();
    let together = written(&plan(0.3), &backwards, Some(&planter), 2018);
    // Then what stands in the four tables is the same, in the other order.
    for (table, whole) in together.iter().enumerate() {
        let body = |text: &str| text.split_once('\n').unwrap().1.to_owned();
        let parts: String = alone.iter().rev().map(|village| body(&village[table])).collect();
        assert_eq!(body(whole), parts);
    }
}

#[test]
fn a_larger_scale_keeps_the_households_of_a_smaller_one() {
    // Given a village that has some at both.
    let units = units();
    let (half, whole) = (plan(0.5), plan(1.0));
    let village = units.villages().iter().find(|village| village.followed(&half) > 5).unwrap();
    // When
    let few: Vec<_> =
        fupin_synth::households(&half, village).filter(|one| one.number.get(12..13) == Some("0")).collect();
    let many: Vec<_> = fupin_synth::households(&whole, village).collect();
    // Then
    assert!(few.len() < many.len());
    for household in few {
        let same = many.iter().find(|other| other.number == household.number).unwrap();
        assert_eq!(same.size(2020), household.size(2020));
    }
}
