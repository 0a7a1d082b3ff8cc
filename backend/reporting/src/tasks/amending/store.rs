//! The SQL of amendments.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    QueryableByName, sql_query,
    sql_types::{
        Array, BigInt, Binary, Bool, Date, Integer, Jsonb, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid,
    },
};
use diesel_async::RunQueryDsl;
use fupin_contract::{
    AccountId, FormId, ReportId, TaskId, UnitId,
    reporting::{ReportStatus, TaskAct},
    units::UnitName,
};
use fupin_kernel::{Error, Result, Tx};
use uuid::Uuid;

use crate::{
    place::rules::level_of,
    report::rules::status_of,
    tasks::{standings, store::FoundTask},
};

/// A line of the log.
#[derive(Clone, Copy, Debug)]
pub struct Amendment<'a> {
    pub task: TaskId,
    pub by: AccountId,
    pub reason: &'a str,
    pub act: &'a TaskAct,
}

/// A report with content.
#[derive(Clone, Debug)]
pub struct InHand {
    pub id: ReportId,
    pub unit: UnitName,
    pub status: ReportStatus,
    pub version: i32,
    pub cells: String,
    pub void: bool,
}

#[derive(QueryableByName)]
struct InHandRow {
    #[diesel(sql_type = SqlUuid)]
    report_id: Uuid,
    #[diesel(sql_type = Integer)]
    unit_id: i32,
    #[diesel(sql_type = Text)]
    unit_name: String,
    #[diesel(sql_type = SmallInt)]
    unit_level: i16,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = Text)]
    cells: String,
    #[diesel(sql_type = Bool)]
    void: bool,
}

/// A report as it stands under the corrected form.
#[derive(Clone, Debug)]
pub struct Corrected {
    pub id: ReportId,
    /// After the correction; a return comes one later.
    pub version: i32,
    pub cells: String,
    pub changed: String,
    pub leaf: Vec<u8>,
    /// The reason, where it goes back to the clerk.
    pub returned: Option<String>,
}

/// One version of a form in the place of another.
#[derive(Clone, Copy, Debug)]
pub struct Replacement<'a> {
    pub task: TaskId,
    pub old: FormId,
    pub new: FormId,
    pub by: AccountId,
    pub reason: &'a str,
}

pub async fn insert_amendment(tx: &mut Tx, amendment: Amendment<'_>) -> Result<()> {
    let now = tx.now();
    sql_query(
        "insert into amendment (amendment_id, task_id, account_id, at, reason, act) values ($1, $2, $3, $4, $5, $6)",
    )
    .bind::<SqlUuid, _>(Uuid::now_v7())
    .bind::<SqlUuid, _>(amendment.task.0)
    .bind::<SqlUuid, _>(amendment.by.0)
    .bind::<Timestamptz, _>(now)
    .bind::<Text, _>(amendment.reason)
    .bind::<Jsonb, _>(serde_json::to_value(amendment.act)?)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

pub async fn update_deadline(tx: &mut Tx, id: TaskId, deadline: NaiveDate, due_at: DateTime<Utc>) -> Result<()> {
    let now = tx.now();
    sql_query("update task set deadline = $2, due_at = $3, deadline_set_at = $4 where task_id = $1")
        .bind::<SqlUuid, _>(id.0)
        .bind::<Date, _>(deadline)
        .bind::<Timestamptz, _>(due_at)
        .bind::<Timestamptz, _>(now)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// Let the reports of units and of all below them count no more; says how many.
pub async fn update_taken_out(tx: &mut Tx, found: &FoundTask, units: &[UnitId]) -> Result<i64> {
    let now = tx.now();
    let void = sql_query(
        "update report r set void = true, changed_at = $4
         from tree_node top
         join tree_node n on n.tree_id = top.tree_id and n.lo >= top.lo and n.lo < top.hi
         where top.tree_id = $1 and top.unit_id = any($2) and r.task_id = $3 and r.unit_id = n.unit_id and not r.void",
    )
    .bind::<Integer, _>(found.tree_id)
    .bind::<Array<Integer>, _>(units.iter().map(|unit| unit.0).collect::<Vec<_>>())
    .bind::<SqlUuid, _>(found.task.id.0)
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    standings::update_set(tx, found.task.id).await?;
    i64::try_from(void).map_err(Error::internal)
}

/// Let reports count again that were taken out, unless another task expects the same by now; says how many.
pub async fn update_taken_back(tx: &mut Tx, found: &FoundTask, unit: UnitId) -> Result<i64> {
    let now = tx.now();
    let revived = sql_query(
        "update report r set void = false, changed_at = $4
         from tree_node top
         join tree_node n on n.tree_id = top.tree_id and n.lo >= top.lo and n.lo < top.hi
         where top.tree_id = $1 and top.unit_id = $2 and r.task_id = $3 and r.unit_id = n.unit_id and r.void
             and not exists (select from report o where o.unit_id = r.unit_id and o.period = r.period
                 and o.form_code = r.form_code and not o.void)",
    )
    .bind::<Integer, _>(found.tree_id)
    .bind::<Integer, _>(unit.0)
    .bind::<SqlUuid, _>(found.task.id.0)
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    standings::update_set(tx, found.task.id).await?;
    i64::try_from(revived).map_err(Error::internal)
}

/// The reports of a form in which somebody has written, all of the form locked; a saver waits, and reads the new form
/// afterwards.
pub async fn lock_in_hand(tx: &mut Tx, task: TaskId, form: FormId) -> Result<Vec<InHand>> {
    // First the locks, then the reading: whoever was writing for the first time has come to an end in between.
    sql_query("select from report where task_id = $1 and form_id = $2 order by report_id for no key update")
        .bind::<SqlUuid, _>(task.0)
        .bind::<SqlUuid, _>(form.0)
        .execute(tx.conn()?)
        .await?;
    let rows: Vec<InHandRow> = sql_query(
        "select r.report_id, r.unit_id, n.name as unit_name, n.level as unit_level, r.status, r.version, r.cells, r.void
         from report r
         join task t on t.task_id = r.task_id
         join tree_node n on n.tree_id = t.tree_id and n.unit_id = r.unit_id
         where r.task_id = $1 and r.form_id = $2 and r.version > 0
         order by r.report_id",
    )
    .bind::<SqlUuid, _>(task.0)
    .bind::<SqlUuid, _>(form.0)
    .load(tx.conn()?)
    .await?;
    let in_hand = |row: InHandRow| {
        let status = status_of(&row.status).ok_or_else(|| Error::internal("a report is in no known state"))?;
        let unit = UnitName { id: UnitId(row.unit_id), name: row.unit_name, level: level_of(row.unit_level)? };
        let id = ReportId(row.report_id);
        Ok(InHand { id, unit, status, version: row.version, cells: row.cells, void: row.void })
    };
    rows.into_iter().map(in_hand).collect()
}

/// Put the new version in the place of the old one, for the task and each of its reports; says for how many.
pub async fn update_corrected(tx: &mut Tx, replacement: &Replacement<'_>, corrected: &[Corrected]) -> Result<i64> {
    update_content(tx, corrected).await?;
    insert_history(tx, replacement, corrected).await?;
    sql_query(
        "insert into task_form (task_id, form_id, position)
         select task_id, $3, position from task_form where task_id = $1 and form_id = $2",
    )
    .bind::<SqlUuid, _>(replacement.task.0)
    .bind::<SqlUuid, _>(replacement.old.0)
    .bind::<SqlUuid, _>(replacement.new.0)
    .execute(tx.conn()?)
    .await?;
    let row: CountRow = sql_query(
        "with moved as (update report set form_id = $3 where task_id = $1 and form_id = $2 returning void)
         select count(*) filter (where not void) as count from moved",
    )
    .bind::<SqlUuid, _>(replacement.task.0)
    .bind::<SqlUuid, _>(replacement.old.0)
    .bind::<SqlUuid, _>(replacement.new.0)
    .get_result(tx.conn()?)
    .await?;
    sql_query("delete from task_form where task_id = $1 and form_id = $2")
        .bind::<SqlUuid, _>(replacement.task.0)
        .bind::<SqlUuid, _>(replacement.old.0)
        .execute(tx.conn()?)
        .await?;
    standings::update_set(tx, replacement.task).await?;
    Ok(row.count)
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Content, version and, of those that go back, status.
async fn update_content(tx: &mut Tx, corrected: &[Corrected]) -> Result<()> {
    let now = tx.now();
    sql_query(
        "update report r set version = c.version + (c.reason is not null)::int, cells = c.cells, leaf = c.leaf,
             status = case when c.reason is null then r.status else 'returned' end,
             stage = case when c.reason is null then r.stage else 0 end,
             -- Cells that a return had left locked may have to be filled anew.
             return_reason = coalesce(c.reason, r.return_reason), reopened = null, changed_at = $6
         from unnest($1::uuid[], $2::int[], $3::text[], $4::bytea[], $5::text[]) c (report_id, version, cells, leaf, reason)
         where r.report_id = c.report_id",
    )
    .bind::<Array<SqlUuid>, _>(corrected.iter().map(|report| report.id.0).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(corrected.iter().map(|report| report.version).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(corrected.iter().map(|report| report.cells.as_str()).collect::<Vec<_>>())
    .bind::<Array<Binary>, _>(corrected.iter().map(|report| report.leaf.as_slice()).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(corrected.iter().map(|report| report.returned.as_deref()).collect::<Vec<_>>())
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// One row for the correction, and one more for a return.
async fn insert_history(tx: &mut Tx, replacement: &Replacement<'_>, corrected: &[Corrected]) -> Result<()> {
    let now = tx.now();
    sql_query(
        "insert into report_edit (report_id, version, kind, account_id, at, reason, cells)
         select c.report_id, c.version, 'amended', $5, $6, $7, c.changed
         from unnest($1::uuid[], $2::int[], $3::text[], $4::text[]) c (report_id, version, changed, reason)
         union all
         select c.report_id, c.version + 1, 'returned', $5, $6, c.reason, '{}'
         from unnest($1::uuid[], $2::int[], $3::text[], $4::text[]) c (report_id, version, changed, reason)
         where c.reason is not null",
    )
    .bind::<Array<SqlUuid>, _>(corrected.iter().map(|report| report.id.0).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(corrected.iter().map(|report| report.version).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(corrected.iter().map(|report| report.changed.as_str()).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(corrected.iter().map(|report| report.returned.as_deref()).collect::<Vec<_>>())
    .bind::<SqlUuid, _>(replacement.by.0)
    .bind::<Timestamptz, _>(now)
    .bind::<Text, _>(replacement.reason)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}
