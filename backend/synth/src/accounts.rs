//! Accounts of those who work with the register, from the province down to the villages.
//!
//! Invariants: user names are unique and carry nobody's name; each unit has its share of the accounts of its level, and
//! those of a level are spread evenly.

use fupin_contract::{access::Role, units::Level};

use crate::{
    chance::Chance,
    names::{People, Sex, name},
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
    let (whole, seed) = (plan.scaled(f64::from(ACCOUNTS)), plan.seed);
    let mut before = 0;
    let mut first = 0;
    LEVELS.into_iter().flat_map(move |(level, share)| {
        let from = whole * before / 1000;
        before += share;
        let count = whole * before / 1000 - from;
        let ordinal = first;
        first += count;
        let of_level: Vec<&Unit> = units.of(level).collect();
        (0..count).filter_map(move |index| account(&of_level, level, index, count, (seed, ordinal + index)))
    })
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
        role: role(level, serial),
        phone: format!("19900{:06}", (u64::from(ordinal) * 387_421 + 555_555) % 1_000_000),
    })
}

/// The first of a unit administers it; then come those who check, then those who write, among them a few who only read.
fn role(level: Level, serial: u64) -> Role {
    match (level, serial) {
        (Level::Village, 0) => Role::Reviewer,
        (Level::Village, serial) if serial % 12 == 11 => Role::Leader,
        (Level::Village, _) => Role::Clerk,
        (_, 0) => Role::UnitAdmin,
        (Level::Town, serial) => {
            [Role::Reviewer, Role::Clerk, Role::Officer, Role::Clerk, Role::Leader][(serial % 5) as usize]
        }
        (_, serial) => [Role::Reviewer, Role::Officer, Role::Officer, Role::Leader][(serial % 4) as usize],
    }
}
