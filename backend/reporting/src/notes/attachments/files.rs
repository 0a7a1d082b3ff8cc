//! Where the content of attachments lies: below the data directory, under its digest, so that a backup takes it along and
//! the same file is kept once.
//! Invariant: whoever brings content and then its row holds [`CONTENT`] shared, and the sweep holds it alone, so that no
//! content goes between the two.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use fupin_kernel::{App, Error, Result, upload::UploadedFile};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;
use tokio::sync::RwLock;

use super::{error::FileError, kinds, kinds::Kind, store};

/// Below the data directory; a backup takes it along.
pub const FOLDER: &str = "attachments";

/// One process serves a data directory.
pub static CONTENT: RwLock<()> = RwLock::const_new(());

/// Content that lies on the disk.
#[derive(Clone, Debug)]
pub struct Kept {
    pub digest: [u8; 32],
    pub bytes: i64,
}

/// Where content of a digest lies.
pub fn path_of(data_dir: &Path, digest: &[u8]) -> PathBuf {
    let name = hex::encode(digest);
    let folder = name.get(..2).unwrap_or_default();
    data_dir.join(FOLDER).join(folder).join(&name)
}

/// See that an upload is of the kind that its name says, and bring it to the disk for good.
pub async fn keep(app: &App, file: &UploadedFile, kind: &'static Kind) -> Result<Kept> {
    let (from, data_dir) = (file.path().to_owned(), app.settings.data_dir.clone());
    let kept = tokio::task::spawn_blocking(move || match kinds::check(&from, kind)? {
        Ok(()) => write(&from, &data_dir, kind).map(Ok),
        Err(refusal) => Ok(Err(refusal)),
    });
    match kept.await.map_err(Error::internal)? {
        Ok(kept) => kept.map_err(Error::from),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(FileError::Unlike.into()),
        Err(error) if error.kind() == io::ErrorKind::StorageFull => Err(Error::Unavailable(error.to_string())),
        Err(error) => Err(Error::internal(error)),
    }
}

fn write(from: &Path, data_dir: &Path, kind: &Kind) -> io::Result<Kept> {
    // Beside the upload, which is on the same disk and is left out of a backup.
    let part = NamedTempFile::new_in(from.parent().unwrap_or(data_dir))?;
    let kept = pour(kind, File::open(from)?, part.as_file())?;
    part.as_file().sync_all()?;
    let path = path_of(data_dir, &kept.digest);
    let folder = path.parent().unwrap_or(data_dir);
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    part.persist(&path).map_err(|error| error.error)?;
    for folder in path.ancestors().skip(1).take(3) {
        File::open(folder)?.sync_all()?;
    }
    Ok(kept)
}

fn pour(kind: &Kind, from: File, to: &File) -> io::Result<Kept> {
    let mut out = Hashing { inner: BufWriter::new(to), digest: Sha256::new(), bytes: 0 };
    kinds::copy(kind, from, &mut out)?;
    out.flush()?;
    Ok(Kept { bytes: out.bytes, digest: out.digest.finalize().into() })
}

/// Counts and digests what is written.
struct Hashing<W> {
    inner: W,
    digest: Sha256,
    bytes: i64,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.digest.update(&bytes[..written]);
        self.bytes += i64::try_from(written).unwrap_or(i64::MAX);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Remove the content that no row points at any more: what was taken away a day ago, and what a killed process brought.
pub async fn sweep(app: &App) -> Result<()> {
    for folder in entries(&app.settings.data_dir.join(FOLDER))? {
        let _alone = CONTENT.write().await;
        let files = entries(&folder)?;
        let digest = |path: &PathBuf| path.file_name().and_then(|name| hex::decode(name.to_str()?).ok());
        let digests: Vec<Vec<u8>> = files.iter().filter_map(digest).collect();
        let kept = app.db.read(async |tx| store::list_kept(tx, &digests).await).await?;
        for file in files.iter().filter(|file| digest(file).is_none_or(|digest| !kept.contains(&digest))) {
            fs::remove_file(file).map_err(Error::internal)?;
        }
    }
    Ok(())
}

/// What lies in a folder, if there is one.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(Error::internal(error)),
        Ok(entries) => {
            entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>().map_err(Error::internal)
        }
    }
}
