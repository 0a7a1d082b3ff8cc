//! Taking rows of the income table: each is a household's ledger of a year, whole.

mod store;

pub(super) use store::{look_up, take};
