//! Reading households: lists, and the page of one in one of its years.

mod actions;
mod api;
pub(crate) mod facts;
pub(crate) mod page;
pub(crate) mod store;
pub(crate) mod warnings;

pub(crate) use api::configure;
