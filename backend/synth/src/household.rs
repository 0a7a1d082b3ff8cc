//! A household as its life made it: who ever belonged to it, from when until when, and how its registration went.
//! What it is in one year follows from this: see [`Household::in_year`].
//!
//! Invariants: people keep their number for life; who left stays in the family, for kinship, but in no later year.

use chrono::{Datelike, NaiveDate};

use crate::{
    names::{People, Sex},
    year::HouseholdYear,
};

/// A registered household through the years.
#[derive(Clone, Debug)]
pub struct Household {
    /// Village and serial, sixteen digits.
    pub number: String,
    /// 省, 市, 县, 乡, 村.
    pub path: [String; 5],
    /// Of the whole household; no other has it.
    pub phone: String,
    pub registration: Registration,
    pub(crate) family: Vec<Person>,
    /// Who became head from which year on, in order.
    pub(crate) heads: Vec<(i32, usize)>,
    /// The first and the last year in which it is told, if it has members in them.
    pub(crate) told: (i32, i32),
    pub(crate) key: u64,
}

/// How a household came onto the register and off the list of the poor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Year of identification.
    pub identified: i32,
    /// Year in which it was first found to be poor no longer.
    pub exit: i32,
    /// Year in which it was found poor again; out again the year after.
    pub returned: Option<i32>,
}

/// Somebody of a family.
#[derive(Clone, Debug)]
pub struct Person {
    /// Household number and two digits; stays when the household splits.
    pub number: String,
    pub name: String,
    pub sex: Sex,
    pub birthday: NaiveDate,
    /// Of a resident, eighteen characters, valid and of nobody.
    pub id_number: String,
    pub people: People,
    pub arrival: Option<Change>,
    pub departure: Option<Change>,
    pub(crate) surname: &'static str,
    pub(crate) father: Option<usize>,
    pub(crate) mother: Option<usize>,
    pub(crate) spouse: Option<usize>,
    /// First year in whose tables they stand.
    pub(crate) from: i32,
    /// First year in whose tables they stand no more.
    pub(crate) until: i32,
    pub(crate) key: u64,
}

/// Why somebody came or went, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    pub year: i32,
    pub reason: Reason,
}

/// Codes of the dictionary of changes of members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    Died,
    MarriedOut,
    Imprisoned,
    MarriedIn,
    Born,
    MovedIn,
    MovedOut,
}

impl Reason {
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Died => "01",
            Self::MarriedOut => "02",
            Self::Imprisoned => "04",
            Self::MarriedIn => "05",
            Self::Born => "06",
            Self::MovedIn => "07",
            Self::MovedOut => "08",
        }
    }
}

impl Person {
    /// On the last day of the year.
    #[must_use]
    pub fn age(&self, year: i32) -> i32 {
        year - self.birthday.year()
    }

    #[must_use]
    pub fn is_present(&self, year: i32) -> bool {
        (self.from..self.until).contains(&year)
    }
}

impl Household {
    /// Whoever belongs to it in some year that is lived through, whether the register knew of it by then or not.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.family.iter().filter(|person| person.from < person.until)
    }

    /// How many members it has in the tables of the year; none where it does not stand in them.
    #[must_use]
    pub fn size(&self, year: i32) -> usize {
        if self.is_told(year) { self.family.iter().filter(|person| person.is_present(year)).count() } else { 0 }
    }

    /// What the tables of the year say of it, if it stands in them.
    #[must_use]
    pub fn in_year(&self, year: i32) -> Option<HouseholdYear<'_>> {
        if self.size(year) == 0 {
            return None;
        }
        let (_, head) = self.heads.iter().rev().find(|(from, _)| *from <= year)?;
        HouseholdYear::of(self, *head, year)
    }

    fn is_told(&self, year: i32) -> bool {
        (self.told.0..=self.told.1).contains(&year) && self.registration.identified <= year
    }
}
