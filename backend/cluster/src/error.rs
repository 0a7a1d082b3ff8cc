//! Why a cluster could not be made, started or prepared. Each text names the thing to mend; the reader is an operator.

use std::io;
use std::path::PathBuf;

use crate::binaries::MIN_VERSION;

#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    #[error(
        "no PostgreSQL {MIN_VERSION} or newer was found under /usr/lib/postgresql or in PATH; install it \
         (Debian: apt-get install postgresql), or set DATABASE_URL to a server of your own"
    )]
    NoBinaries,
    #[error(
        "the database under {folder} was made by PostgreSQL {made_by}, whose programs are not installed here \
         (found: {found}); install postgresql-{made_by}, or restore a backup into a new data directory"
    )]
    OtherVersion { folder: PathBuf, made_by: u32, found: u32 },
    #[error(
        "PostgreSQL refuses to run as root, and there is neither a user `postgres` nor a user `nobody` to run it as"
    )]
    NoAccount,
    #[error(
        "PostgreSQL runs as the user `{user}`, who cannot pass through {folder}; \
         choose another data directory, or allow it: chmod o+x {folder}"
    )]
    Unreachable { user: String, folder: PathBuf },
    #[error("another fupin server is using the data directory {0}")]
    InUse(PathBuf),
    #[error(
        "the password of the cluster under {0} is lost: the file `passwords` has none for the administrator; restore it"
    )]
    PasswordLost(PathBuf),
    #[error("initdb failed: {0}")]
    Initdb(String),
    #[error("PostgreSQL did not start: {0}")]
    Start(String),
    #[error("PostgreSQL did not become ready within {0} seconds")]
    Slow(u64),
    #[error("the leftover PostgreSQL process {0} cannot be stopped")]
    Stuck(i32),
    #[error("the database address must look like postgresql://user:password@host/database")]
    Address,
    #[error(
        "the account in DATABASE_URL may not create roles or the database ({0}); \
         run backend/cluster/src/roles.sql as an administrator and give the three addresses"
    )]
    NotAdministrator(String),
    #[error("{doing}: {source}")]
    File { doing: String, source: io::Error },
    #[error("database: {0}")]
    Database(#[from] tokio_postgres::Error),
}

/// Says what was being done when a file operation failed.
pub(crate) trait Doing<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, ClusterError>;
}

impl<T, E: Into<io::Error>> Doing<T> for Result<T, E> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, ClusterError> {
        self.map_err(|source| ClusterError::File { doing: what(), source: source.into() })
    }
}
