//! The SQL of the board.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{FormId, ReportId, reporting::MatrixCell};
use fupin_kernel::{Error, Result, Tx};
use uuid::Uuid;

use super::rules::{CellCount, Count};
use crate::{
    place::view::View,
    report::rules::status_of,
    tasks::store::{FoundTask, PROGRESS, ProgressRow},
};

/// No unit has this ordinal.
const NO_LINE: i32 = -1;

#[derive(QueryableByName)]
struct CellRow {
    #[diesel(sql_type = Integer)]
    ordinal: i32,
    #[diesel(sql_type = SqlUuid)]
    form_id: Uuid,
    #[diesel(sql_type = BigInt)]
    expected: i64,
    #[diesel(sql_type = BigInt)]
    submitted: i64,
    #[diesel(sql_type = BigInt)]
    on_time: i64,
    #[diesel(sql_type = BigInt)]
    approved: i64,
    #[diesel(sql_type = BigInt)]
    overdue: i64,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = Integer)]
    ordinal: i32,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    report_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    status: Option<String>,
    #[diesel(embed)]
    progress: ProgressRow,
}

/// The units of the view, each with the line that it belongs to; lines are what the second and third array of ordinals say.
const LINES: &str = "line as materialized (
        select n.unit_id, l.lo as line
        from unnest($1::int[], $2::int[]) l (lo, hi)
        join tree_node n on n.tree_id = $5 and n.lo >= l.lo and n.lo < l.hi
    )";

/// How far the reports of each line of the view have come; of one form, or of all. What no line shows comes as one more.
pub async fn list_counts(tx: &mut Tx, view: &View, found: &FoundTask, form: Option<FormId>) -> Result<Vec<Count>> {
    let now = tx.now();
    let query = format!(
        "with {LINES}
         select coalesce(l.line, $8) as ordinal, {PROGRESS},
             case when count(*) = 1 and min(n.lo) = l.line then (array_agg(r.report_id))[1] end as report_id,
             case when count(*) = 1 and min(n.lo) = l.line then min(r.status) end as status
         from task t
         join report r on r.task_id = t.task_id and not r.void
         join tree_node n on n.tree_id = $5 and n.unit_id = r.unit_id and n.lo >= $6 and n.lo < $7
         left join line l on l.unit_id = r.unit_id
         where t.task_id = $4 and ($9 is null or r.form_id = $9)
         group by l.line"
    );
    let rows: Vec<CountRow> = sql_query(query)
        .bind::<Array<Integer>, _>(view.lines.iter().map(|node| node.lo).collect::<Vec<_>>())
        .bind::<Array<Integer>, _>(view.lines.iter().map(|node| node.hi).collect::<Vec<_>>())
        .bind::<Timestamptz, _>(now)
        .bind::<SqlUuid, _>(found.task.id.0)
        .bind::<Integer, _>(found.tree_id)
        .bind::<Integer, _>(view.top.lo)
        .bind::<Integer, _>(view.top.hi)
        .bind::<Integer, _>(NO_LINE)
        .bind::<Nullable<SqlUuid>, _>(form.map(|form| form.0))
        .load(tx.conn()?)
        .await?;
    let count = |row: CountRow| {
        let status = row
            .status
            .as_deref()
            .map(|status| status_of(status).ok_or_else(|| Error::internal("a report is in no known state")));
        let only = row.report_id.map(ReportId).zip(status.transpose()?);
        Ok(Count { ordinal: row.ordinal, progress: row.progress.into(), only })
    };
    rows.into_iter().map(count).collect()
}

/// How far the reports of each line of the view have come with each form.
pub async fn list_cells(tx: &mut Tx, view: &View, found: &FoundTask) -> Result<Vec<CellCount>> {
    let now = tx.now();
    let query = format!(
        "with {LINES}
         select coalesce(l.line, $8) as ordinal, r.form_id, count(*) as expected,
             count(*) filter (where r.status in ('submitted', 'approved')) as submitted,
             count(*) filter (where r.status in ('submitted', 'approved') and r.submitted_at < t.due_at) as on_time,
             count(*) filter (where r.status = 'approved') as approved,
             count(*) filter (where r.status in ('draft', 'returned') and t.due_at <= $3) as overdue
         from task t
         join report r on r.task_id = t.task_id and not r.void
         join tree_node n on n.tree_id = $5 and n.unit_id = r.unit_id and n.lo >= $6 and n.lo < $7
         left join line l on l.unit_id = r.unit_id
         where t.task_id = $4
         group by l.line, r.form_id"
    );
    let rows: Vec<CellRow> = sql_query(query)
        .bind::<Array<Integer>, _>(view.lines.iter().map(|node| node.lo).collect::<Vec<_>>())
        .bind::<Array<Integer>, _>(view.lines.iter().map(|node| node.hi).collect::<Vec<_>>())
        .bind::<Timestamptz, _>(now)
        .bind::<SqlUuid, _>(found.task.id.0)
        .bind::<Integer, _>(found.tree_id)
        .bind::<Integer, _>(view.top.lo)
        .bind::<Integer, _>(view.top.hi)
        .bind::<Integer, _>(NO_LINE)
        .load(tx.conn()?)
        .await?;
    let count = |row: CellRow| CellCount {
        ordinal: row.ordinal,
        form: FormId(row.form_id),
        cell: MatrixCell {
            expected: row.expected,
            submitted: row.submitted,
            on_time: row.on_time,
            approved: row.approved,
            overdue: row.overdue,
        },
    };
    Ok(rows.into_iter().map(count).collect())
}
