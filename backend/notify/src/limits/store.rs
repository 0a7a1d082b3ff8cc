//! Limits, prices, what was spent, and who waits for what.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{Array, BigInt, Binary, Date, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{
    MessageId, NoticeId, Period,
    notify::{GatewayPrice, MessageHold, MessageLimits, MonthCost, QuietHours},
};
use fupin_kernel::{Error, Result, Tx};
use uuid::Uuid;

use super::rules;
use crate::gateway;

#[derive(QueryableByName)]
struct LimitRow {
    #[diesel(sql_type = Nullable<Text>)]
    quiet_from: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    quiet_until: Option<String>,
    #[diesel(sql_type = Array<Text>)]
    urgent: Vec<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    per_minute: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    per_hour: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    per_day: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    mail_per_day: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    monthly_segments: Option<i32>,
}

#[derive(QueryableByName)]
struct PriceRow {
    #[diesel(sql_type = Text)]
    gateway: String,
    #[diesel(sql_type = Text)]
    yuan: String,
}

#[derive(QueryableByName)]
struct CostRow {
    #[diesel(sql_type = Date)]
    month: NaiveDate,
    #[diesel(sql_type = Text)]
    gateway: String,
    #[diesel(sql_type = Integer)]
    messages: i32,
    #[diesel(sql_type = Integer)]
    segments: i32,
    #[diesel(sql_type = Text)]
    yuan: String,
}

#[derive(QueryableByName)]
struct AtRow {
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// The limits in force; none before anybody has set any.
pub async fn find_limits(tx: &mut Tx) -> Result<MessageLimits> {
    let row: Option<LimitRow> = sql_query(
        "select to_char(quiet_from, 'HH24:MI') as quiet_from, to_char(quiet_until, 'HH24:MI') as quiet_until, urgent,
             per_minute, per_hour, per_day, mail_per_day, monthly_segments
         from message_limit",
    )
    .get_result(tx.conn()?)
    .await
    .optional()?;
    let prices: Vec<PriceRow> =
        sql_query("select gateway, yuan::text as yuan from message_price order by gateway").load(tx.conn()?).await?;
    let prices = prices.into_iter().filter_map(|row| {
        Some(GatewayPrice { gateway: gateway::kind_of(&row.gateway)?, yuan: row.yuan.parse().ok()? })
    });
    let prices = prices.collect();
    let Some(row) = row else { return Ok(MessageLimits { prices, ..MessageLimits::default() }) };
    Ok(MessageLimits {
        quiet: row.quiet_from.zip(row.quiet_until).map(|(from, until)| QuietHours { from, until }),
        urgent: row.urgent,
        per_minute: row.per_minute,
        per_hour: row.per_hour,
        per_day: row.per_day,
        mail_per_day: row.mail_per_day,
        monthly_segments: row.monthly_segments,
        prices,
    })
}

pub async fn save_limits(tx: &mut Tx, limits: &MessageLimits) -> Result<()> {
    sql_query(
        "insert into message_limit (quiet_from, quiet_until, urgent, per_minute, per_hour, per_day, monthly_segments,
             mail_per_day)
         values ($1::time, $2::time, $3, $4, $5, $6, $7, $8)
         on conflict (singleton) do update set quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until,
             urgent = excluded.urgent, per_minute = excluded.per_minute, per_hour = excluded.per_hour,
             per_day = excluded.per_day, monthly_segments = excluded.monthly_segments,
             mail_per_day = excluded.mail_per_day, changed_at = now()",
    )
    .bind::<Nullable<Text>, _>(limits.quiet.as_ref().map(|hours| &hours.from))
    .bind::<Nullable<Text>, _>(limits.quiet.as_ref().map(|hours| &hours.until))
    .bind::<Array<Text>, _>(&limits.urgent)
    .bind::<Nullable<Integer>, _>(limits.per_minute)
    .bind::<Nullable<Integer>, _>(limits.per_hour)
    .bind::<Nullable<Integer>, _>(limits.per_day)
    .bind::<Nullable<Integer>, _>(limits.monthly_segments)
    .bind::<Nullable<Integer>, _>(limits.mail_per_day)
    .execute(tx.conn()?)
    .await?;
    sql_query("delete from message_price").execute(tx.conn()?).await?;
    sql_query("insert into message_price (gateway, yuan) select * from unnest($1::text[], $2::numeric[])")
        .bind::<Array<Text>, _>(limits.prices.iter().map(|price| price.gateway.name()).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(limits.prices.iter().map(|price| price.yuan.to_string()).collect::<Vec<_>>())
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// When a number was sent to within a day, newest first. Whoever asks has the number to himself until the end of the
/// transaction.
pub async fn lock_sent_to(tx: &mut Tx, number_mac: &[u8]) -> Result<Vec<DateTime<Utc>>> {
    let now = tx.now();
    sql_query("select pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 0))")
        .bind::<Binary, _>(number_mac)
        .execute(tx.conn()?)
        .await?;
    let rows: Vec<AtRow> = sql_query(
        "select sent_at as at from message where number_mac = $1 and sent_at > $2 - interval '1 day'
         order by sent_at desc limit 1000",
    )
    .bind::<Binary, _>(number_mac)
    .bind::<Timestamptz, _>(now)
    .load(tx.conn()?)
    .await?;
    Ok(rows.into_iter().map(|row| row.at).collect())
}

/// Segments that were handed over in a month. Whoever asks has the budget to himself until the end of the transaction.
pub async fn lock_spent(tx: &mut Tx, month: NaiveDate) -> Result<i64> {
    sql_query("select pg_advisory_xact_lock(hashtextextended('notify.budget', 0))").execute(tx.conn()?).await?;
    count_spent(tx, month).await
}

pub async fn count_spent(tx: &mut Tx, month: NaiveDate) -> Result<i64> {
    let row: CountRow =
        sql_query("select coalesce(sum(segments), 0)::bigint as count from message_spending where month = $1")
            .bind::<Date, _>(month)
            .get_result(tx.conn()?)
            .await?;
    Ok(row.count)
}

/// Count a message as handed over, at the price of today.
pub async fn spend(tx: &mut Tx, id: MessageId, month: NaiveDate, gateway: &str, number_mac: &[u8]) -> Result<()> {
    let now = tx.now();
    sql_query(
        "with sent as (
             update message m set sent_at = $5, number_mac = $4, held_until = null, held_for = null,
                 cost = m.segments * coalesce((select yuan from message_price where gateway = $3), 0)
             where m.message_id = $1
             returning m.segments, m.cost
         )
         insert into message_spending as s (month, gateway, messages, segments, yuan)
         select $2, $3, 1, segments, cost from sent
         on conflict (month, gateway) do update set messages = s.messages + 1,
             segments = s.segments + excluded.segments, yuan = s.yuan + excluded.yuan",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<Date, _>(month)
    .bind::<Text, _>(gateway)
    .bind::<Binary, _>(number_mac)
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Count a mail as handed over; it costs nothing.
pub async fn count_mail(tx: &mut Tx, id: MessageId, address_mac: &[u8]) -> Result<()> {
    let now = tx.now();
    sql_query(
        "update message set sent_at = $2, number_mac = $3, held_until = null, held_for = null where message_id = $1",
    )
    .bind::<SqlUuid, _>(id.0)
    .bind::<Timestamptz, _>(now)
    .bind::<Binary, _>(address_mac)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Take back what was counted for a message that the gateway surely does not have.
pub async fn take_back(tx: &mut Tx, id: MessageId) -> Result<()> {
    sql_query(
        "with counted as (
             select message_id, gateway, segments, cost,
                 date_trunc('month', sent_at at time zone 'Asia/Shanghai')::date as month
             from message where message_id = $1 and sent_at is not null
         ), freed as (
             update message m set sent_at = null, cost = null from counted c where m.message_id = c.message_id
         )
         update message_spending s
         set messages = s.messages - 1, segments = s.segments - c.segments, yuan = s.yuan - c.cost
         from counted c where s.month = c.month and s.gateway = c.gateway",
    )
    .bind::<SqlUuid, _>(id.0)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Let a message wait.
pub async fn update_held(tx: &mut Tx, id: MessageId, hold: &MessageHold) -> Result<()> {
    sql_query("update message set held_until = $2, held_for = $3, touched_at = now() where message_id = $1")
        .bind::<SqlUuid, _>(id.0)
        .bind::<Timestamptz, _>(hold.until)
        .bind::<Text, _>(rules::reason_name(hold.reason))
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// Let go messages that have waited until now, or all that wait.
pub async fn release_held(tx: &mut Tx, until: Option<DateTime<Utc>>, most: i64) -> Result<Vec<MessageId>> {
    let rows: Vec<IdRow> = sql_query(
        "update message set held_until = null, held_for = null, touched_at = now()
         where message_id in (
             select message_id from message
             where held_until is not null and state = 'queued' and ($1 is null or held_until <= $1)
             order by held_until, message_id limit $2 for update skip locked)
         returning message_id as id",
    )
    .bind::<Nullable<Timestamptz>, _>(until)
    .bind::<BigInt, _>(most)
    .load(tx.conn()?)
    .await?;
    Ok(rows.into_iter().map(|row| MessageId(row.id)).collect())
}

pub async fn count_held_for_budget(tx: &mut Tx) -> Result<i64> {
    let row: CountRow =
        sql_query("select count(*) as count from message where held_until is not null and held_for = 'budget'")
            .get_result(tx.conn()?)
            .await?;
    Ok(row.count)
}

/// What was handed over, by month and gateway, newest first.
pub async fn list_costs(tx: &mut Tx) -> Result<Vec<MonthCost>> {
    let rows: Vec<CostRow> = sql_query(
        "select month, gateway, messages, segments, yuan::text as yuan from message_spending
         where month in (select distinct month from message_spending order by month desc limit 12) and messages > 0
         order by month desc, gateway",
    )
    .load(tx.conn()?)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(MonthCost {
                month: Period::of(row.month),
                gateway: row.gateway,
                messages: i64::from(row.messages),
                segments: i64::from(row.segments),
                yuan: row.yuan.parse().map_err(Error::internal)?,
            })
        })
        .collect()
}

/// Tell each system administrator of the whole once a month that the budget is spent.
pub async fn insert_budget_notices(tx: &mut Tx, month: NaiveDate, body: &str) -> Result<()> {
    let now = tx.now();
    let administrators: Vec<IdRow> = sql_query(
        "select distinct r.account_id as id from v_access_recipient r
         join v_access_unit u on u.unit_id = r.unit_id and u.parent_id is null
         where r.role = 'system_admin'",
    )
    .load(tx.conn()?)
    .await?;
    sql_query(
        "insert into notice (notice_id, intent, account_id, body, link, at)
         select n.id, 'notify.budget_spent:' || $3 || ':' || n.account_id, n.account_id, $4, '/message-limits', $5
         from unnest($1::uuid[], $2::uuid[]) as n (id, account_id)
         on conflict (intent) do nothing",
    )
    .bind::<Array<SqlUuid>, _>(administrators.iter().map(|_| NoticeId::generate().0).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(administrators.iter().map(|row| row.id).collect::<Vec<_>>())
    .bind::<Text, _>(Period::of(month).to_string())
    .bind::<Text, _>(body)
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}
