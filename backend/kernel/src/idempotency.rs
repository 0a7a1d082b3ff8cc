//! Writes that a bad network may repeat: the same key with the same body gives the same answer and acts once;
//! with another body it is refused.

use diesel::{OptionalExtension, QueryDsl, sql_query, sql_types::Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use fupin_contract::Fault;
use fupin_schema::idempotency;
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    db::{Db, Tx},
    error::{Error, Refusal, Result},
    traces::KeptAnswer,
};

/// A request that may come again.
#[derive(Clone, Debug)]
pub struct Repeatable {
    pub account_id: Uuid,
    pub key: String,
    /// Of method, path and body.
    pub digest: [u8; 32],
}

impl Repeatable {
    /// Refuse a key that no well-behaved client makes.
    pub fn check_key(key: &str) -> Result<()> {
        let fits = (8..=100).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
        if fits {
            return Ok(());
        }
        Err(Error::invalid_field("Idempotency-Key", Fault::new("length").with("min", 8).with("max", 100)))
    }

    /// The answer given before, if this request came before.
    pub async fn answered<T: DeserializeOwned>(&self, mut connection: &AsyncPgConnection) -> Result<Option<T>> {
        let row: Option<(Vec<u8>, String)> = idempotency::table
            .find((self.account_id, &self.key))
            .select((idempotency::request_digest, idempotency::response))
            .first(&mut connection)
            .await
            .optional()?;
        let Some((digest, response)) = row else { return Ok(None) };
        if digest != self.digest {
            return Err(Error::Invalid(Refusal::new("request.key_reused")));
        }
        Ok(Some(serde_json::from_str(&response)?))
    }

    /// Act, unless this request came before: then the answer is that of the first call, and no outbox was written to.
    /// Of two that race with one key, the second conflicts and rolls back.
    pub async fn write<T: Serialize + DeserializeOwned>(
        &self,
        db: &Db,
        act: impl AsyncFnOnce(&mut Tx) -> Result<T>,
    ) -> Result<(T, bool)> {
        db.write_after(
            async |connection| self.answered::<T>(connection).await,
            async |tx, answered| match answered {
                Some(answer) => Ok(answer),
                None => {
                    let answer = act(tx).await?;
                    tx.traces.answer = Some(KeptAnswer {
                        account_id: self.account_id,
                        key: self.key.clone(),
                        digest: self.digest,
                        response: serde_json::to_string(&answer)?,
                    });
                    Ok(answer)
                }
            },
        )
        .await
    }
}

/// What a repeated request must agree in: the act, its object and its body.
#[must_use]
pub fn digest(act: &str, object: &str, body: [u8; 32]) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    let mut digest = Sha256::new();
    for part in [act.as_bytes(), object.as_bytes(), &body] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.finalize().into()
}

/// Forget answers older than an interval (`7 days`).
pub async fn forget(db: &Db, older_than: &str) -> Result<()> {
    db.write(async |tx| {
        sql_query("delete from idempotency where created_at < now() - $1::interval")
            .bind::<Text, _>(older_than)
            .execute(tx.conn()?)
            .await?;
        Ok(())
    })
    .await
    .map(|_| ())
}
