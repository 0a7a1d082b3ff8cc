//! Discipline: how well units keep their deadlines and fill their forms, as a ranking and as a circular.
//!
//! Invariants: late is judged by the first time that a report was handed over, so that a slow reviewer costs its unit
//! nothing; what a corrected form sent back is nobody's fault; units stand as in today's tree.

mod actions;
mod api;
pub mod rules;
mod store;
mod words;

pub use api::configure;
