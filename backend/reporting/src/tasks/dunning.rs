//! Dunning: an officer asks those who owe reports of a task for them.
//!
//! Invariants: a person gets one message of all that he owes of the task, and none again before the rest between two is
//! over; an officer duns a limited number of times a day; who is told is decided in the officer's scope.

mod actions;
mod api;
mod store;

pub use api::configure;
