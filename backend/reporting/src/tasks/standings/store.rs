//! The SQL of standings.

use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Bool, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{FormId, ReportId, TaskId, UnitId};
use fupin_kernel::{Error, Result, Tx};
use uuid::Uuid;

use super::rules::Standing;
use crate::report::rules::status_of;

/// What tells whether something kept of a task still holds.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub struct Mark {
    #[diesel(sql_type = SqlUuid)]
    pub task_id: Uuid,
    /// When what the task expects changed last.
    #[diesel(sql_type = BigInt)]
    pub set_tick: i64,
    /// Every transaction of an earlier tick is over.
    #[diesel(sql_type = BigInt)]
    pub horizon: i64,
    /// Whether this transaction has written: what it sees may never come to be.
    #[diesel(sql_type = Bool)]
    pub writing: bool,
}

#[derive(QueryableByName)]
struct StandingRow {
    #[diesel(sql_type = SqlUuid)]
    report_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    task_id: Uuid,
    #[diesel(sql_type = Integer)]
    unit_id: i32,
    #[diesel(sql_type = SqlUuid)]
    form_id: Uuid,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = SmallInt)]
    stage: i16,
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    submitted_at: Option<DateTime<Utc>>,
}

const STANDING: &str = "r.report_id, r.task_id, r.unit_id, r.form_id, r.status, r.stage, r.version, r.submitted_at";

impl StandingRow {
    fn read(self) -> Result<(TaskId, Standing)> {
        let status = status_of(&self.status).ok_or_else(|| Error::internal("a report is in no known state"))?;
        let standing = Standing {
            id: ReportId(self.report_id),
            unit: UnitId(self.unit_id),
            form: FormId(self.form_id),
            status,
            stage: self.stage,
            version: self.version,
            submitted_at: self.submitted_at,
        };
        Ok((TaskId(self.task_id), standing))
    }
}

pub async fn list_marks(tx: &mut Tx, tasks: &[Uuid]) -> Result<Vec<Mark>> {
    let query = "select t.task_id, t.set_tick, h.tick as horizon, h.writing
         from task t, v_kernel_horizon h where t.task_id = any($1)";
    Ok(sql_query(query).bind::<Array<SqlUuid>, _>(tasks).load(tx.conn()?).await?)
}

/// All living reports of some tasks, in the order of their ids.
pub async fn list_whole(tx: &mut Tx, tasks: &[Uuid]) -> Result<Vec<(TaskId, Standing)>> {
    let query =
        format!("select {STANDING} from report r where r.task_id = any($1) and not r.void order by r.report_id");
    let rows: Vec<StandingRow> = sql_query(query).bind::<Array<SqlUuid>, _>(tasks).load(tx.conn()?).await?;
    rows.into_iter().map(StandingRow::read).collect()
}

/// The living reports of some tasks that have a step of history since a tick.
pub async fn list_changed(tx: &mut Tx, tasks: &[Uuid], since: i64) -> Result<Vec<(TaskId, Standing)>> {
    let query = format!(
        "select {STANDING} from report r
         where r.report_id in (select e.report_id from report_edit e where e.tick >= $2)
             and r.task_id = any($1) and not r.void"
    );
    let rows: Vec<StandingRow> =
        sql_query(query).bind::<Array<SqlUuid>, _>(tasks).bind::<BigInt, _>(since).load(tx.conn()?).await?;
    rows.into_iter().map(StandingRow::read).collect()
}

/// Say that what a task expects has changed.
pub async fn update_set(tx: &mut Tx, task: TaskId) -> Result<()> {
    sql_query("update task set set_tick = default where task_id = $1")
        .bind::<SqlUuid, _>(task.0)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}
