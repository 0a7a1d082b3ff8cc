//! The SQL of the trend.

use chrono::NaiveDate;
use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Binary, Date, Integer, Nullable, SmallInt, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{FormId, Period, TaskId, reporting::TotalsOf};
use fupin_kernel::{Error, Result, Tx};
use uuid::Uuid;

use super::rules::{ItemIn, Items};
use crate::totals::rules::least_stage;

/// What is read of the leaves.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The form's code.
    pub form: &'a str,
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

#[derive(QueryableByName)]
struct ItemsRow {
    #[diesel(sql_type = Integer)]
    line: i32,
    #[diesel(sql_type = Date)]
    period: NaiveDate,
    #[diesel(sql_type = SqlUuid)]
    form_id: Uuid,
    #[diesel(sql_type = Nullable<Binary>)]
    items: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    weights: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Array<BigInt>>)]
    submitted: Option<Vec<i64>>,
}

/// A line, a month and a version.
pub type Wanted = (i32, Period, FormId);

/// Whether a report `r` counts; the fifth parameter is how often it must have been approved.
const COUNTS: &str = "(r.status = 'approved' or (r.status = 'submitted' and r.stage >= $5))";

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

/// The items of all reports that count, for each of some lines, months and versions. Cut out of the leaves there, and
/// added here.
pub async fn list_items<'a>(
    tx: &mut Tx,
    places: &[(i32, i32)],
    asked: &Asked<'_>,
    wanted: impl Iterator<Item = &'a Wanted>,
) -> Result<Vec<Items>> {
    let place =
        |index: Option<usize>| index.map(|index| i32::try_from(1 + 8 * index).map_err(Error::internal)).transpose();
    let items = asked.items.iter().map(|item| place(Some(item.measure))).collect::<Result<Vec<_>>>()?;
    let weights = asked.items.iter().map(|item| place(item.weight())).collect::<Result<Vec<_>>>()?;
    let wanted: Vec<Wanted> = wanted.copied().collect();
    let query = format!(
        "with line as materialized (select * from unnest($1::int[], $2::int[]) l (unit_id, line)),
         version as materialized (
             select * from unnest($6::uuid[], $7::int[], $8::int[]) v (form_id, item_at, weight_at)
         ),
         wanted as materialized (
             select * from unnest($9::int[], $10::date[], $11::uuid[]) w (line, period, form_id)
         )
         select l.line, r.period, r.form_id, string_agg(substring(r.leaf from v.item_at for 8), '') as items,
             string_agg(substring(r.leaf from v.weight_at for 8), '') filter (where v.weight_at is not null) as weights,
             array_agg((extract(epoch from r.submitted_at) * 1000000)::bigint) as submitted
         from report r
         join line l on l.unit_id = r.unit_id
         join version v on v.form_id = r.form_id
         join wanted w on w.line = l.line and w.period = r.period and w.form_id = r.form_id
         where r.form_code = $3 and r.period = any($4) and not r.void and {COUNTS}
         group by l.line, r.period, r.form_id"
    );
    let rows: Vec<ItemsRow> = sql_query(query)
        .bind::<Array<Integer>, _>(places.iter().map(|(unit, _)| *unit).collect::<Vec<_>>())
        .bind::<Array<Integer>, _>(places.iter().map(|(_, line)| *line).collect::<Vec<_>>())
        .bind::<Text, _>(asked.form)
        .bind::<Array<Date>, _>(asked.periods.iter().map(|period| period.first_day()).collect::<Vec<_>>())
        .bind::<SmallInt, _>(least_stage(asked.of).unwrap_or(i16::MAX))
        .bind::<Array<SqlUuid>, _>(asked.items.iter().map(|item| item.id.0).collect::<Vec<_>>())
        .bind::<Array<Nullable<Integer>>, _>(items)
        .bind::<Array<Nullable<Integer>>, _>(weights)
        .bind::<Array<Integer>, _>(wanted.iter().map(|(line, ..)| *line).collect::<Vec<_>>())
        .bind::<Array<Date>, _>(wanted.iter().map(|(_, period, _)| period.first_day()).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(wanted.iter().map(|(.., form)| form.0).collect::<Vec<_>>())
        .load(tx.conn()?)
        .await?;
    let read = |row: ItemsRow| Items {
        line: row.line,
        period: Period::of(row.period),
        form: FormId(row.form_id),
        items: row.items.unwrap_or_default(),
        weights: row.weights.unwrap_or_default(),
        at: row.submitted.unwrap_or_default(),
    };
    Ok(rows.into_iter().map(read).collect())
}
