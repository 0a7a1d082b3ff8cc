//! The dated tree of units: which unit stands where, from which day on. A system administrator renames, moves and merges
//! units and imports whole trees; everybody reads the part of it that is his.
//!
//! Invariants: trees that are stored are never rewritten, so that what refers to one keeps its meaning; an act changes
//! nothing before its day; a unit that was merged away is stood for by the one that goes on, in grants as in accounts.

mod actions;
mod api;
mod changes;
mod import;
mod refusals;
mod store;
mod timeline;
mod tree;

pub(crate) use store::level;

pub use actions::import;
pub(crate) use api::configure;
