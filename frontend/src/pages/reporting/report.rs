//! One report: filled in by a clerk, looked through by reviewers, printed by all.

pub mod acts;
pub mod cell_line;
mod compare;
pub mod desk;
mod excel;
pub mod findings;
pub mod grid;
pub mod grid_cell;
mod history;
mod notes;
mod page;
pub mod picked;
pub mod place;
mod prefilled;
mod queue;
pub mod reasons;
mod reopened;
pub mod saving;
mod uploaded;
pub mod work;

pub use desk::Desk;
pub use findings::Findings;
pub use grid::{Grid, SharedDesk};
pub use page::{AskedCell, ReportPage};
pub use work::jump_on;
