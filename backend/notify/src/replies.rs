//! What comes back from phones: 「1」 says that the last message was read, and marks its notices.
//!
//! Invariant: a number that no message went to changes nothing; it is counted, and not kept.

pub mod store;

mod actions;
mod api;

pub(crate) use api::configure;
