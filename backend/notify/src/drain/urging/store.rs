//! The people who are urged, and those above them.

use std::collections::{BTreeSet, HashSet};

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, SmallInt, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_kernel::{Result, Tx};
use uuid::Uuid;

use crate::drain::store::{CLERKS, ToldRow, list_told};

/// Clerks who owe reports of any of these tasks, one row for each clerk.
pub async fn list_reminded(tx: &mut Tx, tasks: &[Uuid]) -> Result<Vec<ToldRow>> {
    list_told(tx, "task_id = any($1) and status in ('draft', 'returned')", tasks, CLERKS, "").await
}

#[derive(QueryableByName)]
struct DunnedRow {
    #[diesel(sql_type = SqlUuid)]
    task_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
}

/// Whom these dunnings are for, as far as they owe anything of the tasks by now.
pub async fn list_dunned(tx: &mut Tx, dunnings: &[Uuid]) -> Result<Vec<ToldRow>> {
    let rows: Vec<DunnedRow> =
        sql_query("select task_id, account_id from v_reporting_dunned where dunning_id = any($1)")
            .bind::<Array<SqlUuid>, _>(dunnings)
            .load(tx.conn()?)
            .await?;
    let tasks: BTreeSet<Uuid> = rows.iter().map(|row| row.task_id).collect();
    let accounts: HashSet<Uuid> = rows.iter().map(|row| row.account_id).collect();
    // Picked out here: a planner that has never seen who was dunned would pair each of them with every report.
    let mut owing = list_reminded(tx, &tasks.into_iter().collect::<Vec<_>>()).await?;
    owing.retain(|told| accounts.contains(&told.account_id));
    Ok(owing)
}

/// Reviewers of these levels above units that are late with these tasks, one row for each reviewer.
pub async fn list_escalated(tx: &mut Tx, climbs: &[(Uuid, i16)]) -> Result<Vec<ToldRow>> {
    if climbs.is_empty() {
        return Ok(Vec::new());
    }
    let first = |column: &str| format!("(array_agg({column} order by deadline, position, report_id))[1]");
    let (task, report, unit, period) = (first("task_id"), first("report_id"), first("unit_name"), first("period"));
    let query = format!(
        "with climbing (task_id, level) as (select distinct * from unnest($1::uuid[], $2::smallint[])),
         named as materialized (
             select n.* from v_reporting_notice n
             where n.task_id = any($1) and n.status in ('draft', 'returned') and n.deadline < local_today()
         ),
         told as (
             select distinct n.*, c.account_id, c.name, c.phone_sealed, c.home_unit_id
             from named n
             join climbing k on k.task_id = n.task_id
             join notify_line((select array_agg(distinct unit_id) from named)) l
                 on l.unit_id = n.unit_id and l.level = k.level
             join v_access_recipient c on c.role = 'reviewer' and c.unit_id = l.at_id
         )
         select account_id, name, phone_sealed, home_unit_id, {task} as task_id, {report} as report_id,
             count(*) as reports, count(distinct unit_id) as units, {unit} as unit_name, {period} as period,
             min(deadline) as deadline, null as reason, array_agg(distinct form_title) as titles
         from told
         group by account_id, name, phone_sealed, home_unit_id"
    );
    Ok(sql_query(query)
        .bind::<Array<SqlUuid>, _>(climbs.iter().map(|(task, _)| *task).collect::<Vec<_>>())
        .bind::<Array<SmallInt>, _>(climbs.iter().map(|(_, level)| *level).collect::<Vec<_>>())
        .load(tx.conn()?)
        .await?)
}
