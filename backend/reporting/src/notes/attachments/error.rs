//! Why a file is not attached or not given back, each with a stable code.

use fupin_kernel::{Error, error::Refusal};

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// A folder in it, no ending, or signs that nobody can read: what an old browser makes of another encoding.
    #[error("bad name")]
    Name,
    /// Its ending is none of those that are taken.
    #[error("other kind")]
    Kind,
    #[error("empty")]
    Empty,
    /// It is not what its ending says, or it is damaged.
    #[error("unlike its name")]
    Unlike,
    /// It may run by itself when it is opened.
    #[error("macros")]
    Macros,
    /// The report has as many as it may have, or as much.
    #[error("full")]
    Full { files: i16, mib: i16 },
    /// Another attached it.
    #[error("not yours")]
    NotYours,
    /// A backup that was brought back without its files knows of more than there is.
    #[error("gone")]
    Gone,
}

impl FileError {
    pub fn code(self) -> &'static str {
        match self {
            Self::Name => "reporting.file_name",
            Self::Kind => "reporting.file_kind",
            Self::Empty => "reporting.file_empty",
            Self::Unlike => "reporting.file_unlike",
            Self::Macros => "reporting.file_macros",
            Self::Full { .. } => "reporting.files_full",
            Self::NotYours => "reporting.not_your_file",
            Self::Gone => "reporting.file_gone",
        }
    }
}

impl From<FileError> for Error {
    fn from(error: FileError) -> Self {
        let refusal = Refusal::new(error.code());
        match error {
            FileError::Name | FileError::Kind | FileError::Empty | FileError::Unlike | FileError::Macros => {
                Self::Invalid(refusal)
            }
            FileError::Full { files, mib } => Self::Conflict(refusal.with("files", files).with("mib", mib)),
            FileError::NotYours | FileError::Gone => Self::Conflict(refusal),
        }
    }
}
