//! The circular. It goes into files and onto paper, and speaks the language of the forms.

use fupin_contract::{Period, reporting::Discipline};
use fupin_kernel::clock;

use crate::export::table::{Entry, Table};

const HEAD: [&str; 10] =
    ["名次", "单位", "应报份数", "已报份数", "迟报份数", "迟报天数", "退回次数", "改正格数", "份均扣分", "得分"];

fn month(period: Period) -> String {
    let text = period.to_string();
    let (year, month) = text.split_once('-').unwrap_or((&text, ""));
    format!("{year}年{}月", month.trim_start_matches('0'))
}

/// The ranking as a table.
pub fn circular(ranked: &Discipline) -> Table {
    let span = if ranked.from == ranked.until {
        month(ranked.from)
    } else {
        format!("{}至{}", month(ranked.from), month(ranked.until))
    };
    let number = |count: i64| Entry::Figure(count.to_string());
    let rows = ranked.rows.iter().map(|row| {
        vec![
            number(row.rank),
            Entry::Text(row.unit.name.clone()),
            number(row.expected),
            number(row.submitted),
            number(row.late),
            number(row.late_days),
            number(row.returns),
            number(row.errors),
            Entry::Figure(row.taken_off.clone()),
            Entry::Figure(row.score.clone()),
        ]
    });
    let points = &ranked.points;
    Table {
        title: format!("{}{span}报表报送情况通报", ranked.unit.name),
        subtitle: format!("统计至{}", clock::local_date(ranked.as_of).format("%Y年%-m月%-d日")),
        head: HEAD.map(str::to_owned).to_vec(),
        rows: rows.collect(),
        note: format!(
            "计分办法：每份报表迟报一天扣{}分，每退回一次扣{}分，退回后每改正一格扣{}分；扣分合计除以应报份数，从100分中扣除，扣完为止。",
            points.late_day, points.returned, points.error
        ),
    }
}
