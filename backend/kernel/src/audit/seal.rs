//! The sealer: takes rows whose transactions are all over, in the order of their ticks, and chains them into a segment.
//! One sealer works at a time; nobody waits for it.

use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{Array, BigInt, Binary, Bool, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use hmac::Mac;
use sha2::Digest;
use sm3::Sm3;
use uuid::Uuid;

use super::record::keyed;
use crate::{
    db::{Db, Tx},
    error::Result,
    keys::Keys,
};

/// Rows in a segment at most.
const SEGMENT: i64 = 10_000;
/// Of the advisory lock that one sealer holds.
const SEALER_LOCK: i64 = 0x6675_7069_6e5f_6175;

/// A sealed run of rows.
#[derive(Clone, Debug, QueryableByName)]
pub(super) struct Segment {
    #[diesel(sql_type = BigInt)]
    pub segment_no: i64,
    #[diesel(sql_type = BigInt)]
    pub from_tick: i64,
    #[diesel(sql_type = BigInt)]
    pub to_tick: i64,
    #[diesel(sql_type = Array<SqlUuid>)]
    pub audit_ids: Vec<Uuid>,
    #[diesel(sql_type = Binary)]
    pub digest: Vec<u8>,
    #[diesel(sql_type = Binary)]
    pub previous: Vec<u8>,
    #[diesel(sql_type = Binary)]
    pub mac: Vec<u8>,
    #[diesel(sql_type = Timestamptz)]
    pub sealed_at: DateTime<Utc>,
}

/// What the first segment is chained to.
pub(super) const GENESIS: [u8; 32] = [0; 32];

impl Segment {
    /// The MAC that a segment of this content must carry; the next segment is chained to it.
    pub fn expected_mac(&self, keys: &Keys) -> Result<[u8; 32]> {
        let mut mac = keyed(keys)?;
        mac.update(b"segment");
        for number in [self.segment_no, self.from_tick, self.to_tick, self.sealed_at.timestamp_micros()] {
            mac.update(&number.to_be_bytes());
        }
        for id in &self.audit_ids {
            mac.update(id.as_bytes());
        }
        mac.update(&self.digest);
        mac.update(&self.previous);
        Ok(mac.finalize().into_bytes().into())
    }
}

/// The digest over the MACs of rows in their order.
pub(super) fn digest_of<'a>(macs: impl Iterator<Item = &'a [u8]>) -> [u8; 32] {
    let mut digest = Sm3::new();
    for mac in macs {
        digest.update(mac);
    }
    digest.finalize().into()
}

#[derive(QueryableByName)]
struct PendingRow {
    #[diesel(sql_type = SqlUuid)]
    audit_id: Uuid,
    #[diesel(sql_type = Binary)]
    mac: Vec<u8>,
    #[diesel(sql_type = BigInt)]
    tick: i64,
}

#[derive(QueryableByName)]
struct Flag {
    #[diesel(sql_type = Bool)]
    flag: bool,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// Seal what is final. Says how many rows it sealed; call again until it says none.
pub async fn seal_pending(db: &Db, keys: &Keys) -> Result<usize> {
    let (sealed, _) = db.write(async |tx| seal_one(tx, keys).await).await?;
    Ok(sealed)
}

async fn seal_one(tx: &mut Tx, keys: &Keys) -> Result<usize> {
    let turn: Flag = sql_query("select pg_try_advisory_xact_lock($1) as flag")
        .bind::<BigInt, _>(SEALER_LOCK)
        .get_result(tx.conn()?)
        .await?;
    if !turn.flag {
        return Ok(0);
    }
    let last = last_segment(tx).await?;
    let from_tick = last.as_ref().map_or(0, |segment| segment.to_tick);
    // Every transaction below the horizon is over: its rows are here or will never be.
    let horizon: Number = sql_query("select tick as number from v_kernel_horizon").get_result(tx.conn()?).await?;
    let rows = pending(tx, from_tick, horizon.number).await?;
    let Some(newest) = rows.last() else { return Ok(0) };
    let mut segment = Segment {
        segment_no: last.as_ref().map_or(1, |segment| segment.segment_no + 1),
        from_tick,
        to_tick: newest.tick + 1,
        audit_ids: rows.iter().map(|row| row.audit_id).collect(),
        digest: digest_of(rows.iter().map(|row| row.mac.as_slice())).to_vec(),
        previous: last.map_or_else(|| GENESIS.to_vec(), |segment| segment.mac),
        mac: Vec::new(),
        sealed_at: chrono::SubsecRound::trunc_subsecs(tx.now(), 6),
    };
    segment.mac = segment.expected_mac(keys)?.to_vec();
    insert(tx, &segment).await?;
    Ok(rows.len())
}

async fn last_segment(tx: &mut Tx) -> Result<Option<Segment>> {
    let segment = sql_query("select * from audit_segment order by segment_no desc limit 1")
        .get_result(tx.conn()?)
        .await
        .optional()?;
    Ok(segment)
}

/// Rows from a tick up to the horizon. A transaction's rows share a tick and are never split over two segments.
async fn pending(tx: &mut Tx, from_tick: i64, horizon: i64) -> Result<Vec<PendingRow>> {
    let mut rows: Vec<PendingRow> = sql_query(
        "select audit_id, mac, tick from audit_row where tick >= $1 and tick < $2
         order by tick, audit_id limit $3",
    )
    .bind::<BigInt, _>(from_tick)
    .bind::<BigInt, _>(horizon)
    .bind::<BigInt, _>(SEGMENT)
    .load(tx.conn()?)
    .await?;
    if rows.len() as i64 == SEGMENT
        && let Some(cut) = rows.last().map(|row| row.tick)
        && rows.iter().any(|row| row.tick < cut)
    {
        rows.retain(|row| row.tick < cut);
    } else if rows.len() as i64 == SEGMENT
        && let Some(only) = rows.last().map(|row| row.tick)
    {
        // One transaction filled the whole segment (a bulk act): take all of it.
        rows = sql_query("select audit_id, mac, tick from audit_row where tick = $1 order by tick, audit_id")
            .bind::<BigInt, _>(only)
            .load(tx.conn()?)
            .await?;
    }
    Ok(rows)
}

async fn insert(tx: &mut Tx, segment: &Segment) -> Result<()> {
    sql_query(
        "insert into audit_segment (segment_no, from_tick, to_tick, audit_ids, digest, previous, mac, sealed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind::<BigInt, _>(segment.segment_no)
    .bind::<BigInt, _>(segment.from_tick)
    .bind::<BigInt, _>(segment.to_tick)
    .bind::<Array<SqlUuid>, _>(&segment.audit_ids)
    .bind::<Binary, _>(&segment.digest)
    .bind::<Binary, _>(&segment.previous)
    .bind::<Binary, _>(&segment.mac)
    .bind::<Timestamptz, _>(segment.sealed_at)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// The sealed head, `<segment>:<mac>`: kept elsewhere, it shows when the tail of the trail was cut off.
pub async fn head(tx: &mut Tx) -> Result<String> {
    let last = last_segment(tx).await?;
    Ok(last.map_or_else(|| "0:".to_owned(), |segment| format!("{}:{}", segment.segment_no, hex::encode(segment.mac))))
}
