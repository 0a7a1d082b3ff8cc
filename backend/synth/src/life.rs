//! The households of a village, one after the other: each is founded, then lives through the years of the plan.
//!
//! Invariants: a household depends on the seed, its village and its serial; the village's registrar remembers the
//! birthdays given out, which is all that is held of a village. At another scale a village has the first so many of
//! the same households.

mod family;
mod founding;
mod passing;

use crate::{
    chance::{Chance, mixed},
    household::{Household, Registration},
    identity::Registrar,
    phone::phone,
    plan::Plan,
    units::Village,
};

use family::Family;

/// Serials from here on are of households that split off.
pub(crate) const SPLIT: u32 = 5000;

/// The registered households of a village.
pub fn households<'a>(plan: &Plan, village: &'a Village) -> Households<'a> {
    Households {
        plan: *plan,
        village,
        registrar: Registrar::of(&village.place),
        serials: 1..village.followed(plan) + 1,
        split: None,
    }
}

/// See [`households`].
#[derive(Debug)]
pub struct Households<'a> {
    plan: Plan,
    village: &'a Village,
    registrar: Registrar,
    serials: std::ops::Range<u32>,
    /// Comes right after the one that it split from.
    split: Option<Household>,
}

impl Iterator for Households<'_> {
    type Item = Household;

    fn next(&mut self) -> Option<Household> {
        if let Some(household) = self.split.take() {
            return Some(household);
        }
        let serial = self.serials.next()?;
        let key = mixed(&[self.plan.seed, self.village.key(), u64::from(serial)]);
        let mut chance = Chance::of(&[key]);
        let number = household_number(self.village, serial);
        let mut family =
            Family::new(number.clone(), key, self.village.place.county.clone(), &mut self.registrar, &mut chance);
        let head = founding::found(&mut family, self.plan.first_year(), &mut chance);
        let lived = passing::live(&mut family, head, &self.plan, &mut chance);
        let registration = register(&mut chance);
        let household = Household {
            number,
            path: self.village.path.clone(),
            phone: household_phone(self.village, serial, 0),
            registration,
            family: family.people,
            heads: lived.heads,
            told: (self.plan.first_year(), lived.last.min(self.plan.last_year)),
            key,
        };
        self.split = lived.split.map(|split| split_off(&household, split, self.village, serial, &self.plan));
        Some(household)
    }
}

/// Village and four digits.
pub(crate) fn household_number(village: &Village, serial: u32) -> String {
    format!("{}{serial:04}", village.code)
}

/// The couple and children that made a household of their own keep their numbers and what is known of them.
fn split_off(old: &Household, split: passing::Split, village: &Village, serial: u32, plan: &Plan) -> Household {
    let mut family = old.family.clone();
    for (index, person) in family.iter_mut().enumerate() {
        if split.members.contains(&index) {
            person.from = person.from.max(split.year);
            person.until = i32::MAX;
        } else {
            // Stays behind; known here as kin alone.
            person.from = i32::MAX;
            person.until = i32::MIN;
        }
    }
    Household {
        number: household_number(village, SPLIT + serial),
        path: old.path.clone(),
        phone: household_phone(village, serial, 1),
        registration: old.registration,
        family,
        heads: vec![(split.year, split.head)],
        told: (split.year, plan.last_year),
        key: mixed(&[old.key, 1]),
    }
}

/// One of its own for each household of the province, and for the one that splits from it.
fn household_phone(village: &Village, serial: u32, split: u32) -> String {
    // Room for all that live here at full scale and for the clusters of small ones.
    let first = (village.place.before * 600_000.0) as u64 + u64::from(village.place.ordinal) * 30;
    phone(first + u64::from(serial * 2 + split))
}

fn register(chance: &mut Chance) -> Registration {
    let identified =
        chance.weighted(&[(2013, 620), (2014, 230), (2015, 40), (2016, 60), (2017, 30), (2018, 15), (2019, 5)]);
    let planned =
        chance.weighted(&[(2014, 40), (2015, 100), (2016, 300), (2017, 200), (2018, 290), (2019, 62), (2020, 8)]);
    // Who was just found poor cannot be found poor no longer within the year.
    let exit = planned.max(identified + 1);
    let returned = (chance.hit(0.004) && exit < 2019).then_some(exit + 1);
    Registration { identified, exit, returned }
}
