//! Whence values come: one origin for each import and each applied change. A page names them once and points at them.

mod store;

pub use store::{NewOrigin, Origins, insert_origin};
