//! One row after the other, cell by cell in the order of the table's columns.

use std::{borrow::Cow, collections::HashMap};

use actix_web::web::Bytes;
use fupin_contract::{
    mask_id_number,
    registry::{
        TableKind,
        catalog::{Catalog, Field, FieldRole, FieldType, Subject},
    },
};
use fupin_kernel::{Error, Result, crypto::CryptoProvider};
use serde_json::Value;

use super::store::{HomeRow, PersonRow};
use crate::numbers::{self, Numbers, YearRow};

/// What stands in a column.
enum Column<'a> {
    Role(FieldRole),
    Fact { field: &'a Field, labels: HashMap<String, String> },
    Item(&'a str),
}

/// Writes a table.
pub(super) struct Writer<'a> {
    columns: Vec<Column<'a>>,
    titles: Vec<&'a str>,
    words: Words<'a>,
    out: csv::Writer<Vec<u8>>,
}

/// How what is kept is said.
struct Words<'a> {
    catalog: &'a Catalog,
    sexes: HashMap<String, String>,
    relations: HashMap<String, String>,
    id_types: HashMap<String, String>,
    year: i16,
    clear: bool,
}

impl<'a> Writer<'a> {
    pub fn new(catalog: &'a Catalog, table: TableKind, year: i16, clear: bool) -> Self {
        let (mut columns, mut titles) = (Vec::new(), Vec::new());
        let keys = catalog.table(table.name()).map(|table| table.columns.as_slice()).unwrap_or_default();
        for key in keys {
            if let Some(field) = catalog.field(key) {
                titles.push(field.title_in(year));
                columns.push(match field.role {
                    Some(role) if !role.is_fact() => Column::Role(role),
                    _ => Column::Fact { field, labels: labels(catalog, field, year) },
                });
            } else if let Some(item) = catalog.income_item(key) {
                titles.push(&item.title);
                columns.push(Column::Item(&item.code));
            }
        }
        let of_role = |role| catalog.of_role(role).map(|field| labels(catalog, field, year)).unwrap_or_default();
        let words = Words {
            catalog,
            sexes: of_role(FieldRole::Sex),
            relations: of_role(FieldRole::Relation),
            id_types: of_role(FieldRole::IdType),
            year,
            clear,
        };
        Self {
            columns,
            titles,
            words,
            out: csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new()),
        }
    }

    /// The mark of UTF-8, by which a spreadsheet knows it, and the header.
    pub fn head(&mut self) -> Bytes {
        let titles = self.titles.join(",");
        Bytes::from(format!("\u{feff}{titles}\r\n"))
    }

    /// What was written since.
    pub fn take(&mut self) -> Bytes {
        let fresh = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        let full = std::mem::replace(&mut self.out, fresh);
        // Writing to memory does not fail.
        Bytes::from(full.into_inner().unwrap_or_default())
    }

    pub fn person(&mut self, crypto: &dyn CryptoProvider, row: &PersonRow) -> Result<()> {
        let place = YearRow::Person(row.person_id, self.words.year);
        let own = numbers::open_numbers(crypto, place, row.person_sealed.as_deref())?;
        self.row(crypto, &row.home, Some((row, own)))
    }

    pub fn household(&mut self, crypto: &dyn CryptoProvider, row: &HomeRow) -> Result<()> {
        self.row(crypto, row, None)
    }

    fn row(
        &mut self,
        crypto: &dyn CryptoProvider,
        home: &HomeRow,
        person: Option<(&PersonRow, Numbers)>,
    ) -> Result<()> {
        let place = YearRow::Household(home.household_id, self.words.year);
        let of_home = numbers::open_numbers(crypto, place, home.sealed.as_deref())?;
        for column in &self.columns {
            let cell: Cow<'_, str> = match column {
                Column::Role(role) => self.words.of_role(crypto, *role, home, person.as_ref().map(|(row, _)| *row))?,
                Column::Item(code) => {
                    let yuan = home.lines.as_ref().and_then(|lines| lines.get(*code)?.as_str());
                    yuan.unwrap_or_default().into()
                }
                Column::Fact { field, labels } => {
                    let (facts, numbers) = match (field.of, &person) {
                        (Subject::Person, Some((row, own))) => (&row.person_facts, own),
                        _ => (&home.facts, &of_home),
                    };
                    self.words.of_fact(field, labels, facts, numbers)
                }
            };
            self.out.write_field(cell.as_bytes()).map_err(Error::internal)?;
        }
        self.out.write_record(None::<&[u8]>).map_err(Error::internal)
    }
}

impl Words<'_> {
    fn of_fact<'r>(
        &self,
        field: &Field,
        labels: &'r HashMap<String, String>,
        facts: &'r Value,
        numbers: &'r Numbers,
    ) -> Cow<'r, str> {
        if field.r#type.is_sealed() {
            let Some(number) = numbers.get(&field.key) else { return Cow::Borrowed("") };
            return if !self.clear {
                numbers::masked(field, number).into()
            } else if matches!(field.r#type, FieldType::Phone) {
                number.as_str().into()
            } else {
                as_text(number)
            };
        }
        let Some(value) = facts.get(&field.key).and_then(Value::as_str) else { return Cow::Borrowed("") };
        match &field.r#type {
            FieldType::Boolean => if value == "true" { "是" } else { "否" }.into(),
            FieldType::Code { .. } => labels.get(value).map_or(value, String::as_str).into(),
            FieldType::Text { .. } => harmless(value),
            _ => value.into(),
        }
    }

    fn of_role<'r>(
        &'r self,
        crypto: &dyn CryptoProvider,
        role: FieldRole,
        home: &'r HomeRow,
        person: Option<&'r PersonRow>,
    ) -> Result<Cow<'r, str>> {
        let label = |labels: &'r HashMap<String, String>, code: &'r str| -> Cow<'r, str> {
            labels.get(code).map_or(code, String::as_str).into()
        };
        Ok(match role {
            FieldRole::Region1 => home.province.as_str().into(),
            // A county of the province stands at the place of its city as well.
            FieldRole::Region2 | FieldRole::Region3 => home.county.as_str().into(),
            FieldRole::Region4 => home.town.as_str().into(),
            FieldRole::Region5 => home.village.as_str().into(),
            FieldRole::HouseholdNumber => as_text(&home.number),
            FieldRole::Year => self.year.to_string().into(),
            FieldRole::Members => home.members.to_string().into(),
            FieldRole::HeadName => home.head_name.as_deref().map_or(Cow::Borrowed(""), harmless),
            FieldRole::HeadIdNumber => match (home.head_id, &home.head_id_sealed) {
                (Some(id), Some(sealed)) => self.id_number(crypto, id, sealed)?.into(),
                _ => "".into(),
            },
            FieldRole::PersonNumber => {
                person.and_then(|row| row.person_number.as_deref()).map_or(Cow::Borrowed(""), as_text)
            }
            FieldRole::Name => person.map_or(Cow::Borrowed(""), |row| harmless(&row.name)),
            FieldRole::Sex => person.map_or(Cow::Borrowed(""), |row| label(&self.sexes, &row.sex)),
            FieldRole::Birthday => {
                person.and_then(|row| row.birthday).map_or(Cow::Borrowed(""), |day| day.to_string().into())
            }
            FieldRole::IdType => person
                .and_then(|row| row.id_type.as_deref())
                .map_or(Cow::Borrowed(""), |code| label(&self.id_types, code)),
            FieldRole::IdNumber => match person {
                Some(PersonRow { person_id, id_sealed: Some(sealed), .. }) => {
                    self.id_number(crypto, *person_id, sealed)?.into()
                }
                // Who has no papers has the number that says so.
                Some(_) => "999999999999999999".into(),
                None => "".into(),
            },
            FieldRole::Relation => person.map_or(Cow::Borrowed(""), |row| label(&self.relations, &row.relation)),
            FieldRole::Phone | FieldRole::HouseholdPhone => {
                debug_assert!(self.catalog.of_role(role).is_none_or(|field| field.is_fact()));
                "".into()
            }
        })
    }

    fn id_number(&self, crypto: &dyn CryptoProvider, person: i64, sealed: &[u8]) -> Result<String> {
        let number = numbers::open_id(crypto, person, sealed)?;
        Ok(if self.clear { as_text(&number).into_owned() } else { mask_id_number(&number) })
    }
}

fn labels(catalog: &Catalog, field: &Field, year: i16) -> HashMap<String, String> {
    let FieldType::Code { dictionary } = &field.r#type else { return HashMap::new() };
    let codes = catalog.dictionary(dictionary).map(|list| list.codes.as_slice()).unwrap_or_default();
    codes.iter().map(|code| (code.code.clone(), catalog.words(field, &code.code, year))).collect()
}

/// A spreadsheet takes digits for a number and rounds them; an apostrophe says that they are text.
fn as_text(digits: &str) -> Cow<'_, str> {
    if digits.len() > 11 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("'{digits}").into()
    } else {
        harmless(digits)
    }
}

/// What a spreadsheet would take for a formula is text (OWASP: a leading apostrophe).
fn harmless(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']) {
        format!("'{text}").into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::{as_text, harmless};

    #[test]
    fn nothing_is_a_formula_and_no_number_is_rounded() {
        for formula in ["=1+1", "+cmd", "-2", "@sum", "\t=1", "＝1"] {
            assert_eq!(harmless(formula), format!("'{formula}"));
        }
        assert_eq!(harmless("符小梅"), "符小梅");
        assert_eq!(as_text("469999199003071234"), "'469999199003071234");
        assert_eq!(as_text("19900000001"), "19900000001");
    }
}
