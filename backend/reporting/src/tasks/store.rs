//! The SQL of tasks.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Date, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_access::Scope;
use fupin_contract::{
    AccountId, FormId, Period, TaskId, UnitId,
    reporting::{Progress, Task, TaskStatus},
    units::{Level, UnitName},
};
use fupin_kernel::{Error, Result, Tx};
use uuid::Uuid;

use super::{
    rules::{status_name, status_of},
    standings,
};
use crate::{
    forms,
    place::{self, rules::level_of},
};

/// A unit `u` of today's tree, or what stands for it there, lies in the scope of the first two parameters.
pub const IN_SCOPE: &str =
    "exists (select from unnest($1::int[], $2::int[]) s (lo, hi) where u.lo >= s.lo and u.lo < s.hi)";

#[derive(Clone, Debug, QueryableByName)]
struct TaskRow {
    #[diesel(sql_type = SqlUuid)]
    task_id: Uuid,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Date)]
    period: NaiveDate,
    #[diesel(sql_type = SmallInt)]
    level: i16,
    #[diesel(sql_type = Integer)]
    unit_id: i32,
    #[diesel(sql_type = Text)]
    unit_name: String,
    #[diesel(sql_type = SmallInt)]
    unit_level: i16,
    #[diesel(sql_type = Integer)]
    tree_id: i32,
    #[diesel(sql_type = Date)]
    deadline: NaiveDate,
    #[diesel(sql_type = Timestamptz)]
    due_at: DateTime<Utc>,
    #[diesel(sql_type = Array<SmallInt>)]
    chain: Vec<i16>,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Timestamptz)]
    issued_at: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    issued_by: String,
    #[diesel(sql_type = Nullable<Text>)]
    cancel_reason: Option<String>,
    #[diesel(sql_type = Array<SqlUuid>)]
    form_ids: Vec<Uuid>,
}

/// A task, and the tree that it was issued on.
#[derive(Clone, Debug)]
pub struct FoundTask {
    pub task: Task,
    pub tree_id: i32,
}

const TASK: &str =
    "select t.task_id, t.title, t.period, t.level, t.unit_id, n.name as unit_name, n.level as unit_level,
        t.tree_id, t.deadline, t.due_at, t.chain, t.status, t.issued_at, a.name as issued_by, t.cancel_reason,
        array(select form_id from task_form f where f.task_id = t.task_id order by position) as form_ids
    from task t
    join tree_node n on n.tree_id = t.tree_id and n.unit_id = t.unit_id
    join account a on a.account_id = t.issued_by";

/// A task is seen by whoever stands above its unit, and by whoever may read one of its reports.
fn visible() -> String {
    format!(
        "(exists (select from v_access_place u where u.unit_id = t.unit_id and {IN_SCOPE})
          or exists (select from v_access_place u
              join report r on r.unit_id = u.unit_id and r.period = t.period and not r.void
              where r.task_id = t.task_id and {IN_SCOPE}))"
    )
}

/// A task that the scope shows, with the progress of the reports in it.
pub async fn find_task(tx: &mut Tx, scope: &Scope, id: TaskId) -> Result<FoundTask> {
    let query = format!("{TASK} where {} and t.task_id = $3", visible());
    let row: TaskRow = sql_query(query)
        .bind::<Array<Integer>, _>(scope.lo())
        .bind::<Array<Integer>, _>(scope.hi())
        .bind::<SqlUuid, _>(id.0)
        .get_result(tx.conn()?)
        .await?;
    let tasks = with_progress(tx, scope, vec![row]).await?;
    tasks.into_iter().next().ok_or(Error::NotFound)
}

/// A place in the list of tasks.
pub type Place = (DateTime<Utc>, Uuid);

/// Tasks that the scope shows, newest first.
pub async fn list_tasks(
    tx: &mut Tx,
    scope: &Scope,
    period: Option<Period>,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<FoundTask>> {
    let query = format!(
        "{TASK} where {} and ($3 is null or t.period = $3)
             and ($4 is null or (t.issued_at, t.task_id) < ($4, $5))
         order by t.issued_at desc, t.task_id desc limit $6",
        visible()
    );
    let rows: Vec<TaskRow> = sql_query(query)
        .bind::<Array<Integer>, _>(scope.lo())
        .bind::<Array<Integer>, _>(scope.hi())
        .bind::<Nullable<Date>, _>(period.map(Period::first_day))
        .bind::<Nullable<Timestamptz>, _>(after.map(|(at, _)| at))
        .bind::<Nullable<SqlUuid>, _>(after.map(|(_, id)| id))
        .bind::<BigInt, _>(limit)
        .load(tx.conn()?)
        .await?;
    with_progress(tx, scope, rows).await
}

async fn with_progress(tx: &mut Tx, scope: &Scope, rows: Vec<TaskRow>) -> Result<Vec<FoundTask>> {
    let ids: Vec<TaskId> = rows.iter().map(|row| TaskId(row.task_id)).collect();
    let standings = standings::of_tasks(tx, &ids).await?;
    let seen = place::store::list_seen(tx, scope).await?;
    let now = tx.now();
    let progress_of = |row: &TaskRow| {
        let mut progress = Progress::default();
        let reports = standings.get(&TaskId(row.task_id)).map_or(&[][..], |reports| reports.as_slice());
        for standing in reports.iter().filter(|standing| seen.contains(&standing.unit)) {
            standings::note(&mut progress, standing, row.due_at, now);
        }
        progress
    };
    let form_ids: Vec<Uuid> = rows.iter().flat_map(|row| row.form_ids.iter().copied()).collect();
    let forms = forms::list_summaries(tx, &form_ids).await?;
    let task = |row: TaskRow| {
        let progress = progress_of(&row);
        let form = |id: &Uuid| forms.iter().find(|form| form.id.0 == *id).cloned();
        let status = status_of(&row.status).ok_or_else(|| Error::internal("a task is in no known state"))?;
        let unit = UnitName { id: UnitId(row.unit_id), name: row.unit_name, level: level_of(row.unit_level)? };
        let task = Task {
            id: TaskId(row.task_id),
            title: row.title,
            period: Period::of(row.period),
            forms: row.form_ids.iter().filter_map(form).collect(),
            level: level_of(row.level)?,
            unit,
            deadline: row.deadline,
            due_at: row.due_at,
            chain: row.chain.iter().map(|rank| level_of(*rank)).collect::<Result<_>>()?,
            status,
            issued_at: row.issued_at,
            issued_by: row.issued_by,
            cancel_reason: row.cancel_reason,
            progress,
        };
        Ok(FoundTask { task, tree_id: row.tree_id })
    };
    rows.into_iter().map(task).collect()
}

/// Let others who would issue, cancel or close wait until this transaction ends: two who issue the same at once would
/// make two tasks of it, and a task must not grow while it ends.
pub async fn lock_issuing(tx: &mut Tx) -> Result<()> {
    sql_query("select pg_advisory_xact_lock(hashtext('reporting.issuing'))").execute(tx.conn()?).await?;
    Ok(())
}

/// What is to be expected, and from whom.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    pub forms: &'a [FormId],
    pub period: Period,
    pub level: Level,
    pub unit: UnitId,
    pub tree_id: i32,
    pub chain: &'a [Level],
}

impl Wanted<'_> {
    fn form_ids(&self) -> Vec<Uuid> {
        self.forms.iter().map(|form| form.0).collect()
    }

    fn chain_ranks(&self) -> Vec<i16> {
        self.chain.iter().map(|level| level.rank()).collect()
    }
}

/// How much is expected in all, how much of it is not expected yet, and a task that expects some of the rest.
#[derive(Clone, Debug, QueryableByName)]
pub struct Expectation {
    #[diesel(sql_type = BigInt)]
    pub wanted: i64,
    #[diesel(sql_type = BigInt)]
    pub missing: i64,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub holder: Option<Uuid>,
}

/// Each unit of the wanted level at or below the wanted unit, with each wanted form.
const EXPECTED: &str = "tree_node top
    join tree_node n on n.tree_id = top.tree_id and n.lo >= top.lo and n.lo < top.hi and n.level = $3
    cross join form f";

pub async fn find_expectation(tx: &mut Tx, wanted: &Wanted<'_>) -> Result<Expectation> {
    let query = format!(
        "select count(*) as wanted, count(*) filter (where r.report_id is null) as missing,
             (array_agg(r.task_id order by r.changed_at desc) filter (where r.report_id is not null))[1] as holder
         from {EXPECTED}
         left join report r on r.unit_id = n.unit_id and r.period = $4 and r.form_code = f.code and not r.void
         where top.tree_id = $1 and top.unit_id = $2 and f.form_id = any($5)"
    );
    Ok(sql_query(query)
        .bind::<Integer, _>(wanted.tree_id)
        .bind::<Integer, _>(wanted.unit.0)
        .bind::<SmallInt, _>(wanted.level.rank())
        .bind::<Date, _>(wanted.period.first_day())
        .bind::<Array<SqlUuid>, _>(wanted.form_ids())
        .get_result(tx.conn()?)
        .await?)
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    task_id: Uuid,
}

/// The open task that the wanted reports belong to: of the same forms, period, level, chain and tree, at or above the
/// wanted unit.
pub async fn find_open_like(tx: &mut Tx, wanted: &Wanted<'_>) -> Result<Option<TaskId>> {
    let mut form_ids = wanted.form_ids();
    form_ids.sort();
    let rows: Vec<IdRow> = sql_query(
        "select t.task_id
         from task t
         join tree_node top on top.tree_id = t.tree_id and top.unit_id = t.unit_id
         join tree_node n on n.tree_id = t.tree_id and n.unit_id = $2 and n.lo >= top.lo and n.lo < top.hi
         where t.status = 'open' and t.tree_id = $1 and t.level = $3 and t.period = $4 and t.chain = $6
             and array(select form_id from task_form f where f.task_id = t.task_id order by form_id) = $5
         order by t.issued_at desc limit 1",
    )
    .bind::<Integer, _>(wanted.tree_id)
    .bind::<Integer, _>(wanted.unit.0)
    .bind::<SmallInt, _>(wanted.level.rank())
    .bind::<Date, _>(wanted.period.first_day())
    .bind::<Array<SqlUuid>, _>(form_ids)
    .bind::<Array<SmallInt>, _>(wanted.chain_ranks())
    .load(tx.conn()?)
    .await?;
    Ok(rows.into_iter().next().map(|row| TaskId(row.task_id)))
}

/// A task that is about to exist.
#[derive(Clone, Debug)]
pub struct NewTask<'a> {
    pub id: TaskId,
    pub title: &'a str,
    pub deadline: NaiveDate,
    pub due_at: DateTime<Utc>,
    pub issued_by: AccountId,
}

pub async fn insert_task(tx: &mut Tx, new: &NewTask<'_>, wanted: &Wanted<'_>) -> Result<()> {
    let now = tx.now();
    sql_query(
        "with issued as (
             insert into task (task_id, title, period, level, unit_id, tree_id, deadline, due_at, chain, issued_by, issued_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         )
         insert into task_form (task_id, form_id, position)
         select $1, f.form_id, f.position from unnest($12::uuid[]) with ordinality f (form_id, position)",
    )
    .bind::<SqlUuid, _>(new.id.0)
    .bind::<Text, _>(new.title)
    .bind::<Date, _>(wanted.period.first_day())
    .bind::<SmallInt, _>(wanted.level.rank())
    .bind::<Integer, _>(wanted.unit.0)
    .bind::<Integer, _>(wanted.tree_id)
    .bind::<Date, _>(new.deadline)
    .bind::<Timestamptz, _>(new.due_at)
    .bind::<Array<SmallInt>, _>(wanted.chain_ranks())
    .bind::<SqlUuid, _>(new.issued_by.0)
    .bind::<Timestamptz, _>(now)
    .bind::<Array<SqlUuid>, _>(wanted.form_ids())
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Expect what is missing, all in one statement; answers how many reports came.
pub async fn insert_reports(tx: &mut Tx, task: TaskId, wanted: &Wanted<'_>) -> Result<i64> {
    let now = tx.now();
    let query = format!(
        "insert into report (report_id, task_id, form_id, unit_id, form_code, period, changed_at)
         select gen_random_uuid(), $6, f.form_id, n.unit_id, f.code, $4, $7
         from {EXPECTED}
         join task_form tf on tf.task_id = $6 and tf.form_id = f.form_id
         where top.tree_id = $1 and top.unit_id = $2 and f.form_id = any($5)
         order by n.lo, tf.position
         on conflict (unit_id, period, form_code) where not void do nothing"
    );
    let added = sql_query(query)
        .bind::<Integer, _>(wanted.tree_id)
        .bind::<Integer, _>(wanted.unit.0)
        .bind::<SmallInt, _>(wanted.level.rank())
        .bind::<Date, _>(wanted.period.first_day())
        .bind::<Array<SqlUuid>, _>(wanted.form_ids())
        .bind::<SqlUuid, _>(task.0)
        .bind::<Timestamptz, _>(now)
        .execute(tx.conn()?)
        .await?;
    let added = i64::try_from(added).map_err(Error::internal)?;
    standings::update_set(tx, task).await?;
    sql_query("select know_the_reports($1)").bind::<BigInt, _>(added).execute(tx.conn()?).await?;
    Ok(added)
}

#[derive(QueryableByName)]
struct StatusRow {
    #[diesel(sql_type = Text)]
    status: String,
}

/// How a task stands whose unit lies in the scope.
pub async fn find_status(tx: &mut Tx, scope: &Scope, id: TaskId) -> Result<TaskStatus> {
    let query = format!(
        "select t.status from task t join v_access_place u on u.unit_id = t.unit_id
         where {IN_SCOPE} and t.task_id = $3"
    );
    let row: StatusRow = sql_query(query)
        .bind::<Array<Integer>, _>(scope.lo())
        .bind::<Array<Integer>, _>(scope.hi())
        .bind::<SqlUuid, _>(id.0)
        .get_result(tx.conn()?)
        .await?;
    status_of(&row.status).ok_or_else(|| Error::internal("a task is in no known state"))
}

/// End an open task.
pub async fn update_ended(
    tx: &mut Tx,
    id: TaskId,
    by: AccountId,
    status: TaskStatus,
    reason: Option<&str>,
) -> Result<()> {
    let now = tx.now();
    sql_query("update task set status = $2, cancel_reason = $3, ended_at = $4, ended_by = $5 where task_id = $1")
        .bind::<SqlUuid, _>(id.0)
        .bind::<Text, _>(status_name(status))
        .bind::<Nullable<Text>, _>(reason)
        .bind::<Timestamptz, _>(now)
        .bind::<SqlUuid, _>(by.0)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// Let the reports of a task count no more, so that the same may be issued anew.
pub async fn update_void(tx: &mut Tx, id: TaskId) -> Result<()> {
    sql_query("update report set void = true where task_id = $1").bind::<SqlUuid, _>(id.0).execute(tx.conn()?).await?;
    standings::update_set(tx, id).await
}
