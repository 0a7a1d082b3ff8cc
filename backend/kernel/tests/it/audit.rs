//! The trail shows what was done to it.

use std::time::Duration;

use diesel_async::RunQueryDsl;
use fupin_contract::audit::{AuditVerdict, BreachKind};
use fupin_kernel::{
    Db, RequestFacts,
    audit::{self, Actor, Event, Outcome},
    keys::Keys,
};
use fupin_testing::TestDb;
use tokio_postgres::NoTls;

struct Trail {
    test: TestDb,
    db: Db,
    keys: Keys,
}

impl Trail {
    /// Three segments of two rows each, and two rows that are not sealed yet.
    async fn laid() -> Self {
        let test = TestDb::create().await;
        let db = Db::connect(&test.urls.app, 4).unwrap();
        let trail = Self { test, db, keys: Keys::ephemeral() };
        for _ in 0..3 {
            trail.act().await;
            trail.act().await;
            trail.seal(2).await;
        }
        trail.act().await;
        trail.act().await;
        trail
    }

    /// Seal so many rows into one segment. Transactions of other tests hold the horizon back: until they are over, the
    /// rows are not final.
    async fn seal(&self, rows: usize) {
        for _ in 0..500 {
            if self.sealable().await == rows {
                assert_eq!(audit::seal_pending(&self.db, &self.keys).await.unwrap(), rows);
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{rows} rows never became final");
    }

    /// Rows that are final and in no segment.
    async fn sealable(&self) -> usize {
        let (client, connection) = tokio_postgres::connect(&self.test.admin_url(), NoTls).await.unwrap();
        tokio::spawn(connection);
        let row = client
            .query_one(
                "select count(*) from audit_row r, audit_base b
                 where r.tick < b.base + pg_snapshot_xmin(pg_current_snapshot())::text::bigint
                     and not exists (select from audit_segment s where r.audit_id = any(s.audit_ids))",
                &[],
            )
            .await
            .unwrap();
        usize::try_from(row.get::<_, i64>(0)).unwrap()
    }

    async fn act(&self) {
        let facts = RequestFacts::of_job("test");
        let event = Event::on("test.done", 7).with("count", 3);
        self.db
            .write(async |tx| audit::record(tx, &self.keys, &facts, Actor::default(), &event, Outcome::Done))
            .await
            .unwrap();
    }

    /// What a person with the superuser's password does.
    async fn tamper(&self, statement: &str) {
        let (client, connection) = tokio_postgres::connect(&self.test.admin_url(), NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute(statement).await.unwrap();
    }

    async fn verdict(&self, head: Option<&str>) -> AuditVerdict {
        self.db.read(async |tx| audit::verify(tx, &self.keys, head).await).await.unwrap()
    }

    async fn breach(&self) -> Option<BreachKind> {
        self.verdict(None).await.breach.map(|breach| breach.kind)
    }
}

const SECOND_SEGMENT: &str = "(select audit_ids from audit_segment where segment_no = 2)";

#[tokio::test]
async fn an_untouched_trail_is_whole() {
    let trail = Trail::laid().await;
    let verdict = trail.verdict(None).await;
    assert_eq!((verdict.rows, verdict.segments, verdict.breach), (8, 3, None));
}

#[tokio::test]
async fn a_changed_row_is_named() {
    let trail = Trail::laid().await;
    trail.tamper(&format!("update audit_row set object_id = '8' where audit_id = {SECOND_SEGMENT}[1]")).await;
    let breach = trail.verdict(None).await.breach.unwrap();
    assert_eq!((breach.kind, breach.segment), (BreachKind::RowChanged, Some(2)));
    assert!(breach.audit_id.is_some());
}

#[tokio::test]
async fn a_changed_row_is_named_before_it_is_sealed() {
    let trail = Trail::laid().await;
    trail.tamper("update audit_row set outcome = 'refused' where tick = (select max(tick) from audit_row)").await;
    assert_eq!(trail.breach().await, Some(BreachKind::RowChanged));
}

#[tokio::test]
async fn a_missing_row_is_named() {
    let trail = Trail::laid().await;
    trail.tamper(&format!("delete from audit_row where audit_id = {SECOND_SEGMENT}[2]")).await;
    assert_eq!(trail.breach().await, Some(BreachKind::RowMissing));
}

#[tokio::test]
async fn a_row_copied_into_the_past_is_named() {
    let trail = Trail::laid().await;
    trail
        .tamper(
            "insert into audit_row select gen_random_uuid(), at, account_id, session_id, event, object_id, outcome, code,
                 address, request_id, detail, mac, (select from_tick from audit_segment where segment_no = 2)
             from audit_row limit 1",
        )
        .await;
    assert_eq!(trail.breach().await, Some(BreachKind::RowChanged));
}

#[tokio::test]
async fn rows_that_changed_places_are_named() {
    let trail = Trail::laid().await;
    trail
        .tamper(&format!(
            "with pair as (select a.audit_id as first, b.audit_id as second, a.tick as one, b.tick as two
                 from audit_row a, audit_row b
                 where a.audit_id = {SECOND_SEGMENT}[1] and b.audit_id = {SECOND_SEGMENT}[2])
             update audit_row r set tick = case when r.audit_id = pair.first then pair.two else pair.one end
             from pair where r.audit_id in (pair.first, pair.second)"
        ))
        .await;
    assert_eq!(trail.breach().await, Some(BreachKind::RowsReordered));
}

#[tokio::test]
async fn a_segment_taken_out_of_the_middle_is_named() {
    let trail = Trail::laid().await;
    trail.tamper("delete from audit_segment where segment_no = 2").await;
    assert_eq!(trail.breach().await, Some(BreachKind::SegmentMissing));
}

#[tokio::test]
async fn a_segment_made_anew_without_the_key_is_named() {
    let trail = Trail::laid().await;
    trail.tamper("update audit_segment set audit_ids = audit_ids[1:1] where segment_no = 3").await;
    assert_eq!(trail.breach().await, Some(BreachKind::SegmentChanged));
}

#[tokio::test]
async fn a_tail_that_was_cut_off_is_shown_by_a_head_kept_elsewhere() {
    let trail = Trail::laid().await;
    let head = trail.verdict(None).await.head;
    trail
        .tamper(
            "delete from audit_row where tick >= (select from_tick from audit_segment where segment_no = 3);
             delete from audit_segment where segment_no = 3",
        )
        .await;
    assert_eq!(trail.breach().await, None);
    let breach = trail.verdict(Some(&head)).await.breach.unwrap();
    assert_eq!(breach.kind, BreachKind::TailCut);
}

#[tokio::test]
async fn rows_of_a_transaction_that_is_still_open_wait_for_it() {
    let trail = Trail::laid().await;
    trail.seal(2).await;
    let facts = RequestFacts::of_job("test");
    let (opened, wait) = tokio::sync::oneshot::channel::<()>();
    let (release, released) = tokio::sync::oneshot::channel::<()>();
    let slow = trail.db.write(async |tx| {
        diesel::sql_query("select pg_current_xact_id()").execute(tx.conn()?).await?;
        opened.send(()).unwrap();
        released.await.unwrap();
        audit::record(tx, &trail.keys, &facts, Actor::default(), &Event::new("test.slow"), Outcome::Done)?;
        Ok(())
    });
    let other = async {
        wait.await.unwrap();
        trail.act().await;
        let early = audit::seal_pending(&trail.db, &trail.keys).await.unwrap();
        release.send(()).unwrap();
        early
    };
    let (slow, early) = tokio::join!(slow, other);
    slow.unwrap();
    assert_eq!(early, 0, "a later row was sealed before an earlier one was final");
    trail.seal(2).await;
    assert_eq!(trail.breach().await, None);
}
