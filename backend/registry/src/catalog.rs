//! The catalogue: loaded from the province's folder, kept whole in memory, read by everybody who reads or writes a value.
//! Invariant: what is kept is what the database holds; its version is another after each change.

mod api;
pub(crate) mod store;

use std::sync::{Arc, PoisonError, RwLock};

use fupin_contract::registry::catalog::{Catalog, Dictionary};
use fupin_kernel::{Error, Result, Tx};

pub(crate) use api::configure;

static KEPT: RwLock<Option<Arc<Catalog>>> = RwLock::new(None);

/// The catalogue in force.
pub(crate) async fn current(tx: &mut Tx) -> Result<Arc<Catalog>> {
    let version = store::find_version(tx).await?.ok_or_else(|| Error::internal("no catalogue was loaded"))?;
    // One pointer: it is whole whatever befell a thread that held the lock.
    let kept = KEPT.read().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(kept) = kept.filter(|kept| kept.version == version) {
        return Ok(kept);
    }
    let catalog = Arc::new(store::read_catalog(tx).await?);
    *KEPT.write().unwrap_or_else(PoisonError::into_inner) = Some(catalog.clone());
    Ok(catalog)
}

/// Take in what the province's folder says: fields and tables as they stand there, code lists with what administrators
/// have added to them.
pub async fn load(tx: &mut Tx, catalog: &str, dictionaries: &str) -> Result<()> {
    let mut catalog: Catalog = serde_json::from_str(catalog)?;
    catalog.dictionaries = serde_json::from_str::<Vec<Dictionary>>(dictionaries)?;
    let faults = catalog.faults();
    if !faults.is_empty() {
        return Err(Error::internal(format!("the catalogue does not hold together: {}", faults.join("; "))));
    }
    store::save_dictionaries(tx, &catalog.dictionaries).await?;
    store::save_catalog(tx, &catalog).await
}
