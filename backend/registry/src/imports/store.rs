//! The SQL of imports as records. Every reading for a person begins at `VISIBLE`: imports whose unit lies in the scope.

use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{Array, BigInt, Binary, Bool, Integer, Jsonb, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_access::Scope;
use fupin_contract::{
    AccountId, RegistryImportId, UnitId,
    registry::{
        TableColumns, TableCounts, TableFailure, TableFault, TableFaultFilter, TableImport, TableImportFilter,
        TableImportState, TableKind,
    },
    units::UnitName,
};
use fupin_kernel::{Error, Result, Tx};
use serde_json::Value;
use uuid::Uuid;

use crate::place::level;

#[derive(Clone, Debug, QueryableByName)]
pub(super) struct ImportRow {
    #[diesel(sql_type = SqlUuid)]
    registry_import_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    source: String,
    #[diesel(sql_type = Bool)]
    atomic: bool,
    #[diesel(sql_type = Integer)]
    place_id: i32,
    #[diesel(sql_type = Text)]
    unit_name: String,
    #[diesel(sql_type = SmallInt)]
    unit_level: i16,
    #[diesel(sql_type = Integer)]
    lo: i32,
    #[diesel(sql_type = Integer)]
    hi: i32,
    #[diesel(sql_type = Text)]
    uploaded_by: String,
    #[diesel(sql_type = Timestamptz)]
    uploaded_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    finished_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = BigInt)]
    bytes: i64,
    #[diesel(sql_type = Nullable<Binary>)]
    key_sealed: Option<Vec<u8>>,
    #[diesel(sql_type = Text)]
    format: String,
    #[diesel(sql_type = Jsonb)]
    columns: Value,
    #[diesel(sql_type = BigInt)]
    total: i64,
    #[diesel(sql_type = BigInt)]
    handled: i64,
    #[diesel(sql_type = BigInt)]
    creates: i64,
    #[diesel(sql_type = BigInt)]
    updates: i64,
    #[diesel(sql_type = BigInt)]
    sames: i64,
    #[diesel(sql_type = BigInt)]
    faulty: i64,
    #[diesel(sql_type = BigInt)]
    warned: i64,
    #[diesel(sql_type = Nullable<Binary>)]
    bad_rows: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    failure: Option<Value>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    same_file_at: Option<DateTime<Utc>>,
}

const IMPORTS: &str = "
    select i.registry_import_id, i.account_id, i.table_name, i.state, i.name, i.source, i.atomic, p.place_id,
        p.name as unit_name, p.level as unit_level, p.lo, p.hi, a.name as uploaded_by, i.uploaded_at, i.finished_at,
        i.bytes, i.key_sealed, i.format, i.columns, i.total, i.handled, i.creates, i.updates, i.sames, i.faulty,
        i.warned, i.bad_rows, i.failure,
        (select max(e.finished_at) from registry_import e
         where e.digest = i.digest and e.state = 'done' and e.finished_at < i.uploaded_at) as same_file_at
    from registry_import i
    join account a on a.account_id = i.account_id
    join v_access_place p on p.unit_id = i.unit_id";
const VISIBLE: &str = "exists (select from unnest($1::int[], $2::int[]) s(lo, hi) where p.lo >= s.lo and p.lo < s.hi)";

impl ImportRow {
    pub fn id(&self) -> RegistryImportId {
        RegistryImportId(self.registry_import_id)
    }

    pub fn uploader(&self) -> AccountId {
        AccountId(self.account_id)
    }

    pub fn state(&self) -> Result<TableImportState> {
        TableImportState::from_name(&self.state).ok_or_else(|| Error::internal("an import is in no known state"))
    }

    pub fn table(&self) -> Result<TableKind> {
        TableKind::from_name(&self.table_name).ok_or_else(|| Error::internal("an import of no known table"))
    }

    pub fn ranges(&self) -> (Vec<i32>, Vec<i32>) {
        (vec![self.lo], vec![self.hi])
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn source(&self) -> &str {
        &self.source
    }

    pub fn atomic(&self) -> bool {
        self.atomic
    }

    pub fn key_sealed(&self) -> Option<&[u8]> {
        self.key_sealed.as_deref()
    }

    pub fn failure(&self) -> Option<&Value> {
        self.failure.as_ref()
    }

    pub fn handled(&self) -> i64 {
        self.handled
    }

    pub fn bad_rows(&self) -> &[u8] {
        self.bad_rows.as_deref().unwrap_or_default()
    }

    pub fn counts(&self) -> TableCounts {
        TableCounts {
            create: self.creates,
            update: self.updates,
            same: self.sames,
            faulty: self.faulty,
            warned: self.warned,
        }
    }

    pub fn wire(self, as_of: DateTime<Utc>) -> Result<TableImport> {
        Ok(TableImport {
            id: self.id(),
            table: self.table()?,
            state: self.state()?,
            counts: self.counts(),
            unit: UnitName { id: UnitId(self.place_id), name: self.unit_name, level: level(self.unit_level)? },
            name: self.name,
            source: self.source,
            atomic: self.atomic,
            uploaded_by: self.uploaded_by,
            uploaded_at: self.uploaded_at,
            finished_at: self.finished_at,
            bytes: self.bytes,
            format: self.format,
            columns: if self.columns == Value::Object(serde_json::Map::new()) {
                TableColumns::default()
            } else {
                serde_json::from_value(self.columns)?
            },
            total: self.total,
            handled: self.handled,
            same_file_at: self.same_file_at,
            failure: self.failure.map(serde_json::from_value).transpose()?,
            as_of,
        })
    }
}

/// An import within a scope.
pub(super) async fn find_import(tx: &mut Tx, scope: &Scope, id: RegistryImportId) -> Result<ImportRow> {
    let row = sql_query(format!("{IMPORTS} where i.registry_import_id = $3 and {VISIBLE}"))
        .bind::<Array<Integer>, _>(scope.lo())
        .bind::<Array<Integer>, _>(scope.hi())
        .bind::<SqlUuid, _>(id.0)
        .get_result(tx.conn()?)
        .await
        .optional()?;
    row.ok_or(Error::NotFound)
}

/// Hold an import within a scope for an act.
pub(super) async fn lock_import(tx: &mut Tx, scope: &Scope, id: RegistryImportId) -> Result<ImportRow> {
    lock(tx, id).await?;
    find_import(tx, scope, id).await
}

async fn lock(tx: &mut Tx, id: RegistryImportId) -> Result<()> {
    sql_query("select registry_import_id from registry_import where registry_import_id = $1 for update")
        .bind::<SqlUuid, _>(id.0)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// An import for the job that works on it.
pub(super) async fn find_for_job(tx: &mut Tx, id: RegistryImportId) -> Result<Option<ImportRow>> {
    let row = sql_query(format!("{IMPORTS} where i.registry_import_id = $1"))
        .bind::<SqlUuid, _>(id.0)
        .get_result(tx.conn()?)
        .await
        .optional()?;
    Ok(row)
}

pub(super) async fn list_imports(
    tx: &mut Tx,
    scope: &Scope,
    filter: &TableImportFilter,
    limit: i64,
) -> Result<Vec<TableImport>> {
    let after = filter.after.as_ref().map(|at| at.read().ok_or(Error::NotFound)).transpose()?;
    if after.as_ref().is_some_and(|(at, _)| !(0..253_402_300_800).contains(&at.timestamp())) {
        return Err(Error::NotFound);
    }
    let rows: Vec<ImportRow> = sql_query(format!(
        "{IMPORTS} where {VISIBLE} and ($3 is null or (i.uploaded_at, i.registry_import_id) < ($3, $4))
         order by i.uploaded_at desc, i.registry_import_id desc limit $5"
    ))
    .bind::<Array<Integer>, _>(scope.lo())
    .bind::<Array<Integer>, _>(scope.hi())
    .bind::<Nullable<Timestamptz>, _>(after.map(|(at, _)| at))
    .bind::<Nullable<SqlUuid>, _>(after.map(|(_, id)| id))
    .bind::<BigInt, _>(limit)
    .load(tx.conn()?)
    .await?;
    let now = tx.now();
    rows.into_iter().map(|row| row.wire(now)).collect()
}

/// What somebody uploads.
pub(super) struct NewImport<'a> {
    pub id: RegistryImportId,
    pub by: AccountId,
    pub unit: UnitId,
    pub table: TableKind,
    pub source: &'a str,
    pub name: &'a str,
    pub atomic: bool,
    pub digest: [u8; 32],
    pub bytes: i64,
    pub key_sealed: Vec<u8>,
}

pub(super) async fn insert_import(tx: &mut Tx, new: NewImport<'_>) -> Result<()> {
    let now = tx.now();
    sql_query(
        "insert into registry_import (registry_import_id, account_id, unit_id, table_name, source, name, atomic, digest,
             bytes, key_sealed, uploaded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind::<SqlUuid, _>(new.id.0)
    .bind::<SqlUuid, _>(new.by.0)
    .bind::<Integer, _>(new.unit.0)
    .bind::<Text, _>(new.table.name())
    .bind::<Text, _>(new.source)
    .bind::<Text, _>(new.name)
    .bind::<Bool, _>(new.atomic)
    .bind::<Binary, _>(new.digest.to_vec())
    .bind::<BigInt, _>(new.bytes)
    .bind::<Binary, _>(new.key_sealed)
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// From one state to another, by somebody.
pub(super) async fn update_state(
    tx: &mut Tx,
    id: RegistryImportId,
    state: TableImportState,
    by: Option<AccountId>,
) -> Result<()> {
    let now = tx.now();
    sql_query(
        "update registry_import set state = $2, handled = 0,
             run_by = case when $2 = 'taking' then $3 else run_by end,
             run_at = case when $2 = 'taking' then $4 else run_at end,
             undone_by = case when $2 = 'undoing' then $3 else undone_by end,
             undone_at = case when $2 = 'undone' then $4 else undone_at end,
             finished_at = case when $2 in ('done', 'failed', 'dropped') then $4 else finished_at end,
             key_sealed = case when $2 in ('done', 'failed', 'dropped') and faulty = 0 then null else key_sealed end
         where registry_import_id = $1",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<Text, _>(state.name())
    .bind::<Nullable<SqlUuid>, _>(by.map(|by| by.0))
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// What the header of a file says.
pub(super) async fn update_columns(
    tx: &mut Tx,
    id: RegistryImportId,
    format: &str,
    columns: &TableColumns,
) -> Result<()> {
    sql_query("update registry_import set format = $2, columns = $3 where registry_import_id = $1")
        .bind::<SqlUuid, _>(id.0)
        .bind::<Text, _>(format)
        .bind::<Jsonb, _>(serde_json::to_value(columns)?)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

pub(super) async fn update_handled(tx: &mut Tx, id: RegistryImportId, handled: i64) -> Result<()> {
    sql_query("update registry_import set handled = $2 where registry_import_id = $1")
        .bind::<SqlUuid, _>(id.0)
        .bind::<BigInt, _>(handled)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// What a look at the file came to.
pub(super) async fn update_checked(
    tx: &mut Tx,
    id: RegistryImportId,
    total: i64,
    counts: TableCounts,
    bad_rows: Vec<u8>,
) -> Result<()> {
    let now = tx.now();
    sql_query(
        "update registry_import set state = 'checked', total = $2, handled = $2, creates = $3, updates = $4, sames = $5,
             faulty = $6, warned = $7, bad_rows = $8, checked_at = $9
         where registry_import_id = $1",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<BigInt, _>(total)
    .bind::<BigInt, _>(counts.create)
    .bind::<BigInt, _>(counts.update)
    .bind::<BigInt, _>(counts.same)
    .bind::<BigInt, _>(counts.faulty)
    .bind::<BigInt, _>(counts.warned)
    .bind::<Binary, _>(bad_rows)
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// How far taking is, and what was really taken so far.
pub(super) async fn update_taken(tx: &mut Tx, id: RegistryImportId, handled: i64, counts: TableCounts) -> Result<()> {
    sql_query(
        "update registry_import set handled = $2, creates = $3, updates = $4, sames = $5, faulty = $6
         where registry_import_id = $1",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<BigInt, _>(handled)
    .bind::<BigInt, _>(counts.create)
    .bind::<BigInt, _>(counts.update)
    .bind::<BigInt, _>(counts.same)
    .bind::<BigInt, _>(counts.faulty)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

pub(super) async fn update_bad_rows(tx: &mut Tx, id: RegistryImportId, bad_rows: Vec<u8>) -> Result<()> {
    sql_query("update registry_import set bad_rows = $2 where registry_import_id = $1")
        .bind::<SqlUuid, _>(id.0)
        .bind::<Binary, _>(bad_rows)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

pub(super) async fn update_failed(tx: &mut Tx, id: RegistryImportId, failure: &TableFailure) -> Result<()> {
    let now = tx.now();
    sql_query(
        "update registry_import set state = 'failed', failure = $2, finished_at = $3, key_sealed = null
         where registry_import_id = $1",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<Jsonb, _>(serde_json::to_value(failure)?)
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// A fault as it is kept.
#[derive(Clone, Debug)]
pub(super) struct NewFault {
    pub row: i64,
    pub place: i32,
    pub header: Option<String>,
    pub code: String,
    pub params: Value,
    pub warns: bool,
}

pub(super) async fn insert_faults(tx: &mut Tx, id: RegistryImportId, faults: &[NewFault]) -> Result<()> {
    if faults.is_empty() {
        return Ok(());
    }
    sql_query(
        "insert into registry_import_fault (registry_import_id, row_no, place, header, code, params, warns)
         select $1, f.row_no, f.place, f.header, f.code, f.params::jsonb, f.warns
         from unnest($2::bigint[], $3::int[], $4::text[], $5::text[], $6::text[], $7::bool[])
             f(row_no, place, header, code, params, warns)
         on conflict do nothing",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<Array<BigInt>, _>(faults.iter().map(|fault| fault.row).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(faults.iter().map(|fault| fault.place).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(faults.iter().map(|fault| fault.header.as_deref()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(faults.iter().map(|fault| fault.code.as_str()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(faults.iter().map(|fault| fault.params.to_string()).collect::<Vec<_>>())
    .bind::<Array<Bool>, _>(faults.iter().map(|fault| fault.warns).collect::<Vec<_>>())
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// A look begins anew.
pub(super) async fn delete_faults(tx: &mut Tx, id: RegistryImportId) -> Result<()> {
    sql_query("delete from registry_import_fault where registry_import_id = $1")
        .bind::<SqlUuid, _>(id.0)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct FaultRow {
    #[diesel(sql_type = BigInt)]
    row_no: i64,
    #[diesel(sql_type = Integer)]
    place: i32,
    #[diesel(sql_type = Nullable<Text>)]
    header: Option<String>,
    #[diesel(sql_type = Text)]
    code: String,
    #[diesel(sql_type = Jsonb)]
    params: Value,
    #[diesel(sql_type = Bool)]
    warns: bool,
}

/// Faults in the order of the file, each with its place in the row.
pub(super) async fn list_faults(
    tx: &mut Tx,
    id: RegistryImportId,
    filter: &TableFaultFilter,
    limit: i64,
) -> Result<Vec<(i32, TableFault)>> {
    let after = filter.after.as_ref().map(|at| at.read_numbers().ok_or(Error::NotFound)).transpose()?;
    let [row, place] = after.unwrap_or([0, 0]);
    let rows: Vec<FaultRow> = sql_query(
        "select row_no, place, header, code, params, warns from registry_import_fault
         where registry_import_id = $1 and ($2 is null or warns = $2) and (row_no, place::bigint) > ($3, $4)
         order by row_no, place limit $5",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<Nullable<Bool>, _>(filter.warns)
    .bind::<BigInt, _>(row)
    .bind::<BigInt, _>(place)
    .bind::<BigInt, _>(limit)
    .load(tx.conn()?)
    .await?;
    rows.into_iter()
        .map(|row| {
            let params = serde_json::from_value(row.params)?;
            let fault = TableFault { row: row.row_no, column: row.header, code: row.code, params, warns: row.warns };
            Ok((row.place, fault))
        })
        .collect()
}

/// What nobody took within seven days is let go of.
pub(super) async fn drop_untaken(tx: &mut Tx) -> Result<()> {
    let now = tx.now();
    sql_query(
        "update registry_import set state = 'dropped', finished_at = $1, key_sealed = null
         where state = 'checked' and checked_at < $1 - interval '7 days'",
    )
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    // Bad rows are given back for as long.
    sql_query(
        "update registry_import set key_sealed = null
         where state in ('done', 'undone') and key_sealed is not null and finished_at < $1 - interval '7 days'",
    )
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Imports whose file is still needed.
pub(super) async fn list_kept_files(tx: &mut Tx) -> Result<Vec<Uuid>> {
    let rows: Vec<IdRow> =
        sql_query("select registry_import_id as id from registry_import where key_sealed is not null")
            .load(tx.conn()?)
            .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
