//! The screens, by domain.

pub mod access;
pub mod insight;
pub mod notify;
pub mod registry;
pub mod reporting;
