//! What somebody learns or has learnt.
//!
//! Invariants: pupils have a grade, all others an education, nobody both; who is younger than six has not left school.
//! Grades follow each other year by year; nobody repeats one or goes back.

use chrono::Datelike;

use crate::{chance::weighted, household::Person};

use super::{health::Health, work::habit};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learning {
    /// In school or before it; dictionary `schooling`.
    Enrolled(&'static str),
    /// Dictionary `education`; the reason, of dictionary `dropout_reason`, where school was left too early.
    Left { education: &'static str, dropout: Option<&'static str> },
}

const LOWER: [&str; 3] = ["04", "05", "06"];
const UPPER: [&str; 3] = ["07", "08", "09"];
const VOCATIONAL: [&str; 3] = ["10", "11", "12"];
const COLLEGE: [&str; 3] = ["13", "14", "15"];
const TECHNICIAN: [&str; 4] = ["18", "19", "20", "21"];
const BACHELOR: [&str; 4] = ["22", "23", "24", "25"];
const MASTER: [&str; 3] = ["27", "27", "27"];

const NONE: &str = "01";
const PRIMARY: &str = "02";
const MIDDLE: &str = "03";
const HIGH: &str = "04";

/// Born from this year on, somebody went the way of today's schools.
const TODAY: i32 = 1990;

impl Learning {
    pub(super) fn of(person: &Person, health: &Health, year: i32) -> Self {
        if person.birthday.year() < TODAY {
            return Self::left(grown(person));
        }
        // In September of the year in which they are six on the first of it.
        let first = person.birthday.year() + 6 + i32::from(person.birthday.month() >= 9);
        let step = year - first;
        let early = person.birthday.year() + 7 > year;
        match step {
            ..-3 => Self::Enrolled("17"),
            -3..0 => Self::Enrolled("02"),
            // Of those who are kept from school by their health, none was ever there.
            _ if !early && kept_away(person, health) => Self::without(person, year, NONE, "02"),
            _ => way(person, health, year, usize::try_from(step).unwrap_or(0)),
        }
    }

    #[must_use]
    pub fn is_enrolled(&self) -> bool {
        matches!(self, Self::Enrolled(_))
    }

    fn left(education: &'static str) -> Self {
        Self::Left { education, dropout: None }
    }

    /// School age ends with fifteen.
    fn without(person: &Person, year: i32, education: &'static str, reason: &'static str) -> Self {
        Self::Left { education, dropout: (person.age(year) <= 15).then_some(reason) }
    }
}

/// What those have who went to school long ago, by the years in which they did.
fn grown(person: &Person) -> &'static str {
    let key = [person.key, 11];
    match person.birthday.year() {
        ..1950 => weighted(&[(NONE, 62), (PRIMARY, 33), (MIDDLE, 5)], &key),
        1950..1965 => weighted(&[(NONE, 26), (PRIMARY, 50), (MIDDLE, 21), (HIGH, 3)], &key),
        1965..1980 => weighted(&[(NONE, 6), (PRIMARY, 36), (MIDDLE, 51), (HIGH, 7)], &key),
        _ => weighted(&[(NONE, 1), (PRIMARY, 15), (MIDDLE, 66), (HIGH, 14), ("07", 3), ("08", 1)], &key),
    }
}

fn kept_away(person: &Person, health: &Health) -> bool {
    let by = |disability: super::Disability| {
        matches!(disability.kind, 5..=7) && disability.is_grave() && disability.since <= person.birthday.year() + 7
    };
    health.disability.is_some_and(by) && habit(person, 12) < 0.6
}

fn way(person: &Person, health: &Health, year: i32, step: usize) -> Learning {
    if habit(person, 13) < 0.006 {
        let last = 5 + (habit(person, 14) * 4.0) as usize;
        if step >= last {
            let ill = health.is_ill() && habit(person, 15) < 0.5;
            let reason = if ill {
                "01"
            } else {
                weighted(&[("03", 60), ("04", 20), ("05", 6), ("06", 8), ("99", 6)], &[person.key, 16])
            };
            return Learning::without(person, year, PRIMARY, reason);
        }
    }
    if step < 6 {
        return Learning::Enrolled("03");
    }
    if let Some(grade) = LOWER.get(step - 6) {
        return Learning::Enrolled(grade);
    }
    let mut at = 9;
    let mut education = MIDDLE;
    for (grades, reached) in afterwards(person) {
        if let Some(grade) = grades.get(step - at) {
            return Learning::Enrolled(grade);
        }
        at += grades.len();
        education = reached;
    }
    Learning::left(education)
}

/// The schools after the ninth year, and the education that each gives.
fn afterwards(person: &Person) -> impl Iterator<Item = (&'static [&'static str], &'static str)> {
    type School = (&'static [&'static str], &'static str);
    const HIGH_SCHOOL: School = (&UPPER, HIGH);
    const TRADE: School = (&VOCATIONAL, HIGH);
    const ONE_YEAR: &[School] = &[(&["10"], MIDDLE)];
    const WITH_COLLEGE: School = (&COLLEGE, "07");
    const WITH_BACHELOR: School = (&BACHELOR, "08");
    const WITH_TRADE: School = (&TECHNICIAN, "07");
    const WITH_MASTER: School = (&MASTER, "08");
    let ways: [(&'static [School], u32); 8] = [
        (&[], 22),
        (&[TRADE], 22),
        (&[TRADE, WITH_COLLEGE], 5),
        (&[TRADE, WITH_TRADE], 2),
        (&[HIGH_SCHOOL], 16),
        (&[HIGH_SCHOOL, WITH_COLLEGE], 17),
        (&[HIGH_SCHOOL, WITH_BACHELOR], 15),
        (&[HIGH_SCHOOL, WITH_BACHELOR, WITH_MASTER], 1),
    ];
    let way = weighted(&ways, &[person.key, 17]);
    // Who would be through with school before sixteen stays on for a year, and has learnt no more by it.
    let early = way.is_empty() && person.birthday.month() < 9;
    if early { ONE_YEAR } else { way }.iter().copied()
}
