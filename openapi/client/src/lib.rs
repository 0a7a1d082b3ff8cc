//! One function per operation over a [`Transport`]; the browser and every native program use the same ones.
//!
//! Who does what: a function writes the request and reads the answer with the contract's types;
//! the transport carries it, and adds who is calling: the bearer token, or the session cookie.
//!
//! Invariants:
//! - A function makes one call and never repeats it by itself. A write that may be repeated takes its
//!   key as an argument: the caller repeats the call with the same key, and the server counts it once.
//! - Every answer that is not a success is a [`Problem`] with a stable code, or it is [`ClientError::Unreadable`].

mod access;
mod account_imports;
mod call;
mod delegations;
mod designs;
mod insight;
#[cfg(feature = "reqwest")]
pub mod native;
mod notes;
mod notify;
mod ops;
mod registry;
mod reporting;
mod session;
mod sheets;
mod tasks;
#[cfg(test)]
mod tests;
mod units;

pub use call::{Client, ClientError, Method, Request, Response, Transport, TransportError};
pub use fupin_contract as contract;
pub use fupin_contract::Problem;
pub use notify::ReceiptProof;
pub use reporting::Download;
pub use uuid::Uuid;

/// What an operation answers.
pub type Result<A> = std::result::Result<A, ClientError>;
