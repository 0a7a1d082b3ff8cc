//! One cell: reading what a person typed, checking what a client sent, showing what stands there.
//! Invariant: whatever `parse_entry` accepts, `check_cell` accepts, so that a grid and a server
//! never disagree about a cell.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

use crate::form::MAX_SCALED;
use crate::{Cell, CellFault, CellKind, CellSpec, Cells, FaultCode, Form, Value};

const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// What people type for 「不适用」 where a number, a date or a choice is asked for.
const NOT_APPLICABLE: [&str; 8] = ["不适用", "/", "-", "--", "—", "——", "n/a", "N/A"];

/// Reads what a person typed or pasted: full-width characters, thousands separators, the cell's
/// own unit, Chinese dates, the label of a choice.
pub fn parse_entry(spec: &CellSpec, typed: &str) -> Result<Cell, CellFault> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(Cell::Blank);
    }
    let cell = match &spec.kind {
        CellKind::Text { .. } => match typed {
            "不适用" => Cell::NotApplicable,
            text => Cell::text(text),
        },
        CellKind::Computed { .. } | CellKind::Blocked => {
            return Err(CellFault::new(FaultCode::BlockedCell));
        }
        CellKind::Integer | CellKind::Decimal { .. } | CellKind::Money | CellKind::Date | CellKind::Choice { .. } => {
            let plain = half_width(typed);
            if NOT_APPLICABLE.contains(&plain.as_str()) {
                Cell::NotApplicable
            } else {
                typed_cell(spec, typed, &plain)?
            }
        }
    };
    read_cell(spec, &cell).map(|value| value.to_cell())
}

fn typed_cell(spec: &CellSpec, typed: &str, plain: &str) -> Result<Cell, CellFault> {
    match &spec.kind {
        CellKind::Date => {
            typed_date(plain).map(|date| Value::Date(date).to_cell()).ok_or_else(|| CellFault::new(FaultCode::NotADate))
        }
        CellKind::Choice { options } => options
            .iter()
            .find(|option| option.code == typed || option.label == typed || option.code.eq_ignore_ascii_case(plain))
            .map(|option| Cell::text(option.code.as_str()))
            .ok_or_else(|| CellFault::new(FaultCode::NotAnOption)),
        CellKind::Integer
        | CellKind::Decimal { .. }
        | CellKind::Money
        | CellKind::Text { .. }
        | CellKind::Computed { .. }
        | CellKind::Blocked => {
            let number =
                without_thousands(without_unit(spec, plain)).ok_or_else(|| CellFault::new(FaultCode::NotANumber))?;
            read_number(&number, spec.kind.scale().unwrap_or(0)).map(|number| Value::Number(number).to_cell())
        }
    }
}

/// Checks one cell by itself: key, type, bounds. Whatever stands in a computed cell is accepted,
/// because it is computed again and never believed.
pub fn check_cell(form: &Form, key: &str, cell: &Cell) -> Result<(), CellFault> {
    canonical_cell(form, key, cell).map(|_| ())
}

/// As [`check_cell`], and answers the cell in the one form that is kept: `12.5` yuan as `"12.50"`.
pub fn canonical_cell(form: &Form, key: &str, cell: &Cell) -> Result<Cell, CellFault> {
    let spec = form.cell(key).ok_or_else(|| CellFault::new(FaultCode::UnknownCell))?;
    read_cell(spec, cell).map(|value| value.to_cell())
}

/// The cells of a report, each in the one form that is kept, without blank ones. What cannot be read stays as it came, for
/// [`crate::check`] to name.
pub fn canonical_cells(form: &Form, mut given: Cells) -> Cells {
    let mut fixed = form.by_key.iter().map(|index| &form.cells[*index as usize]).peekable();
    given.rewrite(|key, cell| {
        // Both lists are sorted by key, so that one pass finds every fixed cell.
        while fixed.next_if(|spec| spec.key < *key).is_some() {}
        let spec = fixed.peek().copied().filter(|spec| spec.key == *key);
        match spec.or_else(|| form.cell(key.as_str())).map(|spec| read_cell(spec, cell)) {
            Some(Ok(value)) => value.to_cell(),
            Some(Err(_)) | None => std::mem::take(cell),
        }
    });
    given
}

/// The cell as shown in a table: thousands separators, the label of a choice, `/` for not
/// applicable, nothing for blank. What cannot be read is shown as it stands.
pub fn display_cell(spec: &CellSpec, cell: &Cell) -> String {
    match (cell, &spec.kind) {
        (Cell::Blank, _) => String::new(),
        (Cell::NotApplicable, _) => "/".to_owned(),
        (Cell::Text(code), CellKind::Choice { options }) => options
            .iter()
            .find(|option| option.code == *code)
            .map_or_else(|| code.clone(), |option| option.label.clone()),
        (Cell::Integer(_) | Cell::Text(_), kind) => match (kind.scale(), cell.decimal()) {
            (Some(scale), Some(mut number)) => {
                number.rescale(scale.max(number.scale()));
                with_thousands(&number.to_string())
            }
            (None, _) | (_, None) => match cell {
                Cell::Text(text) => text.clone(),
                Cell::Integer(number) => number.to_string(),
                Cell::Blank | Cell::NotApplicable => String::new(),
            },
        },
    }
}

pub(crate) fn read_cell(spec: &CellSpec, cell: &Cell) -> Result<Value, CellFault> {
    let fault = |code| Err(CellFault::new(code));
    match (cell, &spec.kind) {
        (_, CellKind::Computed { .. }) | (Cell::Blank, _) | (Cell::NotApplicable, CellKind::Blocked) => {
            Ok(Value::Blank)
        }
        (_, CellKind::Blocked) => fault(FaultCode::BlockedCell),
        (Cell::NotApplicable, _) if spec.always_applies => fault(FaultCode::MustApply),
        (Cell::NotApplicable, _) => Ok(Value::NotApplicable),
        (Cell::Integer(number), CellKind::Integer | CellKind::Decimal { .. } | CellKind::Money) => {
            scaled(*number, 0, spec.kind.scale().unwrap_or(0)).and_then(|number| within(spec, Value::Number(number)))
        }
        (Cell::Text(text), CellKind::Decimal { .. } | CellKind::Money) => {
            read_number(text, spec.kind.scale().unwrap_or(0)).and_then(|number| within(spec, Value::Number(number)))
        }
        (Cell::Text(text), CellKind::Date) => match iso_date(text) {
            Some(date) => within(spec, Value::Date(date)),
            None => fault(FaultCode::NotADate),
        },
        (Cell::Text(code), CellKind::Choice { options }) => match options.iter().any(|option| option.code == *code) {
            true => Ok(Value::Text(code.as_str().into())),
            false => fault(FaultCode::NotAnOption),
        },
        (Cell::Text(text), CellKind::Text { max_len }) => read_text(text, *max_len),
        (Cell::Text(_), CellKind::Integer)
        | (Cell::Integer(_), CellKind::Text { .. } | CellKind::Date | CellKind::Choice { .. }) => {
            fault(FaultCode::WrongType)
        }
    }
}

fn read_text(text: &str, max_len: u32) -> Result<Value, CellFault> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Value::Blank);
    }
    if text.chars().any(is_hidden) {
        return Err(CellFault::new(FaultCode::BadCharacter));
    }
    if text.chars().nth(max_len as usize).is_some() {
        return Err(CellFault::new(FaultCode::TooLong).with("max_len", max_len));
    }
    Ok(Value::Text(text.into()))
}

/// Control characters, and those that change how the rest is shown without being seen.
pub(crate) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

pub(crate) fn within(spec: &CellSpec, value: Value) -> Result<Value, CellFault> {
    if spec.min.as_ref().is_some_and(|min| is_less(&value, min)) {
        let min = spec.min.as_ref().map(shown).unwrap_or_default();
        return Err(CellFault::new(FaultCode::BelowMin).with("min", min));
    }
    if spec.max.as_ref().is_some_and(|max| is_less(max, &value)) {
        let max = spec.max.as_ref().map(shown).unwrap_or_default();
        return Err(CellFault::new(FaultCode::AboveMax).with("max", max));
    }
    Ok(value)
}

pub(crate) fn is_less(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a < b,
        (Value::Date(a), Value::Date(b)) => a < b,
        (Value::Blank | Value::NotApplicable | Value::Number(_) | Value::Date(_) | Value::Text(_), _) => false,
    }
}

/// A value in a sentence, a choice by its label.
pub(crate) fn shown_in(spec: &CellSpec, value: &Value) -> String {
    match value {
        Value::Text(_) => display_cell(spec, &value.to_cell()),
        Value::Blank | Value::NotApplicable | Value::Number(_) | Value::Date(_) => shown(value),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Blank => "—".to_owned(),
        Value::NotApplicable => "/".to_owned(),
        Value::Number(number) => with_thousands(&number.to_string()),
        Value::Date(date) => date.format("%Y-%m-%d").to_string(),
        Value::Text(text) => text.as_ref().to_owned(),
    }
}

/// Reads `-?digits[.digits]` exactly, at the given scale.
pub(crate) fn read_number(text: &str, scale: u32) -> Result<Decimal, CellFault> {
    let fault = CellFault::new;
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(part) {
        return Err(fault(FaultCode::NotANumber));
    }
    let part = part.trim_end_matches('0');
    if part.len() > scale as usize {
        return Err(match scale {
            0 => fault(FaultCode::NotWhole),
            _ => fault(FaultCode::TooManyDecimals).with("scale", scale),
        });
    }
    let mut number: i64 = 0;
    for digit in whole.bytes().chain(part.bytes()) {
        number = number
            .checked_mul(10)
            .and_then(|number| number.checked_add(i64::from(digit - b'0')))
            .ok_or_else(|| fault(FaultCode::TooLarge))?;
    }
    scaled(if negative { -number } else { number }, part.len() as u32, scale)
}

fn scaled(number: i64, from: u32, to: u32) -> Result<Decimal, CellFault> {
    10_i64
        .checked_pow(to.saturating_sub(from))
        .and_then(|factor| number.checked_mul(factor))
        .filter(|scaled| (-MAX_SCALED..=MAX_SCALED).contains(scaled))
        .map(|scaled| Decimal::new(scaled, to))
        .ok_or_else(|| CellFault::new(FaultCode::TooLarge))
}

fn iso_date(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    let iso = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !iso {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?)?;
    YEARS.contains(&date.year()).then_some(date)
}

/// 2026-11-23, 2026/11/23, 2026.11.23, 20261123, 2026年11月23日, also without leading zeros.
fn typed_date(plain: &str) -> Option<NaiveDate> {
    if plain.len() == 8 && plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return iso_date(&format!("{}-{}-{}", &plain[..4], &plain[4..6], &plain[6..]));
    }
    let plain = plain.strip_suffix('日').unwrap_or(plain);
    let parts: Vec<&str> = plain.split(['-', '/', '.', '年', '月']).map(str::trim).collect();
    let [year, month, day] = parts.as_slice() else {
        return None;
    };
    let number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u32>().ok()).flatten();
    let (month, day) = (number(month)?, number(day)?);
    iso_date(&format!("{year}-{month:02}-{day:02}"))
}

/// Full-width forms and look-alikes as a keyboard for Chinese makes them, without spaces.
fn half_width(typed: &str) -> String {
    typed
        .chars()
        .filter(|character| !character.is_whitespace())
        .map(|character| match character {
            '。' => '.',
            '−' | '‐' | '–' => '-',
            '，' | '、' => ',',
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(character as u32 - 0xfee0).unwrap_or(character),
            other => other,
        })
        .collect()
}

fn without_unit<'t>(spec: &CellSpec, plain: &'t str) -> &'t str {
    let unit = spec.unit.as_deref().filter(|unit| !unit.is_empty());
    unit.and_then(|unit| plain.strip_suffix(unit)).unwrap_or(plain)
}

/// Takes out thousands separators; none when they stand where they mean something else (「1,2」).
fn without_thousands(plain: &str) -> Option<String> {
    let plain = plain.strip_prefix('+').unwrap_or(plain);
    if !plain.contains(',') {
        return Some(plain.to_owned());
    }
    let (whole, part) = plain.split_once('.').map_or((plain, None), |(whole, part)| (whole, Some(part)));
    let mut groups = whole.trim_start_matches('-').split(',');
    let first = groups.next()?;
    let grouped = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    let part_is_plain = part.is_none_or(|part| !part.contains(','));
    (grouped && part_is_plain).then(|| plain.replace(',', ""))
}

fn with_thousands(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, part) = digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
    let mut shown = String::with_capacity(number.len() + 6);
    shown.push_str(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    if let Some(part) = part {
        shown.push('.');
        shown.push_str(part);
    }
    shown
}
