//! The first tree of an instance: an import into nothing.

use chrono::NaiveDate;
use fupin_contract::units::ImportUnit;
use fupin_kernel::{Error, Result, Tx};

use crate::units;

/// Early enough for any report that an instance will ever hold.
const FIRST_DAY: (i32, u32, u32) = (2000, 1, 1);

/// Plant the first tree. Its units are numbered in their order.
pub async fn plant(tx: &mut Tx, rows: &[ImportUnit]) -> Result<()> {
    let (year, month, day) = FIRST_DAY;
    let first = NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| Error::internal("no first day"))?;
    units::import(tx, rows, first).await.map(|_| ())
}
