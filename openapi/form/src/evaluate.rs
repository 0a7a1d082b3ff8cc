//! Calculating compiled expressions over the values of a report.
//! Invariants: every expression ends (no loops, no recursion beyond its own depth) and answers;
//! what cannot be calculated (a blank operand, division by zero, overflow) is blank, never an
//! error. The whole semantics stand at the head of the crate.

use chrono::NaiveDate;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::form::MAX_SCALED;
use crate::sheet::Sheet;
use crate::{RuleId, Severity, Value};

#[derive(Debug, Clone)]
pub(crate) struct Formula {
    pub expression: Expression,
    pub scale: u32,
}

#[derive(Debug, Clone)]
pub(crate) struct Rule {
    /// Of a rule for each row of a fixed section: with the row. Of a dynamic section: without.
    pub id: RuleId,
    pub severity: Severity,
    /// The dynamic section whose rows it is judged for.
    pub each_row_of: Option<usize>,
    pub expression: Expression,
    pub marks: Vec<Reference>,
    pub row_label: String,
    pub message: Vec<MessagePart>,
}

#[derive(Debug, Clone)]
pub(crate) enum MessagePart {
    Text(String),
    Value { name: String, reference: Reference },
    RowLabel,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reference {
    /// A cell of a fixed section.
    Cell(u32),
    /// The cell of a column in the dynamic row that is being looked at.
    InRow { section: u32, column: u32 },
}

#[derive(Debug, Clone)]
pub(crate) enum Expression {
    Number(Decimal),
    Text(Box<str>),
    Date(NaiveDate),
    Cell(Reference),
    Aggregate(Aggregate, Box<[Operand]>),
    Negate(Box<Expression>),
    Arithmetic(Arithmetic, Box<[Expression; 2]>),
    Compare(Comparison, Box<[Expression; 2]>),
    All(Box<[Expression]>),
    Any(Box<[Expression]>),
    Not(Box<Expression>),
    If(Box<[Expression; 3]>),
    IsBlank(Box<Expression>),
    IsNotApplicable(Box<Expression>),
    Absolute(Box<Expression>),
    Round(Box<Expression>, u32),
}

#[derive(Debug, Clone)]
pub(crate) enum Operand {
    One(Expression),
    Cells(Box<[u32]>),
    /// Every row of a column of a dynamic section.
    Column {
        section: u32,
        column: u32,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aggregate {
    Sum,
    Average,
    Min,
    Max,
    Count,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// What an expression answers: a value, borrowed, or a truth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Answer<'a> {
    Blank,
    NotApplicable,
    Number(Decimal),
    Date(NaiveDate),
    Text(&'a str),
    Truth(bool),
}

impl<'a> From<&'a Value> for Answer<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Blank => Self::Blank,
            Value::NotApplicable => Self::NotApplicable,
            Value::Number(number) => Self::Number(*number),
            Value::Date(date) => Self::Date(*date),
            Value::Text(text) => Self::Text(text),
        }
    }
}

/// Where an expression is calculated: a sheet, and the dynamic row that is being looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub sheet: &'a Sheet,
    pub row: usize,
}

impl Formula {
    pub fn value(&self, place: Place<'_>) -> Value {
        match place.answer(&self.expression) {
            Answer::Number(number) => at_scale(number, self.scale).map_or(Value::Blank, Value::Number),
            Answer::NotApplicable => Value::NotApplicable,
            Answer::Blank | Answer::Date(_) | Answer::Text(_) | Answer::Truth(_) => Value::Blank,
        }
    }
}

/// Rounded half away from zero, with exactly `scale` decimals; none when it is too large.
pub(crate) fn at_scale(number: Decimal, scale: u32) -> Option<Decimal> {
    let mut number = number.round_dp_with_strategy(scale, RoundingStrategy::MidpointAwayFromZero);
    number.rescale(scale);
    let fits = number.scale() == scale && number.mantissa().unsigned_abs() <= MAX_SCALED as u128;
    fits.then_some(if number.is_zero() { Decimal::new(0, scale) } else { number })
}

impl<'a> Place<'a> {
    /// Whether the expression is known to be false. What cannot be judged is not broken.
    pub fn is_broken(self, expression: &'a Expression) -> bool {
        self.truth(expression) == Some(false)
    }

    /// None when it cannot be judged.
    fn truth(self, expression: &'a Expression) -> Option<bool> {
        match self.answer(expression) {
            Answer::Truth(truth) => Some(truth),
            Answer::Blank | Answer::NotApplicable | Answer::Number(_) | Answer::Date(_) | Answer::Text(_) => None,
        }
    }

    pub fn value(self, reference: Reference) -> &'a Value {
        match reference {
            Reference::Cell(index) => self.sheet.fixed_value(index as usize),
            Reference::InRow { section, column } => self.sheet.row_value(section as usize, self.row, column as usize),
        }
    }

    pub fn answer(self, expression: &'a Expression) -> Answer<'a> {
        match expression {
            Expression::Number(number) => Answer::Number(*number),
            Expression::Text(text) => Answer::Text(text),
            Expression::Date(date) => Answer::Date(*date),
            Expression::Cell(reference) => self.value(*reference).into(),
            Expression::Aggregate(aggregate, operands) => self.aggregate(*aggregate, operands),
            Expression::Negate(inner) => self.map_number(inner, |number| Some(-number)),
            Expression::Arithmetic(arithmetic, sides) => self.arithmetic(*arithmetic, sides),
            Expression::Compare(comparison, sides) => self.compare(*comparison, sides),
            Expression::All(parts) => self.quantify(parts, false),
            Expression::Any(parts) => self.quantify(parts, true),
            Expression::Not(inner) => self.truth(inner).map_or(Answer::Blank, |truth| Answer::Truth(!truth)),
            Expression::If(parts) => match self.truth(&parts[0]) {
                Some(true) => self.answer(&parts[1]),
                Some(false) => self.answer(&parts[2]),
                None => Answer::Blank,
            },
            Expression::IsBlank(inner) => Answer::Truth(self.answer(inner) == Answer::Blank),
            Expression::IsNotApplicable(inner) => Answer::Truth(self.answer(inner) == Answer::NotApplicable),
            Expression::Absolute(inner) => self.map_number(inner, |number| Some(number.abs())),
            Expression::Round(inner, scale) => self.map_number(inner, |number| {
                Some(number.round_dp_with_strategy(*scale, RoundingStrategy::MidpointAwayFromZero))
            }),
        }
    }

    fn map_number(self, inner: &'a Expression, map: impl FnOnce(Decimal) -> Option<Decimal>) -> Answer<'a> {
        match self.answer(inner) {
            Answer::Number(number) => map(number).map_or(Answer::Blank, Answer::Number),
            Answer::NotApplicable => Answer::NotApplicable,
            Answer::Blank | Answer::Date(_) | Answer::Text(_) | Answer::Truth(_) => Answer::Blank,
        }
    }

    fn arithmetic(self, arithmetic: Arithmetic, sides: &'a [Expression; 2]) -> Answer<'a> {
        match (self.answer(&sides[0]), self.answer(&sides[1])) {
            (Answer::Number(a), Answer::Number(b)) => match arithmetic {
                Arithmetic::Add => a.checked_add(b),
                Arithmetic::Subtract => a.checked_sub(b),
                Arithmetic::Multiply => a.checked_mul(b),
                Arithmetic::Divide => a.checked_div(b),
            }
            .map_or(Answer::Blank, Answer::Number),
            (Answer::Date(a), Answer::Date(b)) if arithmetic == Arithmetic::Subtract => {
                Answer::Number((a - b).num_days().into())
            }
            (Answer::Blank, _) | (_, Answer::Blank) => Answer::Blank,
            (Answer::NotApplicable, _) | (_, Answer::NotApplicable) => Answer::NotApplicable,
            (Answer::Number(_) | Answer::Date(_) | Answer::Text(_) | Answer::Truth(_), _) => Answer::Blank,
        }
    }

    fn compare(self, comparison: Comparison, sides: &'a [Expression; 2]) -> Answer<'a> {
        let order = match (self.answer(&sides[0]), self.answer(&sides[1])) {
            (Answer::Number(a), Answer::Number(b)) => a.cmp(&b),
            (Answer::Date(a), Answer::Date(b)) => a.cmp(&b),
            (Answer::Text(a), Answer::Text(b)) => a.cmp(b),
            (Answer::Blank | Answer::NotApplicable | Answer::Truth(_), _)
            | (Answer::Number(_) | Answer::Date(_) | Answer::Text(_), _) => return Answer::Blank,
        };
        Answer::Truth(match comparison {
            Comparison::Equal => order.is_eq(),
            Comparison::NotEqual => order.is_ne(),
            Comparison::Less => order.is_lt(),
            Comparison::AtMost => order.is_le(),
            Comparison::Greater => order.is_gt(),
            Comparison::AtLeast => order.is_ge(),
        })
    }

    /// `and` is settled by one false, `or` by one true, whatever is unknown beside it.
    fn quantify(self, parts: &'a [Expression], settling: bool) -> Answer<'a> {
        let mut all_known = true;
        for part in parts {
            match self.truth(part) {
                Some(truth) if truth == settling => return Answer::Truth(settling),
                Some(_) => {}
                None => all_known = false,
            }
        }
        if all_known { Answer::Truth(!settling) } else { Answer::Blank }
    }

    fn aggregate(self, aggregate: Aggregate, operands: &'a [Operand]) -> Answer<'a> {
        let mut tally = Tally { aggregate, figure: None, counted: 0, blank: 0, not_applicable: 0, overflow: false };
        for operand in operands {
            match operand {
                Operand::One(expression) => tally.take(self.answer(expression)),
                Operand::Cells(cells) => {
                    cells.iter().for_each(|index| tally.take(self.sheet.fixed_value(*index as usize).into()))
                }
                Operand::Column { section, column } => self
                    .sheet
                    .column_values(*section as usize, *column as usize)
                    .for_each(|value| tally.take(value.into())),
            }
        }
        tally.answer()
    }
}

struct Tally {
    aggregate: Aggregate,
    figure: Option<Decimal>,
    counted: u32,
    blank: u32,
    not_applicable: u32,
    overflow: bool,
}

impl Tally {
    fn take(&mut self, answer: Answer<'_>) {
        match answer {
            Answer::Blank => self.blank += 1,
            Answer::NotApplicable => self.not_applicable += 1,
            Answer::Number(number) => {
                self.counted += 1;
                let Some(so_far) = self.figure else {
                    self.figure = Some(number);
                    return;
                };
                let next = match self.aggregate {
                    Aggregate::Sum | Aggregate::Average => so_far.checked_add(number),
                    Aggregate::Min => Some(so_far.min(number)),
                    Aggregate::Max => Some(so_far.max(number)),
                    Aggregate::Count => Some(so_far),
                };
                self.overflow |= next.is_none();
                self.figure = next.or(self.figure);
            }
            Answer::Date(_) | Answer::Text(_) | Answer::Truth(_) => self.counted += 1,
        }
    }

    fn answer<'a>(self) -> Answer<'a> {
        if self.aggregate == Aggregate::Count {
            return Answer::Number(self.counted.into());
        }
        if self.counted == 0 && self.blank == 0 && self.not_applicable > 0 {
            return Answer::NotApplicable;
        }
        let figure = self.figure.filter(|_| !self.overflow);
        let figure = match self.aggregate {
            Aggregate::Average => figure.and_then(|sum| sum.checked_div(self.counted.into())),
            Aggregate::Sum | Aggregate::Min | Aggregate::Max | Aggregate::Count => figure,
        };
        figure.map_or(Answer::Blank, Answer::Number)
    }
}
