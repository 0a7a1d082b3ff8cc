//! Signing in, staying signed in, signing out: a person proves who he is; a session remembers it.
//!
//! Invariants: an attempt is counted before the password is looked at, so that a thousand parallel guesses are
//! still only a handful; known, unknown and locked names answer alike; a refresh token works once, and used twice it
//! ends its session; a password that changes ends all other sessions.
//!
//! The place of a second factor: between `check_password` and `open_session` in [`actions::sign_in`].

mod actions;
mod api;
pub mod password;
mod store;

pub(crate) use actions::prove;
pub(crate) use api::configure;
pub(crate) use store::forgive;
pub use store::{end_sessions, insert_link, is_set_up_token, new_link, use_set_up_links};
