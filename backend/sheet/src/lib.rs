//! A spreadsheet that somebody sends, read in a process of its own: what stands where, and nothing else. What it means
//! is for the domain that asked for it.
//!
//! Who does what: [`read`] starts the process, waits for it and kills it when it takes too long; [`run`] is that
//! process; [`parse`] is what it does, without its limits, for a file that we made ourselves.
//!
//! Invariants: a file is opened by that process and by nothing else; it has little memory and little time, whatever
//! is asked of it; [`Telling`] says how much may come out of it.

mod child;
mod content;
mod parser;
mod style;
mod table;

pub use child::{COMMAND, read, read_with};
pub use content::{Book, Looks, Merge, ReadCell, ReadSheet, Typed, Unreadable, Verdict};
pub use parser::{Telling, parse, run};
pub use style::Style;
pub use table::{TableRow, TableRows, rows};
