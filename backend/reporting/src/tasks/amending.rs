//! Amending a running task: another deadline, more or fewer units, a corrected version of a form.
//!
//! Invariants:
//! - An amendment and its line in the log are one transaction; nothing of a report is lost: what a corrected form has no
//!   place for stands in the report's history.
//! - A submitted report stays submitted under a corrected form unless a hard rule is broken now; then it is returned with
//!   the rule as the reason.
//! - Whether a report is late follows the deadline in force.

mod actions;
mod api;
mod correction;
mod rules;
mod store;
mod words;

pub use api::configure;
