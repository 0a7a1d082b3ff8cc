//! What one person of a household is to its head.
//!
//! Invariant: the answer follows from who is whose father, mother and spouse, never from what was said before: when a
//! head dies, everybody's relation to the next is found anew.

use crate::{household::Person, names::Sex};

/// Relation to the head of the household.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    Head,
    Spouse,
    Son,
    Daughter,
    DaughterInLaw,
    SonInLaw,
    Grandson,
    Granddaughter,
    DaughtersSon,
    DaughtersDaughter,
    Father,
    Mother,
    WifesFather,
    WifesMother,
    HusbandsFather,
    HusbandsMother,
    Grandfather,
    Grandmother,
    MothersFather,
    MothersMother,
    Sibling,
    GreatGrandson,
    GreatGranddaughter,
    Nephew,
    Niece,
    BrothersWife,
    Uncle,
    Other,
}

impl Relation {
    /// Code of the dictionary of relations.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Head => "01",
            Self::Spouse => "02",
            Self::Son => "03",
            Self::Daughter => "04",
            Self::DaughterInLaw => "05",
            Self::SonInLaw => "06",
            Self::Grandson => "07",
            Self::Granddaughter => "08",
            Self::DaughtersSon => "09",
            Self::DaughtersDaughter => "10",
            Self::Father => "11",
            Self::Mother => "12",
            Self::WifesFather => "13",
            Self::WifesMother => "14",
            Self::HusbandsFather => "15",
            Self::HusbandsMother => "16",
            Self::Grandfather => "17",
            Self::Grandmother => "18",
            Self::MothersFather => "19",
            Self::MothersMother => "20",
            Self::Sibling => "21",
            Self::GreatGrandson => "22",
            Self::GreatGranddaughter => "23",
            Self::Nephew => "24",
            Self::Niece => "25",
            Self::BrothersWife => "26",
            Self::Uncle => "27",
            Self::Other => "99",
        }
    }
}

/// Relation of one person to another, of a family in which they are known by their places.
pub(crate) fn relation(family: &[Person], head: usize, of: usize) -> Relation {
    let kin = Kin(family);
    if of == head {
        return Relation::Head;
    }
    let down = kin.descent(head, of).or_else(|| kin.descent_by_marriage(head, of));
    let found = down.or_else(|| kin.ascent(head, of)).or_else(|| kin.beside(head, of));
    found.unwrap_or(Relation::Other)
}

struct Kin<'a>(&'a [Person]);

impl Kin<'_> {
    fn father(&self, of: usize) -> Option<usize> {
        self.0.get(of)?.father
    }

    fn mother(&self, of: usize) -> Option<usize> {
        self.0.get(of)?.mother
    }

    fn spouse(&self, of: usize) -> Option<usize> {
        self.0.get(of)?.spouse
    }

    fn is_male(&self, who: usize) -> bool {
        self.0.get(who).is_some_and(|person| person.sex == Sex::Male)
    }

    fn by_sex(&self, who: usize, male: Relation, female: Relation) -> Relation {
        if self.is_male(who) { male } else { female }
    }

    /// Which of the parents is a child of this one or of their spouse.
    fn parents(&self, of: usize) -> impl Iterator<Item = usize> {
        self.father(of).into_iter().chain(self.mother(of))
    }

    fn is_child(&self, of: usize, who: usize) -> bool {
        self.parents(who).any(|parent| parent == of || self.spouse(of) == Some(parent))
    }

    fn descent(&self, head: usize, who: usize) -> Option<Relation> {
        if self.spouse(head) == Some(who) {
            return Some(Relation::Spouse);
        }
        if self.is_child(head, who) {
            return Some(self.by_sex(who, Relation::Son, Relation::Daughter));
        }
        if let Some(parent) = self.parents(who).find(|parent| self.is_child(head, *parent)) {
            return Some(if self.is_male(parent) {
                self.by_sex(who, Relation::Grandson, Relation::Granddaughter)
            } else {
                self.by_sex(who, Relation::DaughtersSon, Relation::DaughtersDaughter)
            });
        }
        let great = self.parents(who).flat_map(|parent| self.parents(parent)).any(|old| self.is_child(head, old));
        great.then(|| self.by_sex(who, Relation::GreatGrandson, Relation::GreatGranddaughter))
    }

    fn descent_by_marriage(&self, head: usize, who: usize) -> Option<Relation> {
        let spouse = self.spouse(who)?;
        self.is_child(head, spouse).then(|| self.by_sex(who, Relation::SonInLaw, Relation::DaughterInLaw))
    }

    fn ascent(&self, head: usize, who: usize) -> Option<Relation> {
        if self.parents(head).any(|parent| parent == who) {
            return Some(self.by_sex(who, Relation::Father, Relation::Mother));
        }
        if self.spouse(head).is_some_and(|spouse| self.parents(spouse).any(|parent| parent == who)) {
            return Some(if self.is_male(head) {
                self.by_sex(who, Relation::WifesFather, Relation::WifesMother)
            } else {
                self.by_sex(who, Relation::HusbandsFather, Relation::HusbandsMother)
            });
        }
        let old = |parent: Option<usize>| parent.is_some_and(|parent| self.parents(parent).any(|old| old == who));
        if old(self.father(head)) {
            return Some(self.by_sex(who, Relation::Grandfather, Relation::Grandmother));
        }
        old(self.mother(head)).then(|| self.by_sex(who, Relation::MothersFather, Relation::MothersMother))
    }

    fn are_siblings(&self, one: usize, other: usize) -> bool {
        one != other && self.parents(one).any(|parent| self.parents(other).any(|of_other| of_other == parent))
    }

    fn beside(&self, head: usize, who: usize) -> Option<Relation> {
        if self.are_siblings(head, who) {
            return Some(Relation::Sibling);
        }
        if self.parents(who).any(|parent| self.are_siblings(head, parent)) {
            return Some(self.by_sex(who, Relation::Nephew, Relation::Niece));
        }
        if self.spouse(who).is_some_and(|spouse| self.is_male(spouse) && self.are_siblings(head, spouse)) {
            return Some(self.by_sex(who, Relation::Other, Relation::BrothersWife));
        }
        let uncle = self.is_male(who) && self.father(head).is_some_and(|father| self.are_siblings(father, who));
        uncle.then_some(Relation::Uncle)
    }
}
