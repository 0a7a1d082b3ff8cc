//! kill -9 of PostgreSQL, of the server, and of both.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::*;

const SERVED_DIR: &str = "FUPIN_CLUSTER_TEST_SERVED_DIR";

fn kill(pid: i32) {
    kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL).unwrap();
}

fn postmaster_of(data_dir: &Path) -> i32 {
    let text = std::fs::read_to_string(data_dir.join("postgres/data/postmaster.pid")).unwrap();
    text.lines().next().unwrap().parse().unwrap()
}

/// This test's own program, run again as a server that holds the cluster until it is killed.
struct Server(Child);

impl Server {
    async fn start(data_dir: &Path) -> Self {
        let program = std::env::current_exe().unwrap();
        let child = Command::new(program)
            .args(["--exact", "kills::serve_until_killed", "--nocapture"])
            .env(SERVED_DIR, data_dir)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let began = Instant::now();
        while !data_dir.join("served").exists() {
            assert!(began.elapsed() < Duration::from_secs(60), "the server did not come up");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Self(child)
    }

    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// Not a test by itself: the server's part of the tests below. It writes a row and waits to be killed.
#[tokio::test]
async fn serve_until_killed() {
    let Some(data_dir) = std::env::var_os(SERVED_DIR) else { return };
    let data_dir = Path::new(&data_dir);
    let cluster = start(data_dir).await;
    let client = connect(cluster.admin_url()).await.unwrap();
    client.batch_execute("create table acknowledged (n int); insert into acknowledged values (7)").await.unwrap();
    std::fs::write(data_dir.join("served"), "").unwrap();
    std::future::pending::<()>().await;
}

async fn assert_row_is_there(data_dir: &Path) {
    let cluster = start(data_dir).await;
    let client = connect(cluster.admin_url()).await.unwrap();
    assert_eq!(text(&client, "select n::text from acknowledged").await, "7");
    cluster.stop().await;
}

#[tokio::test]
async fn after_the_server_is_killed_the_next_one_replaces_the_orphaned_postgres() {
    let folder = open_folder();
    let data_dir = folder.path().join("data");
    Server::start(&data_dir).await.kill();
    let orphan = postmaster_of(&data_dir);
    assert!(Path::new(&format!("/proc/{orphan}")).exists(), "postgres died with its server");
    assert_row_is_there(&data_dir).await;
    assert!(!Path::new(&format!("/proc/{orphan}/cwd")).exists(), "the orphan still runs");
}

#[tokio::test]
async fn after_both_are_killed_the_next_start_recovers() {
    let folder = open_folder();
    let data_dir = folder.path().join("data");
    let server = Server::start(&data_dir).await;
    let postmaster = postmaster_of(&data_dir);
    server.kill();
    kill(postmaster);
    assert_row_is_there(&data_dir).await;
}

#[tokio::test]
async fn a_killed_postgres_is_started_again_under_a_living_server() {
    let folder = open_folder();
    let cluster = start(&folder.path().join("data")).await;
    let client = connect(cluster.admin_url()).await.unwrap();
    client.batch_execute("create table acknowledged (n int); insert into acknowledged values (7)").await.unwrap();
    let first = cluster.pid();
    kill(first);
    let began = Instant::now();
    let client = loop {
        assert!(began.elapsed() < Duration::from_secs(30), "postgres did not come back");
        match connect(cluster.admin_url()).await {
            Ok(client) if cluster.pid() != first => break client,
            Ok(_) | Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    };
    assert_eq!(text(&client, "select n::text from acknowledged").await, "7");
    cluster.stop().await;
}

#[tokio::test]
async fn busy_backends_of_a_killed_postmaster_do_not_prevent_the_next_start() {
    let folder = open_folder();
    let data_dir = folder.path().join("data");
    let server = Server::start(&data_dir).await;
    let admin_url = {
        let text = std::fs::read_to_string(data_dir.join("postgres/passwords")).unwrap();
        let (role, password) = text.trim().split_once(' ').unwrap();
        let socket = data_dir.join("postgres/run").to_string_lossy().replace('/', "%2F");
        format!("postgresql://{role}:{password}@{socket}/postgres")
    };
    // A loop that never waits does not notice that its postmaster is gone.
    let busy = connect(&admin_url).await.unwrap();
    let running = tokio::spawn(async move { busy.batch_execute("do $$ begin loop end loop; end $$").await });
    let watcher = connect(&admin_url).await.unwrap();
    while text(&watcher, "select count(*)::text from pg_stat_activity where query like 'do %' and state = 'active'")
        .await
        == "0"
    {}
    let postmaster = postmaster_of(&data_dir);
    server.kill();
    kill(postmaster);
    assert_row_is_there(&data_dir).await;
    assert!(running.await.unwrap().is_err());
}

#[tokio::test]
async fn a_process_number_that_now_belongs_to_a_stranger_does_not_prevent_the_start() {
    let folder = open_folder();
    let data_dir = folder.path().join("data");
    start(&data_dir).await.stop().await;
    let mut stranger = Command::new("sleep").arg("60").spawn().unwrap();
    let file = data_dir.join("postgres/data/postmaster.pid");
    let text = format!("{}\n{}\n1\n5432\n\n\n\n", stranger.id(), data_dir.join("postgres/data").display());
    std::fs::write(&file, text).unwrap();
    let cluster = start(&data_dir).await;
    assert!(connect(cluster.admin_url()).await.is_ok());
    cluster.stop().await;
    assert!(stranger.try_wait().unwrap().is_none(), "the stranger was killed");
    stranger.kill().unwrap();
    stranger.wait().unwrap();
}
