//! Tables that the program itself brings in: the synthetic province goes through the same door as any file.

use fupin_contract::{
    AccountId, RegistryImportId, UnitId,
    registry::{TableCounts, TableImportState, TableKind},
};
use fupin_kernel::{
    App, Error, Result,
    vault::{FileKey, VaultWriter},
};
use sha2::{Digest, Sha256};

use super::{
    passes,
    store::{self, NewImport},
    vault,
};
use crate::{origins, origins::NewOrigin};

/// A table while it is written.
pub struct Incoming {
    id: RegistryImportId,
    key: FileKey,
    table: TableKind,
    name: String,
    writer: VaultWriter,
}

impl std::fmt::Debug for Incoming {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Incoming").field("table", &self.table).field("name", &self.name).finish_non_exhaustive()
    }
}

impl std::io::Write for Incoming {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.writer.flush()
    }
}

impl Incoming {
    /// Begin a table; it lies sealed from its first byte on.
    pub fn begin(app: &App, table: TableKind, name: &str) -> Result<Self> {
        let (id, key) = (RegistryImportId::generate(), FileKey::generate());
        let writer = vault::create(app, id, &key)?;
        Ok(Self { id, key, table, name: name.to_owned(), writer })
    }

    /// Check it and take its good rows, in an account's name and over a unit; `tell` hears which pass has begun.
    pub async fn bring_in(
        self,
        app: &App,
        by: AccountId,
        unit: UnitId,
        mut tell: impl FnMut(TableImportState),
    ) -> Result<TableCounts> {
        let Self { id, key, table, name, writer } = self;
        writer.finish().map_err(Error::internal)?;
        let key_sealed = vault::seal_key(app, id, &key)?;
        app.db
            .write(async |tx| {
                let new = NewImport {
                    id,
                    by,
                    unit,
                    table,
                    source: "",
                    name: &name,
                    atomic: false,
                    // Of what it is called: the content is made, not sent.
                    digest: Sha256::digest(name.as_bytes()).into(),
                    bytes: 0,
                    key_sealed,
                };
                store::insert_import(tx, new).await?;
                let origin = NewOrigin { id: id.0, kind: "synthetic", source: &name, by: Some(by) };
                origins::insert_origin(tx, &origin).await
            })
            .await?;
        tell(TableImportState::Checking);
        passes::work(app, id).await?;
        app.db.write(async |tx| store::update_state(tx, id, TableImportState::Taking, Some(by)).await).await?;
        tell(TableImportState::Taking);
        passes::work(app, id).await?;
        let done = app.db.read(async |tx| store::find_for_job(tx, id).await).await?;
        let row = done.ok_or_else(|| Error::internal("an import is gone"))?;
        vault::remove(&app.settings.data_dir, id)?;
        if row.state()? == TableImportState::Done {
            Ok(row.counts())
        } else {
            Err(Error::internal(format!("{name} was not taken: {:?}", row.failure())))
        }
    }
}
