//! The real binary on a data directory of its own: started, stopped and killed like an operator's.

#![expect(clippy::unwrap_used, reason = "a test without its server cannot go on")]

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    time::{Duration, Instant},
};

use fupin_client::{Client, native::Native};
use fupin_cluster::{data_folder, running, with_database};
use fupin_contract::setup::DemoAccount;
use rustix::process::{Pid, Signal, kill_process};
use tokio_postgres::NoTls;

/// A demonstration that is served by a process of its own.
#[derive(Debug)]
pub struct Instance {
    /// `http://127.0.0.1:<port>`.
    pub url: String,
    pub data_dir: PathBuf,
    binary: PathBuf,
    listen: String,
    /// Given where the database is not the instance's own.
    database_url: Option<String>,
    environment: Vec<(String, String)>,
    log: Option<PathBuf>,
    server: Option<Child>,
    /// Holds the data directory; PostgreSQL's user can pass through it.
    folder: tempfile::TempDir,
}

impl Instance {
    /// An empty place for an instance that `binary` will serve.
    pub fn new(binary: &str) -> Self {
        let folder = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o755)).tempdir().unwrap();
        let listen = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        Self {
            url: format!("http://{listen}"),
            data_dir: folder.path().join("data"),
            binary: binary.into(),
            listen,
            database_url: None,
            environment: Vec::new(),
            log: None,
            server: None,
            folder,
        }
    }

    /// The same, in a database that is given.
    pub fn on_database(binary: &str, url: &str) -> Self {
        let mut instance = Self::new(binary);
        instance.database_url = Some(url.to_owned());
        instance
    }

    /// Set a variable of the environment of its commands.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    /// What it says goes into a file.
    pub fn log_to(&mut self, path: &Path) {
        self.log = Some(path.to_owned());
    }

    /// A place beside the data directory.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A command of the binary on this instance.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(arguments).arg("--data-dir").arg(&self.data_dir).env_remove("DATABASE_URL");
        command.env("FUPIN_LOG", std::env::var("FUPIN_LOG").unwrap_or_else(|_| "off".to_owned()));
        if let Some(url) = &self.database_url {
            command.env("DATABASE_URL", url);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value))).stdin(Stdio::null());
        command
    }

    /// The command that serves it.
    pub fn command_to_serve(&self) -> Command {
        self.command(&["serve", "--demo", "--scale", "0", "--listen", &self.listen])
    }

    /// Run a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Serve, and return when it answers. Says how long that took.
    pub async fn start(&mut self) -> Duration {
        let began = Instant::now();
        let mut command = self.command_to_serve();
        if let Some(path) = &self.log {
            command.stderr(fs::File::options().create(true).append(true).open(path).unwrap());
        }
        self.server = Some(command.stdout(Stdio::null()).spawn().unwrap());
        self.wait_until_well().await;
        began.elapsed()
    }

    /// Return when server and database answer.
    pub async fn wait_until_well(&mut self) {
        let began = Instant::now();
        let client = self.client();
        while client.get_health().await.is_err() {
            let server = self.server.as_mut().unwrap();
            assert_eq!(server.try_wait().unwrap(), None, "the server ended");
            assert!(began.elapsed() < Duration::from_secs(60), "the server does not answer");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// SIGTERM, as an operator stops it. Says how it ended, and how long that took.
    pub async fn stop(&mut self) -> (ExitStatus, Duration) {
        let mut server = self.server.take().unwrap();
        let began = Instant::now();
        kill_process(Pid::from_child(&server), Signal::TERM).unwrap();
        loop {
            if let Some(status) = server.try_wait().unwrap() {
                return (status, began.elapsed());
            }
            assert!(began.elapsed() < Duration::from_secs(90), "the server does not stop");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// SIGKILL of the server alone; its PostgreSQL lives on as an orphan.
    pub fn kill(&mut self) {
        let mut server = self.server.take().unwrap();
        server.kill().unwrap();
        server.wait().unwrap();
    }

    /// SIGKILL of PostgreSQL and of all its processes, in the midst of whatever they do.
    pub fn kill_postgres(&self) {
        kill_postgres(&self.data_dir);
    }

    /// A client that has not signed in.
    pub fn client(&self) -> Client<Native> {
        Client::native(&self.url).unwrap()
    }

    /// A demonstration account, signed in.
    pub async fn enter(&self, username: &str) -> Client<Native> {
        let text = fs::read_to_string(self.data_dir.join("demo-accounts.json")).unwrap();
        let accounts: Vec<DemoAccount> = serde_json::from_str(&text).unwrap();
        let account = accounts.iter().find(|account| account.username == username).unwrap();
        let client = self.client();
        client.enter(&account.username, &account.password).await.unwrap();
        client
    }

    /// A superuser's connection to the instance's database, which must run.
    pub async fn superuser(&self) -> tokio_postgres::Client {
        let server = match &self.database_url {
            Some(url) => url.clone(),
            None => running(&self.data_dir).unwrap().unwrap().admin_url,
        };
        let url = with_database(&server, "fupin").unwrap();
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            // It may have ended by itself, which is what is wanted here.
            let _ = server.kill();
            let _ = server.wait();
        }
        kill_postgres(&self.data_dir);
    }
}

/// SIGKILL of the PostgreSQL that runs under a data directory, if one does.
pub fn kill_postgres(data_dir: &Path) {
    let Ok(text) = fs::read_to_string(data_folder(data_dir).join("postmaster.pid")) else { return };
    let Some(postmaster) = text.lines().next().and_then(|line| line.parse().ok()).and_then(Pid::from_raw) else {
        return;
    };
    let works_here = |pid: Pid| {
        let folder = fs::read_link(format!("/proc/{}/cwd", pid.as_raw_nonzero()));
        folder.is_ok_and(|folder| data_folder(data_dir).canonicalize().is_ok_and(|data| data == folder))
    };
    // Backends leave their process group, so each is killed by its number; the postmaster first, lest it make new ones.
    let backends = fs::read_dir("/proc").unwrap().flatten();
    let backends: Vec<Pid> = backends
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok().and_then(Pid::from_raw))
        .filter(|pid| *pid != postmaster && works_here(*pid))
        .collect();
    for pid in std::iter::once(postmaster).filter(|pid| works_here(*pid)).chain(backends) {
        // It may have ended this moment, which is what is wanted.
        let _ = kill_process(pid, Signal::KILL);
    }
}
