//! One row: what it says, and the MAC over all of it.

use chrono::{DateTime, SubsecRound, Utc};
use diesel::{
    QueryableByName,
    sql_types::{Binary, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value};
use sm3::Sm3;
use uuid::Uuid;

use crate::{
    db::Tx,
    error::Result,
    keys::{Keys, Purpose},
    request::RequestFacts,
};

/// What somebody set out to do: a stable name, the object it touches, and what else is worth keeping.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub name: &'static str,
    pub object_id: Option<String>,
    pub detail: Map<String, Value>,
}

impl Event {
    /// An act that touches no single object, or one that does not exist yet.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self { name, object_id: None, detail: Map::new() }
    }

    /// An act on an object.
    #[must_use]
    pub fn on(name: &'static str, object: impl std::fmt::Display) -> Self {
        Self { name, object_id: Some(object.to_string()), detail: Map::new() }
    }

    /// Keep one more fact: ids, counts and reasons; never a name, a number of a person or a secret.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.note(name, value);
        self
    }

    /// [`Event::with`], of what is found out in the midst of the act.
    pub fn note(&mut self, name: &str, value: impl Into<Value>) {
        self.detail.insert(name.to_owned(), value.into());
    }

    /// In whose place the act is done, where it is not the actor's own to do.
    pub fn note_principal(&mut self, principal: Option<impl std::fmt::Display>) {
        if let Some(principal) = principal {
            self.note(ON_BEHALF_OF, principal.to_string());
        }
    }
}

/// Under which the detail keeps in whose place somebody acted.
pub const ON_BEHALF_OF: &str = "on_behalf_of";

/// Who acts: nobody yet, an account in a session, or the system itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Actor {
    pub account_id: Option<Uuid>,
    pub session_id: Option<Uuid>,
}

/// How the call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    Refused(&'static str),
    Failed(&'static str),
}

impl Outcome {
    fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused(_) => "refused",
            Self::Failed(_) => "failed",
        }
    }

    fn code(self) -> Option<&'static str> {
        match self {
            Self::Done => None,
            Self::Refused(code) | Self::Failed(code) => Some(code),
        }
    }
}

/// A stored row.
#[derive(Clone, Debug, QueryableByName)]
pub(crate) struct StoredRow {
    #[diesel(sql_type = SqlUuid)]
    pub audit_id: Uuid,
    #[diesel(sql_type = Timestamptz)]
    pub at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub account_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub session_id: Option<Uuid>,
    #[diesel(sql_type = Text)]
    pub event: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub object_id: Option<String>,
    #[diesel(sql_type = Text)]
    pub outcome: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub code: Option<String>,
    #[diesel(sql_type = Text)]
    pub address: String,
    #[diesel(sql_type = Text)]
    pub request_id: String,
    #[diesel(sql_type = Text)]
    pub detail: String,
    #[diesel(sql_type = Binary)]
    pub mac: Vec<u8>,
}

impl StoredRow {
    /// The MAC that this content must carry. Each field is preceded by its length, so that none can lend to the next.
    pub fn expected_mac(&self, keys: &Keys) -> Result<[u8; 32]> {
        let mut mac = keyed(keys)?;
        let at = self.at.timestamp_micros().to_be_bytes();
        let optional = |id: Option<Uuid>| id.map(|id| id.as_bytes().to_vec()).unwrap_or_default();
        let fields: [&[u8]; 11] = [
            self.audit_id.as_bytes(),
            &at,
            &optional(self.account_id),
            &optional(self.session_id),
            self.event.as_bytes(),
            self.object_id.as_deref().unwrap_or_default().as_bytes(),
            self.outcome.as_bytes(),
            self.code.as_deref().unwrap_or_default().as_bytes(),
            self.address.as_bytes(),
            self.request_id.as_bytes(),
            self.detail.as_bytes(),
        ];
        for field in fields {
            mac.update(&(field.len() as u64).to_be_bytes());
            mac.update(field);
        }
        Ok(mac.finalize().into_bytes().into())
    }
}

/// HMAC-SM3 under the audit key.
pub(super) fn keyed(keys: &Keys) -> Result<Hmac<Sm3>> {
    Hmac::<Sm3>::new_from_slice(keys.of(Purpose::Audit)).map_err(crate::Error::internal)
}

/// Leave a row in an open transaction, at its end.
pub fn record(
    tx: &mut Tx,
    keys: &Keys,
    facts: &RequestFacts,
    actor: Actor,
    event: &Event,
    outcome: Outcome,
) -> Result<()> {
    let mut row = StoredRow {
        audit_id: Uuid::now_v7(),
        // The database keeps microseconds; the MAC must see what it will read back.
        at: tx.now().trunc_subsecs(6),
        account_id: actor.account_id,
        session_id: actor.session_id,
        event: event.name.to_owned(),
        object_id: event.object_id.clone(),
        outcome: outcome.name().to_owned(),
        code: outcome.code().map(str::to_owned),
        address: facts.address.clone(),
        request_id: facts.request_id.clone(),
        detail: Value::Object(event.detail.clone()).to_string(),
        mac: Vec::new(),
    };
    row.mac = row.expected_mac(keys)?.to_vec();
    tx.traces.rows.push(row);
    Ok(())
}
