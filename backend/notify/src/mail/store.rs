//! The mail server in force, and the caller's own address.

use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{Binary, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::AccountId;
use fupin_kernel::{Result, Tx};

#[derive(QueryableByName)]
struct ServerRow {
    #[diesel(sql_type = Binary)]
    settings_sealed: Vec<u8>,
}

/// A confirmed address, and whose it is.
#[derive(QueryableByName)]
pub struct OwnerRow {
    #[diesel(sql_type = Binary)]
    pub email_sealed: Vec<u8>,
    #[diesel(sql_type = Text)]
    pub name: String,
}

/// The sealed settings of the server in force.
pub async fn find_server(tx: &mut Tx) -> Result<Option<Vec<u8>>> {
    let row: Option<ServerRow> =
        sql_query("select settings_sealed from mail_server").get_result(tx.conn()?).await.optional()?;
    Ok(row.map(|row| row.settings_sealed))
}

pub async fn save_server(tx: &mut Tx, settings_sealed: &[u8]) -> Result<()> {
    sql_query(
        "insert into mail_server (settings_sealed) values ($1)
         on conflict (singleton) do update set settings_sealed = $1, changed_at = now()",
    )
    .bind::<Binary, _>(settings_sealed)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

pub async fn delete_server(tx: &mut Tx) -> Result<()> {
    sql_query("delete from mail_server").execute(tx.conn()?).await?;
    Ok(())
}

/// Somebody's confirmed address.
pub async fn find_owner(tx: &mut Tx, id: AccountId) -> Result<Option<OwnerRow>> {
    Ok(sql_query(
        "select b.email_sealed, p.name from v_access_mailbox b join v_access_person p using (account_id)
         where account_id = $1",
    )
    .bind::<SqlUuid, _>(id.0)
    .get_result(tx.conn()?)
    .await
    .optional()?)
}
