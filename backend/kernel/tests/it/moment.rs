//! The moment, which many ask for at once.

use fupin_kernel::Db;
use fupin_testing::TestDb;
use futures_util::future::join_all;
use tokio_postgres::NoTls;

#[tokio::test]
async fn whoever_asks_after_a_change_of_who_may_do_what_is_told_of_it() {
    let test = TestDb::create().await;
    let (client, connection) = tokio_postgres::connect(&test.admin_url(), NoTls).await.unwrap();
    tokio::spawn(connection);
    let db = Db::connect(&test.urls.app, 4).unwrap();
    let mut before = db.moment().await.unwrap().access_epoch;
    for _ in 0..20 {
        // Some are under way while it changes: they may be told either.
        let early = join_all((0..8).map(|_| db.moment()));
        let change = client.batch_execute("update access_epoch set version = version + 1");
        let (early, changed) = tokio::join!(early, change);
        changed.unwrap();
        let late = join_all((0..8).map(|_| db.moment())).await;
        assert!(early.into_iter().all(|read| (before..=before + 1).contains(&read.unwrap().access_epoch)));
        assert!(late.into_iter().all(|read| read.unwrap().access_epoch == before + 1));
        before += 1;
    }
}

#[tokio::test]
async fn a_connection_that_the_database_has_closed_is_not_given_to_the_next_call() {
    let test = TestDb::create().await;
    let (client, connection) = tokio_postgres::connect(&test.admin_url(), NoTls).await.unwrap();
    tokio::spawn(connection);
    let db = Db::connect(&test.urls.app, 1).unwrap();
    let before = db.moment().await.unwrap();
    // Waits until the backend is gone; its farewell is here before the answer is.
    let close = "select pg_terminate_backend(pid, 5000) from pg_stat_activity
                 where datname = current_database() and pid <> pg_backend_pid()";
    client.query(close, &[]).await.unwrap();
    assert!(db.moment().await.unwrap().now > before.now);
}
