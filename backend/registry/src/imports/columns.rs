//! Which column of a file is which field: by its header, as the catalogue titles it in any year, or by a synonym; never by its
//! place.

use std::collections::BTreeMap;

use fupin_contract::registry::{
    TableColumns, TableFailure, TableKind,
    catalog::{Catalog, FieldRole},
    narrow,
};
use serde_json::Value;

use super::formats::failure;

/// The columns of a file: what each is, by its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// Keys of fields or codes of income items; none of a column that is left out.
    pub keys: Vec<Option<String>>,
    /// As the file writes them.
    pub headers: Vec<String>,
    pub told: Told,
}

/// As it is told to a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub known: BTreeMap<String, String>,
    pub unknown: Vec<String>,
    pub missing: Vec<String>,
}

impl From<Told> for TableColumns {
    fn from(told: Told) -> Self {
        Self { known: told.known, unknown: told.unknown, missing: told.missing }
    }
}

impl Columns {
    pub fn header_of(&self, key: &str) -> Option<&str> {
        let place = self.keys.iter().position(|known| known.as_deref() == Some(key))?;
        self.headers.get(place).map(String::as_str)
    }
}

/// Without what people add to a header or leave out: spaces, brackets of any width, what stands in front for required.
fn plain(header: &str) -> String {
    let narrow = narrow(header);
    narrow
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '(' | ')' | '*' | ':' | '"' | '\'' | '\u{feff}'))
        .collect()
}

/// Understand the header of a file.
pub fn understand(catalog: &Catalog, table: TableKind, header: &[String]) -> Result<Columns, TableFailure> {
    let columns = catalog.table(table.name()).map(|table| table.columns.as_slice()).unwrap_or_default();
    let mut names: BTreeMap<String, &str> = BTreeMap::new();
    for key in columns {
        match (catalog.field(key), catalog.income_item(key)) {
            (Some(field), _) => {
                let titles = [&field.title].into_iter().chain(field.titles.iter().map(|old| &old.title));
                for name in titles.chain(&field.synonyms) {
                    names.entry(plain(name)).or_insert(key);
                }
            }
            (None, Some(item)) => {
                for name in [item.title.clone(), item.code.clone(), format!("{}{}", item.code, item.title)] {
                    names.entry(plain(&name)).or_insert(key);
                }
            }
            (None, None) => {}
        }
        names.entry(key.clone()).or_insert(key);
    }
    let mut told = Told::default();
    let mut keys = Vec::with_capacity(header.len());
    for title in header {
        let key = names.get(&plain(title)).map(|key| (*key).to_owned());
        match &key {
            Some(key) if keys.contains(&Some(key.clone())) => {
                let mut twice = failure("import.column_twice");
                twice.params.insert("column".to_owned(), Value::from(title.clone()));
                return Err(twice);
            }
            Some(key) => {
                told.known.insert(title.clone(), key.clone());
            }
            None if title.trim().is_empty() => {}
            None => told.unknown.push(title.clone()),
        }
        keys.push(key);
    }
    told.missing = columns.iter().filter(|key| !keys.contains(&Some((*key).clone()))).cloned().collect();
    let needed = needed(table).iter().filter_map(|role| catalog.of_role(*role));
    let absent: Vec<&str> =
        needed.filter(|field| told.missing.contains(&field.key)).map(|field| field.title.as_str()).collect();
    if !absent.is_empty() {
        let mut missing = failure("import.column_missing");
        missing.params.insert("columns".to_owned(), Value::from(absent.join("、")));
        return Err(missing);
    }
    Ok(Columns { keys, headers: header.to_vec(), told })
}

/// Without these a row speaks of nobody.
fn needed(table: TableKind) -> &'static [FieldRole] {
    match table {
        TableKind::Person => &[
            FieldRole::Region5,
            FieldRole::HouseholdNumber,
            FieldRole::Name,
            FieldRole::IdNumber,
            FieldRole::Year,
            FieldRole::Relation,
        ],
        TableKind::Household => &[FieldRole::Region5, FieldRole::HouseholdNumber, FieldRole::Year],
        TableKind::Income => &[FieldRole::HouseholdNumber, FieldRole::Year],
    }
}
