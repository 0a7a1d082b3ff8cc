//! By which ways each person wants to be told of what: SMS, mail or both. Who has chosen nothing is told by both, as far
//! as they reach.
//!
//! Invariant: nobody chooses for another, and nobody chooses not to be told at all.

mod actions;
mod api;
mod store;

pub(crate) use api::configure;
