//! What happened, for others to hear of: appended in the transaction of the act, so that neither can be without the other.

use diesel::{
    ExpressionMethods, sql_query,
    sql_types::{Array, Jsonb, Text},
};
use diesel_async::RunQueryDsl;
use fupin_schema::outbox;
use serde::Serialize;

use crate::{db::Tx, error::Result};

/// Append a line to the outbox.
pub async fn push(tx: &Tx, topic: &str, payload: &impl Serialize) -> Result<()> {
    let payload = serde_json::to_value(payload)?;
    diesel::insert_into(outbox::table)
        .values((outbox::topic.eq(topic), outbox::payload.eq(payload)))
        .execute(&mut tx.shared()?)
        .await?;
    tx.mark_outbox();
    Ok(())
}

/// Append a line for each of many payloads, all in one statement.
pub async fn push_all(tx: &mut Tx, topic: &str, payloads: &[impl Serialize]) -> Result<()> {
    if payloads.is_empty() {
        return Ok(());
    }
    let payloads = payloads.iter().map(serde_json::to_value).collect::<Result<Vec<_>, _>>()?;
    sql_query("insert into outbox (topic, payload) select $1, line from unnest($2::jsonb[]) with ordinality as l (line, n) order by n")
        .bind::<Text, _>(topic)
        .bind::<Array<Jsonb>, _>(payloads)
        .execute(tx.conn()?)
        .await?;
    tx.mark_outbox();
    Ok(())
}
