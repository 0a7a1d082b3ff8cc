//! Undoing an import as a whole: what it wrote over is put back, its pages are taken away, and households and people that it
//! brought are voided.
//! Invariant: it is undone only while nothing rests on it: nobody has changed, verified or imported anything over it.

mod store;

use fupin_contract::registry::TableImportState;
use fupin_kernel::{App, Result, audit::Event};

use super::{
    passes::recorded,
    store::{ImportRow, update_state},
};
pub(super) use store::rests;

/// Take it all back.
pub(super) async fn undo(app: &App, row: &ImportRow) -> Result<()> {
    let id = row.id();
    recorded(app, Event::on("registry.table_undone", id), async |tx| {
        store::undo(tx, id).await?;
        update_state(tx, id, TableImportState::Undone, None).await
    })
    .await
}
