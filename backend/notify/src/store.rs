//! Messages and their steps, notices, the gateway, the sandbox.

use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{Array, BigInt, Binary, Date, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_access::Scope;
use fupin_contract::{
    AccountId, MessageId, NoticeId, Period,
    notify::{GatewayKind, MessageChannel, MessageFilter, MessageHold, MessageState, Notice},
};
use fupin_kernel::{Error, Result, Tx};
use uuid::Uuid;

use crate::{limits, rules};

/// A message as it is stored.
#[derive(Clone, Debug, QueryableByName)]
pub struct MessageRow {
    #[diesel(sql_type = SqlUuid)]
    pub message_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub account_id: Uuid,
    #[diesel(sql_type = Text)]
    pub recipient_name: String,
    #[diesel(sql_type = Text)]
    pub channel: String,
    /// A phone number or an e-mail address.
    #[diesel(sql_type = Binary)]
    pub address_sealed: Vec<u8>,
    #[diesel(sql_type = Text)]
    pub subject: String,
    #[diesel(sql_type = Text)]
    pub body: String,
    #[diesel(sql_type = Integer)]
    pub segments: i32,
    #[diesel(sql_type = Text)]
    pub state: String,
    #[diesel(sql_type = Text)]
    pub gateway: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub gateway_code: Option<String>,
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
    #[diesel(sql_type = Text)]
    pub event: String,
    #[diesel(sql_type = Jsonb)]
    pub facts: serde_json::Value,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub handed_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub held_until: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    pub held_for: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub changed_at: DateTime<Utc>,
}

const MESSAGE: &str = "m.message_id, m.account_id, m.recipient_name, m.channel, m.phone_sealed as address_sealed,
    m.subject, m.body, m.segments, m.state, m.gateway, m.gateway_code, m.attempts, m.event, m.facts, m.handed_at, m.held_until, m.held_for,
    m.created_at, m.changed_at";

/// The unit that a message was written to lies in a scope: lo and hi are the first two parameters.
const IN_SCOPE: &str = "exists (
    select from v_access_unit u, unnest($1::int[], $2::int[]) as s (lo, hi)
    where u.unit_id = m.unit_id and u.lo >= s.lo and u.lo < s.hi)";

impl MessageRow {
    pub fn state(&self) -> Result<MessageState> {
        rules::state_of(&self.state).ok_or_else(|| Error::internal("a message is in no known state"))
    }

    pub fn channel(&self) -> Result<MessageChannel> {
        let known = MessageChannel::ALL.into_iter().find(|channel| channel.name() == self.channel);
        known.ok_or_else(|| Error::internal("a message goes by no known channel"))
    }

    /// Why it waits, if it does.
    pub fn hold(&self) -> Option<MessageHold> {
        let reason = limits::rules::reason_of(self.held_for.as_deref()?)?;
        Some(MessageHold { until: self.held_until?, reason })
    }
}

/// A step of a message, as its history keeps it.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    pub state: MessageState,
    /// What the gateway said.
    pub code: Option<&'a str>,
    /// Who decided, and why.
    pub decided: Option<(AccountId, &'a str)>,
}

/// A place in a list that runs from new to old.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub at: DateTime<Utc>,
    pub id: Uuid,
}

/// Lock a message, for the gateway's side of it: jobs and receipts act for nobody.
pub async fn lock_message(tx: &mut Tx, id: MessageId) -> Result<Option<MessageRow>> {
    let query = format!("select {MESSAGE} from message m where m.message_id = $1 for update");
    Ok(sql_query(query).bind::<SqlUuid, _>(id.0).get_result(tx.conn()?).await.optional()?)
}

/// Read a message, for the gateway's side of it.
pub async fn find_message(tx: &mut Tx, id: MessageId) -> Result<Option<MessageRow>> {
    let query = format!("select {MESSAGE} from message m where m.message_id = $1");
    Ok(sql_query(query).bind::<SqlUuid, _>(id.0).get_result(tx.conn()?).await.optional()?)
}

/// Lock a message within a scope.
pub async fn lock_message_in(tx: &mut Tx, scope: &Scope, id: MessageId) -> Result<MessageRow> {
    let query = format!("select {MESSAGE} from message m where {IN_SCOPE} and m.message_id = $3 for update");
    Ok(sql_query(query)
        .bind::<Array<Integer>, _>(scope.lo())
        .bind::<Array<Integer>, _>(scope.hi())
        .bind::<SqlUuid, _>(id.0)
        .get_result(tx.conn()?)
        .await?)
}

/// Messages, newest first.
pub async fn list_messages(
    tx: &mut Tx,
    scope: &Scope,
    filter: &MessageFilter,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<MessageRow>> {
    let query = format!(
        "select {MESSAGE} from message m
         where {IN_SCOPE} and ($3 is null or m.state = $3)
             and ($4 is null or (m.created_at, m.message_id) < ($4, $5))
             and ($7 is null or m.gateway = $7)
             and ($10 is null or m.channel = $10)
             and ($8 is null or (m.created_at >= $8::timestamp at time zone 'Asia/Shanghai'
                 and m.created_at < ($8 + interval '1 month') at time zone 'Asia/Shanghai'))
             and ($9 is null or exists (
                 select from v_access_unit u join v_access_unit top on u.lo >= top.lo and u.lo < top.hi
                 where u.unit_id = m.unit_id and top.unit_id = $9))
         order by m.created_at desc, m.message_id desc limit $6"
    );
    Ok(sql_query(query)
        .bind::<Array<Integer>, _>(scope.lo())
        .bind::<Array<Integer>, _>(scope.hi())
        .bind::<Nullable<Text>, _>(filter.state.map(rules::state_name))
        .bind::<Nullable<Timestamptz>, _>(after.map(|place| place.at))
        .bind::<Nullable<SqlUuid>, _>(after.map(|place| place.id))
        .bind::<BigInt, _>(limit)
        .bind::<Nullable<Text>, _>(filter.gateway.map(GatewayKind::name))
        .bind::<Nullable<Date>, _>(filter.month.map(Period::first_day))
        .bind::<Nullable<Integer>, _>(filter.unit.map(|unit| unit.0))
        .bind::<Nullable<Text>, _>(filter.channel.map(MessageChannel::name))
        .load(tx.conn()?)
        .await?)
}

/// Move a message to a state. A code that is absent leaves what the gateway said before.
pub async fn update_state(tx: &mut Tx, id: MessageId, state: MessageState, code: Option<&str>) -> Result<()> {
    let now = tx.now();
    sql_query(
        "update message set state = $2, gateway_code = coalesce($3, gateway_code), changed_at = $4, touched_at = now()
         where message_id = $1",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<Text, _>(rules::state_name(state))
    .bind::<Nullable<Text>, _>(code)
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Move a message to sending, by a gateway, one attempt more.
pub async fn update_sending(tx: &mut Tx, id: MessageId, gateway: &str) -> Result<()> {
    let now = tx.now();
    sql_query(
        "update message set state = 'sending', gateway = $2, attempts = attempts + 1, waits_until = null,
             changed_at = $3, touched_at = now(), handed_at = now()
         where message_id = $1",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<Text, _>(gateway)
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Keep a step in the history.
pub async fn insert_step(tx: &mut Tx, id: MessageId, step: Step<'_>) -> Result<()> {
    let now = tx.now();
    sql_query(
        "insert into message_event (message_id, at, state, gateway_code, account_id, reason)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<Timestamptz, _>(now)
    .bind::<Text, _>(rules::state_name(step.state))
    .bind::<Nullable<Text>, _>(step.code)
    .bind::<Nullable<SqlUuid>, _>(step.decided.map(|(account, _)| account.0))
    .bind::<Nullable<Text>, _>(step.decided.map(|(_, reason)| reason))
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Keep a carrier's word in the history; the same word twice is kept once.
pub async fn insert_word(tx: &mut Tx, id: MessageId, state: MessageState, code: &str) -> Result<()> {
    let now = tx.now();
    sql_query(
        "insert into message_event (message_id, at, state, gateway_code)
         select $1, $2, $3, $4
         where not exists (select from message_event where message_id = $1 and state = $3 and gateway_code = $4)",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<Timestamptz, _>(now)
    .bind::<Text, _>(rules::state_name(state))
    .bind::<Text, _>(code)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Let a message that is sent again begin its tries anew.
pub async fn reset_attempts(tx: &mut Tx, id: MessageId) -> Result<()> {
    sql_query("update message set attempts = 0 where message_id = $1")
        .bind::<SqlUuid, _>(id.0)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Messages in a state that nobody has touched for so many seconds.
pub async fn list_idle(tx: &mut Tx, state: MessageState, seconds: i32, limit: i64) -> Result<Vec<MessageId>> {
    let rows: Vec<IdRow> = sql_query(
        "select message_id as id from message
         where state = $1 and held_until is null and touched_at < now() - make_interval(secs => $2)
         order by touched_at limit $3 for update skip locked",
    )
    .bind::<Text, _>(rules::state_name(state))
    .bind::<Integer, _>(seconds)
    .bind::<BigInt, _>(limit)
    .load(tx.conn()?)
    .await?;
    Ok(rows.into_iter().map(|row| MessageId(row.id)).collect())
}

/// Say that somebody has looked at these messages.
pub async fn touch(tx: &mut Tx, ids: &[MessageId]) -> Result<()> {
    sql_query("update message set touched_at = now() where message_id = any($1)")
        .bind::<Array<SqlUuid>, _>(ids.iter().map(|id| id.0).collect::<Vec<_>>())
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct GatewayRow {
    #[diesel(sql_type = Binary)]
    settings_sealed: Vec<u8>,
}

/// The sealed settings of the gateway in force.
pub async fn find_gateway(tx: &mut Tx) -> Result<Option<Vec<u8>>> {
    let row: Option<GatewayRow> =
        sql_query("select settings_sealed from gateway").get_result(tx.conn()?).await.optional()?;
    Ok(row.map(|row| row.settings_sealed))
}

pub async fn save_gateway(tx: &mut Tx, kind: &str, settings_sealed: &[u8]) -> Result<()> {
    sql_query(
        "insert into gateway (kind, settings_sealed) values ($1, $2)
         on conflict (singleton) do update set kind = $1, settings_sealed = $2, changed_at = now()",
    )
    .bind::<Text, _>(kind)
    .bind::<Binary, _>(settings_sealed)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// The sandbox takes a message as it went out; taking it twice changes nothing.
pub async fn insert_sandbox_message(tx: &mut Tx, id: MessageId, text: &str) -> Result<()> {
    let now = tx.now();
    let insert = "insert into sandbox_message (message_id, at, text)
         select message_id, $2, nullif($3, body) from message where message_id = $1 on conflict do nothing";
    sql_query(insert)
        .bind::<SqlUuid, _>(id.0)
        .bind::<Timestamptz, _>(now)
        .bind::<Text, _>(text)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// What the sandbox has taken, newest first; `created_at` is when it took it. `q` is part of a name or of the text.
pub async fn list_sandbox_messages(
    tx: &mut Tx,
    scope: &Scope,
    q: Option<&str>,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<MessageRow>> {
    let query = format!(
        "select {columns} from sandbox_message b join message m on m.message_id = b.message_id
         where {IN_SCOPE}
             and ($3 is null or position(lower($3) in lower(m.recipient_name)) > 0
                 or position(lower($3) in lower(coalesce(b.text, m.body))) > 0)
             and ($4 is null or (b.at, b.message_id) < ($4, $5))
         order by b.at desc, b.message_id desc limit $6",
        columns =
            MESSAGE.replace("m.created_at", "b.at as created_at").replace("m.body", "coalesce(b.text, m.body) as body"),
    );
    Ok(sql_query(query)
        .bind::<Array<Integer>, _>(scope.lo())
        .bind::<Array<Integer>, _>(scope.hi())
        .bind::<Nullable<Text>, _>(q)
        .bind::<Nullable<Timestamptz>, _>(after.map(|place| place.at))
        .bind::<Nullable<SqlUuid>, _>(after.map(|place| place.id))
        .bind::<BigInt, _>(limit)
        .load(tx.conn()?)
        .await?)
}

#[derive(QueryableByName)]
struct NoticeRow {
    #[diesel(sql_type = SqlUuid)]
    notice_id: Uuid,
    #[diesel(sql_type = Text)]
    body: String,
    #[diesel(sql_type = Text)]
    link: String,
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    read_at: Option<DateTime<Utc>>,
}

impl From<NoticeRow> for Notice {
    fn from(row: NoticeRow) -> Self {
        let read = row.read_at.is_some();
        Self { id: NoticeId(row.notice_id), at: row.at, text: row.body, link: row.link, read }
    }
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// An account's own notices, newest first.
pub async fn list_notices(tx: &mut Tx, of: AccountId, limit: i64) -> Result<Vec<Notice>> {
    let rows: Vec<NoticeRow> = sql_query(
        "select notice_id, body, link, at, read_at from notice where account_id = $1 order by notice_id desc limit $2",
    )
    .bind::<SqlUuid, _>(of.0)
    .bind::<BigInt, _>(limit)
    .load(tx.conn()?)
    .await?;
    Ok(rows.into_iter().map(Notice::from).collect())
}

/// How many notices an account has not read.
pub async fn count_unread(tx: &mut Tx, of: AccountId) -> Result<i64> {
    let row: CountRow = sql_query("select count(*) as count from notice where account_id = $1 and read_at is null")
        .bind::<SqlUuid, _>(of.0)
        .get_result(tx.conn()?)
        .await?;
    Ok(row.count)
}

/// Mark an account's own notices up to one as read.
pub async fn update_read(tx: &mut Tx, of: AccountId, up_to: NoticeId) -> Result<()> {
    let now = tx.now();
    sql_query("update notice set read_at = $3 where account_id = $1 and notice_id <= $2 and read_at is null")
        .bind::<SqlUuid, _>(of.0)
        .bind::<SqlUuid, _>(up_to.0)
        .bind::<Timestamptz, _>(now)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}
