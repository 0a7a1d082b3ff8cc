//! The SQL of the totals.

use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName, sql_query,
    sql_types::{Binary, Integer, Nullable, SmallInt, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{FormId, reporting::TotalsOf};
use fupin_kernel::{Result, Tx};

use super::rules::{LeafOf, least_stage};
use crate::{place::view::View, tasks::store::FoundTask};

#[derive(QueryableByName)]
struct LeafRow {
    #[diesel(sql_type = Integer)]
    ordinal: i32,
    #[diesel(sql_type = Nullable<Binary>)]
    leaf: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    submitted_at: Option<DateTime<Utc>>,
}

/// The expected reports of a form in the view, with the leaf of each one that counts.
pub async fn list_leaves(
    tx: &mut Tx,
    view: &View,
    found: &FoundTask,
    form: FormId,
    of: TotalsOf,
) -> Result<Vec<LeafOf>> {
    let rows: Vec<LeafRow> = sql_query(
        "select n.lo as ordinal, r.submitted_at,
             case when r.status = 'approved' or (r.status = 'submitted' and r.stage >= $6) then r.leaf end as leaf
         from report r
         join tree_node n on n.tree_id = $5 and n.unit_id = r.unit_id
         where r.task_id = $3 and r.form_id = $4 and not r.void and n.lo >= $1 and n.lo < $2",
    )
    .bind::<Integer, _>(view.top.lo)
    .bind::<Integer, _>(view.top.hi)
    .bind::<SqlUuid, _>(found.task.id.0)
    .bind::<SqlUuid, _>(form.0)
    .bind::<Integer, _>(found.tree_id)
    // No report that is still with the reviewers has been approved so often.
    .bind::<SmallInt, _>(least_stage(of).unwrap_or(i16::MAX))
    .load(tx.conn()?)
    .await?;
    let leaf = |row: LeafRow| LeafOf {
        ordinal: row.ordinal,
        items: row.leaf,
        submitted_at_micros: row.submitted_at.map_or(0, |at| at.timestamp_micros()),
    };
    Ok(rows.into_iter().map(leaf).collect())
}
