//! The SQL of attachments. What is asked of one report takes a report that was found within a scope.

use chrono::{DateTime, Duration, Utc};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl, Queryable, QueryableByName, sql_query,
    sql_types::{BigInt, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{AccountId, AttachmentId, ReportId};
use fupin_kernel::{Result, Tx};
use fupin_schema::{account, attachment};
use uuid::Uuid;

use super::{files::Kept, kinds::Kind};
use crate::report::store::Found;

/// Removed content stays for so long, so that a backup that runs meanwhile has all that its rows point at.
const GRACE: Duration = Duration::days(1);

/// What somebody attaches.
#[derive(Clone, Debug)]
pub struct New<'a> {
    pub id: AttachmentId,
    pub by: AccountId,
    pub cell: Option<&'a str>,
    pub name: &'a str,
    pub kind: &'static Kind,
    pub kept: &'a Kept,
}

/// A file of a report, also one that was taken away.
#[derive(Clone, Debug, Queryable)]
pub struct FileRow {
    pub id: Uuid,
    pub cell_key: Option<String>,
    pub account_id: Uuid,
    pub by: String,
    pub at: DateTime<Utc>,
    pub name: String,
    pub bytes: i64,
    pub removed_at: Option<DateTime<Utc>>,
}

/// One file that can be fetched.
#[derive(Clone, Debug, Queryable)]
pub struct OneRow {
    pub report_id: Uuid,
    pub account_id: Uuid,
    pub name: String,
    pub digest: Vec<u8>,
}

/// How much a report has.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub struct Used {
    #[diesel(sql_type = BigInt)]
    pub files: i64,
    #[diesel(sql_type = BigInt)]
    pub bytes: i64,
}

/// All that was ever attached to a report, the oldest first.
pub async fn list_files(tx: &mut Tx, found: &Found) -> Result<Vec<FileRow>> {
    let query = attachment::table
        .inner_join(account::table.on(account::account_id.eq(attachment::account_id)))
        .filter(attachment::report_id.eq(found.id.0))
        .order((attachment::at, attachment::attachment_id))
        .select((
            attachment::attachment_id,
            attachment::cell_key,
            attachment::account_id,
            account::name,
            attachment::at,
            attachment::name,
            attachment::bytes,
            attachment::removed_at,
        ));
    Ok(query.load(tx.conn()?).await?)
}

pub async fn count_used(tx: &mut Tx, found: &Found) -> Result<Used> {
    let query = "select count(*) as files, coalesce(sum(bytes), 0)::bigint as bytes from attachment
         where report_id = $1 and removed_at is null";
    Ok(sql_query(query).bind::<SqlUuid, _>(found.id.0).get_result(tx.conn()?).await?)
}

/// A file that was not taken away, if there is one. It is nobody's until its report was found within a scope.
pub async fn find_file(tx: &mut Tx, id: AttachmentId) -> Result<(ReportId, OneRow)> {
    let query = attachment::table
        .filter(attachment::attachment_id.eq(id.0).and(attachment::removed_at.is_null()))
        .select((attachment::report_id, attachment::account_id, attachment::name, attachment::digest));
    let row: OneRow = query.first(tx.conn()?).await?;
    Ok((ReportId(row.report_id), row))
}

pub async fn insert_file(tx: &mut Tx, found: &Found, new: &New<'_>) -> Result<()> {
    let values = (
        attachment::attachment_id.eq(new.id.0),
        attachment::report_id.eq(found.id.0),
        attachment::cell_key.eq(new.cell),
        attachment::account_id.eq(new.by.0),
        attachment::at.eq(tx.now()),
        attachment::name.eq(new.name),
        attachment::kind.eq(new.kind.name),
        attachment::bytes.eq(new.kept.bytes),
        attachment::digest.eq(&new.kept.digest[..]),
    );
    diesel::insert_into(attachment::table).values(values).execute(tx.conn()?).await?;
    Ok(())
}

pub async fn update_removed(tx: &mut Tx, id: AttachmentId) -> Result<()> {
    let update = diesel::update(attachment::table.find(id.0)).set(attachment::removed_at.eq(tx.now()));
    update.execute(tx.conn()?).await?;
    Ok(())
}

/// Those of some digests whose content somebody may still want.
pub async fn list_kept(tx: &mut Tx, digests: &[Vec<u8>]) -> Result<Vec<Vec<u8>>> {
    let wanted = attachment::removed_at.is_null().or(attachment::removed_at.gt(tx.now() - GRACE));
    let query = attachment::table
        .filter(attachment::digest.eq_any(digests))
        .filter(wanted)
        .select(attachment::digest)
        .distinct();
    Ok(query.load(tx.conn()?).await?)
}
