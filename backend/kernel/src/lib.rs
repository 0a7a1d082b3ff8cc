//! What every domain stands on: errors, database, audit, outbox, jobs, keys, clock.
//!
//! Invariant: nothing here knows a domain. Domains get a connection only through a `Permit` (crate `access`),
//! which opens the transactions of [`db`] and leaves the rows of [`audit`].

pub mod audit;
pub mod clock;
pub mod crypto;
pub mod db;
pub mod edge;
pub mod error;
pub mod extract;
pub mod idempotency;
pub mod jobs;
pub mod keys;
pub mod migrate;
pub mod outbox;
pub mod request;
pub mod respond;
pub mod settings;
mod traces;
pub mod upload;
pub mod vault;

pub use crypto::{person_key, seal};
pub use db::{Db, Tx};
pub use error::{Error, Result};
pub use extract::{Filter, Path, Valid};
pub use request::RequestFacts;
pub use respond::{Created, Download, Json, NoContent, Tagged};
pub use settings::Settings;
pub use upload::Upload;

/// What a running instance holds; every handler reaches it through its permit.
#[derive(Clone, Debug)]
pub struct App {
    pub db: Db,
    pub keys: std::sync::Arc<keys::Keys>,
    /// Seals and finds what is kept of people.
    pub crypto: std::sync::Arc<dyn crypto::CryptoProvider>,
    pub settings: std::sync::Arc<Settings>,
    /// Wakes whoever reads the outbox, once a transaction that wrote to it has committed.
    pub outbox_wake: std::sync::Arc<tokio::sync::Notify>,
}
