//! Reviewing many reports in one call: those that were chosen, or all that wait for the caller.
//!
//! Invariants: each report is judged by the same rules as one alone; whatever befell some, the good ones are acted on;
//! each of these leaves its own rows of history and of the trail. Reports are locked in the order of their ids, so that
//! calls that meet wait for one another and never in a circle.

mod actions;
mod api;
pub mod rules;
pub mod store;

pub use api::configure;
