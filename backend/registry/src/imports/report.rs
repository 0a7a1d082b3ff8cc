//! The bad rows of a file, whole, each with what is wrong with it: to be mended there and uploaded again.

use std::collections::BTreeMap;

use fupin_contract::registry::{TableFailure, TableFault};
use fupin_kernel::vault::VaultReader;
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::{formats, structure::BadRows, words};

/// More than a person mends by hand.
pub(super) const MOST_ROWS: usize = 50_000;

/// Why there is no report.
#[derive(Debug)]
pub(super) enum NoReport {
    Unreadable(TableFailure),
    Unwritable(XlsxError),
}

impl From<TableFailure> for NoReport {
    fn from(failure: TableFailure) -> Self {
        Self::Unreadable(failure)
    }
}

impl From<XlsxError> for NoReport {
    fn from(error: XlsxError) -> Self {
        Self::Unwritable(error)
    }
}

/// A workbook of the bad rows, every cell as text: what was typed, however wrong.
pub(super) fn write(file: VaultReader, bad: &BadRows, faults: &[TableFault]) -> Result<Vec<u8>, NoReport> {
    let mut by_row: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for fault in faults.iter().filter(|fault| !fault.warns) {
        by_row.entry(fault.row).or_default().push(words::sentence(fault));
    }
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet_with_low_memory()?.set_name(words::ERRORS_NAME)?;
    let text = Format::new().set_num_format("@");
    let head = Format::new().set_bold().set_num_format("@");
    let wrong = Format::new().set_num_format("@").set_font_color("#C0392B");
    let mut lines = formats::open(file)?.lines;
    let mut header = Vec::new();
    for line in lines.by_ref() {
        let line = line?;
        if line.cells.iter().filter(|cell| !cell.trim().is_empty()).count() > 1 {
            header = line.cells;
            break;
        }
    }
    let titles = [words::ROW_HEADER, words::ERROR_HEADER].into_iter().chain(header.iter().map(String::as_str));
    for (column, title) in (0u16..).zip(titles) {
        sheet.write_string_with_format(0, column, title, &head)?;
    }
    let mut row = 1;
    for line in lines {
        let line = line?;
        if !bad.contains(line.row) {
            continue;
        }
        sheet.write_string_with_format(row, 0, line.row.to_string(), &text)?;
        let said = by_row.get(&line.row).map(|said| said.join("；")).unwrap_or_default();
        sheet.write_string_with_format(row, 1, said, &wrong)?;
        for (column, cell) in (2u16..).zip(&line.cells) {
            sheet.write_string_with_format(row, column, cell, &text)?;
        }
        row += 1;
        if row as usize > MOST_ROWS {
            break;
        }
    }
    Ok(workbook.save_to_buffer()?)
}
