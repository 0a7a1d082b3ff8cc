//! A private PostgreSQL cluster: found, made, started, checked and stopped with the server; and the three roles that the
//! platform uses in any PostgreSQL.
//!
//! Who does what: [`PrivateCluster::start`] finds the system's programs, makes the cluster at the first start (data
//! checksums, UTF-8), starts it as a child, starts it again if it dies, and stops it with the server. [`bootstrap`] makes
//! database and roles, in the private cluster and in any other alike. [`refuse_unsafe`] looks at the settings of either.
//!
//! Invariants
//! - Nobody else reaches the private cluster: it listens on no TCP port; its unix socket lies in a folder of mode 0700;
//!   every connection proves a password (SCRAM), which is kept in a file of mode 0600. Peer authentication is not used: as
//!   root the server and PostgreSQL are different users, and other programs may run as PostgreSQL's.
//! - One server per folder, by a lock that falls with the process. Whatever PostgreSQL process is found on a folder whose
//!   lock we hold is a leftover of a killed server, and is stopped rather than adopted: its settings are those of
//!   yesterday's program, and it is nobody's child.
//! - A cluster is only started by the PostgreSQL version that made it.
//! - What PostgreSQL says goes to the server's log without statements and row contents, which may be personal.

mod account;
mod binaries;
mod error;
mod folder;
mod postmaster;
mod roles;
mod safety;
mod url;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rustix::process::Signal;
use tokio::process::Child;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub use account::{default_data_dir, make_data_dir};
pub use binaries::{Binaries, MIN_VERSION, client_command, client_program};
pub use error::ClusterError;
pub use roles::{APP_ROLE, OWNER_ROLE, Urls, WORKER_ROLE, bootstrap, close_database, urls};
pub use safety::{Checksums, Unsafe, UnsafeSettings, refuse_unsafe};
pub use url::with_database;

use account::Account;
use error::Doing;
use folder::{Folder, Passwords, is_far_socket_folder, remove_folder, write_secret};
use postmaster::Plan;

/// The superuser of a private cluster; only this crate and backups connect as it.
const ADMIN_ROLE: &str = "fupin_admin";

/// For a machine of two cores that also runs the server: enough memory to keep a province's working set in cache, few
/// parallel workers, planner costs of an SSD, and no just-in-time compiling of short statements.
const SETTINGS: &[(&str, &str)] = &[
    ("listen_addresses", ""),
    ("unix_socket_permissions", "0700"),
    ("cluster_name", "fupin"),
    ("max_connections", "120"),
    ("shared_buffers", "512MB"),
    ("effective_cache_size", "4GB"),
    ("work_mem", "16MB"),
    ("maintenance_work_mem", "128MB"),
    ("max_wal_size", "2GB"),
    // When at least five commit at once, whoever flushes the log waits a thousandth of a second for the others.
    ("commit_delay", "1000"),
    ("random_page_cost", "1.1"),
    ("max_parallel_workers_per_gather", "1"),
    ("jit", "off"),
    // Who is at what stands in pg_stat_activity; to write it into each process's name as well costs at every statement.
    ("update_process_title", "off"),
    // Reports are text of a few kilobytes: a fraction of the time of the default, for almost the same size.
    ("default_toast_compression", "lz4"),
    ("timezone", "UTC"),
    ("lc_messages", "C"),
    ("log_destination", "stderr"),
    ("logging_collector", "off"),
    ("log_min_messages", "warning"),
    ("log_checkpoints", "off"),
    // Neither the statement nor the row that broke a rule: both may hold personal data.
    ("log_min_error_statement", "panic"),
    ("log_error_verbosity", "terse"),
];

/// How a cluster differs from the usual one.
#[derive(Debug, Clone, Default)]
pub struct Options {
    settings: Vec<(String, String)>,
}

impl Options {
    /// Sets one of PostgreSQL's own settings. An unsafe one is found by [`refuse_unsafe`].
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.into(), value.into()));
        self
    }

    /// A cluster that is thrown away with the tests that used it: fast, and gone after a power cut.
    pub fn throwaway() -> Self {
        let fast =
            [("fsync", "off"), ("synchronous_commit", "off"), ("full_page_writes", "off"), ("max_connections", "400")];
        let small = [
            ("shared_buffers", "128MB"),
            ("autovacuum", "off"),
            ("max_wal_size", "8GB"),
            ("wal_level", "minimal"),
            ("max_wal_senders", "0"),
        ];
        fast.into_iter().chain(small).fold(Self::default(), |options, (name, value)| options.with(name, value))
    }

    fn all(&self) -> Vec<(String, String)> {
        let usual = SETTINGS.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        usual.chain(self.settings.iter().cloned()).collect()
    }
}

/// The running cluster of one server. It is stopped by [`PrivateCluster::stop`], or told to stop when dropped.
#[derive(Debug)]
pub struct PrivateCluster {
    plan: Arc<Plan>,
    admin_url: String,
    stop: Option<oneshot::Sender<()>>,
    keeper: Option<JoinHandle<()>>,
    _lock: File,
}

impl PrivateCluster {
    /// Starts the cluster under `<data_dir>/postgres`, making it if there is none, and keeps it running.
    pub async fn start(data_dir: &Path, options: Options) -> Result<Self, ClusterError> {
        let folder = Folder::prepare(data_dir, Account::choose()?)?;
        let lock = folder.lock()?;
        let (plan, admin_url) = plan(&folder, &options).await?;
        let child = plan.launch().await?;
        let plan = Arc::new(plan);
        let (stop, stopped) = oneshot::channel();
        let keeper = tokio::spawn(keep_running(Arc::clone(&plan), child, stopped));
        Ok(Self { plan, admin_url, stop: Some(stop), keeper: Some(keeper), _lock: lock })
    }

    /// The address of the superuser, for [`bootstrap`] and backups.
    pub fn admin_url(&self) -> &str {
        &self.admin_url
    }

    /// The programs that made and run this cluster; `pg_dump` must be of the same version.
    pub fn binaries(&self) -> &Binaries {
        &self.plan.binaries
    }

    /// The process id of PostgreSQL, 0 while it is being started again.
    pub fn pid(&self) -> i32 {
        self.plan.pid.load(Ordering::SeqCst)
    }

    /// Ends all sessions, writes a checkpoint and returns when PostgreSQL has exited.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        if let Some(keeper) = self.keeper.take() {
            // The keeper ends by itself; a panic in it has been reported where it happened.
            let _ = keeper.await;
        }
    }
}

impl Drop for PrivateCluster {
    fn drop(&mut self) {
        self.plan.signal(Signal::INT);
    }
}

/// A cluster that nobody keeps: it outlives the process that started it. For test runs, whose processes are many and
/// short; they share one and arrange among themselves who stops it.
pub async fn start_detached(data_dir: &Path, options: Options) -> Result<String, ClusterError> {
    let folder = Folder::prepare(data_dir, Account::choose()?)?;
    if let Some(running) = postmaster::running_on(&folder.data()) {
        return admin_url(&folder, &running.socket);
    }
    let (plan, admin_url) = plan(&folder, &options).await?;
    // Not waited for: the child goes to init when this process ends.
    drop(plan.launch().await?);
    Ok(admin_url)
}

/// A cluster that another process runs, for whoever works beside it, such as a backup.
#[derive(Debug)]
pub struct Running {
    /// The superuser's.
    pub admin_url: String,
    pub binaries: Binaries,
}

/// Finds the cluster that runs under a data directory now.
pub fn running(data_dir: &Path) -> Result<Option<Running>, ClusterError> {
    if !is_made(data_dir) {
        return Ok(None);
    }
    let folder = Folder::prepare(data_dir, Account::choose()?)?;
    let Some(found) = postmaster::running_on(&folder.data()) else { return Ok(None) };
    let binaries = Binaries::find_for(&folder.data())?;
    Ok(Some(Running { admin_url: admin_url(&folder, &found.socket)?, binaries }))
}

/// Whether a cluster was ever made under a data directory.
pub fn is_made(data_dir: &Path) -> bool {
    data_folder(data_dir).join("PG_VERSION").exists()
}

async fn plan(folder: &Folder, options: &Options) -> Result<(Plan, String), ClusterError> {
    let data = folder.data();
    let binaries = Binaries::find_for(&data)?;
    if !data.join("PG_VERSION").exists() {
        initdb(folder, &binaries).await?;
    }
    let plan = Plan::new(folder, binaries, options.all())?;
    let admin_url = admin_url(folder, &plan.socket)?;
    Ok((plan, admin_url))
}

fn admin_url(folder: &Folder, socket: &Path) -> Result<String, ClusterError> {
    let password = Passwords::of_existing(&folder.passwords(), ADMIN_ROLE)?;
    Ok(url::on_socket(socket, ADMIN_ROLE, &password, "postgres"))
}

/// Makes the cluster beside its place and moves it there when it is whole, so that a kill leaves all or nothing.
async fn initdb(folder: &Folder, binaries: &Binaries) -> Result<(), ClusterError> {
    tracing::info!(version = binaries.version(), data = %folder.data().display(), "making the private PostgreSQL cluster");
    let nursery = folder.nursery();
    remove_folder(&nursery)?;
    folder.account().make_own_folder(&nursery)?;
    let passwords = Passwords::keep(&folder.passwords(), &[ADMIN_ROLE])?;
    let handover = nursery.with_extension("password");
    write_secret(&handover, passwords.of(ADMIN_ROLE))?;
    folder.account().hand_over(&handover)?;
    let mut command = folder.account().command(&binaries.program("initdb"));
    command.arg("--pgdata").arg(&nursery).arg("--pwfile").arg(&handover);
    command.args(["--username", ADMIN_ROLE, "--data-checksums", "--encoding=UTF8", "--locale=C.UTF-8"]);
    command.args(["--auth-local=scram-sha-256", "--auth-host=reject"]);
    let output = command.stdout(Stdio::null()).output().await;
    fs::remove_file(&handover).doing(|| format!("removing {}", handover.display()))?;
    let output = output.doing(|| "running initdb".into())?;
    if !output.status.success() {
        return Err(ClusterError::Initdb(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    fs::rename(&nursery, folder.data()).doing(|| "moving the new cluster to its place".into())
}

/// Waits for the order to stop, and starts PostgreSQL again whenever it dies before; meanwhile requests are answered 503.
async fn keep_running(plan: Arc<Plan>, mut child: Child, mut stopped: oneshot::Receiver<()>) {
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            status = child.wait() => tracing::error!(?status, "PostgreSQL died; starting it again"),
        }
        child = tokio::select! {
            _ = &mut stopped => break,
            child = launch_until_it_runs(&plan) => child,
        };
    }
    plan.shut_down(&mut child).await;
    if is_far_socket_folder(&plan.socket)
        && let Err(error) = remove_folder(&plan.socket)
    {
        tracing::warn!(%error, "the socket folder stays behind");
    }
}

async fn launch_until_it_runs(plan: &Plan) -> Child {
    let mut pause = Duration::from_millis(250);
    loop {
        match plan.launch().await {
            Ok(child) => return child,
            Err(error) => tracing::error!(%error, "PostgreSQL cannot be started again"),
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(30));
    }
}

/// The path of the running cluster's data under `data_dir`, for whoever must stop a detached one.
pub fn data_folder(data_dir: &Path) -> PathBuf {
    data_dir.join("postgres/data")
}
