//! Files that come in. A body is taken only once the handler's permit is there, is never held in memory, and lies in a
//! folder of its own until the value that stands for it is dropped.
//! Invariant: nothing stays there, whether the call succeeds, is refused or is cut off; what a killed process left is
//! swept at the next start.

use std::{
    fs, io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    time::Duration,
};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use futures_util::StreamExt;
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

use crate::{
    App,
    error::{Error, Refusal, Result},
};

/// Below the data directory; a backup leaves it out.
pub const FOLDER: &str = "uploads";
/// From the first byte to the last: who sends slower, sends again.
const PATIENCE: Duration = Duration::from_secs(60);

/// A body that nobody has read yet.
pub struct Upload {
    payload: Payload,
    declared: Option<u64>,
    media_type: String,
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Upload").field("declared", &self.declared).finish_non_exhaustive()
    }
}

impl FromRequest for Upload {
    type Error = Error;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let media_type = header(CONTENT_TYPE).split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let declared = header(CONTENT_LENGTH).parse().ok();
        std::future::ready(Ok(Self { payload: payload.take(), declared, media_type }))
    }
}

/// A file that came in, for as long as this value lives.
#[derive(Debug)]
pub struct UploadedFile {
    path: PathBuf,
    digest: [u8; 32],
}

/// What came in, once all of it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Poured {
    pub bytes: u64,
    /// Of the bytes as they came: tells a repeated request from a changed one.
    pub digest: [u8; 32],
}

impl Upload {
    /// What the caller says that it is, without its parameters.
    #[must_use]
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    /// Take the body as a file of at most `limit` bytes.
    pub async fn receive(self, app: &App, media_type: &str, limit: u64) -> Result<UploadedFile> {
        if self.media_type != media_type {
            return Err(Error::UnsupportedMedia);
        }
        let folder = folder(&app.settings.data_dir)?;
        let mut file = UploadedFile { path: folder.join(Uuid::new_v4().to_string()), digest: [0; 32] };
        let mut out = tokio::fs::OpenOptions::new();
        let mut out = out.create_new(true).write(true).mode(0o600).open(&file.path).await.map_err(Error::internal)?;
        let poured = self.pour(limit, PATIENCE, async |chunk| out.write_all(chunk).await.map_err(out_of_room)).await?;
        out.flush().await.map_err(out_of_room)?;
        file.digest = poured.digest;
        Ok(file)
    }

    /// Take the body of at most `limit` bytes piece by piece, within so much time.
    pub async fn pour(
        mut self,
        limit: u64,
        patience: Duration,
        mut into: impl AsyncFnMut(&[u8]) -> Result<()>,
    ) -> Result<Poured> {
        let too_large = || Error::TooLarge { limit: usize::try_from(limit).unwrap_or(usize::MAX) };
        let cut = || Error::Unreadable(Refusal::new("request.body_cut"));
        if self.declared.is_some_and(|length| length > limit) {
            return Err(too_large());
        }
        let pouring = async {
            let (mut digest, mut bytes) = (Sha256::new(), 0);
            while let Some(chunk) = self.payload.next().await {
                let chunk = chunk.map_err(|_| cut())?;
                bytes += chunk.len() as u64;
                if bytes > limit {
                    return Err(too_large());
                }
                digest.update(&chunk);
                into(&chunk).await?;
            }
            Ok(Poured { bytes, digest: digest.finalize().into() })
        };
        tokio::time::timeout(patience, pouring).await.map_err(|_| cut())?
    }
}

/// A full disk is for the operator to mend, and the caller to try again.
pub fn out_of_room(error: io::Error) -> Error {
    if error.kind() == io::ErrorKind::StorageFull {
        Error::Unavailable(error.to_string())
    } else {
        Error::internal(error)
    }
}

impl UploadedFile {
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Of its bytes: tells a repeated request from a changed one.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }
}

impl Drop for UploadedFile {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::error!(%error, "an uploaded file could not be removed");
        }
    }
}

fn folder(data_dir: &Path) -> Result<PathBuf> {
    let folder = data_dir.join(FOLDER);
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(Error::internal)?;
    Ok(folder)
}

/// Remove what a process that was killed has left. Nobody else may be receiving files meanwhile.
pub fn sweep(data_dir: &Path) -> Result<()> {
    match fs::remove_dir_all(data_dir.join(FOLDER)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::internal(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_process_left_is_swept() {
        let data = tempfile::tempdir().unwrap();
        sweep(data.path()).unwrap();
        fs::write(folder(data.path()).unwrap().join("left"), "").unwrap();
        sweep(data.path()).unwrap();
        assert!(!data.path().join(FOLDER).exists());
    }

    #[test]
    fn a_file_is_gone_with_its_value() {
        let data = tempfile::tempdir().unwrap();
        let file = UploadedFile { path: folder(data.path()).unwrap().join("a"), digest: [0; 32] };
        fs::write(file.path(), "").unwrap();
        drop(file);
        assert!(fs::read_dir(data.path().join(FOLDER)).unwrap().next().is_none());
    }
}
