//! Accounts and grants: made, corrected, disabled and handed over by one administrator, given rights by another.
//!
//! Invariants: whoever creates an account grants it nothing; nobody grants to himself; a unit administrator grants only
//! the roles of daily work, and only below his own unit; no account holds two of the three administrators; of each
//! of those who keep the instance going (system and security administrator) one stays able to sign in.

mod actions;
mod api;
pub(crate) mod rules;
pub(crate) mod store;

pub use actions::issue_reset_link_at_host;
pub(crate) use api::configure;
