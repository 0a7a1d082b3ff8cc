//! Delegating: somebody who is away lets a colleague do the daily work in his or her place, from one day to another.
//!
//! Words: the *principal* is whose work it is, the *delegate* who does it meanwhile.
//!
//! Invariants: a delegate holds no more than the principal holds at that moment, and of it only the work of filling and
//! reviewing; nobody delegates what was delegated to him; a principal has one delegate at a time; a delegation ends with
//! its last day, at a word of either of the two or of the unit administrator above, and when either is disabled.

mod actions;
mod api;
mod rules;
mod store;

pub use actions::end_with_account;
pub(crate) use api::configure;
