//! The SQL of schedules.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{Array, Bool, Date, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_access::Scope;
use fupin_contract::{
    AccountId, Period, ScheduleId, TaskId, UnitId,
    reporting::{CreateSchedule, PastIssue, ScheduleRule},
    units::{Level, UnitName},
};
use fupin_kernel::{Error, Result, Tx};
use uuid::Uuid;

use super::{calendar::Exception, rules};
use crate::{place::rules::level_of, tasks::store::IN_SCOPE};

/// A schedule.
#[derive(Clone, Debug)]
pub struct Found {
    pub id: ScheduleId,
    pub title: String,
    pub form_codes: Vec<String>,
    pub level: Level,
    pub unit: UnitName,
    pub chain: Vec<Level>,
    pub rule: ScheduleRule,
    pub paused: bool,
    pub created_by: AccountId,
    pub creator: String,
    pub last: Option<PastIssue>,
}

#[derive(QueryableByName)]
struct ScheduleRow {
    #[diesel(sql_type = SqlUuid)]
    schedule_id: Uuid,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Text)]
    every: String,
    #[diesel(sql_type = Array<Text>)]
    form_codes: Vec<String>,
    #[diesel(sql_type = SmallInt)]
    level: i16,
    #[diesel(sql_type = Integer)]
    unit_id: i32,
    #[diesel(sql_type = Text)]
    unit_name: String,
    #[diesel(sql_type = SmallInt)]
    unit_level: i16,
    #[diesel(sql_type = Array<SmallInt>)]
    chain: Vec<i16>,
    #[diesel(sql_type = SmallInt)]
    issue_day: i16,
    #[diesel(sql_type = Text)]
    due: String,
    #[diesel(sql_type = SmallInt)]
    due_number: i16,
    #[diesel(sql_type = Date)]
    first_period: NaiveDate,
    #[diesel(sql_type = Bool)]
    paused: bool,
    #[diesel(sql_type = SqlUuid)]
    created_by: Uuid,
    #[diesel(sql_type = Text)]
    creator: String,
    #[diesel(sql_type = Nullable<Date>)]
    last_period: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    last_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    last_task: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    last_problem: Option<String>,
}

#[derive(QueryableByName)]
struct HolidayRow {
    #[diesel(sql_type = Date)]
    day: NaiveDate,
    #[diesel(sql_type = Bool)]
    works: bool,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    confirmed: bool,
}

impl TryFrom<ScheduleRow> for Found {
    type Error = Error;

    fn try_from(row: ScheduleRow) -> Result<Self> {
        let unknown = || Error::internal(format!("the schedule {} is of no known kind", row.schedule_id));
        let rule = ScheduleRule {
            every: rules::every_of(&row.every).ok_or_else(unknown)?,
            issue_day: row.issue_day,
            due: rules::due_of(&row.due).ok_or_else(unknown)?,
            due_number: row.due_number,
            first: Period::of(row.first_period),
        };
        let last = row.last_period.zip(row.last_at).map(|(period, at)| PastIssue {
            period: Period::of(period),
            at,
            task: row.last_task.map(TaskId),
            problem: row.last_problem,
        });
        Ok(Self {
            id: ScheduleId(row.schedule_id),
            title: row.title,
            form_codes: row.form_codes,
            level: level_of(row.level)?,
            unit: UnitName { id: UnitId(row.unit_id), name: row.unit_name, level: level_of(row.unit_level)? },
            chain: row.chain.iter().map(|rank| level_of(*rank)).collect::<Result<_>>()?,
            rule,
            paused: row.paused,
            created_by: AccountId(row.created_by),
            creator: row.creator,
            last,
        })
    }
}

const SCHEDULE: &str = "select s.schedule_id, s.title, s.every, s.form_codes, s.level, s.unit_id, u.name as unit_name,
        u.level as unit_level, s.chain, s.issue_day, s.due, s.due_number, s.first_period, s.paused, s.created_by,
        a.name as creator, l.period as last_period, l.at as last_at, l.task_id as last_task, l.problem as last_problem
    from schedule s
    join v_access_unit u on u.unit_id = s.unit_id
    join account a on a.account_id = s.created_by
    left join lateral (
        select * from schedule_run r where r.schedule_id = s.schedule_id order by r.period desc limit 1
    ) l on true";

/// Schedules of units within the scope, by title.
pub async fn list_schedules(tx: &mut Tx, scope: &Scope) -> Result<Vec<Found>> {
    let rows: Vec<ScheduleRow> =
        sql_query(format!("{SCHEDULE} where {IN_SCOPE} order by s.title, s.schedule_id limit 500"))
            .bind::<Array<Integer>, _>(scope.lo())
            .bind::<Array<Integer>, _>(scope.hi())
            .load(tx.conn()?)
            .await?;
    rows.into_iter().map(Found::try_from).collect()
}

/// A schedule of a unit within the scope.
pub async fn find_schedule(tx: &mut Tx, scope: &Scope, id: ScheduleId) -> Result<Found> {
    let row: Option<ScheduleRow> = sql_query(format!("{SCHEDULE} where {IN_SCOPE} and s.schedule_id = $3"))
        .bind::<Array<Integer>, _>(scope.lo())
        .bind::<Array<Integer>, _>(scope.hi())
        .bind::<SqlUuid, _>(id.0)
        .get_result(tx.conn()?)
        .await
        .optional()?;
    row.ok_or(Error::NotFound)?.try_into()
}

pub async fn insert_schedule(
    tx: &mut Tx,
    id: ScheduleId,
    input: &CreateSchedule,
    codes: &[String],
    by: AccountId,
) -> Result<()> {
    let (now, rule) = (tx.now(), &input.rule);
    sql_query(
        "insert into schedule (schedule_id, title, every, form_codes, level, unit_id, chain, issue_day, due, due_number,
             first_period, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<Text, _>(input.title.trim())
    .bind::<Text, _>(rules::every_name(rule.every))
    .bind::<Array<Text>, _>(codes)
    .bind::<SmallInt, _>(input.level.rank())
    .bind::<Integer, _>(input.unit.0)
    .bind::<Array<SmallInt>, _>(input.chain.iter().map(|level| level.rank()).collect::<Vec<_>>())
    .bind::<SmallInt, _>(rule.issue_day)
    .bind::<Text, _>(rules::due_name(rule.due))
    .bind::<SmallInt, _>(rule.due_number)
    .bind::<Date, _>(rules::aligned(rule.every, rule.first).first_day())
    .bind::<SqlUuid, _>(by.0)
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Let a schedule rest.
pub async fn update_paused(tx: &mut Tx, id: ScheduleId) -> Result<()> {
    sql_query("update schedule set paused = true where schedule_id = $1")
        .bind::<SqlUuid, _>(id.0)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// Let a schedule go on from a period.
pub async fn update_resumed(tx: &mut Tx, id: ScheduleId, first: Period) -> Result<()> {
    sql_query("update schedule set paused = false, first_period = $2 where schedule_id = $1")
        .bind::<SqlUuid, _>(id.0)
        .bind::<Date, _>(first.first_day())
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// Note a period as dealt with; false if it has been already, by whoever was faster.
pub async fn insert_run(
    tx: &mut Tx,
    id: ScheduleId,
    period: Period,
    task: Option<TaskId>,
    problem: Option<&str>,
) -> Result<bool> {
    let now = tx.now();
    let noted = sql_query(
        "insert into schedule_run (schedule_id, period, at, task_id, problem) values ($1, $2, $3, $4, $5)
         on conflict do nothing",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<Date, _>(period.first_day())
    .bind::<Timestamptz, _>(now)
    .bind::<Nullable<SqlUuid>, _>(task.map(|task| task.0))
    .bind::<Nullable<Text>, _>(problem)
    .execute(tx.conn()?)
    .await?;
    Ok(noted == 1)
}

/// Let another process that would issue by schedule wait until this transaction ends.
pub async fn lock_schedules(tx: &mut Tx) -> Result<()> {
    sql_query("select pg_advisory_xact_lock(hashtext('reporting.schedules'))").execute(tx.conn()?).await?;
    Ok(())
}

pub async fn list_holidays(tx: &mut Tx) -> Result<Vec<Exception>> {
    let rows: Vec<HolidayRow> =
        sql_query("select day, works, name, confirmed from holiday order by day").load(tx.conn()?).await?;
    let exception =
        |row: HolidayRow| Exception { day: row.day, works: row.works, name: row.name, confirmed: row.confirmed };
    Ok(rows.into_iter().map(exception).collect())
}

/// What is known of a year, in place of what was known before.
pub async fn replace_holidays(tx: &mut Tx, year: i32, exceptions: &[Exception]) -> Result<()> {
    sql_query("delete from holiday where extract(year from day) = $1")
        .bind::<Integer, _>(year)
        .execute(tx.conn()?)
        .await?;
    sql_query(
        "insert into holiday (day, works, name, confirmed)
         select * from unnest($1::date[], $2::boolean[], $3::text[], $4::boolean[])",
    )
    .bind::<Array<Date>, _>(exceptions.iter().map(|exception| exception.day).collect::<Vec<_>>())
    .bind::<Array<Bool>, _>(exceptions.iter().map(|exception| exception.works).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(exceptions.iter().map(|exception| exception.name.as_str()).collect::<Vec<_>>())
    .bind::<Array<Bool>, _>(exceptions.iter().map(|exception| exception.confirmed).collect::<Vec<_>>())
    .execute(tx.conn()?)
    .await?;
    Ok(())
}
