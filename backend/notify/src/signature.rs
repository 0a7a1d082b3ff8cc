//! Who says so: HMAC-SHA256 over `<timestamp>.<body>`, the same on the calls that we make and on the receipts
//! that we take.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// A receipt whose timestamp is further off than this is refused, in seconds.
pub const WINDOW: i64 = 300;

/// Sign a body; hexadecimal digits. `None` only for a key that HMAC cannot take, of which there is none.
#[must_use]
pub fn sign(secret: &[u8], timestamp: &str, body: &[u8]) -> Option<String> {
    Some(hex::encode(mac(secret, timestamp, body)?.finalize().into_bytes()))
}

/// Whether a body is signed with the secret, not longer ago than the window. Compared in constant time.
#[must_use]
pub fn verify(secret: &[u8], timestamp: &str, signature: &str, body: &[u8], now: i64) -> bool {
    // An empty secret is one that everybody knows.
    if secret.is_empty() {
        return false;
    }
    let Ok(at) = timestamp.parse::<i64>() else { return false };
    if at.abs_diff(now) > WINDOW.unsigned_abs() {
        return false;
    }
    let Ok(claimed) = hex::decode(signature) else { return false };
    mac(secret, timestamp, body).is_some_and(|mac| mac.verify_slice(&claimed).is_ok())
}

fn mac(secret: &[u8], timestamp: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(body);
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::{sign, verify};

    const NOW: i64 = 1_795_400_000;

    #[test]
    fn what_we_sign_we_believe_within_the_window() {
        let signature = sign(b"secret", "1795400000", b"{}").unwrap();
        for now in [NOW - 300, NOW, NOW + 300] {
            assert!(verify(b"secret", "1795400000", &signature, b"{}", now));
            assert!(verify(b"secret", "1795400000", &signature.to_uppercase(), b"{}", now));
        }
        for now in [NOW - 301, NOW + 301] {
            assert!(!verify(b"secret", "1795400000", &signature, b"{}", now));
        }
    }

    #[test]
    fn a_published_vector_holds() {
        // HMAC-SHA256 of "1.hello" with key "key", by another implementation.
        let signature = sign(b"key", "1", b"hello").unwrap();
        assert_eq!(signature, "9233658ef5e21fe59dba8abb099c978547d7626f87090a6a585c26a2a98a91f8");
    }

    #[test]
    fn forgeries_are_refused() {
        let good = sign(b"secret", "1795400000", b"{}").unwrap();
        let other = sign(b"other", "1795400000", b"{}").unwrap();
        let cases: [(&[u8], &str, &str, &[u8]); 10] = [
            (b"secret", "1795400000", &other, b"{}"),
            (b"secret", "1795400000", &good, b"{} "),
            (b"secret", "1795400001", &good, b"{}"),
            (b"secret", "+1795400000", &good, b"{}"),
            (b"secret", "", &good, b"{}"),
            (b"secret", "1795400000", "", b"{}"),
            (b"secret", "1795400000", "zz", b"{}"),
            (b"secret", "1795400000", &good[..62], b"{}"),
            (b"secret", "99999999999999999999", &good, b"{}"),
            (b"", "1795400000", &sign(b"", "1795400000", b"{}").unwrap(), b"{}"),
        ];
        for (secret, timestamp, signature, body) in cases {
            assert!(!verify(secret, timestamp, signature, body, NOW), "{timestamp} {signature}");
        }
    }
}
