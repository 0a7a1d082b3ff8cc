//! Tables of households, people and ledgers in bulk.
//!
//! Who does what: an officer uploads a file, which lies sealed ([`fupin_kernel::vault`]) until nothing is left to do with it;
//! [`formats`] makes rows of it, [`columns`] understands its headers, [`judging`] reads each row by the catalogue, and
//! [`structure`] looks at rows together; [`passes`] does that once to say what would happen, and once more to do it
//! ([`writing`]), some thousands of rows at a time; [`undoing`] takes it all back. [`report`] gives the bad rows back to be
//! mended, [`template`] gives an empty table, and what the program
//! makes up itself comes in by [`loading`].
//!
//! Invariants:
//! - Looking at a file changes nothing; a bad row keeps no good one from being taken, unless that was asked for.
//! - The row that is judged bad when looked at is not taken later; one that others have meanwhile made impossible is not
//!   taken either, and is named.
//! - What was taken before a kill stays taken, and taking goes on from there: a row that says what is there changes nothing.

mod actions;
mod api;
mod columns;
mod formats;
pub mod jobs;
mod judging;
mod loading;
mod passes;
mod places;
mod report;
mod store;
mod structure;
mod template;
mod undoing;
mod vault;
mod words;
mod writing;

pub(crate) use api::configure;
pub use loading::Incoming;
pub use passes::work;
pub use vault::{FOLDER, sweep};
