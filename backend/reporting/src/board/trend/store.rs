//! The SQL of the trend.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, QueryDsl, QueryableByName, sql_query,
    sql_types::{Array, Date, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{
    FormId, Period, TaskId, UnitId,
    reporting::{ReportStatus, TotalsOf},
};
use fupin_kernel::{Result, Tx};
use fupin_schema::report;
use uuid::Uuid;

use super::rules::{ItemIn, LeafIn};
use crate::{report::rules::status_name, totals::rules::least_stage};

/// What is read of the leaves.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub periods: &'a [Period],
    /// All versions that reports of these months follow.
    pub versions: &'a [FormId],
    pub items: &'a [ItemIn],
    pub of: TotalsOf,
}

#[derive(QueryableByName)]
struct VersionRow {
    #[diesel(sql_type = SqlUuid)]
    form_id: Uuid,
}

#[derive(QueryableByName)]
struct TaskRow {
    #[diesel(sql_type = SqlUuid)]
    task_id: Uuid,
    #[diesel(sql_type = Date)]
    period: NaiveDate,
}

/// The versions of a form that tasks of these months have, the oldest first.
pub async fn list_versions(tx: &mut Tx, code: &str, periods: &[Period]) -> Result<Vec<FormId>> {
    let rows: Vec<VersionRow> = sql_query(
        "select f.form_id from form f
         where f.code = $1 and exists (select from task_form tf join task t on t.task_id = tf.task_id
             where tf.form_id = f.form_id and t.period = any($2) and t.status <> 'cancelled')
         order by f.version",
    )
    .bind::<Text, _>(code)
    .bind::<Array<Date>, _>(periods.iter().map(|period| period.first_day()).collect::<Vec<_>>())
    .load(tx.conn()?)
    .await?;
    Ok(rows.into_iter().map(|row| FormId(row.form_id)).collect())
}

/// The tasks of these months that any of some forms was issued with.
pub async fn list_tasks(tx: &mut Tx, periods: &[Period], forms: &[FormId]) -> Result<Vec<(TaskId, Period)>> {
    let rows: Vec<TaskRow> = sql_query(
        "select t.task_id, t.period from task t
         where t.period = any($1) and t.status <> 'cancelled'
             and exists (select from task_form tf where tf.task_id = t.task_id and tf.form_id = any($2))",
    )
    .bind::<Array<Date>, _>(periods.iter().map(|period| period.first_day()).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(forms.iter().map(|form| form.0).collect::<Vec<_>>())
    .load(tx.conn()?)
    .await?;
    Ok(rows.into_iter().map(|row| (TaskId(row.task_id), Period::of(row.period))).collect())
}

/// The leaves of all reports of these tasks that count, and follow a version that has the item.
pub async fn list_leaves(tx: &mut Tx, tasks: &[TaskId], asked: &Asked<'_>) -> Result<Vec<LeafIn>> {
    if tasks.is_empty() {
        return Ok(Vec::new());
    }
    let status = |status| report::status.eq(status_name(status));
    // No report that is still with the reviewers has been approved so often.
    let often = report::stage.ge(least_stage(asked.of).unwrap_or(i16::MAX));
    let rows: Vec<LeafRow> = report::table
        .filter(report::task_id.eq_any(tasks.iter().map(|task| task.0)))
        .filter(report::form_id.eq_any(asked.items.iter().map(|item| item.id.0)))
        .filter(report::void.eq(false))
        .filter(status(ReportStatus::Approved).or(status(ReportStatus::Submitted).and(often)))
        .select((report::unit_id, report::period, report::form_id, report::leaf, report::submitted_at))
        .load(tx.conn()?)
        .await?;
    let leaf = |(unit, period, form, leaf, at): LeafRow| {
        let (unit, period, form, items) = (UnitId(unit), Period::of(period), FormId(form), leaf?);
        Some(LeafIn { unit, period, form, items, submitted_at_micros: at.map_or(0, |at| at.timestamp_micros()) })
    };
    Ok(rows.into_iter().filter_map(leaf).collect())
}

type LeafRow = (i32, NaiveDate, Uuid, Option<Vec<u8>>, Option<DateTime<Utc>>);
