//! Numbers by which a person can be identified, called or paid: sealed in their place, found by index, shown masked.
//!
//! Invariants: what lies in the database is sealed for its own row; what is looked for is compared after opening.

use std::collections::BTreeMap;

use fupin_contract::{
    IdNumber, PersonId, mask_id_number, mask_phone,
    registry::catalog::{Field, FieldType},
};
use fupin_kernel::{
    Error, Result,
    crypto::{CryptoProvider, Numbered, short_index},
    person_key::PersonKey,
};

/// Sealed values of one row, by key of field.
pub type Numbers = BTreeMap<String, String>;

const PHONE: &str = "registry.phone";
const TAIL: &str = "registry.id_tail";

/// Where a person's ID number lies.
fn id_place(person: i64) -> String {
    format!("person.id:{person}")
}

/// Of a row of a year: whose and which.
#[derive(Clone, Copy, Debug)]
pub enum YearRow {
    Household(i64, i16),
    Person(i64, i16),
}

impl YearRow {
    fn place(self) -> String {
        match self {
            Self::Household(id, year) => format!("household_year:{id}:{year}"),
            Self::Person(id, year) => format!("person_year:{id}:{year}"),
        }
    }
}

pub fn seal_numbers(crypto: &dyn CryptoProvider, row: YearRow, numbers: &Numbers) -> Result<Option<Vec<u8>>> {
    if numbers.is_empty() {
        return Ok(None);
    }
    crypto.seal(&row.place(), &serde_json::to_string(numbers)?).map(Some)
}

pub fn open_numbers(crypto: &dyn CryptoProvider, row: YearRow, sealed: Option<&[u8]>) -> Result<Numbers> {
    let Some(sealed) = sealed else { return Ok(Numbers::new()) };
    Ok(serde_json::from_str(&crypto.open(&row.place(), sealed)?)?)
}

/// Numbers are sealed for the row that they lie in: those of one row, for another.
pub fn reseal_numbers(
    crypto: &dyn CryptoProvider,
    from: YearRow,
    to: YearRow,
    sealed: Option<&[u8]>,
) -> Result<Option<Vec<u8>>> {
    seal_numbers(crypto, to, &open_numbers(crypto, from, sealed)?)
}

pub fn seal_id(crypto: &dyn CryptoProvider, person: PersonId, number: &IdNumber) -> Result<Vec<u8>> {
    crypto.seal(&id_place(person.0), number.reveal())
}

/// In clear.
pub fn open_id(crypto: &dyn CryptoProvider, person: i64, sealed: &[u8]) -> Result<String> {
    crypto.open(&id_place(person), sealed)
}

/// Masked, as lists and pages show it.
pub fn masked_id(crypto: &dyn CryptoProvider, person: i64, sealed: Option<&[u8]>) -> Result<Option<String>> {
    sealed.map(|sealed| Ok(mask_id_number(&open_id(crypto, person, sealed)?))).transpose()
}

/// By which a person is found and joined: of the ID number where there is a valid one, else of a number of our own.
pub fn key_of(crypto: &dyn CryptoProvider, number: Option<&IdNumber>, person: PersonId) -> Result<PersonKey> {
    match number.and_then(IdNumber::seventeen) {
        Some(seventeen) => crypto.person_key(Numbered::Digits(seventeen)),
        None => crypto.person_key(Numbered::Serial(u64::try_from(person.0).map_err(Error::internal)?)),
    }
}

pub fn phone_index(crypto: &dyn CryptoProvider, phone: &str) -> Result<i64> {
    short_index(crypto, PHONE, phone)
}

/// Of the last four of an ID number.
pub fn tail_index(crypto: &dyn CryptoProvider, number: &str) -> Result<Option<i64>> {
    let tail = number.len().checked_sub(4).and_then(|from| number.get(from..));
    tail.map(|tail| short_index(crypto, TAIL, &tail.to_ascii_uppercase())).transpose()
}

/// A sealed value as a page shows it.
pub fn masked(field: &Field, value: &str) -> String {
    match field.r#type {
        FieldType::Phone => mask_phone(value),
        FieldType::IdNumber => mask_id_number(value),
        FieldType::Card => mask_card(value),
        _ => "****".to_owned(),
    }
}

/// A card shows its last four.
fn mask_card(digits: &str) -> String {
    let tail = digits.len().checked_sub(4).and_then(|from| digits.get(from..)).unwrap_or_default();
    format!("{}{tail}", "*".repeat(digits.len().saturating_sub(4).max(4)))
}

#[cfg(test)]
mod tests {
    use fupin_contract::{IdNumber, PersonId};
    use fupin_kernel::{crypto::Software, keys::Keys};

    use super::*;

    #[test]
    fn a_number_opens_only_in_the_row_that_it_was_sealed_for() {
        let crypto = Software::new(&Keys::ephemeral()).unwrap();
        let numbers = Numbers::from([("phone".to_owned(), "19900000001".to_owned())]);
        let sealed = seal_numbers(&crypto, YearRow::Person(1, 2020), &numbers).unwrap();
        assert_eq!(open_numbers(&crypto, YearRow::Person(1, 2020), sealed.as_deref()).unwrap(), numbers);
        for elsewhere in [YearRow::Person(1, 2021), YearRow::Person(2, 2020), YearRow::Household(1, 2020)] {
            assert!(open_numbers(&crypto, elsewhere, sealed.as_deref()).is_err(), "{elsewhere:?}");
        }
        assert_eq!(seal_numbers(&crypto, YearRow::Person(1, 2020), &Numbers::new()).unwrap(), None);
    }

    #[test]
    fn two_documents_of_one_person_have_one_key() {
        let crypto = Software::new(&Keys::ephemeral()).unwrap();
        let resident = format!("46999919900307123{}", fupin_contract::check_of("46999919900307123").unwrap());
        let of = |text: &str| key_of(&crypto, Some(&IdNumber::parse(text).unwrap()), PersonId(9)).unwrap();
        assert_eq!(of(&resident), of(&format!("{resident}31")));
        assert_eq!(of(&resident), of("469999900307123"));
        assert_eq!(key_of(&crypto, None, PersonId(9)).unwrap(), of("999999199003071234"));
        assert_ne!(of(&resident), key_of(&crypto, None, PersonId(9)).unwrap());
    }

    #[test]
    fn a_card_shows_its_last_four() {
        assert_eq!(mask_card("6222021234567890123"), "***************0123");
    }
}
