//! What the runtime role may not do, whatever the code above it does wrong.

use fupin_testing::TestDb;
use tokio_postgres::NoTls;

#[tokio::test]
async fn the_runtime_role_cannot_touch_the_trail_or_the_schema() {
    let test = TestDb::create().await;
    let (client, connection) = tokio_postgres::connect(&test.urls.app, NoTls).await.unwrap();
    tokio::spawn(connection);
    for statement in [
        "update audit_row set event = 'x'",
        "delete from audit_row",
        "truncate audit_row",
        "update audit_segment set digest = previous",
        "delete from audit_segment",
        "update audit_base set base = 0",
        "create table mine (x int)",
        "alter table account add column x int",
        "drop table report",
        "create function f() returns int language sql as 'select 1'",
        "alter role fupin_app superuser",
        "set role fupin_owner",
        "select * from graphile_worker.jobs",
        "copy (select 1) to program 'true'",
        "update report_edit set cells = '{}'",
        "delete from report",
        "update form set definition = '{}'",
    ] {
        let refused = client.batch_execute(statement).await.unwrap_err();
        let code = refused.as_db_error().unwrap().code().code().to_owned();
        assert_eq!(code, "42501", "{statement}: {refused}");
    }
}
