//! The outbox, the people concerned, and what they are told.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Binary, Date, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{MessageId, NoticeId};
use fupin_kernel::{Result, Tx};
use uuid::Uuid;

use super::telling::Telling;
use crate::words::{self, Facts};

/// A line of the outbox.
#[derive(Debug, QueryableByName)]
pub struct OutboxRow {
    #[diesel(sql_type = BigInt)]
    pub outbox_id: i64,
    #[diesel(sql_type = Text)]
    pub topic: String,
    #[diesel(sql_type = Jsonb)]
    pub payload: serde_json::Value,
}

/// A template.
#[derive(Debug, QueryableByName)]
pub struct TemplateRow {
    #[diesel(sql_type = Text)]
    pub event: String,
    #[diesel(sql_type = Text)]
    pub channel: String,
    #[diesel(sql_type = Text)]
    pub body: String,
}

/// A person, and the reports that he or she is told of, taken together.
#[derive(Clone, Debug, QueryableByName)]
pub struct ToldRow {
    #[diesel(sql_type = SqlUuid)]
    pub account_id: Uuid,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Nullable<Binary>)]
    pub phone_sealed: Option<Vec<u8>>,
    #[diesel(sql_type = Integer)]
    pub home_unit_id: i32,
    /// Of the first report, as are unit, period and reason.
    #[diesel(sql_type = SqlUuid)]
    pub task_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub report_id: Uuid,
    #[diesel(sql_type = BigInt)]
    pub reports: i64,
    /// The units that they belong to.
    #[diesel(sql_type = BigInt)]
    pub units: i64,
    /// The forms, each once.
    #[diesel(sql_type = Array<Text>)]
    pub titles: Vec<String>,
    #[diesel(sql_type = Text)]
    pub unit_name: String,
    #[diesel(sql_type = Date)]
    pub period: NaiveDate,
    /// The soonest.
    #[diesel(sql_type = Date)]
    pub deadline: NaiveDate,
    #[diesel(sql_type = Nullable<Text>)]
    pub reason: Option<String>,
}

/// A message that has been queued, and until when it waits.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub struct QueuedRow {
    #[diesel(sql_type = SqlUuid)]
    message_id: Uuid,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub waits_until: Option<DateTime<Utc>>,
}

impl QueuedRow {
    pub fn id(self) -> MessageId {
        MessageId(self.message_id)
    }
}

/// A waiting message that has been joined by more.
#[derive(Clone, Debug)]
pub struct Joined {
    pub id: MessageId,
    pub body: String,
    pub event: &'static str,
    pub facts: Facts,
    pub reports: i64,
}

#[derive(QueryableByName)]
struct WaitingRow {
    #[diesel(sql_type = SqlUuid)]
    message_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
    #[diesel(sql_type = BigInt)]
    reports: i64,
}

#[derive(QueryableByName)]
struct AccountRow {
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
}

/// Take lines out of the outbox, oldest first; lines that another process is reading are left to it.
pub async fn take_lines(tx: &mut Tx, topics: &[&str], most: i64) -> Result<Vec<OutboxRow>> {
    let mut rows: Vec<OutboxRow> = sql_query(
        "delete from outbox where outbox_id in (
             select outbox_id from outbox where topic = any($1) order by outbox_id limit $2 for update skip locked)
         returning outbox_id, topic, payload",
    )
    .bind::<Array<Text>, _>(topics)
    .bind::<BigInt, _>(most)
    .load(tx.conn()?)
    .await?;
    rows.sort_by_key(|row| row.outbox_id);
    Ok(rows)
}

pub async fn list_templates(tx: &mut Tx) -> Result<Vec<TemplateRow>> {
    Ok(sql_query("select event, channel, body from message_template").load(tx.conn()?).await?)
}

/// Put templates in force, in place of those for the same event and channel.
pub async fn add_templates(tx: &mut Tx, events: &[String], channels: &[String], bodies: &[String]) -> Result<()> {
    insert_templates(tx, "do nothing", [events, channels, bodies]).await
}

pub async fn save_template(tx: &mut Tx, event: &str, channel: &str, body: &str) -> Result<()> {
    let one = |value: &str| [value.to_owned()];
    insert_templates(tx, "do update set body = excluded.body", [&one(event), &one(channel), &one(body)]).await
}

async fn insert_templates(tx: &mut Tx, otherwise: &str, columns: [&[String]; 3]) -> Result<()> {
    let [events, channels, bodies] = columns;
    sql_query(format!(
        "insert into message_template (event, channel, body)
         select * from unnest($1::text[], $2::text[], $3::text[])
         on conflict (event, channel) {otherwise}"
    ))
    .bind::<Array<Text>, _>(events)
    .bind::<Array<Text>, _>(channels)
    .bind::<Array<Text>, _>(bodies)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// The clerks of a unit are its own, else those of the nearest unit above that has any.
pub const CLERKS: &str = "
    join (
        select l.unit_id, l.at_id, rank() over (partition by l.unit_id order by l.up) as distance
        from notify_line((select array_agg(distinct unit_id) from named)) l
        where exists (select from v_access_recipient a where a.role = 'clerk' and a.unit_id = l.at_id)
    ) seat on seat.unit_id = n.unit_id and seat.distance = 1
    join v_access_recipient c on c.role = 'clerk' and c.unit_id = seat.at_id";

/// The reviewers of a report are those at the level whose turn it is, above the unit that filled it.
const REVIEWERS: &str = "
    join notify_line((select array_agg(distinct unit_id) from named)) l
        on l.unit_id = n.unit_id and l.level = n.review_level
    join v_access_recipient c on c.role = 'reviewer' and c.unit_id = l.at_id";

/// The reports that `named` says, for the people that `who` says; one row for each `by` that they have in common.
pub async fn list_told(tx: &mut Tx, named: &str, ids: &[Uuid], who: &str, by: &str) -> Result<Vec<ToldRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let first = |column: &str| format!("(array_agg({column} order by deadline, position, report_id))[1]");
    let (task, report, unit, period, reason) =
        (first("task_id"), first("report_id"), first("unit_name"), first("period"), first("return_reason"));
    let query = format!(
        "with named as materialized (select * from v_reporting_notice where {named}),
         told as (select n.*, c.account_id, c.name, c.phone_sealed, c.home_unit_id from named n {who})
         select account_id, name, phone_sealed, home_unit_id, {task} as task_id, {report} as report_id,
             count(*) as reports, count(distinct unit_id) as units, {unit} as unit_name, {period} as period, min(deadline) as deadline,
             {reason} as reason,
             -- Each title once, in the order of the task.
             array(select title from (
                 select title, min(place) as place
                 from unnest(array_agg(form_title order by deadline, position, report_id)) with ordinality
                     as titles (title, place)
                 group by title) as once order by place) as titles
         from told
         group by account_id, name, phone_sealed, home_unit_id{by}"
    );
    Ok(sql_query(query).bind::<Array<SqlUuid>, _>(ids).load(tx.conn()?).await?)
}

/// Clerks who owe reports of tasks, one row for each clerk and task.
pub async fn list_owing(tx: &mut Tx, tasks: &[Uuid]) -> Result<Vec<ToldRow>> {
    list_told(tx, "task_id = any($1) and status in ('draft', 'returned')", tasks, CLERKS, ", task_id").await
}

/// Reviewers whose turn it is on any of these reports.
pub async fn list_reviewers(tx: &mut Tx, reports: &[Uuid]) -> Result<Vec<ToldRow>> {
    list_told(tx, "report_id = any($1) and status = 'submitted'", reports, REVIEWERS, "").await
}

/// Clerks of those of these reports that have been returned and not mended.
pub async fn list_returned(tx: &mut Tx, reports: &[Uuid]) -> Result<Vec<ToldRow>> {
    list_told(tx, "report_id = any($1) and status = 'returned'", reports, CLERKS, "").await
}

/// Clerks of those of these reports that are through the whole chain.
pub async fn list_approved(tx: &mut Tx, reports: &[Uuid]) -> Result<Vec<ToldRow>> {
    list_told(tx, "report_id = any($1) and status = 'approved'", reports, CLERKS, "").await
}

/// Write notices; an intent that has one keeps it.
pub async fn insert_notices(tx: &mut Tx, tellings: &[Telling]) -> Result<()> {
    let told: Vec<(&Telling, &str)> =
        tellings.iter().filter_map(|telling| telling.notice.as_deref().map(|text| (telling, text))).collect();
    if told.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    sql_query(
        "insert into notice (notice_id, intent, account_id, body, link, at)
         select n.*, $6 from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[]) as n
         on conflict (intent) do nothing",
    )
    .bind::<Array<SqlUuid>, _>(told.iter().map(|_| NoticeId::generate().0).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(told.iter().map(|(telling, _)| telling.intent.as_str()).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(told.iter().map(|(telling, _)| telling.account_id).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(told.iter().map(|(_, text)| *text).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(told.iter().map(|(telling, _)| telling.link.as_str()).collect::<Vec<_>>())
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Messages of an occasion that wait for more, by account, with how many reports they speak of.
pub async fn lock_waiting(tx: &mut Tx, occasion: &str, accounts: &[Uuid]) -> Result<HashMap<Uuid, (MessageId, i64)>> {
    let rows: Vec<WaitingRow> = sql_query(
        "select message_id, account_id, reports::bigint as reports from message
         where account_id = any($1) and occasion = $2 and state = 'queued' and waits_until is not null
         for update",
    )
    .bind::<Array<SqlUuid>, _>(accounts)
    .bind::<Text, _>(occasion)
    .load(tx.conn()?)
    .await?;
    Ok(rows.into_iter().map(|row| (row.account_id, (MessageId(row.message_id), row.reports))).collect())
}

/// Those of these accounts that so many messages have been written to since an instant.
pub async fn list_crowded(tx: &mut Tx, accounts: &[Uuid], since: DateTime<Utc>, burst: i64) -> Result<HashSet<Uuid>> {
    let rows: Vec<AccountRow> = sql_query(
        "select account_id from message where account_id = any($1) and created_at > $2
         group by account_id having count(*) >= $3",
    )
    .bind::<Array<SqlUuid>, _>(accounts)
    .bind::<Timestamptz, _>(since)
    .bind::<BigInt, _>(burst)
    .load(tx.conn()?)
    .await?;
    Ok(rows.into_iter().map(|row| row.account_id).collect())
}

/// Let waiting messages tell of more.
pub async fn update_joined(tx: &mut Tx, joined: &[Joined]) -> Result<()> {
    if joined.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    sql_query(
        "update message m set body = j.body, segments = j.segments, reports = j.reports, event = j.event,
             facts = j.facts, changed_at = $7
         from unnest($1::uuid[], $2::text[], $3::int[], $4::bigint[], $5::text[], $6::jsonb[])
             as j (message_id, body, segments, reports, event, facts)
         where m.message_id = j.message_id",
    )
    .bind::<Array<SqlUuid>, _>(joined.iter().map(|joined| joined.id.0).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(joined.iter().map(|joined| joined.body.as_str()).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(joined.iter().map(|joined| words::segments(&joined.body)).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(joined.iter().map(|joined| joined.reports).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(joined.iter().map(|joined| joined.event).collect::<Vec<_>>())
    .bind::<Array<Jsonb>, _>(joined.iter().map(|joined| json(&joined.facts)).collect::<Vec<_>>())
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

fn json(facts: &Facts) -> serde_json::Value {
    facts.iter().map(|(name, fact)| ((*name).to_owned(), serde_json::Value::from(fact.as_str()))).collect()
}

/// Queue messages to whoever has a phone; says which are new.
pub async fn insert_messages(tx: &mut Tx, tellings: &[Telling]) -> Result<Vec<QueuedRow>> {
    let told: Vec<(&Telling, &str, &[u8])> = tellings
        .iter()
        .filter_map(|telling| Some((telling, telling.message.as_deref()?, telling.phone_sealed.as_deref()?)))
        .collect();
    if told.is_empty() {
        return Ok(Vec::new());
    }
    let now = tx.now();
    let queued = sql_query(
        "with queued as (
             insert into message (message_id, intent, account_id, unit_id, recipient_name, phone_sealed, body,
                 segments, occasion, reports, waits_until, event, facts, gateway, created_at, changed_at)
             select m.*, coalesce((select kind from gateway), 'sandbox'), $14, $14
             from unnest($1::uuid[], $2::text[], $3::uuid[], $4::int[], $5::text[], $6::bytea[], $7::text[],
                 $8::int[], $9::text[], $10::bigint[], $11::timestamptz[], $12::text[], $13::jsonb[]) m
             on conflict (intent) do nothing
             returning message_id, waits_until
         ), noted as (
             insert into message_event (message_id, at, state) select message_id, $14, 'queued' from queued
         )
         select message_id, waits_until from queued",
    )
    .bind::<Array<SqlUuid>, _>(told.iter().map(|_| MessageId::generate().0).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(told.iter().map(|(telling, ..)| telling.intent.as_str()).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(told.iter().map(|(telling, ..)| telling.account_id).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(told.iter().map(|(telling, ..)| telling.unit_id).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(told.iter().map(|(telling, ..)| telling.name.as_str()).collect::<Vec<_>>())
    .bind::<Array<Binary>, _>(told.iter().map(|(.., phone)| *phone).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(told.iter().map(|(_, text, _)| *text).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(told.iter().map(|(_, text, _)| words::segments(text)).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(told.iter().map(|(telling, ..)| telling.occasion).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(told.iter().map(|(telling, ..)| telling.reports).collect::<Vec<_>>())
    .bind::<Array<Nullable<Timestamptz>>, _>(told.iter().map(|(telling, ..)| telling.waits_until).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(told.iter().map(|(telling, ..)| telling.event).collect::<Vec<_>>())
    .bind::<Array<Jsonb>, _>(told.iter().map(|(telling, ..)| json(&telling.facts)).collect::<Vec<_>>())
    .bind::<Timestamptz, _>(now)
    .load(tx.conn()?)
    .await?;
    Ok(queued)
}
