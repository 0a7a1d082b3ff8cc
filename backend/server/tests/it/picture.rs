//! The picture of who may do what where, for whoever has to approve it.

use fupin_contract::access::Role;

use crate::world::PLACES;

/// What an answer means to a person.
pub fn class(status: u16) -> String {
    match status {
        200..=299 => "✔".to_owned(),
        other => other.to_string(),
    }
}

pub const LEGEND: &str = "✔ 办成　401 没有登录或凭据不对　403 该角色在哪里都不能做　404 看不见，与不存在无异　409 现在的状态不许　422 内容不许";

pub fn role_name(role: Role) -> &'static str {
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

/// The answers of one operation: nobody's, and each role's at each place.
pub struct Row {
    pub title: &'static str,
    pub operation: String,
    pub nobody: u16,
    pub roles: Vec<(Role, [u16; PLACES.len()])>,
}

/// A Chinese character is as wide as two others.
fn width(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() || c == '✔' || c == '·' { 1 } else { 2 }).sum()
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let padded = cells.iter().zip(widths).map(|(cell, most)| format!("{cell}{}", " ".repeat(most - width(cell))));
    padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let widths: Vec<usize> =
        (0..columns).map(|column| rows.iter().map(|row| width(&row[column])).max().unwrap_or_default()).collect();
    rows.iter().map(|row| line(row, &widths)).collect::<Vec<_>>().join("\n")
}

/// Who may do what: each role, standing where the object belongs.
pub fn by_role(rows: &[Row]) -> String {
    let mut lines = vec![vec!["操作".to_owned(), "无人".to_owned()]];
    lines[0].extend(Role::ALL.map(|role| role_name(role).to_owned()));
    for row in rows {
        let mut cells = vec![row.title.to_owned(), class(row.nobody)];
        cells.extend(row.roles.iter().map(|(_, answers)| class(answers[0])));
        lines.push(cells);
    }
    format!("谁能做什么（人在对象所属的镇任职）\n{LEGEND}\n\n{}", table(&lines))
}

/// Where whoever may do it somewhere may do it.
pub fn by_place(rows: &[Row]) -> String {
    let mut lines = vec![vec!["操作".to_owned(), "角色".to_owned()]];
    lines[0].extend(PLACES.map(|(place, _)| place.to_owned()));
    for row in rows {
        let line = |role: &str, answers: &[u16]| {
            let mut cells = vec![row.title.to_owned(), role.to_owned()];
            cells.extend(answers.iter().map(|status| class(*status)));
            cells
        };
        match row.roles.split_first() {
            Some(((_, first), others)) if others.iter().all(|(_, answers)| answers == first) => {
                lines.push(line("任何角色", first));
            }
            _ => {
                let can = row.roles.iter().filter(|(_, answers)| answers.iter().any(|status| *status != 403));
                lines.extend(can.map(|(role, answers)| line(role_name(*role), answers)));
            }
        }
    }
    let places = "对象属于甲东镇；人在本级（甲东镇）、下级（甲东一村）、平级（甲西镇）、上级（甲县）或省级任职";
    format!("在哪里能做\n{places}\n{LEGEND}\n\n{}", table(&lines))
}
