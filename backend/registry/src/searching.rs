//! Looking for people: by name, ID number, its last four, phone, or the number of the household. A search counts towards
//! what one may search in an hour, and leaves a sighting of each person found.

mod actions;
mod api;
mod store;

pub(crate) use api::configure;
