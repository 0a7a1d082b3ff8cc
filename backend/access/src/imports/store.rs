//! The SQL of imports for those who look after them. Every reading for a person begins at `VISIBLE`: imports whose unit lies in the scope.

use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{Array, BigInt, Binary, Bool, Integer, Jsonb, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{
    AccountId, AccountImportId, UnitId,
    access::Role,
    account_imports::{
        AccountImport, ImportActivation, ImportCounts, ImportFilter, ImportRow, ImportRowFilter, ImportState,
        RowOutcome,
    },
    units::UnitName,
};
use fupin_kernel::{Error, Result, Tx};
use uuid::Uuid;

use super::rules::state_of;
use crate::{Scope, units::level};

#[derive(QueryableByName)]
struct ImportDbRow {
    #[diesel(sql_type = SqlUuid)]
    account_import_id: Uuid,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Integer)]
    unit_id: i32,
    #[diesel(sql_type = Text)]
    unit_name: String,
    #[diesel(sql_type = SmallInt)]
    unit_level: i16,
    #[diesel(sql_type = Text)]
    uploaded_by: String,
    #[diesel(sql_type = Timestamptz)]
    uploaded_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    checked_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    finished_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Integer)]
    total: i32,
    #[diesel(sql_type = Integer)]
    handled: i32,
    #[diesel(sql_type = Integer)]
    to_handle: i32,
    #[diesel(sql_type = Integer)]
    creates: i32,
    #[diesel(sql_type = Integer)]
    proposes: i32,
    #[diesel(sql_type = Integer)]
    sames: i32,
    #[diesel(sql_type = Integer)]
    faulty: i32,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    same_file_at: Option<DateTime<Utc>>,
}

/// Imports whose unit, as it stands today, lies in the ranges of `$1` and `$2`; those of a unit that has ended are left to
/// whoever administers the province.
const VISIBLE: &str = "
    select i.account_import_id, i.state, u.unit_id, u.name as unit_name, u.level as unit_level, a.name as uploaded_by,
        i.uploaded_at, i.checked_at, i.finished_at, i.total, i.handled, i.to_handle, i.creates, i.proposes, i.sames,
        i.faulty,
        (select max(e.finished_at) from account_import e
         where e.digest = i.digest and e.state = 'done' and e.finished_at < i.uploaded_at) as same_file_at
    from account_import i
    join account a on a.account_id = i.account_id
    left join v_access_place p on p.unit_id = i.unit_id
    join v_access_unit u on u.unit_id = coalesce(p.place_id, (select unit_id from v_access_unit where level = 0))
    where exists (select from unnest($1, $2) s(lo, hi) where u.lo >= s.lo and u.lo < s.hi)";

fn wire(row: ImportDbRow, as_of: DateTime<Utc>) -> Result<AccountImport> {
    let state = state_of(&row.state).ok_or_else(|| Error::internal("an import is in no known state"))?;
    Ok(AccountImport {
        id: AccountImportId(row.account_import_id),
        state,
        unit: UnitName { id: UnitId(row.unit_id), name: row.unit_name, level: level(row.unit_level)? },
        uploaded_by: row.uploaded_by,
        uploaded_at: row.uploaded_at,
        checked_at: row.checked_at,
        finished_at: row.finished_at,
        total: row.total.into(),
        handled: row.handled.into(),
        to_handle: row.to_handle.into(),
        counts: ImportCounts {
            create: row.creates.into(),
            propose: row.proposes.into(),
            same: row.sames.into(),
            faulty: row.faulty.into(),
        },
        same_file_at: row.same_file_at,
        activation: None,
        as_of,
    })
}

/// The database's timestamps end sooner than ours.
fn within((at, _): &(DateTime<Utc>, Uuid)) -> bool {
    (0..253_402_300_800).contains(&at.timestamp())
}

pub(super) async fn list_imports(
    tx: &mut Tx,
    scope: &Scope,
    filter: &ImportFilter,
    limit: usize,
) -> Result<Vec<AccountImport>> {
    let after = filter.after.as_ref().map(|cursor| cursor.read().filter(within).ok_or(Error::NotFound)).transpose()?;
    let rows: Vec<ImportDbRow> = sql_query(format!(
        "{VISIBLE} and ($3 is null or (i.uploaded_at, i.account_import_id) < ($3, $4))
         order by i.uploaded_at desc, i.account_import_id desc limit $5"
    ))
    .bind::<Array<Integer>, _>(scope.lo())
    .bind::<Array<Integer>, _>(scope.hi())
    .bind::<Nullable<Timestamptz>, _>(after.map(|(at, _)| at))
    .bind::<Nullable<SqlUuid>, _>(after.map(|(_, id)| id))
    .bind::<BigInt, _>(limit as i64 + 1)
    .load(tx.conn()?)
    .await?;
    let now = tx.now();
    rows.into_iter().map(|row| wire(row, now)).collect()
}

/// One import, with how far its people have come.
pub(super) async fn find_import(tx: &mut Tx, scope: &Scope, id: AccountImportId) -> Result<AccountImport> {
    let row: Option<ImportDbRow> = sql_query(format!("{VISIBLE} and i.account_import_id = $3"))
        .bind::<Array<Integer>, _>(scope.lo())
        .bind::<Array<Integer>, _>(scope.hi())
        .bind::<SqlUuid, _>(id.0)
        .get_result(tx.conn()?)
        .await
        .optional()?;
    let now = tx.now();
    let mut import = wire(row.ok_or(Error::NotFound)?, now)?;
    if matches!(import.state, ImportState::Importing | ImportState::Done) {
        import.activation = Some(count_activation(tx, id).await?);
    }
    Ok(import)
}

/// Hold an import within the scope for an act.
pub(super) async fn lock_import(tx: &mut Tx, scope: &Scope, id: AccountImportId) -> Result<AccountImport> {
    sql_query("select account_import_id from account_import where account_import_id = $1 for update")
        .bind::<SqlUuid, _>(id.0)
        .execute(tx.conn()?)
        .await?;
    find_import(tx, scope, id).await
}

#[derive(QueryableByName)]
struct ActivationRow {
    #[diesel(sql_type = BigInt)]
    created: i64,
    #[diesel(sql_type = BigInt)]
    invited: i64,
    #[diesel(sql_type = BigInt)]
    activated: i64,
    #[diesel(sql_type = BigInt)]
    waiting: i64,
}

async fn count_activation(tx: &mut Tx, id: AccountImportId) -> Result<ImportActivation> {
    let row: ActivationRow = sql_query(
        "select count(*) as created, count(*) filter (where r.invitations > 0) as invited,
             count(*) filter (where a.password_hash is not null) as activated,
             count(*) filter (where a.password_hash is null and a.disabled_at is null) as waiting
         from account_import_row r join account a on a.account_id = r.account_id
         where r.account_import_id = $1 and r.outcome = 'create'",
    )
    .bind::<SqlUuid, _>(id.0)
    .get_result(tx.conn()?)
    .await?;
    let ActivationRow { created, invited, activated, waiting } = row;
    Ok(ImportActivation { created, invited, activated, waiting })
}

#[derive(QueryableByName)]
struct RowDbRow {
    #[diesel(sql_type = Integer)]
    row_no: i32,
    #[diesel(sql_type = Text)]
    username: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    unit_typed: String,
    #[diesel(sql_type = Nullable<Integer>)]
    unit_id: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    unit_name: Option<String>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    unit_level: Option<i16>,
    #[diesel(sql_type = Nullable<Text>)]
    role: Option<String>,
    #[diesel(sql_type = Text)]
    outcome: String,
    #[diesel(sql_type = Jsonb)]
    faults: serde_json::Value,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    account_id: Option<Uuid>,
    #[diesel(sql_type = Integer)]
    invitations: i32,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    invited_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Bool)]
    activated: bool,
}

fn row_wire(row: RowDbRow) -> Result<ImportRow> {
    let unit = match (row.unit_id, row.unit_name, row.unit_level) {
        (Some(id), Some(name), Some(rank)) => Some(UnitName { id: UnitId(id), name, level: level(rank)? }),
        _ => None,
    };
    let outcome = RowOutcome::ALL.into_iter().find(|known| known.name() == row.outcome);
    Ok(ImportRow {
        row: row.row_no,
        username: row.username,
        name: row.name,
        unit_typed: row.unit_typed,
        unit,
        role: row.role.as_deref().and_then(Role::from_name),
        outcome: outcome.ok_or_else(|| Error::internal("a row came to nothing known"))?,
        faults: serde_json::from_value(row.faults)?,
        account_id: row.account_id.map(AccountId),
        invitations: row.invitations,
        invited_at: row.invited_at,
        activated: row.activated,
    })
}

/// Rows of an import that the caller has been shown to see, in the order of the sheet.
pub(super) async fn list_rows(
    tx: &mut Tx,
    id: AccountImportId,
    filter: &ImportRowFilter,
    limit: i64,
) -> Result<Vec<ImportRow>> {
    let rows: Vec<RowDbRow> = sql_query(
        "select r.row_no, r.username, r.name, r.unit_typed, u.unit_id, u.name as unit_name, u.level as unit_level,
             r.role, r.outcome, r.faults, r.account_id, r.invitations, r.invited_at,
             coalesce(a.password_hash is not null, false) as activated
         from account_import_row r
         left join v_access_unit u on u.unit_id = r.unit_id
         left join account a on a.account_id = r.account_id
         where r.account_import_id = $1 and ($2 is null or r.outcome = $2)
             and (not $3 or (r.outcome = 'create' and a.password_hash is null and a.disabled_at is null
                  and a.account_id is not null))
             and r.row_no > $4
         order by r.row_no limit $5",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<Nullable<Text>, _>(filter.outcome.map(RowOutcome::name))
    .bind::<Bool, _>(filter.waiting.unwrap_or(false))
    .bind::<Integer, _>(filter.after.as_ref().and_then(|cursor| cursor.read_number()).unwrap_or(0))
    .bind::<BigInt, _>(limit)
    .load(tx.conn()?)
    .await?;
    rows.into_iter().map(row_wire).collect()
}

/// What somebody uploads.
pub(super) struct NewImport {
    pub id: AccountImportId,
    pub by: AccountId,
    pub unit: UnitId,
    pub digest: [u8; 32],
    pub content_sealed: Vec<u8>,
    pub total: i32,
}

pub(super) async fn insert_import(tx: &mut Tx, new: NewImport) -> Result<()> {
    let now = tx.now();
    sql_query(
        "insert into account_import (account_import_id, account_id, unit_id, digest, content_sealed, total, to_handle,
             uploaded_at)
         values ($1, $2, $3, $4, $5, $6, $6, $7)",
    )
    .bind::<SqlUuid, _>(new.id.0)
    .bind::<SqlUuid, _>(new.by.0)
    .bind::<Integer, _>(new.unit.0)
    .bind::<Binary, _>(new.digest.to_vec())
    .bind::<Binary, _>(new.content_sealed)
    .bind::<Integer, _>(new.total)
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// What nobody took within seven days is let go of.
pub(super) async fn expire_imports(tx: &mut Tx) -> Result<()> {
    let now = tx.now();
    sql_query(
        "update account_import set state = 'expired', content_sealed = null
         where state = 'checked' and checked_at < $1 - interval '7 days'",
    )
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// The good rows are to be taken.
pub(super) async fn update_run(tx: &mut Tx, id: AccountImportId, by: AccountId) -> Result<()> {
    let now = tx.now();
    sql_query(
        "update account_import set state = 'importing', handled = 0, to_handle = total, run_by = $2,
             run_at = $3
         where account_import_id = $1",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<SqlUuid, _>(by.0)
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}
