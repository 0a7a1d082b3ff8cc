//! What waits for me, and what I can jump to: united from the views `v_<domain>_todo` and `v_<domain>_search`
//! that domains publish. Depends on no domain.
//!
//! Invariant: the count that a person sees is the number of rows that the views hold for him, not a cached guess.

mod api;
mod store;

pub use api::configure;
