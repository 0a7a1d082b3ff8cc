//! The server: wiring only.
//!
//! Who does what: [`cli`] reads the command line; `database` finds or starts PostgreSQL; `serve` runs the server;
//! `province` loads a province's data and `map` shows
//! its shapes; `demo` and `setup` make an instance ready, and `synthetic` fills
//! one with people who are nobody; [`api`] is the list of
//! operations; `backup` saves an instance and brings it back.

pub mod api;
mod backup;
pub mod cli;
mod database;
mod demo;
mod map;
pub mod province;
mod serve;
mod setup;
mod spa;
mod synthetic;
