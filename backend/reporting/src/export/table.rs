//! A plain table as a workbook that people print: a title, a head, rows, a note.

use std::io::Write;

use fupin_kernel::Download;
use rust_xlsxwriter::{Workbook, XlsxError};

use super::{
    actions::MEDIA_TYPE,
    channel,
    workbook::formats::{Formats, index, narrow, write_over},
};

/// The number that spreadsheets give to A4.
const A4: u8 = 9;
const WIDTH: f64 = 12.0;
const WIDTH_OF_NAMES: f64 = 20.0;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// What a person typed or named; never a formula.
    Text(String),
    /// A decimal.
    Figure(String),
    Nothing,
}

/// What is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub title: String,
    pub subtitle: String,
    pub head: Vec<String>,
    pub rows: Vec<Vec<Entry>>,
    pub note: String,
}

/// The table as a file that is made while it travels.
pub fn download(table: Table, plain_name: &'static str) -> Download {
    let name = format!("{}.xlsx", table.title);
    let body = channel::stream(move |out| write(&table, out));
    Download { name, plain_name, media_type: MEDIA_TYPE, body: Box::pin(body) }
}

fn write(table: &Table, out: &mut (impl Write + Send)) -> Result<(), XlsxError> {
    let mut workbook = Workbook::new();
    let formats = Formats::new();
    let sheet = workbook.add_worksheet();
    let width = table.head.len().max(1);
    write_over(sheet, (0, 0), (1, width), &table.title, &formats.title)?;
    write_over(sheet, (1, 0), (1, width), &table.subtitle, &formats.subtitle)?;
    for (column, word) in table.head.iter().enumerate() {
        sheet.write_string_with_format(2, narrow(column)?, word, &formats.head)?;
        let names = table.rows.iter().any(|row| matches!(row.get(column), Some(Entry::Text(_))));
        sheet.set_column_width(narrow(column)?, if names { WIDTH_OF_NAMES } else { WIDTH })?;
    }
    for (number, row) in table.rows.iter().enumerate() {
        let line = index(number + 3)?;
        for (column, entry) in row.iter().enumerate() {
            match entry {
                Entry::Text(text) => {
                    sheet.write_string_with_format(line, narrow(column)?, text, &formats.text)?;
                }
                Entry::Figure(figure) => formats.write_figure(sheet, line, narrow(column)?, figure)?,
                Entry::Nothing => {
                    sheet.write_blank(line, narrow(column)?, &formats.text)?;
                }
            }
        }
    }
    if !table.note.is_empty() {
        let line = index(table.rows.len() + 4)?;
        write_over(sheet, (line, 0), (1, width), &table.note, &formats.note)?;
        sheet.set_row_height(line, 48)?;
    }
    sheet.set_freeze_panes(3, 0)?;
    sheet.set_paper_size(A4);
    sheet.set_landscape();
    sheet.set_repeat_rows(0, 2)?;
    sheet.set_print_fit_to_pages(1, 0);
    workbook.save_to_writer(out)
}
