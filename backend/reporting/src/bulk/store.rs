//! The SQL of acts on many reports.

use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    pg::Pg,
    sql_query,
    sql_types::{Array, BigInt, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_access::Scope;
use fupin_contract::{FormId, TaskId, reporting::HistoryKind};
use fupin_kernel::{Error, Result, Tx};
use uuid::Uuid;

use crate::{
    place::rules::Node,
    report::{
        rules::{kind_name, status_name},
        store::{Doer, Found, Reviewer},
    },
    tasks::store::IN_SCOPE,
};

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    report_id: Uuid,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Of which reports those that wait are meant.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub task: Option<TaskId>,
    pub form: Option<FormId>,
    /// At or below a unit of today's tree.
    pub unit: Option<Node>,
    /// Unchanged since then.
    pub as_of: DateTime<Utc>,
}

/// A report before and after an act.
#[derive(Clone, Debug)]
pub struct Moved {
    pub before: Found,
    pub now: Found,
    pub by: Doer,
}

/// Let others who would change these reports wait until this transaction ends.
pub async fn lock_chosen(tx: &mut Tx, scope: &Scope, ids: &[Uuid]) -> Result<()> {
    let query = format!(
        "select r.report_id from report r
         join v_access_place u on u.unit_id = r.unit_id
         where {IN_SCOPE} and r.report_id = any($3)
         order by r.report_id for no key update of r"
    );
    sql_query(query)
        .bind::<Array<Integer>, _>(scope.lo())
        .bind::<Array<Integer>, _>(scope.hi())
        .bind::<Array<SqlUuid>, _>(ids)
        .load::<IdRow>(tx.conn()?)
        .await?;
    Ok(())
}

/// Lock the reports that wait for a reviewer.
pub async fn lock_waiting(tx: &mut Tx, reviewer: &Reviewer, waiting: &Waiting) -> Result<Vec<Uuid>> {
    let tail = "order by r.report_id for no key update of r";
    let rows: Vec<IdRow> = list_waiting(tx, ("r.report_id", tail), reviewer, waiting).await?;
    Ok(rows.into_iter().map(|row| row.report_id).collect())
}

/// How many reports wait for a reviewer.
pub async fn count_waiting(tx: &mut Tx, reviewer: &Reviewer, waiting: &Waiting) -> Result<i64> {
    let rows: Vec<CountRow> = list_waiting(tx, ("count(*) as count", ""), reviewer, waiting).await?;
    Ok(rows.as_slice().first().map_or(0, |row| row.count))
}

/// What is selected, and what follows the conditions, of the reports that wait for a reviewer: it is the turn of the
/// level at which he or she holds the right, above the unit that filled it; his or her own are another's to review.
async fn list_waiting<T: QueryableByName<Pg> + Send + 'static>(
    tx: &mut Tx,
    (selected, tail): (&str, &str),
    reviewer: &Reviewer,
    waiting: &Waiting,
) -> Result<Vec<T>> {
    let query = format!(
        "select {selected} from report r
         join task t on t.task_id = r.task_id
         join v_access_place u on u.unit_id = r.unit_id
         where {IN_SCOPE}
             and exists (select from unnest($1::int[], $2::int[], $3::smallint[], $10::uuid[]) h (lo, hi, level, principal)
                 where u.lo >= h.lo and u.lo < h.hi and h.level = t.chain[r.stage + 1]
                     and h.principal is distinct from r.submitted_by
                     and (h.principal is null or h.principal is distinct from r.submitted_for)
                     and not exists (select from report_edit e where e.report_id = r.report_id
                         and e.kind in ('saved', 'submitted') and h.principal in (e.account_id, e.on_behalf_of)))
             and not exists (select from report_edit e where e.report_id = r.report_id
                 and e.kind in ('saved', 'submitted') and $4 in (e.account_id, e.on_behalf_of))
             and r.status = 'submitted' and t.status = 'open' and not r.void
             and r.submitted_by <> $4 and r.submitted_for is distinct from $4
             and r.changed_at <= $5 and ($6 is null or r.task_id = $6) and ($7 is null or r.form_id = $7)
             and ($8 is null or (u.lo >= $8 and u.lo < $9))
         {tail}"
    );
    Ok(sql_query(query)
        .bind::<Array<Integer>, _>(reviewer.scope.lo())
        .bind::<Array<Integer>, _>(reviewer.scope.hi())
        .bind::<Array<SmallInt>, _>(reviewer.levels())
        .bind::<SqlUuid, _>(reviewer.id.0)
        .bind::<Timestamptz, _>(waiting.as_of)
        .bind::<Nullable<SqlUuid>, _>(waiting.task.map(|task| task.0))
        .bind::<Nullable<SqlUuid>, _>(waiting.form.map(|form| form.0))
        .bind::<Nullable<Integer>, _>(waiting.unit.as_ref().map(|unit| unit.lo))
        .bind::<Nullable<Integer>, _>(waiting.unit.as_ref().map(|unit| unit.hi))
        .bind::<Array<Nullable<SqlUuid>>, _>(reviewer.principals())
        .load(tx.conn()?)
        .await?)
}

/// Bring locked reports to where they stand now, each with its row of history, in one statement.
pub async fn update_reviewed(tx: &mut Tx, moved: &[Moved], kind: HistoryKind, reason: Option<&str>) -> Result<()> {
    let now = tx.now();
    let updated = sql_query(
        "with judged as (
             select * from unnest($1::uuid[], $2::int[], $3::text[], $4::smallint[], $8::uuid[], $9::uuid[])
                 as j (report_id, version, status, stage, account_id, principal_id)
         ), moved as (
             update report r
             set status = j.status, stage = j.stage, version = r.version + 1, changed_at = $5, return_reason = $6,
                 reopened = case when $7 = 'returned' then null else r.reopened end
             from judged j
             where r.report_id = j.report_id and r.version = j.version and r.status = 'submitted' and not r.void
             returning r.report_id, r.version, j.account_id, j.principal_id
         )
         insert into report_edit (report_id, version, kind, account_id, on_behalf_of, at, reason, cells)
         select report_id, version, $7, account_id, principal_id, $5, $6, '{}' from moved",
    )
    .bind::<Array<SqlUuid>, _>(moved.iter().map(|moved| moved.before.id.0).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(moved.iter().map(|moved| moved.before.version).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(moved.iter().map(|moved| status_name(moved.now.stand.status)).collect::<Vec<_>>())
    .bind::<Array<SmallInt>, _>(moved.iter().map(|moved| moved.now.stand.stage).collect::<Vec<_>>())
    .bind::<Timestamptz, _>(now)
    .bind::<Nullable<Text>, _>(reason)
    .bind::<Text, _>(kind_name(kind))
    .bind::<Array<SqlUuid>, _>(moved.iter().map(|moved| moved.by.id.0).collect::<Vec<_>>())
    .bind::<Array<Nullable<SqlUuid>>, _>(
        moved.iter().map(|moved| moved.by.on_behalf_of.map(|principal| principal.0)).collect::<Vec<_>>(),
    )
    .execute(tx.conn()?)
    .await?;
    // They are locked, so that nobody can have changed one in between.
    if updated == moved.len() { Ok(()) } else { Err(Error::internal("a locked report was changed")) }
}
