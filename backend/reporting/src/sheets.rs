//! A report as a spreadsheet: taken home to fill ([`template`]), brought back and merged ([`reading`]).
//!
//! Invariants:
//! - A file that somebody sends is opened by a process of its own ([`child`], [`parser`]) and by nothing else.
//! - What it brings is saved as any save is: cell by cell, on the version that it was made from, good cells whatever
//!   befell the others.
//! - The file itself is gone when the answer is given.

mod actions;
mod api;
pub mod child;
pub mod content;
pub mod error;
pub mod layout;
mod marks;
pub mod official;
pub mod parser;
mod reading;
pub mod style;
pub mod template;
mod words;

pub use api::configure;
use child::LOOKS;
pub use child::{COMMAND, read_sheets_with};
pub use marks::Origin;
pub use parser::{Telling, run as parse_sheet};
