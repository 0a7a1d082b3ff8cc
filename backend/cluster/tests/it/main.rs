//! The private cluster as a server uses it: real PostgreSQL processes, really killed.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod kills;
mod roles;
mod safety;

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use fupin_cluster::{ClusterError, Options, PrivateCluster};
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

/// A folder that PostgreSQL's user can pass through, as a data directory's parent must be.
fn open_folder() -> TempDir {
    tempfile::Builder::new().permissions(Permissions::from_mode(0o755)).tempdir().unwrap()
}

async fn start(data_dir: &Path) -> PrivateCluster {
    PrivateCluster::start(data_dir, Options::default()).await.unwrap()
}

async fn connect(url: &str) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

async fn text(client: &Client, query: &str) -> String {
    client.query_one(query, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn a_cluster_starts_keeps_its_data_over_a_clean_stop_and_starts_within_a_second() {
    let folder = open_folder();
    let data_dir = folder.path().join("data");
    let cluster = start(&data_dir).await;
    let client = connect(cluster.admin_url()).await.unwrap();
    client.batch_execute("create table kept (n int); insert into kept values (42)").await.unwrap();
    assert_eq!(text(&client, "show data_checksums").await, "on");
    assert_eq!(text(&client, "show listen_addresses").await, "");
    cluster.stop().await;
    assert!(!data_dir.join("postgres/data/postmaster.pid").exists(), "it was not stopped cleanly");

    let began = std::time::Instant::now();
    let cluster = start(&data_dir).await;
    let needed = began.elapsed();
    let client = connect(cluster.admin_url()).await.unwrap();
    assert_eq!(text(&client, "select n::text from kept").await, "42");
    cluster.stop().await;
    assert!(needed.as_secs_f64() < 1.0, "starting took {needed:?}");
}

#[tokio::test]
async fn nobody_else_reaches_it() {
    let folder = open_folder();
    let cluster = start(&folder.path().join("data")).await;
    let root = folder.path().join("data/postgres");
    let mode = |name: &str| std::fs::metadata(root.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("run"), mode("data"), mode("passwords")), (0o700, 0o700, 0o600));
    let password = cluster.admin_url().split([':', '@']).nth(2).unwrap();
    let forged = cluster.admin_url().replace(password, "guess");
    let refusal = connect(&forged).await.unwrap_err();
    assert_eq!(refusal.code().unwrap().code(), "28P01");
    cluster.stop().await;
}

#[tokio::test]
async fn a_second_server_on_the_same_folder_is_refused() {
    let folder = open_folder();
    let data_dir = folder.path().join("data");
    let cluster = start(&data_dir).await;
    let refusal = PrivateCluster::start(&data_dir, Options::default()).await.unwrap_err();
    assert!(matches!(refusal, ClusterError::InUse(_)), "{refusal}");
    assert!(connect(cluster.admin_url()).await.is_ok(), "the first was disturbed");
    cluster.stop().await;
}

#[tokio::test]
async fn a_folder_with_a_very_long_path_works() {
    let folder = open_folder();
    let data_dir = folder.path().join("长".repeat(40)).join("data");
    std::fs::create_dir(data_dir.parent().unwrap()).unwrap();
    let cluster = start(&data_dir).await;
    assert!(connect(cluster.admin_url()).await.is_ok());
    let client = connect(cluster.admin_url()).await.unwrap();
    let socket = text(&client, "show unix_socket_directories").await;
    assert!(Path::new(&socket).exists());
    cluster.stop().await;
    assert!(!Path::new(&socket).exists(), "the socket folder stayed behind");
}

#[tokio::test]
async fn an_interrupted_making_is_made_again() {
    let folder = open_folder();
    let data_dir = folder.path().join("data");
    std::fs::create_dir_all(data_dir.join("postgres/data.new/base")).unwrap();
    std::fs::write(data_dir.join("postgres/data.new/PG_VERSION"), "15\n").unwrap();
    let cluster = start(&data_dir).await;
    assert!(connect(cluster.admin_url()).await.is_ok());
    cluster.stop().await;
}
