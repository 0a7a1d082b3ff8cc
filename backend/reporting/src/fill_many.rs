//! Filling the reports of many units side by side: a town's clerk reads the content of all villages of one form in one
//! answer, saves each as its own clerk would ([`crate::fill`]), and submits one, some or all.
//!
//! Invariants: who may fill below his own unit is the grant's subtree and nothing else; each report is judged by the
//! same rules as one alone, and whatever befell some, the good ones are handed over; each of these leaves its own rows
//! of history, of the outbox and of the trail. Reports are locked in the order of their ids.

mod actions;
mod api;
mod store;

pub use api::configure;
