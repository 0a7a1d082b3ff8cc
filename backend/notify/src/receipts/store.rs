//! Whose message a receipt speaks of, and receipts that speak of none that we know.

use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{MessageId, notify::GatewayKind};
use fupin_kernel::{Result, Tx};
use uuid::Uuid;

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    message_id: Uuid,
}

#[derive(QueryableByName)]
struct BodyRow {
    #[diesel(sql_type = Text)]
    body: String,
}

/// The message that a carrier means: by the id that we gave it, else by the carrier's own number. Only messages that
/// this carrier was given.
pub async fn find_meant(
    tx: &mut Tx,
    gateway: GatewayKind,
    id: Option<MessageId>,
    reference: Option<&str>,
) -> Result<Option<MessageId>> {
    let row: Option<IdRow> = sql_query(
        "select message_id from message
         where gateway = $1 and (message_id = $2 or gateway_ref = $3)
         order by message_id = $2 desc nulls last limit 1",
    )
    .bind::<Text, _>(gateway.name())
    .bind::<Nullable<SqlUuid>, _>(id.map(|id| id.0))
    .bind::<Nullable<Text>, _>(reference)
    .get_result(tx.conn()?)
    .await
    .optional()?;
    Ok(row.map(|row| MessageId(row.message_id)))
}

/// Keep the carrier's own number of a message; the first one stays.
pub async fn update_reference(tx: &mut Tx, id: MessageId, reference: &str) -> Result<()> {
    sql_query("update message set gateway_ref = coalesce(gateway_ref, $2) where message_id = $1")
        .bind::<SqlUuid, _>(id.0)
        .bind::<Text, _>(reference)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// Keep a receipt for a message that is not ours, or not known yet by this number.
pub async fn insert_stray(tx: &mut Tx, gateway: GatewayKind, reference: Option<&str>, body: &str) -> Result<()> {
    sql_query("insert into stray_receipt (gateway, gateway_ref, body) values ($1, $2, $3)")
        .bind::<Text, _>(gateway.name())
        .bind::<Nullable<Text>, _>(reference)
        .bind::<Text, _>(body)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// Receipts that came before anybody knew whom they speak of.
pub async fn list_strays(tx: &mut Tx, gateway: GatewayKind, reference: &str) -> Result<Vec<String>> {
    let rows: Vec<BodyRow> = sql_query(
        "select body from stray_receipt where gateway = $1 and gateway_ref = $2 order by receipt_id limit 20",
    )
    .bind::<Text, _>(gateway.name())
    .bind::<Text, _>(reference)
    .load(tx.conn()?)
    .await?;
    Ok(rows.into_iter().map(|row| row.body).collect())
}
