//! What has changed in a report since a step of its history: since the submission before, or since the last approval.
//!
//! Invariant: what differs is derived from the rows of history alone; computed cells are computed, then and now.

mod actions;
mod api;
mod rules;

pub use api::configure;
