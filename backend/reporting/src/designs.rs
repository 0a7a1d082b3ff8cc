//! Designing forms: a province officer begins a draft, changes it as often as he likes, and publishes it as the next
//! version of its form.
//!
//! Invariants:
//! - A draft may be faulty; what is published compiles, and never changes again.
//! - Nobody overwrites what he has not seen: a draft is saved on the version that was changed, and published only as the
//!   version after the one that it was drafted from.
//! - A form that is made from the ministry's own workbook keeps that sheet's layout; what was guessed is told.
//! - Asking twice for the same item is pointed out, and forbidden to nobody.

mod actions;
mod api;
mod from_sheet;
mod overlaps;
mod recognise;
mod rules;
mod store;

pub use api::configure;
