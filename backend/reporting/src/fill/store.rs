//! The SQL of filling in.

use chrono::{DateTime, Utc};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, QueryResult,
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{Binary, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_kernel::{Result, Tx, audit};
use fupin_schema::report;
use uuid::Uuid;

use crate::report::{
    rules::status_name,
    store::{Doer, Found},
};

/// What is kept of a submission: JSON, and the items that roll up.
#[derive(Clone, Debug)]
pub struct Written {
    pub cells: String,
    pub explanations: String,
    pub leaf: Vec<u8>,
    /// The cells that differ from what stood there before.
    pub changed: String,
}

/// Keep content within a locked report.
pub async fn update_content(tx: &mut Tx, before: &Found, now: &Found, cells: &str) -> Result<()> {
    let values = (report::cells.eq(cells), report::version.eq(now.version), report::changed_at.eq(now.changed_at));
    let of_report = report::report_id.eq(before.id.0).and(report::version.eq(before.version));
    diesel::update(report::table).filter(of_report).set(values).execute(tx.conn()?).await?;
    Ok(())
}

/// Hand a report over with its content, and leave the row of history. False if it no longer stood as it was judged.
pub async fn update_submitted(tx: &mut Tx, before: &Found, now: &Found, by: Doer, written: &Written) -> Result<bool> {
    let submission = Submission {
        report_id: before.id.0,
        form_id: before.form_id.0,
        judged: before.version,
        stood: status_name(before.stand.status),
        version: now.version,
        at: now.changed_at,
        by: by.id.0,
        on_behalf_of: by.on_behalf_of.map(|principal| principal.0),
        written,
    };
    Ok(submission.execute(tx.conn()?).await? == 1)
}

/// Both changes in one statement, which is prepared once: this is what a whole province does in the last hours of a
/// deadline, and each journey to the database costs as much as the work there.
struct Submission<'a> {
    report_id: Uuid,
    /// A corrected form takes its place without a new version where nobody has written anything.
    form_id: Uuid,
    judged: i32,
    stood: &'static str,
    version: i32,
    at: DateTime<Utc>,
    by: Uuid,
    on_behalf_of: Option<Uuid>,
    written: &'a Written,
}

impl QueryFragment<Pg> for Submission<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "with submitted as (update report set status = 'submitted', stage = 0, return_reason = null, version = ",
        );
        out.push_bind_param::<Integer, _>(&self.version)?;
        out.push_sql(", cells = ");
        out.push_bind_param::<Text, _>(&self.written.cells)?;
        out.push_sql(", explanations = ");
        out.push_bind_param::<Text, _>(&self.written.explanations)?;
        out.push_sql(", leaf = ");
        out.push_bind_param::<Binary, _>(&self.written.leaf)?;
        out.push_sql(", submitted_at = ");
        out.push_bind_param::<Timestamptz, _>(&self.at)?;
        out.push_sql(", changed_at = ");
        out.push_bind_param::<Timestamptz, _>(&self.at)?;
        out.push_sql(", submitted_by = ");
        out.push_bind_param::<SqlUuid, _>(&self.by)?;
        out.push_sql(", submitted_for = ");
        out.push_bind_param::<Nullable<SqlUuid>, _>(&self.on_behalf_of)?;
        out.push_sql(" where report_id = ");
        out.push_bind_param::<SqlUuid, _>(&self.report_id)?;
        out.push_sql(" and form_id = ");
        out.push_bind_param::<SqlUuid, _>(&self.form_id)?;
        out.push_sql(" and version = ");
        out.push_bind_param::<Integer, _>(&self.judged)?;
        out.push_sql(" and status = ");
        out.push_bind_param::<Text, _>(self.stood)?;
        out.push_sql(
            " and not void returning report_id, version, submitted_by, submitted_for, changed_at)
             insert into report_edit (report_id, version, kind, account_id, on_behalf_of, at, cells, tick)
             select report_id, version, 'submitted', submitted_by, submitted_for, changed_at, ",
        );
        out.push_bind_param::<Text, _>(&self.written.changed)?;
        out.push_sql(", ");
        out.push_sql(audit::TICK);
        out.push_sql(" from submitted");
        Ok(())
    }
}

impl QueryId for Submission<'_> {
    type QueryId = Submission<'static>;

    const HAS_STATIC_QUERY_ID: bool = true;
}
