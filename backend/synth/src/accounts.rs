//! Accounts of those who work with the register, from the province down to the villages.
//!
//! Invariants: user names are unique and carry nobody's name; each unit has its share of the accounts of its level, and
//! those of a level are spread evenly.

use fupin_contract::{access::Role, units::Level};

use crate::{
    chance::Chance,
    names::{People, Sex, name},
    phone::phone,
    plan::{ACCOUNTS, Plan},
    units::{Unit, Units},
};

/// Somebody who signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub username: String,
    pub name: String,
    pub unit: String,
    pub role: Role,
    /// Reaches nobody.
    pub phone: String,
}

/// Of a thousand accounts, those of each level: most people work in the villages.
const LEVELS: [(Level, u32); 4] =
    [(Level::Province, 8), (Level::County, 52), (Level::Town, 140), (Level::Village, 800)];

/// The accounts of the plan.
pub fn accounts<'a>(plan: &Plan, units: &'a Units) -> impl Iterator<Item = Account> + use<'a> {
    let plan = *plan;
    let (whole, seed) = (plan.scaled(f64::from(ACCOUNTS)), plan.seed);
    let mut before = 0;
    let mut first = 0;
    LEVELS.into_iter().flat_map(move |(level, share)| {
        let from = whole * before / 1000;
        before += share;
        let count = whole * before / 1000 - from;
        let ordinal = first;
        first += count;
        let of_level = employing(&plan, units, level);
        (0..count).filter_map(move |index| account(&of_level, level, index, count, (seed, ordinal + index)))
    })
}

/// In a small province people work in the villages that have households.
fn employing<'a>(plan: &Plan, units: &'a Units, level: Level) -> Vec<&'a Unit> {
    if level != Level::Village {
        return units.of(level).collect();
    }
    let villages = units.of(level).zip(units.villages());
    villages.filter(|(_, village)| village.followed(plan) > 0).map(|(unit, _)| unit).collect()
}

fn account(units: &[&Unit], level: Level, index: u32, of: u32, (seed, ordinal): (u64, u32)) -> Option<Account> {
    // Even where there are fewer accounts than units, they lie all over the province.
    let among = u64::try_from(units.len()).ok()?;
    let at = u64::from(index) * among / u64::from(of.max(1));
    let unit = units.get(usize::try_from(at).ok()?)?;
    // How many accounts the unit had before this one.
    let first = (at * u64::from(of)).div_ceil(among.max(1));
    let serial = u64::from(index) - first;
    let mut chance = Chance::of(&[seed, u64::from(ordinal), 0xacc]);
    let sex = if chance.hit(0.6) { Sex::Male } else { Sex::Female };
    let surname = People::Han.surname(&mut chance);
    Some(Account {
        username: format!("u{}-{:02}", unit.code, serial + 1),
        name: name(surname, sex, &mut chance),
        unit: unit.code.clone(),
        role: role(level, if u64::from(of) < among { u64::from(index) % 12 } else { serial }),
        phone: phone(u64::from(ordinal)),
    })
}

/// The first of a unit writes in a village and administers elsewhere; then come those who check, write, plan and only
/// read. Where not every unit has somebody, the ranks are met in turn from unit to unit.
fn role(level: Level, rank: u64) -> Role {
    match (level, rank) {
        (Level::Village, 1) => Role::Reviewer,
        (Level::Village, rank) if rank % 12 == 11 => Role::Leader,
        (Level::Village, _) => Role::Clerk,
        (_, 0) => Role::UnitAdmin,
        (Level::Town, rank) => {
            [Role::Reviewer, Role::Clerk, Role::Officer, Role::Clerk, Role::Leader][((rank - 1) % 5) as usize]
        }
        (_, rank) => [Role::Reviewer, Role::Officer, Role::Officer, Role::Leader][((rank - 1) % 4) as usize],
    }
}
