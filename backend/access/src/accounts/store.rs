//! Accounts and grants in the database. Every reading begins at `visible`: accounts whose unit lies in the scope.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{Array, BigInt, Binary, Bool, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{
    AccountId, GrantId, UnitId,
    access::{Account, AccountFilter, AccountGrant, AccountStatus, Role, UpdateAccount},
    mask_phone,
    units::UnitName,
};
use fupin_kernel::{Error, Result, Tx, keys::Keys, seal};
use uuid::Uuid;

use super::rules::AccountError;
use crate::{Scope, units::level};

#[derive(QueryableByName)]
struct AccountRow {
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
    #[diesel(sql_type = Text)]
    username: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Integer)]
    unit_id: i32,
    #[diesel(sql_type = Text)]
    unit_name: String,
    #[diesel(sql_type = SmallInt)]
    level: i16,
    #[diesel(sql_type = Nullable<Binary>)]
    phone_sealed: Option<Vec<u8>>,
    #[diesel(sql_type = Bool)]
    pending: bool,
    #[diesel(sql_type = Bool)]
    disabled: bool,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    locked_until: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    last_signed_in_at: Option<DateTime<Utc>>,
}

#[derive(QueryableByName)]
struct GrantRow {
    #[diesel(sql_type = SqlUuid)]
    grant_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Integer)]
    unit_id: i32,
    #[diesel(sql_type = Text)]
    unit_name: String,
    #[diesel(sql_type = SmallInt)]
    level: i16,
}

/// Accounts whose unit, as it stands today, lies in the ranges of `$1` and `$2`. Those of a unit that has ended are left
/// to whoever administers the province.
const VISIBLE: &str = "
    select a.account_id, a.username, a.name, u.unit_id, u.name as unit_name, u.level, a.phone_sealed,
           a.password_hash is null as pending, a.disabled_at is not null as disabled,
           case when a.locked_until > clock_now() then a.locked_until end as locked_until, a.last_signed_in_at
    from account a
    left join v_access_place p on p.unit_id = a.unit_id
    join v_access_unit u on u.unit_id = coalesce(p.place_id, (select unit_id from v_access_unit where level = 0))
    where exists (select from unnest($1, $2) s(lo, hi) where u.lo >= s.lo and u.lo < s.hi)";

fn wire(row: AccountRow, keys: &Keys, grants: Vec<AccountGrant>) -> Result<Account> {
    let account_id = AccountId(row.account_id);
    let phone = match row.phone_sealed {
        Some(sealed) => Some(mask_phone(&seal::open(keys, &phone_place(account_id), &sealed)?)),
        None => None,
    };
    let status = if row.disabled {
        AccountStatus::Disabled
    } else if row.pending {
        AccountStatus::Pending
    } else if row.locked_until.is_some() {
        AccountStatus::Locked
    } else {
        AccountStatus::Active
    };
    Ok(Account {
        id: account_id,
        username: row.username,
        name: row.name,
        unit: UnitName { id: UnitId(row.unit_id), name: row.unit_name, level: level(row.level)? },
        phone,
        status,
        locked_until: row.locked_until,
        last_signed_in_at: row.last_signed_in_at,
        grants,
    })
}

/// What a sealed phone number is bound to.
pub(crate) fn phone_place(account_id: AccountId) -> String {
    format!("account.phone:{account_id}")
}

async fn complete(tx: &mut Tx, keys: &Keys, rows: Vec<AccountRow>) -> Result<Vec<Account>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.account_id).collect();
    let held: Vec<GrantRow> = sql_query(
        "select g.grant_id, g.account_id, g.role, coalesce(p.place_id, g.unit_id) as unit_id,
                coalesce(p.name, last.name) as unit_name, coalesce(p.level, last.level) as level
         from account_grant g
         left join v_access_place p on p.unit_id = g.unit_id
         left join lateral (
             select n.name, n.level from tree_node n
             where p.unit_id is null and n.unit_id = g.unit_id order by n.tree_id desc limit 1
         ) last on true
         where g.account_id = any($1) order by p.lo, g.role, g.grant_id",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .load(tx.conn()?)
    .await?;
    let mut grants: HashMap<Uuid, Vec<AccountGrant>> = HashMap::new();
    for row in held {
        let role = Role::from_name(&row.role).ok_or_else(|| Error::internal(format!("a grant of {}", row.role)))?;
        let unit = UnitName { id: UnitId(row.unit_id), name: row.unit_name, level: level(row.level)? };
        grants.entry(row.account_id).or_default().push(AccountGrant { id: GrantId(row.grant_id), role, unit });
    }
    rows.into_iter()
        .map(|row| {
            let held = grants.remove(&row.account_id).unwrap_or_default();
            wire(row, keys, held)
        })
        .collect()
}

pub(super) async fn list_accounts(
    tx: &mut Tx,
    keys: &Keys,
    scope: &Scope,
    filter: &AccountFilter,
    limit: usize,
) -> Result<Vec<Account>> {
    let rows: Vec<AccountRow> = sql_query(format!(
        "{VISIBLE}
           and ($3 is null or exists (select from v_access_unit w where w.unit_id = $3 and u.lo >= w.lo and u.lo < w.hi))
           and ($4 is null or position(lower($4) in lower(a.username)) > 0 or position($4 in a.name) > 0)
           and ($5 is null or a.username > $5)
         order by a.username limit $6"
    ))
    .bind::<Array<Integer>, _>(scope.lo())
    .bind::<Array<Integer>, _>(scope.hi())
    .bind::<Nullable<Integer>, _>(filter.unit.map(|unit| unit.0))
    .bind::<Nullable<Text>, _>(filter.q.as_deref().map(str::trim))
    .bind::<Nullable<Text>, _>(filter.after.as_ref().map(|cursor| cursor.0.as_str()))
    .bind::<BigInt, _>(limit as i64 + 1)
    .load(tx.conn()?)
    .await?;
    complete(tx, keys, rows).await
}

pub(super) async fn find_account(tx: &mut Tx, keys: &Keys, scope: &Scope, id: AccountId) -> Result<Account> {
    let rows: Vec<AccountRow> = sql_query(format!("{VISIBLE} and a.account_id = $3"))
        .bind::<Array<Integer>, _>(scope.lo())
        .bind::<Array<Integer>, _>(scope.hi())
        .bind::<SqlUuid, _>(id.0)
        .load(tx.conn()?)
        .await?;
    complete(tx, keys, rows).await?.pop().ok_or(Error::NotFound)
}

/// Find an account within the scope and hold it for a change.
pub(super) async fn lock_account(tx: &mut Tx, keys: &Keys, scope: &Scope, id: AccountId) -> Result<Account> {
    sql_query("select account_id from account where account_id = $1 for update")
        .bind::<SqlUuid, _>(id.0)
        .execute(tx.conn()?)
        .await?;
    find_account(tx, keys, scope, id).await
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
}

/// The account of a name that is not disabled.
pub(super) async fn find_by_username(tx: &mut Tx, username: &str) -> Result<Option<AccountId>> {
    let row: Option<IdRow> =
        sql_query("select account_id from account where lower(username) = lower($1) and disabled_at is null")
            .bind::<Text, _>(username)
            .get_result(tx.conn()?)
            .await
            .optional()?;
    Ok(row.map(|row| AccountId(row.account_id)))
}

#[derive(QueryableByName)]
struct OrdinalRow {
    #[diesel(sql_type = Integer)]
    lo: i32,
}

/// The ordinal of a unit of the scope; outside it there is none.
pub(super) async fn ordinal(tx: &mut Tx, scope: &Scope, unit: UnitId) -> Result<i32> {
    let row: Option<OrdinalRow> = sql_query("select lo from v_access_unit where unit_id = $1")
        .bind::<Integer, _>(unit.0)
        .get_result(tx.conn()?)
        .await
        .optional()?;
    row.map(|row| row.lo).filter(|lo| scope.covers(*lo)).ok_or(Error::NotFound)
}

/// Where a grant's unit stands today. One at a unit that has ended is for whoever grants in the whole province.
pub(super) async fn ordinal_of_grant(tx: &mut Tx, scope: &Scope, unit: UnitId) -> Result<i32> {
    let row: Option<OrdinalRow> = sql_query("select lo from v_access_place where unit_id = $1")
        .bind::<Integer, _>(unit.0)
        .get_result(tx.conn()?)
        .await
        .optional()?;
    let lo = row.map_or(0, |row| row.lo);
    if scope.covers(lo) { Ok(lo) } else { Err(Error::NotFound) }
}

pub(super) struct NewAccount<'a> {
    pub id: AccountId,
    pub username: &'a str,
    pub name: &'a str,
    pub unit: UnitId,
    pub phone_sealed: Option<Vec<u8>>,
}

pub(super) async fn insert_account(tx: &mut Tx, new: NewAccount<'_>) -> Result<()> {
    let made = sql_query(
        "insert into account (account_id, username, name, unit_id, phone_sealed) values ($1, $2, $3, $4, $5)
         on conflict do nothing",
    )
    .bind::<SqlUuid, _>(new.id.0)
    .bind::<Text, _>(new.username)
    .bind::<Text, _>(new.name)
    .bind::<Integer, _>(new.unit.0)
    .bind::<Nullable<Binary>, _>(new.phone_sealed)
    .execute(tx.conn()?)
    .await?;
    if made == 1 { Ok(()) } else { Err(AccountError::UsernameTaken.into()) }
}

pub(super) async fn update_account(
    tx: &mut Tx,
    id: AccountId,
    input: &UpdateAccount,
    phone_sealed: Option<Vec<u8>>,
) -> Result<()> {
    sql_query(
        "update account set name = $2, unit_id = $3, phone_sealed = coalesce($4, phone_sealed) where account_id = $1",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<Text, _>(&input.name)
    .bind::<Integer, _>(input.unit.0)
    .bind::<Nullable<Binary>, _>(phone_sealed)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Disabled from now on, or not any more.
pub(super) async fn update_disabled(tx: &mut Tx, id: AccountId, disabled_at: Option<DateTime<Utc>>) -> Result<()> {
    sql_query("update account set disabled_at = $2 where account_id = $1")
        .bind::<SqlUuid, _>(id.0)
        .bind::<Nullable<Timestamptz>, _>(disabled_at)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

pub(super) async fn update_unlocked(tx: &mut Tx, id: AccountId) -> Result<()> {
    sql_query("update account set failed_attempts = 0, locked_until = null where account_id = $1")
        .bind::<SqlUuid, _>(id.0)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

pub(super) async fn insert_grant(
    tx: &mut Tx,
    id: GrantId,
    account_id: AccountId,
    role: Role,
    unit: UnitId,
    granted_by: Option<AccountId>,
) -> Result<bool> {
    let made = sql_query(
        "insert into account_grant (grant_id, account_id, role, unit_id, granted_by) values ($1, $2, $3, $4, $5)
         on conflict (account_id, role, unit_id) do nothing",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<SqlUuid, _>(account_id.0)
    .bind::<Text, _>(role.name())
    .bind::<Integer, _>(unit.0)
    .bind::<Nullable<SqlUuid>, _>(granted_by.map(|account| account.0))
    .execute(tx.conn()?)
    .await?;
    Ok(made == 1)
}

#[derive(QueryableByName)]
struct HolderRow {
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Integer)]
    unit_id: i32,
}

/// Whose grant it is, which role, and where.
pub(super) async fn lock_grant(tx: &mut Tx, id: GrantId) -> Result<(AccountId, Role, UnitId)> {
    let row: Option<HolderRow> =
        sql_query("select account_id, role, unit_id from account_grant where grant_id = $1 for update")
            .bind::<SqlUuid, _>(id.0)
            .get_result(tx.conn()?)
            .await
            .optional()?;
    let row = row.ok_or(Error::NotFound)?;
    let role = Role::from_name(&row.role).ok_or_else(|| Error::internal(format!("a grant of {}", row.role)))?;
    Ok((AccountId(row.account_id), role, UnitId(row.unit_id)))
}

pub(super) async fn delete_grant(tx: &mut Tx, id: GrantId) -> Result<()> {
    sql_query("delete from account_grant where grant_id = $1").bind::<SqlUuid, _>(id.0).execute(tx.conn()?).await?;
    Ok(())
}

pub(super) async fn delete_grants(tx: &mut Tx, account_id: AccountId) -> Result<()> {
    sql_query("delete from account_grant where account_id = $1")
        .bind::<SqlUuid, _>(account_id.0)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Holds the door while it is counted who else can sign in with a role and reaches a unit with it: two who leave at once
/// wait for each other.
pub(super) async fn count_others_with(tx: &mut Tx, role: Role, unit: UnitId, but: AccountId) -> Result<i64> {
    sql_query("select pg_advisory_xact_lock(hashtext($1))")
        .bind::<Text, _>(format!("keepers of {}", role.name()))
        .execute(tx.conn()?)
        .await?;
    let row: CountRow = sql_query(
        "select count(distinct a.account_id) as count from account a
         join account_grant g on g.account_id = a.account_id
         join v_access_place o on o.unit_id = g.unit_id
         left join v_access_place w on w.unit_id = $3
         where g.role = $1 and a.account_id <> $2 and a.disabled_at is null and a.password_hash is not null
           and (w.unit_id is null or o.lo <= w.lo and o.hi >= w.hi)",
    )
    .bind::<Text, _>(role.name())
    .bind::<SqlUuid, _>(but.0)
    .bind::<Integer, _>(unit.0)
    .get_result(tx.conn()?)
    .await?;
    Ok(row.count)
}
