//! How a household stands on the register: its kind, why it is poor, and whether it still is.
//!
//! Invariants: the causes stay as they were found; the main one is none of the others; a household that is out has a
//! year of exit.

use crate::{
    chance::{fraction, weighted},
    household::Household,
    names::Sex,
};

use super::{Member, work};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Dictionary `kind`.
    pub kind: &'static str,
    /// Dictionary `cause`; the main one first.
    pub causes: [Option<&'static str>; 3],
    pub return_cause: Option<&'static str>,
    /// Dictionary `exit_state`.
    pub exit_state: &'static str,
    pub exit_year: Option<i32>,
    /// Dictionary `monitored_kind`.
    pub monitored: Option<&'static str>,
    /// Dictionary `standard`.
    pub standard: &'static str,
}

impl Standing {
    pub(super) fn of(household: &Household, members: &[Member<'_>], year: i32) -> Self {
        let registration = &household.registration;
        let (exit_state, exit_year) = exit(household, year);
        let is_back = registration.returned.is_some_and(|returned| returned <= year);
        let causes = causes(household);
        let risk = fraction(&[household.key, 81]);
        Self {
            kind: kind(household, members),
            causes,
            return_cause: is_back.then_some("01"),
            exit_state,
            exit_year,
            // Households are monitored since 2019.
            monitored: match exit_year {
                Some(_) if year >= 2019 && risk < 0.025 => Some("01"),
                _ if year >= 2021 && risk > 0.998 => Some("03"),
                _ => None,
            },
            standard: if fraction(&[household.key, 82]) < 0.985 { "01" } else { "02" },
        }
    }

    /// Counts among the poor.
    #[must_use]
    pub fn is_poor(&self) -> bool {
        matches!(self.exit_state, "0" | "3")
    }
}

fn exit(household: &Household, year: i32) -> (&'static str, Option<i32>) {
    let registration = &household.registration;
    match registration.returned {
        _ if year < registration.exit => ("0", None),
        Some(returned) if year == returned => ("3", None),
        Some(returned) if year > returned => ("1", Some(returned + 1)),
        // Of the first who were out, half were found to need nothing more.
        _ if registration.exit <= 2015 && fraction(&[household.key, 83]) < 0.5 => ("4", Some(registration.exit)),
        _ => ("1", Some(registration.exit)),
    }
}

fn kind(household: &Household, members: &[Member<'_>]) -> &'static str {
    let inclined = fraction(&[household.key, 84]);
    let old = members.iter().all(|member| member.age >= 60 && !member.has_labour());
    let childless = members.iter().all(|member| member.person.spouse.is_none()) || members.len() == 1;
    if old && childless && inclined < 0.7 {
        return "06";
    }
    let frail = members.iter().any(|member| member.health.serious || member.labour == "03");
    let widow = members.iter().filter(|member| member.has_labour()).count() <= 1
        && members.iter().any(|member| member.person.sex == Sex::Female && member.age < 16);
    if inclined
        < if frail {
            0.55
        } else if widow || old {
            0.4
        } else {
            0.14
        }
    {
        "04"
    } else {
        "01"
    }
}

/// As they were found when the household first stood in the tables.
fn causes(household: &Household) -> [Option<&'static str>; 3] {
    let year = household.told.0.max(household.registration.identified);
    let present = household.family.iter().filter(|person| person.is_present(year));
    let (mut disabled, mut ill, mut pupil, mut labour) = (false, false, false, 0);
    for person in present {
        let health = super::Health::of(person, year);
        let learning = super::Learning::of(person, &health, year);
        disabled |= health.disability.is_some();
        ill |= health.is_ill();
        pupil |= learning.is_enrolled() && person.age(year) >= 15;
        labour += usize::from(matches!(work::labour(person, &health, &learning, year), "01" | "02"));
    }
    let inclined = |matter: u64| fraction(&[household.key, matter]);
    let general = weighted(
        &[
            ("07", 300),
            ("09", 410),
            ("05", 40),
            ("06", 10),
            ("10", 40),
            ("04", 35),
            ("11", 90),
            ("12", 4),
            ("13", 4),
            ("99", 15),
        ],
        &[household.key, 85],
    );
    let candidates = [
        (disabled && inclined(86) < 0.55, "02"),
        (ill && inclined(87) < 0.55, "01"),
        (pupil && inclined(88) < 0.6, "03"),
        (labour == 0, "08"),
        (true, general),
        (inclined(89) < 0.5, "07"),
        (inclined(90) < 0.4, "09"),
    ];
    let mut causes = [None; 3];
    for (_, cause) in candidates.into_iter().filter(|(holds, _)| *holds) {
        if causes.contains(&Some(cause)) {
            continue;
        }
        if let Some(free) = causes.iter_mut().find(|cause| cause.is_none()) {
            *free = Some(cause);
        }
    }
    causes
}
