//! TC3-HMAC-SHA256: how 腾讯云 wants a call to be signed. Pure.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

const ALGORITHM: &str = "TC3-HMAC-SHA256";

/// A call as it is signed: `POST /` with a JSON body.
#[derive(Clone, Debug)]
pub struct Signable<'a> {
    /// `sms`.
    pub service: &'a str,
    pub at: DateTime<Utc>,
    /// All that are signed, by lower-case names.
    pub headers: &'a BTreeMap<String, String>,
    pub body: &'a [u8],
}

impl Signable<'_> {
    /// The day by UTC, whatever the day is here.
    fn scope(&self) -> String {
        format!("{}/{}/tc3_request", self.at.format("%Y-%m-%d"), self.service)
    }

    fn names(&self) -> String {
        self.headers.keys().map(String::as_str).collect::<Vec<_>>().join(";")
    }
}

/// The header `Authorization`.
#[must_use]
pub fn authorization(id: &str, key: &str, call: &Signable<'_>) -> Option<String> {
    let (scope, names, signature) = (call.scope(), call.names(), sign(key, call)?);
    Some(format!("{ALGORITHM} Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}"))
}

/// The signature alone. `None` only for a key that HMAC cannot take, of which there is none.
#[must_use]
pub fn sign(key: &str, call: &Signable<'_>) -> Option<String> {
    let lines: String = call.headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let body = hex::encode(Sha256::digest(call.body));
    let canonical = format!("POST\n/\n\n{lines}\n{}\n{body}", call.names());
    let canonical = hex::encode(Sha256::digest(canonical));
    let text = format!("{ALGORITHM}\n{}\n{}\n{canonical}", call.at.timestamp(), call.scope());
    // The key that signs is good for a day and a service.
    let day = mac(format!("TC3{key}").as_bytes(), &call.at.format("%Y-%m-%d").to_string())?;
    let service = mac(&day, call.service)?;
    let signing = mac(&service, "tc3_request")?;
    mac(&signing, &text).map(hex::encode)
}

fn mac(key: &[u8], text: &str) -> Option<Vec<u8>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(text.as_bytes());
    Some(mac.finalize().into_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::DateTime;
    use serde::Deserialize;

    use super::{Signable, authorization, sign};

    #[derive(Deserialize)]
    struct Vector {
        key_id: String,
        secret: String,
        service: String,
        at: i64,
        headers: BTreeMap<String, String>,
        payload: String,
        signature: String,
    }

    #[test]
    fn the_vendors_own_package_signs_the_same() {
        let vectors: Vec<Vector> = serde_json::from_str(include_str!("../../../tests/vectors/tencent.json")).unwrap();
        assert!(vectors.len() > 30);
        // The vendor's published example.
        assert_eq!(vectors[0].signature, "be4f67d323c78ab9acb7395e43c0dbcf822a9cfac32fea2449a7bc7726b770a3");
        for vector in vectors {
            let at = DateTime::from_timestamp(vector.at, 0).unwrap();
            let (service, headers) = (vector.service.as_str(), &vector.headers);
            let call = Signable { service, at, headers, body: vector.payload.as_bytes() };
            assert_eq!(sign(&vector.secret, &call).unwrap(), vector.signature, "{at}");
            let whole = authorization(&vector.key_id, &vector.secret, &call).unwrap();
            assert!(whole.starts_with(&format!("TC3-HMAC-SHA256 Credential={}/", vector.key_id)));
        }
    }
}
