//! Finds PostgreSQL's own programs. The newest installed version makes a new cluster; an existing one is only ever
//! started by the version that made it.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::ClusterError;
use crate::url;

/// The oldest server that the platform runs on.
pub const MIN_VERSION: u32 = 15;

const DEBIAN_ROOT: &str = "/usr/lib/postgresql";

/// The folder of one installed PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    version: u32,
    folder: PathBuf,
}

impl Binaries {
    /// The newest usable installation.
    pub fn find() -> Result<Self, ClusterError> {
        installed().into_iter().max_by_key(|found| found.version).ok_or(ClusterError::NoBinaries)
    }

    /// The installation that made the cluster in `data`, or the newest for a cluster that is yet to be made.
    pub(crate) fn find_for(data: &Path) -> Result<Self, ClusterError> {
        let newest = Self::find()?;
        let Ok(text) = fs::read_to_string(data.join("PG_VERSION")) else {
            return Ok(newest);
        };
        let made_by = text.trim().parse().unwrap_or(0);
        installed().into_iter().find(|found| found.version == made_by).ok_or_else(|| ClusterError::OtherVersion {
            folder: data.to_owned(),
            made_by,
            found: newest.version,
        })
    }

    pub fn version(&self) -> u32 {
        self.version
    }

    /// The path of one program, such as `pg_dump`.
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// A client program such as `pg_dump`: of these binaries, or found in PATH where only clients are installed.
pub fn client_program(binaries: Option<&Binaries>, name: &str) -> Command {
    let mut command = Command::new(binaries.map_or_else(|| PathBuf::from(name), |found| found.program(name)));
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PG")) {
        command.env_remove(name);
    }
    command
}

/// The same, at work on the database of an address. The password goes through the environment, since everybody can read
/// a command line.
pub fn client_command(binaries: Option<&Binaries>, name: &str, database_url: &str) -> Result<Command, ClusterError> {
    let (address, password) = url::split_password(database_url)?;
    let mut command = client_program(binaries, name);
    command.arg("--no-password").arg(format!("--dbname={address}"));
    if let Some(password) = password {
        command.env("PGPASSWORD", OsStr::from_bytes(&password));
    }
    Ok(command)
}

fn installed() -> Vec<Binaries> {
    let debian = fs::read_dir(DEBIAN_ROOT).into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let path = env::var_os("PATH").unwrap_or_default();
    let mut found: Vec<Binaries> = Vec::new();
    for folder in debian.chain(env::split_paths(&path)) {
        // A link or wrapper in PATH counts only if the programs really lie together where it leads.
        let Ok(postgres) = folder.join("postgres").canonicalize() else { continue };
        let Some(home) = postgres.parent().filter(|home| home.join("initdb").is_file()) else { continue };
        if found.iter().any(|known| known.folder == home) {
            continue;
        }
        if let Some(version) = version_of(&postgres).filter(|version| *version >= MIN_VERSION) {
            found.push(Binaries { version, folder: home.to_owned() });
        }
    }
    found
}

fn version_of(postgres: &Path) -> Option<u32> {
    let output = Command::new(postgres).arg("--version").output().ok()?;
    major(&String::from_utf8_lossy(&output.stdout))
}

/// Reads 15 from "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)" and 18 from "postgres (PostgreSQL) 18beta1".
fn major(text: &str) -> Option<u32> {
    let number = text.split("(PostgreSQL) ").nth(1)?;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_postgres_prints() {
        assert_eq!(major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(major("postgres 15\n"), None);
    }

    #[test]
    fn the_installed_programs_are_found_and_new_enough() {
        let found = Binaries::find().unwrap();
        assert!(found.version() >= MIN_VERSION);
        assert!(found.program("pg_dump").is_file());
    }

    #[test]
    fn a_cluster_of_a_version_that_is_not_installed_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("PG_VERSION"), "12\n").unwrap();
        let refusal = Binaries::find_for(folder.path()).unwrap_err().to_string();
        assert!(refusal.contains("PostgreSQL 12"), "{refusal}");
    }
}
