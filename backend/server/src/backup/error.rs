//! Why there is no backup, or why it was not restored. The reader is an operator.

use std::{io, path::PathBuf};

use fupin_kernel::Error;

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("{0} is there already; a backup never replaces another")]
    Exists(PathBuf),
    #[error("{0} lies in the data directory, and would become part of the next backup")]
    WithinData(PathBuf),
    #[error("there is no instance in {0}")]
    NoInstance(PathBuf),
    #[error("{0} is no plain file or folder, and a backup must not leave it out")]
    Strange(PathBuf),
    #[error("{0} changed while it was read")]
    Changed(String),
    #[error("the archive is damaged: {0}")]
    Damaged(String),
    #[error("the archive was made by a newer program ({0}); restore it with that one")]
    Newer(String),
    #[error("{0} is not empty; an instance is restored into an empty place alone")]
    NotEmpty(String),
    #[error("{program}: {said}")]
    Program { program: &'static str, said: String },
    #[error("what was restored differs from what was saved: {0}")]
    Differs(String),
    #[error("{doing}: {source}")]
    File { doing: String, source: io::Error },
    #[error("database: {0}")]
    Database(#[from] tokio_postgres::Error),
}

impl From<BackupError> for Error {
    fn from(error: BackupError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// Says what was being done when a file operation failed.
pub trait Doing<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, BackupError>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, BackupError> {
        self.map_err(|source| BackupError::File { doing: what(), source })
    }
}
