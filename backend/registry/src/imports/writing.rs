//! Taking rows, some thousands at a time: what is there already is looked up at once for all of them, what is new is numbered
//! and written at once, and of what is written over the row before is kept.
//!
//! Invariants: one batch is one transaction, with its audit row; a row that says what is there changes nothing; nothing is
//! written over that a later year's page says of the present.

mod existing;
mod families;
mod ledgers;
mod persons;
mod store;

use fupin_contract::registry::{TableCounts, TableKind, catalog::Catalog};
use fupin_kernel::{Result, Tx, crypto::CryptoProvider};
use uuid::Uuid;

use super::judging::Judged;

pub(super) use existing::{Outlook, key_of, look_up};

/// For which import rows are taken.
pub(super) struct Taking<'a> {
    pub catalog: &'a Catalog,
    pub crypto: &'a dyn CryptoProvider,
    pub table: TableKind,
    /// The import, which is the origin of all that it writes.
    pub import: Uuid,
}

impl std::fmt::Debug for Taking<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Taking").field("table", &self.table).finish_non_exhaustive()
    }
}

/// What came of a batch.
#[derive(Debug, Default)]
pub(super) struct Taken {
    pub counts: TableCounts,
    /// Rows that others have made impossible since the file was looked at, and why.
    pub refused: Vec<(i64, fupin_contract::Fault)>,
}

pub(super) async fn take(tx: &mut Tx, taking: &Taking<'_>, rows: &[Judged]) -> Result<Taken> {
    match taking.table {
        TableKind::Person => persons::take(tx, taking, rows).await,
        TableKind::Household => families::take(tx, taking, rows).await,
        TableKind::Income => ledgers::take(tx, taking, rows).await,
    }
}
