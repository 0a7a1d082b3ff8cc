//! Reports as everybody who may read them sees them: the list, one report, its history; and what may be done with one.
//!
//! Invariant: who may do what with a report in which state is [`rules::may`] and nothing else; the acts that an answer
//! offers and the acts that are accepted come from the same table.

pub mod acting;
pub mod actions;
mod api;
pub mod reading;
pub mod rules;
pub mod store;

pub use api::configure;
