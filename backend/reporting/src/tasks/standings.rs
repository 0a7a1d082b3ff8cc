//! How all reports of a task stand, for whoever counts them: the board, the list of tasks, the trend.
//!
//! To count sixty thousand rows takes the database a tenth of a second, and between two looks few of them change. So
//! what was read is kept for the life of the process, and a look reads what has changed since.
//!
//! Invariants: a look shows every change that was committed before it began. What is kept of a report differs from its
//! row only where the report has a step of history from a transaction that was not over when the row was read. A task
//! whose expected set has changed since is read whole.

mod kept;
mod rules;
mod store;

pub use kept::{of_task, of_tasks};
pub use rules::{Standing, is_in, note};
pub use store::update_set;
