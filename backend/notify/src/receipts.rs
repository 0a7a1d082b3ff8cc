//! The carrier's word on its way back. The HTTP hook signs its receipts; 阿里云 and 腾讯云 cannot, and send theirs to an
//! address with an unguessable end.
//!
//! Invariants:
//! - Nothing is read before the signature or the token holds.
//! - A word speaks only of a message that this carrier was given; any other is kept for a person.

pub mod store;

mod actions;
mod api;

pub use actions::take_reference;
pub(crate) use actions::{check_signature, check_token};
pub(crate) use api::{SignedBody, configure};
