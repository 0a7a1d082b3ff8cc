//! The SQL of the discipline sheet.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Date, Integer, Timestamptz},
};
use diesel_async::RunQueryDsl;
use fupin_contract::Period;
use fupin_kernel::{Result, Tx};

use super::rules::Counts;
use crate::place::{rules::Node, store::list_places};

#[derive(QueryableByName)]
struct CountsRow {
    #[diesel(sql_type = Integer)]
    line: i32,
    #[diesel(sql_type = BigInt)]
    expected: i64,
    #[diesel(sql_type = BigInt)]
    submitted: i64,
    #[diesel(sql_type = BigInt)]
    late: i64,
    #[diesel(sql_type = BigInt)]
    late_days: i64,
    #[diesel(sql_type = BigInt)]
    returns: i64,
    #[diesel(sql_type = BigInt)]
    errors: i64,
}

/// Each report of the months in the third and fourth parameter, judged, and added up by line.
const JUDGED: &str = "
    with owed as materialized (
        select l.line, r.report_id, r.status in ('submitted', 'approved') as is_submitted, t.deadline,
            coalesce(t.ended_at, $5) as end_at
        from task t
        join report r on r.task_id = t.task_id and not r.void
        join unnest($1::int[], $2::int[]) l (unit_id, line) on l.unit_id = r.unit_id
        where t.period between $3 and $4 and t.status <> 'cancelled'
    ),
    acted as materialized (
        select e.report_id, min(e.at) filter (where e.kind = 'submitted') as first_at,
            count(*) filter (where e.kind = 'returned') as returns,
            min(e.version) filter (where e.kind = 'returned') as returned_by
        from owed o
        join report_edit e on e.report_id = o.report_id and e.kind in ('submitted', 'returned')
        -- What a corrected form sent back is nobody's fault.
        where e.kind = 'submitted' or not exists (
            select from report_edit b
            where b.report_id = e.report_id and b.version = e.version - 1 and b.kind = 'amended')
        group by e.report_id
    ),
    mended as (
        select e.report_id, count(distinct key) as cells
        from acted a
        join report_edit e on e.report_id = a.report_id and e.version > a.returned_by
            and e.kind in ('saved', 'submitted')
        cross join jsonb_object_keys(e.cells::jsonb) key
        where a.returns > 0
        group by e.report_id
    ),
    judged as (
        select o.line, o.is_submitted, coalesce(a.returns, 0) as returns, coalesce(m.cells, 0) as errors,
            greatest(0, (coalesce(a.first_at, o.end_at) at time zone 'Asia/Shanghai')::date - o.deadline) as late_days
        from owed o
        left join acted a on a.report_id = o.report_id
        left join mended m on m.report_id = o.report_id
    )
    select line, count(*) as expected, count(*) filter (where is_submitted) as submitted,
        count(*) filter (where late_days > 0) as late, sum(late_days)::bigint as late_days,
        sum(returns)::bigint as returns, sum(errors)::bigint as errors
    from judged group by line";

/// What the reports of some months came to, for each line that owes any.
pub async fn list_counts(tx: &mut Tx, lines: &[Node], (from, until): (Period, Period)) -> Result<Vec<Counts>> {
    let now = tx.now();
    let places = list_places(tx, lines).await?;
    let rows: Vec<CountsRow> = sql_query(JUDGED)
        .bind::<Array<Integer>, _>(places.iter().map(|(unit, _)| unit.0).collect::<Vec<_>>())
        .bind::<Array<Integer>, _>(places.iter().map(|(_, line)| *line).collect::<Vec<_>>())
        .bind::<Date, _>(from.first_day())
        .bind::<Date, _>(until.first_day())
        .bind::<Timestamptz, _>(now)
        .load(tx.conn()?)
        .await?;
    let counts = |row: CountsRow| Counts {
        line: row.line,
        expected: row.expected,
        submitted: row.submitted,
        late: row.late,
        late_days: row.late_days,
        returns: row.returns,
        errors: row.errors,
    };
    Ok(rows.into_iter().map(counts).collect())
}
