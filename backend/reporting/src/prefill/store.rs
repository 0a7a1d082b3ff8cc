//! The SQL of suggestions.

use chrono::NaiveDate;
use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{Date, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_kernel::{Result, Tx};

use crate::report::store::Found;

/// The last report, as it stands.
#[derive(Clone, Debug, QueryableByName)]
pub struct LastRow {
    #[diesel(sql_type = Date)]
    pub period: NaiveDate,
    #[diesel(sql_type = Text)]
    pub status: String,
    #[diesel(sql_type = Text)]
    pub cells: String,
}

#[derive(QueryableByName)]
struct KeyRow {
    #[diesel(sql_type = Text)]
    key: String,
}

/// The same unit's latest report of the form in an earlier period that was handed over; the index of living reports by
/// unit and period finds it.
pub async fn find_last(tx: &mut Tx, found: &Found) -> Result<Option<LastRow>> {
    Ok(sql_query(
        "select l.period, l.status, l.cells
         from report r
         join report l on l.unit_id = r.unit_id and l.form_code = r.form_code and l.period < r.period
         join task t on t.task_id = l.task_id
         where r.report_id = $1 and not l.void and l.status in ('submitted', 'approved') and t.status <> 'cancelled'
         order by l.period desc limit 1",
    )
    .bind::<SqlUuid, _>(found.id.0)
    .get_result(tx.conn()?)
    .await
    .optional()?)
}

/// The cells that any save of the report has named.
pub async fn list_answered(tx: &mut Tx, found: &Found) -> Result<Vec<String>> {
    let rows: Vec<KeyRow> = sql_query(
        "select distinct jsonb_object_keys(cells::jsonb) as key from report_edit
         where report_id = $1 and kind in ('saved', 'submitted')",
    )
    .bind::<SqlUuid, _>(found.id.0)
    .load(tx.conn()?)
    .await?;
    Ok(rows.into_iter().map(|row| row.key).collect())
}
