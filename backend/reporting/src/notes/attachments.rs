//! Files beside a report and its cells: whoever fills or reviews attaches a photograph of the ledger, a scanned
//! certificate, a list; whoever may read the report fetches it.
//!
//! Invariants: what a file is, its content tells, and its name must agree; nothing of it is opened here but its outline;
//! the content is on the disk before a row points at it, and is gone a day after the last row that did; what is fetched is
//! bytes to be saved, never a page to be shown.

mod actions;
mod api;
mod error;
mod files;
mod kinds;
mod photo;
pub mod rules;
pub mod store;

pub use api::configure;
pub use files::{FOLDER, sweep};
