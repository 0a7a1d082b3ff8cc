//! The words of the spreadsheet. It goes into files and onto paper, and speaks the language of the forms.

use fupin_contract::reporting::TotalsOf;

pub const SUMMARY_SHEET: &str = "汇总表";
pub const DETAIL_SHEET: &str = "分单位明细";
pub const TOTAL_ROW: &str = "合计";
pub const NOT_APPLICABLE: &str = "/";

/// The head of the second sheet.
pub const DETAIL_HEAD: [&str; 11] =
    ["单位", "表", "行", "指标", "计量单位", "汇总数", "应报份数", "计入份数", "有数份数", "未填份数", "不适用份数"];

pub fn of(of: TotalsOf) -> &'static str {
    match of {
        TotalsOf::Submitted => "全部已提交",
        TotalsOf::ApprovedOnce => "已通过一级审核",
        TotalsOf::ApprovedTwice => "已通过两级审核",
        TotalsOf::Approved => "审核全部通过",
    }
}

pub fn subtitle(unit: &str, period: &str, of_what: &str, counted: i64, expected: i64) -> String {
    let (year, month) = period.split_once('-').unwrap_or((period, ""));
    format!("汇总单位：{unit}　　期别：{year}年{month}月　　范围：{of_what}　　应报{expected}份，计入{counted}份")
}
