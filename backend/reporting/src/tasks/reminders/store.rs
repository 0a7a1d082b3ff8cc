//! The SQL of reminders.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, Bool, Date, Nullable, SmallInt, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::TaskId;
use fupin_kernel::{Result, Tx};
use uuid::Uuid;

use super::rules::{Calendar, Step};
use crate::place::rules::level_of;

#[derive(QueryableByName)]
struct CalendarRow {
    #[diesel(sql_type = SqlUuid)]
    task_id: Uuid,
    #[diesel(sql_type = SmallInt)]
    level: i16,
    #[diesel(sql_type = Date)]
    deadline: NaiveDate,
    #[diesel(sql_type = Timestamptz)]
    set_at: DateTime<Utc>,
    #[diesel(sql_type = Array<SmallInt>)]
    days: Vec<i16>,
    #[diesel(sql_type = Array<SmallInt>)]
    done: Vec<i16>,
}

#[derive(QueryableByName)]
struct OwnDaysRow {
    #[diesel(sql_type = Nullable<Array<SmallInt>>)]
    reminder_days: Option<Vec<i16>>,
}

#[derive(QueryableByName)]
struct DoneRow {
    #[diesel(sql_type = SmallInt)]
    step: i16,
    #[diesel(sql_type = Bool)]
    told: bool,
}

/// Let another process that would remind wait until this transaction ends.
pub async fn lock_reminding(tx: &mut Tx) -> Result<()> {
    sql_query("select pg_advisory_xact_lock(hashtext('reporting.reminding'))").execute(tx.conn()?).await?;
    Ok(())
}

/// All open tasks with their days of reminding, or the province's. Acts for nobody, and has no scope.
pub async fn list_calendars(tx: &mut Tx, days: &[i16]) -> Result<Vec<Calendar>> {
    let rows: Vec<CalendarRow> = sql_query(
        "select t.task_id, t.level, t.deadline, coalesce(t.deadline_set_at, t.issued_at) as set_at,
             coalesce(t.reminder_days, $1) as days,
             array(select step from reminder r where r.task_id = t.task_id and r.deadline = t.deadline) as done
         from task t where t.status = 'open' order by t.task_id",
    )
    .bind::<Array<SmallInt>, _>(days)
    .load(tx.conn()?)
    .await?;
    let calendar = |row: CalendarRow| {
        Ok(Calendar {
            task: TaskId(row.task_id),
            level: level_of(row.level)?,
            deadline: row.deadline,
            set_at: row.set_at,
            days: row.days,
            done: row.done,
        })
    };
    rows.into_iter().map(calendar).collect()
}

/// Note days as dealt with. A day that has been noted already fails, and nothing is told twice.
pub async fn insert_reminders(tx: &mut Tx, steps: &[Step]) -> Result<()> {
    let now = tx.now();
    sql_query(
        "insert into reminder (task_id, deadline, step, told, at)
         select s.*, $5 from unnest($1::uuid[], $2::date[], $3::smallint[], $4::boolean[]) s",
    )
    .bind::<Array<SqlUuid>, _>(steps.iter().map(|step| step.task.0).collect::<Vec<_>>())
    .bind::<Array<Date>, _>(steps.iter().map(|step| step.deadline).collect::<Vec<_>>())
    .bind::<Array<SmallInt>, _>(steps.iter().map(|step| step.day).collect::<Vec<_>>())
    .bind::<Array<Bool>, _>(steps.iter().map(|step| step.told).collect::<Vec<_>>())
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// The days of a task that was found within a scope: its own, where it has any, and those dealt with.
pub async fn find_days(tx: &mut Tx, task: TaskId) -> Result<(Option<Vec<i16>>, Vec<(i16, bool)>)> {
    let own: OwnDaysRow = sql_query("select reminder_days from task where task_id = $1")
        .bind::<SqlUuid, _>(task.0)
        .get_result(tx.conn()?)
        .await?;
    let done: Vec<DoneRow> = sql_query(
        "select r.step, r.told from reminder r join task t on t.task_id = r.task_id and t.deadline = r.deadline
         where r.task_id = $1",
    )
    .bind::<SqlUuid, _>(task.0)
    .load(tx.conn()?)
    .await?;
    Ok((own.reminder_days, done.into_iter().map(|row| (row.step, row.told)).collect()))
}

/// Give a task days of its own, or the province's again.
pub async fn update_days(tx: &mut Tx, task: TaskId, days: Option<&[i16]>) -> Result<()> {
    sql_query("update task set reminder_days = $2 where task_id = $1")
        .bind::<SqlUuid, _>(task.0)
        .bind::<Nullable<Array<SmallInt>>, _>(days)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}
