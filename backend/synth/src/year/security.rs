//! What somebody is insured against and supported by, and what else is asked about a person.
//!
//! Invariant: nobody is insured as a resident and as an employee at once; nearly everybody is insured.

use crate::{chance::fraction, household::Person};

use super::{Learning, Member, Standing, work::habit};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Security {
    pub resident_medical: bool,
    pub employee_medical: bool,
    pub serious_illness: bool,
    pub commercial: bool,
    pub resident_pension: bool,
    pub employee_pension: bool,
    pub allowance: bool,
    pub destitute: bool,
    pub serious_illness_aid: bool,
    pub other_health_aid: bool,
}

impl Security {
    pub(super) fn of(member: &Member<'_>, standing: &Standing, year: i32) -> Self {
        let person = member.person;
        let by_year = |matter: u64| fraction(&[person.key, matter, year.unsigned_abs().into()]);
        let steady = member.work.as_ref().is_some_and(|work| work.employer.ends_with("公司") && work.months >= 9);
        let employee = steady && habit(person, 61) < 0.12;
        let insured = by_year(62) >= 0.008;
        let grown = member.age >= 16 && !member.learning.is_enrolled();
        let ill = member.health.is_ill();
        Self {
            resident_medical: insured && !employee,
            employee_medical: insured && employee,
            serious_illness: insured,
            commercial: habit(person, 63) < 0.04,
            resident_pension: grown && !employee && habit(person, 64) < 0.93,
            employee_pension: grown && employee,
            allowance: standing.kind == "04",
            destitute: standing.kind == "06",
            serious_illness_aid: insured && (member.health.serious && by_year(65) < 0.8 || ill && by_year(66) < 0.12),
            other_health_aid: (ill || member.age >= 65) && habit(person, 67) < 0.7,
        }
    }
}

/// Dictionary `political`.
pub(super) fn political(person: &Person, learning: &Learning, year: i32) -> &'static str {
    let age = person.age(year);
    let joins = 24 + (habit(person, 72) * 16.0) as i32;
    if habit(person, 71) < 0.03 && age >= joins {
        return if age == joins { "02" } else { "01" };
    }
    let pupil = learning.is_enrolled() && age >= 15;
    if (15..28).contains(&age) && habit(person, 73) < if pupil { 0.45 } else { 0.15 } { "03" } else { "13" }
}

/// The young learn it at school; of the old, fewer the older.
pub(super) fn speaks_mandarin(person: &Person, age: i32) -> bool {
    let born = f64::from(chrono::Datelike::year(&person.birthday));
    age >= 5 && habit(person, 74) < (0.99 - (1980.0 - born).max(0.0) * 0.014)
}
