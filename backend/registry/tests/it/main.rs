//! The registry through HTTP, on a real PostgreSQL.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod changing;
mod duplicates;
mod families;
mod importing;
mod reading;
mod revealing;
mod reviewing;
mod searching;
mod seeing;
mod world;
