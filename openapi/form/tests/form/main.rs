//! The form engine as others use it: one file for each part of its promise.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod checks;
mod definitions;
mod entries;
mod prefills;
mod roll_up;
mod shipped;
mod trial;
