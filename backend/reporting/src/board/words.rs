//! The board as a table for files and paper, which speaks the language of the forms.

use fupin_contract::{
    Period,
    reporting::{Matrix, MatrixCell, Trend, TrendValue},
};
use fupin_kernel::clock;

use crate::export::table::{Entry, Table};

const WHOLE: &str = "合计";
const NOTE: &str = "提交率＝已提交÷应报；按时率＝截止前提交÷应报。";

/// A share in percent with two decimals, cut off so that only all of it is a hundred.
fn share(part: i64, whole: i64) -> Entry {
    if whole == 0 {
        return Entry::Nothing;
    }
    let hundredths = part * 10_000 / whole;
    Entry::Figure(format!("{}.{:02}", hundredths / 100, hundredths % 100))
}

/// The matrix as it is shown.
pub fn matrix(task: &str, matrix: &Matrix) -> Table {
    let mut head = vec!["单位".to_owned(), "应报份数".to_owned()];
    for form in &matrix.forms {
        head.push(format!("{}\n提交率（%）", form.title));
        head.push(format!("{}\n按时率（%）", form.title));
    }
    let row = |name: &str, cells: &[MatrixCell]| {
        let expected: i64 = cells.iter().map(|cell| cell.expected).sum();
        let shares =
            cells.iter().flat_map(|cell| [share(cell.submitted, cell.expected), share(cell.on_time, cell.expected)]);
        [Entry::Text(name.to_owned()), Entry::Figure(expected.to_string())].into_iter().chain(shares).collect()
    };
    let mut rows = vec![row(WHOLE, &matrix.whole)];
    rows.extend(matrix.rows.iter().map(|line| row(&line.unit.name, &line.cells)));
    Table {
        title: format!("{task}报送进度表"),
        subtitle: format!("{}　　统计至{}", matrix.unit.name, clock::local_date(matrix.as_of).format("%Y年%-m月%-d日")),
        head,
        rows,
        note: NOTE.to_owned(),
    }
}

fn month(period: &Period) -> String {
    let text = period.to_string();
    let (year, month) = text.split_once('-').unwrap_or((&text, ""));
    format!("{year}年{}月", month.trim_start_matches('0'))
}

/// The trend as it is shown.
pub fn trend(trend: &Trend) -> Table {
    let head = std::iter::once("单位".to_owned()).chain(trend.periods.iter().map(month)).collect();
    let value = |value: &TrendValue| value.value.clone().map_or(Entry::Nothing, Entry::Figure);
    let row = |name: &str, values: &[TrendValue]| {
        std::iter::once(Entry::Text(name.to_owned())).chain(values.iter().map(value)).collect()
    };
    let mut rows = vec![row(WHOLE, &trend.whole)];
    rows.extend(trend.rows.iter().map(|line| row(&line.unit.name, &line.values)));
    let measured = trend.measured_in.as_ref().map(|unit| format!("（{unit}）")).unwrap_or_default();
    Table {
        title: format!("{}分月情况", trend.form_title),
        subtitle: format!("{}　　指标：{}{measured}", trend.unit.name, trend.label),
        head,
        rows,
        note: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_all_of_it_is_a_hundred_percent() {
        assert_eq!(share(65_919, 65_920), Entry::Figure("99.99".to_owned()));
        assert_eq!(share(3, 3), Entry::Figure("100.00".to_owned()));
        assert_eq!(share(0, 3), Entry::Figure("0.00".to_owned()));
        assert_eq!(share(0, 0), Entry::Nothing);
    }
}
