//! The SQL of notes. Each query takes a report that was found within a scope.

use chrono::{DateTime, Utc};
use diesel::{ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl, Queryable};
use diesel_async::RunQueryDsl;
use fupin_contract::AccountId;
use fupin_kernel::{Result, Tx};
use fupin_schema::{account, cell_comment, cell_flag};
use uuid::Uuid;

use crate::report::store::Found;

#[derive(Clone, Debug, Queryable)]
pub struct CommentRow {
    pub cell_key: String,
    pub by: String,
    pub at: DateTime<Utc>,
    pub body: String,
}

#[derive(Clone, Debug)]
pub struct FlagRow {
    pub cell_key: String,
    pub by: String,
    pub at: DateTime<Utc>,
    /// By whom it was taken off, and when.
    pub lifted: Option<(String, DateTime<Utc>)>,
}

/// All that was said of a report's cells, the oldest first.
pub async fn list_comments(tx: &mut Tx, found: &Found) -> Result<Vec<CommentRow>> {
    let query = cell_comment::table
        .inner_join(account::table.on(account::account_id.eq(cell_comment::account_id)))
        .filter(cell_comment::report_id.eq(found.id.0))
        .order((cell_comment::at, cell_comment::cell_comment_id))
        .select((cell_comment::cell_key, account::name, cell_comment::at, cell_comment::body));
    Ok(query.load(tx.conn()?).await?)
}

pub async fn list_flags(tx: &mut Tx, found: &Found) -> Result<Vec<FlagRow>> {
    let flags = list_flags_ever(tx, found).await?;
    Ok(flags.into_iter().filter(|flag| flag.lifted.is_none()).collect())
}

/// The cell, who flagged it and when.
type FlaggedRow = (String, String, DateTime<Utc>);

/// Who took the flag off, and when.
type LiftedRow = (Option<String>, Option<DateTime<Utc>>);

/// Also those that were taken off, the oldest first.
pub async fn list_flags_ever(tx: &mut Tx, found: &Found) -> Result<Vec<FlagRow>> {
    let lifter = diesel::alias!(account as lifter);
    let is_lifter = lifter.field(account::account_id).nullable().eq(cell_flag::lifted_by);
    let query = cell_flag::table
        .inner_join(account::table.on(account::account_id.eq(cell_flag::account_id)))
        .left_join(lifter.on(is_lifter))
        .filter(cell_flag::report_id.eq(found.id.0))
        .order((cell_flag::at, cell_flag::cell_key))
        .select((
            (cell_flag::cell_key, account::name, cell_flag::at),
            (lifter.field(account::name).nullable(), cell_flag::lifted_at),
        ));
    let rows: Vec<(FlaggedRow, LiftedRow)> = query.load(tx.conn()?).await?;
    let flag = |((cell_key, by, at), (lifter, lifted_at)): (FlaggedRow, LiftedRow)| FlagRow {
        cell_key,
        by,
        at,
        lifted: lifter.zip(lifted_at),
    };
    Ok(rows.into_iter().map(flag).collect())
}

pub async fn count_comments(tx: &mut Tx, found: &Found, cell: &str) -> Result<i64> {
    let of_cell =
        cell_comment::table.filter(cell_comment::report_id.eq(found.id.0)).filter(cell_comment::cell_key.eq(cell));
    Ok(of_cell.count().get_result(tx.conn()?).await?)
}

pub async fn count_flags(tx: &mut Tx, found: &Found) -> Result<i64> {
    let standing = cell_flag::table.filter(cell_flag::report_id.eq(found.id.0)).filter(cell_flag::lifted_at.is_null());
    Ok(standing.count().get_result(tx.conn()?).await?)
}

pub async fn insert_comment(tx: &mut Tx, found: &Found, by: AccountId, (cell, body): (&str, &str)) -> Result<()> {
    let values = (
        cell_comment::cell_comment_id.eq(Uuid::now_v7()),
        cell_comment::report_id.eq(found.id.0),
        cell_comment::cell_key.eq(cell),
        cell_comment::account_id.eq(by.0),
        cell_comment::at.eq(tx.now()),
        cell_comment::body.eq(body),
    );
    diesel::insert_into(cell_comment::table).values(values).execute(tx.conn()?).await?;
    Ok(())
}

/// A cell that is flagged stays flagged by whoever was first.
pub async fn insert_flag(tx: &mut Tx, found: &Found, by: AccountId, cell: &str) -> Result<()> {
    let values = (
        cell_flag::cell_flag_id.eq(Uuid::now_v7()),
        cell_flag::report_id.eq(found.id.0),
        cell_flag::cell_key.eq(cell),
        cell_flag::account_id.eq(by.0),
        cell_flag::at.eq(tx.now()),
    );
    diesel::insert_into(cell_flag::table).values(values).on_conflict_do_nothing().execute(tx.conn()?).await?;
    Ok(())
}

/// A flag that is taken off stays for the history.
pub async fn update_lifted(tx: &mut Tx, found: &Found, by: AccountId, cell: &str) -> Result<()> {
    let standing = cell_flag::table
        .filter(cell_flag::report_id.eq(found.id.0))
        .filter(cell_flag::cell_key.eq(cell))
        .filter(cell_flag::lifted_at.is_null());
    let values = (cell_flag::lifted_at.eq(tx.now()), cell_flag::lifted_by.eq(by.0));
    diesel::update(standing).set(values).execute(tx.conn()?).await?;
    Ok(())
}
