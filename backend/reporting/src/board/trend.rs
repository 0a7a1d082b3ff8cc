//! One item over the months, for all units of a level.
//!
//! Invariants: units stand as in today's tree, and what was merged away counts for what it was merged into; a value is
//! what the totals of that month say.

mod actions;
mod api;
mod kept;
mod rules;
mod store;

pub use api::configure;
