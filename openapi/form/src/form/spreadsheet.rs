//! A computed cell as a spreadsheet says it: the formula that a person sees when he or she fills the form in Excel.
//! Invariants: it comes to what the engine comes to, in all four states of the cells that it reads; what a spreadsheet
//! cannot say has no formula, and stands there as a value.

use crate::evaluate::{Aggregate, Arithmetic, Comparison, Expression, Operand, Reference};
use crate::{CellKind, Form};

/// What stands for 「不适用」 in a spreadsheet.
pub const NOT_APPLICABLE_WORD: &str = "不适用";
/// Excel reads no formula that is longer.
const MOST_CHARACTERS: usize = 8_000;

/// Where a spreadsheet keeps the cells of a form. Indexes are those of [`Form::cells`].
pub trait Addresses {
    /// One cell; of a dynamic section in the given line.
    fn cell(&self, index: usize, line: usize) -> String;
    /// All cells between two of one fixed section, both included.
    fn block(&self, first: usize, last: usize) -> String;
    /// All lines of a column of a dynamic section.
    fn column(&self, index: usize) -> String;
}

/// A part of a formula: what it comes to, provided that all of `known` hold; else it is blank if one of `blank` holds,
/// and not applicable otherwise.
struct Said {
    value: String,
    known: Vec<String>,
    blank: Vec<String>,
}

/// What is reckoned over a list of ranges; `blank` counts the blank cells among them.
fn aggregated(value: String, list: &str, blank: &str) -> Said {
    // Blank cells among others that hold a value are passed over.
    Said { value, known: vec![format!("COUNT({list})>0")], blank: vec![format!("AND(COUNT({list})=0,{blank}>0)")] }
}

/// Ranges, less single cells, and numbers that are there whatever the cells hold.
fn sum(ranges: &[String], taken_off: &[String], certain: &[String]) -> Said {
    let summed = |ranges: &[String]| format!("SUM({})", ranges.join(","));
    let mut parts: Vec<String> = certain.to_vec();
    parts.extend((!ranges.is_empty()).then(|| summed(ranges)));
    let less = if taken_off.is_empty() { String::new() } else { format!("-{}", summed(taken_off)) };
    let all = [ranges, taken_off].concat();
    if all.is_empty() && certain.is_empty() {
        return Said { value: "0".to_owned(), known: vec!["FALSE".to_owned()], blank: Vec::new() };
    }
    let terms = format!("{}{less}", if parts.is_empty() { "0".to_owned() } else { parts.join("+") });
    let value = if parts.len() < 2 && less.is_empty() { terms } else { format!("({terms})") };
    if !certain.is_empty() {
        return Said::plain(value);
    }
    let blank = all.iter().map(|range| format!("COUNTBLANK({range})")).collect::<Vec<_>>().join("+");
    aggregated(value, &all.join(","), &blank)
}

/// When a condition certainly holds, and when it certainly does not; in between it cannot be judged.
struct Judged {
    holds: String,
    fails: String,
}

struct Writer<'a, A> {
    form: &'a Form,
    addresses: &'a A,
    line: usize,
}

impl Form {
    /// The formula of a computed cell, without the equals sign; `line` is its row in a dynamic section.
    pub fn spreadsheet_formula(&self, index: usize, line: usize, addresses: &impl Addresses) -> Option<String> {
        let formula = self.formulas.get(index)?.as_ref()?;
        let writer = Writer { form: self, addresses, line };
        let said = writer.say(&formula.expression)?;
        let rounded = Said { value: format!("ROUND({},{})", said.value, formula.scale), ..said };
        // Division by zero and whatever else cannot be calculated is blank.
        let whole = format!("IFERROR({},\"\")", rounded.whole());
        (whole.chars().count() <= MOST_CHARACTERS).then_some(whole)
    }
}

impl Said {
    fn plain(value: String) -> Self {
        Self { value, known: Vec::new(), blank: Vec::new() }
    }

    /// The value, or what stands there without one.
    fn whole(&self) -> String {
        if self.known.is_empty() {
            return self.value.clone();
        }
        let otherwise = format!("IF({},\"\",\"{NOT_APPLICABLE_WORD}\")", any(&self.blank));
        format!("IF({},{},{otherwise})", all(&self.known), self.value)
    }
}

fn all(conditions: &[String]) -> String {
    match conditions {
        [] => "TRUE".to_owned(),
        [one] => one.clone(),
        several => format!("AND({})", several.join(",")),
    }
}

fn any(conditions: &[String]) -> String {
    match conditions {
        [] => "FALSE".to_owned(),
        [one] => one.clone(),
        several => format!("OR({})", several.join(",")),
    }
}

fn short(said: Said) -> Option<Said> {
    let length = |parts: &[String]| parts.iter().map(String::len).sum::<usize>();
    (said.value.len() + length(&said.known) + length(&said.blank) <= MOST_CHARACTERS * 3).then_some(said)
}

impl<A: Addresses> Writer<'_, A> {
    fn say(&self, expression: &Expression) -> Option<Said> {
        let said = match expression {
            Expression::Number(number) => Said::plain(number.to_string()),
            Expression::Date(date) => Said::plain(date.format("DATE(%Y,%-m,%-d)").to_string()),
            Expression::Cell(reference) => self.say_cell(*reference),
            Expression::Aggregate(aggregate, operands) => self.say_aggregate(*aggregate, operands)?,
            Expression::Negate(inner) => self.map(inner, |value| format!("(-{value})"))?,
            Expression::Absolute(inner) => self.map(inner, |value| format!("ABS({value})"))?,
            Expression::Round(inner, scale) => self.map(inner, |value| format!("ROUND({value},{scale})"))?,
            Expression::Arithmetic(arithmetic, sides) => self.say_arithmetic(*arithmetic, sides)?,
            Expression::If(parts) => self.say_if(parts)?,
            Expression::Text(_)
            | Expression::Compare(..)
            | Expression::All(_)
            | Expression::Any(_)
            | Expression::Not(_)
            | Expression::IsBlank(_)
            | Expression::IsNotApplicable(_) => return None,
        };
        short(said)
    }

    fn map(&self, inner: &Expression, map: impl FnOnce(String) -> String) -> Option<Said> {
        let said = self.say(inner)?;
        Some(Said { value: map(said.value), ..said })
    }

    fn is_blocked(&self, index: usize) -> bool {
        self.form.cells[index].kind == CellKind::Blocked
    }

    fn address(&self, reference: Reference) -> String {
        self.addresses.cell(self.form.spec_of(reference).index, self.line)
    }

    fn say_cell(&self, reference: Reference) -> Said {
        let address = self.address(reference);
        if self.is_blocked(self.form.spec_of(reference).index) {
            // A greyed cell is empty in the spreadsheet, and not applicable by nature.
            return Said { value: "0".to_owned(), known: vec!["FALSE".to_owned()], blank: Vec::new() };
        }
        let (known, blank) = (format!("ISNUMBER({address})"), format!("{address}=\"\""));
        Said { value: address, known: vec![known], blank: vec![blank] }
    }

    fn say_arithmetic(&self, arithmetic: Arithmetic, sides: &[Expression; 2]) -> Option<Said> {
        let (mut left, right) = (self.say(&sides[0])?, self.say(&sides[1])?);
        let sign = match arithmetic {
            Arithmetic::Add => '+',
            Arithmetic::Subtract => '-',
            Arithmetic::Multiply => '*',
            Arithmetic::Divide => '/',
        };
        for (mine, other) in [(&mut left.known, right.known), (&mut left.blank, right.blank)] {
            other.into_iter().for_each(|condition| {
                if !mine.contains(&condition) {
                    mine.push(condition)
                }
            });
        }
        Some(Said { value: format!("({}{sign}{})", left.value, right.value), ..left })
    }

    fn say_if(&self, parts: &[Expression; 3]) -> Option<Said> {
        let judged = self.judge(&parts[0])?;
        let (then, otherwise) = (self.say(&parts[1])?.whole(), self.say(&parts[2])?.whole());
        let value = format!("IF({},{then},IF({},{otherwise},\"\"))", judged.holds, judged.fails);
        let (known, blank) = (format!("ISNUMBER({value})"), format!("{value}=\"\""));
        Some(Said { value, known: vec![known], blank: vec![blank] })
    }

    fn judge(&self, expression: &Expression) -> Option<Judged> {
        match expression {
            Expression::Compare(comparison, sides) => self.judge_comparison(*comparison, sides),
            Expression::All(parts) => {
                let (holds, fails) = self.judge_each(parts)?;
                Some(Judged { holds: all(&holds), fails: any(&fails) })
            }
            Expression::Any(parts) => {
                let (holds, fails) = self.judge_each(parts)?;
                Some(Judged { holds: any(&holds), fails: all(&fails) })
            }
            Expression::Not(inner) => {
                let inner = self.judge(inner)?;
                Some(Judged { holds: inner.fails, fails: inner.holds })
            }
            Expression::IsBlank(inner) => Some(certain(format!("{}=\"\"", self.state_of(inner)?))),
            Expression::IsNotApplicable(inner) => {
                Some(certain(format!("{}=\"{NOT_APPLICABLE_WORD}\"", self.state_of(inner)?)))
            }
            Expression::Number(_)
            | Expression::Text(_)
            | Expression::Date(_)
            | Expression::Cell(_)
            | Expression::Aggregate(..)
            | Expression::Negate(_)
            | Expression::Arithmetic(..)
            | Expression::If(_)
            | Expression::Absolute(_)
            | Expression::Round(..) => None,
        }
    }

    fn judge_each(&self, parts: &[Expression]) -> Option<(Vec<String>, Vec<String>)> {
        let judged: Option<Vec<Judged>> = parts.iter().map(|part| self.judge(part)).collect();
        Some(judged?.into_iter().map(|judged| (judged.holds, judged.fails)).unzip())
    }

    /// What shows whether an expression is blank or not applicable.
    fn state_of(&self, inner: &Expression) -> Option<String> {
        match inner {
            Expression::Cell(reference) if !self.is_blocked(self.form.spec_of(*reference).index) => {
                Some(self.address(*reference))
            }
            Expression::Cell(_) => Some(format!("\"{NOT_APPLICABLE_WORD}\"")),
            other => Some(self.say(other)?.whole()),
        }
    }

    fn judge_comparison(&self, comparison: Comparison, sides: &[Expression; 2]) -> Option<Judged> {
        let sign = match comparison {
            Comparison::Equal => "=",
            Comparison::NotEqual => "<>",
            Comparison::Less => "<",
            Comparison::AtMost => "<=",
            Comparison::Greater => ">",
            Comparison::AtLeast => ">=",
        };
        let (left, right) = (self.side(&sides[0], &sides[1])?, self.side(&sides[1], &sides[0])?);
        // Excel sorts texts in an order of its own: only whether they are the same is the same everywhere.
        let is_text = left.1 || right.1;
        if is_text && !matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
            return None;
        }
        let compared = format!("{}{sign}{}", left.0.value, right.0.value);
        let known: Vec<String> = left.0.known.into_iter().chain(right.0.known).collect();
        let known = all(&known);
        Some(Judged { holds: format!("AND({known},{compared})"), fails: format!("AND({known},NOT({compared}))") })
    }

    /// One side of a comparison, and whether it is a text. The code of a choice is shown by its label.
    fn side(&self, side: &Expression, other: &Expression) -> Option<(Said, bool)> {
        match (side, other) {
            (Expression::Text(code), Expression::Cell(reference)) => {
                let label = match &self.form.spec_of(*reference).kind {
                    CellKind::Choice { options } => &options.iter().find(|option| *option.code == **code)?.label,
                    CellKind::Integer
                    | CellKind::Decimal { .. }
                    | CellKind::Money
                    | CellKind::Text { .. }
                    | CellKind::Date
                    | CellKind::Computed { .. }
                    | CellKind::Blocked => code.as_ref(),
                };
                Some((Said::plain(format!("\"{}\"", label.replace('"', "\"\""))), true))
            }
            (Expression::Cell(reference), _) if self.holds_text(*reference) => {
                let address = self.address(*reference);
                let known = vec![format!("{address}<>\"\""), format!("{address}<>\"{NOT_APPLICABLE_WORD}\"")];
                Some((Said { value: address, known, blank: Vec::new() }, true))
            }
            (other, _) => Some((self.say(other)?, false)),
        }
    }

    fn holds_text(&self, reference: Reference) -> bool {
        matches!(self.form.spec_of(reference).kind, CellKind::Text { .. } | CellKind::Choice { .. })
    }

    fn say_aggregate(&self, aggregate: Aggregate, operands: &[Operand]) -> Option<Said> {
        let (mut ranges, mut taken_off, mut certain) = (Vec::new(), Vec::new(), Vec::new());
        for operand in operands {
            match operand {
                Operand::One(Expression::Number(number)) if aggregate == Aggregate::Sum => {
                    certain.push(number.to_string())
                }
                Operand::One(Expression::Negate(inner)) if aggregate == Aggregate::Sum => match inner.as_ref() {
                    Expression::Cell(reference) if !self.is_blocked(self.form.spec_of(*reference).index) => {
                        taken_off.push(self.address(*reference));
                    }
                    _ => return None,
                },
                Operand::One(Expression::Cell(reference)) => {
                    let blocked = self.is_blocked(self.form.spec_of(*reference).index);
                    ranges.extend((!blocked).then(|| self.address(*reference)));
                }
                Operand::One(_) => return None,
                Operand::Cells(cells) => ranges.extend(self.ranges(cells)),
                Operand::Column { section, column } => {
                    ranges.push(self.addresses.column(self.form.sections[*section as usize].first + *column as usize));
                }
            }
        }
        let each = |of: &dyn Fn(&String) -> String| ranges.iter().map(of).collect::<Vec<_>>().join("+");
        let blank = each(&|range| format!("COUNTBLANK({range})"));
        let list = ranges.join(",");
        let function = match aggregate {
            Aggregate::Count if ranges.is_empty() => return Some(Said::plain("0".to_owned())),
            Aggregate::Count => {
                let cells = each(&|range| format!("ROWS({range})*COLUMNS({range})"));
                let others = each(&|range| format!("COUNTIF({range},\"{NOT_APPLICABLE_WORD}\")"));
                return Some(Said::plain(format!("({cells}-({blank})-({others}))")));
            }
            Aggregate::Sum => return Some(sum(&ranges, &taken_off, &certain)),
            Aggregate::Average => "AVERAGE",
            Aggregate::Min => "MIN",
            Aggregate::Max => "MAX",
        };
        if ranges.is_empty() {
            return Some(Said { value: "0".to_owned(), known: vec!["FALSE".to_owned()], blank: Vec::new() });
        }
        Some(aggregated(format!("{function}({list})"), &list, &blank))
    }

    /// As few ranges as the cells make, whether they stand below or beside one another.
    fn ranges(&self, cells: &[u32]) -> Vec<String> {
        let mut indexes: Vec<usize> = cells.iter().map(|index| *index as usize).collect();
        indexes.retain(|index| !self.is_blocked(*index));
        let place = |index: &usize| {
            let section = &self.form.sections[self.form.cells[*index].section];
            let at = index - section.first;
            (section.first, at / section.columns.len(), at % section.columns.len())
        };
        indexes.sort_unstable();
        let beside = runs(&indexes, |a, b| (place(a).0, place(a).1, place(a).2 + 1) == place(b));
        indexes.sort_unstable_by_key(|index| (place(index).0, place(index).2, place(index).1));
        let below = runs(&indexes, |a, b| (place(a).0, place(a).1 + 1, place(a).2) == place(b));
        let fewer = if below.len() < beside.len() { below } else { beside };
        let range = |(first, last): (usize, usize)| {
            if first == last { self.addresses.cell(first, 0) } else { self.addresses.block(first, last) }
        };
        fewer.into_iter().map(range).collect()
    }
}

fn certain(condition: String) -> Judged {
    Judged { fails: format!("NOT({condition})"), holds: condition }
}

/// First and last of each run of neighbours.
fn runs(indexes: &[usize], follows: impl Fn(&usize, &usize) -> bool) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for index in indexes {
        match runs.last_mut() {
            Some((_, last)) if follows(last, index) => *last = *index,
            Some(_) | None => runs.push((*index, *index)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Rows from 1 and columns from A, as the form has them.
    struct Grid<'a>(&'a Form);

    impl Addresses for Grid<'_> {
        fn cell(&self, index: usize, line: usize) -> String {
            let section = &self.0.sections[self.0.cells[index].section];
            let at = index - section.first;
            let row = if section.is_dynamic() { line } else { at / section.columns.len() };
            let column = char::from(b'A' + u8::try_from(at % section.columns.len()).unwrap());
            format!("{column}{}", row + 1)
        }

        fn block(&self, first: usize, last: usize) -> String {
            format!("{}:{}", self.cell(first, 0), self.cell(last, 0))
        }

        fn column(&self, index: usize) -> String {
            format!("{}:{}", self.cell(index, 0), self.cell(index, 9))
        }
    }

    fn formula(written: &str) -> Option<String> {
        let number = |key: &str| json!({"key": key, "title": key, "cell": {"type": "integer"}});
        let kind = json!({"choice": {"options": [{"code": "p", "label": "普\"通"}]}});
        let definition = json!({
            "code": "a", "title": "a",
            "sections": [{
                "key": "s", "title": "s", "row_header": "s",
                "columns": [
                    number("a"), number("b"), number("c"),
                    {"key": "k", "title": "k", "cell": {"type": kind}},
                    {"key": "x", "title": "x", "cell": {"type": {"computed": {"formula": written, "scale": 2}}, "roll_up": "none"}}
                ],
                "rows": {"fixed": [{"key": "r1", "label": "1"}, {"key": "r2", "label": "2"}, {"key": "r3", "label": "3"}]},
                "cells": [{"row": "r3", "column": "b", "cell": {"blocked": true}}]
            }]
        });
        let form = Form::compile(serde_json::from_value(definition).unwrap()).unwrap();
        form.spreadsheet_formula(form.index_of("s.r1.x").unwrap(), 0, &Grid(&form))
    }

    #[test]
    fn a_sum_of_neighbours_is_a_range_whether_below_or_beside() {
        let beside = "IFERROR(IF(COUNT(A1:C1)>0,ROUND(SUM(A1:C1),2),IF(AND(COUNT(A1:C1)=0,COUNTBLANK(A1:C1)>0),\"\",\"不适用\")),\"\")";
        assert_eq!(formula("sum(a:c)").as_deref(), Some(beside));
        assert!(formula("sum(r1:r3.a)").unwrap().contains("SUM(A1:A3)"));
        assert!(formula("sum(r1:r3.b)").unwrap().contains("SUM(B1:B2)"), "a greyed cell is not part of it");
    }

    #[test]
    fn arithmetic_needs_both_sides() {
        let said = formula("a / b * 100").unwrap();
        let known = "AND(ISNUMBER(A1),ISNUMBER(B1))";
        let otherwise = "IF(OR(A1=\"\",B1=\"\"),\"\",\"不适用\")";
        assert_eq!(said, format!("IFERROR(IF({known},ROUND(((A1/B1)*100),2),{otherwise}),\"\")"));
    }

    #[test]
    fn a_choice_is_compared_by_its_label() {
        let said = formula("if(k = 'p', a, 0)").unwrap();
        assert!(said.contains("D1=\"普\"\"通\""), "{said}");
    }

    #[test]
    fn what_a_spreadsheet_cannot_say_has_no_formula() {
        assert_eq!(formula("sum(a + b, c)"), None);
    }
}
