//! The audit trail as the audit administrator reads it; reading it leaves a row as well.

mod api;
mod store;

pub(crate) use api::configure;
