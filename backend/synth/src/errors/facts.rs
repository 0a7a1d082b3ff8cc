//! Errors in what is said of people and households: what excludes each other, what no dictionary knows, what is no number.

use crate::year::{Learning, Member};

use super::{Change, Site, full_width};

/// No dictionary has it.
const UNKNOWN: &str = "另行核实";

impl Site<'_> {
    pub(super) fn education_and_schooling(&mut self) -> Option<Change> {
        let at_school = |member: &Member<'_>| matches!(member.learning, Learning::Enrolled(grade) if grade != "17");
        let row = self.member(|member| at_school(member) && member.age >= 9)?;
        let label = self.forms.person.label("education", "02")?;
        self.put(row, "education", label)
    }

    pub(super) fn minor_with_labour(&mut self) -> Option<Change> {
        let row = self.member(|member| (6..16).contains(&member.age))?;
        let label = self.forms.person.label("labour", "01")?;
        self.put(row, "labour", label)
    }

    pub(super) fn insured_twice(&mut self) -> Option<Change> {
        let row = self.member(|member| member.security.resident_medical && member.age >= 16)?;
        self.put(row, "employee_medical", "是")
    }

    pub(super) fn unknown_label(&mut self) -> Option<Change> {
        let column = self.chance.pick(&["ethnicity", "political", "health", "fuel", "road_kind"]);
        if matches!(column, "fuel" | "road_kind") {
            let was = self.forms.household.put(&mut self.rows.household, column, UNKNOWN)?;
            return Some(Change { table: "household", row: None, column, detail: format!("was {was}") });
        }
        let row = self.member(|_| true)?;
        self.put(row, column, UNKNOWN)
    }

    pub(super) fn income_in_words(&mut self) -> Option<Change> {
        let line = self.of.income.first()?;
        let words = format!("约{}元", line.amount / 100);
        let was = self.forms.income.put(&mut self.rows.income, line.code, words)?;
        Some(Change { table: "income", row: None, column: line.code, detail: format!("was {was}") })
    }

    pub(super) fn number_full_width(&mut self) -> Option<Change> {
        let column = self.chance.pick(&["house_area", "road_distance", "farmland"]);
        let form = &self.forms.household;
        let wide = full_width(form.cell(&self.rows.household, column)?);
        let was = form.put(&mut self.rows.household, column, wide)?;
        Some(Change { table: "household", row: None, column, detail: format!("was {was}") })
    }

    pub(super) fn name_like_formula(&mut self) -> Option<Change> {
        let row = self.member(|_| true)?;
        let formula = self.chance.pick(&["=1+1", "+86", "-2+3", "@SUM(1,1)"]);
        self.put(row, "name", formula)
    }

    pub(super) fn phone_of_ten_digits(&mut self) -> Option<Change> {
        let row = self.member(|member| member.phone.is_some())?;
        let short: String = self.of.household.phone.chars().take(10).collect();
        self.put(row, "phone", &short)
    }

    pub(super) fn post_without_months(&mut self) -> Option<Change> {
        let row = self.member(|member| member.post.is_some())?;
        self.put(row, "public_post_months", "")
    }
}
