//! The words of the sheet and of its report. They go into files, and speak the language of the office.

use fupin_contract::{
    Fault,
    access::Role,
    account_imports::{ImportColumn, MOST_IMPORTED},
};
use serde_json::Value;

pub const SHEET: &str = "账号";
pub const GUIDE_SHEET: &str = "填写说明";
pub const TEMPLATE_NAME: &str = "账号导入模板.xlsx";
pub const REPORT_NAME: &str = "账号导入核对结果";

/// The head of a column.
pub fn head(column: ImportColumn) -> &'static str {
    match column {
        ImportColumn::Name => "姓名",
        ImportColumn::Username => "用户名",
        ImportColumn::Phone => "联系电话",
        ImportColumn::Unit => "单位",
        ImportColumn::Role => "角色",
    }
}

/// The column of a head, as people write it.
pub fn column_of(text: &str) -> Option<ImportColumn> {
    let text: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '*' | '＊')).collect();
    let text = text.split(['（', '(']).next().unwrap_or_default();
    match text {
        "姓名" => Some(ImportColumn::Name),
        "用户名" | "登录名" | "账号" => Some(ImportColumn::Username),
        "联系电话" | "手机号" | "手机号码" | "手机" | "电话" => Some(ImportColumn::Phone),
        "单位" | "所属单位" => Some(ImportColumn::Unit),
        "角色" | "拟任角色" | "拟授角色" => Some(ImportColumn::Role),
        _ => None,
    }
}

pub fn role(role: Role) -> &'static str {
    match role {
        Role::SystemAdmin => "系统管理员",
        Role::SecurityAdmin => "安全管理员",
        Role::AuditAdmin => "审计管理员",
        Role::UnitAdmin => "单位管理员",
        Role::Officer => "业务主管",
        Role::Reviewer => "审核员",
        Role::Clerk => "填报员",
        Role::Leader => "领导",
    }
}

/// The role of a word: as this page calls it, or by its name in the API.
pub fn role_of(text: &str) -> Option<Role> {
    Role::ALL.into_iter().find(|known| role(*known) == text).or_else(|| Role::from_name(&text.to_ascii_lowercase()))
}

/// What is wrong, and how to mend it.
pub fn fault(fault: &Fault) -> (String, String) {
    let param = |name: &str| match fault.params.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let say = |what: String, mend: &str| (what, mend.to_owned());
    match fault.code.as_str() {
        "required" => say("没有填写".to_owned(), "请补填"),
        "length" => say("字数不合要求".to_owned(), "姓名最多 50 个字，用户名 3 至 64 个字符"),
        "username.characters" => say("用户名里有不能用的字符".to_owned(), "只能用字母、数字、点、横线和下划线"),
        "access.row_broken" => say(format!("公式出错（{}）", param("error")), "请改为直接填写的内容"),
        "access.row_username_twice" => {
            say(format!("与第 {} 行的用户名相同", param("row")), "每人一行一个用户名，请改其中一行")
        }
        "access.row_username_taken" => {
            say("用户名已被他人使用".to_owned(), "请换一个用户名；如是同一人，姓名和单位须与已有账号一致")
        }
        "access.row_phone" => say("不是手机号".to_owned(), "应为 11 位、以 1 开头的手机号，请核对"),
        "access.row_unit_unknown" => {
            say("找不到这个单位".to_owned(), "请填单位代码，或从县填起的全称，如“某县/某镇/某村”")
        }
        "access.row_unit_ambiguous" => say(
            format!("有 {} 个单位叫这个名称，如 {}", param("count"), param("examples")),
            "请填单位代码，或从县填起的全称",
        ),
        "access.row_role_unknown" => say("没有这个角色".to_owned(), "请从模板的下拉列表中选择"),
        "access.two_administrators" => say("一个账号不能兼任两种管理员".to_owned(), "请改填其他角色，或另建账号"),
        "access.account_disabled" => say("这个账号已停用".to_owned(), "如需使用，请先在账号页恢复"),
        other => say(other.to_owned(), "请联系系统管理员"),
    }
}

/// How to fill the sheet, line by line.
pub fn guide() -> Vec<String> {
    let mut lines = vec![
        "填写说明".to_owned(),
        format!("1. 在“{SHEET}”工作表中每人填一行，最多 {MOST_IMPORTED} 行；不要改动第一行的表头。"),
        "2. 姓名：最多 50 个字。".to_owned(),
        "3. 用户名：3 至 64 个字符，只能用字母、数字、点、横线和下划线；登录时使用，全平台不能重复。".to_owned(),
        "4. 联系电话：11 位手机号，用来接收设置密码的链接和办事提醒。".to_owned(),
        "5. 单位：填单位代码，或从县填起的全称，如“某县/某镇/某村”；名称在全省唯一时可只填名称。".to_owned(),
        "6. 角色：从下拉列表中选择。导入后由安全管理员确认，确认之前没有任何权限。".to_owned(),
        "7. 上传后先核对，不作任何改动；有误的行列明原因，改正后可再次上传，已导入的行不会重复。".to_owned(),
        "8. 账号没有初始密码，每人会收到一条带有一次性链接的短信，打开后自行设置密码。".to_owned(),
        "可选的角色：".to_owned(),
    ];
    lines.extend(Role::ALL.into_iter().map(|known| format!("　　{}", role(known))));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_head_and_role_is_known_by_its_own_word() {
        for column in ImportColumn::ALL {
            assert_eq!(column_of(&format!(" {} *", head(column))), Some(column));
        }
        for known in Role::ALL {
            assert_eq!(role_of(role(known)), Some(known));
            assert_eq!(role_of(known.name()), Some(known));
        }
    }
}
