//! The SQL of reading the reports of many units.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Integer, Nullable, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_access::Scope;
use fupin_contract::{FormId, TaskId};
use fupin_kernel::{Result, Tx};
use uuid::Uuid;

use crate::{place::rules::Node, tasks::store::IN_SCOPE};

/// Which reports of a task.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub task: TaskId,
    /// The tree that the task was issued on; its order is the order of the pages.
    pub tree: i32,
    pub form: FormId,
    /// At or below a unit of today's tree.
    pub unit: Option<Node>,
    /// The place in the task's tree after which the page begins.
    pub after: Option<i32>,
    pub most: i64,
}

/// A report and where its unit stands in the task's tree.
#[derive(Clone, Debug, QueryableByName)]
pub struct PlaceRow {
    #[diesel(sql_type = SqlUuid)]
    pub report_id: Uuid,
    #[diesel(sql_type = Integer)]
    pub ordinal: i32,
}

/// Living reports within the scope, in the order of the task's tree.
pub async fn list_places(tx: &mut Tx, scope: &Scope, wanted: &Wanted) -> Result<Vec<PlaceRow>> {
    let query = format!(
        "select r.report_id, n.lo as ordinal from report r
         join v_access_place u on u.unit_id = r.unit_id
         join tree_node n on n.tree_id = $3 and n.unit_id = r.unit_id
         where {IN_SCOPE} and r.task_id = $4 and r.form_id = $5 and not r.void
             and ($6 is null or (u.lo >= $6 and u.lo < $7)) and ($8 is null or n.lo > $8)
         order by n.lo limit $9"
    );
    Ok(sql_query(query)
        .bind::<Array<Integer>, _>(scope.lo())
        .bind::<Array<Integer>, _>(scope.hi())
        .bind::<Integer, _>(wanted.tree)
        .bind::<SqlUuid, _>(wanted.task.0)
        .bind::<SqlUuid, _>(wanted.form.0)
        .bind::<Nullable<Integer>, _>(wanted.unit.as_ref().map(|unit| unit.lo))
        .bind::<Nullable<Integer>, _>(wanted.unit.as_ref().map(|unit| unit.hi))
        .bind::<Nullable<Integer>, _>(wanted.after)
        .bind::<BigInt, _>(wanted.most)
        .load(tx.conn()?)
        .await?)
}
