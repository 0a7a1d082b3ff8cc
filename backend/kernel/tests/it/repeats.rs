//! Requests that come again.

use diesel::{QueryableByName, sql_query, sql_types::Integer};
use diesel_async::RunQueryDsl;
use fupin_kernel::{Db, Error, idempotency::Repeatable};
use fupin_testing::TestDb;
use uuid::Uuid;

#[derive(QueryableByName)]
struct Backend {
    #[diesel(sql_type = Integer)]
    pid: i32,
}

async fn backend(db: &Db) -> i32 {
    let ask = async |tx: &mut fupin_kernel::Tx| {
        Ok(sql_query("select pg_backend_pid() as pid").get_result::<Backend>(tx.conn()?).await?.pid)
    };
    db.read(ask).await.unwrap()
}

#[tokio::test]
async fn a_refused_repeat_leaves_its_connection_to_the_next_call() {
    let test = TestDb::create().await;
    // One connection: whoever loses it makes the next call open another one.
    let db = Db::connect(&test.urls.app, 1).unwrap();
    let first = Repeatable { account_id: Uuid::now_v7(), key: "0123-4567".to_owned(), digest: [1; 32] };
    let other = Repeatable { digest: [2; 32], ..first.clone() };
    assert_eq!(first.write(&db, async |_| Ok(7)).await.unwrap(), (7, false));
    let before = backend(&db).await;
    for _ in 0..20 {
        let refused = other.write(&db, async |_| Ok(8)).await.unwrap_err();
        assert!(matches!(&refused, Error::Invalid(refusal) if refusal.code == "request.key_reused"), "{refused:?}");
    }
    assert_eq!(first.write(&db, async |_| Ok(9)).await.unwrap(), (7, false), "the answer given before");
    assert_eq!(backend(&db).await, before);
}
