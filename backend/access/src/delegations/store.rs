//! The SQL of delegations.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{Array, Bool, Date, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{
    AccountId, DelegationId, UnitId,
    access::Role,
    delegations::{Colleague, Delegation, DelegationState},
    units::UnitName,
};
use fupin_kernel::{Error, Result, Tx};
use uuid::Uuid;

use super::rules::{Around, Days, Party};
use crate::{Scope, units::level};

#[derive(QueryableByName)]
struct DelegationRow {
    #[diesel(sql_type = SqlUuid)]
    delegation_id: Uuid,
    #[diesel(embed)]
    principal: PrincipalRow,
    #[diesel(embed)]
    delegate: DelegateRow,
    #[diesel(sql_type = Date)]
    first_day: NaiveDate,
    #[diesel(sql_type = Date)]
    last_day: NaiveDate,
    #[diesel(sql_type = Text)]
    reason: String,
    #[diesel(sql_type = Text)]
    made_by: String,
    #[diesel(sql_type = Timestamptz)]
    made_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    ended_at: Option<DateTime<Utc>>,
}

#[derive(QueryableByName)]
struct PrincipalRow {
    #[diesel(sql_type = SqlUuid)]
    principal_id: Uuid,
    #[diesel(sql_type = Text)]
    principal_name: String,
    #[diesel(sql_type = Integer)]
    principal_unit_id: i32,
    #[diesel(sql_type = Text)]
    principal_unit: String,
    #[diesel(sql_type = SmallInt)]
    principal_level: i16,
}

#[derive(QueryableByName)]
struct DelegateRow {
    #[diesel(sql_type = SqlUuid)]
    delegate_id: Uuid,
    #[diesel(sql_type = Text)]
    delegate_name: String,
    #[diesel(sql_type = Integer)]
    delegate_unit_id: i32,
    #[diesel(sql_type = Text)]
    delegate_unit: String,
    #[diesel(sql_type = SmallInt)]
    delegate_level: i16,
}

/// Delegations with both people where they belong today; those of a unit that has ended belong to the province.
const DELEGATIONS: &str = "
    select d.delegation_id, d.first_day, d.last_day, d.reason, m.name as made_by, d.made_at, d.ended_at,
           p.account_id as principal_id, p.name as principal_name, pu.unit_id as principal_unit_id,
           pu.name as principal_unit, pu.level as principal_level,
           e.account_id as delegate_id, e.name as delegate_name, eu.unit_id as delegate_unit_id,
           eu.name as delegate_unit, eu.level as delegate_level
    from delegation d
    join account p on p.account_id = d.principal_id
    join account e on e.account_id = d.delegate_id
    join account m on m.account_id = d.made_by
    left join v_access_place pp on pp.unit_id = p.unit_id
    join v_access_unit pu on pu.unit_id = coalesce(pp.place_id, (select unit_id from v_access_unit where level = 0))
    left join v_access_place ep on ep.unit_id = e.unit_id
    join v_access_unit eu on eu.unit_id = coalesce(ep.place_id, (select unit_id from v_access_unit where level = 0))";

const NEWEST: &str = "order by d.made_at desc, d.delegation_id desc limit 200";

fn unit(id: i32, name: String, rank: i16) -> Result<UnitName> {
    Ok(UnitName { id: UnitId(id), name, level: level(rank)? })
}

fn wire(row: DelegationRow, today: NaiveDate) -> Result<Delegation> {
    let state = if row.ended_at.is_some() || row.last_day < today {
        DelegationState::Over
    } else if row.first_day > today {
        DelegationState::Ahead
    } else {
        DelegationState::Running
    };
    let (p, e) = (row.principal, row.delegate);
    Ok(Delegation {
        id: DelegationId(row.delegation_id),
        principal: Colleague {
            id: AccountId(p.principal_id),
            name: p.principal_name,
            unit: unit(p.principal_unit_id, p.principal_unit, p.principal_level)?,
        },
        delegate: Colleague {
            id: AccountId(e.delegate_id),
            name: e.delegate_name,
            unit: unit(e.delegate_unit_id, e.delegate_unit, e.delegate_level)?,
        },
        first_day: row.first_day,
        last_day: row.last_day,
        reason: row.reason,
        state,
        made_by: row.made_by,
        made_at: row.made_at,
        ended_at: row.ended_at,
    })
}

/// Given or received by an account.
pub(super) async fn list_own(tx: &mut Tx, own: AccountId) -> Result<Vec<Delegation>> {
    let today = tx.today();
    let rows: Vec<DelegationRow> =
        sql_query(format!("{DELEGATIONS} where d.principal_id = $1 or d.delegate_id = $1 {NEWEST}"))
            .bind::<SqlUuid, _>(own.0)
            .load(tx.conn()?)
            .await?;
    rows.into_iter().map(|row| wire(row, today)).collect()
}

/// Of people strictly below the heads of the scope.
pub(super) async fn list_below(tx: &mut Tx, scope: &Scope) -> Result<Vec<Delegation>> {
    let today = tx.today();
    let rows: Vec<DelegationRow> = sql_query(format!(
        "{DELEGATIONS}
         where exists (select from unnest($1, $2) s(lo, hi) where pu.lo > s.lo and pu.lo < s.hi) {NEWEST}"
    ))
    .bind::<Array<Integer>, _>(scope.lo())
    .bind::<Array<Integer>, _>(scope.hi())
    .load(tx.conn()?)
    .await?;
    rows.into_iter().map(|row| wire(row, today)).collect()
}

/// One whose two people have been looked at.
pub(super) async fn find_delegation(tx: &mut Tx, id: DelegationId) -> Result<Delegation> {
    let today = tx.today();
    let row: DelegationRow = sql_query(format!("{DELEGATIONS} where d.delegation_id = $1"))
        .bind::<SqlUuid, _>(id.0)
        .get_result(tx.conn()?)
        .await?;
    wire(row, today)
}

/// Hold accounts, in the order of their ids: two who delegate to each other at once wait for each other.
pub(super) async fn lock_accounts(tx: &mut Tx, ids: &[AccountId]) -> Result<()> {
    sql_query("select account_id from account where account_id = any($1) order by account_id for no key update")
        .bind::<Array<SqlUuid>, _>(ids.iter().map(|id| id.0).collect::<Vec<_>>())
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct PartyRow {
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
    #[diesel(sql_type = Integer)]
    unit_id: i32,
    #[diesel(sql_type = Nullable<Integer>)]
    parent_id: Option<i32>,
    #[diesel(sql_type = Integer)]
    lo: i32,
    #[diesel(sql_type = Bool)]
    can_sign_in: bool,
}

#[derive(QueryableByName)]
struct GrantRow {
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Integer)]
    lo: i32,
}

/// Somebody, and the grants that are his or her own.
pub(super) async fn find_party(tx: &mut Tx, id: AccountId) -> Result<Party> {
    let row: Option<PartyRow> = sql_query(
        "select a.account_id, u.unit_id, u.parent_id, u.lo,
                a.disabled_at is null and a.password_hash is not null as can_sign_in
         from account a
         left join v_access_place p on p.unit_id = a.unit_id
         join v_access_unit u on u.unit_id = coalesce(p.place_id, (select unit_id from v_access_unit where level = 0))
         where a.account_id = $1",
    )
    .bind::<SqlUuid, _>(id.0)
    .get_result(tx.conn()?)
    .await
    .optional()?;
    let row = row.ok_or(Error::NotFound)?;
    let grants: Vec<GrantRow> = sql_query(
        "select g.role, p.lo from account_grant g join v_access_place p on p.unit_id = g.unit_id
         where g.account_id = $1",
    )
    .bind::<SqlUuid, _>(id.0)
    .load(tx.conn()?)
    .await?;
    Ok(Party {
        id: AccountId(row.account_id),
        unit: UnitId(row.unit_id),
        parent: row.parent_id.map(UnitId),
        ordinal: row.lo,
        can_sign_in: row.can_sign_in,
        grants: grants.iter().filter_map(|grant| Some((Role::from_name(&grant.role)?, grant.lo))).collect(),
    })
}

#[derive(QueryableByName)]
struct AroundRow {
    #[diesel(sql_type = SqlUuid)]
    principal_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    delegate_id: Uuid,
    #[diesel(sql_type = Date)]
    first_day: NaiveDate,
    #[diesel(sql_type = Date)]
    last_day: NaiveDate,
}

/// What either of the two has around some days, and what has not been ended.
pub(super) async fn list_around(tx: &mut Tx, one: AccountId, other: AccountId, days: Days) -> Result<Vec<Around>> {
    let rows: Vec<AroundRow> = sql_query(
        "select principal_id, delegate_id, first_day, last_day from delegation
         where (principal_id = any($1) or delegate_id = any($1)) and ended_at is null
           and first_day <= $3 and last_day >= $2",
    )
    .bind::<Array<SqlUuid>, _>(vec![one.0, other.0])
    .bind::<Date, _>(days.first)
    .bind::<Date, _>(days.last)
    .load(tx.conn()?)
    .await?;
    let around = |row: AroundRow| Around {
        principal: AccountId(row.principal_id),
        delegate: AccountId(row.delegate_id),
        days: Days { first: row.first_day, last: row.last_day },
    };
    Ok(rows.into_iter().map(around).collect())
}

/// What a new delegation says.
pub(super) struct Span<'a> {
    pub principal_id: AccountId,
    pub delegate_id: AccountId,
    pub days: Days,
    pub reason: &'a str,
    pub maker: AccountId,
}

pub(super) async fn insert_delegation(tx: &mut Tx, id: DelegationId, span: Span<'_>) -> Result<()> {
    let now = tx.now();
    sql_query(
        "insert into delegation (delegation_id, principal_id, delegate_id, first_day, last_day, reason, made_by, made_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<SqlUuid, _>(span.principal_id.0)
    .bind::<SqlUuid, _>(span.delegate_id.0)
    .bind::<Date, _>(span.days.first)
    .bind::<Date, _>(span.days.last)
    .bind::<Text, _>(span.reason)
    .bind::<SqlUuid, _>(span.maker.0)
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct SidesRow {
    #[diesel(sql_type = SqlUuid)]
    principal_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    delegate_id: Uuid,
}

/// The two people of a delegation, which is held for a change.
pub(super) async fn lock_delegation(tx: &mut Tx, id: DelegationId) -> Result<(AccountId, AccountId)> {
    let row: Option<SidesRow> =
        sql_query("select principal_id, delegate_id from delegation where delegation_id = $1 for update")
            .bind::<SqlUuid, _>(id.0)
            .get_result(tx.conn()?)
            .await
            .optional()?;
    let row = row.ok_or(Error::NotFound)?;
    Ok((AccountId(row.principal_id), AccountId(row.delegate_id)))
}

/// From now on. False when it is over already.
pub(super) async fn update_ended(tx: &mut Tx, id: DelegationId, by: AccountId) -> Result<bool> {
    let (now, today) = (tx.now(), tx.today());
    let ended = sql_query(
        "update delegation set ended_at = $2, ended_by = $3
         where delegation_id = $1 and ended_at is null and last_day >= $4",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<Timestamptz, _>(now)
    .bind::<SqlUuid, _>(by.0)
    .bind::<Date, _>(today)
    .execute(tx.conn()?)
    .await?;
    Ok(ended == 1)
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    delegation_id: Uuid,
}

/// All that an account has given or received and that is not over.
pub(super) async fn end_all(tx: &mut Tx, account: AccountId) -> Result<Vec<DelegationId>> {
    let (now, today) = (tx.now(), tx.today());
    let rows: Vec<IdRow> = sql_query(
        "update delegation set ended_at = $2
         where (principal_id = $1 or delegate_id = $1) and ended_at is null and last_day >= $3
         returning delegation_id",
    )
    .bind::<SqlUuid, _>(account.0)
    .bind::<Timestamptz, _>(now)
    .bind::<Date, _>(today)
    .load(tx.conn()?)
    .await?;
    Ok(rows.into_iter().map(|row| DelegationId(row.delegation_id)).collect())
}

#[derive(QueryableByName)]
struct ColleagueRow {
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Integer)]
    unit_id: i32,
    #[diesel(sql_type = Text)]
    unit_name: String,
    #[diesel(sql_type = SmallInt)]
    level: i16,
}

/// Colleagues who could stand in for somebody: as the rules say, in SQL.
pub(super) async fn list_delegates(tx: &mut Tx, principal: &Party, q: Option<&str>) -> Result<Vec<Colleague>> {
    let rows: Vec<ColleagueRow> = sql_query(
        "select a.account_id, a.name, u.place_id as unit_id, u.name as unit_name, u.level
         from account a
         join v_access_place u on u.unit_id = a.unit_id
         where a.account_id <> $1 and a.disabled_at is null and a.password_hash is not null
           and (u.place_id = $2 or u.place_id = $3 or u.parent_id = $2)
           and not exists (select from account_grant g where g.account_id = a.account_id
               and g.role in ('system_admin', 'security_admin', 'audit_admin'))
           and ($4 is null or position($4 in a.name) > 0)
         order by u.place_id <> $2, u.lo, a.name, a.account_id limit 50",
    )
    .bind::<SqlUuid, _>(principal.id.0)
    .bind::<Integer, _>(principal.unit.0)
    .bind::<Nullable<Integer>, _>(principal.parent.map(|unit| unit.0))
    .bind::<Nullable<Text>, _>(q.map(str::trim))
    .load(tx.conn()?)
    .await?;
    let colleague = |row: ColleagueRow| {
        let unit = unit(row.unit_id, row.unit_name, row.level)?;
        Ok(Colleague { id: AccountId(row.account_id), name: row.name, unit })
    };
    rows.into_iter().map(colleague).collect()
}
