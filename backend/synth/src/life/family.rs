//! Adding people to a family: name, birthday, number and kin.
//!
//! Invariant: a child bears its father's surname and belongs to his people.

use chrono::Datelike;

use crate::{
    chance::{Chance, mixed},
    household::{Change, Person, Reason},
    identity::Registrar,
    names::{People, Sex, name},
};

/// A family in the making.
pub(super) struct Family<'a> {
    pub people: Vec<Person>,
    registrar: &'a mut Registrar,
    number: String,
    key: u64,
    county: String,
    own: (People, &'static str),
    /// Ghosts have no serial.
    serial: u32,
}

impl<'a> Family<'a> {
    pub fn new(number: String, key: u64, county: String, registrar: &'a mut Registrar, chance: &mut Chance) -> Self {
        let people = People::of_county(&county, chance);
        let own = (people, people.surname(chance));
        Self { people: Vec::with_capacity(8), registrar, number, key, county, own, serial: 0 }
    }

    /// Of the family's own name.
    pub fn own(&mut self, chance: &mut Chance, born: i32, sex: Sex) -> usize {
        let (people, surname) = self.own;
        self.add(chance, born, sex, people, surname)
    }

    /// Of another family.
    pub fn in_law(&mut self, chance: &mut Chance, born: i32, sex: Sex) -> usize {
        let from_far = chance.hit(0.0015);
        let people = if from_far { People::Uyghur } else { People::of_county(&self.county, chance) };
        let surname = people.surname(chance);
        self.add(chance, born, sex, people, surname)
    }

    pub fn child(&mut self, chance: &mut Chance, born: i32, father: Option<usize>, mother: Option<usize>) -> usize {
        // A few more boys than girls, as everywhere and more.
        let sex = if chance.hit(0.53) { Sex::Male } else { Sex::Female };
        self.child_of_sex(chance, born, sex, (father, mother))
    }

    pub fn child_of_sex(
        &mut self,
        chance: &mut Chance,
        born: i32,
        sex: Sex,
        (father, mother): (Option<usize>, Option<usize>),
    ) -> usize {
        let child = self.of_name(chance, born, sex, father.or(mother));
        self.set_parents(child, father, mother);
        child
    }

    /// With the surname of somebody.
    pub fn of_name(&mut self, chance: &mut Chance, born: i32, sex: Sex, of: Option<usize>) -> usize {
        let of = of.and_then(|of| self.people.get(of));
        let (people, surname) = of.map_or(self.own, |person| (person.people, person.surname));
        self.add(chance, born, sex, people, surname)
    }

    /// Somebody who never stands in a table, but by whom others are kin.
    pub fn ghost(&mut self, sex: Sex) -> usize {
        let (people, surname) = self.own;
        self.people.push(Person {
            number: String::new(),
            name: String::new(),
            sex,
            birthday: chrono::NaiveDate::default(),
            id_number: String::new(),
            people,
            arrival: None,
            departure: None,
            surname,
            father: None,
            mother: None,
            spouse: None,
            from: i32::MAX,
            until: i32::MIN,
            key: 0,
        });
        self.people.len() - 1
    }

    pub fn marry(&mut self, one: usize, other: usize) {
        for (who, to) in [(one, other), (other, one)] {
            if let Some(person) = self.people.get_mut(who) {
                person.spouse = Some(to);
            }
        }
    }

    pub fn set_parents(&mut self, child: usize, father: Option<usize>, mother: Option<usize>) {
        if let Some(child) = self.people.get_mut(child) {
            (child.father, child.mother) = (father, mother);
        }
    }

    /// Comes into the tables of this year.
    pub fn arrive(&mut self, who: usize, year: i32, reason: Reason) {
        if let Some(person) = self.people.get_mut(who) {
            person.from = year;
            person.arrival = Some(Change { year, reason });
        }
    }

    /// Stands in the tables of this year no more.
    pub fn leave(&mut self, who: usize, year: i32, reason: Reason) {
        if let Some(person) = self.people.get_mut(who) {
            person.until = year;
            person.departure = Some(Change { year, reason });
        }
    }

    /// Long ago for a ghost.
    pub fn year_of_birth(&self, who: usize) -> i32 {
        self.people.get(who).filter(|person| !person.number.is_empty()).map_or(0, |person| person.birthday.year())
    }

    fn add(&mut self, chance: &mut Chance, born: i32, sex: Sex, people: People, surname: &'static str) -> usize {
        self.serial += 1;
        let (birthday, id_number) = self.registrar.born(chance, born, sex);
        self.people.push(Person {
            number: format!("{}{:02}", self.number, self.serial),
            name: name(surname, sex, chance),
            sex,
            birthday,
            id_number,
            people,
            arrival: None,
            departure: None,
            surname,
            father: None,
            mother: None,
            spouse: None,
            from: i32::MIN,
            until: i32::MAX,
            key: mixed(&[self.key, u64::from(self.serial), 0x9e0]),
        });
        self.people.len() - 1
    }
}
