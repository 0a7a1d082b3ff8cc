//! Sessions, refresh tokens, one-time links and attempts.

use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{Binary, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{AccountId, SessionId};
use fupin_kernel::{
    Result, Tx,
    keys::{random_token, token_digest},
};
use uuid::Uuid;

#[derive(QueryableByName)]
pub(super) struct AttemptRow {
    #[diesel(sql_type = SqlUuid)]
    pub account_id: Uuid,
    #[diesel(sql_type = Nullable<Text>)]
    pub password_hash: Option<String>,
}

/// Count an attempt, if one is left: a locked account, and one that cannot sign in, give no row. The counter moves
/// in one statement, so parallel guesses cannot share an attempt.
pub(super) async fn take_attempt(
    tx: &mut Tx,
    username: &str,
    most: i32,
    locked_until: DateTime<Utc>,
) -> Result<Option<AttemptRow>> {
    let row = sql_query(
        "update account set
             failed_attempts = case when locked_until is null then failed_attempts else 0 end + 1,
             locked_until = case
                 when case when locked_until is null then failed_attempts else 0 end + 1 >= $2 then $3
             end
         where lower(username) = lower($1) and disabled_at is null and password_hash is not null
             and (locked_until is null or locked_until <= clock_now())
         returning account_id, password_hash",
    )
    .bind::<Text, _>(username)
    .bind::<Integer, _>(most)
    .bind::<Timestamptz, _>(locked_until)
    .get_result(tx.conn()?)
    .await
    .optional()?;
    Ok(row)
}

/// The password was right: forget the wrong ones.
pub(super) async fn reset_attempts(tx: &mut Tx, account_id: AccountId) -> Result<()> {
    sql_query(
        "update account set failed_attempts = 0, locked_until = null, last_signed_in_at = clock_now()
         where account_id = $1",
    )
    .bind::<SqlUuid, _>(account_id.0)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

pub(super) async fn insert_session(
    tx: &mut Tx,
    session_id: SessionId,
    account_id: AccountId,
    address: &str,
    user_agent: &str,
) -> Result<()> {
    sql_query(
        "insert into session (session_id, account_id, created_at, last_used_at, address, user_agent)
         values ($1, $2, $3, $3, $4, $5)",
    )
    .bind::<SqlUuid, _>(session_id.0)
    .bind::<SqlUuid, _>(account_id.0)
    .bind::<Timestamptz, _>(tx.now())
    .bind::<Text, _>(address)
    .bind::<Text, _>(user_agent)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Make a session's next refresh token; only its digest is kept.
pub(super) async fn insert_refresh_token(tx: &mut Tx, session_id: SessionId) -> Result<String> {
    let token = random_token();
    sql_query("insert into refresh_token (token_digest, session_id, issued_at) values ($1, $2, $3)")
        .bind::<Binary, _>(token_digest(&token))
        .bind::<SqlUuid, _>(session_id.0)
        .bind::<Timestamptz, _>(tx.now())
        .execute(tx.conn()?)
        .await?;
    Ok(token)
}

#[derive(QueryableByName)]
pub(super) struct RefreshRow {
    #[diesel(sql_type = SqlUuid)]
    pub session_id: Uuid,
    #[diesel(sql_type = Bool)]
    pub first_use: bool,
}

/// Use a refresh token up. The row lock makes one of two parallel uses the second.
pub(super) async fn use_refresh_token(tx: &mut Tx, token: &str) -> Result<Option<RefreshRow>> {
    let row: Option<RefreshRow> = sql_query(
        "with found as (
             select token_digest, session_id, used_at is null as first_use
             from refresh_token where token_digest = $1 for update
         ), used as (
             update refresh_token t set used_at = $2 from found f
             where t.token_digest = f.token_digest and f.first_use
         )
         select session_id, first_use from found",
    )
    .bind::<Binary, _>(token_digest(token))
    .bind::<Timestamptz, _>(tx.now())
    .get_result(tx.conn()?)
    .await
    .optional()?;
    Ok(row)
}

pub(super) async fn touch_session(tx: &mut Tx, session_id: SessionId) -> Result<()> {
    sql_query("update session set last_used_at = $2 where session_id = $1")
        .bind::<SqlUuid, _>(session_id.0)
        .bind::<Timestamptz, _>(tx.now())
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// End one session of an account; false when there is none to end.
pub(super) async fn end_session(
    tx: &mut Tx,
    account_id: AccountId,
    session_id: SessionId,
    reason: &str,
) -> Result<bool> {
    let ended = sql_query(
        "update session set ended_at = $3, end_reason = $4
         where session_id = $2 and account_id = $1 and ended_at is null",
    )
    .bind::<SqlUuid, _>(account_id.0)
    .bind::<SqlUuid, _>(session_id.0)
    .bind::<Timestamptz, _>(tx.now())
    .bind::<Text, _>(reason)
    .execute(tx.conn()?)
    .await?;
    Ok(ended == 1)
}

/// End a session whatever its account: its refresh token was used twice.
pub(super) async fn revoke_family(tx: &mut Tx, session_id: SessionId) -> Result<()> {
    sql_query(
        "update session set ended_at = $2, end_reason = 'refresh_reused' where session_id = $1 and ended_at is null",
    )
    .bind::<SqlUuid, _>(session_id.0)
    .bind::<Timestamptz, _>(tx.now())
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// End all sessions of an account, but perhaps one.
pub async fn end_sessions(tx: &mut Tx, account_id: AccountId, but: Option<SessionId>, reason: &str) -> Result<()> {
    sql_query(
        "update session set ended_at = $2, end_reason = $3
         where account_id = $1 and ended_at is null and session_id is distinct from $4",
    )
    .bind::<SqlUuid, _>(account_id.0)
    .bind::<Timestamptz, _>(tx.now())
    .bind::<Text, _>(reason)
    .bind::<Nullable<SqlUuid>, _>(but.map(|session| session.0))
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

#[derive(QueryableByName)]
pub(super) struct SessionRow {
    #[diesel(sql_type = SqlUuid)]
    pub session_id: Uuid,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub last_used_at: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    pub address: String,
    #[diesel(sql_type = Text)]
    pub user_agent: String,
}

pub(super) async fn list_sessions(
    tx: &mut Tx,
    account_id: AccountId,
    alive_since: DateTime<Utc>,
) -> Result<Vec<SessionRow>> {
    let rows = sql_query(
        "select session_id, created_at, last_used_at, address, user_agent from session
         where account_id = $1 and ended_at is null and last_used_at > $2
         order by last_used_at desc limit 100",
    )
    .bind::<SqlUuid, _>(account_id.0)
    .bind::<Timestamptz, _>(alive_since)
    .load(tx.conn()?)
    .await?;
    Ok(rows)
}

/// Set a password; the account is unlocked by it.
pub(super) async fn update_password(tx: &mut Tx, account_id: AccountId, hash: &str) -> Result<()> {
    sql_query("update account set password_hash = $2, failed_attempts = 0, locked_until = null where account_id = $1")
        .bind::<SqlUuid, _>(account_id.0)
        .bind::<Text, _>(hash)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct PhoneRow {
    #[diesel(sql_type = Nullable<Binary>)]
    phone_sealed: Option<Vec<u8>>,
}

/// An account's sealed phone number.
pub(super) async fn find_phone(tx: &mut Tx, account_id: AccountId) -> Result<Option<Vec<u8>>> {
    let row: PhoneRow = sql_query("select phone_sealed from account where account_id = $1")
        .bind::<SqlUuid, _>(account_id.0)
        .get_result(tx.conn()?)
        .await?;
    Ok(row.phone_sealed)
}

/// [`find_phone`] of an account that is held for a change.
pub(super) async fn lock_phone(tx: &mut Tx, account_id: AccountId) -> Result<Option<Vec<u8>>> {
    let row: PhoneRow = sql_query("select phone_sealed from account where account_id = $1 for update")
        .bind::<SqlUuid, _>(account_id.0)
        .get_result(tx.conn()?)
        .await?;
    Ok(row.phone_sealed)
}

/// Take another number for an account; its password was right, so wrong ones are forgotten.
pub(super) async fn update_phone(tx: &mut Tx, account_id: AccountId, phone_sealed: &[u8]) -> Result<()> {
    sql_query("update account set phone_sealed = $2, failed_attempts = 0, locked_until = null where account_id = $1")
        .bind::<SqlUuid, _>(account_id.0)
        .bind::<Binary, _>(phone_sealed)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// The password of an account was right, so wrong ones are forgotten.
pub(crate) async fn forgive(tx: &mut Tx, account_id: AccountId) -> Result<()> {
    sql_query("update account set failed_attempts = 0, locked_until = null where account_id = $1")
        .bind::<SqlUuid, _>(account_id.0)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
pub(super) struct LinkRow {
    #[diesel(sql_type = SqlUuid)]
    pub account_id: Uuid,
    #[diesel(sql_type = Text)]
    pub username: String,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Timestamptz)]
    pub expires_at: DateTime<Utc>,
}

/// A one-time link that can still be used. Within a write it is locked for the use.
pub(super) async fn find_link(tx: &mut Tx, token: &str, lock: Lock) -> Result<Option<LinkRow>> {
    let find = "select l.account_id, a.username, a.name, l.expires_at
         from one_time_link l join account a on a.account_id = l.account_id
         where l.token_digest = $1 and l.used_at is null and l.expires_at > $2 and a.disabled_at is null";
    let statement = match lock {
        Lock::No => find.to_owned(),
        Lock::ForUse => format!("{find} for update of l"),
    };
    let row = sql_query(statement)
        .bind::<Binary, _>(token_digest(token))
        .bind::<Timestamptz, _>(tx.now())
        .get_result(tx.conn()?)
        .await
        .optional()?;
    Ok(row)
}

/// Whether a row is locked as it is read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lock {
    No,
    ForUse,
}

/// Use up all open links of an account: the one that was opened, and any other.
pub(super) async fn use_links(tx: &mut Tx, account_id: AccountId) -> Result<()> {
    sql_query("update one_time_link set used_at = $2 where account_id = $1 and used_at is null")
        .bind::<SqlUuid, _>(account_id.0)
        .bind::<Timestamptz, _>(tx.now())
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// Make a one-time link for an account; earlier ones stop working.
pub async fn new_link(tx: &mut Tx, account_id: AccountId, kind: &str, expires_at: DateTime<Utc>) -> Result<String> {
    use_links(tx, account_id).await?;
    insert_link(tx, Some(account_id), kind, expires_at).await
}

/// Keep the digest of a new one-time token; the token itself is for whoever is to use it.
pub async fn insert_link(
    tx: &mut Tx,
    account_id: Option<AccountId>,
    kind: &str,
    expires_at: DateTime<Utc>,
) -> Result<String> {
    let token = random_token();
    sql_query(
        "insert into one_time_link (token_digest, kind, account_id, created_at, expires_at)
         values ($1, $2, $3, $4, $5)",
    )
    .bind::<Binary, _>(token_digest(&token))
    .bind::<Text, _>(kind)
    .bind::<Nullable<SqlUuid>, _>(account_id.map(|account| account.0))
    .bind::<Timestamptz, _>(tx.now())
    .bind::<Timestamptz, _>(expires_at)
    .execute(tx.conn()?)
    .await?;
    Ok(token)
}

#[derive(QueryableByName)]
struct FoundRow {
    #[diesel(sql_type = Bool)]
    found: bool,
}

/// Whether a token is that of the open set-up link.
pub async fn is_set_up_token(tx: &mut Tx, token: &str) -> Result<bool> {
    let row: FoundRow = sql_query(
        "select exists (select from one_time_link where token_digest = $1 and kind = 'set_up'
             and used_at is null and expires_at > $2) as found",
    )
    .bind::<Binary, _>(token_digest(token))
    .bind::<Timestamptz, _>(tx.now())
    .get_result(tx.conn()?)
    .await?;
    Ok(row.found)
}

/// Set-up links stop working: one was used, or a new one takes their place.
pub async fn use_set_up_links(tx: &mut Tx) -> Result<()> {
    sql_query("update one_time_link set used_at = $1 where kind = 'set_up' and used_at is null")
        .bind::<Timestamptz, _>(tx.now())
        .execute(tx.conn()?)
        .await?;
    Ok(())
}
