//! What each of the three roles may do, and who may make them.

use fupin_cluster::{Urls, bootstrap};

use super::*;

async fn refused(url: &str, statement: &str) -> String {
    let client = connect(url).await.unwrap();
    let refusal = client.batch_execute(statement).await.expect_err(statement);
    refusal.code().unwrap().code().to_owned()
}

async fn allowed(url: &str, statement: &str) {
    let client = connect(url).await.unwrap();
    client.batch_execute(statement).await.unwrap_or_else(|error| panic!("{statement}: {error:?}"));
}

const NOT_ALLOWED: &str = "42501";

async fn assert_rights(urls: &Urls) {
    allowed(&urls.owner, "create table if not exists paper (n int); grant select, insert on paper to fupin_app").await;
    allowed(&urls.app, "insert into paper values (1)").await;
    for statement in [
        "delete from paper",
        "drop table paper",
        "alter table paper add column m int",
        "create table mine (n int)",
        "create temporary table mine (n int)",
        "create schema mine",
        "set role fupin_owner",
    ] {
        assert_eq!(refused(&urls.app, statement).await, NOT_ALLOWED, "{statement}");
    }
    allowed(
        &urls.worker,
        "create schema if not exists graphile_worker; create table if not exists graphile_worker.t ()",
    )
    .await;
    assert_eq!(refused(&urls.worker, "select * from paper").await, NOT_ALLOWED);
    assert_eq!(refused(&urls.app, "select * from graphile_worker.t").await, NOT_ALLOWED);
    allowed(&urls.owner, "set role fupin_worker; drop table graphile_worker.t").await;
}

#[tokio::test]
async fn each_role_may_do_its_work_and_no_more() {
    let folder = open_folder();
    let data_dir = folder.path().join("data");
    let cluster = start(&data_dir).await;
    let urls = bootstrap(cluster.admin_url(), "fupin", &data_dir).await.unwrap();
    assert_rights(&urls).await;
    let again = bootstrap(cluster.admin_url(), "fupin", &data_dir).await.unwrap();
    assert!(urls == again, "a second bootstrap changed the addresses");
    assert_rights(&again).await;
    cluster.stop().await;
}

#[tokio::test]
async fn servers_that_start_together_do_not_disturb_each_other() {
    let folder = open_folder();
    let data_dir = folder.path().join("data");
    let cluster = start(&data_dir).await;
    bootstrap(cluster.admin_url(), "first", &data_dir).await.unwrap();
    let one = || bootstrap(cluster.admin_url(), "fupin", &data_dir);
    let (a, b, c, d) = tokio::join!(one(), one(), one(), one());
    for urls in [a, b, c, d] {
        assert_rights(&urls.unwrap()).await;
    }
    cluster.stop().await;
}

#[tokio::test]
async fn an_account_that_may_create_roles_and_databases_is_enough() {
    let folder = open_folder();
    let data_dir = folder.path().join("data");
    let cluster = start(&data_dir).await;
    allowed(cluster.admin_url(), "create role dba login createrole createdb password 'pw'").await;
    let socket = cluster.admin_url().split_once('@').unwrap().1;
    let dba = format!("postgresql://dba:pw@{socket}");
    assert_rights(&bootstrap(&dba, "fupin", &data_dir).await.unwrap()).await;
    assert_rights(&bootstrap(&dba, "fupin", &data_dir).await.unwrap()).await;
    cluster.stop().await;
}

#[tokio::test]
async fn an_account_without_these_rights_is_told_what_to_do() {
    let folder = open_folder();
    let data_dir = folder.path().join("data");
    let cluster = start(&data_dir).await;
    allowed(cluster.admin_url(), "create role guest login password 'pw'").await;
    let socket = cluster.admin_url().split_once('@').unwrap().1;
    let refusal = bootstrap(&format!("postgresql://guest:pw@{socket}"), "postgres", &data_dir).await.unwrap_err();
    assert!(matches!(refusal, ClusterError::NotAdministrator(_)), "{refusal}");
    assert!(refusal.to_string().contains("roles.sql"));
    cluster.stop().await;
}
