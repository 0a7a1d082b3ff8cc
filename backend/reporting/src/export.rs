//! Taking totals home as a spreadsheet that people send up and print.
//!
//! Invariants: numbers are numbers; whatever a person typed is a typed string and never a formula; the file is made while
//! it travels.

mod actions;
mod api;
pub mod channel;
pub mod table;
mod words;
pub mod workbook;

pub use api::configure;
