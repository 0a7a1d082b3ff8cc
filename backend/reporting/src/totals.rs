//! Totals: what the reports of a form add up to, for one unit and those directly below it.
//!
//! Invariants: summed from the leaves whenever they are read, so that they are right for whoever reads after a write
//! returned; units stand as in the task's tree; drafts and returned reports never count.

pub mod actions;
mod api;
pub mod rules;
mod store;

pub use api::configure;
