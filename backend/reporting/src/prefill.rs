//! Suggestions from the last period: the unit's latest earlier report of the same form that was handed over, approved or
//! still with its reviewers.
//!
//! Invariants: a suggestion is never content: it is made anew whenever the report is read, so that it follows a mended
//! last period and nothing is lost with a page; a cell is answered as soon as a save has named it, blank as well; while
//! one is not answered, the report is not submitted as it was saved.

pub mod actions;
mod rules;
mod store;
