//! Verification: reads the whole trail in order and names the first thing that is wrong with it.

use std::collections::HashSet;

use diesel::{
    QueryableByName, sql_query,
    sql_types::{BigInt, Binary},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{
    AuditId,
    audit::{AuditBreach, AuditVerdict, BreachKind},
};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::{
    record::StoredRow,
    seal::{self, GENESIS, Segment, digest_of},
};
use crate::{db::Tx, error::Result, keys::Keys};

/// Verify all rows and segments. `known_head` is a head noted earlier, elsewhere.
pub async fn verify(tx: &mut Tx, keys: &Keys, known_head: Option<&str>) -> Result<AuditVerdict> {
    let mut walk = Walk { keys, rows: 0, segments: 0, previous: GENESIS.to_vec(), to_tick: 0 };
    let mut breach = walk.sealed(tx).await?;
    if breach.is_none() {
        breach = walk.unsealed(tx).await?;
    }
    if breach.is_none()
        && let Some(known) = known_head
    {
        breach = tail_cut(tx, known).await?;
    }
    Ok(AuditVerdict { rows: walk.rows, segments: walk.segments, breach, head: seal::head(tx).await? })
}

struct Walk<'a> {
    keys: &'a Keys,
    rows: i64,
    segments: i64,
    /// The MAC that the next segment must be chained to.
    previous: Vec<u8>,
    /// Where the last segment ended.
    to_tick: i64,
}

fn breach(kind: BreachKind, segment: Option<i64>, audit_id: Option<Uuid>) -> Option<AuditBreach> {
    Some(AuditBreach { kind, segment, audit_id: audit_id.map(AuditId) })
}

impl Walk<'_> {
    async fn sealed(&mut self, tx: &mut Tx) -> Result<Option<AuditBreach>> {
        loop {
            let segments: Vec<Segment> =
                sql_query("select * from audit_segment where segment_no > $1 order by segment_no limit 20")
                    .bind::<BigInt, _>(self.segments)
                    .load(tx.conn()?)
                    .await?;
            if segments.is_empty() {
                return Ok(None);
            }
            for segment in segments {
                if let Some(found) = self.segment(tx, segment).await? {
                    return Ok(Some(found));
                }
            }
        }
    }

    async fn segment(&mut self, tx: &mut Tx, segment: Segment) -> Result<Option<AuditBreach>> {
        let number = segment.segment_no;
        if number != self.segments + 1 {
            return Ok(breach(BreachKind::SegmentMissing, Some(self.segments + 1), None));
        }
        let whole = same(&segment.mac, &segment.expected_mac(self.keys)?)
            && same(&segment.previous, &self.previous)
            && segment.from_tick == self.to_tick;
        if !whole {
            return Ok(breach(BreachKind::SegmentChanged, Some(number), None));
        }
        let rows = rows_between(tx, segment.from_tick, segment.to_tick).await?;
        if let Some(found) = self.compare(&segment, &rows)? {
            return Ok(Some(found));
        }
        self.rows += rows.len() as i64;
        self.segments = number;
        self.to_tick = segment.to_tick;
        self.previous = segment.mac;
        Ok(None)
    }

    /// Hold the rows that lie there against the rows that were sealed.
    fn compare(&self, segment: &Segment, rows: &[StoredRow]) -> Result<Option<AuditBreach>> {
        let number = Some(segment.segment_no);
        for row in rows {
            if !same(&row.mac, &row.expected_mac(self.keys)?) {
                return Ok(breach(BreachKind::RowChanged, number, Some(row.audit_id)));
            }
        }
        let found: HashSet<Uuid> = rows.iter().map(|row| row.audit_id).collect();
        if let Some(missing) = segment.audit_ids.iter().find(|id| !found.contains(id)) {
            return Ok(breach(BreachKind::RowMissing, number, Some(*missing)));
        }
        let sealed: HashSet<Uuid> = segment.audit_ids.iter().copied().collect();
        if let Some(added) = rows.iter().find(|row| !sealed.contains(&row.audit_id)) {
            return Ok(breach(BreachKind::RowInserted, number, Some(added.audit_id)));
        }
        if let Some((moved, _)) = rows.iter().zip(&segment.audit_ids).find(|(row, id)| row.audit_id != **id) {
            return Ok(breach(BreachKind::RowsReordered, number, Some(moved.audit_id)));
        }
        if !same(&segment.digest, &digest_of(rows.iter().map(|row| row.mac.as_slice()))) {
            return Ok(breach(BreachKind::SegmentChanged, number, None));
        }
        Ok(None)
    }

    /// Rows that no segment holds yet still carry their own MAC; one before the sealed end was slipped in.
    async fn unsealed(&mut self, tx: &mut Tx) -> Result<Option<AuditBreach>> {
        for row in rows_between(tx, self.to_tick, i64::MAX).await? {
            if !same(&row.mac, &row.expected_mac(self.keys)?) {
                return Ok(breach(BreachKind::RowChanged, None, Some(row.audit_id)));
            }
            self.rows += 1;
        }
        let before_time = rows_between(tx, i64::MIN, 0).await?;
        Ok(before_time.into_iter().next().and_then(|row| breach(BreachKind::RowsReordered, None, Some(row.audit_id))))
    }
}

fn same(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

async fn rows_between(tx: &mut Tx, from_tick: i64, to_tick: i64) -> Result<Vec<StoredRow>> {
    let rows = sql_query("select * from audit_row where tick >= $1 and tick < $2 order by tick, audit_id")
        .bind::<BigInt, _>(from_tick)
        .bind::<BigInt, _>(to_tick)
        .load(tx.conn()?)
        .await?;
    Ok(rows)
}

#[derive(QueryableByName)]
struct MacRow {
    #[diesel(sql_type = Binary)]
    mac: Vec<u8>,
}

async fn tail_cut(tx: &mut Tx, known_head: &str) -> Result<Option<AuditBreach>> {
    let Some((number, mac)) = known_head.split_once(':') else { return Ok(None) };
    let number: i64 = number.parse().unwrap_or(0);
    if number == 0 {
        return Ok(None);
    }
    let there: Vec<MacRow> = sql_query("select mac from audit_segment where segment_no = $1")
        .bind::<BigInt, _>(number)
        .load(tx.conn()?)
        .await?;
    let kept = there.iter().any(|row| hex::encode(&row.mac) == mac);
    Ok(if kept { None } else { breach(BreachKind::TailCut, Some(number), None) })
}
