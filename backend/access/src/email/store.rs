//! The address of an account, and the links that confirm it.

use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{BigInt, Binary, Bool, Nullable, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::AccountId;
use fupin_kernel::{Result, Tx};
use uuid::Uuid;

/// What an account keeps.
#[derive(QueryableByName)]
pub(super) struct EmailRow {
    #[diesel(sql_type = Nullable<Binary>)]
    pub sealed: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub confirmed_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Bool)]
    pub disabled: bool,
}

#[derive(QueryableByName)]
struct AccountRow {
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

const EMAIL: &str =
    "select email_sealed as sealed, email_confirmed_at as confirmed_at, disabled_at is not null as disabled
    from account where account_id = $1";

pub(super) async fn find_email(tx: &mut Tx, account_id: AccountId) -> Result<EmailRow> {
    Ok(sql_query(EMAIL).bind::<SqlUuid, _>(account_id.0).get_result(tx.conn()?).await?)
}

/// [`find_email`] of an account that is held for a change.
pub(super) async fn lock_email(tx: &mut Tx, account_id: AccountId) -> Result<EmailRow> {
    let statement = format!("{EMAIL} for update");
    Ok(sql_query(statement).bind::<SqlUuid, _>(account_id.0).get_result(tx.conn()?).await?)
}

/// Take another address for an account, or none; no link that was sent before confirms it.
pub(super) async fn update_email(tx: &mut Tx, account_id: AccountId, sealed: Option<&[u8]>) -> Result<()> {
    let now = tx.now();
    sql_query("update email_confirmation set used_at = $2 where account_id = $1 and used_at is null")
        .bind::<SqlUuid, _>(account_id.0)
        .bind::<Timestamptz, _>(now)
        .execute(tx.conn()?)
        .await?;
    sql_query("update account set email_sealed = $2, email_confirmed_at = null where account_id = $1")
        .bind::<SqlUuid, _>(account_id.0)
        .bind::<Nullable<Binary>, _>(sealed)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

pub(super) async fn update_confirmed(tx: &mut Tx, account_id: AccountId) -> Result<()> {
    let now = tx.now();
    sql_query("update account set email_confirmed_at = $2 where account_id = $1")
        .bind::<SqlUuid, _>(account_id.0)
        .bind::<Timestamptz, _>(now)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// How many links an account has asked for since an instant.
pub(super) async fn count_asked(tx: &mut Tx, account_id: AccountId, since: DateTime<Utc>) -> Result<i64> {
    let query = "select count(*) as count from email_confirmation where account_id = $1 and asked_at > $2";
    let row: CountRow =
        sql_query(query).bind::<SqlUuid, _>(account_id.0).bind::<Timestamptz, _>(since).get_result(tx.conn()?).await?;
    Ok(row.count)
}

pub(super) async fn insert_ask(tx: &mut Tx, account_id: AccountId) -> Result<Uuid> {
    let (id, now) = (Uuid::now_v7(), tx.now());
    sql_query("insert into email_confirmation (email_confirmation_id, account_id, asked_at) values ($1, $2, $3)")
        .bind::<SqlUuid, _>(id)
        .bind::<SqlUuid, _>(account_id.0)
        .bind::<Timestamptz, _>(now)
        .execute(tx.conn()?)
        .await?;
    Ok(id)
}

/// Give the last link that was asked for its token; those before it stop working. False where none waits.
pub(super) async fn update_token(
    tx: &mut Tx,
    account_id: AccountId,
    digest: &[u8],
    expires_at: DateTime<Utc>,
) -> Result<bool> {
    let now = tx.now();
    sql_query(
        "update email_confirmation set used_at = $2
         where account_id = $1 and used_at is null and email_confirmation_id <> (
             select email_confirmation_id from email_confirmation where account_id = $1
             order by asked_at desc, email_confirmation_id desc limit 1)",
    )
    .bind::<SqlUuid, _>(account_id.0)
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    let made = sql_query(
        "update email_confirmation set token_digest = $2, expires_at = $3 where account_id = $1 and used_at is null",
    )
    .bind::<SqlUuid, _>(account_id.0)
    .bind::<Binary, _>(digest)
    .bind::<Timestamptz, _>(expires_at)
    .execute(tx.conn()?)
    .await?;
    Ok(made == 1)
}

/// Whose address a link that still works confirms.
pub(super) async fn find_asked(tx: &mut Tx, digest: &[u8]) -> Result<Option<AccountId>> {
    let now = tx.now();
    let row: Option<AccountRow> = sql_query(
        "select account_id from email_confirmation where token_digest = $1 and used_at is null and expires_at > $2",
    )
    .bind::<Binary, _>(digest)
    .bind::<Timestamptz, _>(now)
    .get_result(tx.conn()?)
    .await
    .optional()?;
    Ok(row.map(|row| AccountId(row.account_id)))
}

/// Use a link up; false where somebody was faster.
pub(super) async fn use_token(tx: &mut Tx, digest: &[u8]) -> Result<bool> {
    let now = tx.now();
    let used = sql_query("update email_confirmation set used_at = $2 where token_digest = $1 and used_at is null")
        .bind::<Binary, _>(digest)
        .bind::<Timestamptz, _>(now)
        .execute(tx.conn()?)
        .await?;
    Ok(used == 1)
}
