//! Filling in a report: a clerk enters values, each saved as it is left, and submits them once; he or she may take the
//! report back as long as nobody has reviewed it.
//!
//! Invariants: what the browser refuses the server refuses, by the same code; computed cells are computed here and never
//! believed; a save that was based on an older version fails only in the cells that somebody changed since.

pub mod actions;
mod api;
pub mod rules;
mod store;

pub use api::configure;
