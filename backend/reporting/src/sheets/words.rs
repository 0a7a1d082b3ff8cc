//! The words of the spreadsheet that a person fills. It goes onto paper as well, and speaks the language of the forms.

use fupin_contract::Period;
use fupin_form::{CellKind, CellSpec, NOT_APPLICABLE_WORD, Value};

/// The sheet that nobody sees: what the file was made for, and what stood in which cell.
pub const MARKS_SHEET: &str = "_fupin";
/// All sections of fixed rows; short, because it stands before the address of each cell that is named to a person.
pub const MAIN_SHEET: &str = "填报表";
pub const GUIDE: &str = "只填白色的格；灰色和带公式的格不用填。没有这项业务的填「不适用」，有业务但数量为零的填 0。";
pub const REFUSED_TITLE: &str = "填写不合要求";

pub fn subtitle(unit: &str, period: Period) -> String {
    let text = period.to_string();
    let (year, month) = text.split_once('-').unwrap_or((&text, ""));
    format!("填报单位：{unit}　　期别：{year}年{month}月")
}

/// What a cell asks for, for whoever typed something else.
pub fn demand(spec: &CellSpec) -> String {
    let bound = |value: &Option<Value>| value.as_ref().and_then(bound_text);
    let kind = match &spec.kind {
        CellKind::Integer => "整数".to_owned(),
        CellKind::Money => "金额，最多 2 位小数".to_owned(),
        CellKind::Decimal { scale } => format!("数字，最多 {scale} 位小数"),
        CellKind::Date => "日期，如 2026-11-23".to_owned(),
        CellKind::Text { max_len } => format!("文字，最多 {max_len} 个字"),
        CellKind::Choice { .. } => "列表中的一项".to_owned(),
        CellKind::Computed { .. } | CellKind::Blocked => String::new(),
    };
    let range = match (bound(&spec.min), bound(&spec.max)) {
        (Some(min), Some(max)) => format!("，从 {min} 到 {max}"),
        (Some(min), None) => format!("，不小于 {min}"),
        (None, Some(max)) => format!("，不大于 {max}"),
        (None, None) => String::new(),
    };
    let or = if spec.always_applies { String::new() } else { format!("；没有的填「{NOT_APPLICABLE_WORD}」") };
    format!("请填{kind}{range}{or}。")
}

fn bound_text(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::Date(date) => Some(date.to_string()),
        Value::Blank | Value::NotApplicable | Value::Text(_) => None,
    }
}
