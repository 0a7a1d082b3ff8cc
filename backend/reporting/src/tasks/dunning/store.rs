//! The SQL of dunning.

use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_access::Scope;
use fupin_contract::{
    AccountId, TaskId,
    access::Role,
    reporting::{DunOf, DunReports},
};
use fupin_kernel::{Error, Result, Tx};
use uuid::Uuid;

use crate::{place::rules::Node, tasks::store::IN_SCOPE};

/// A dunning that is about to happen.
#[derive(Clone, Debug)]
pub struct Dunning<'a> {
    pub id: Uuid,
    pub task: TaskId,
    pub by: AccountId,
    pub input: &'a DunReports,
    /// As it stands today.
    pub unit: Option<Node>,
}

/// What is owed, and who is told of it.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub struct Told {
    #[diesel(sql_type = BigInt)]
    pub reports: i64,
    #[diesel(sql_type = BigInt)]
    pub units: i64,
    #[diesel(sql_type = BigInt)]
    pub told: i64,
    #[diesel(sql_type = BigInt)]
    pub resting: i64,
    #[diesel(sql_type = BigInt)]
    pub unreached: i64,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Let an officer's other dunnings wait, so that they are counted.
pub async fn lock_officer(tx: &mut Tx, officer: AccountId) -> Result<()> {
    sql_query("select pg_advisory_xact_lock(hashtext('reporting.dunning:' || $1))")
        .bind::<Text, _>(officer.to_string())
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// How often an officer has told somebody since an instant.
pub async fn count_dunnings(tx: &mut Tx, officer: AccountId, since: DateTime<Utc>) -> Result<i64> {
    let row: CountRow =
        sql_query("select count(*) as count from dunning where account_id = $1 and at >= $2 and told > 0")
            .bind::<SqlUuid, _>(officer.0)
            .bind::<Timestamptz, _>(since)
            .get_result(tx.conn()?)
            .await?;
    Ok(row.count)
}

/// Note the clerks of all units that owe, but for those who were dunned for the task after `rested_since`. The clerks of a
/// unit are its own, else those of the nearest unit above that has any.
pub async fn insert_dunned(
    tx: &mut Tx,
    scope: &Scope,
    dunning: &Dunning<'_>,
    rested_since: DateTime<Utc>,
) -> Result<Told> {
    let now = tx.now();
    let query = format!(
        "with owing as materialized (
             select r.unit_id, count(*) as reports
             from task t
             join report r on r.task_id = t.task_id and not r.void and r.status in ('draft', 'returned')
             join v_access_unit u on u.unit_id = r.unit_id
             where t.task_id = $3 and {IN_SCOPE}
                 and ($4 is null or r.form_id = $4) and (not $5 or t.due_at <= $6)
                 and ($7 is null or (u.lo >= $7 and u.lo < $8))
             group by r.unit_id
         ),
         seat as materialized (
             select l.unit_id, c.account_id, rank() over (partition by l.unit_id order by l.up) as distance
             from access_line((select array_agg(unit_id) from owing)) l
             join v_access_recipient c on c.role = $9 and c.unit_id = l.at_id
         ),
         person as materialized (select distinct account_id from seat where distance = 1),
         told as (
             insert into dunned (task_id, account_id, dunning_id, at)
             select $3, account_id, $10, $6 from person
             on conflict (task_id, account_id) do update set dunning_id = excluded.dunning_id, at = excluded.at
                 where dunned.at <= $11
             returning account_id
         )
         select (select coalesce(sum(reports), 0)::bigint from owing) as reports,
             (select count(*) from owing) as units,
             (select count(*) from told) as told,
             (select count(*) from person) - (select count(*) from told) as resting,
             (select count(*) from owing) - (select count(distinct unit_id) from seat) as unreached"
    );
    Ok(sql_query(query)
        .bind::<Array<Integer>, _>(scope.lo())
        .bind::<Array<Integer>, _>(scope.hi())
        .bind::<SqlUuid, _>(dunning.task.0)
        .bind::<Nullable<SqlUuid>, _>(dunning.input.form.map(|form| form.0))
        .bind::<Bool, _>(dunning.input.of == DunOf::Overdue)
        .bind::<Timestamptz, _>(now)
        .bind::<Nullable<Integer>, _>(dunning.unit.as_ref().map(|unit| unit.lo))
        .bind::<Nullable<Integer>, _>(dunning.unit.as_ref().map(|unit| unit.hi))
        .bind::<Text, _>(Role::Clerk.name())
        .bind::<SqlUuid, _>(dunning.id)
        .bind::<Timestamptz, _>(rested_since)
        .get_result(tx.conn()?)
        .await?)
}

pub async fn insert_dunning(tx: &mut Tx, dunning: &Dunning<'_>, told: i64, resting: i64) -> Result<()> {
    let now = tx.now();
    let small = |count: i64| i32::try_from(count).map_err(Error::internal);
    sql_query(
        "insert into dunning (dunning_id, task_id, account_id, at, form_id, unit_id, overdue, told, resting)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind::<SqlUuid, _>(dunning.id)
    .bind::<SqlUuid, _>(dunning.task.0)
    .bind::<SqlUuid, _>(dunning.by.0)
    .bind::<Timestamptz, _>(now)
    .bind::<Nullable<SqlUuid>, _>(dunning.input.form.map(|form| form.0))
    .bind::<Nullable<Integer>, _>(dunning.input.unit.map(|unit| unit.0))
    .bind::<Bool, _>(dunning.input.of == DunOf::Overdue)
    .bind::<Integer, _>(small(told)?)
    .bind::<Integer, _>(small(resting)?)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}
