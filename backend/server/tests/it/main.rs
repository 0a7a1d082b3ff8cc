//! What holds of all operations together, through HTTP against a real PostgreSQL, and what holds of the sources.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod access_matrix;
mod audit_rows;
mod error_codes;
mod imports;
mod limits;
mod map;
mod outsiders;
mod picture;
mod probes;
mod races;
mod schema_drift;
mod sheets;
mod sources;
mod tables;
mod tidy;
mod tokens;
mod world;
