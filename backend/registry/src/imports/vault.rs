//! Where an uploaded file lies: sealed, under a key that the import's row keeps sealed.

use std::{
    fs, io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use fupin_contract::RegistryImportId;
use fupin_kernel::{
    App, Error, Result,
    vault::{FileKey, VaultReader, VaultWriter},
};

use super::store;

/// Below the data directory; a backup leaves it out.
pub const FOLDER: &str = "table-imports";

fn place_of(id: RegistryImportId) -> String {
    format!("registry_import.key:{id}")
}

pub(super) fn path_of(data_dir: &Path, id: RegistryImportId) -> PathBuf {
    data_dir.join(FOLDER).join(id.to_string())
}

/// Begin a file.
pub(super) fn create(app: &App, id: RegistryImportId, key: &FileKey) -> Result<VaultWriter> {
    let folder = app.settings.data_dir.join(FOLDER);
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(Error::internal)?;
    VaultWriter::create(&path_of(&app.settings.data_dir, id), key).map_err(Error::internal)
}

pub(super) fn seal_key(app: &App, id: RegistryImportId, key: &FileKey) -> Result<Vec<u8>> {
    app.crypto.seal(&place_of(id), &key.text())
}

/// Open a file to be read.
pub(super) fn open(app: &App, id: RegistryImportId, sealed: &[u8]) -> Result<VaultReader> {
    let key = FileKey::of_text(&app.crypto.open(&place_of(id), sealed)?)?;
    VaultReader::open(&path_of(&app.settings.data_dir, id), &key).map_err(Error::internal)
}

/// Nothing is left to do with it.
pub(super) fn remove(data_dir: &Path, id: RegistryImportId) -> Result<()> {
    match fs::remove_file(path_of(data_dir, id)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::internal(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Let go of what nobody took within seven days, and remove files that belong to nothing that goes on.
pub async fn sweep(app: &App) -> Result<()> {
    let (kept, _) = app
        .db
        .write(async |tx| {
            store::drop_untaken(tx).await?;
            store::list_kept_files(tx).await
        })
        .await?;
    let files = match fs::read_dir(app.settings.data_dir.join(FOLDER)) {
        Ok(files) => files,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Error::internal(error)),
    };
    for file in files {
        let file = file.map_err(Error::internal)?;
        let name = file.file_name();
        let id = name.to_str().and_then(|name| name.parse::<uuid::Uuid>().ok());
        // One that is being uploaded is younger than an hour.
        let age = file.metadata().and_then(|known| known.modified()).map(|at| at.elapsed().unwrap_or_default());
        let old = age.is_ok_and(|age| age.as_secs() > 3600);
        if old && id.is_none_or(|id| !kept.contains(&id)) {
            fs::remove_file(file.path()).map_err(Error::internal)?;
        }
    }
    Ok(())
}
