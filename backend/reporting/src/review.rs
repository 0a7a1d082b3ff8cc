//! Reviewing: the levels of the chain answer in their order, from the lowest up; each approves, or returns the report to
//! the clerk with a reason, after which the chain begins anew. A return may open chosen cells alone. Whoever approved
//! may take the approval back as long as nobody above has answered.
//!
//! Invariant: only the level whose turn it is answers, and nobody reviews what he or she submitted.

mod actions;
mod api;
pub mod rules;

pub use api::configure;
