//! Codes that came in and that no dictionary knew: an officer says what each means, and the values that waited for it are
//! there from then on.

mod actions;
mod api;
pub(crate) mod store;

pub(crate) use api::configure;
