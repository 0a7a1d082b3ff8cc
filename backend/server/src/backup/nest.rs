//! Where a restored instance grows: a folder within the data directory, whose contents move up when all of it is right.
//! Invariant: a data directory holds a whole instance or none; a restore that fails leaves the directory as it was.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use fupin_cluster::make_data_dir;

use super::error::{BackupError, Doing};

/// A killed restore leaves it behind, and the next one removes it.
pub const NAME: &str = ".restoring";

pub struct Nest {
    data_dir: PathBuf,
    path: PathBuf,
}

impl Nest {
    /// In a data directory that does not exist or that holds nothing.
    pub fn make(data_dir: &Path) -> Result<Self, BackupError> {
        for name in names(data_dir)? {
            if name != NAME {
                return Err(BackupError::NotEmpty(data_dir.display().to_string()));
            }
        }
        let refused = |error| BackupError::File {
            doing: "making the data directory".to_owned(),
            source: io::Error::other(error),
        };
        make_data_dir(data_dir).map_err(refused)?;
        let path = data_dir.join(NAME);
        remove(&path)?;
        make_data_dir(&path).map_err(refused)?;
        Ok(Self { data_dir: data_dir.to_owned(), path })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Everything moves to its place, the database last: without it there is no instance to serve. Says where.
    pub fn settle(self) -> Result<PathBuf, BackupError> {
        let mut names = names(&self.path)?;
        names.sort_by_key(|name| name == super::POSTGRES);
        for name in names {
            let doing = || format!("moving {name} to its place");
            fs::rename(self.path.join(&name), self.data_dir.join(&name)).doing(doing)?;
        }
        let doing = || format!("closing {}", self.data_dir.display());
        fs::File::open(&self.data_dir).and_then(|folder| folder.sync_all()).doing(doing)?;
        Ok(self.data_dir.clone())
    }
}

impl Drop for Nest {
    fn drop(&mut self) {
        if let Err(error) = remove(&self.path) {
            tracing::warn!(%error, "what was restored in part stays behind");
        }
    }
}

fn names(folder: &Path) -> Result<Vec<String>, BackupError> {
    let doing = || format!("reading {}", folder.display());
    match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error).doing(doing),
        Ok(entries) => {
            entries.map(|entry| Ok(entry.doing(doing)?.file_name().to_string_lossy().into_owned())).collect()
        }
    }
}

fn remove(folder: &Path) -> Result<(), BackupError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).doing(|| format!("removing {}", folder.display()))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}
