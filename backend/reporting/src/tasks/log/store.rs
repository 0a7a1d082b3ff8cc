//! The SQL of the log.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    QueryableByName, sql_query,
    sql_types::{BigInt, Bool, Date, Jsonb, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::reporting::{DunOf, TaskAct, TaskLogEntry};
use fupin_kernel::{Error, Result, Tx};

use crate::tasks::store::FoundTask;

/// Acts and days that are shown; older ones are in the audit trail.
const MOST: i64 = 200;

#[derive(QueryableByName)]
struct EntryRow {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    by: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    reason: Option<String>,
    #[diesel(sql_type = Nullable<Date>)]
    deadline: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Bool>)]
    overdue: Option<bool>,
    #[diesel(sql_type = Nullable<BigInt>)]
    told: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    resting: Option<i64>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    day: Option<i16>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    act: Option<serde_json::Value>,
}

const ENTRIES: &str = "
    select 'issued' as kind, t.issued_at as at, a.name as by, null::text as reason,
        -- With the deadline of that day.
        coalesce((select (m.act->>'from')::date from amendment m
            where m.task_id = t.task_id and m.act->>'kind' = 'deadline_set' order by m.at limit 1), t.deadline) as deadline,
        null::boolean as overdue, null::bigint as told, null::bigint as resting, null::smallint as day,
        null::jsonb as act
    from task t join account a on a.account_id = t.issued_by where t.task_id = $1
    union all
    select t.status, t.ended_at, a.name, t.cancel_reason, null, null, null, null, null, null
    from task t left join account a on a.account_id = t.ended_by
    where t.task_id = $1 and t.ended_at is not null
    union all
    select 'dunned', d.at, a.name, null, null, d.overdue, d.told, d.resting, null, null
    from dunning d join account a on a.account_id = d.account_id where d.task_id = $1
    union all
    select 'reminded', r.at, null, null, null, null, null, null, r.step, null
    from reminder r where r.task_id = $1 and r.told
    union all
    select 'amended', m.at, a.name, m.reason, null, null, null, null, null, m.act
    from amendment m join account a on a.account_id = m.account_id where m.task_id = $1";

/// What was done to a task that was found within a scope, newest first.
pub async fn list_entries(tx: &mut Tx, found: &FoundTask) -> Result<Vec<TaskLogEntry>> {
    let rows: Vec<EntryRow> = sql_query(format!("{ENTRIES} order by at desc limit $2"))
        .bind::<SqlUuid, _>(found.task.id.0)
        .bind::<BigInt, _>(MOST)
        .load(tx.conn()?)
        .await?;
    rows.into_iter().map(entry).collect()
}

fn entry(row: EntryRow) -> Result<TaskLogEntry> {
    if let Some(act) = row.act {
        return Ok(TaskLogEntry { at: row.at, by: row.by, reason: row.reason, act: serde_json::from_value(act)? });
    }
    let act = match (row.kind.as_str(), row.deadline, row.overdue, row.day) {
        ("issued", Some(deadline), ..) => TaskAct::Issued { deadline },
        ("closed", ..) => TaskAct::Closed,
        ("cancelled", ..) => TaskAct::Cancelled,
        ("dunned", _, Some(overdue), _) => TaskAct::Dunned {
            of: if overdue { DunOf::Overdue } else { DunOf::Unsubmitted },
            told: row.told.unwrap_or_default(),
            resting: row.resting.unwrap_or_default(),
        },
        ("reminded", _, _, Some(day)) => TaskAct::Reminded { day },
        (kind, ..) => return Err(Error::internal(format!("an act on a task is of the unknown kind {kind}"))),
    };
    Ok(TaskLogEntry { at: row.at, by: row.by, reason: row.reason, act })
}
