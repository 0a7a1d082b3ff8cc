//! The words of the files that this domain gives: they are read by people outside the application.

use fupin_contract::registry::TableFault;
use serde_json::Value;

pub(super) const TEMPLATE_SUFFIX: &str = "导入模板";
pub(super) const ERRORS_NAME: &str = "错误数据";
pub(super) const ERROR_HEADER: &str = "错误说明";
pub(super) const ROW_HEADER: &str = "原行号";

/// What is wrong, in a sentence that names the column.
pub(super) fn sentence(fault: &TableFault) -> String {
    let param = |name: &str| match fault.params.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let said = match fault.code.as_str() {
        "required" => "未填写".to_owned(),
        "fact.unknown_code" => format!("“{}”不在代码表中", param("typed")),
        "fact.not_a_number" => "应为数字".to_owned(),
        "fact.range" => format!("应在 {} 到 {} 之间", param("least"), param("most")),
        "fact.scale" => format!("最多保留 {} 位小数", param("scale")),
        "fact.not_a_date" => "应为日期，例如 2020-01-02".to_owned(),
        "fact.not_yes_no" => "应填“是”或“否”".to_owned(),
        "fact.too_long" => format!("最多 {} 个字", param("most")),
        "fact.control" => "含有不可见的控制字符".to_owned(),
        "fact.not_a_phone" => "应为 11 位手机号码".to_owned(),
        "fact.not_a_card" => "应为 12 到 19 位银行卡号".to_owned(),
        "fact.name" => "姓名为 1 到 50 个字".to_owned(),
        "id_number.rounded" => "号码被电子表格按数字保存，后几位已丢失".to_owned(),
        "id_number.length" => format!("号码有 {} 位，应为 18 位（残疾人证 20 或 22 位）", param("length")),
        "id_number.character" => format!("第 {} 位不是数字", param("position")),
        "id_number.birthday" => "第 7 至 14 位不是有效日期".to_owned(),
        "id_number.checksum" => "校验位与前 17 位不符".to_owned(),
        "id_number.disability" => "残疾类别或等级有误".to_owned(),
        "import.no_village" => format!("找不到行政村“{}”，或不在您的辖区内", param("village")),
        "import.household_number" => "户编号有误，或被电子表格按数字保存".to_owned(),
        "import.year" => "年度有误".to_owned(),
        "import.person_twice" => format!("与第 {} 行是同一个人", param("row")),
        "import.taken" => "此人当年已登记在其他户".to_owned(),
        "import.no_household" => "没有这一户，请先导入人口或户信息".to_owned(),
        "registry.no_members" => "该户当年没有成员，无法计算人均收入".to_owned(),
        "registry.two_heads" => "该户已有一个户主".to_owned(),
        "registry.no_head" => "该户没有户主".to_owned(),
        "registry.sex_against_number" => "性别与证件号码不一致".to_owned(),
        "registry.birthday_against_number" => "出生日期与证件号码不一致".to_owned(),
        other => other.to_owned(),
    };
    match &fault.column {
        Some(column) => format!("{column}：{said}"),
        None => said,
    }
}
