//! What an act leaves behind in the kernel's own tables: its audit rows, what others are to hear of it, and the answer to a
//! request that may come again. Gathered while the act goes on, and written in one statement at its end: each journey to
//! the database costs as much as most statements do there.
//!
//! Invariant: traces are written in the transaction of the act, last of all before it commits; an act that fails leaves none.

use diesel::{
    QueryResult,
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    result::{DatabaseErrorKind, Error as Diesel},
    sql_types::{Array, Binary, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    audit::{StoredRow, TICK},
    error::{Error, Result},
};

/// The answer to a request that may come again.
#[derive(Clone, Debug)]
pub(crate) struct KeptAnswer {
    pub account_id: Uuid,
    pub key: String,
    pub digest: [u8; 32],
    pub response: String,
}

/// What has been gathered so far.
#[derive(Debug, Default)]
pub(crate) struct Traces {
    pub rows: Vec<StoredRow>,
    pub lines: Vec<(String, Value)>,
    pub answer: Option<KeptAnswer>,
}

impl Traces {
    pub fn are_none(&self) -> bool {
        self.rows.is_empty() && self.lines.is_empty() && self.answer.is_none()
    }

    /// Write them. Of two acts that race with one key, the second conflicts.
    pub async fn write(self, connection: &mut AsyncPgConnection) -> Result<()> {
        if self.are_none() {
            return Ok(());
        }
        self.write_in_one(connection).await.map(|_| ()).map_err(|error| match &error {
            Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, info)
                if info.constraint_name() == Some("idempotency_pkey") =>
            {
                Error::conflict("request.try_again")
            }
            _ => error.into(),
        })
    }
}

impl Traces {
    async fn write_in_one(&self, connection: &mut AsyncPgConnection) -> QueryResult<usize> {
        let [row] = self.rows.as_slice() else { return Statement::of(self).execute(connection).await };
        match (self.lines.as_slice(), &self.answer) {
            ([], None) => One::<false, false> { row, line: None, answer: None }.execute(connection).await,
            ([], Some(answer)) => {
                One::<false, true> { row, line: None, answer: Some(answer) }.execute(connection).await
            }
            ([line], None) => One::<true, false> { row, line: Some(line), answer: None }.execute(connection).await,
            ([line], Some(answer)) => {
                One::<true, true> { row, line: Some(line), answer: Some(answer) }.execute(connection).await
            }
            ([_, _, ..], _) => Statement::of(self).execute(connection).await,
        }
    }
}

/// What most acts leave: one row, at most one line, at most one answer. To take them apart out of columns costs more than
/// to write them. Each shape is a statement of its own, prepared once.
struct One<'a, const LINE: bool, const ANSWER: bool> {
    row: &'a StoredRow,
    line: Option<&'a (String, Value)>,
    answer: Option<&'a KeptAnswer>,
}

impl<const LINE: bool, const ANSWER: bool> QueryFragment<Pg> for One<'_, LINE, ANSWER> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let mut lead = "with ";
        if let Some((topic, payload)) = self.line {
            out.push_sql(lead);
            out.push_sql("told as (insert into outbox (topic, payload) values (");
            out.push_bind_param::<Text, _>(topic)?;
            out.push_sql(", ");
            out.push_bind_param::<Jsonb, _>(payload)?;
            out.push_sql("))");
            lead = ", ";
        }
        if let Some(answer) = self.answer {
            out.push_sql(lead);
            out.push_sql("answered as (insert into idempotency (account_id, key, request_digest, response) values (");
            out.push_bind_param::<SqlUuid, _>(&answer.account_id)?;
            out.push_sql(", ");
            out.push_bind_param::<Text, _>(&answer.key)?;
            out.push_sql(", ");
            out.push_bind_param::<Binary, _>(&answer.digest)?;
            out.push_sql(", ");
            out.push_bind_param::<Text, _>(&answer.response)?;
            out.push_sql("))");
        }
        let row = self.row;
        out.push_sql(
            " insert into audit_row (audit_id, at, account_id, session_id, event, object_id, outcome, code, address,
                 request_id, detail, mac, tick)
             values (",
        );
        out.push_bind_param::<SqlUuid, _>(&row.audit_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Timestamptz, _>(&row.at)?;
        for id in [&row.account_id, &row.session_id] {
            out.push_sql(", ");
            out.push_bind_param::<Nullable<SqlUuid>, _>(id)?;
        }
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&row.event)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(&row.object_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&row.outcome)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(&row.code)?;
        for text in [&row.address, &row.request_id, &row.detail] {
            out.push_sql(", ");
            out.push_bind_param::<Text, _>(text)?;
        }
        out.push_sql(", ");
        out.push_bind_param::<Binary, _>(&row.mac)?;
        out.push_sql(", ");
        out.push_sql(TICK);
        out.push_sql(")");
        Ok(())
    }
}

impl<const LINE: bool, const ANSWER: bool> QueryId for One<'_, LINE, ANSWER> {
    type QueryId = One<'static, LINE, ANSWER>;

    const HAS_STATIC_QUERY_ID: bool = true;
}

/// [`Traces`] as columns: the statement stays the same however many there are, so that it is prepared once.
#[derive(Default)]
struct Statement<'a> {
    topics: Vec<&'a str>,
    payloads: Vec<&'a Value>,
    answerers: Vec<Uuid>,
    keys: Vec<&'a str>,
    digests: Vec<&'a [u8]>,
    responses: Vec<&'a str>,
    audit_ids: Vec<Uuid>,
    at: Vec<chrono::DateTime<chrono::Utc>>,
    accounts: Vec<Option<Uuid>>,
    sessions: Vec<Option<Uuid>>,
    events: Vec<&'a str>,
    objects: Vec<Option<&'a str>>,
    outcomes: Vec<&'a str>,
    codes: Vec<Option<&'a str>>,
    addresses: Vec<&'a str>,
    requests: Vec<&'a str>,
    details: Vec<&'a str>,
    macs: Vec<&'a [u8]>,
}

impl<'a> Statement<'a> {
    fn of(traces: &'a Traces) -> Self {
        let mut all = Self::default();
        for (topic, payload) in &traces.lines {
            all.topics.push(topic);
            all.payloads.push(payload);
        }
        if let Some(answer) = &traces.answer {
            all.answerers.push(answer.account_id);
            all.keys.push(&answer.key);
            all.digests.push(&answer.digest);
            all.responses.push(&answer.response);
        }
        for row in &traces.rows {
            all.audit_ids.push(row.audit_id);
            all.at.push(row.at);
            all.accounts.push(row.account_id);
            all.sessions.push(row.session_id);
            all.events.push(&row.event);
            all.objects.push(row.object_id.as_deref());
            all.outcomes.push(&row.outcome);
            all.codes.push(row.code.as_deref());
            all.addresses.push(&row.address);
            all.requests.push(&row.request_id);
            all.details.push(&row.detail);
            all.macs.push(&row.mac);
        }
        all
    }
}

impl QueryFragment<Pg> for Statement<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "with told as (
                 insert into outbox (topic, payload)
                 select topic, payload from unnest(",
        );
        out.push_bind_param::<Array<Text>, _>(&self.topics)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Jsonb>, _>(&self.payloads)?;
        out.push_sql(
            ") with ordinality as line (topic, payload, n) order by n
             ), answered as (
                 insert into idempotency (account_id, key, request_digest, response)
                 select * from unnest(",
        );
        out.push_bind_param::<Array<SqlUuid>, _>(&self.answerers)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.keys)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Binary>, _>(&self.digests)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.responses)?;
        out.push_sql(
            ")
             )
             insert into audit_row (audit_id, at, account_id, session_id, event, object_id, outcome, code, address,
                 request_id, detail, mac, tick)
             select *, ",
        );
        out.push_sql(TICK);
        out.push_sql(" from unnest(");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.audit_ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Timestamptz>, _>(&self.at)?;
        for ids in [&self.accounts, &self.sessions] {
            out.push_sql(", ");
            out.push_bind_param::<Array<Nullable<SqlUuid>>, _>(ids)?;
        }
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.events)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Text>>, _>(&self.objects)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.outcomes)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Text>>, _>(&self.codes)?;
        for texts in [&self.addresses, &self.requests, &self.details] {
            out.push_sql(", ");
            out.push_bind_param::<Array<Text>, _>(texts)?;
        }
        out.push_sql(", ");
        out.push_bind_param::<Array<Binary>, _>(&self.macs)?;
        out.push_sql(")");
        Ok(())
    }
}

impl QueryId for Statement<'_> {
    type QueryId = Statement<'static>;

    const HAS_STATIC_QUERY_ID: bool = true;
}
