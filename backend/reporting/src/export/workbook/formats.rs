//! How cells look, and how a figure becomes a cell.

use std::collections::BTreeMap;

use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

/// A spreadsheet's number is exact to fifteen digits.
pub const EXACT_DIGITS: usize = 15;
const GREY: u32 = 0x00E6_E6E6;

/// The formats of a workbook.
#[derive(Debug)]
pub struct Formats {
    pub title: Format,
    pub subtitle: Format,
    pub note: Format,
    pub section: Format,
    pub head: Format,
    pub text: Format,
    pub blocked: Format,
    date: Format,
    /// By decimals.
    numbers: BTreeMap<usize, Format>,
}

impl Formats {
    pub fn new() -> Self {
        let boxed = Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter);
        let centred = Format::new().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter);
        let right = boxed.clone().set_align(FormatAlign::Right);
        let number = |decimals: usize| {
            let fraction = if decimals == 0 { String::new() } else { format!(".{}", "0".repeat(decimals)) };
            (decimals, right.clone().set_num_format(format!("#,##0{fraction}")))
        };
        Self {
            title: centred.clone().set_bold().set_font_size(16),
            subtitle: centred,
            note: Format::new().set_text_wrap().set_align(FormatAlign::Top),
            section: Format::new().set_bold().set_align(FormatAlign::VerticalCenter),
            head: boxed.clone().set_bold().set_align(FormatAlign::Center).set_text_wrap(),
            text: boxed.clone().set_text_wrap(),
            blocked: boxed.clone().set_background_color(GREY),
            date: right.clone().set_num_format("yyyy-mm-dd"),
            numbers: (0..=10).map(number).collect(),
        }
    }

    /// A label that stands under the ones above it.
    pub fn indented(&self, indent: u8) -> Format {
        if indent == 0 { self.text.clone() } else { self.text.clone().set_indent(indent) }
    }

    /// A figure: a number wherever a number holds it exactly, else the text as it is.
    pub fn write_figure(&self, sheet: &mut Worksheet, row: u32, column: u16, figure: &str) -> Result<(), XlsxError> {
        let decimals = figure.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        let digits = figure.bytes().filter(u8::is_ascii_digit).count();
        match (figure.parse::<f64>(), self.numbers.get(&decimals)) {
            (Ok(number), Some(format)) if digits <= EXACT_DIGITS && number.is_finite() => {
                sheet.write_number_with_format(row, column, number, format)?;
            }
            (Ok(_) | Err(_), _) => match ExcelDateTime::parse_from_str(figure) {
                Ok(date) if is_date(figure) => {
                    sheet.write_datetime_with_format(row, column, date, &self.date)?;
                }
                Ok(_) | Err(_) => {
                    sheet.write_string_with_format(row, column, figure, &self.text)?;
                }
            },
        }
        Ok(())
    }
}

fn is_date(figure: &str) -> bool {
    figure.len() == 10 && figure.bytes().filter(|byte| *byte == b'-').count() == 2
}

/// Text over some cells, merged where there is more than one.
pub fn write_over(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    (rows, columns): (usize, usize),
    text: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    if rows * columns == 1 {
        sheet.write_string_with_format(row, column, text, format)?;
        return Ok(());
    }
    let (last_row, last_column) = (row + index(rows - 1)?, column + narrow(columns - 1)?);
    sheet.merge_range(row, column, last_row, last_column, text, format)?;
    Ok(())
}

/// A count as a row number.
pub fn index(count: usize) -> Result<u32, XlsxError> {
    u32::try_from(count).map_err(|_| XlsxError::RowColumnLimitError)
}

/// A count as a column number.
pub fn narrow(count: usize) -> Result<u16, XlsxError> {
    u16::try_from(count).map_err(|_| XlsxError::RowColumnLimitError)
}
