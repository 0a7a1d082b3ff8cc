//! Those who work with the register.

use std::collections::{HashMap, HashSet};

use fupin_contract::{
    Phone,
    access::{Role, check_username},
    units::Level,
};
use fupin_synth::{ACCOUNTS, HELPERS, Plan, accounts, helpers, households};

use crate::{plan, units};

#[test]
fn the_whole_province_has_its_accounts_and_helpers() {
    // Given
    let (units, plan) = (units(), plan(1.0));
    // When
    let accounts: Vec<_> = accounts(&plan, &units).collect();
    let helpers = helpers(&plan, &units).count() as i64;
    // Then
    assert_eq!(accounts.len(), ACCOUNTS as usize);
    assert!((helpers - i64::from(HELPERS)).abs() < 300, "{helpers}");
    let names: HashSet<_> = accounts.iter().map(|account| &account.username).collect();
    assert_eq!(names.len(), accounts.len());
    assert!(accounts.iter().all(|account| check_username(&account.username).is_ok()));
    assert!(accounts.iter().all(|account| Phone::parse(&account.phone).is_ok() && &account.phone[3..7] == "0000"));
    let mut by_unit: HashMap<&str, Vec<Role>> = HashMap::new();
    for account in &accounts {
        by_unit.entry(&account.unit).or_default().push(account.role);
    }
    assert_eq!(by_unit.len(), 3296 + 243 + 19 + 1, "every unit has somebody");
    for unit in units.of(Level::Village) {
        let roles = &by_unit[unit.code.as_str()];
        assert!(roles.contains(&Role::Clerk) && roles.contains(&Role::Reviewer), "{}", unit.name);
    }
    for unit in units.of(Level::Town).chain(units.of(Level::County)) {
        assert_eq!(by_unit[unit.code.as_str()].iter().filter(|role| **role == Role::UnitAdmin).count(), 1);
    }
}

#[test]
fn a_small_province_has_accounts_at_every_level() {
    // Given, when
    let units = units();
    let accounts: Vec<_> = accounts(&plan(0.01), &units).collect();
    // Then
    assert_eq!(accounts.len(), 530);
    for level in Level::ALL {
        let codes: HashSet<_> = units.of(level).map(|unit| unit.code.as_str()).collect();
        let here = accounts.iter().filter(|account| codes.contains(account.unit.as_str()));
        let roles: HashSet<_> = here.map(|account| account.role).collect();
        assert!(level == Level::Province || roles.contains(&Role::Reviewer), "{level:?} {roles:?}");
        let first = if level == Level::Village { Role::Clerk } else { Role::UnitAdmin };
        assert!(roles.contains(&first), "{level:?} {roles:?}");
    }
}

#[test]
fn every_household_has_one_helper() {
    for scale in [0.01, 0.2] {
        // Given
        let (units, plan): (_, Plan) = (units(), plan(scale));
        // When
        let mut helped = HashSet::new();
        let mut count = 0;
        for helper in helpers(&plan, &units) {
            count += 1;
            assert!(helper.to.is_none_or(|to| to > helper.from));
            for number in helper.households {
                assert!(helped.insert(number), "helped twice");
            }
        }
        // Then
        let all: HashSet<_> =
            units.villages().iter().flat_map(|village| households(&plan, village)).map(|one| one.number).collect();
        let original: HashSet<_> = all.into_iter().filter(|number| number.as_bytes()[12] == b'0').collect();
        assert_eq!(original, helped);
        let wanted = f64::from(HELPERS) * scale;
        assert!((f64::from(count) / wanted - 1.0).abs() < 0.12, "{count} of {wanted}");
    }
}
