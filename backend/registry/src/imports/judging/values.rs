//! Reading one column: codes are looked up in a table made once for the file, all else by the catalogue's own reading.

use std::{cell::RefCell, collections::HashMap};

use fupin_contract::{
    Fault,
    registry::{
        Misread,
        catalog::{Catalog, Field, FieldType, IncomeItem, Subject},
        narrow,
    },
};
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use crate::numbers::Numbers;

/// Values of one subject of a row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Values {
    pub facts: Map<String, Value>,
    pub numbers: Numbers,
    pub unmapped: Vec<(String, String)>,
}

impl Values {
    pub fn put(&mut self, key: &str, value: String, sealed: bool) {
        if sealed {
            self.numbers.insert(key.to_owned(), value);
        } else {
            self.facts.insert(key.to_owned(), Value::String(value));
        }
    }

    /// As a row keeps it; none where nothing waits.
    pub fn unmapped_json(&self) -> Option<Value> {
        if self.unmapped.is_empty() {
            return None;
        }
        let waiting = self.unmapped.iter().map(|(key, typed)| (key.clone(), Value::String(typed.clone())));
        Some(Value::Object(waiting.collect()))
    }
}

/// What a cell says.
pub enum Reading<'a> {
    Value(String),
    Money(Decimal),
    /// The year does not ask for it.
    NotAsked,
    /// A code that no list has: the list.
    Unknown(&'a str),
    Wrong(Fault),
}

enum How<'a> {
    Code { dictionary: &'a str, source: String, known: RefCell<HashMap<(i16, String), Option<String>>> },
    Other,
    Money,
}

/// Reads one column.
pub struct ValueReader<'a> {
    pub key: &'a str,
    pub place: usize,
    pub of_household: bool,
    pub sealed: bool,
    field: Option<&'a Field>,
    catalog: Option<&'a Catalog>,
    how: How<'a>,
}

impl<'a> ValueReader<'a> {
    pub fn of_field(catalog: &'a Catalog, field: &'a Field, place: usize, source: &str) -> Self {
        let how = match &field.r#type {
            FieldType::Code { dictionary } => {
                How::Code { dictionary, source: source.to_owned(), known: RefCell::default() }
            }
            _ => How::Other,
        };
        Self {
            key: &field.key,
            place,
            of_household: field.of == Subject::Household,
            sealed: field.r#type.is_sealed(),
            field: Some(field),
            catalog: Some(catalog),
            how,
        }
    }

    pub fn of_money(item: &'a IncomeItem, place: usize) -> Self {
        Self { key: &item.code, place, of_household: true, sealed: false, field: None, catalog: None, how: How::Money }
    }

    pub fn read(&self, typed: &str, year: i16) -> Reading<'a> {
        if self.field.is_some_and(|field| !field.is_asked_in(year)) {
            return Reading::NotAsked;
        }
        match (&self.how, self.field, self.catalog) {
            (How::Money, ..) => read_money(typed),
            (How::Code { dictionary, source, known }, _, Some(catalog)) => {
                // Few things are written, each of them often.
                let mut known = known.borrow_mut();
                let found = known.entry((year, typed.to_owned())).or_insert_with(|| {
                    let list = catalog.dictionary(dictionary)?;
                    list.find(typed, year, source).map(str::to_owned)
                });
                found.clone().map_or(Reading::Unknown(dictionary), Reading::Value)
            }
            (How::Other, Some(field), Some(catalog)) => match field.read(catalog, typed, year, "") {
                Ok(Some(value)) => Reading::Value(value),
                Ok(None) => Reading::NotAsked,
                Err(Misread::Fault(fault)) => Reading::Wrong(fault),
                Err(unknown) => Reading::Wrong(unknown.fault()),
            },
            _ => Reading::NotAsked,
        }
    }
}

fn read_money<'a>(typed: &str) -> Reading<'a> {
    let plain: String = narrow(typed).chars().filter(|c| !matches!(c, ',' | ' ' | '元')).collect();
    let written = plain.chars().all(|c| c.is_ascii_digit() || c == '.');
    match plain.parse::<Decimal>() {
        Ok(yuan) if written && yuan.normalize().scale() <= 2 && yuan < Decimal::from(100_000_000) => {
            Reading::Money(yuan.normalize())
        }
        Ok(_) if written => Reading::Wrong(Fault::new("fact.range").with("least", 0).with("most", 100_000_000)),
        _ => Reading::Wrong(Fault::new("fact.not_a_number")),
    }
}
