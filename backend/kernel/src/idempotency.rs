//! Writes that a bad network may repeat: the same key with the same body gives the same answer and acts once;
//! with another body it is refused.

use chrono::{DateTime, Utc};
use diesel::{
    QueryResult,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_query,
    sql_types::{BigInt, Binary, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use fupin_contract::Fault;
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    db::{Db, Moment, Opening, Tx},
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
    pub async fn answered<T: DeserializeOwned>(&self, connection: &AsyncPgConnection) -> Result<Option<T>> {
        self.opening(connection).await?.1
    }

    /// The moment, and the answer given before: one question, since each call begins with both.
    async fn opening<T: DeserializeOwned>(&self, mut connection: &AsyncPgConnection) -> Opening<Option<T>> {
        let question = Answered { account_id: self.account_id, key: &self.key };
        let (now, access_epoch, digest, response): (DateTime<Utc>, i64, Option<Vec<u8>>, Option<String>) =
            question.get_result(&mut connection).await?;
        Ok((Moment { now, access_epoch }, self.read_answer(digest.zip(response))))
    }

    fn read_answer<T: DeserializeOwned>(&self, kept: Option<(Vec<u8>, String)>) -> Result<Option<T>> {
        let Some((digest, response)) = kept else { return Ok(None) };
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
        self.write_ahead(db, async |_| Ok(()), async |tx, ()| act(tx).await).await
    }

    /// [`Repeatable::write`], with what the act begins by reading: it travels with the beginning of the transaction.
    pub async fn write_ahead<A, T: Serialize + DeserializeOwned>(
        &self,
        db: &Db,
        ahead: impl AsyncFnOnce(&AsyncPgConnection) -> Result<A>,
        act: impl AsyncFnOnce(&mut Tx, A) -> Result<T>,
    ) -> Result<(T, bool)> {
        db.write_after(
            async |connection| {
                let (opening, ahead) = tokio::join!(self.opening::<T>(connection), ahead(connection));
                let (moment, answered) = opening?;
                Ok((moment, answered.map(|answered| (answered, ahead))))
            },
            async |tx, (answered, ahead)| match answered {
                // Whatever has become of what it was about.
                Some(answer) => Ok(answer),
                None => {
                    let answer = act(tx, ahead?).await?;
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

/// The question whether a request came before; the statement is prepared once.
struct Answered<'a> {
    account_id: Uuid,
    key: &'a str,
}

impl QueryFragment<Pg> for Answered<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "select now() + c.shift, e.version, i.request_digest, i.response
             from clock_offset c cross join access_epoch e left join idempotency i on i.account_id = ",
        );
        out.push_bind_param::<SqlUuid, _>(&self.account_id)?;
        out.push_sql(" and i.key = ");
        out.push_bind_param::<Text, _>(self.key)?;
        Ok(())
    }
}

impl Query for Answered<'_> {
    type SqlType = (Timestamptz, BigInt, Nullable<Binary>, Nullable<Text>);
}

impl QueryId for Answered<'_> {
    type QueryId = Answered<'static>;

    const HAS_STATIC_QUERY_ID: bool = true;
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
