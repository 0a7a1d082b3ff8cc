//! The number by which rows about one person join, in every store, without an ID number in clear.
//!
//! Invariants: under one key the same person has the same number and no two people share one, since a block cipher is a
//! permutation: nothing is hashed, so nothing collides. Which cipher and why: `decisions/0012`.

use cast5::{
    Cast5,
    cipher::{Block, BlockCipherEncrypt, KeyInit},
};

use crate::{
    error::{Error, Result},
    keys::{Keys, Purpose},
};

/// Above every number of seventeen digits: for people without a valid ID number.
const RESERVED: u64 = 100_000_000_000_000_000;

/// A person's number, the same wherever the same key is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonKey(u64);

impl PersonKey {
    /// As PostgreSQL and Parquet keep it: the same bits in a signed number.
    #[must_use]
    pub fn stored(self) -> i64 {
        i64::from_ne_bytes(self.0.to_ne_bytes())
    }

    /// What [`PersonKey::stored`] gave.
    #[must_use]
    pub fn of_stored(stored: i64) -> Self {
        Self(u64::from_ne_bytes(stored.to_ne_bytes()))
    }
}

/// Makes person keys; the cipher's schedule is computed once.
pub struct PersonKeys(Cast5);

impl std::fmt::Debug for PersonKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonKeys(…)")
    }
}

impl PersonKeys {
    pub fn new(keys: &Keys) -> Result<Self> {
        // Sixteen bytes are what CAST-128 takes.
        Cast5::new_from_slice(&keys.of(Purpose::Person)[..16]).map(Self).map_err(Error::internal)
    }

    /// Of the first seventeen digits of a valid ID number; the eighteenth follows from them.
    pub fn of_digits(&self, seventeen: u64) -> Result<PersonKey> {
        if seventeen >= RESERVED {
            return Err(Error::internal("an ID number has no more than seventeen digits before its check"));
        }
        Ok(self.encipher(seventeen))
    }

    /// Of the how-manieth person without a valid ID number.
    pub fn of_serial(&self, serial: u64) -> Result<PersonKey> {
        let reserved = RESERVED.checked_add(serial).ok_or_else(|| Error::internal("no serial number is left"))?;
        Ok(self.encipher(reserved))
    }

    fn encipher(&self, plain: u64) -> PersonKey {
        let mut block = Block::<Cast5>::from(plain.to_be_bytes());
        self.0.encrypt_block(&mut block);
        PersonKey(u64::from_be_bytes(block.into()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{PersonKey, PersonKeys, RESERVED};
    use crate::keys::Keys;

    #[test]
    fn a_person_has_one_number_and_nobody_else_has_it() {
        let makers = PersonKeys::new(&Keys::ephemeral()).unwrap();
        let people = (0..50_000).map(|n| makers.of_digits(46_999_919_900_101_000 + n).unwrap());
        let strangers = (0..50_000).map(|n| makers.of_serial(n).unwrap());
        let numbers: HashSet<PersonKey> = people.chain(strangers).collect();
        assert_eq!(numbers.len(), 100_000);
        assert_eq!(makers.of_digits(7).unwrap(), makers.of_digits(7).unwrap());
    }

    #[test]
    fn another_key_gives_other_numbers() {
        let (one, other) = (Keys::ephemeral(), Keys::ephemeral());
        let of = |keys: &Keys| PersonKeys::new(keys).unwrap().of_digits(46_999_919_900_101_001).unwrap();
        assert_ne!(of(&one), of(&other));
    }

    #[test]
    fn an_id_number_never_lands_among_those_who_have_none() {
        let makers = PersonKeys::new(&Keys::ephemeral()).unwrap();
        assert!(makers.of_digits(RESERVED - 1).is_ok());
        assert!(makers.of_digits(RESERVED).is_err());
        assert!(makers.of_serial(u64::MAX).is_err());
    }

    #[test]
    fn storage_keeps_every_bit() {
        for number in [0, 1, u64::MAX, 1 << 63] {
            assert_eq!(PersonKey::of_stored(PersonKey(number).stored()), PersonKey(number));
        }
    }
}
