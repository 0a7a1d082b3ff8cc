//! Forms: the tables that tasks issue. A form is data; whoever sets the instance up loads it, and a changed definition
//! becomes the next version.
//!
//! Invariant: a version never changes, so that what was compiled from it once holds for the life of the process.

mod actions;
mod api;
mod compiled;
mod store;

pub use actions::{
    find_form, find_official, insert_official, insert_version, list_newest, list_newest_of, list_summaries, load_forms,
};
pub use api::configure;
pub use compiled::compiled;
pub use store::{NewestRow, find_newest};
