//! What the years bring: births and deaths, marriages in and out, people and households that move, sons who part.
//!
//! Invariants: in a year, what happens to somebody happens once; who left has no later event; a household splits at
//! most once. A household without members ends.

use crate::{
    chance::{Chance, power},
    household::{Person, Reason},
    names::Sex,
    plan::Plan,
};

use super::family::Family;

/// How a household came through.
pub(super) struct Lived {
    pub heads: Vec<(i32, usize)>,
    /// The last year in which it stands in the tables.
    pub last: i32,
    pub split: Option<Split>,
}

/// Some of a family make a household of their own.
pub(super) struct Split {
    pub year: i32,
    pub head: usize,
    pub members: Vec<usize>,
}

/// How many of the married women have a child in a year, by five years of age from fifteen.
const BIRTHS: [f64; 6] = [0.0, 0.14, 0.16, 0.10, 0.045, 0.008];

pub(super) fn live(family: &mut Family<'_>, head: usize, plan: &Plan, chance: &mut Chance) -> Lived {
    let mut lived = Lived { heads: vec![(plan.first_year(), head)], last: i32::MAX, split: None };
    let mut head = head;
    for year in plan.first_year() + 1..=plan.last_year {
        if chance.hit(0.0006) {
            lived.last = year - 1;
            break;
        }
        for who in 0..family.people.len() {
            if family.people.get(who).is_some_and(|person| person.is_present(year)) {
                happen(family, who, head, year, chance);
            }
        }
        if chance.hit(0.004) {
            move_in(family, head, year, chance);
        }
        if lived.split.is_none() && chance.hit(0.03) {
            lived.split = split(family, head, year);
        }
        if let Some(next) = succession(&family.people, head, year) {
            head = next;
            lived.heads.push((year, head));
        }
    }
    lived
}

fn happen(family: &mut Family<'_>, who: usize, head: usize, year: i32, chance: &mut Chance) {
    let Some(person) = family.people.get(who) else { return };
    let (age, sex) = (person.age(year), person.sex);
    let single = person.spouse.is_none();
    let widowed =
        person.spouse.and_then(|spouse| family.people.get(spouse)).is_none_or(|spouse| !spouse.is_present(year));
    if chance.hit(mortality(age)) {
        return family.leave(who, year, Reason::Died);
    }
    if who != head && age >= 18 && chance.hit(0.0015) {
        let imprisoned = chance.hit(0.2);
        return family.leave(who, year, if imprisoned { Reason::Imprisoned } else { Reason::MovedOut });
    }
    match sex {
        Sex::Female if single && who != head && (20..34).contains(&age) && chance.hit(0.07) => {
            family.leave(who, year, Reason::MarriedOut);
        }
        Sex::Male if single && (22..42).contains(&age) && chance.hit(0.06) => {
            let wifes_age = (age - chance.between(-1, 4)).max(20);
            let wife = family.in_law(chance, year - wifes_age, Sex::Female);
            family.marry(who, wife);
            family.arrive(wife, year, Reason::MarriedIn);
        }
        Sex::Female if !widowed => bear(family, who, age, year, chance),
        _ => {}
    }
}

fn bear(family: &mut Family<'_>, mother: usize, age: i32, year: i32, chance: &mut Chance) {
    let fifth = usize::try_from((age - 15).max(0) / 5).unwrap_or(0);
    let rate = BIRTHS.get(fifth).copied().unwrap_or(0.0);
    let own = |person: &&Person| person.mother == Some(mother);
    let born: Vec<i32> = family.people.iter().filter(own).map(|child| child.age(year)).collect();
    // Few bear a fourth; nobody twice within two years.
    let rate = rate * [1.6, 1.2, 0.5, 0.2].get(born.len()).copied().unwrap_or(0.05);
    if born.iter().any(|age| *age < 2) || !chance.hit(rate) {
        return;
    }
    let father = family.people.get(mother).and_then(|person| person.spouse);
    let child = family.child(chance, year, father, Some(mother));
    family.arrive(child, year, Reason::Born);
}

/// A child of the head who lived with relatives comes home.
fn move_in(family: &mut Family<'_>, head: usize, year: i32, chance: &mut Chance) {
    let Some(person) = family.people.get(head) else { return };
    let (of, age) = ((person.sex, person.spouse), chance.between(3, 20));
    let is_young = |parent: Option<usize>| {
        parent.and_then(|parent| family.people.get(parent)).is_some_and(|parent| parent.age(year) - age < 19)
    };
    if is_young(Some(head)) || is_young(of.1) {
        return;
    }
    let (father, mother) = if of.0 == Sex::Male { (Some(head), of.1) } else { (of.1, Some(head)) };
    let child = family.child(chance, year - age, father, mother);
    family.arrive(child, year, Reason::MovedIn);
}

/// Probability of dying within a year.
fn mortality(age: i32) -> f64 {
    // Doubles every nine years from fifty on, over what accidents take.
    0.0007 + if age > 50 { 0.003 * power(1.08, age - 50) } else { 0.0 }
}

/// Who follows a head that is there no more; nobody where the head still is, or where nobody is left.
fn succession(family: &[Person], head: usize, year: i32) -> Option<usize> {
    let is_here = |who: &usize| family.get(*who).is_some_and(|person| person.is_present(year));
    if is_here(&head) {
        return None;
    }
    let spouse = family.get(head).and_then(|person| person.spouse).filter(is_here);
    let age = |who: usize| family.get(who).map_or(0, |person| person.age(year));
    // Of the others, whoever can speak for the household: grown and not too old comes first, then the eldest.
    let rank = |who: &usize| ((18..70).contains(&age(*who)), age(*who), std::cmp::Reverse(*who));
    spouse.or_else(|| (0..family.len()).filter(is_here).max_by_key(rank))
}

/// A married son parts from his parents, with his wife and children. What happens to them later is not told.
fn split(family: &mut Family<'_>, head: usize, year: i32) -> Option<Split> {
    let people = &family.people;
    let is_here = |who: usize| people.get(who).is_some_and(|person| person.is_present(year));
    let is_son = |who: &usize| {
        people.get(*who).is_some_and(|person| {
            let of_head = person.father == Some(head) || person.mother == Some(head);
            person.sex == Sex::Male && of_head && person.spouse.is_some_and(is_here)
        })
    };
    let son = (0..people.len()).find(|who| is_here(*who) && is_son(who))?;
    let wife = people.get(son)?.spouse;
    let is_of_them = |who: &usize| {
        *who == son || Some(*who) == wife || people.get(*who).is_some_and(|person| person.father == Some(son))
    };
    let members: Vec<usize> = (0..people.len()).filter(|who| is_here(*who) && is_of_them(who)).collect();
    for who in &members {
        if let Some(person) = family.people.get_mut(*who) {
            person.until = year;
        }
    }
    // No departure is noted: they stay on the register.
    Some(Split { year, head: son, members })
}
