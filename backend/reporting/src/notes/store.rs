//! The SQL of notes. Each query takes a report that was found within a scope.

use chrono::{DateTime, Utc};
use diesel::{ExpressionMethods, JoinOnDsl, QueryDsl, Queryable};
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

#[derive(Clone, Debug, Queryable)]
pub struct FlagRow {
    pub cell_key: String,
    pub by: String,
    pub at: DateTime<Utc>,
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
    let query = cell_flag::table
        .inner_join(account::table.on(account::account_id.eq(cell_flag::account_id)))
        .filter(cell_flag::report_id.eq(found.id.0))
        .select((cell_flag::cell_key, account::name, cell_flag::at));
    Ok(query.load(tx.conn()?).await?)
}

pub async fn count_comments(tx: &mut Tx, found: &Found, cell: &str) -> Result<i64> {
    let of_cell =
        cell_comment::table.filter(cell_comment::report_id.eq(found.id.0)).filter(cell_comment::cell_key.eq(cell));
    Ok(of_cell.count().get_result(tx.conn()?).await?)
}

pub async fn count_flags(tx: &mut Tx, found: &Found) -> Result<i64> {
    Ok(cell_flag::table.filter(cell_flag::report_id.eq(found.id.0)).count().get_result(tx.conn()?).await?)
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
        cell_flag::report_id.eq(found.id.0),
        cell_flag::cell_key.eq(cell),
        cell_flag::account_id.eq(by.0),
        cell_flag::at.eq(tx.now()),
    );
    diesel::insert_into(cell_flag::table).values(values).on_conflict_do_nothing().execute(tx.conn()?).await?;
    Ok(())
}

pub async fn delete_flag(tx: &mut Tx, found: &Found, cell: &str) -> Result<()> {
    let of_cell = cell_flag::table.filter(cell_flag::report_id.eq(found.id.0)).filter(cell_flag::cell_key.eq(cell));
    diesel::delete(of_cell).execute(tx.conn()?).await?;
    Ok(())
}
