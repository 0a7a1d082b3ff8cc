//! ACS3-HMAC-SHA256: how 阿里云 wants a call to be signed. Pure.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

const ALGORITHM: &str = "ACS3-HMAC-SHA256";
/// RFC 3986: what is not unreserved is encoded.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A call as it is signed: `POST /`, with everything that it says in the query.
#[derive(Clone, Debug)]
pub struct Signable<'a> {
    pub query: &'a BTreeMap<String, String>,
    /// All that are signed, by lower-case names.
    pub headers: &'a BTreeMap<String, String>,
}

/// The query as it is signed and sent.
#[must_use]
pub fn query_string(query: &BTreeMap<String, String>) -> String {
    let pairs: Vec<String> = query.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// What the header `x-acs-content-sha256` says of a body.
#[must_use]
pub fn digest(body: &[u8]) -> String {
    hex::encode(Sha256::digest(body))
}

/// The header `Authorization`. `None` only for a key that HMAC cannot take, of which there is none.
#[must_use]
pub fn authorization(key_id: &str, secret: &str, call: &Signable<'_>) -> Option<String> {
    let lines: String = call.headers.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
    let names: Vec<&str> = call.headers.keys().map(String::as_str).collect();
    let names = names.join(";");
    let body = call.headers.get("x-acs-content-sha256").map_or("", String::as_str);
    let canonical = format!("POST\n/\n{}\n{lines}\n{names}\n{body}", query_string(call.query));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(format!("{ALGORITHM}\n{}", digest(canonical.as_bytes())).as_bytes());
    let signature = hex::encode(mac.finalize().into_bytes());
    Some(format!("{ALGORITHM} Credential={key_id},SignedHeaders={names},Signature={signature}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::{Signable, authorization, digest};

    #[derive(Deserialize)]
    struct Vector {
        key_id: String,
        secret: String,
        query: BTreeMap<String, String>,
        headers: BTreeMap<String, String>,
        payload: String,
        authorization: String,
    }

    #[test]
    fn the_vendors_own_package_signs_the_same() {
        let vectors: Vec<Vector> = serde_json::from_str(include_str!("../../../tests/vectors/aliyun.json")).unwrap();
        assert!(vectors.len() > 30);
        // The vendor's published example.
        let published = "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0";
        assert!(vectors[0].authorization.ends_with(published));
        for vector in vectors {
            assert_eq!(digest(vector.payload.as_bytes()), vector.headers["x-acs-content-sha256"]);
            let call = Signable { query: &vector.query, headers: &vector.headers };
            assert_eq!(authorization(&vector.key_id, &vector.secret, &call).unwrap(), vector.authorization);
        }
    }
}
