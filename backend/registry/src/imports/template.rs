//! An empty table to fill: the columns in the order of the national one, and what each code column may hold.

use fupin_contract::registry::{
    TableKind,
    catalog::{Catalog, FieldType},
};
use rust_xlsxwriter::{DataValidation, Format, Workbook, XlsxError};

/// Rows for which a cell offers its choices.
const OFFERED_ROWS: u32 = 5_000;

pub(super) fn write(catalog: &Catalog, table: TableKind, year: i16) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let text = Format::new().set_num_format("@");
    let head = Format::new().set_bold().set_num_format("@").set_text_wrap();
    let known = catalog.table(table.name());
    let columns = known.map(|table| table.columns.as_slice()).unwrap_or_default();
    let title = known.map_or(table.name(), |table| table.title.as_str());
    let mut lists: Vec<(u16, String, Vec<String>)> = Vec::new();
    {
        let sheet = workbook.add_worksheet().set_name(title)?;
        sheet.set_freeze_panes(1, 0)?;
        for (place, key) in (0u16..).zip(columns) {
            let field = catalog.field(key);
            let item = catalog.income_item(key).map(|item| item.title.as_str());
            let header = field.map_or(item.unwrap_or(key), |field| field.title_in(year));
            // All cells are text: a number of eighteen digits stays one.
            sheet.set_column_format(place, &text)?.set_column_width(place, 14.0)?;
            sheet.write_string_with_format(0, place, header, &head)?;
            match field.map(|field| &field.r#type) {
                Some(FieldType::Code { dictionary }) => {
                    let list = catalog.dictionary(dictionary);
                    let holding = list.iter().flat_map(|list| &list.codes).filter(|code| code.holds_in(year));
                    lists.push((place, header.to_owned(), holding.map(|code| code.label.clone()).collect()));
                }
                Some(FieldType::Boolean) => {
                    let choice = DataValidation::new().allow_list_strings(&["是", "否"])?;
                    sheet.add_data_validation(1, place, OFFERED_ROWS, place, &choice)?;
                }
                _ => {}
            }
        }
    }
    let codes = workbook.add_worksheet().set_name("代码")?;
    for (column, (_, header, labels)) in (0u16..).zip(&lists) {
        codes.write_string_with_format(0, column, header, &head)?;
        for (row, label) in (1u32..).zip(labels) {
            codes.write_string(row, column, label)?;
        }
    }
    workbook.save_to_buffer()
}
