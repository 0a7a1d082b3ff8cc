//! Spreadsheets of many reports in one file: ordered, made by a job, fetched by whoever ordered it, gone after three
//! days.
//!
//! Who does what: [`actions`] orders, shows, cancels and hands out; [`making`] writes the file; [`jobs`] has it written.
//!
//! Invariants:
//! - A file belongs to the account that ordered it, and only for as long as the unit lies within the account's scope.
//! - It has its name when it is whole: what was cut off is written anew.
//! - However many reports there are, only a handful of them is in memory.

mod actions;
mod api;
mod jobs;
mod making;
mod rules;
mod store;

pub use api::configure;
pub use jobs::define as define_jobs;
pub use making::{FOLDER, make, sweep};
