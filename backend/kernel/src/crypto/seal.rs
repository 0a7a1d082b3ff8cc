//! Sealing for whoever holds the keys themselves: the software provider of [`crate::crypto`], made for one call.

use crate::{
    crypto::{CryptoProvider, Software},
    error::Result,
    keys::Keys,
};

/// [`CryptoProvider::seal`].
pub fn seal(keys: &Keys, place: &str, text: &str) -> Result<Vec<u8>> {
    Software::new(keys)?.seal(place, text)
}

/// [`CryptoProvider::open`].
pub fn open(keys: &Keys, place: &str, sealed: &[u8]) -> Result<String> {
    Software::new(keys)?.open(place, sealed)
}

/// [`CryptoProvider::index`].
pub fn index(keys: &Keys, kind: &str, text: &str) -> Result<Vec<u8>> {
    Ok(Software::new(keys)?.index(kind, text)?.to_vec())
}
