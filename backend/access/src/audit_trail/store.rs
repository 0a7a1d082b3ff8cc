//! Rows of the trail, newest first.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{
    AccountId, AuditId,
    audit::{AuditFilter, AuditOutcome, AuditRow},
};
use fupin_kernel::{Error, Result, Tx, audit::ON_BEHALF_OF};
use uuid::Uuid;

use crate::Scope;

#[derive(QueryableByName)]
struct TrailRow {
    #[diesel(sql_type = SqlUuid)]
    audit_id: Uuid,
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    account_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    username: Option<String>,
    #[diesel(sql_type = Text)]
    event: String,
    #[diesel(sql_type = Nullable<Text>)]
    object_id: Option<String>,
    #[diesel(sql_type = Text)]
    outcome: String,
    #[diesel(sql_type = Nullable<Text>)]
    code: Option<String>,
    #[diesel(sql_type = Text)]
    address: String,
    #[diesel(sql_type = Text)]
    request_id: String,
    #[diesel(sql_type = Text)]
    detail: String,
}

/// The trail is one and has no region: whoever may read it reads all of it.
pub(super) async fn list_audit(
    tx: &mut Tx,
    scope: &Scope,
    filter: &AuditFilter,
    limit: usize,
) -> Result<Vec<AuditRow>> {
    if scope.is_empty() {
        return Ok(Vec::new());
    }
    let after = filter.after.as_ref().map(|cursor| cursor.read().ok_or(Error::NotFound)).transpose()?;
    let rows: Vec<TrailRow> = sql_query(
        "select r.audit_id, r.at, r.account_id, a.username, r.event, r.object_id, r.outcome, r.code,
                r.address, r.request_id, r.detail
         from audit_row r left join account a on a.account_id = r.account_id
         where ($1 is null or r.account_id = $1)
           and ($2 is null or starts_with(r.event, $2))
           and ($3 is null or r.object_id = $3)
           and ($4 is null or r.at >= $4)
           and ($5 is null or r.at < $5)
           and ($6 is null or (r.at, r.audit_id) < ($6, $7))
           -- What each browser does every few minutes, and what looking into the trail leaves in it.
           and ($9 or r.outcome <> 'done' or r.event not in ('access.session_refreshed', 'access.audit_read'))
         order by r.at desc, r.audit_id desc
         limit $8",
    )
    .bind::<Nullable<SqlUuid>, _>(filter.account.map(|account| account.0))
    .bind::<Nullable<Text>, _>(filter.event.as_deref())
    .bind::<Nullable<Text>, _>(filter.object.as_deref())
    .bind::<Nullable<Timestamptz>, _>(filter.from)
    .bind::<Nullable<Timestamptz>, _>(filter.until)
    .bind::<Nullable<Timestamptz>, _>(after.map(|(at, _)| at))
    .bind::<Nullable<SqlUuid>, _>(after.map(|(_, id)| id))
    .bind::<BigInt, _>(limit as i64 + 1)
    .bind::<Bool, _>(filter.routine != Some(false))
    .load(tx.conn()?)
    .await?;
    let mut rows = rows.into_iter().map(wire).collect::<Result<Vec<_>>>()?;
    name_principals(tx, &mut rows).await?;
    Ok(rows)
}

#[derive(QueryableByName)]
struct UsernameRow {
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
    #[diesel(sql_type = Text)]
    username: String,
}

/// Say in whose place an account acted: the row's detail keeps an id.
async fn name_principals(tx: &mut Tx, rows: &mut [AuditRow]) -> Result<()> {
    let principal = |row: &AuditRow| row.detail.get(ON_BEHALF_OF)?.as_str()?.parse::<Uuid>().ok();
    let ids: Vec<Uuid> = rows.iter().filter_map(principal).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let named: Vec<UsernameRow> = sql_query("select account_id, username from account where account_id = any($1)")
        .bind::<Array<SqlUuid>, _>(ids)
        .load(tx.conn()?)
        .await?;
    let named: HashMap<Uuid, String> = named.into_iter().map(|row| (row.account_id, row.username)).collect();
    for row in rows {
        row.on_behalf_of = principal(row).and_then(|id| named.get(&id).cloned());
    }
    Ok(())
}

fn wire(row: TrailRow) -> Result<AuditRow> {
    let outcome = match row.outcome.as_str() {
        "done" => AuditOutcome::Done,
        "refused" => AuditOutcome::Refused,
        "failed" => AuditOutcome::Failed,
        other => return Err(Error::internal(format!("an audit row ended as {other}"))),
    };
    Ok(AuditRow {
        id: AuditId(row.audit_id),
        at: row.at,
        account_id: row.account_id.map(AccountId),
        username: row.username,
        on_behalf_of: None,
        event: row.event,
        object_id: row.object_id,
        outcome,
        code: row.code,
        address: row.address,
        request_id: row.request_id,
        detail: serde_json::from_str(&row.detail).unwrap_or_default(),
    })
}
