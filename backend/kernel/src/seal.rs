//! Fields that must not lie in the database in clear: SM4-GCM under the field key, bound to their place.
//! A sealed value is `key number (1) ‖ nonce (12) ‖ ciphertext and tag`.

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

const KEY_NUMBER: u8 = 1;
const NONCE: usize = 12;

type Sm4Gcm = AesGcm<sm4::Sm4, U12>;

fn cipher(keys: &Keys) -> Result<Sm4Gcm> {
    // SM4 has 128-bit keys; the rest of the key file is left for a second purpose (blind index).
    Sm4Gcm::new_from_slice(&keys.of(Purpose::Field)[..16]).map_err(Error::internal)
}

/// Seal a text. `place` says which field of which row it is, so that one cannot be copied over another.
pub fn seal(keys: &Keys, place: &str, text: &str) -> Result<Vec<u8>> {
    let mut nonce = [0u8; NONCE];
    rand::rng().fill_bytes(&mut nonce);
    let payload = Payload { msg: text.as_bytes(), aad: place.as_bytes() };
    let sealed =
        cipher(keys)?.encrypt(&nonce.into(), payload).map_err(|_| Error::internal("a field could not be sealed"))?;
    Ok([&[KEY_NUMBER][..], &nonce[..], &sealed[..]].concat())
}

/// Open what [`seal`] made for the same place.
pub fn open(keys: &Keys, place: &str, sealed: &[u8]) -> Result<String> {
    let broken = || Error::internal(format!("a sealed field does not open: {place}"));
    let (number, rest) = sealed.split_first().ok_or_else(broken)?;
    if *number != KEY_NUMBER || rest.len() < NONCE {
        return Err(broken());
    }
    let (nonce, body) = rest.split_at(NONCE);
    let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| broken())?;
    let payload = Payload { msg: body, aad: place.as_bytes() };
    let text = cipher(keys)?.decrypt(&nonce.into(), payload).map_err(|_| broken())?;
    String::from_utf8(text).map_err(|_| broken())
}

/// A digest by which a sealed text can be found again, and nobody without the key can try texts on it: HMAC-SM3 under
/// the second half of the field key. `kind` keeps the digests of one kind of text apart from those of another.
pub fn index(keys: &Keys, kind: &str, text: &str) -> Result<Vec<u8>> {
    let mut mac = Hmac::<Sm3>::new_from_slice(&keys.of(Purpose::Field)[16..]).map_err(Error::internal)?;
    mac.update(kind.as_bytes());
    mac.update(&[0]);
    mac.update(text.as_bytes());
    Ok(mac.finalize().into_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::{index, open, seal};
    use crate::keys::Keys;

    #[test]
    fn a_sealed_field_opens_only_in_its_place() {
        let keys = Keys::ephemeral();
        let sealed = seal(&keys, "account.phone:1", "13900000000").unwrap();
        assert_eq!(open(&keys, "account.phone:1", &sealed).unwrap(), "13900000000");
        assert!(open(&keys, "account.phone:2", &sealed).is_err());
        assert!(open(&Keys::ephemeral(), "account.phone:1", &sealed).is_err());
    }

    #[test]
    fn a_flipped_bit_is_noticed() {
        let keys = Keys::ephemeral();
        let mut sealed = seal(&keys, "x", "13900000000").unwrap();
        for index in 0..sealed.len() {
            sealed[index] ^= 1;
            assert!(open(&keys, "x", &sealed).is_err());
            sealed[index] ^= 1;
        }
    }

    #[test]
    fn an_index_is_the_same_for_the_same_text_of_a_kind_under_a_key_and_for_no_other() {
        let keys = Keys::ephemeral();
        let found = index(&keys, "message.number", "13900000000").unwrap();
        assert_eq!(found, index(&keys, "message.number", "13900000000").unwrap());
        assert_ne!(found, index(&keys, "message.number", "13900000001").unwrap());
        assert_ne!(found, index(&keys, "account.number", "13900000000").unwrap());
        assert_ne!(found, index(&Keys::ephemeral(), "message.number", "13900000000").unwrap());
    }
}
