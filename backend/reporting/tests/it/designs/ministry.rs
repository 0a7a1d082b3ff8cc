//! A workbook as a ministry sends it: an empty form with merged heads, a total row, a list, notes, and a frame.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook};

use crate::sheets::workbook::{MAIN, Parts};

pub const SHEET: &str = "监测月报";

/// The workbook, and a second sheet that is none of it.
pub fn workbook() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let plain = Format::new();
    let boxed = plain.clone().set_border(FormatBorder::Thin);
    let head = boxed.clone().set_bold().set_align(FormatAlign::Center).set_text_wrap();
    let title = plain.clone().set_bold().set_font_size(18).set_align(FormatAlign::Center);
    let decimal = boxed.clone().set_num_format("#,##0.00");
    let share = boxed.clone().set_num_format("0.00%");
    let sheet = workbook.add_worksheet().set_name(SHEET).unwrap();
    for (column, width) in [(0, 180), (1, 70), (2, 70), (3, 96), (4, 81), (5, 133)] {
        sheet.set_column_width_pixels(column, width).unwrap();
    }
    sheet.set_row_height(0, 36).unwrap().set_row_height(3, 42).unwrap();
    sheet.merge_range(0, 0, 0, 5, "防止返贫监测帮扶情况", &title).unwrap();
    sheet.merge_range(1, 0, 1, 2, "填报单位：", &plain).unwrap();
    sheet.merge_range(1, 3, 1, 5, "表号：琼监测月31表　　单位：户、人", &plain).unwrap();
    sheet.merge_range(2, 0, 3, 0, "指标名称", &head).unwrap();
    sheet.merge_range(2, 1, 2, 2, "监测对象", &head).unwrap();
    for (column, text) in [(1, "户数（户）"), (2, "人数（人）")] {
        sheet.write_with_format(3, column, text, &head).unwrap();
    }
    for (column, text) in [(3, "投入资金\n（万元）"), (4, "户均占比"), (5, "备注")] {
        sheet.merge_range(2, column, 3, column, text, &head).unwrap();
    }
    sheet.write_with_format(4, 0, "甲", &head).unwrap();
    for column in 1..=5_u16 {
        sheet.write_with_format(4, column, column, &head).unwrap();
    }
    sheet.write_with_format(5, 0, "合计", &boxed).unwrap();
    for (column, letter) in [(1, 'B'), (2, 'C'), (3, 'D')] {
        let format = if column == 3 { &decimal } else { &boxed };
        sheet.write_formula_with_format(5, column, format!("=SUM({letter}7:{letter}9)").as_str(), format).unwrap();
    }
    sheet.write_with_format(5, 4, "—", &boxed).unwrap();
    sheet.write_blank(5, 5, &boxed).unwrap();
    for (row, label) in [(6, "脱贫不稳定户"), (7, "　　其中：有劳动力"), (8, "边缘易致贫户")] {
        sheet.write_with_format(row, 0, label, &boxed).unwrap();
        sheet.write_blank(row, 1, &boxed).unwrap().write_blank(row, 2, &boxed).unwrap();
        sheet.write_blank(row, 3, &decimal).unwrap().write_blank(row, 5, &boxed).unwrap();
        let formula = if row == 8 { "=IF(C9>0,B9/C9,0)".to_owned() } else { format!("=B{0}/C{0}", row + 1) };
        sheet.write_formula_with_format(row, 4, formula.as_str(), &share).unwrap();
    }
    sheet.merge_range(10, 0, 10, 3, "二、新增项目", &plain).unwrap();
    for (column, text) in [(0, "序号"), (1, "项目名称"), (2, "开工日期"), (3, "金额（元）")] {
        sheet.write_with_format(11, column, text, &head).unwrap();
    }
    for row in 12..15 {
        sheet.write_with_format(row, 0, row - 11, &boxed).unwrap();
        for column in 1..=3 {
            sheet.write_blank(row, column, &boxed).unwrap();
        }
    }
    sheet.write_with_format(15, 0, "合计", &boxed).unwrap();
    sheet.write_blank(15, 1, &boxed).unwrap().write_blank(15, 2, &boxed).unwrap();
    sheet.write_formula_with_format(15, 3, "=SUM(D13:D15)", &boxed).unwrap();
    sheet.write_with_format(17, 0, "说明：本表由村级填报。", &plain).unwrap();
    sheet.write_with_format(18, 0, "=单位负责人：", &plain).unwrap();
    workbook.add_worksheet().set_name("填表须知").unwrap().write(0, 0, "每月 25 日前报送").unwrap();
    workbook.save_to_buffer().unwrap()
}

/// What must not change on the way: merges, widths, heights, texts, formulas.
#[derive(Debug, Default, PartialEq)]
pub struct Geometry {
    pub merges: Vec<String>,
    /// By column, as the file says it.
    pub widths: BTreeMap<u32, String>,
    pub heights: BTreeMap<u32, String>,
    pub formulas: Vec<(String, String)>,
}

fn attribute<'x>(tag: &'x str, name: &str) -> Option<&'x str> {
    let rest = tag.split(&format!(" {name}=\"")).nth(1)?;
    rest.split('"').next()
}

fn tags<'x>(xml: &'x str, name: &str) -> Vec<&'x str> {
    let opening = format!("<{name} ");
    let starts = xml.match_indices(&opening).map(|(at, _)| at + name.len() + 1);
    starts.map(|start| xml[start..].split('>').next().unwrap()).collect()
}

/// Of the first sheet.
pub fn geometry(file: &[u8]) -> Geometry {
    let xml = Parts::of(file).text(MAIN);
    let mut merges: Vec<String> =
        tags(&xml, "mergeCell").iter().map(|tag| attribute(tag, "ref").unwrap().to_owned()).collect();
    merges.sort();
    let mut geometry = Geometry { merges, ..Geometry::default() };
    for tag in tags(&xml, "col") {
        let number = |name: &str| attribute(tag, name).unwrap().parse::<u32>().unwrap();
        for column in number("min")..=number("max") {
            geometry.widths.insert(column, attribute(tag, "width").unwrap().to_owned());
        }
    }
    for tag in tags(&xml, "row") {
        if let Some(height) = attribute(tag, "ht") {
            geometry.heights.insert(attribute(tag, "r").unwrap().parse().unwrap(), height.to_owned());
        }
    }
    for cell in xml.split("<c ").skip(1) {
        let cell = cell.split("</c>").next().unwrap();
        if let Some(formula) = cell.split("<f>").nth(1) {
            let address = attribute(&format!(" {cell}"), "r").unwrap().to_owned();
            geometry.formulas.push((address, formula.split("</f>").next().unwrap().to_owned()));
        }
    }
    geometry
}
