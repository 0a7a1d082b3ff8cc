//! A database and an application of its own for every test, people and places to test with, and the real binary as a
//! process that can be stopped and killed.

mod app;
mod db;
mod instance;
mod places;
mod wire;

pub use app::{PASSWORD, Person, TestApp};
pub use db::TestDb;
pub use instance::{Instance, kill_postgres};
pub use places::{PLACES, Place};
pub use wire::{Caller, Checked, Operation, Wire};
