//! Reading the rows of a table by the catalogue: what each says, and all that is wrong with it. Pure.

mod values;

use std::collections::HashMap;

use chrono::NaiveDate;
use fupin_contract::{
    Fault, IdKind, IdNumber,
    registry::{
        TableKind,
        catalog::{Catalog, FieldRole, Subject},
        narrow, read_date,
    },
};
use rust_decimal::Decimal;

use super::{
    columns::Columns,
    formats::Line,
    places::{Places, Said},
};
use crate::changes::sex_code;
pub use values::Values;
use values::{Reading, ValueReader};

/// Something about a cell or a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Remark {
    /// Key of the column; absent: the row.
    pub key: Option<String>,
    pub fault: Fault,
    /// The row is taken all the same.
    pub warns: bool,
}

/// Of whom a row of the people's table speaks.
#[derive(Clone, Debug)]
pub struct Who {
    pub name: String,
    pub sex: String,
    pub birthday: Option<NaiveDate>,
    pub id_type: Option<String>,
    pub id_number: Option<IdNumber>,
    pub relation: String,
    pub is_head: bool,
    pub number: Option<String>,
}

/// A row that was read.
#[derive(Clone, Debug)]
pub struct Judged {
    pub row: i64,
    pub year: i16,
    pub household_number: String,
    pub village_id: Option<i32>,
    pub who: Option<Who>,
    pub household: Values,
    pub person: Values,
    pub ledger: Vec<(String, Decimal)>,
    pub remarks: Vec<Remark>,
    /// Lists and codes that nobody knows.
    pub unknown: Vec<(String, String)>,
}

impl Judged {
    pub fn is_good(&self) -> bool {
        self.remarks.iter().all(|remark| remark.warns)
    }
}

/// Reads the rows of one file.
pub struct Judge<'a> {
    catalog: &'a Catalog,
    table: TableKind,
    places: &'a Places,
    this_year: i16,
    roles: HashMap<FieldRole, usize>,
    keys: Vec<Option<String>>,
    readers: Vec<ValueReader<'a>>,
}

impl std::fmt::Debug for Judge<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Judge").field("table", &self.table).finish_non_exhaustive()
    }
}

impl<'a> Judge<'a> {
    pub fn new(
        catalog: &'a Catalog,
        table: TableKind,
        columns: &Columns,
        places: &'a Places,
        source: &str,
        this_year: i16,
    ) -> Self {
        let mut roles = HashMap::new();
        let mut readers = Vec::new();
        for (place, key) in columns.keys.iter().enumerate() {
            let Some(key) = key else { continue };
            if let Some(field) = catalog.field(key) {
                match field.role {
                    Some(role) if !role.is_fact() => {
                        roles.insert(role, place);
                    }
                    _ if field.of == Subject::Household || table == TableKind::Person => {
                        readers.push(ValueReader::of_field(catalog, field, place, source));
                    }
                    _ => {}
                }
            } else if let Some(item) = catalog.income_item(key).filter(|_| table == TableKind::Income) {
                readers.push(ValueReader::of_money(item, place));
            }
        }
        Self { catalog, table, places, this_year, roles, keys: columns.keys.clone(), readers }
    }

    fn cell<'l>(&self, line: &'l Line, role: FieldRole) -> &'l str {
        let cell = self.roles.get(&role).and_then(|place| line.cells.get(*place));
        cell.map(String::as_str).unwrap_or_default().trim()
    }

    fn key_of(&self, role: FieldRole) -> Option<String> {
        self.roles.get(&role).and_then(|place| self.keys.get(*place)?.clone())
    }

    /// All that a row says, and all that is wrong with it.
    pub fn judge(&self, line: &Line) -> Judged {
        let mut remarks = Vec::new();
        let mut fault = |role: FieldRole, fault: Fault| {
            remarks.push(Remark { key: self.key_of(role), fault, warns: false });
        };
        let household_number = narrow(self.cell(line, FieldRole::HouseholdNumber));
        let length = household_number.chars().count();
        if length == 0 {
            fault(FieldRole::HouseholdNumber, Fault::new("required"));
        } else if length > 40 || household_number.contains(['E', 'e', '.']) {
            fault(FieldRole::HouseholdNumber, Fault::new("import.household_number"));
        }
        let year = self.read_year(line).unwrap_or_else(|wrong| {
            fault(FieldRole::Year, wrong);
            self.this_year
        });
        let village_id = match self.table {
            TableKind::Income => None,
            TableKind::Person | TableKind::Household => {
                self.find_village(line, &household_number).map_err(|wrong| fault(FieldRole::Region5, wrong)).ok()
            }
        };
        let mut judged = Judged {
            row: line.row,
            year,
            household_number,
            village_id,
            who: None,
            household: Values::default(),
            person: Values::default(),
            ledger: Vec::new(),
            remarks,
            unknown: Vec::new(),
        };
        if self.table == TableKind::Person {
            judged.who = Some(self.read_who(line, &mut judged.remarks));
        }
        self.read_values(line, &mut judged);
        judged
    }

    fn read_year(&self, line: &Line) -> Result<i16, Fault> {
        let typed = narrow(self.cell(line, FieldRole::Year));
        let year: i16 = typed.trim_end_matches('年').trim().parse().map_err(|_| Fault::new("import.year"))?;
        if (2000..=self.this_year).contains(&year) { Ok(year) } else { Err(Fault::new("import.year")) }
    }

    fn find_village(&self, line: &Line, household_number: &str) -> Result<i32, Fault> {
        self.places.find(Said {
            counties: [self.cell(line, FieldRole::Region3), self.cell(line, FieldRole::Region2)],
            town: self.cell(line, FieldRole::Region4),
            village: self.cell(line, FieldRole::Region5),
            household_number,
        })
    }

    fn read_who(&self, line: &Line, remarks: &mut Vec<Remark>) -> Who {
        let mut remark = |role: FieldRole, fault: Fault, warns: bool| {
            remarks.push(Remark { key: self.key_of(role), fault, warns });
        };
        let name = self.cell(line, FieldRole::Name);
        let letters = name.chars().count();
        if letters == 0 || letters > 50 || name.chars().any(char::is_control) {
            remark(FieldRole::Name, Fault::new("fact.name"), false);
        }
        let id_number = match IdNumber::parse(self.cell(line, FieldRole::IdNumber)) {
            Ok(number) if number.kind() == IdKind::Absent => None,
            Ok(number) => Some(number),
            Err(wrong) => {
                remark(FieldRole::IdNumber, wrong.fault(), false);
                None
            }
        };
        let mut code = |role: FieldRole, needed: bool| -> Option<String> {
            let typed = self.cell(line, role);
            if typed.is_empty() {
                if needed {
                    remark(role, Fault::new("required"), false);
                }
                return None;
            }
            let known = self.catalog.dictionary_of(role).and_then(|list| list.find(typed, self.this_year, ""));
            if known.is_none() {
                let unknown = Fault::new("fact.unknown_code").with("typed", typed.chars().take(20).collect::<String>());
                remark(role, unknown, !needed);
            }
            known.map(str::to_owned)
        };
        let relation = code(FieldRole::Relation, true).unwrap_or_default();
        let id_type = code(FieldRole::IdType, false);
        let told_sex = code(FieldRole::Sex, false);
        let by_number = id_number.as_ref().and_then(IdNumber::sex).map(|sex| sex_code(sex).to_owned());
        if told_sex.is_some() && by_number.is_some() && told_sex != by_number {
            remark(FieldRole::Sex, Fault::new("registry.sex_against_number"), true);
        }
        let born = id_number.as_ref().and_then(IdNumber::birthday);
        let typed = self.cell(line, FieldRole::Birthday);
        let told = if typed.is_empty() { Ok(None) } else { read_date(typed).map(Some) };
        let birthday = match (told, born) {
            // The number says it, and its check holds: it counts.
            (Ok(Some(told)), Some(born)) if told != born => {
                remark(FieldRole::Birthday, Fault::new("registry.birthday_against_number"), true);
                Some(born)
            }
            (Ok(told), born) => born.or(told),
            (Err(wrong), born) => {
                remark(FieldRole::Birthday, wrong, born.is_some());
                born
            }
        };
        let number = self.cell(line, FieldRole::PersonNumber);
        Who {
            name: name.to_owned(),
            sex: by_number.or(told_sex).unwrap_or_default(),
            birthday,
            id_type,
            id_number,
            is_head: self.catalog.relation(&relation).head,
            relation,
            number: (!number.is_empty() && number.chars().count() <= 40).then(|| number.to_owned()),
        }
    }

    fn read_values(&self, line: &Line, judged: &mut Judged) {
        for reader in &self.readers {
            let typed = line.cells.get(reader.place).map(String::as_str).unwrap_or_default().trim();
            if typed.is_empty() {
                continue;
            }
            let values = if reader.of_household { &mut judged.household } else { &mut judged.person };
            match reader.read(typed, judged.year) {
                Reading::Value(value) => values.put(reader.key, value, reader.sealed),
                Reading::Money(yuan) if yuan.is_zero() => {}
                Reading::Money(yuan) => judged.ledger.push((reader.key.to_owned(), yuan)),
                Reading::NotAsked => {}
                Reading::Unknown(list) => {
                    let typed: String = typed.chars().take(100).collect();
                    values.unmapped.push((reader.key.to_owned(), typed.clone()));
                    let fault = Fault::new("fact.unknown_code").with("typed", typed.clone());
                    judged.remarks.push(Remark { key: Some(reader.key.to_owned()), fault, warns: true });
                    judged.unknown.push((list.to_owned(), typed));
                }
                Reading::Wrong(fault) => {
                    judged.remarks.push(Remark { key: Some(reader.key.to_owned()), fault, warns: false });
                }
            }
        }
    }
}
