//! Whether somebody is ill or disabled.
//!
//! Invariant: both come with age and neither goes away.

use chrono::Datelike;

use crate::household::Person;

use super::work::habit;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    pub chronic: bool,
    pub serious: bool,
    pub disability: Option<Disability>,
}

/// As the certificate has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disability {
    /// 1 to 7, dictionary `disability_kind`.
    pub kind: u32,
    /// 1 is the gravest of four.
    pub grade: u32,
    /// Year of the certificate.
    pub since: i32,
}

impl Health {
    pub(super) fn of(person: &Person, year: i32) -> Self {
        let age = f64::from(person.age(year));
        let lived = (age - 18.0).max(0.0) / 70.0;
        let grown = lived * lived;
        let disability = Disability::of(person).filter(|disability| disability.since <= year);
        Self {
            chronic: habit(person, 1) < 0.004 + 0.5 * grown,
            serious: habit(person, 2) < 0.0015 + 0.05 * grown,
            disability,
        }
    }

    #[must_use]
    pub fn is_sound(&self) -> bool {
        !self.is_ill() && self.disability.is_none()
    }

    #[must_use]
    pub fn is_ill(&self) -> bool {
        self.chronic || self.serious
    }

    /// Dictionary `health`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match (self.chronic, self.serious, self.disability.is_some()) {
            (false, false, false) => "01",
            (true, false, false) => "02",
            (false, true, false) => "03",
            (false, false, true) => "04",
            (true, true, false) => "23",
            (true, false, true) => "24",
            (false, true, true) => "34",
            (true, true, true) => "234",
        }
    }
}

impl Disability {
    /// The one that somebody has or will have.
    fn of(person: &Person) -> Option<Self> {
        // Seven of a thousand from birth, one more of a thousand with each year of life.
        let age = (habit(person, 3) - 0.007) / 0.0009;
        if age > 95.0 {
            return None;
        }
        let onset = person.birthday.year() + age.max(0.0) as i32 + 1;
        // The certificates of today are given out since 2009.
        let since = onset.max(2009 + (habit(person, 4) * 5.0) as i32);
        let kind =
            crate::chance::weighted(&[(1, 14), (2, 12), (3, 4), (4, 44), (5, 11), (6, 10), (7, 5)], &[person.key, 5]);
        let grade = crate::chance::weighted(&[(1, 16), (2, 30), (3, 28), (4, 26)], &[person.key, 6]);
        Some(Self { kind, grade, since })
    }

    #[must_use]
    pub fn is_grave(&self) -> bool {
        self.grade <= 2
    }

    /// Dictionary `disability_kind`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.kind {
            1 => "1",
            2 => "2",
            3 => "3",
            5 => "5",
            6 => "6",
            7 => "7",
            _ => "4",
        }
    }
}
