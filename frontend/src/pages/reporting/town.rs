//! The villages of a town side by side: one line for each village, the items of one part of the form across, filled
//! with the keyboard or by a block from a spreadsheet; each village saved and submitted as its own report.

mod grid;
mod hands;
mod line;
mod outcome;
mod page;
mod strips;
mod villages;

pub use page::TownPage;
