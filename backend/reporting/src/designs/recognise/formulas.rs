//! The formulas of a sheet that a form can compute: sums, differences, products, quotients and the like over its own
//! cells. Pure.
//! Invariant: what is not understood to its last sign is no formula.

use super::grid::{MOST_COLUMNS, MOST_ROWS, Place};

/// Deeper than people nest.
const DEEPEST: usize = 16;
/// A formula that reads more cells one by one is none that a form can say.
pub const MOST_CELLS: usize = 400;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formula {
    Number(String),
    Cell(Place),
    Sum(Vec<Part>),
    /// The engine's word for it.
    Aggregate(&'static str, Vec<Part>),
    Call(&'static str, Vec<Formula>),
    Negate(Box<Formula>),
    Binary(char, Box<[Formula; 2]>),
}

/// What is reckoned over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Range(Place, Place),
    One(Formula),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Number(String),
    Word(String),
    Empty,
    Sign(char),
}

/// Read a formula without its equals sign.
pub fn read(text: &str) -> Option<Formula> {
    let tokens = tokens(text.trim().trim_start_matches('='))?;
    let mut reader = Reader { tokens, next: 0 };
    let formula = reader.sum(0)?;
    (reader.next == reader.tokens.len()).then_some(formula)
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length_of = |keep: fn(char) -> bool| rest.find(|sign| !keep(sign)).unwrap_or(rest.len());
        let (token, length) = if first.is_ascii_digit() {
            let length = length_of(|sign| sign.is_ascii_digit() || sign == '.');
            let number = &rest[..length];
            (number.matches('.').count() < 2 && !number.ends_with('.')).then_some(())?;
            (Token::Number(number.to_owned()), length)
        } else if first.is_ascii_alphabetic() || first == '$' {
            let length = length_of(|sign| sign.is_ascii_alphanumeric() || sign == '$');
            (Token::Word(rest[..length].replace('$', "").to_ascii_uppercase()), length)
        } else if rest.starts_with("\"\"") {
            (Token::Empty, 2)
        } else if "+-*/(),:".contains(first) {
            (Token::Sign(first), 1)
        } else {
            return None;
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    Some(tokens)
}

struct Reader {
    tokens: Vec<Token>,
    next: usize,
}

impl Reader {
    fn sign(&mut self, wanted: char) -> Option<()> {
        (self.tokens.get(self.next) == Some(&Token::Sign(wanted))).then(|| self.next += 1)
    }

    fn either(&mut self, wanted: [char; 2]) -> Option<char> {
        wanted.into_iter().find(|sign| self.sign(*sign).is_some())
    }

    fn sum(&mut self, depth: usize) -> Option<Formula> {
        if depth > DEEPEST {
            return None;
        }
        let mut left = self.product(depth)?;
        while let Some(sign) = self.either(['+', '-']) {
            left = Formula::Binary(sign, Box::new([left, self.product(depth)?]));
        }
        Some(left)
    }

    fn product(&mut self, depth: usize) -> Option<Formula> {
        let mut left = self.factor(depth)?;
        while let Some(sign) = self.either(['*', '/']) {
            left = Formula::Binary(sign, Box::new([left, self.factor(depth)?]));
        }
        Some(left)
    }

    fn factor(&mut self, depth: usize) -> Option<Formula> {
        if self.sign('-').is_some() {
            return Some(Formula::Negate(Box::new(self.atom(depth)?)));
        }
        // A plus before a term says nothing.
        let _is_plus = self.sign('+').is_some();
        self.atom(depth)
    }

    fn atom(&mut self, depth: usize) -> Option<Formula> {
        if self.sign('(').is_some() {
            let inner = self.sum(depth + 1)?;
            self.sign(')')?;
            return Some(inner);
        }
        let token = self.tokens.get(self.next)?.clone();
        self.next += 1;
        match token {
            Token::Number(number) => Some(Formula::Number(number)),
            Token::Word(word) if self.sign('(').is_some() => self.call(&word, depth + 1),
            Token::Word(word) => Some(Formula::Cell(place(&word)?)),
            Token::Empty | Token::Sign(_) => None,
        }
    }

    fn call(&mut self, name: &str, depth: usize) -> Option<Formula> {
        let aggregate = match name {
            "SUM" => Some("sum"),
            "AVERAGE" => Some("avg"),
            "MIN" => Some("min"),
            "MAX" => Some("max"),
            "COUNT" => Some("count"),
            _ => None,
        };
        if let Some(aggregate) = aggregate {
            let parts = self.parts(depth)?;
            return Some(if aggregate == "sum" { Formula::Sum(parts) } else { Formula::Aggregate(aggregate, parts) });
        }
        let first = self.sum(depth)?;
        let called = match name {
            "ROUND" => {
                self.sign(',')?;
                let digits = self.sum(depth)?;
                matches!(digits, Formula::Number(_)).then_some(Formula::Call("round", vec![first, digits]))?
            }
            "ABS" => Formula::Call("abs", vec![first]),
            // Whatever comes to no value is blank in a form.
            "IFERROR" => {
                self.sign(',')?;
                self.otherwise()?;
                first
            }
            _ => return None,
        };
        self.sign(')')?;
        Some(called)
    }

    fn otherwise(&mut self) -> Option<()> {
        let token = self.tokens.get(self.next)?;
        let is_nothing = *token == Token::Empty || matches!(token, Token::Number(number) if number == "0");
        is_nothing.then(|| self.next += 1)
    }

    fn parts(&mut self, depth: usize) -> Option<Vec<Part>> {
        let mut parts = Vec::new();
        loop {
            parts.push(self.part(depth)?);
            if parts.len() > MOST_CELLS {
                return None;
            }
            if self.sign(',').is_none() {
                self.sign(')')?;
                return Some(parts);
            }
        }
    }

    fn part(&mut self, depth: usize) -> Option<Part> {
        if let (Some(Token::Word(first)), Some(Token::Sign(':')), Some(Token::Word(last))) =
            (self.tokens.get(self.next), self.tokens.get(self.next + 1), self.tokens.get(self.next + 2))
        {
            let (first, last) = (place(first)?, place(last)?);
            self.next += 3;
            let (top, left) = (first.0.min(last.0), first.1.min(last.1));
            return Some(Part::Range((top, left), (first.0.max(last.0), first.1.max(last.1))));
        }
        Some(Part::One(self.sum(depth)?))
    }
}

/// `C7`, from 0.
fn place(word: &str) -> Option<Place> {
    let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (name, row) = word.split_at(letters);
    if !(1..=3).contains(&letters) || row.is_empty() || !row.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let column = name.bytes().fold(0_u32, |number, letter| number * 26 + u32::from(letter - b'A') + 1);
    let (row, column) = (row.parse::<u32>().ok()?.checked_sub(1)?, u16::try_from(column.checked_sub(1)?).ok()?);
    (row < MOST_ROWS && column < MOST_COLUMNS).then_some((row, column))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_and_arithmetic_are_read() {
        assert_eq!(read("SUM(C5:C9)"), Some(Formula::Sum(vec![Part::Range((4, 2), (8, 2))])));
        let cell = |row, column| Formula::Cell((row, column));
        let less = Formula::Binary('-', Box::new([cell(4, 2), cell(5, 2)]));
        assert_eq!(read("C5-$C$6"), Some(less.clone()));
        assert_eq!(read("IFERROR((C5-C6),\"\")"), Some(less));
        assert!(matches!(read("ROUND(C5/D5*100,2)"), Some(Formula::Call("round", _))));
    }

    #[test]
    fn what_reaches_elsewhere_or_is_not_known_is_no_formula() {
        for text in [
            "Sheet2!A1",
            "HYPERLINK(\"http://a\")",
            "A1&\"x\"",
            "SUM(A:A)",
            "A1^2",
            "IF(A1>0,1,2)",
            "TODAY()",
            "",
            "A1+",
            "cmd|'/c calc'!A0",
            "[1]表!A1",
            "SUM(A1:A3",
            "A1)",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&format!("{}A1{}", "(".repeat(100), ")".repeat(100))), None, "too deep");
        assert_eq!(read("A2000"), None, "beyond any form");
    }
}
