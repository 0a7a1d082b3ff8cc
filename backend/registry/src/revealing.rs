//! Seeing one number in clear: for a stated purpose, within a quota, with an audit row and a sighting.

mod actions;
mod api;
mod store;

pub(crate) use api::configure;
