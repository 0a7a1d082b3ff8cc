//! Those who watch, and whom they are told of.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, Binary, Integer, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_kernel::{Result, Tx};
use uuid::Uuid;

#[derive(Debug, QueryableByName)]
pub struct WatcherRow {
    #[diesel(sql_type = SqlUuid)]
    pub account_id: Uuid,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Nullable<Binary>)]
    pub phone_sealed: Option<Vec<u8>>,
    #[diesel(sql_type = Integer)]
    pub home_unit_id: i32,
}

pub async fn list_watchers(tx: &mut Tx) -> Result<Vec<WatcherRow>> {
    Ok(sql_query(
        "select distinct account_id, name, phone_sealed, home_unit_id from v_access_recipient
         where role in ('security_admin', 'audit_admin') order by account_id",
    )
    .load(tx.conn()?)
    .await?)
}

#[derive(QueryableByName)]
struct NameRow {
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
}

pub async fn list_names(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    let rows: Vec<NameRow> = sql_query("select account_id, name from v_access_person where account_id = any($1)")
        .bind::<Array<SqlUuid>, _>(ids)
        .load(tx.conn()?)
        .await?;
    Ok(rows.into_iter().map(|row| (row.account_id, row.name)).collect())
}
