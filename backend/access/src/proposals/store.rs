//! The SQL of proposals. Every reading begins at `VISIBLE`: proposals whose unit lies in the scope today; those at a unit
//! that has ended are left to whoever grants in the whole province.

use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Bool, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{
    AccountId, AccountImportId, GrantId, GrantProposalId, UnitId,
    access::Role,
    grant_proposals::{
        ExceptionCount, GrantProposal, ProposalBatch, ProposalCount, ProposalException, ProposalFilter, ProposalState,
    },
    units::UnitName,
};
use fupin_kernel::{Error, Result, Tx};
use uuid::Uuid;

use super::rules::Pending;
use crate::{Scope, units::level};

/// The most sheets that a list shows.
const MOST_BATCHES: i64 = 100;
/// Proposals of each role that a summary shows.
const SAMPLES: i64 = 3;

/// `$1` and `$2` are the scope, `$3` is who looks. Why a pending one cannot be confirmed is found out here.
const VISIBLE: &str = "
    select g.grant_proposal_id, g.account_import_id, g.account_id, a.username, a.name, g.role, g.state, g.reason,
        g.unit_id as stored_unit_id,
        coalesce(p.place_id, g.unit_id) as unit_id, coalesce(p.name, last.name) as unit_name,
        coalesce(p.level, last.level) as unit_level,
        case
            when g.state <> 'pending' then null
            when g.account_id = $3 then 'own_account'
            when a.disabled_at is not null then 'account_disabled'
            when p.place_id is null then 'unit_gone'
            when exists (select from account_grant h
                where h.account_id = g.account_id and h.role = g.role and h.unit_id = g.unit_id) then 'already_granted'
            when g.role in ('system_admin', 'security_admin', 'audit_admin') and exists (select from account_grant h
                where h.account_id = g.account_id and h.role <> g.role
                    and h.role in ('system_admin', 'security_admin', 'audit_admin')) then 'two_administrators'
        end as exception
    from grant_proposal g
    join account a on a.account_id = g.account_id
    left join v_access_place p on p.unit_id = g.unit_id
    left join lateral (
        select n.name, n.level from tree_node n
        where p.unit_id is null and n.unit_id = g.unit_id order by n.tree_id desc limit 1
    ) last on true
    where exists (select from unnest($1::int[], $2::int[]) s(lo, hi)
        where coalesce(p.lo, 0) >= s.lo and coalesce(p.lo, 0) < s.hi)";

#[derive(QueryableByName)]
struct BatchRow {
    #[diesel(sql_type = SqlUuid)]
    account_import_id: Uuid,
    #[diesel(sql_type = Text)]
    uploaded_by: String,
    #[diesel(sql_type = Timestamptz)]
    uploaded_at: DateTime<Utc>,
    #[diesel(sql_type = Bool)]
    under_way: bool,
    #[diesel(sql_type = BigInt)]
    pending: i64,
    #[diesel(sql_type = BigInt)]
    confirmed: i64,
    #[diesel(sql_type = BigInt)]
    refused: i64,
}

impl From<BatchRow> for ProposalBatch {
    fn from(row: BatchRow) -> Self {
        Self {
            id: AccountImportId(row.account_import_id),
            uploaded_by: row.uploaded_by,
            uploaded_at: row.uploaded_at,
            under_way: row.under_way,
            pending: row.pending,
            confirmed: row.confirmed,
            refused: row.refused,
        }
    }
}

/// Sheets that propose something within the scope, newest first; one of them, or all.
pub(super) async fn list_batches(
    tx: &mut Tx,
    scope: &Scope,
    id: Option<AccountImportId>,
) -> Result<Vec<ProposalBatch>> {
    let rows: Vec<BatchRow> = sql_query(
        "select i.account_import_id, b.name as uploaded_by, i.uploaded_at, i.state = 'importing' as under_way,
             count(*) filter (where g.state = 'pending') as pending,
             count(*) filter (where g.state = 'confirmed') as confirmed,
             count(*) filter (where g.state = 'refused') as refused
         from grant_proposal g
         join account_import i on i.account_import_id = g.account_import_id
         join account b on b.account_id = i.account_id
         left join v_access_place p on p.unit_id = g.unit_id
         where exists (select from unnest($1::int[], $2::int[]) s(lo, hi)
                 where coalesce(p.lo, 0) >= s.lo and coalesce(p.lo, 0) < s.hi)
             and ($3 is null or i.account_import_id = $3)
         group by i.account_import_id, b.name
         order by i.uploaded_at desc, i.account_import_id desc limit $4",
    )
    .bind::<Array<Integer>, _>(scope.lo())
    .bind::<Array<Integer>, _>(scope.hi())
    .bind::<Nullable<SqlUuid>, _>(id.map(|id| id.0))
    .bind::<BigInt, _>(MOST_BATCHES)
    .load(tx.conn()?)
    .await?;
    Ok(rows.into_iter().map(ProposalBatch::from).collect())
}

/// What one sheet proposes within the scope; absent where it proposes nothing there.
pub(super) async fn find_batch(tx: &mut Tx, scope: &Scope, id: AccountImportId) -> Result<ProposalBatch> {
    list_batches(tx, scope, Some(id)).await?.pop().ok_or(Error::NotFound)
}

/// Hold a sheet, so that two decisions on it wait for each other.
pub(super) async fn lock_batch(tx: &mut Tx, scope: &Scope, id: AccountImportId) -> Result<ProposalBatch> {
    sql_query("select account_import_id from account_import where account_import_id = $1 for update")
        .bind::<SqlUuid, _>(id.0)
        .execute(tx.conn()?)
        .await?;
    find_batch(tx, scope, id).await
}

/// Who looks, and over what.
#[derive(Clone, Copy)]
pub(super) struct Sight<'a> {
    pub scope: &'a Scope,
    pub by: AccountId,
    pub id: AccountImportId,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = SmallInt)]
    unit_level: i16,
    #[diesel(sql_type = Nullable<Text>)]
    exception: Option<String>,
    #[diesel(sql_type = BigInt)]
    proposals: i64,
}

fn exception_of(name: Option<&str>) -> Option<ProposalException> {
    name.and_then(|name| ProposalException::ALL.into_iter().find(|known| known.name() == name))
}

fn role_of(name: &str) -> Result<Role> {
    Role::from_name(name).ok_or_else(|| Error::internal(format!("a proposal of {name}")))
}

/// Pending ones by role and level, and those that cannot be confirmed by reason.
pub(super) async fn count_pending(tx: &mut Tx, sight: Sight<'_>) -> Result<(Vec<ProposalCount>, Vec<ExceptionCount>)> {
    let rows: Vec<CountRow> = sql_query(format!(
        "select v.role, v.unit_level, v.exception, count(*) as proposals from ({VISIBLE}) v
         where v.account_import_id = $4 and v.state = 'pending'
         group by v.role, v.unit_level, v.exception order by v.unit_level, v.role"
    ))
    .bind::<Array<Integer>, _>(sight.scope.lo())
    .bind::<Array<Integer>, _>(sight.scope.hi())
    .bind::<SqlUuid, _>(sight.by.0)
    .bind::<SqlUuid, _>(sight.id.0)
    .load(tx.conn()?)
    .await?;
    let (mut counts, mut exceptions): (Vec<ProposalCount>, Vec<ExceptionCount>) = (Vec::new(), Vec::new());
    for row in rows {
        let (role, level) = (role_of(&row.role)?, level(row.unit_level)?);
        match counts.iter_mut().find(|count| (count.role, count.level) == (role, level)) {
            Some(count) => count.proposals += row.proposals,
            None => counts.push(ProposalCount { role, level, proposals: row.proposals }),
        }
        let Some(exception) = exception_of(row.exception.as_deref()) else { continue };
        match exceptions.iter_mut().find(|count| count.exception == exception) {
            Some(count) => count.proposals += row.proposals,
            None => exceptions.push(ExceptionCount { exception, proposals: row.proposals }),
        }
    }
    exceptions.sort_by_key(|count| count.exception);
    Ok((counts, exceptions))
}

#[derive(QueryableByName)]
struct ProposalRow {
    #[diesel(sql_type = SqlUuid)]
    grant_proposal_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
    #[diesel(sql_type = Text)]
    username: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Integer)]
    unit_id: i32,
    #[diesel(sql_type = Text)]
    unit_name: String,
    #[diesel(sql_type = SmallInt)]
    unit_level: i16,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Nullable<Text>)]
    reason: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    exception: Option<String>,
}

const COLUMNS: &str = "v.grant_proposal_id, v.account_id, v.username, v.name, v.role, v.unit_id, v.unit_name,
    v.unit_level, v.state, v.reason, v.exception";

fn wire(row: ProposalRow) -> Result<GrantProposal> {
    let state = ProposalState::ALL.into_iter().find(|known| known.name() == row.state);
    Ok(GrantProposal {
        id: GrantProposalId(row.grant_proposal_id),
        account_id: AccountId(row.account_id),
        username: row.username,
        name: row.name,
        role: role_of(&row.role)?,
        unit: UnitName { id: UnitId(row.unit_id), name: row.unit_name, level: level(row.unit_level)? },
        state: state.ok_or_else(|| Error::internal("a proposal is in no known state"))?,
        exception: exception_of(row.exception.as_deref()),
        reason: row.reason,
    })
}

/// A few pending ones of each role.
pub(super) async fn list_samples(tx: &mut Tx, sight: Sight<'_>) -> Result<Vec<GrantProposal>> {
    let rows: Vec<ProposalRow> = sql_query(format!(
        "select {COLUMNS} from (
             select v.*, row_number() over (partition by v.role order by v.grant_proposal_id) as place from ({VISIBLE}) v
             where v.account_import_id = $4 and v.state = 'pending'
         ) v where v.place <= $5 order by v.role, v.place"
    ))
    .bind::<Array<Integer>, _>(sight.scope.lo())
    .bind::<Array<Integer>, _>(sight.scope.hi())
    .bind::<SqlUuid, _>(sight.by.0)
    .bind::<SqlUuid, _>(sight.id.0)
    .bind::<BigInt, _>(SAMPLES)
    .load(tx.conn()?)
    .await?;
    rows.into_iter().map(wire).collect()
}

pub(super) async fn list_proposals(
    tx: &mut Tx,
    sight: Sight<'_>,
    filter: &ProposalFilter,
    limit: i64,
) -> Result<Vec<GrantProposal>> {
    let after = filter.after.as_ref().map(|cursor| cursor.0.parse::<Uuid>()).and_then(Result::ok);
    let rows: Vec<ProposalRow> = sql_query(format!(
        "select {COLUMNS} from ({VISIBLE}) v
         where v.account_import_id = $4 and ($5 is null or v.state = $5) and ($6 is null or v.role = $6)
             and ($7 is null or v.unit_level = $7) and (not $8 or v.exception is not null)
             and ($9 is null or v.grant_proposal_id > $9)
         order by v.grant_proposal_id limit $10"
    ))
    .bind::<Array<Integer>, _>(sight.scope.lo())
    .bind::<Array<Integer>, _>(sight.scope.hi())
    .bind::<SqlUuid, _>(sight.by.0)
    .bind::<SqlUuid, _>(sight.id.0)
    .bind::<Nullable<Text>, _>(filter.state.map(ProposalState::name))
    .bind::<Nullable<Text>, _>(filter.role.map(Role::name))
    .bind::<Nullable<SmallInt>, _>(filter.level.map(fupin_contract::units::Level::rank))
    .bind::<Bool, _>(filter.exceptional.unwrap_or(false))
    .bind::<Nullable<SqlUuid>, _>(after)
    .bind::<BigInt, _>(limit)
    .load(tx.conn()?)
    .await?;
    rows.into_iter().map(wire).collect()
}

#[derive(QueryableByName)]
struct PendingRow {
    #[diesel(sql_type = SqlUuid)]
    grant_proposal_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
    #[diesel(sql_type = Text)]
    username: String,
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Integer)]
    stored_unit_id: i32,
    #[diesel(sql_type = Nullable<Text>)]
    exception: Option<String>,
}

/// All that is pending within the scope.
pub(super) async fn list_pending(tx: &mut Tx, sight: Sight<'_>) -> Result<Vec<Pending>> {
    let rows: Vec<PendingRow> = sql_query(format!(
        "select v.grant_proposal_id, v.account_id, v.username, v.role, v.stored_unit_id, v.exception from ({VISIBLE}) v
         where v.account_import_id = $4 and v.state = 'pending' order by v.grant_proposal_id"
    ))
    .bind::<Array<Integer>, _>(sight.scope.lo())
    .bind::<Array<Integer>, _>(sight.scope.hi())
    .bind::<SqlUuid, _>(sight.by.0)
    .bind::<SqlUuid, _>(sight.id.0)
    .load(tx.conn()?)
    .await?;
    let pending = |row: PendingRow| {
        Ok(Pending {
            id: GrantProposalId(row.grant_proposal_id),
            account: AccountId(row.account_id),
            username: row.username,
            role: role_of(&row.role)?,
            unit: UnitId(row.stored_unit_id),
            exception: exception_of(row.exception.as_deref()),
        })
    };
    rows.into_iter().map(pending).collect()
}

#[derive(QueryableByName)]
struct GrantedRow {
    #[diesel(sql_type = SqlUuid)]
    grant_id: Uuid,
}

/// Grant what is confirmed; says which grants were made. One that somebody else made in this moment, or that would be the
/// second of the three administrators, is not.
pub(super) async fn insert_grants(
    tx: &mut Tx,
    confirmed: &[(GrantId, Pending)],
    by: AccountId,
) -> Result<Vec<GrantId>> {
    let rows: Vec<GrantedRow> = sql_query(
        "insert into account_grant (grant_id, account_id, role, unit_id, granted_by)
         select n.*, $5 from unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[]) n
         on conflict do nothing returning grant_id",
    )
    .bind::<Array<SqlUuid>, _>(confirmed.iter().map(|(id, _)| id.0).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(confirmed.iter().map(|(_, of)| of.account.0).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(confirmed.iter().map(|(_, of)| of.role.name()).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(confirmed.iter().map(|(_, of)| of.unit.0).collect::<Vec<_>>())
    .bind::<SqlUuid, _>(by.0)
    .load(tx.conn()?)
    .await?;
    Ok(rows.into_iter().map(|row| GrantId(row.grant_id)).collect())
}

/// Note what was decided on some proposals.
pub(super) async fn update_decided(
    tx: &mut Tx,
    ids: &[GrantProposalId],
    state: ProposalState,
    by: AccountId,
    reason: Option<&str>,
) -> Result<()> {
    let now = tx.now();
    sql_query(
        "update grant_proposal set state = $2, decided_by = $3, decided_at = $4, reason = $5
         where grant_proposal_id = any($1)",
    )
    .bind::<Array<SqlUuid>, _>(ids.iter().map(|id| id.0).collect::<Vec<_>>())
    .bind::<Text, _>(state.name())
    .bind::<SqlUuid, _>(by.0)
    .bind::<Timestamptz, _>(now)
    .bind::<Nullable<Text>, _>(reason)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}
