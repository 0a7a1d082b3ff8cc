//! Reading a person: all years, whatever household it was in, with whence each value comes.

mod actions;
mod api;
pub(crate) mod store;

pub(crate) use api::configure;
