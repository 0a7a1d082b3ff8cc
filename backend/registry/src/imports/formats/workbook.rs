//! The rows of a workbook, read by a process of its own.

use std::io::Read;

use fupin_contract::registry::TableFailure;
use fupin_kernel::vault::VaultReader;
use fupin_sheet::{TableRow, Unreadable};

use super::{Line, Lines, failure};

/// As it is packed: two hundred thousand rows come to half of it.
const MOST_BYTES: u64 = 96 * 1024 * 1024;

pub fn lines(mut file: VaultReader) -> Result<Lines, TableFailure> {
    if file.length() > MOST_BYTES {
        return Err(failure("import.workbook_too_large"));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(file.length()).unwrap_or_default());
    file.read_to_end(&mut bytes).map_err(|_| failure("import.damaged"))?;
    let rows = fupin_sheet::rows(bytes).map_err(|_| failure("import.broken"))?;
    Ok(Box::new(rows.map(|row| row.map(line).map_err(|why| failure(code(why))))))
}

fn line((row, cells): TableRow) -> Line {
    Line { row: row.into(), cells }
}

fn code(why: Unreadable) -> &'static str {
    match why {
        Unreadable::OldFormat => "import.old_format",
        Unreadable::Encrypted => "import.encrypted",
        Unreadable::Macros => "import.macros",
        Unreadable::TooComplex => "import.workbook_too_large",
        Unreadable::PlainText | Unreadable::NotAWorkbook | Unreadable::Suspicious | Unreadable::Damaged => {
            "import.damaged"
        }
    }
}
