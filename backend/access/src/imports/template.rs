//! The sheet to fill: heads, a list of the roles, every cell text so that numbers keep their zeros, and a page that
//! says how.

use fupin_contract::{access::Role, account_imports::ImportColumn};
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, Format, FormatAlign, FormatBorder, Workbook, XlsxError,
};

use super::words;

const WIDTHS: [f64; 5] = [14.0, 20.0, 18.0, 40.0, 16.0];
const GUIDE_WIDTH: f64 = 100.0;
/// The last row that the choices reach: the most that are taken, and the head.
const LAST: u32 = 60_000;
const HEAD_COLOUR: u32 = 0x00E6_F0FA;

/// The sheet as a workbook.
pub fn write() -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let head = Format::new()
        .set_bold()
        .set_align(FormatAlign::Center)
        .set_border(FormatBorder::Thin)
        .set_background_color(HEAD_COLOUR);
    let text = Format::new().set_num_format("@");
    let page = workbook.add_worksheet().set_name(words::SHEET)?;
    for ((place, column), width) in (0_u16..).zip(ImportColumn::ALL).zip(WIDTHS) {
        page.set_column_format(place, &text)?;
        page.set_column_width(place, width)?;
        page.write_string_with_format(0, place, words::head(column), &head)?;
        if column == ImportColumn::Role {
            let roles: Vec<&str> = Role::ALL.into_iter().map(words::role).collect();
            let choice = DataValidation::new()
                .allow_list_strings(&roles)?
                .set_error_style(DataValidationErrorStyle::Stop)
                .set_error_message("请从下拉列表中选择角色")?;
            page.add_data_validation(1, place, LAST, place, &choice)?;
        }
    }
    page.set_freeze_panes(1, 0)?;
    let guide = workbook.add_worksheet().set_name(words::GUIDE_SHEET)?;
    guide.set_column_width(0, GUIDE_WIDTH)?;
    for (row, line) in (0..).zip(words::guide()) {
        guide.write_string(row, 0, line)?;
    }
    workbook.save_to_buffer()
}
