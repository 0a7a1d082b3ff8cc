//! A server to measure: the built binary, in a data directory of its own.

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::Stdio,
    time::{Duration, Instant},
};

use fupin_client::{Client, native::Native};
use fupin_contract::setup::DemoAccount;
use tokio::process::{Child, Command};

use crate::Outcome;

/// A process and its time in user and system mode, as Linux counts it.
struct Process {
    pid: u32,
    parent: u32,
    own: u64,
    ended_children: u64,
}

/// The running server.
pub struct Server {
    pub address: String,
    data: tempfile::TempDir,
    child: Child,
}

impl Server {
    /// Start one with an empty data directory, and wait until it answers.
    pub async fn start() -> Outcome<Self> {
        let data = tempfile::Builder::new().prefix("fupin-bench-").tempdir()?;
        // PostgreSQL runs as another user where we are root.
        fs::set_permissions(data.path(), fs::Permissions::from_mode(0o755))?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let child = launch(&data, &address)?;
        let mut server = Self { address, data, child };
        server.wait().await?;
        Ok(server)
    }

    /// Start it again on the same data; says how long it took until the first answer.
    pub async fn start_again(&mut self) -> Outcome<f64> {
        let began = Instant::now();
        self.child = launch(&self.data, &self.address)?;
        self.wait().await?;
        Ok(began.elapsed().as_secs_f64())
    }

    async fn wait(&mut self) -> Outcome<()> {
        let client = self.client()?;
        let began = Instant::now();
        while client.get_health().await.is_err() {
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("the server ended: {status}").into());
            }
            if began.elapsed() > Duration::from_secs(60) {
                return Err("the server does not answer".into());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }

    /// Stop it as an operator would.
    pub async fn stop(&mut self) -> Outcome<()> {
        let pid = self.child.id().ok_or("the server has ended")?;
        Command::new("kill").args(["-TERM", &pid.to_string()]).status().await?;
        self.child.wait().await?;
        Ok(())
    }

    pub fn client(&self) -> Outcome<Client<Native>> {
        Ok(Client::native(&format!("http://{}", self.address))?)
    }

    /// A demonstration account, signed in.
    pub async fn enter(&self, username: &str) -> Outcome<Client<Native>> {
        let file = fs::read_to_string(self.data.path().join("demo-accounts.json"))?;
        let accounts: Vec<DemoAccount> = serde_json::from_str(&file)?;
        let account = accounts.iter().find(|account| account.username == username).ok_or("no such account")?;
        let client = self.client()?;
        client.enter(&account.username, &account.password).await?;
        Ok(client)
    }

    /// Where its database and files lie.
    pub fn data_dir(&self) -> &std::path::Path {
        self.data.path()
    }

    /// Resident memory of the server's own process.
    pub fn memory_mb(&self) -> Outcome<f64> {
        self.status_mb("VmRSS:")
    }

    /// The most that was resident since [`Self::forget_peak`].
    pub fn peak_mb(&self) -> Outcome<f64> {
        self.status_mb("VmHWM:")
    }

    pub fn forget_peak(&self) -> Outcome<()> {
        let pid = self.child.id().ok_or("the server has ended")?;
        Ok(fs::write(format!("/proc/{pid}/clear_refs"), "5")?)
    }

    fn status_mb(&self, name: &str) -> Outcome<f64> {
        let pid = self.child.id().ok_or("the server has ended")?;
        let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
        let line = status.lines().find(|line| line.starts_with(name)).ok_or("the kernel does not say")?;
        let kilobytes: f64 = line.split_whitespace().nth(1).ok_or("no number")?.parse()?;
        Ok(kilobytes / 1024.0)
    }

    /// Seconds of CPU that the server has used so far, and its PostgreSQL.
    pub fn cpu_seconds(&self) -> Outcome<(f64, f64)> {
        let server = self.child.id().ok_or("the server has ended")?;
        let mut processes = Vec::new();
        for entry in fs::read_dir("/proc")?.flatten() {
            let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
            // A process may end while we look.
            let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
            let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
            let number = |index: usize| fields.get(index).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
            processes.push(Process {
                pid,
                parent: u32::try_from(number(1))?,
                own: number(11) + number(12),
                ended_children: number(13) + number(14),
            });
        }
        let postmasters: Vec<u32> =
            processes.iter().filter(|process| process.parent == server).map(|process| process.pid).collect();
        let own: u64 = processes.iter().filter(|process| process.pid == server).map(|process| process.own).sum();
        let database: u64 = processes
            .iter()
            .map(|process| match process {
                main if postmasters.contains(&main.pid) => main.own + main.ended_children,
                session if postmasters.contains(&session.parent) => session.own,
                _ => 0,
            })
            .sum();
        // Linux counts hundredths of a second.
        Ok((own as f64 / 100.0, database as f64 / 100.0))
    }

    /// What a browser loads at the first visit, compressed as it travels: the page and every file that the build made, but
    /// for the words of the second language.
    pub async fn first_page_mb(&self) -> Outcome<f64> {
        let dist = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../frontend/dist");
        let mut bytes = 0;
        for folder in [dist.clone(), dist.join("assets")] {
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                let second = entry.file_name().to_string_lossy().starts_with("en-");
                if entry.path().extension().is_some_and(|extension| extension == "br") && !second {
                    bytes += entry.metadata()?.len();
                }
            }
        }
        if bytes == 0 {
            return Err("the page is not built".into());
        }
        Ok(bytes as f64 / 1_000_000.0)
    }
}

fn launch(data: &tempfile::TempDir, address: &str) -> Outcome<Child> {
    let binary = std::env::current_exe()?.with_file_name("fupin");
    let child = Command::new(binary)
        .args(["serve", "--demo", "--scale", "0", "--listen", address, "--data-dir"])
        .arg(data.path())
        .env("FUPIN_LOG", "warn")
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    Ok(child)
}
