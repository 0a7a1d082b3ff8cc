//! The outbox, the people concerned, and what they are told.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Binary, Date, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{MessageId, NoticeId, notify::MessageChannel};
use fupin_kernel::{Result, Tx};
use uuid::Uuid;

use super::{telling::Telling, wording::Written};
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
#[derive(Clone, Debug, QueryableByName)]
pub struct TemplateRow {
    #[diesel(sql_type = Text)]
    pub event: String,
    #[diesel(sql_type = Text)]
    pub channel: String,
    #[diesel(sql_type = Text)]
    pub subject: String,
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
    pub subject: String,
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
    #[diesel(sql_type = Text)]
    channel: String,
    #[diesel(sql_type = BigInt)]
    reports: i64,
}

#[derive(QueryableByName)]
struct CrowdedRow {
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
    #[diesel(sql_type = Text)]
    channel: String,
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
    Ok(sql_query("select event, channel, subject, body from message_template").load(tx.conn()?).await?)
}

/// Put templates in force where there is none for the same event and channel.
pub async fn add_templates(tx: &mut Tx, templates: &[TemplateRow]) -> Result<()> {
    insert_templates(tx, "do nothing", templates).await
}

pub async fn save_template(tx: &mut Tx, template: TemplateRow) -> Result<()> {
    insert_templates(tx, "do update set subject = excluded.subject, body = excluded.body", &[template]).await
}

async fn insert_templates(tx: &mut Tx, otherwise: &str, templates: &[TemplateRow]) -> Result<()> {
    let column = |of: fn(&TemplateRow) -> &str| templates.iter().map(of).collect::<Vec<_>>();
    sql_query(format!(
        "insert into message_template (event, channel, subject, body)
         select * from unnest($1::text[], $2::text[], $3::text[], $4::text[])
         on conflict (event, channel) {otherwise}"
    ))
    .bind::<Array<Text>, _>(column(|template| &template.event))
    .bind::<Array<Text>, _>(column(|template| &template.channel))
    .bind::<Array<Text>, _>(column(|template| &template.subject))
    .bind::<Array<Text>, _>(column(|template| &template.body))
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

fn channel_of(name: &str) -> Option<MessageChannel> {
    MessageChannel::ALL.into_iter().find(|channel| channel.name() == name)
}

/// Messages of an occasion that wait for more, by account and channel, with how many reports they speak of.
pub async fn lock_waiting(
    tx: &mut Tx,
    occasion: &str,
    accounts: &[Uuid],
) -> Result<HashMap<(Uuid, MessageChannel), (MessageId, i64)>> {
    let rows: Vec<WaitingRow> = sql_query(
        "select message_id, account_id, channel, reports::bigint as reports from message
         where account_id = any($1) and occasion = $2 and state = 'queued' and waits_until is not null
         for update",
    )
    .bind::<Array<SqlUuid>, _>(accounts)
    .bind::<Text, _>(occasion)
    .load(tx.conn()?)
    .await?;
    let keyed =
        |row: WaitingRow| Some(((row.account_id, channel_of(&row.channel)?), (MessageId(row.message_id), row.reports)));
    Ok(rows.into_iter().filter_map(keyed).collect())
}

/// Those of these accounts that so many messages have been written to by a channel since an instant.
pub async fn list_crowded(
    tx: &mut Tx,
    accounts: &[Uuid],
    since: DateTime<Utc>,
    burst: i64,
) -> Result<HashSet<(Uuid, MessageChannel)>> {
    let rows: Vec<CrowdedRow> = sql_query(
        "select account_id, channel from message where account_id = any($1) and created_at > $2
         group by account_id, channel having count(*) >= $3",
    )
    .bind::<Array<SqlUuid>, _>(accounts)
    .bind::<Timestamptz, _>(since)
    .bind::<BigInt, _>(burst)
    .load(tx.conn()?)
    .await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.account_id, channel_of(&row.channel)?))).collect())
}

/// Let waiting messages tell of more.
pub async fn update_joined(tx: &mut Tx, joined: &[Joined]) -> Result<()> {
    if joined.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    sql_query(
        "update message m set body = j.body, segments = j.segments, reports = j.reports, event = j.event,
             facts = j.facts, subject = j.subject, changed_at = $8
         from unnest($1::uuid[], $2::text[], $3::int[], $4::bigint[], $5::text[], $6::jsonb[], $7::text[])
             as j (message_id, body, segments, reports, event, facts, subject)
         where m.message_id = j.message_id",
    )
    .bind::<Array<SqlUuid>, _>(joined.iter().map(|joined| joined.id.0).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(joined.iter().map(|joined| joined.body.as_str()).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(joined.iter().map(|joined| words::segments(&joined.body)).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(joined.iter().map(|joined| joined.reports).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(joined.iter().map(|joined| joined.event).collect::<Vec<_>>())
    .bind::<Array<Jsonb>, _>(joined.iter().map(|joined| json(&joined.facts)).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(joined.iter().map(|joined| joined.subject.as_str()).collect::<Vec<_>>())
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

fn json(facts: &Facts) -> serde_json::Value {
    facts.iter().map(|(name, fact)| ((*name).to_owned(), serde_json::Value::from(fact.as_str()))).collect()
}

/// Each intent has at most one message by each channel.
fn intent_of(telling: &Telling, message: &Written) -> String {
    match message.channel {
        MessageChannel::Sms => telling.intent.clone(),
        MessageChannel::Mail => format!("{}:mail", telling.intent),
    }
}

/// Mail is counted by nobody.
fn segments_of(message: &Written) -> i32 {
    match message.channel {
        MessageChannel::Sms => words::segments(&message.body),
        MessageChannel::Mail => 1,
    }
}

/// Queue messages; says which are new.
pub async fn insert_messages(tx: &mut Tx, tellings: &[Telling]) -> Result<Vec<QueuedRow>> {
    let told: Vec<(&Telling, &Written)> =
        tellings.iter().flat_map(|telling| telling.messages.iter().map(move |message| (telling, message))).collect();
    if told.is_empty() {
        return Ok(Vec::new());
    }
    let now = tx.now();
    let queued = sql_query(
        "with queued as (
             insert into message (message_id, intent, account_id, unit_id, recipient_name, phone_sealed, body,
                 segments, occasion, reports, waits_until, event, facts, channel, subject, gateway, created_at,
                 changed_at)
             select m.*, case when m.channel = 'mail' then 'mail' else coalesce((select kind from gateway), 'sandbox') end,
                 $16, $16
             from unnest($1::uuid[], $2::text[], $3::uuid[], $4::int[], $5::text[], $6::bytea[], $7::text[],
                 $8::int[], $9::text[], $10::bigint[], $11::timestamptz[], $12::text[], $13::jsonb[], $14::text[],
                 $15::text[]) as m (message_id, intent, account_id, unit_id, recipient_name, phone_sealed, body,
                     segments, occasion, reports, waits_until, event, facts, channel, subject)
             on conflict (intent) do nothing
             returning message_id, waits_until
         ), noted as (
             insert into message_event (message_id, at, state) select message_id, $16, 'queued' from queued
         )
         select message_id, waits_until from queued",
    )
    .bind::<Array<SqlUuid>, _>(told.iter().map(|_| MessageId::generate().0).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(told.iter().map(|(telling, message)| intent_of(telling, message)).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(told.iter().map(|(telling, _)| telling.account_id).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(told.iter().map(|(telling, _)| telling.unit_id).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(told.iter().map(|(telling, _)| telling.name.as_str()).collect::<Vec<_>>())
    .bind::<Array<Binary>, _>(told.iter().map(|(_, message)| message.address_sealed.as_slice()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(told.iter().map(|(_, message)| message.body.as_str()).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(told.iter().map(|(_, message)| segments_of(message)).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(told.iter().map(|(telling, _)| telling.occasion).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(told.iter().map(|(telling, _)| telling.reports).collect::<Vec<_>>())
    .bind::<Array<Nullable<Timestamptz>>, _>(told.iter().map(|(_, message)| message.waits_until).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(told.iter().map(|(telling, _)| telling.event).collect::<Vec<_>>())
    .bind::<Array<Jsonb>, _>(told.iter().map(|(telling, _)| json(&telling.facts)).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(told.iter().map(|(_, message)| message.channel.name()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(told.iter().map(|(_, message)| message.subject.as_str()).collect::<Vec<_>>())
    .bind::<Timestamptz, _>(now)
    .load(tx.conn()?)
    .await?;
    Ok(queued)
}
