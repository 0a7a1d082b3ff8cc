//! Planting errors that a clerk, a spreadsheet or a careless export makes, one at a time and written down.
//!
//! Invariants: a household has at most one planted error a year, so that a rule which finds it can be marked for that
//! alone; nothing else of the household contradicts itself because of it. Whether, which and where follows from the seed,
//! the household and the year. The rows that are written hold what the line of truth says.

mod facts;
mod identity;
mod kin;

use std::collections::HashSet;

use serde::Serialize;

use crate::{
    catalog::Forms,
    chance::Chance,
    tables::Rows,
    truth::Planted,
    year::{HouseholdYear, Member},
};

/// Kinds of errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Of before 1999; can be read.
    IdOfFifteenDigits,
    /// Can be read.
    IdWithLowerX,
    /// Can be read.
    IdFullWidth,
    /// Can be read.
    IdWithSpaces,
    /// 4.69E+17
    IdRounded,
    IdWithWrongCheck,
    IdOfSeventeenDigits,
    /// 999999…
    IdAbsent,
    /// Somebody of another household of the village stands in this one as well, with all they are.
    IdInTwoHouseholds,
    TwoHeads,
    NoHead,
    SpouseOfSameSex,
    ChildOlderThanParent,
    /// The seventeenth digit says otherwise.
    SexAgainstId,
    BirthdayAgainstId,
    EducationAndSchooling,
    MinorWithLabour,
    InsuredTwice,
    UnknownLabel,
    IncomeInWords,
    NumberFullWidth,
    NameLikeFormula,
    PhoneOfTenDigits,
    PostWithoutMonths,
    MembersUnequal,
}

impl Kind {
    pub const ALL: [Self; 25] = [
        Self::IdOfFifteenDigits,
        Self::IdWithLowerX,
        Self::IdFullWidth,
        Self::IdWithSpaces,
        Self::IdRounded,
        Self::IdWithWrongCheck,
        Self::IdOfSeventeenDigits,
        Self::IdAbsent,
        Self::IdInTwoHouseholds,
        Self::TwoHeads,
        Self::NoHead,
        Self::SpouseOfSameSex,
        Self::ChildOlderThanParent,
        Self::SexAgainstId,
        Self::BirthdayAgainstId,
        Self::EducationAndSchooling,
        Self::MinorWithLabour,
        Self::InsuredTwice,
        Self::UnknownLabel,
        Self::IncomeInWords,
        Self::NumberFullWidth,
        Self::NameLikeFormula,
        Self::PhoneOfTenDigits,
        Self::PostWithoutMonths,
        Self::MembersUnequal,
    ];

    /// What fits few households is taken more often where it fits, so that every kind is met.
    fn weight(self) -> u32 {
        match self {
            Self::PostWithoutMonths | Self::ChildOlderThanParent => 8,
            Self::IdWithLowerX | Self::MinorWithLabour | Self::EducationAndSchooling => 3,
            _ => 2,
        }
    }
}

/// Plants errors.
#[derive(Clone, Copy, Debug)]
pub struct Planter {
    pub seed: u64,
    /// Of all rows, those with an error.
    pub rate: f64,
}

/// What is kept of a village while its errors of one year are planted.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    /// Somebody of the last household, who may turn up in another.
    pub someone: Option<Vec<String>>,
    /// Numbers made up for planted errors.
    pub made_up: HashSet<String>,
}

/// Where an error is to be planted.
struct Site<'a> {
    of: &'a HouseholdYear<'a>,
    forms: &'a Forms,
    rows: &'a mut Rows,
    remembered: &'a mut Remembered,
    chance: Chance,
}

/// What was done to one cell.
struct Change {
    table: &'static str,
    /// Which row of the persons, where it is one of theirs.
    row: Option<usize>,
    column: &'static str,
    detail: String,
}

impl Planter {
    /// One of a hundred rows.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, rate: 0.01 }
    }

    /// Perhaps plant an error in the rows.
    pub(crate) fn plant(
        &self,
        of: &HouseholdYear<'_>,
        forms: &Forms,
        rows: &mut Rows,
        remembered: &mut Remembered,
    ) -> Option<Planted> {
        let mut chance = Chance::of(&[self.seed, of.household.key, u64::from(of.year.unsigned_abs()), 0xe4]);
        let row_count = rows.person.len() + 2;
        let planted = if chance.hit(self.rate * row_count as f64) {
            let mut site = Site { of, forms, rows, remembered, chance };
            site.plant()
        } else {
            None
        };
        if planted.is_none() {
            remember(of, rows, remembered);
        }
        planted
    }
}

/// A grown member who is not the head, with a number of eighteen characters.
fn remember(of: &HouseholdYear<'_>, rows: &Rows, remembered: &mut Remembered) {
    let fits = |member: &Member<'_>| member.age >= 18 && member.document().0 == "01";
    let found = of.members.iter().zip(&rows.person).skip(1).find(|(member, _)| fits(member));
    if let Some((_, row)) = found {
        remembered.someone = Some(row.clone());
    }
}

impl Site<'_> {
    fn plant(&mut self) -> Option<Planted> {
        let mut left: Vec<Kind> = Kind::ALL.to_vec();
        while !left.is_empty() {
            let sum: u32 = left.iter().map(|kind| kind.weight()).sum();
            let mut at = self.chance.below(sum);
            let index = left.iter().position(|kind| {
                let here = at < kind.weight();
                at = at.saturating_sub(kind.weight());
                here
            })?;
            let kind = left.remove(index);
            if let Some(change) = self.change(kind) {
                return Some(self.planted(kind, change));
            }
        }
        None
    }

    fn planted(&self, kind: Kind, change: Change) -> Planted {
        let row = change.row.and_then(|row| self.rows.person.get(row));
        let number = row.and_then(|row| self.forms.person.cell(row, "person_number")).unwrap_or_default();
        Planted {
            kind,
            table: change.table,
            year: self.of.year,
            household_number: self.of.household.number.clone(),
            person_number: number.to_owned(),
            column: change.column,
            detail: change.detail,
        }
    }

    /// Make the error, or say that this household has no place for it.
    fn change(&mut self, kind: Kind) -> Option<Change> {
        match kind {
            Kind::IdOfFifteenDigits => self.id_of_fifteen_digits(),
            Kind::IdWithLowerX => self.id_with_lower_x(),
            Kind::IdFullWidth => self.id_full_width(),
            Kind::IdWithSpaces => self.id_with_spaces(),
            Kind::IdRounded => self.id_rounded(),
            Kind::IdWithWrongCheck => self.id_with_wrong_check(),
            Kind::IdOfSeventeenDigits => self.id_of_seventeen_digits(),
            Kind::IdAbsent => self.id_absent(),
            Kind::SexAgainstId => self.sex_against_id(),
            Kind::BirthdayAgainstId => self.birthday_against_id(),
            Kind::IdInTwoHouseholds => self.id_in_two_households(),
            Kind::TwoHeads => self.two_heads(),
            Kind::NoHead => self.no_head(),
            Kind::SpouseOfSameSex => self.spouse_of_same_sex(),
            Kind::ChildOlderThanParent => self.child_older_than_parent(),
            Kind::MembersUnequal => self.members_unequal(),
            Kind::EducationAndSchooling => self.education_and_schooling(),
            Kind::MinorWithLabour => self.minor_with_labour(),
            Kind::InsuredTwice => self.insured_twice(),
            Kind::UnknownLabel => self.unknown_label(),
            Kind::IncomeInWords => self.income_in_words(),
            Kind::NumberFullWidth => self.number_full_width(),
            Kind::NameLikeFormula => self.name_like_formula(),
            Kind::PhoneOfTenDigits => self.phone_of_ten_digits(),
            Kind::PostWithoutMonths => self.post_without_months(),
        }
    }

    /// One of the members that fit, by chance; the head only where nobody else does.
    fn member(&mut self, fits: impl Fn(&Member<'_>) -> bool) -> Option<usize> {
        let fitting: Vec<usize> =
            self.of.members.iter().enumerate().filter(|(_, member)| fits(member)).map(|(index, _)| index).collect();
        let others: Vec<usize> = fitting.iter().copied().filter(|index| *index > 0).collect();
        let from = if others.is_empty() { fitting } else { others };
        let at = self.chance.below(u32::try_from(from.len()).unwrap_or(0)) as usize;
        from.get(at).copied()
    }

    /// Write into a member's row; what concerns the head is repeated wherever the head is named.
    fn put(&mut self, row: usize, column: &'static str, text: &str) -> Option<Change> {
        let forms = self.forms;
        let was = forms.person.put(self.rows.person.get_mut(row)?, column, text)?;
        let repeated = match column {
            "id_number" => Some("head_id_number"),
            "name" => Some("head_name"),
            _ => None,
        };
        if let (0, Some(repeated)) = (row, repeated) {
            for person in &mut self.rows.person {
                forms.person.put(person, repeated, text);
            }
            forms.household.put(&mut self.rows.household, repeated, text);
            forms.income.put(&mut self.rows.income, repeated, text);
        }
        Some(Change { table: "person", row: Some(row), column, detail: format!("was {was}") })
    }
}

/// In the forms that are as wide as a Chinese character.
fn full_width(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_ascii_graphic() { char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c) } else { c })
        .collect()
}
