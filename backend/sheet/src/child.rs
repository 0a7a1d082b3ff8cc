//! The process that reads an uploaded file: started, waited for, and killed when it takes too long.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Stdio,
    sync::OnceLock,
    time::Duration,
};

use fupin_kernel::{Error, Result};
use tokio::{io::AsyncReadExt, process::Command, sync::Semaphore};

use crate::{
    content::{Book, Unreadable, Verdict},
    parser::{self, Telling},
};

/// The word that makes a program of ours read a file.
pub const COMMAND: &str = "parse-sheet";
/// As many at once as the machine this is sized for has cores.
const AT_ONCE: usize = 2;
/// More than the parser lets out.
const MOST_VERDICT: u64 = 64 * 1024 * 1024;

static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);

/// Let another program than the running one read files: one that knows the word [`COMMAND`]. The first word counts.
pub fn read_with(program: impl Into<PathBuf>) {
    drop(PROGRAM.set(program.into()));
}

/// What stands in a file; the inner error says why it is not read at all.
pub async fn read(file: &Path, telling: Telling) -> Result<Result<Book, Unreadable>> {
    let _turn = TURNS.acquire().await.map_err(Error::internal)?;
    match tokio::time::timeout(Duration::from_secs(parser::SECONDS), run(file, telling)).await {
        Ok(verdict) => Ok(match verdict? {
            Some(Verdict::Read(book)) => Ok(book),
            Some(Verdict::Unreadable(why)) => Err(why),
            // It ran into a limit, and said nothing any more.
            None => Err(Unreadable::TooComplex),
        }),
        // Dropping it has killed it.
        Err(_) => Ok(Err(Unreadable::TooComplex)),
    }
}

/// The program that reads files.
pub(crate) fn program() -> std::io::Result<PathBuf> {
    PROGRAM.get().map_or_else(std::env::current_exe, |program| Ok(program.clone()))
}

async fn run(file: &Path, telling: Telling) -> Result<Option<Verdict>> {
    let program = program().map_err(Error::internal)?;
    let mut child = Command::new(program)
        .args([OsString::from(COMMAND), file.into(), telling.name().into()])
        .env_clear()
        // The allocator would reserve a gigabyte before the process can say how little it is to have.
        .env("MIMALLOC_ARENA_RESERVE", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(Error::internal)?;
    let mut said = Vec::new();
    if let Some(out) = child.stdout.take() {
        out.take(MOST_VERDICT).read_to_end(&mut said).await.map_err(Error::internal)?;
    }
    let ended = child.wait().await.map_err(Error::internal)?;
    if !ended.success() {
        tracing::info!(%ended, "an uploaded file was too much for its reader");
        return Ok(None);
    }
    Ok(Some(serde_json::from_slice(&said)?))
}
