//! Numbers of identity: birthdays and resident numbers that nobody bears and no two people share, without one village
//! knowing of another.
//!
//! Invariants: every number begins with 469999, which was given to no county, and its check is right. A village owns a
//! cell of the numbers: the days that leave its remainder, and its two orders of each day, one for each sex. A day is
//! used for one person of the village, so that the same number with the other sex is free as well; a planted error needs
//! it. Orders from [`SPARE`] on are given to nobody: planted errors take theirs from there.

use std::collections::HashSet;

use chrono::{Datelike, NaiveDate};
use fupin_contract::check_of;

use crate::{chance::Chance, names::Sex, units::Place};

/// Where resident numbers of this province begin.
pub const PREFIX: &str = "469999";
/// The first order that no living person has.
pub(crate) const SPARE: u32 = 980;

/// Gives out birthdays and numbers in one village.
#[derive(Debug)]
pub(crate) struct Registrar {
    /// Days between two that belong to the village.
    step: i32,
    remainder: i32,
    pair: u32,
    used: HashSet<i32>,
}

impl Registrar {
    pub fn of(place: &Place) -> Self {
        let pairs = SPARE / 2;
        let step = place.of.div_ceil(pairs).max(1);
        let days = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
        Self {
            step: days(step),
            remainder: days(place.ordinal / pairs % step),
            pair: place.ordinal % pairs,
            used: HashSet::new(),
        }
    }

    /// A birthday in the year, or in the next before it that has a day left, and the number that goes with it.
    pub fn born(&mut self, chance: &mut Chance, year: i32, sex: Sex) -> (NaiveDate, String) {
        let wanted = chance.between(0, 364);
        let mut year = year;
        let day = loop {
            match self.free(year, wanted) {
                Some(day) => break day,
                None => year -= 1,
            }
        };
        self.used.insert(day);
        let birthday = NaiveDate::from_num_days_from_ce_opt(day).unwrap_or_default();
        (birthday, resident_number(birthday, self.pair * 2 + order_of(sex)))
    }

    /// The village's first free day of the year from the wanted one on, round by its beginning.
    fn free(&self, year: i32, wanted: i32) -> Option<i32> {
        let (first, next) = (day_number(year, 1, 1), day_number(year + 1, 1, 1));
        let own = first + (self.remainder - first).rem_euclid(self.step);
        let count = (next - own + self.step - 1) / self.step;
        let from = wanted / self.step;
        (0..count).map(|at| own + (from + at) % count * self.step).find(|day| !self.used.contains(day))
    }
}

/// The last digit of an order tells the sex.
fn order_of(sex: Sex) -> u32 {
    match sex {
        Sex::Male => 1,
        Sex::Female => 0,
    }
}

/// Eighteen characters.
pub(crate) fn resident_number(birthday: NaiveDate, order: u32) -> String {
    with_check(format!("{PREFIX}{}{order:03}", birthday.format("%Y%m%d")))
}

/// The same number of the other sex.
pub(crate) fn of_other_sex(number: &str) -> Option<String> {
    let order: u32 = number.get(14..17)?.parse().ok()?;
    Some(with_check(format!("{}{:03}", number.get(..14)?, order ^ 1)))
}

fn with_check(mut seventeen: String) -> String {
    let check = check_of(&seventeen).unwrap_or('0');
    seventeen.push(check);
    seventeen
}

fn day_number(year: i32, month: u32, day: u32) -> i32 {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default().num_days_from_ce()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use chrono::Datelike;
    use fupin_contract::{IdNumber, Sex as NumberSex};

    use super::{Registrar, of_other_sex};
    use crate::{chance::Chance, names::Sex, units::Place};

    fn place(ordinal: u32) -> Place {
        Place { county: "469027".to_owned(), county_share: 1.0, before: 0.0, from: 0.0, to: 1.0, ordinal, of: 3296 }
    }

    #[test]
    fn no_two_villages_and_no_two_people_share_a_number() {
        // Given villages of one cell apart in every way.
        let mut seen = HashSet::new();
        for ordinal in [0, 1, 489, 490, 491, 979, 980, 3295] {
            let mut registrar = Registrar::of(&place(ordinal));
            let mut chance = Chance::of(&[9]);
            // When many are born, more in one year than it has days for.
            for count in 0..400 {
                let sex = if count % 2 == 0 { Sex::Male } else { Sex::Female };
                let (birthday, number) = registrar.born(&mut chance, 1950 + count / 8, sex);
                // Then each number is new, and so is the one of the other sex.
                assert!(seen.insert(of_other_sex(&number).unwrap()));
                assert!(seen.insert(number.clone()));
                let read = IdNumber::parse(&number).unwrap();
                assert_eq!(read.birthday(), Some(birthday));
                assert_eq!(read.sex() == Some(NumberSex::Male), sex == Sex::Male);
                assert!(birthday.year() <= 1950 + count / 8);
            }
        }
    }
}
