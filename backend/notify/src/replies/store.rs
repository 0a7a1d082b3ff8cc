//! Whose reply it is, and what it marks.

use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{Array, BigInt, Binary, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{
    MessageId,
    notify::{GatewayKind, ReplyCounts},
};
use fupin_kernel::{Result, Tx};
use uuid::Uuid;

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    message_id: Uuid,
}

#[derive(QueryableByName)]
struct CountsRow {
    #[diesel(sql_type = BigInt)]
    read: i64,
    #[diesel(sql_type = BigInt)]
    other: i64,
    #[diesel(sql_type = BigInt)]
    unknown: i64,
}

/// The message that a number was sent last.
pub async fn find_last_sent_to(tx: &mut Tx, number_mac: &[u8]) -> Result<Option<MessageId>> {
    let row: Option<IdRow> = sql_query(
        "select message_id from message where number_mac = $1 and sent_at is not null order by sent_at desc limit 1",
    )
    .bind::<Binary, _>(number_mac)
    .get_result(tx.conn()?)
    .await
    .optional()?;
    Ok(row.map(|row| MessageId(row.message_id)))
}

/// Mark as read what a message told of: the notice of the same intent, and where it gathered several things of a paced
/// occasion, theirs.
pub async fn update_read_by(tx: &mut Tx, id: MessageId, paced: &[&str]) -> Result<()> {
    let now = tx.now();
    sql_query(
        "update notice n set read_at = $2
         from message m
         where m.message_id = $1 and n.account_id = m.account_id and n.read_at is null
             and (n.intent = m.intent
                 or (m.occasion = any($3) and starts_with(n.intent, m.occasion)
                     and n.at between m.created_at and m.sent_at))",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<Timestamptz, _>(now)
    .bind::<Array<Text>, _>(paced)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

pub async fn insert_reply(tx: &mut Tx, gateway: GatewayKind, id: Option<MessageId>, meaning: &str) -> Result<()> {
    let now = tx.now();
    sql_query("insert into message_reply (gateway, at, message_id, meaning) values ($1, $2, $3, $4)")
        .bind::<Text, _>(gateway.name())
        .bind::<Timestamptz, _>(now)
        .bind::<Nullable<SqlUuid>, _>(id.map(|id| id.0))
        .bind::<Text, _>(meaning)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

pub async fn count_replies(tx: &mut Tx) -> Result<ReplyCounts> {
    let row: CountsRow = sql_query(
        "select count(*) filter (where meaning = 'read') as read, count(*) filter (where meaning = 'other') as other,
             count(*) filter (where meaning = 'unknown') as unknown
         from message_reply",
    )
    .get_result(tx.conn()?)
    .await?;
    Ok(ReplyCounts { read: row.read, other: row.other, unknown: row.unknown })
}
