//! Access tokens: signed, short-lived, and worth nothing without a living session behind them.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use fupin_contract::{AccountId, SessionId};
use fupin_kernel::{
    Error, Result,
    keys::{Keys, Purpose},
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const ISSUER: &str = "fupin";
const AUDIENCE: &str = "fupin-api";
const TYPE: &str = "at+jwt";
/// Longer than any token of ours; anything beyond is not worth parsing.
const LONGEST: usize = 1000;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    sid: Uuid,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// What a valid token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bearer {
    pub account_id: AccountId,
    pub session_id: SessionId,
}

/// What each token of ours begins with. Another header is not even read, so that none chooses a key or an algorithm.
static HEADER: LazyLock<String> = LazyLock::new(|| {
    let token = jsonwebtoken::encode(&header(), &(), &EncodingKey::from_secret(&[]));
    token.ok().and_then(|token| token.split('.').next().map(str::to_owned)).unwrap_or_default()
});

fn header() -> Header {
    Header { typ: Some(TYPE.to_owned()), ..Header::new(Algorithm::HS256) }
}

/// Sign a token for a session.
pub(crate) fn issue(keys: &Keys, bearer: Bearer, now: DateTime<Utc>, expires: DateTime<Utc>) -> Result<String> {
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: AUDIENCE.to_owned(),
        sub: bearer.account_id.0,
        sid: bearer.session_id.0,
        iat: now.timestamp(),
        nbf: now.timestamp(),
        exp: expires.timestamp(),
    };
    jsonwebtoken::encode(&header(), &claims, &EncodingKey::from_secret(keys.of(Purpose::Token)))
        .map_err(Error::internal)
}

/// Accept a token of ours, and no other.
pub(crate) fn verify(keys: &Keys, token: &str) -> Result<Bearer> {
    let refuse = || Error::unauthenticated("access.token_invalid");
    if token.len() > LONGEST {
        return Err(refuse());
    }
    if token.split('.').next() != Some(HEADER.as_str()) {
        return Err(refuse());
    }
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_audience(&[AUDIENCE]);
    validation.set_issuer(&[ISSUER]);
    validation.set_required_spec_claims(&["exp", "nbf", "aud", "iss", "sub"]);
    validation.validate_nbf = true;
    // The same clock issues and verifies; a few seconds cover a correction of it.
    validation.leeway = 5;
    let key = DecodingKey::from_secret(keys.of(Purpose::Token));
    let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation)
        .map_err(|error| match error.kind() {
            jsonwebtoken::errors::ErrorKind::ExpiredSignature => Error::unauthenticated("access.token_expired"),
            _ => refuse(),
        })?
        .claims;
    Ok(Bearer { account_id: AccountId(claims.sub), session_id: SessionId(claims.sid) })
}
