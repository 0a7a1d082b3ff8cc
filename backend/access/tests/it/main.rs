//! Access through HTTP, against a real PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod accounts;
mod email;
mod imports;
mod phone;
mod proposals;
mod sign_in;
mod units;
mod units_over_time;
