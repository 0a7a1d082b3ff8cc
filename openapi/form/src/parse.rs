//! Reading the text of a formula or rule into a tree of names, numbers and operators.
//! Invariants: knows no form; every failure says at which character; nesting and length are
//! limited, so that no text exhausts the stack.

use rust_decimal::Decimal;

use crate::DefinitionCode;

pub(crate) const MAX_LENGTH: usize = 2_000;
const MAX_DEPTH: usize = 48;

/// A failure to read: what, at which character (from 1), and the word concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ParseFault {
    pub code: DefinitionCode,
    pub at: usize,
    pub found: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tree {
    Number(Decimal),
    Text(String),
    Path(Path),
    Call { name: String, arguments: Vec<Tree> },
    Negate(Box<Tree>),
    Not(Box<Tree>),
    Binary(Operator, Box<[Tree; 2]>),
}

/// A reference as written: `column`, `row.column` or `section.row.column`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path {
    pub section: Option<String>,
    pub row: Step,
    pub column: Step,
    pub written: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Named(String),
    /// `@`: the row or column of the cell that the formula stands in.
    Current,
    /// `*`
    All,
    /// `first:last`
    Range(String, String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Add,
    Subtract,
    Multiply,
    Divide,
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number(Decimal),
    Text(String),
    Word(String),
    Sign(&'static str),
}

const SIGNS: [&str; 20] =
    ["<=", ">=", "<>", "!=", "==", "<", ">", "=", "+", "-", "*", "/", "(", ")", ",", ".", ":", "@", "≤", "≥"];

/// Reads a whole expression.
pub(crate) fn expression(text: &str) -> Result<Tree, ParseFault> {
    let mut parser = Parser::new(text)?;
    let tree = parser.binary(0, 0)?;
    parser.end()?;
    Ok(tree)
}

/// Reads a single reference.
pub(crate) fn reference(text: &str) -> Result<Path, ParseFault> {
    let mut parser = Parser::new(text)?;
    let path = parser.path()?;
    parser.end()?;
    Ok(path)
}

fn tokens(text: &str) -> Result<Vec<(Token, usize)>, ParseFault> {
    if text.chars().count() > MAX_LENGTH {
        return Err(ParseFault { code: DefinitionCode::TooLong, at: MAX_LENGTH, found: String::new() });
    }
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let at = text[..text.len() - rest.len()].chars().count() + 1;
        let fault = |found: &str| ParseFault { code: DefinitionCode::Syntax, at, found: found.to_owned() };
        let Some(first) = rest.chars().next() else {
            return Ok(tokens);
        };
        let length_while = |keep: fn(char) -> bool| rest.find(|character| !keep(character)).unwrap_or(rest.len());
        let (token, length) = if first.is_ascii_digit() {
            // A point belongs to the number only before a digit.
            let whole = length_while(|character| character.is_ascii_digit());
            let part = rest[whole..]
                .strip_prefix('.')
                .map_or(0, |part| part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len()));
            let length = if part == 0 { whole } else { whole + 1 + part };
            let number = Decimal::from_str_exact(&rest[..length]).map_err(|_| fault(&rest[..length]))?;
            (Token::Number(number), length)
        } else if first.is_ascii_alphabetic() {
            let length = length_while(|character| character.is_ascii_alphanumeric() || character == '_');
            (Token::Word(rest[..length].to_owned()), length)
        } else if first == '\'' {
            let end = rest[1..].find('\'').ok_or_else(|| fault(rest))?;
            (Token::Text(rest[1..1 + end].to_owned()), end + 2)
        } else {
            let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign));
            let sign = sign.ok_or_else(|| fault(&first.to_string()))?;
            (Token::Sign(sign), sign.len())
        };
        tokens.push((token, at));
        rest = &rest[length..];
    }
}

struct Parser {
    tokens: Vec<(Token, usize)>,
    next: usize,
}

/// Operators by how tightly they bind, loosest first; comparisons do not chain.
const LEVELS: usize = 5;
const COMPARISONS: usize = 2;

fn operator(level: usize, token: &Token) -> Option<Operator> {
    match (level, token) {
        (0, Token::Word(word)) if word == "or" => Some(Operator::Or),
        (1, Token::Word(word)) if word == "and" => Some(Operator::And),
        (COMPARISONS, Token::Sign(sign)) => match *sign {
            "=" | "==" => Some(Operator::Equal),
            "!=" | "<>" => Some(Operator::NotEqual),
            "<" => Some(Operator::Less),
            "<=" | "≤" => Some(Operator::AtMost),
            ">" => Some(Operator::Greater),
            ">=" | "≥" => Some(Operator::AtLeast),
            _ => None,
        },
        (3, Token::Sign("+")) => Some(Operator::Add),
        (3, Token::Sign("-")) => Some(Operator::Subtract),
        (4, Token::Sign("*")) => Some(Operator::Multiply),
        (4, Token::Sign("/")) => Some(Operator::Divide),
        (_, Token::Number(_) | Token::Text(_) | Token::Word(_) | Token::Sign(_)) => None,
    }
}

impl Parser {
    fn new(text: &str) -> Result<Self, ParseFault> {
        Ok(Self { tokens: tokens(text)?, next: 0 })
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(token, _)| token)
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Sign(next)) if *next == sign);
        self.next += usize::from(found);
        found
    }

    fn take_word(&mut self) -> Option<String> {
        let Some(Token::Word(word)) = self.peek() else {
            return None;
        };
        let word = word.clone();
        self.next += 1;
        Some(word)
    }

    fn fault(&self, code: DefinitionCode) -> ParseFault {
        let (found, at) = match self.tokens.get(self.next) {
            Some((Token::Number(number), at)) => (number.to_string(), *at),
            Some((Token::Text(text) | Token::Word(text), at)) => (text.clone(), *at),
            Some((Token::Sign(sign), at)) => ((*sign).to_owned(), *at),
            None => (String::new(), self.tokens.last().map_or(1, |(_, at)| at + 1)),
        };
        ParseFault { code, at, found }
    }

    fn expect(&mut self, sign: &str) -> Result<(), ParseFault> {
        if self.take_sign(sign) { Ok(()) } else { Err(self.fault(DefinitionCode::Syntax)) }
    }

    fn end(&self) -> Result<(), ParseFault> {
        if self.peek().is_none() { Ok(()) } else { Err(self.fault(DefinitionCode::Syntax)) }
    }

    fn binary(&mut self, level: usize, depth: usize) -> Result<Tree, ParseFault> {
        if depth > MAX_DEPTH {
            return Err(self.fault(DefinitionCode::TooDeep));
        }
        if level == LEVELS {
            return self.unary(depth);
        }
        if level == COMPARISONS && matches!(self.peek(), Some(Token::Word(word)) if word == "not") {
            self.next += 1;
            return Ok(Tree::Not(Box::new(self.binary(COMPARISONS, depth + 1)?)));
        }
        let mut tree = self.binary(level + 1, depth)?;
        // Each operator deepens the tree on its left, so that chains are limited as nesting is.
        let mut chained = depth;
        while let Some(operator) = self.peek().and_then(|token| operator(level, token)) {
            chained += 1;
            if chained > MAX_DEPTH * 4 {
                return Err(self.fault(DefinitionCode::TooDeep));
            }
            self.next += 1;
            let right = self.binary(level + 1, depth)?;
            tree = Tree::Binary(operator, Box::new([tree, right]));
            if level == COMPARISONS {
                break;
            }
        }
        Ok(tree)
    }

    fn unary(&mut self, depth: usize) -> Result<Tree, ParseFault> {
        if depth > MAX_DEPTH {
            return Err(self.fault(DefinitionCode::TooDeep));
        }
        if self.take_sign("-") {
            return Ok(Tree::Negate(Box::new(self.unary(depth + 1)?)));
        }
        if self.take_sign("(") {
            let tree = self.binary(0, depth + 1)?;
            self.expect(")")?;
            return Ok(tree);
        }
        match self.peek() {
            Some(Token::Number(number)) => {
                let number = *number;
                self.next += 1;
                Ok(Tree::Number(number))
            }
            Some(Token::Text(text)) => {
                let text = text.clone();
                self.next += 1;
                Ok(Tree::Text(text))
            }
            Some(Token::Word(_)) if matches!(self.tokens.get(self.next + 1), Some((Token::Sign("("), _))) => {
                self.call(depth)
            }
            Some(Token::Word(_) | Token::Sign(_)) | None => self.path().map(Tree::Path),
        }
    }

    fn call(&mut self, depth: usize) -> Result<Tree, ParseFault> {
        let name = self.take_word().unwrap_or_default();
        self.expect("(")?;
        let mut arguments = Vec::new();
        if !self.take_sign(")") {
            loop {
                arguments.push(self.binary(0, depth + 1)?);
                if self.take_sign(")") {
                    break;
                }
                self.expect(",")?;
            }
        }
        Ok(Tree::Call { name, arguments })
    }

    fn path(&mut self) -> Result<Path, ParseFault> {
        let start = self.next;
        let mut steps = vec![self.step()?];
        while self.take_sign(".") {
            steps.push(self.step()?);
        }
        let mut steps = steps.into_iter().rev();
        let column = steps.next().unwrap_or(Step::Current);
        let row = steps.next().unwrap_or(Step::Current);
        let section = match (steps.next(), steps.next()) {
            (None, None) => None,
            (Some(Step::Named(section)), None) => Some(section),
            (Some(_), _) | (None, Some(_)) => {
                self.next = start;
                return Err(self.fault(DefinitionCode::Syntax));
            }
        };
        Ok(Path { written: self.written(start), section, row, column })
    }

    fn step(&mut self) -> Result<Step, ParseFault> {
        if self.take_sign("@") {
            return Ok(Step::Current);
        }
        if self.take_sign("*") {
            return Ok(Step::All);
        }
        let first = self.take_word().ok_or_else(|| self.fault(DefinitionCode::Syntax))?;
        if !self.take_sign(":") {
            return Ok(Step::Named(first));
        }
        let last = self.take_word().ok_or_else(|| self.fault(DefinitionCode::Syntax))?;
        Ok(Step::Range(first, last))
    }

    fn written(&self, start: usize) -> String {
        let texts = self.tokens[start..self.next].iter().map(|(token, _)| match token {
            Token::Word(word) | Token::Text(word) => word.as_str(),
            Token::Sign(sign) => sign,
            Token::Number(_) => "",
        });
        texts.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multiplication_binds_tighter_than_addition_and_comparison_loosest_before_words() {
        let tree = expression("a + b * 2 >= c and not d = 1 or e").unwrap();
        let Tree::Binary(Operator::Or, parts) = tree else { panic!("{tree:?}") };
        let Tree::Binary(Operator::And, parts) = &parts[0] else { panic!("{parts:?}") };
        assert!(matches!(&parts[0], Tree::Binary(Operator::AtLeast, _)));
        assert!(matches!(&parts[1], Tree::Not(_)));
    }

    #[test]
    fn a_reference_names_section_row_and_column() {
        let path = reference("jobs.r1:r9.@").unwrap();
        assert_eq!(path.section.as_deref(), Some("jobs"));
        assert_eq!(path.row, Step::Range("r1".into(), "r9".into()));
        assert_eq!(path.column, Step::Current);
        assert_eq!(path.written, "jobs.r1:r9.@");
        assert_eq!(reference("*.total").unwrap().row, Step::All);
    }

    #[test]
    fn a_failure_says_where() {
        let at = |text: &str| expression(text).unwrap_err().at;
        assert_eq!(at("a + "), 4);
        assert_eq!(at("a + 总"), 5);
        assert_eq!(at("sum(a, b"), 9);
        assert_eq!(at("a b"), 3);
        assert_eq!(at("a < b < c"), 7);
        assert_eq!(expression("a.b.c.d").unwrap_err().code, DefinitionCode::Syntax);
        assert_eq!(expression("").unwrap_err().at, 1);
    }

    #[test]
    fn deep_and_long_texts_are_refused_and_do_not_exhaust_the_stack() {
        let nested = format!("{}a{}", "(".repeat(900), ")".repeat(900));
        assert_eq!(expression(&nested).unwrap_err().code, DefinitionCode::TooDeep);
        assert_eq!(expression(&"-".repeat(1999)).unwrap_err().code, DefinitionCode::TooDeep);
        assert_eq!(expression(&format!("not {}a", "not ".repeat(400))).unwrap_err().code, DefinitionCode::TooDeep);
        assert_eq!(expression(&"a+".repeat(990)).unwrap_err().code, DefinitionCode::TooDeep);
        assert_eq!(expression(&"a".repeat(2001)).unwrap_err().code, DefinitionCode::TooLong);
    }
}
