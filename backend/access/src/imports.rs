//! Accounts of a whole province from one sheet.
//!
//! Who does what: a system administrator uploads a sheet ([`actions`]), a process of its own reads it and [`reading`] makes
//! rows of it; [`working`] judges each ([`rules`]) and keeps a report of them ([`report`]), then, once the administrator says
//! so, makes the accounts; [`inviting`] has each person sent a link.
//!
//! Invariants:
//! - Looking at a sheet changes nothing; a bad row keeps no good one from being taken.
//! - What was typed lies sealed, and only until there is nothing left to do with it.
//! - An account that a sheet makes has no password, and no right: its role is proposed ([`crate::proposals`]).
//! - A row that says what there is already changes nothing, however often it comes.

mod actions;
mod api;
mod inviting;
pub mod jobs;
mod reading;
mod report;
pub mod rules;
mod store;
mod template;
mod units;
mod words;
mod working;

pub(crate) use api::configure;
pub use inviting::{activation_token, invite};
pub use working::work;
