//! What is wrong with a sheet, row by row, as a file to mend it by: a workbook, or text that every program reads.

use fupin_contract::account_imports::ImportRow;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, XlsxError};

use super::words;

const HEAD: [&str; 8] = ["行号", "单元格", "列", "姓名", "用户名", "表中内容", "问题", "怎么改"];
const WIDTHS: [f64; 8] = [8.0, 9.0, 12.0, 12.0, 18.0, 28.0, 32.0, 46.0];
const HEAD_COLOUR: u32 = 0x00E6_F0FA;

/// One line for each fault.
fn lines(rows: &[ImportRow]) -> impl Iterator<Item = [String; 8]> {
    rows.iter().flat_map(|row| {
        row.faults.iter().map(|fault| {
            let (what, mend) = words::fault(&fault.fault);
            [
                row.row.to_string(),
                fault.cell.clone(),
                words::head(fault.column).to_owned(),
                row.name.clone(),
                row.username.clone(),
                fault.typed.clone().unwrap_or_default(),
                what,
                mend,
            ]
        })
    })
}

pub fn workbook(rows: &[ImportRow]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let boxed = Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter).set_text_wrap();
    let head = boxed.clone().set_bold().set_align(FormatAlign::Center).set_background_color(HEAD_COLOUR);
    let page = workbook.add_worksheet().set_name(words::REPORT_NAME)?;
    for ((place, word), width) in (0_u16..).zip(HEAD).zip(WIDTHS) {
        page.set_column_width(place, width)?;
        page.write_string_with_format(0, place, word, &head)?;
    }
    for (line, entries) in (1_u32..).zip(lines(rows)) {
        for (place, entry) in (0_u16..).zip(entries) {
            match entry.parse::<u32>() {
                Ok(number) if place == 0 => page.write_number_with_format(line, place, number, &boxed)?,
                // A typed string is never a formula.
                Ok(_) | Err(_) => page.write_string_with_format(line, place, entry, &boxed)?,
            };
        }
    }
    page.set_freeze_panes(1, 0)?;
    workbook.save_to_buffer()
}

/// With the mark by which spreadsheet programs know the encoding.
pub fn text(rows: &[ImportRow]) -> Vec<u8> {
    let mut text = String::from("\u{feff}");
    let mut write = |entries: &[String]| {
        let entries: Vec<String> = entries.iter().map(|entry| quoted(entry)).collect();
        text.push_str(&entries.join(","));
        text.push_str("\r\n");
    };
    write(&HEAD.map(str::to_owned));
    for entries in lines(rows) {
        write(&entries);
    }
    text.into_bytes()
}

/// RFC 4180; what a spreadsheet program would take for a formula gets an apostrophe before it.
fn quoted(entry: &str) -> String {
    let risky = entry.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let entry = if risky { format!("'{entry}") } else { entry.to_owned() };
    if entry.contains([',', '"', '\n', '\r']) { format!("\"{}\"", entry.replace('"', "\"\"")) } else { entry }
}

#[cfg(test)]
mod tests {
    use fupin_contract::{
        Fault,
        account_imports::{ImportColumn, ImportFault, RowOutcome},
    };

    use super::*;

    #[test]
    fn the_text_says_where_what_and_how_and_holds_no_formula() {
        let fault = ImportFault {
            column: ImportColumn::Unit,
            cell: "D7".to_owned(),
            typed: Some("=甲,\"村\"".to_owned()),
            fault: Fault::new("access.row_unit_unknown"),
        };
        let row = ImportRow {
            row: 7,
            username: "li.si".to_owned(),
            name: "李四".to_owned(),
            unit_typed: String::new(),
            unit: None,
            role: None,
            outcome: RowOutcome::Faulty,
            faults: vec![fault],
            account_id: None,
            invitations: 0,
            invited_at: None,
            activated: false,
        };
        let text = String::from_utf8(text(&[row])).unwrap();
        let line = text.lines().nth(1).unwrap();
        assert!(line.starts_with("7,D7,单位,李四,li.si,\"'=甲,\"\"村\"\"\",找不到这个单位,"), "{line}");
    }
}
