//! What people say of single cells: short threads between whoever fills and whoever reviews, and flags to follow up.
//!
//! Invariants: notes never change what a report holds nor its version; they are seen by whoever may read the report and
//! written by whoever fills or reviews it, as long as its task is open; nothing that was said is changed or taken back.

mod actions;
mod api;
mod rules;
mod store;

pub use api::configure;
