//! The workbook: the form as it is printed, with totals in its cells, and a list of each unit's totals. A form that was
//! made from somebody's own sheet is printed as that sheet.

mod detail;
pub mod formats;
mod given;
mod summary;

use std::io::Write;

use rust_xlsxwriter::{Workbook, XlsxError};

use super::words;
use crate::totals::actions::Summed;

/// Write totals as a workbook.
pub fn write(summed: &Summed, out: &mut (impl Write + Send)) -> Result<(), XlsxError> {
    let mut workbook = Workbook::new();
    // The first sheet has the form's size and merges cells downwards; the second grows with the units, row by row.
    match &summed.official {
        Some(official) => {
            let is_taken = official.sheet.eq_ignore_ascii_case(words::DETAIL_SHEET);
            let name = if is_taken { words::SUMMARY_SHEET } else { &official.sheet };
            given::write(workbook.add_worksheet().set_name(name)?, summed, official)?;
        }
        None => summary::write(workbook.add_worksheet().set_name(words::SUMMARY_SHEET)?, summed)?,
    }
    detail::write(workbook.add_worksheet_with_low_memory()?.set_name(words::DETAIL_SHEET)?, summed)?;
    workbook.save_to_writer(out)
}
