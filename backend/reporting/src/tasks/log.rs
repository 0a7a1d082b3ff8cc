//! The log of a task: who did what to it, and when.

mod api;
mod store;

pub use api::configure;
