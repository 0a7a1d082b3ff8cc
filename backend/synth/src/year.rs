//! One household in one year: what the national tables ask about it, worked out from its life.
//!
//! Invariants: the same household and year give the same answer. What lasts in life lasts here: who is ill stays ill, a
//! grade at school never falls, a house once made safe stays safe. Code values are codes of the catalog's dictionaries.

mod health;
mod home;
mod income;
mod schooling;
mod security;
mod standing;
mod work;

pub use health::{Disability, Health};
pub use home::Home;
pub use income::IncomeLine;
pub use schooling::Learning;
pub use security::Security;
pub use standing::Standing;
pub use work::{Post, Work};

use std::borrow::Cow;

use crate::{
    household::{Household, Person},
    kin::{Relation, relation},
};

/// A household in a year.
#[derive(Clone, Debug)]
pub struct HouseholdYear<'a> {
    pub household: &'a Household,
    pub year: i32,
    /// The head first.
    pub members: Vec<Member<'a>>,
    pub standing: Standing,
    pub home: Home,
    /// Lines that are not zero, by code.
    pub income: Vec<IncomeLine>,
}

/// A member in a year.
#[derive(Clone, Debug)]
pub struct Member<'a> {
    pub person: &'a Person,
    /// On the last day of the year.
    pub age: i32,
    pub relation: Relation,
    pub learning: Learning,
    pub health: Health,
    /// Dictionary `labour`.
    pub labour: &'static str,
    pub work: Option<Work>,
    pub post: Option<Post>,
    pub security: Security,
    /// Dictionary `political`.
    pub political: &'static str,
    pub mandarin: bool,
    pub phone: Option<&'a str>,
}

impl<'a> HouseholdYear<'a> {
    pub(crate) fn of(household: &'a Household, head: usize, year: i32) -> Option<Self> {
        let mut members = members(household, head, year);
        if members.is_empty() {
            return None;
        }
        let standing = Standing::of(household, &members, year);
        for member in &mut members {
            member.security = Security::of(member, &standing, year);
        }
        let home = Home::of(household, members.len(), year);
        let income = income::lines(household, &members, &standing, &home, year);
        Some(Self { household, year, members, standing, home, income })
    }

    /// Whom the others are kin of.
    #[must_use]
    pub fn head(&self) -> Option<&Member<'a>> {
        self.members.first()
    }
}

impl Member<'_> {
    /// Kind of document, of dictionary `id_type`, and its number: most of the disabled show their certificate, which
    /// is their resident number with kind and grade behind it.
    #[must_use]
    pub fn document(&self) -> (&'static str, Cow<'_, str>) {
        let number = &self.person.id_number;
        match &self.health.disability {
            Some(disability) if work::habit(self.person, 22) < 0.6 => {
                ("02", Cow::Owned(format!("{number}{}{}", disability.kind, disability.grade)))
            }
            _ => ("01", Cow::Borrowed(number)),
        }
    }

    /// Can work, at least a little.
    pub(crate) fn has_labour(&self) -> bool {
        matches!(self.labour, "01" | "02" | "05")
    }
}

fn members(household: &Household, head: usize, year: i32) -> Vec<Member<'_>> {
    let family = &household.family;
    let mut members: Vec<Member<'_>> = Vec::with_capacity(family.len());
    for (index, person) in family.iter().enumerate().filter(|(_, person)| person.is_present(year)) {
        let age = person.age(year);
        let health = Health::of(person, year);
        let learning = Learning::of(person, &health, year);
        let labour = work::labour(person, &health, &learning, year);
        let post = Post::of(person, labour, year);
        let work = Work::of(person, labour, post.as_ref(), year);
        let reached = index == head || age >= 16 && work::habit(person, 21) < 0.5;
        members.push(Member {
            person,
            age,
            relation: relation(family, head, index),
            political: security::political(person, &learning, year),
            mandarin: security::speaks_mandarin(person, age),
            phone: reached.then_some(household.phone.as_str()),
            security: Security::default(),
            learning,
            health,
            labour,
            work,
            post,
        });
    }
    members.sort_by_key(|member| member.relation != Relation::Head);
    members
}
