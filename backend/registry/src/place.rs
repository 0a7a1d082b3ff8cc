//! Where households live: units of today's tree within a scope, and the scope check from which every query begins.

mod store;

pub use store::{VISIBLE, find_path, find_spot, find_village, find_within, level, list_above, ranges};
