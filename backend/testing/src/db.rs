//! A database of its own for every test: copied from a template that was migrated once, dropped after the test.
//!
//! All tests of a machine share one throwaway cluster in /tmp, started by whoever comes first and stopped by a keeper
//! when nobody has used it for a quarter of a minute (`keeper.sh`). Nothing has to be set up or cleaned by hand: it is
//! the same for nextest, which runs each test in a process of its own, and for `cargo test`; a killed run leaves nothing.
//! Invariant: a template's name holds a digest of the migrations it was made by, so no test sees an older schema.

#![expect(clippy::unwrap_used, reason = "a test without its database cannot go on")]

use std::fs::{self, File, OpenOptions};
use std::hash::{DefaultHasher, Hasher};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use fupin_cluster::{Options, Urls, bootstrap, close_database, start_detached, urls};
use tokio::sync::OnceCell;
use tokio_postgres::{Client, NoTls};

/// A database that lives as long as this value.
#[derive(Debug)]
pub struct TestDb {
    pub urls: Urls,
    name: String,
    admin_url: String,
}

/// What the tests of one process share; the lock says that the cluster is in use until the process ends.
struct Cluster {
    admin_url: String,
    template: String,
    data_dir: PathBuf,
    _in_use: File,
}

static CLUSTER: OnceCell<Cluster> = OnceCell::const_new();

impl TestDb {
    /// A fresh database with the present schema and nothing in it.
    pub async fn create() -> Self {
        let cluster = CLUSTER.get_or_init(join_cluster).await;
        let name = format!("test_{:016x}", rand::random::<u64>());
        let template = &cluster.template;
        let admin = connect(&cluster.admin_url).await;
        admin.batch_execute(&format!("create database {name} template {template} strategy file_copy")).await.unwrap();
        let urls = urls(&cluster.admin_url, &name, &cluster.data_dir).unwrap();
        let admin_url = cluster.admin_url.strip_suffix("postgres").unwrap().to_owned() + &name;
        close_database(&connect(&admin_url).await).await.unwrap();
        Self { urls, name, admin_url: cluster.admin_url.clone() }
    }

    /// The superuser's address of this database, for what no role of the platform may do.
    pub fn admin_url(&self) -> String {
        self.admin_url.strip_suffix("postgres").unwrap().to_owned() + &self.name
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let (url, statement) = (self.admin_url.clone(), format!("drop database if exists {} with (force)", self.name));
        // The test's own runtime may be on its way out, and cannot be waited for from here.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async { connect(&url).await.batch_execute(&statement).await.unwrap() });
        });
        assert!(dropping.join().is_ok() || std::thread::panicking(), "the database of the test was not dropped");
    }
}

async fn join_cluster() -> Cluster {
    let folder = shared_folder();
    let in_use = open(&folder, "users");
    in_use.lock_shared().unwrap();
    let turn = open(&folder, "turn");
    turn.lock().unwrap();
    let data_dir = folder.join("cluster");
    let admin_url = start_detached(&data_dir, Options::throwaway()).await.unwrap();
    start_keeper(&folder);
    let template = make_template(&admin_url, &data_dir).await;
    Cluster { admin_url, template, data_dir, _in_use: in_use }
}

/// A folder of ours under /tmp that PostgreSQL's user can pass through, and that nobody else has prepared for us.
fn shared_folder() -> PathBuf {
    let me = fs::metadata("/proc/self").unwrap().uid();
    let folder = Path::new("/tmp").join(format!("fupin-test-{me}"));
    fs::DirBuilder::new().recursive(true).mode(0o711).create(&folder).unwrap();
    let found = fs::symlink_metadata(&folder).unwrap();
    assert!(found.is_dir() && found.uid() == me, "{} belongs to somebody else", folder.display());
    folder
}

fn open(folder: &Path, name: &str) -> File {
    OpenOptions::new().create(true).truncate(false).write(true).open(folder.join(name)).unwrap()
}

/// In a process group of its own, so that stopping the tests does not stop it.
#[expect(clippy::zombie_processes, reason = "it outlives the tests, and whoever is first among all processes reaps it")]
fn start_keeper(folder: &Path) {
    if open(folder, "keeper").try_lock().is_err() {
        return;
    }
    let mut keeper = Command::new("/bin/sh");
    keeper.args(["-c", include_str!("keeper.sh"), "keeper"]).arg(folder).process_group(0);
    keeper.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
}

async fn make_template(admin_url: &str, data_dir: &Path) -> String {
    let digest = digest_of_migrations();
    let template = format!("template_{digest:016x}");
    let admin = connect(admin_url).await;
    let known = admin.query_opt("select from pg_database where datname = $1", &[&template]).await.unwrap();
    if known.is_some() {
        return template;
    }
    // Made under another name, so that a run that is killed here leaves no half-made template.
    let making = format!("making_{digest:016x}");
    admin.batch_execute(&format!("drop database if exists {making} with (force)")).await.unwrap();
    let urls = bootstrap(admin_url, &making, data_dir).await.unwrap();
    fupin_kernel::migrate::run(&urls.owner, &urls.worker).await.unwrap();
    admin.batch_execute(&format!("alter database {making} with allow_connections false")).await.unwrap();
    let end = "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1";
    admin.query(end, &[&making]).await.unwrap();
    admin.batch_execute(&format!("alter database {making} rename to {template}")).await.unwrap();
    template
}

fn digest_of_migrations() -> u64 {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = vec![root.join("backend/kernel/src/migrate.rs"), root.join("Cargo.lock")];
    for folder in fs::read_dir(root.join("migrations")).unwrap().flatten().map(|entry| entry.path()) {
        files.extend(fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()));
    }
    files.sort();
    let mut digest = DefaultHasher::new();
    for file in files {
        digest.write(file.to_string_lossy().as_bytes());
        digest.write(&fs::read(&file).unwrap());
    }
    digest.finish()
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_test_has_its_own_migrated_database_which_is_dropped_afterwards() {
        let (one, other) = (TestDb::create().await, TestDb::create().await);
        let app = connect(&one.urls.app).await;
        assert!(app.query_one("select clock_now()", &[]).await.is_ok(), "it is not migrated");
        assert!(
            app.batch_execute("create table mine (n int)").await.is_err(),
            "the runtime role may change the schema"
        );
        connect(&one.urls.owner).await.batch_execute("create table mine (n int)").await.unwrap();
        let elsewhere = connect(&other.urls.owner).await.batch_execute("select from mine").await;
        assert!(elsewhere.is_err(), "two tests share a database");

        let (name, admin) = (one.name.clone(), connect(&other.admin_url).await);
        drop(one);
        let left = admin.query_opt("select from pg_database where datname = $1", &[&name]).await.unwrap();
        assert!(left.is_none(), "the database outlived its test");
    }
}
