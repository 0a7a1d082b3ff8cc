//! What a cell asks for: by its number format, its unit, and the words above and beside it. Pure.

use fupin_form::CellType;

use super::words;

/// What a person may write about a thing.
const LONGEST_TEXT: u32 = 200;
/// Digits behind the point where the measure allows parts and nothing says how many.
const DECIMALS: u32 = 2;
const MOST_DECIMALS: u32 = 6;

/// What is known of a cell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Guess {
    pub kind: Kind,
    pub unit: Option<String>,
    /// Whether nothing said so.
    pub is_blind: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Integer,
    Decimal(u32),
    Money,
    Text,
    Date,
}

impl Kind {
    pub fn cell_type(self) -> CellType {
        match self {
            Self::Integer => CellType::Integer,
            Self::Decimal(scale) => CellType::Decimal { scale },
            Self::Money => CellType::Money,
            Self::Text => CellType::Text { max_len: LONGEST_TEXT },
            Self::Date => CellType::Date,
        }
    }

    pub fn scale(self) -> u32 {
        match self {
            Self::Decimal(scale) => scale,
            Self::Money => DECIMALS,
            Self::Integer | Self::Text | Self::Date => 0,
        }
    }
}

/// What a number format shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Anything,
    Number(u32),
    /// A share, with so many decimals.
    Share(u32),
    Date,
    Text,
}

pub fn shown(format: &str) -> Shown {
    let first = format.split(';').next().unwrap_or_default();
    let mut plain = String::new();
    let mut quoted = false;
    let mut signs = first.chars();
    while let Some(sign) = signs.next() {
        match sign {
            '"' => quoted = !quoted,
            '\\' | '_' | '*' if !quoted => drop(signs.next()),
            '[' if !quoted => drop(signs.by_ref().find(|sign| *sign == ']')),
            _ if !quoted => plain.push(sign.to_ascii_lowercase()),
            _ => {}
        }
    }
    let decimals =
        plain.split_once('.').map_or(0, |(_, rest)| rest.chars().take_while(|sign| "0#?".contains(*sign)).count());
    let decimals = u32::try_from(decimals).unwrap_or(0).min(MOST_DECIMALS);
    match plain.as_str() {
        "" | "general" => Shown::Anything,
        _ if plain.contains('@') => Shown::Text,
        _ if plain.contains(['y', 'd']) || (plain.contains('m') && !plain.contains('0')) => Shown::Date,
        _ if plain.contains('%') => Shown::Share(decimals),
        _ if plain.contains(['0', '#', '?']) => Shown::Number(decimals),
        _ => Shown::Anything,
    }
}

/// The words around a cell.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    pub format: &'a str,
    /// Said of the row or the column.
    pub unit: Option<&'a str>,
    /// The only measure of the form.
    pub measure: Option<&'a str>,
    pub column: &'a str,
    pub row: &'a str,
}

pub fn guess(around: Around<'_>) -> Guess {
    let Around { column, row, unit, .. } = around;
    let known = |kind: Kind, unit: Option<&str>| Guess { kind, unit: unit.map(str::to_owned), is_blind: false };
    let says = |asks: fn(&str) -> bool| asks(column) || (!row.is_empty() && asks(row));
    let measured = unit.or(around.measure);
    match shown(around.format) {
        Shown::Text => known(Kind::Text, None),
        Shown::Date => known(Kind::Date, None),
        Shown::Share(decimals) => known(Kind::Decimal(decimals.max(DECIMALS)), Some("%")),
        Shown::Number(0) => known(Kind::Integer, measured),
        Shown::Number(2) if unit == Some("元") => known(Kind::Money, unit),
        Shown::Number(decimals) => known(Kind::Decimal(decimals), measured),
        Shown::Anything if unit.is_some_and(words::is_count) => known(Kind::Integer, unit),
        Shown::Anything if unit == Some("元") => known(Kind::Money, unit),
        Shown::Anything if unit.is_some() => known(Kind::Decimal(DECIMALS), unit),
        Shown::Anything if says(words::asks_for_date) => known(Kind::Date, None),
        Shown::Anything if says(words::asks_for_text) => known(Kind::Text, None),
        Shown::Anything if says(words::asks_for_share) => known(Kind::Decimal(DECIMALS), Some("%")),
        Shown::Anything if says(words::asks_for_money) && around.measure.is_none() => known(Kind::Money, Some("元")),
        Shown::Anything => match around.measure {
            Some("元") => known(Kind::Money, around.measure),
            Some(measure) if words::is_count(measure) => known(Kind::Integer, around.measure),
            Some(_) => known(Kind::Decimal(DECIMALS), around.measure),
            None => Guess { kind: Kind::Integer, unit: None, is_blind: true },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_format_says_what_is_shown() {
        assert_eq!(shown("General"), Shown::Anything);
        assert_eq!(shown("#,##0"), Shown::Number(0));
        assert_eq!(shown("#,##0.00_);[Red](#,##0.00)"), Shown::Number(2));
        assert_eq!(shown("_ * #,##0.00_ ;_ * \\-#,##0.00_ "), Shown::Number(2));
        assert_eq!(shown("0.0%"), Shown::Share(1));
        assert_eq!(shown("yyyy\"年\"m\"月\""), Shown::Date);
        assert_eq!(shown("@"), Shown::Text);
        assert_eq!(shown("0\"户\""), Shown::Number(0));
    }

    #[test]
    fn what_is_asked_for_follows_from_the_words_around() {
        let around = |unit, column| Around { format: "", unit, measure: None, column, row: "脱贫户" };
        assert_eq!(guess(around(Some("户"), "合计")).kind, Kind::Integer);
        assert_eq!(guess(around(Some("元"), "合计")).kind, Kind::Money);
        assert_eq!(guess(around(Some("万元"), "合计")).kind, Kind::Decimal(2), "yuan alone are money");
        assert_eq!(guess(around(None, "备注")).kind, Kind::Text);
        assert_eq!(guess(around(None, "完成率")).unit.as_deref(), Some("%"));
        assert!(guess(around(None, "合计")).is_blind);
    }
}
