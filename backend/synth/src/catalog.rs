//! The catalog of the register as far as the tables need it: which columns, under which titles, and which labels.
//!
//! Invariant: what stands in a table comes from the catalog's files. A column or a code that one side does not know is
//! an error, never an empty cell.

use std::collections::HashMap;

use serde::Deserialize;

use crate::Error;

/// Fields, tables and dictionaries.
#[derive(Debug)]
pub struct Catalog {
    fields: HashMap<String, Field>,
    tables: Vec<Table>,
    income: Vec<IncomeField>,
    dictionaries: HashMap<String, Vec<Code>>,
}

/// The three national tables as they are asked in one year.
#[derive(Debug)]
pub struct Forms {
    pub year: i32,
    pub person: Form,
    pub household: Form,
    pub income: Form,
}

/// One table in one year.
#[derive(Debug)]
pub struct Form {
    pub columns: Vec<Column>,
    positions: HashMap<String, usize>,
}

#[derive(Debug)]
pub struct Column {
    pub key: String,
    pub title: String,
    /// By code, where the column takes codes.
    labels: Option<HashMap<String, String>>,
}

#[derive(Debug, Deserialize)]
struct Written {
    fields: Vec<Field>,
    tables: Vec<Table>,
    income: Vec<IncomeField>,
}

#[derive(Debug, Deserialize)]
struct Field {
    key: String,
    title: String,
    #[serde(rename = "type")]
    kind: Kind,
    #[serde(default)]
    titles: Vec<Retitled>,
    since: Option<i32>,
    until: Option<i32>,
}

#[derive(Debug, Deserialize)]
struct Kind {
    dictionary: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Retitled {
    until: i32,
    title: String,
}

#[derive(Debug, Deserialize)]
struct Table {
    name: String,
    columns: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct IncomeField {
    code: String,
    title: String,
}

#[derive(Debug, Deserialize)]
struct Dictionary {
    name: String,
    codes: Vec<Code>,
}

#[derive(Debug, Deserialize)]
struct Code {
    code: String,
    label: String,
    #[serde(default)]
    synonyms: Vec<String>,
    since: Option<i32>,
    until: Option<i32>,
}

impl Catalog {
    /// From the texts of `catalog.json` and `dictionaries.json`.
    pub fn read(catalog: &str, dictionaries: &str) -> Result<Self, Error> {
        let written: Written = serde_json::from_str(catalog)?;
        let dictionaries: Vec<Dictionary> = serde_json::from_str(dictionaries)?;
        Ok(Self {
            fields: written.fields.into_iter().map(|field| (field.key.clone(), field)).collect(),
            tables: written.tables,
            income: written.income,
            dictionaries: dictionaries.into_iter().map(|dictionary| (dictionary.name, dictionary.codes)).collect(),
        })
    }

    /// The tables of a year.
    pub fn forms(&self, year: i32) -> Result<Forms, Error> {
        let form = |name: &str| self.form(name, year);
        Ok(Forms { year, person: form("person")?, household: form("household")?, income: form("income")? })
    }

    /// Whether a dictionary reads this text as one of its codes.
    #[must_use]
    pub fn reads(&self, dictionary: &str, text: &str) -> bool {
        let codes = self.dictionaries.get(dictionary).map(Vec::as_slice).unwrap_or_default();
        codes.iter().any(|code| code.label == text || code.synonyms.iter().any(|synonym| synonym == text))
    }

    fn form(&self, name: &str, year: i32) -> Result<Form, Error> {
        let table = self.tables.iter().find(|table| table.name == name);
        let keys = &table.ok_or_else(|| Error::NoTable(name.to_owned()))?.columns;
        let mut columns = Vec::with_capacity(keys.len());
        for key in keys {
            if let Some(line) = self.income.iter().find(|line| line.code == *key) {
                columns.push(Column { key: key.clone(), title: line.title.clone(), labels: None });
                continue;
            }
            let field = self.fields.get(key).ok_or_else(|| Error::NoColumn(key.clone()))?;
            if holds(field.since, field.until, year) {
                columns.push(self.column(field, year)?);
            }
        }
        let positions = columns.iter().enumerate().map(|(index, column)| (column.key.clone(), index)).collect();
        Ok(Form { columns, positions })
    }

    fn column(&self, field: &Field, year: i32) -> Result<Column, Error> {
        let earlier = field.titles.iter().filter(|titled| year <= titled.until).min_by_key(|titled| titled.until);
        let title = earlier.map_or(&field.title, |titled| &titled.title).clone();
        let labels = match &field.kind.dictionary {
            None => None,
            Some(name) => {
                let codes = self.dictionaries.get(name).ok_or_else(|| Error::NoDictionary(name.clone()))?;
                let valid = codes.iter().filter(|code| holds(code.since, code.until, year));
                Some(valid.map(|code| (code.code.clone(), code.label.clone())).collect())
            }
        };
        Ok(Column { key: field.key.clone(), title, labels })
    }
}

impl Form {
    #[must_use]
    pub fn position(&self, key: &str) -> Option<usize> {
        self.positions.get(key).copied()
    }

    pub fn titles(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.title.as_str())
    }

    /// The cell of this column in a row.
    #[must_use]
    pub fn cell<'a>(&self, row: &'a [String], key: &str) -> Option<&'a str> {
        row.get(self.position(key)?).map(String::as_str)
    }

    /// The label of a code in this column and year.
    #[must_use]
    pub fn label(&self, key: &str, code: &str) -> Option<&str> {
        self.columns.get(self.position(key)?)?.label(code)
    }

    /// Write another text into a row, and say what stood there.
    pub(crate) fn put(&self, row: &mut [String], key: &str, text: impl Into<String>) -> Option<String> {
        let cell = row.get_mut(self.position(key)?)?;
        Some(std::mem::replace(cell, text.into()))
    }
}

impl Column {
    pub(crate) fn label(&self, code: &str) -> Option<&str> {
        self.labels.as_ref()?.get(code).map(String::as_str)
    }
}

fn holds(since: Option<i32>, until: Option<i32>, year: i32) -> bool {
    since.is_none_or(|since| since <= year) && until.is_none_or(|until| year <= until)
}
