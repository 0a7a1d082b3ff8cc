//! Roles that a sheet of accounts proposes: they give nothing until the security administrator confirms them, all of a
//! sheet in one act.
//!
//! Invariants:
//! - A proposal is decided on once. What cannot be confirmed is left as it is, and named with its reason.
//! - Nobody confirms what is proposed for himself; no account comes to hold two of the three administrators.
//! - What is decided on is what was looked at: if other proposals have come or gone meanwhile, nothing is.

mod actions;
mod api;
mod rules;
mod store;

pub(crate) use api::configure;
