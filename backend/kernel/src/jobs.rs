//! Background jobs are graphile_worker's, enqueued inside the business transaction. The runtime role reaches its
//! tables through one function alone; the job carries an id, our own tables carry the state.

use chrono::{DateTime, Utc};
use diesel::{
    sql_query,
    sql_types::{Jsonb, Nullable, Text, Timestamptz},
};
use diesel_async::RunQueryDsl;
use serde::Serialize;

use crate::{db::Tx, error::Result};

/// The schema that graphile_worker owns.
pub const SCHEMA: &str = "graphile_worker";

/// Enqueue a job; it runs once the transaction has committed, not before `run_at`.
pub async fn enqueue(tx: &mut Tx, task: &str, payload: &impl Serialize, run_at: Option<DateTime<Utc>>) -> Result<()> {
    sql_query("select fupin_worker.enqueue($1, $2, $3)")
        .bind::<Text, _>(task)
        .bind::<Jsonb, _>(serde_json::to_value(payload)?)
        .bind::<Nullable<Timestamptz>, _>(run_at)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// Enqueue one job for each payload of a JSON array: a whole province in a tenth of a second.
pub async fn enqueue_all(tx: &mut Tx, task: &str, payloads: &impl Serialize) -> Result<()> {
    sql_query("select fupin_worker.enqueue_all($1, $2)")
        .bind::<Text, _>(task)
        .bind::<Jsonb, _>(serde_json::to_value(payloads)?)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}
