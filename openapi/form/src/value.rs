//! A cell read by its type: what formulas, rules and roll-ups calculate with.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::Cell;
use crate::form::MAX_SCALED;

/// What stands in a cell, typed. A choice is the text of its code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Value {
    #[default]
    Blank,
    NotApplicable,
    Number(Decimal),
    Date(NaiveDate),
    Text(Box<str>),
}

impl Value {
    pub fn is_blank(&self) -> bool {
        matches!(self, Self::Blank)
    }

    /// The cell as it travels: a number of scale 0 as a whole number, any other as a string with
    /// all of its decimals.
    pub fn to_cell(&self) -> Cell {
        match self {
            Self::Blank => Cell::Blank,
            Self::NotApplicable => Cell::NotApplicable,
            Self::Number(number) => number_cell(*number),
            Self::Date(date) => Cell::Text(date.format("%Y-%m-%d").to_string()),
            Self::Text(text) => Cell::Text(text.as_ref().to_owned()),
        }
    }
}

fn number_cell(number: Decimal) -> Cell {
    // A whole number that JavaScript could not hold exactly travels as a string.
    let exact = |whole: &i64| (-MAX_SCALED..=MAX_SCALED).contains(whole);
    let whole = i64::try_from(number.mantissa()).ok().filter(exact).filter(|_| number.scale() == 0);
    whole.map_or_else(|| Cell::Text(number.to_string()), Cell::Integer)
}
