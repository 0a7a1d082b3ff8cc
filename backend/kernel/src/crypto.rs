//! The one door to ciphers: sealing fields, finding them again, numbering people. In software by default; an HSM is another
//! implementation of [`CryptoProvider`].

pub mod person_key;
pub mod seal;

use aes_gcm::{
    AesGcm, KeyInit,
    aead::{Aead, Payload, consts::U12},
};
use hmac::{Hmac, Mac};
use rand::Rng;
use sm3::Sm3;

use crate::{
    error::{Error, Result},
    keys::{Keys, Purpose},
};

use person_key::{PersonKey, PersonKeys};

/// What somebody is numbered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbered {
    /// The first seventeen digits of a valid ID number; the eighteenth follows from them.
    Digits(u64),
    /// The how-manieth person without a valid ID number.
    Serial(u64),
}

/// Whoever holds the keys and works with them.
pub trait CryptoProvider: Send + Sync + std::fmt::Debug {
    /// Seal a text. `place` says which field of which row it is, so that one cannot be copied over another.
    fn seal(&self, place: &str, text: &str) -> Result<Vec<u8>>;

    /// Open what [`CryptoProvider::seal`] made for the same place.
    fn open(&self, place: &str, sealed: &[u8]) -> Result<String>;

    /// A digest by which a sealed text can be found again, and nobody without the key can try texts on it. `kind` keeps
    /// the digests of one kind of text apart from those of another.
    fn index(&self, kind: &str, text: &str) -> Result<[u8; 32]>;

    /// The number by which rows about one person join.
    fn person_key(&self, of: Numbered) -> Result<PersonKey>;
}

/// [`CryptoProvider::index`] as a number that a database indexes in eight bytes. Two texts may share one, once in
/// 2⁶⁴: whoever finds by it opens what it found.
pub fn short_index(crypto: &dyn CryptoProvider, kind: &str, text: &str) -> Result<i64> {
    let digest = crypto.index(kind, text)?;
    let head: [u8; 8] = digest[..8].try_into().map_err(Error::internal)?;
    Ok(i64::from_be_bytes(head))
}

const KEY_NUMBER: u8 = 1;
const NONCE: usize = 12;

type Sm4Gcm = AesGcm<sm4::Sm4, U12>;

/// SM4-GCM and HMAC-SM3 under the field key, CAST-128 under the person key; key schedules are made once.
/// A sealed value is `key number (1) ‖ nonce (12) ‖ ciphertext and tag`.
pub struct Software {
    cipher: Sm4Gcm,
    mac: Hmac<Sm3>,
    people: PersonKeys,
}

impl std::fmt::Debug for Software {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Software(…)")
    }
}

impl Software {
    pub fn new(keys: &Keys) -> Result<Self> {
        // SM4 has 128-bit keys: the first half of the field key encrypts, the second finds again.
        let (sealing, finding) = keys.of(Purpose::Field).split_at(16);
        Ok(Self {
            cipher: Sm4Gcm::new_from_slice(sealing).map_err(Error::internal)?,
            mac: Hmac::<Sm3>::new_from_slice(finding).map_err(Error::internal)?,
            people: PersonKeys::new(keys)?,
        })
    }
}

impl CryptoProvider for Software {
    fn seal(&self, place: &str, text: &str) -> Result<Vec<u8>> {
        let mut nonce = [0u8; NONCE];
        rand::rng().fill_bytes(&mut nonce);
        let payload = Payload { msg: text.as_bytes(), aad: place.as_bytes() };
        let broken = |_| Error::internal("a field could not be sealed");
        let sealed = self.cipher.encrypt(&nonce.into(), payload).map_err(broken)?;
        Ok([&[KEY_NUMBER][..], &nonce[..], &sealed[..]].concat())
    }

    fn open(&self, place: &str, sealed: &[u8]) -> Result<String> {
        let broken = || Error::internal(format!("a sealed field does not open: {place}"));
        let (number, rest) = sealed.split_first().ok_or_else(broken)?;
        if *number != KEY_NUMBER || rest.len() < NONCE {
            return Err(broken());
        }
        let (nonce, body) = rest.split_at(NONCE);
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| broken())?;
        let payload = Payload { msg: body, aad: place.as_bytes() };
        let text = self.cipher.decrypt(&nonce.into(), payload).map_err(|_| broken())?;
        String::from_utf8(text).map_err(|_| broken())
    }

    fn index(&self, kind: &str, text: &str) -> Result<[u8; 32]> {
        let mut mac = self.mac.clone();
        mac.update(kind.as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        Ok(mac.finalize().into_bytes().into())
    }

    fn person_key(&self, of: Numbered) -> Result<PersonKey> {
        match of {
            Numbered::Digits(seventeen) => self.people.of_digits(seventeen),
            Numbered::Serial(serial) => self.people.of_serial(serial),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CryptoProvider, Software, short_index};
    use crate::keys::Keys;

    fn software() -> Software {
        Software::new(&Keys::ephemeral()).unwrap()
    }

    #[test]
    fn a_sealed_field_opens_only_in_its_place() {
        let crypto = software();
        let sealed = crypto.seal("account.phone:1", "13900000000").unwrap();
        assert_eq!(crypto.open("account.phone:1", &sealed).unwrap(), "13900000000");
        assert!(crypto.open("account.phone:2", &sealed).is_err());
        assert!(software().open("account.phone:1", &sealed).is_err());
    }

    #[test]
    fn a_flipped_bit_is_noticed() {
        let crypto = software();
        let mut sealed = crypto.seal("x", "13900000000").unwrap();
        for index in 0..sealed.len() {
            sealed[index] ^= 1;
            assert!(crypto.open("x", &sealed).is_err());
            sealed[index] ^= 1;
        }
    }

    #[test]
    fn an_index_is_the_same_for_the_same_text_of_a_kind_under_a_key_and_for_no_other() {
        let crypto = software();
        let found = crypto.index("message.number", "13900000000").unwrap();
        assert_eq!(found, crypto.index("message.number", "13900000000").unwrap());
        assert_ne!(found, crypto.index("message.number", "13900000001").unwrap());
        assert_ne!(found, crypto.index("account.number", "13900000000").unwrap());
        assert_ne!(found, software().index("message.number", "13900000000").unwrap());
        assert_eq!(found[..8], short_index(&crypto, "message.number", "13900000000").unwrap().to_be_bytes());
    }
}
