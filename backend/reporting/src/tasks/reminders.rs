//! Reminders: by the calendar of each open task's deadline the platform itself reminds those who owe, and lets the levels
//! above them hear of lateness.
//!
//! Invariants:
//! - A day of reminding of a task and deadline is dealt with once, whatever dies in between: its row and the line of the
//!   outbox are written together, and the row is unique.
//! - What was missed while nothing ran is made up for once: of several days that have passed only the last is told.
//! - What the time is says the database's clock.

mod actions;
mod api;
mod rules;
mod store;

pub use actions::{remind, run};
pub use api::configure;
