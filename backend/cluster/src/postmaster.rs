//! Starts PostgreSQL on a folder, whatever a kill or a power cut left there, and stops it.
//! Invariant: whoever calls this holds the folder's lock, so every process found on it is a leftover.

use std::collections::VecDeque;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, ChildStderr};
use tokio::time::{sleep, timeout};

use crate::account::Account;
use crate::binaries::Binaries;
use crate::error::{ClusterError, Doing};
use crate::folder::{Folder, is_far_socket_folder, remove_folder};

/// Replaying the log after a crash is bounded by `max_wal_size`; a disk that needs longer than this is ill.
const READY_WITHIN: Duration = Duration::from_secs(300);
const RETRY_FOR: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(10);
const KEPT_LINES: usize = 20;

/// All that is needed to start the server, once or again.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) binaries: Binaries,
    pub(crate) account: Account,
    pub(crate) data: PathBuf,
    pub(crate) socket: PathBuf,
    pub(crate) settings: Vec<(String, String)>,
    /// The process id of the running server, 0 when there is none.
    pub(crate) pid: AtomicI32,
}

impl Plan {
    pub(crate) fn new(
        folder: &Folder,
        binaries: Binaries,
        settings: Vec<(String, String)>,
    ) -> Result<Self, ClusterError> {
        let account = folder.account().clone();
        let data = folder.data();
        let socket = folder.make_socket_folder()?;
        Ok(Self { binaries, account, data, socket, settings, pid: AtomicI32::new(0) })
    }

    /// Starts the server and returns when it answers.
    pub(crate) async fn launch(&self) -> Result<Child, ClusterError> {
        let began = Instant::now();
        loop {
            clear_leftovers(&self.data).await?;
            let (mut child, lines) = self.spawn()?;
            match self.wait_until_ready(&mut child).await? {
                Outcome::Ready => return Ok(child),
                Outcome::Exited => self.pid.store(0, Ordering::SeqCst),
            }
            let said = lines.all_said().await;
            // Backends of a killed postmaster may hold its shared memory for a moment longer than they show in /proc.
            let passing = said.contains("shared memory block") || said.contains("lock file");
            if !passing || began.elapsed() > RETRY_FOR {
                return Err(ClusterError::Start(said));
            }
            sleep(Duration::from_millis(200)).await;
        }
    }

    fn spawn(&self) -> Result<(Child, LastLines), ClusterError> {
        let mut command = self.account.command(&self.binaries.program("postgres"));
        command.arg("-D").arg(&self.data).arg("-c").arg(format!("unix_socket_directories={}", self.socket.display()));
        for (name, value) in &self.settings {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().doing(|| "starting postgres".into())?;
        let pid = child.id().and_then(|pid| i32::try_from(pid).ok()).unwrap_or(0);
        self.pid.store(pid, Ordering::SeqCst);
        let stderr = child.stderr.take().ok_or_else(|| ClusterError::Start("no pipe".into()))?;
        Ok((child, LastLines::follow(stderr)?))
    }

    async fn wait_until_ready(&self, child: &mut Child) -> Result<Outcome, ClusterError> {
        let began = Instant::now();
        loop {
            if child.try_wait().doing(|| "watching postgres".into())?.is_some() {
                return Ok(Outcome::Exited);
            }
            if PidFile::read(&self.data).is_some_and(|file| file.ready && file.pid == self.pid.load(Ordering::SeqCst)) {
                return Ok(Outcome::Ready);
            }
            if began.elapsed() > READY_WITHIN {
                return Err(ClusterError::Slow(READY_WITHIN.as_secs()));
            }
            sleep(LOOK_EVERY).await;
        }
    }

    /// Fast shutdown: sessions are ended, a checkpoint is written. Harsher means only when that hangs.
    pub(crate) async fn shut_down(&self, child: &mut Child) {
        for (sign, patience) in [(Signal::INT, 60), (Signal::QUIT, 5), (Signal::KILL, 5)] {
            self.signal(sign);
            if timeout(Duration::from_secs(patience), child.wait()).await.is_ok() {
                break;
            }
            tracing::warn!(?sign, "postgres did not stop in {patience} s");
        }
        self.pid.store(0, Ordering::SeqCst);
    }

    pub(crate) fn signal(&self, sign: Signal) {
        if let Some(pid) = Pid::from_raw(self.pid.load(Ordering::SeqCst)) {
            // It may have exited this moment, which is what the signal is for.
            let _ = kill_process(pid, sign);
        }
    }
}

enum Outcome {
    Ready,
    Exited,
}

/// What PostgreSQL says goes to our own log; the last lines are kept to explain a failed start.
#[derive(Debug)]
struct LastLines {
    kept: Arc<Mutex<VecDeque<String>>>,
    reader: JoinHandle<()>,
}

impl LastLines {
    /// Reads in a thread of its own: a full pipe would stop every backend that has something to say.
    fn follow(stderr: ChildStderr) -> Result<Self, ClusterError> {
        let pipe = stderr.into_owned_fd().doing(|| "reading what postgres says".into())?;
        let kept = Arc::<Mutex<VecDeque<String>>>::default();
        let lines = Arc::clone(&kept);
        let read = move || {
            for line in BufReader::new(fs::File::from(pipe)).lines().map_while(Result::ok) {
                log(&line);
                let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
                lines.push_back(line);
                if lines.len() > KEPT_LINES {
                    lines.pop_front();
                }
            }
        };
        let reader =
            thread::Builder::new().name("postgres-log".into()).spawn(read).doing(|| "starting a thread".into())?;
        Ok(Self { kept, reader })
    }

    /// The last lines of a server that has exited; a backend that lives on may hold the pipe open, so the wait is short.
    async fn all_said(&self) -> String {
        let began = Instant::now();
        while !self.reader.is_finished() && began.elapsed() < Duration::from_secs(1) {
            sleep(LOOK_EVERY).await;
        }
        let mut lines = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        lines.make_contiguous().join("\n")
    }
}

fn log(line: &str) {
    if line.contains("PANIC:") {
        tracing::error!(target: "postgres", "{line}");
    } else if line.contains("WARNING:") || line.contains("FATAL:") {
        tracing::warn!(target: "postgres", "{line}");
    } else {
        tracing::debug!(target: "postgres", "{line}");
    }
}

/// What `postmaster.pid` tells: line 1 the process, line 5 its socket folder, line 8 its state.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PidFile {
    pub(crate) pid: i32,
    pub(crate) socket: PathBuf,
    pub(crate) ready: bool,
}

impl PidFile {
    pub(crate) fn read(data: &Path) -> Option<Self> {
        let text = fs::read_to_string(data.join("postmaster.pid")).ok()?;
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        Some(Self {
            pid: lines.first()?.parse().ok()?,
            socket: lines.get(4).copied().unwrap_or_default().into(),
            ready: lines.get(7) == Some(&"ready"),
        })
    }
}

/// Stops a server that outlived its parent, waits for the backends of a killed one, and removes a process id file whose
/// number now belongs to a stranger.
async fn clear_leftovers(data: &Path) -> Result<(), ClusterError> {
    let file = PidFile::read(data);
    for sign in [Signal::INT, Signal::QUIT, Signal::KILL] {
        let left = processes_on(data);
        if left.is_empty() {
            break;
        }
        let postmaster = file.as_ref().and_then(|file| left.iter().find(|pid| pid.as_raw_nonzero().get() == file.pid));
        // Only the postmaster may be asked; backends that lost theirs leave by themselves and are pushed at last.
        let targets = postmaster.map_or(left.as_slice(), std::slice::from_ref);
        if postmaster.is_some() || sign != Signal::INT {
            tracing::info!(?sign, ?targets, "stopping PostgreSQL processes that an earlier run left behind");
            for pid in targets {
                // It may have exited this moment, which is what the signal is for.
                let _ = kill_process(*pid, sign);
            }
        }
        let patience = if postmaster.is_some() && sign == Signal::INT { 30 } else { 3 };
        wait_until_gone(data, Duration::from_secs(patience)).await;
    }
    if let Some(left) = processes_on(data).first() {
        return Err(ClusterError::Stuck(left.as_raw_nonzero().get()));
    }
    let Some(file) = file else { return Ok(()) };
    if is_far_socket_folder(&file.socket) {
        remove_folder(&file.socket)?;
    }
    let path = data.join("postmaster.pid");
    if path.exists() && Path::new(&format!("/proc/{}", file.pid)).exists() {
        // Nobody works on this folder, so the number was given to another program; PostgreSQL would refuse to start.
        fs::remove_file(&path).doing(|| format!("removing {}", path.display()))?;
    }
    Ok(())
}

/// The server that answers on this folder, if there is one.
pub(crate) fn running_on(data: &Path) -> Option<PidFile> {
    let file = PidFile::read(data)?;
    let alive = processes_on(data).iter().any(|pid| pid.as_raw_nonzero().get() == file.pid);
    (file.ready && alive).then_some(file)
}

async fn wait_until_gone(data: &Path, patience: Duration) {
    let began = Instant::now();
    while began.elapsed() < patience && !processes_on(data).is_empty() {
        sleep(LOOK_EVERY).await;
    }
}

/// PostgreSQL's processes on this folder: each works inside its data directory.
fn processes_on(data: &Path) -> Vec<Pid> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter(|entry| fs::read_link(entry.path().join("cwd")).is_ok_and(|folder| folder == data))
        .filter(|entry| fs::read_to_string(entry.path().join("comm")).is_ok_and(|name| name.trim() == "postgres"))
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok().and_then(Pid::from_raw))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_id_file_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let text = "4711\n/d/postgres/data\n1763928000\n5432\n/d/postgres/run\n\n 1  2\nready   \n";
        fs::write(folder.path().join("postmaster.pid"), text).unwrap();
        let expected = PidFile { pid: 4711, socket: "/d/postgres/run".into(), ready: true };
        assert_eq!(PidFile::read(folder.path()), Some(expected));
    }
}
