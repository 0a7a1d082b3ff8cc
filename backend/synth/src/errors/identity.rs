//! Errors in numbers of identity, and between them and what stands beside them.
//!
//! Invariant: nobody else's number comes about: a number made up for an error is one that no living person has.

use chrono::Datelike;

use crate::{identity::of_other_sex, kin::Relation, year::Member};

use super::{Change, Site, full_width};

/// Shows an identity card, not the longer number of a certificate.
pub(super) fn has_card(member: &Member<'_>) -> bool {
    member.document().0 == "01"
}

impl Site<'_> {
    pub(super) fn id_of_fifteen_digits(&mut self) -> Option<Change> {
        let row = self.member(|member| has_card(member) && member.person.birthday.year() < 2000)?;
        let number = self.id_of(row)?;
        let short = format!("{}{}", number.get(..6)?, number.get(8..17)?);
        self.put(row, "id_number", &short)
    }

    pub(super) fn id_with_lower_x(&mut self) -> Option<Change> {
        let row = self.member(|member| has_card(member) && member.person.id_number.ends_with('X'))?;
        self.rewrite(row, |number| Some(number.to_lowercase()))
    }

    pub(super) fn id_full_width(&mut self) -> Option<Change> {
        let row = self.member(has_card)?;
        self.rewrite(row, |number| Some(full_width(number)))
    }

    pub(super) fn id_with_spaces(&mut self) -> Option<Change> {
        let row = self.member(has_card)?;
        self.rewrite(row, |number| Some(format!("{} {} {}", number.get(..6)?, number.get(6..14)?, number.get(14..)?)))
    }

    pub(super) fn id_rounded(&mut self) -> Option<Change> {
        let row = self.member(has_card)?;
        self.rewrite(row, |number| Some(format!("{}.{}E+17", number.get(..1)?, number.get(1..3)?)))
    }

    pub(super) fn id_with_wrong_check(&mut self) -> Option<Change> {
        let row = self.member(has_card)?;
        self.rewrite(row, |number| {
            let wrong = if number.ends_with('7') { '8' } else { '7' };
            Some(format!("{}{wrong}", number.get(..17)?))
        })
    }

    pub(super) fn id_of_seventeen_digits(&mut self) -> Option<Change> {
        let row = self.member(has_card)?;
        self.rewrite(row, |number| number.get(..17).map(str::to_owned))
    }

    /// The system's own way to say that somebody has no document.
    pub(super) fn id_absent(&mut self) -> Option<Change> {
        let row = self.member(has_card)?;
        let label = self.forms.person.label("id_type", "03")?.to_owned();
        let serial = self.chance.below(10_000);
        let change = self.rewrite(row, |number| Some(format!("999999{}{serial:04}", number.get(6..14)?)))?;
        self.put(row, "id_type", &label)?;
        Some(change)
    }

    pub(super) fn sex_against_id(&mut self) -> Option<Change> {
        // A head or a spouse would be of one sex with the other by their numbers.
        let row =
            self.member(|member| has_card(member) && !matches!(member.relation, Relation::Head | Relation::Spouse))?;
        let number = of_other_sex(self.id_of(row)?)?;
        self.put(row, "id_number", &number)
    }

    pub(super) fn birthday_against_id(&mut self) -> Option<Change> {
        let row = self.member(has_card)?;
        let birthday = self.of.members.get(row)?.person.birthday;
        let other = birthday.with_day((birthday.day() + self.chance.below(26)) % 28 + 1)?;
        let other = if other == birthday { birthday.with_day(birthday.day() % 28 + 1)? } else { other };
        self.put(row, "birthday", &other.format("%Y-%m-%d").to_string())
    }

    fn id_of(&self, row: usize) -> Option<&str> {
        self.of.members.get(row).map(|member| member.person.id_number.as_str())
    }

    fn rewrite(&mut self, row: usize, how: impl Fn(&str) -> Option<String>) -> Option<Change> {
        let text = how(self.id_of(row)?)?;
        self.put(row, "id_number", &text)
    }
}
