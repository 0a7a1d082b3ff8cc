//! Schedules: forms that are issued each month, quarter or year without anybody's pressing a button.
//!
//! Invariants:
//! - A schedule deals with a period once, whatever dies in between: the row that says so is unique, and written together
//!   with the task.
//! - Whoever made it has issued the tasks; each takes the newest versions of its forms.
//! - What came due while it was paused is not made up for; what came due while nothing ran is, as long as the deadline has
//!   not passed.

mod actions;
mod api;
mod calendar;
mod rules;
mod running;
mod store;

pub use api::configure;
pub use calendar::load_holidays;
pub use running::{issue_due, run};
