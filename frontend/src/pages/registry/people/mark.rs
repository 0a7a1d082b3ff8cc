//! By what somebody is looked for, guessed from what was typed.

use chrono::{Datelike, NaiveDate};
use fupin_contract::{Fault, IdNumber, Phone, Secret, UnitId, registry::FindPeople};

use crate::i18n::t;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Name,
    IdNumber,
    IdTail,
    Phone,
    Household,
}

impl Mark {
    pub const ALL: [Self; 5] = [Self::Name, Self::IdNumber, Self::IdTail, Self::Phone, Self::Household];

    pub fn word(self) -> String {
        t(match self {
            Self::Name => "people.name",
            Self::IdNumber => "people.id_number",
            Self::IdTail => "people.id_tail",
            Self::Phone => "people.phone",
            Self::Household => "people.household",
        })
    }

    /// Why nobody can be found by such a text.
    pub fn fault(self, text: &str) -> Option<Fault> {
        let plain = plain(text);
        match self {
            Self::IdNumber => IdNumber::parse(&plain).err().map(|wrong| wrong.fault()),
            Self::Phone => Phone::parse(&plain).is_err().then(|| Fault::new("fact.not_a_phone")),
            Self::IdTail if !is_tail(&plain) => Some(Fault::new("id_tail")),
            Self::IdTail | Self::Name | Self::Household => None,
        }
    }
}

/// As it is typed into a form: without blanks, wide digits made narrow.
fn plain(text: &str) -> String {
    fupin_contract::registry::narrow(text).chars().filter(|c| !c.is_whitespace() && *c != '-').collect()
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_tail(text: &str) -> bool {
    text.len() == 4
        && text.get(..3).is_some_and(all_digits)
        && text.ends_with(|c: char| c.is_ascii_digit() || matches!(c, 'x' | 'X'))
}

/// The digits in which a resident's number has a birthday are a day: those of a household's number are not.
fn is_dated(digits: &str) -> bool {
    let day = match digits.len() {
        15 => digits.get(6..12).map(|day| format!("19{day}")),
        _ => digits.get(6..14).map(str::to_owned),
    };
    let day = day.and_then(|day| NaiveDate::parse_from_str(&day, "%Y%m%d").ok());
    day.is_some_and(|day| (1850..2200).contains(&day.year()))
}

/// A name unless it looks like a number.
pub fn guess(text: &str) -> Mark {
    let plain = plain(text);
    let resident = plain.len() == 18 && plain.get(..17).is_some_and(all_digits) && plain.ends_with(['x', 'X']);
    if resident {
        return Mark::IdNumber;
    }
    if is_tail(&plain) {
        return Mark::IdTail;
    }
    if !plain.contains(|c: char| c.is_ascii_digit()) {
        return Mark::Name;
    }
    if !all_digits(&plain) {
        return Mark::Household;
    }
    match plain.len() {
        11 if plain.starts_with('1') => Mark::Phone,
        15 | 18 | 20 | 22 if is_dated(&plain) => Mark::IdNumber,
        _ => Mark::Household,
    }
}

/// What is to be asked; none where nothing was typed.
pub fn asked(text: &str, mark: Mark, unit_id: Option<UnitId>) -> Option<FindPeople> {
    let plain = plain(text);
    if plain.is_empty() {
        return None;
    }
    let find = FindPeople { unit_id, ..FindPeople::default() };
    Some(match mark {
        Mark::Name => FindPeople { name: Some(text.trim().to_owned()), ..find },
        Mark::IdNumber => FindPeople { id_number: Some(Secret::from(plain.as_str())), ..find },
        Mark::IdTail => FindPeople { id_tail: Some(plain.to_ascii_uppercase()), ..find },
        Mark::Phone => FindPeople { phone: Some(Secret::from(plain.as_str())), ..find },
        // A hyphen is part of a household's number.
        Mark::Household => {
            FindPeople { household_number: Some(fupin_contract::registry::narrow(text).trim().to_owned()), ..find }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_guessed_from_what_was_typed() {
        for (text, mark) in [
            ("符小梅", Mark::Name),
            ("fxm", Mark::Name),
            ("fu xiao mei", Mark::Name),
            ("199 0000 0001", Mark::Phone),
            ("１９９００００００１２", Mark::Phone),
            ("1234", Mark::IdTail),
            ("123x", Mark::IdTail),
            ("510999900307123", Mark::IdNumber),
            ("51099919900307123x", Mark::IdNumber),
            ("51099919900307123 1", Mark::IdNumber),
            ("469999001002000017", Mark::Household),
            ("46900110020000001", Mark::Household),
            ("20000000001", Mark::Household),
            ("罗解-1", Mark::Household),
        ] {
            assert_eq!(guess(text), mark, "{text}");
        }
    }

    #[test]
    fn exactly_one_mark_is_asked() {
        for mark in Mark::ALL {
            let find = asked("1234", mark, Some(UnitId(7))).unwrap();
            let given = [
                find.name.is_some(),
                find.id_number.is_some(),
                find.id_tail.is_some(),
                find.phone.is_some(),
                find.household_number.is_some(),
            ];
            assert_eq!(given.into_iter().filter(|given| *given).count(), 1, "{mark:?}");
        }
        assert_eq!(asked(" \u{3000}", Mark::Name, None), None);
        let find = asked("罗解-１ ", guess("罗解-１"), None).unwrap();
        assert_eq!(find.household_number.as_deref(), Some("罗解-1"));
    }

    #[test]
    fn a_mistyped_number_is_a_fault_before_it_is_sent() {
        assert!(Mark::IdNumber.fault("510999199003071230").is_some());
        assert!(Mark::Phone.fault("123").is_some());
        assert!(Mark::IdTail.fault("12").is_some());
        assert!(Mark::Name.fault("x").is_none());
    }
}
