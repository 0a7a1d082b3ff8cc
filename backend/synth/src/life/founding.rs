//! Who lives together when the story begins: the kinds of households that are poor, in their proportions.
//!
//! Invariant: parents are at least eighteen years older than their children; children are born in order.

use crate::{chance::Chance, names::Sex};

use super::family::Family;

#[derive(Clone, Copy)]
enum Kind {
    /// One old person, whom the village provides for.
    Alone,
    OldCouple,
    /// A grown child and a parent.
    ChildAndParent,
    OneParent,
    Nuclear,
    /// The head in the middle.
    ThreeGenerations,
    /// The head is the eldest.
    UnderTheEldest,
    /// The generation between has gone.
    GrandparentsAndGrandchildren,
}

const KINDS: [(Kind, u32); 8] = [
    (Kind::Alone, 60),
    (Kind::OldCouple, 62),
    (Kind::ChildAndParent, 50),
    (Kind::OneParent, 58),
    (Kind::Nuclear, 440),
    (Kind::ThreeGenerations, 270),
    (Kind::UnderTheEldest, 62),
    (Kind::GrandparentsAndGrandchildren, 20),
];

/// Make the family as it is in this year, and say who is head.
pub(super) fn found(family: &mut Family<'_>, year: i32, chance: &mut Chance) -> usize {
    match chance.weighted(&KINDS) {
        Kind::Alone => {
            let sex = if chance.hit(0.75) { Sex::Male } else { Sex::Female };
            let age = chance.between(52, 88);
            family.own(chance, year - age, sex)
        }
        Kind::OldCouple => couple(family, year, chance, (58, 80)).0,
        Kind::ChildAndParent => child_and_parent(family, year, chance),
        Kind::OneParent => one_parent(family, year, chance),
        Kind::Nuclear => {
            let (man, woman) = couple(family, year, chance, (25, 57));
            children(family, year, chance, (Some(man), Some(woman)));
            match chance.below(1000) {
                0..45 => brother(family, chance, man),
                45..60 => nephew(family, year, chance, man),
                60..66 => uncle(family, chance, man),
                _ => {}
            }
            man
        }
        Kind::ThreeGenerations => {
            let (man, woman) = couple(family, year, chance, (26, 55));
            children(family, year, chance, (Some(man), Some(woman)));
            if chance.hit(0.06) {
                elders(family, chance, woman);
            } else {
                elders(family, chance, man);
                if year - family.year_of_birth(man) <= 40 && chance.hit(0.08) {
                    grandmother(family, chance, man);
                }
            }
            man
        }
        Kind::UnderTheEldest => {
            let (man, woman) = couple(family, year, chance, (25, 48));
            children(family, year, chance, (Some(man), Some(woman)));
            // Where there are no sons, a daughter's husband comes to live with her parents.
            let child = if chance.hit(0.12) { woman } else { man };
            elders(family, chance, child)
        }
        Kind::GrandparentsAndGrandchildren => grandparents(family, year, chance),
    }
}

/// A man of the family and his wife; ages are the man's.
fn couple(family: &mut Family<'_>, year: i32, chance: &mut Chance, ages: (i32, i32)) -> (usize, usize) {
    let age = chance.between(ages.0, ages.1);
    let man = family.own(chance, year - age, Sex::Male);
    let wifes_age = (age - chance.between(-2, 6)).max(22);
    let woman = family.in_law(chance, year - wifes_age, Sex::Female);
    family.marry(man, woman);
    (man, woman)
}

/// Those who are born by now and have not left home.
fn children(family: &mut Family<'_>, year: i32, chance: &mut Chance, (father, mother): (Option<usize>, Option<usize>)) {
    let of = |parent: Option<usize>| parent.map_or(i32::MIN, |parent| family.year_of_birth(parent));
    let youngest_parent = of(father).max(of(mother));
    let wanted = chance.weighted(&[(1, 15), (2, 42), (3, 28), (4, 15)]);
    let mut born = youngest_parent + chance.between(19, 28);
    for _ in 0..wanted {
        if born > year {
            return;
        }
        let age = year - born;
        // Daughters marry away earlier than sons leave; sons stay with their parents longer.
        let sex = if chance.hit(0.53) { Sex::Male } else { Sex::Female };
        let leaves_at = if sex == Sex::Male { chance.between(26, 42) } else { chance.between(20, 29) };
        if age < leaves_at {
            family.child_of_sex(chance, born, sex, (father, mother));
        }
        born += chance.between(1, 5);
    }
}

fn child_and_parent(family: &mut Family<'_>, year: i32, chance: &mut Chance) -> usize {
    let age = chance.between(28, 52);
    let son = family.own(chance, year - age, Sex::Male);
    if chance.hit(0.7) {
        let born = year - age - chance.between(19, 32);
        let mother = family.in_law(chance, born, Sex::Female);
        family.set_parents(son, None, Some(mother));
    } else {
        let born = year - age - chance.between(20, 34);
        let father = family.own(chance, born, Sex::Male);
        family.set_parents(son, Some(father), None);
    }
    son
}

fn one_parent(family: &mut Family<'_>, year: i32, chance: &mut Chance) -> usize {
    let age = chance.between(26, 55);
    if chance.hit(0.55) {
        let father = family.own(chance, year - age, Sex::Male);
        children(family, year, chance, (Some(father), None));
        return father;
    }
    // The children bear the name of a father who is gone.
    let gone = family.ghost(Sex::Male);
    let mother = family.in_law(chance, year - age, Sex::Female);
    family.marry(gone, mother);
    children(family, year, chance, (Some(gone), Some(mother)));
    mother
}

/// Add father, mother or both of somebody, and say who would be head of them all.
fn elders(family: &mut Family<'_>, chance: &mut Chance, of: usize) -> usize {
    let born = family.year_of_birth(of);
    let which = chance.weighted(&[((true, true), 42), ((false, true), 40), ((true, false), 18)]);
    let older = (chance.between(20, 30), chance.between(19, 28));
    let father = which.0.then(|| family.of_name(chance, born - older.0, Sex::Male, Some(of)));
    let mother = which.1.then(|| family.in_law(chance, born - older.1, Sex::Female));
    if let (Some(father), Some(mother)) = (father, mother) {
        family.marry(father, mother);
    }
    family.set_parents(of, father, mother);
    father.or(mother).unwrap_or(of)
}

/// A brother who never married.
fn brother(family: &mut Family<'_>, chance: &mut Chance, of: usize) {
    let parent = family.ghost(Sex::Male);
    family.set_parents(of, Some(parent), None);
    let born = family.year_of_birth(of) + chance.between(-6, 6);
    family.child_of_sex(chance, born, Sex::Male, (Some(parent), None));
}

/// The child of a brother who is gone.
fn nephew(family: &mut Family<'_>, year: i32, chance: &mut Chance, of: usize) {
    let (parent, gone) = (family.ghost(Sex::Male), family.ghost(Sex::Male));
    family.set_parents(of, Some(parent), None);
    family.set_parents(gone, Some(parent), None);
    let age = chance.between(5, 16);
    family.child(chance, year - age, Some(gone), None);
}

/// A brother of the father who is gone.
fn uncle(family: &mut Family<'_>, chance: &mut Chance, of: usize) {
    let (old, gone) = (family.ghost(Sex::Male), family.ghost(Sex::Male));
    family.set_parents(of, Some(gone), None);
    family.set_parents(gone, Some(old), None);
    let born = family.year_of_birth(of) - chance.between(16, 28);
    family.child_of_sex(chance, born, Sex::Male, (Some(old), None));
}

/// The mother of the father or of the mother, of whom one lives here.
fn grandmother(family: &mut Family<'_>, chance: &mut Chance, of: usize) {
    let Some(person) = family.people.get(of) else { return };
    let parent = if chance.hit(0.75) { person.father.or(person.mother) } else { person.mother.or(person.father) };
    let Some(parent) = parent else { return };
    let born = family.year_of_birth(parent) - chance.between(19, 26);
    let mother = family.in_law(chance, born, Sex::Female);
    family.set_parents(parent, None, Some(mother));
}

fn grandparents(family: &mut Family<'_>, year: i32, chance: &mut Chance) -> usize {
    let (man, woman) = couple(family, year, chance, (55, 72));
    let between = family.ghost(Sex::Male);
    family.set_parents(between, Some(man), Some(woman));
    for _ in 0..chance.between(1, 2) {
        let age = chance.between(2, 14);
        family.child(chance, year - age, Some(between), None);
    }
    man
}
