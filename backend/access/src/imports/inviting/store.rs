//! The SQL of sending links.

use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{BigInt, Integer, Nullable, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{AccountId, AccountImportId};
use fupin_kernel::{Result, Tx};
use uuid::Uuid;

#[derive(QueryableByName)]
struct LastRow {
    #[diesel(sql_type = Nullable<Timestamptz>)]
    last: Option<DateTime<Utc>>,
}

/// When somebody of an import was last sent a link.
pub async fn last_invited(tx: &mut Tx, id: AccountImportId) -> Result<Option<DateTime<Utc>>> {
    let row: LastRow = sql_query("select max(invited_at) as last from account_import_row where account_import_id = $1")
        .bind::<SqlUuid, _>(id.0)
        .get_result(tx.conn()?)
        .await?;
    Ok(row.last)
}

#[derive(QueryableByName)]
struct InvitedRow {
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
    #[diesel(sql_type = Integer)]
    invitations: i32,
}

/// The next people of an import to be sent a link, marked as sent one; with how often that makes.
pub async fn take_uninvited(tx: &mut Tx, id: AccountImportId, most: i64) -> Result<Vec<(AccountId, i32)>> {
    let now = tx.now();
    let rows: Vec<InvitedRow> = sql_query(
        "update account_import_row r set invited_at = $2, invitations = r.invitations + 1
         from (
             select w.row_no from account_import_row w join account a on a.account_id = w.account_id
             where w.account_import_id = $1 and w.outcome = 'create' and w.invited_at is null
                 and a.password_hash is null and a.disabled_at is null
             order by w.row_no limit $3 for update of w
         ) next
         where r.account_import_id = $1 and r.row_no = next.row_no
         returning r.account_id, r.invitations",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<Timestamptz, _>(now)
    .bind::<BigInt, _>(most)
    .load(tx.conn()?)
    .await?;
    Ok(rows.into_iter().map(|row| (AccountId(row.account_id), row.invitations)).collect())
}

/// Those who have not set a password are to be sent another link.
pub async fn forget_invitations(tx: &mut Tx, id: AccountImportId) -> Result<()> {
    sql_query(
        "update account_import_row r set invited_at = null from account a
         where r.account_import_id = $1 and r.outcome = 'create' and a.account_id = r.account_id
             and a.password_hash is null and a.disabled_at is null",
    )
    .bind::<SqlUuid, _>(id.0)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Hold an account that waits for its first password; false where there is none such any more.
pub async fn lock_pending(tx: &mut Tx, id: AccountId) -> Result<bool> {
    let row: Option<IdRow> = sql_query(
        "select account_id as id from account
         where account_id = $1 and password_hash is null and disabled_at is null for update",
    )
    .bind::<SqlUuid, _>(id.0)
    .get_result(tx.conn()?)
    .await
    .optional()?;
    Ok(row.is_some_and(|row| row.id == id.0))
}
