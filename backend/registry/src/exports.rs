//! Tables taken out: the national columns of a year, village by village, written while they travel. Numbers are masked unless
//! a purpose is stated.
//!
//! Invariants: an export is on record, with its purpose, before its first row is read, and each village that it holds has a
//! sighting; a handful of villages is in memory at a time; no cell is ever a formula.

mod actions;
mod api;
mod store;
mod writing;

pub(crate) use api::configure;
