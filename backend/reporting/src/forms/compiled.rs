//! Compiled forms, kept for the life of the process: a version of a form never changes, and there are a few hundred.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use fupin_contract::FormId;
use fupin_form::Form;
use fupin_kernel::{Error, Result, Tx};

use super::store;

static COMPILED: RwLock<BTreeMap<FormId, Arc<Form>>> = RwLock::new(BTreeMap::new());

/// The compiled form; read from the database the first time.
pub async fn compiled(tx: &mut Tx, id: FormId) -> Result<Arc<Form>> {
    // The map is whole whatever befell a thread that held the lock: an entry goes in at once or not at all.
    let known = COMPILED.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
    if let Some(form) = known {
        return Ok(form);
    }
    let (_, definition) = store::find_form(tx, id).await?;
    let form = Form::compile(serde_json::from_str(&definition)?)
        .map_err(|_| Error::internal(format!("the stored form {id} does not compile")))?;
    let form = Arc::new(form);
    COMPILED.write().unwrap_or_else(PoisonError::into_inner).insert(id, form.clone());
    Ok(form)
}
