//! A report as a spreadsheet: taken home to fill ([`template`]), brought back and merged ([`reading`]).
//!
//! Invariants:
//! - A file that somebody sends is opened by a process of its own ([`fupin_sheet`]) and by nothing else.
//! - What it brings is saved as any save is: cell by cell, on the version that it was made from, good cells whatever
//!   befell the others.
//! - The file itself is gone when the answer is given.

mod actions;
mod api;
pub mod error;
pub mod layout;
mod marks;
pub mod official;
mod reading;
pub mod template;
mod words;

pub use api::configure;
pub use marks::Origin;
