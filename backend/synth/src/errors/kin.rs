//! Errors between the members of a household, and between households.

use std::collections::HashSet;

use chrono::{Datelike, Days};

use crate::{
    identity::{SPARE, of_other_sex, resident_number},
    kin::Relation,
    names::Sex,
};

use super::{Change, Site, identity::has_card};

impl Site<'_> {
    /// Somebody of the household before stands here too, with the number that they have there.
    pub(super) fn id_in_two_households(&mut self) -> Option<Change> {
        let mut row = self.remembered.someone.clone()?;
        let form = &self.forms.person;
        let (other_number, other_household) =
            (form.cell(&row, "person_number")?.to_owned(), form.cell(&row, "household_number")?.to_owned());
        let number = format!("{}90", self.of.household.number);
        let other_relation = form.label("relation", Relation::Other.code())?;
        let first = self.rows.person.first()?.clone();
        for shared in ["household_number", "head_name", "head_id_number", "standard", "household_phone"] {
            form.put(&mut row, shared, form.cell(&first, shared)?);
        }
        form.put(&mut row, "person_number", number);
        form.put(&mut row, "relation", other_relation);
        self.rows.person.push(row);
        let members = self.rows.person.len();
        self.forms.household.put(&mut self.rows.household, "members", members.to_string());
        let detail = format!("is {other_number} of {other_household}");
        Some(Change { table: "person", row: Some(members - 1), column: "id_number", detail })
    }

    pub(super) fn two_heads(&mut self) -> Option<Change> {
        let row =
            self.member(|member| member.age >= 18 && !matches!(member.relation, Relation::Head | Relation::Spouse))?;
        let head = self.forms.person.label("relation", Relation::Head.code())?;
        self.put(row, "relation", head)
    }

    pub(super) fn no_head(&mut self) -> Option<Change> {
        let other = self.forms.person.label("relation", Relation::Other.code())?;
        if self.of.members.len() < 2 {
            return None;
        }
        self.put(0, "relation", other)
    }

    /// Of the head's sex by the cell and by the number.
    pub(super) fn spouse_of_same_sex(&mut self) -> Option<Change> {
        let row = self.member(|member| has_card(member) && member.relation == Relation::Spouse)?;
        let spouse = self.of.members.get(row)?.person;
        let number = of_other_sex(&spouse.id_number)?;
        let label = self.forms.person.label("sex", if spouse.sex == Sex::Male { "2" } else { "1" })?;
        self.put(row, "id_number", &number)?;
        self.put(row, "sex", label)
    }

    /// A grown child of the head, born by cell and number before the head was.
    pub(super) fn child_older_than_parent(&mut self) -> Option<Change> {
        let head = self.of.head()?;
        if head.age > 57 {
            return None;
        }
        let is_child = |relation| matches!(relation, Relation::Son | Relation::Daughter);
        let row = self.member(|member| {
            has_card(member) && is_child(member.relation) && member.age >= 18 && !member.learning.is_enrolled()
        })?;
        let (sex, mut born) = (self.of.members.get(row)?.person.sex, head.person.birthday);
        let key = u32::try_from(self.of.household.key % 10).unwrap_or(0);
        let order = SPARE + key * 2 + u32::from(sex == Sex::Male);
        born = born.checked_sub_days(Days::new(1 + u64::from(self.chance.below(700))))?;
        let number = unused(&mut self.remembered.made_up, &mut born, order)?;
        self.put(row, "id_number", &number)?;
        self.put(row, "birthday", &born.format("%Y-%m-%d").to_string())
    }

    /// The table of households says one more than there are.
    pub(super) fn members_unequal(&mut self) -> Option<Change> {
        let wrong = (self.of.members.len() + 1).to_string();
        let was = self.forms.household.put(&mut self.rows.household, "members", wrong)?;
        Some(Change { table: "household", row: None, column: "members", detail: format!("was {was}") })
    }
}

/// A number of that day or one before, which was not made up in this village yet.
fn unused(made_up: &mut HashSet<String>, born: &mut chrono::NaiveDate, order: u32) -> Option<String> {
    loop {
        let number = resident_number(*born, order);
        if made_up.insert(number.clone()) {
            return Some(number);
        }
        *born = born.pred_opt().filter(|day| day.year() > 1900)?;
    }
}
