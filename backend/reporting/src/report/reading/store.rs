//! The SQL of reading a report in a hurry.

use chrono::{DateTime, Utc};
use diesel::{ExpressionMethods, QueryDsl, Queryable};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use fupin_contract::ReportId;
use fupin_kernel::{Result, Tx};
use fupin_schema::{account, report, task};
use uuid::Uuid;

use crate::report::store::{Content, ReportRow, of_report};

/// A report with its content and its task.
#[derive(Queryable)]
pub struct Read {
    pub(super) row: ReportRow,
    pub(super) task: TaskRow,
    pub(super) content: Content,
}

#[derive(Queryable)]
pub struct TaskRow {
    pub title: String,
    pub status: String,
    pub tree_id: i32,
    pub due_at: DateTime<Utc>,
    pub chain: Vec<i16>,
    pub unit_id: i32,
}

/// A report, wherever it lies: [`super::place`] says whether the caller may know of it.
pub async fn read_report(mut connection: &AsyncPgConnection, id: ReportId) -> Result<Read> {
    let of_task = (task::title, task::status, task::tree_id, task::due_at, task::chain, report::unit_id);
    let content = (report::cells, report::explanations, report::reopened);
    let query = report::table.inner_join(task::table).filter(report::report_id.eq(id.0));
    Ok(query.select((of_report(), of_task, content)).first(&mut connection).await?)
}

/// The name of an account.
pub async fn find_name(tx: &mut Tx, account: Uuid) -> Result<String> {
    Ok(account::table.find(account).select(account::name).first(tx.conn()?).await?)
}
