//! The SQL of seals over looks.

use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{BigInt, Binary, Bool, Nullable, Text, Timestamptz},
};
use diesel_async::RunQueryDsl;
use fupin_kernel::{Result, Tx};

/// Of the lock that one sealer holds.
const SEALER_LOCK: i64 = 0x6675_7069_6e5f_7367;

#[derive(QueryableByName)]
pub struct SealRow {
    #[diesel(sql_type = Timestamptz)]
    pub hour: DateTime<Utc>,
    #[diesel(sql_type = Binary)]
    pub mac: Vec<u8>,
}

/// How many looks an hour has, and the digest over all that they say.
#[derive(QueryableByName)]
pub struct HourRow {
    #[diesel(sql_type = BigInt)]
    pub looks: i64,
    #[diesel(sql_type = Text)]
    pub digest: String,
}

pub async fn lock(tx: &mut Tx) -> Result<()> {
    sql_query("select pg_advisory_xact_lock($1)").bind::<BigInt, _>(SEALER_LOCK).execute(tx.conn()?).await?;
    Ok(())
}

pub async fn find_last(tx: &mut Tx) -> Result<Option<SealRow>> {
    Ok(sql_query("select hour, mac from sighting_seal order by hour desc limit 1")
        .get_result(tx.conn()?)
        .await
        .optional()?)
}

/// The seal after an hour, or the first one.
pub async fn find_after(tx: &mut Tx, hour: Option<DateTime<Utc>>) -> Result<Option<SealRow>> {
    Ok(sql_query("select hour, mac from sighting_seal where $1 is null or hour > $1 order by hour limit 1")
        .bind::<Nullable<Timestamptz>, _>(hour)
        .get_result(tx.conn()?)
        .await
        .optional()?)
}

#[derive(QueryableByName)]
struct MomentRow {
    #[diesel(sql_type = Nullable<Timestamptz>)]
    at: Option<DateTime<Utc>>,
}

pub async fn find_first_look(tx: &mut Tx) -> Result<Option<DateTime<Utc>>> {
    let row: MomentRow = sql_query("select min(at) as at from sighting").get_result(tx.conn()?).await?;
    Ok(row.at)
}

#[derive(QueryableByName)]
struct AwaitedRow {
    #[diesel(sql_type = Bool)]
    awaited: bool,
}

/// Whether a transaction that began before a moment goes on: its looks may be of an hour that is over.
pub async fn is_awaited(tx: &mut Tx, moment: DateTime<Utc>) -> Result<bool> {
    let row: AwaitedRow = sql_query(
        "select exists (select from pg_stat_activity
                        where usename = current_user and datname = current_database()
                          and xact_start + (clock_now() - now()) < $1) as awaited",
    )
    .bind::<Timestamptz, _>(moment)
    .get_result(tx.conn()?)
    .await?;
    Ok(row.awaited)
}

pub async fn digest_hour(tx: &mut Tx, hour: DateTime<Utc>) -> Result<HourRow> {
    Ok(sql_query(
        "select count(*) as looks,
             encode(sha256(convert_to(coalesce(string_agg(line, ' ' order by line), ''), 'UTF8')), 'hex') as digest
         from (
             select concat_ws(',', (extract(epoch from at) * 1000000)::bigint, onlooker_no, act,
                 coalesce(household_id::text, '-'), coalesce(person_id::text, '-'), coalesce(village_id::text, '-'),
                 coalesce(last_household_id::text, '-')) collate \"C\" as line
             from sighting where at >= $1 and at < $1 + interval '1 hour') s",
    )
    .bind::<Timestamptz, _>(hour)
    .get_result(tx.conn()?)
    .await?)
}

pub async fn insert_seal(tx: &mut Tx, hour: DateTime<Utc>, looks: i64, mac: &[u8]) -> Result<()> {
    let now = tx.now();
    sql_query("insert into sighting_seal (hour, looks, mac, sealed_at) values ($1, $2, $3, $4)")
        .bind::<Timestamptz, _>(hour)
        .bind::<BigInt, _>(looks)
        .bind::<Binary, _>(mac)
        .bind::<Timestamptz, _>(now)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct ToldRow {
    #[diesel(sql_type = Text)]
    hour: String,
    #[diesel(sql_type = Text)]
    mac: String,
}

/// The last seal that the audit trail tells of.
pub async fn find_told(tx: &mut Tx, object: &str) -> Result<Option<(String, String)>> {
    let row: Option<ToldRow> = sql_query(
        "select detail::jsonb->>'hour' as hour, detail::jsonb->>'mac' as mac from audit_row
         where object_id = $1 order by at desc, detail::jsonb->>'hour' desc limit 1",
    )
    .bind::<Text, _>(object)
    .get_result(tx.conn()?)
    .await
    .optional()?;
    Ok(row.map(|row| (row.hour, row.mac)))
}
