//! Reporting through HTTP, on a real PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod board;
mod delegation;
mod designs;
mod discipline;
mod export;
mod exports;
mod fill;
mod fill_many;
mod merged;
mod notes;
mod prefill;
mod province;
mod races;
mod review;
mod rollup;
mod sheets;
mod tasks;
mod totals;
mod world;
