//! Looks at the settings that decide whether an acknowledged write survives a crash, as the session of a given role sees
//! them (PostgreSQL lets a role or a database override them), and refuses the unsafe ones by name.
//! Invariant: `Ok` means that a committed transaction is on the disk.

use std::fmt;

use tokio_postgres::Client;

use crate::binaries::MIN_VERSION;
use crate::roles::connect;

/// Whether pages must carry checksums: in a cluster of our own always; in another it is its owner's decision, and said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checksums {
    Required,
    Advised,
}

/// One setting that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsafe {
    pub setting: &'static str,
    pub value: String,
    pub why: &'static str,
}

#[derive(Debug, thiserror::Error)]
pub enum UnsafeSettings {
    #[error("the database is not safe to keep reports in:{}", list(.0))]
    Found(Vec<Unsafe>),
    #[error("the database's settings cannot be read: {0}")]
    Unreadable(#[from] tokio_postgres::Error),
}

impl fmt::Display for Unsafe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}: {}", self.setting, self.value, self.why)
    }
}

fn list(found: &[Unsafe]) -> String {
    found.iter().map(|one| format!("\n  {one}")).collect()
}

const MUST_BE_ON: &[(&str, &str)] = &[
    ("fsync", "a power cut loses or destroys what was reported as saved"),
    ("full_page_writes", "a power cut can leave half-written pages that cannot be repaired"),
    ("synchronous_commit", "a crash loses reports that were reported as saved"),
];

/// Connects with `url` and refuses settings under which an acknowledged write can be lost, or a server that is too old.
///
/// Only a build with the feature `unsafe-switch`, which the tests enable, can lift the refusal: it does so when
/// `FUPIN_TEST_UNSAFE_DATABASE` is set, so that a crash test can be shown to fail on an unsafe database.
pub async fn refuse_unsafe(url: &str, checksums: Checksums) -> Result<(), UnsafeSettings> {
    let found = look(&connect(url).await?, checksums).await?;
    if found.is_empty() {
        return Ok(());
    }
    let refusal = UnsafeSettings::Found(found);
    #[cfg(feature = "unsafe-switch")]
    if std::env::var_os("FUPIN_TEST_UNSAFE_DATABASE").is_some() {
        tracing::warn!(%refusal, "allowed by the switch of the test build");
        return Ok(());
    }
    Err(refusal)
}

async fn look(client: &Client, checksums: Checksums) -> Result<Vec<Unsafe>, tokio_postgres::Error> {
    let mut found = Vec::new();
    for (setting, why) in MUST_BE_ON {
        let value = show(client, setting).await?;
        if value == "off" {
            found.push(Unsafe { setting, value, why });
        }
    }
    let number = show(client, "server_version_num").await?;
    if number.parse().unwrap_or(0) / 10_000 < MIN_VERSION {
        let value = show(client, "server_version").await?;
        found.push(Unsafe { setting: "server_version", value, why: "PostgreSQL 15 is the oldest that is supported" });
    }
    let value = show(client, "data_checksums").await?;
    if value == "off" {
        let why = "a damaged page would be read as if it were whole";
        match checksums {
            Checksums::Required => found.push(Unsafe { setting: "data_checksums", value, why }),
            Checksums::Advised => tracing::warn!("data_checksums = off: {why}"),
        }
    }
    Ok(found)
}

async fn show(client: &Client, setting: &str) -> Result<String, tokio_postgres::Error> {
    client.query_one("select current_setting($1)", &[&setting]).await?.try_get(0)
}
