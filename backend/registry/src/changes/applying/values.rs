//! Values: attributes of the household and its members, the ledger, and that somebody says it is so.

use std::collections::BTreeMap;

use fupin_contract::{
    Fault, PersonId,
    registry::{
        Applied, Written,
        catalog::{Catalog, FieldRole, FieldType, Subject},
        sum_income,
    },
};
use fupin_kernel::{Error, Result, Tx};
use rust_decimal::Decimal;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Acting, line, line_of, store};
use crate::{
    changes::reading::{Read, read_facts},
    error::RegistryError,
    households::{
        facts::{Marks, read_marks, read_texts},
        store::{KeptRow, MemberRow, YearRow as HouseholdYear, find_year, list_members, list_years},
    },
    numbers::{self, Numbers, YearRow},
};

/// The values of one row while they are changed.
struct Values {
    facts: BTreeMap<String, String>,
    numbers: Numbers,
    marks: Marks,
    unmapped: BTreeMap<String, String>,
}

/// A row as it is written back.
#[derive(Debug)]
pub struct WrittenRow {
    pub facts: Value,
    pub sealed: Option<Vec<u8>>,
    pub marks: Option<Value>,
    pub unmapped: Option<Value>,
}

impl Values {
    fn of_household(acting: &Acting<'_>, id: i64, page: &HouseholdYear) -> Result<Self> {
        Self::of(acting, YearRow::Household(id, page.year), &page.kept)
    }

    fn of_person(acting: &Acting<'_>, row: &MemberRow) -> Result<Self> {
        Self::of(acting, YearRow::Person(row.person_id, acting.year), &row.kept)
    }

    fn of(acting: &Acting<'_>, row: YearRow, kept: &KeptRow) -> Result<Self> {
        Ok(Self {
            facts: read_texts(&kept.facts)?,
            numbers: numbers::open_numbers(acting.crypto, row, kept.sealed.as_deref())?,
            marks: read_marks(kept.marks.as_ref())?,
            unmapped: kept.unmapped.as_ref().map(read_texts).transpose()?.unwrap_or_default(),
        })
    }

    /// Write values in, and say which changed; numbers are said masked.
    fn take(&mut self, catalog: &Catalog, origin: Uuid, read: Read) -> Vec<(String, Option<String>, Option<String>)> {
        let mut changed = Vec::new();
        for (key, value) in read {
            let Some(field) = catalog.field(&key) else { continue };
            let sealed = field.r#type.is_sealed();
            let kept = if sealed { &mut self.numbers } else { &mut self.facts };
            let before = match &value {
                Some(value) => kept.insert(key.clone(), value.clone()),
                None => kept.remove(&key),
            };
            let waited = self.unmapped.remove(&key);
            if before == value && waited.is_none() {
                continue;
            }
            let mark = self.marks.entry(key.clone()).or_default();
            (mark.origin, mark.verified) = (Some(origin), None);
            let shown =
                |value: Option<String>| value.map(|value| if sealed { numbers::masked(field, &value) } else { value });
            changed.push((key, shown(before.or(waited)), shown(value)));
        }
        changed
    }

    fn verify(&mut self, origin: Uuid, keys: &[String]) -> Vec<String> {
        let has = |key: &&String| self.facts.contains_key(*key) || self.numbers.contains_key(*key);
        let verified: Vec<String> = keys.iter().filter(has).cloned().collect();
        for key in &verified {
            self.marks.entry(key.clone()).or_default().verified = Some(origin);
        }
        verified
    }

    fn written(self, acting: &Acting<'_>, row: YearRow) -> Result<WrittenRow> {
        Ok(WrittenRow {
            facts: serde_json::to_value(self.facts)?,
            sealed: numbers::seal_numbers(acting.crypto, row, &self.numbers)?,
            marks: if self.marks.is_empty() { None } else { Some(serde_json::to_value(self.marks)?) },
            unmapped: if self.unmapped.is_empty() { None } else { Some(serde_json::to_value(self.unmapped)?) },
        })
    }
}

pub async fn correct_household(tx: &mut Tx, acting: &Acting<'_>, written: &Written) -> Result<Vec<Applied>> {
    let id = acting.household()?.household_id;
    let read = read_facts(acting.catalog, Subject::Household, written, acting.year, "act.facts")?;
    let page = find_year(tx, id, acting.year).await?.ok_or(Error::NotFound)?;
    let mut values = Values::of_household(acting, id, &page)?;
    let changed = values.take(acting.catalog, acting.origin, read);
    let phone = phone_of(acting, FieldRole::HouseholdPhone, &values)?;
    let written = values.written(acting, YearRow::Household(id, acting.year))?;
    store::update_household_year(tx, id, acting.year, &written).await?;
    if list_years(tx, id).await?.first() == Some(&acting.year) {
        store::update_household_phone(tx, id, phone).await?;
    }
    Ok(changed.into_iter().map(|(key, before, after)| line(&key, before, after)).collect())
}

fn phone_of(acting: &Acting<'_>, role: FieldRole, values: &Values) -> Result<Option<i64>> {
    let field = acting.catalog.of_role(role);
    let phone = field.and_then(|field| values.numbers.get(&field.key));
    phone.map(|phone| numbers::phone_index(acting.crypto, phone)).transpose()
}

/// A member of the year, by person.
pub async fn member_of(tx: &mut Tx, acting: &Acting<'_>, person: PersonId) -> Result<MemberRow> {
    let members = list_members(tx, acting.household()?.household_id, acting.year).await?;
    let found = members.into_iter().find(|member| member.person_id == person.0);
    found.ok_or_else(|| RegistryError::NoMember.into())
}

pub async fn correct_person(
    tx: &mut Tx,
    acting: &Acting<'_>,
    person: PersonId,
    written: &Written,
) -> Result<Vec<Applied>> {
    let read = read_facts(acting.catalog, Subject::Person, written, acting.year, "act.facts")?;
    let member = member_of(tx, acting, person).await?;
    let mut values = Values::of_person(acting, &member)?;
    let changed = values.take(acting.catalog, acting.origin, read);
    let phone = phone_of(acting, FieldRole::Phone, &values)?;
    let written = values.written(acting, YearRow::Person(person.0, acting.year))?;
    store::update_person_year(tx, person.0, acting.year, &written).await?;
    if list_years(tx, acting.household()?.household_id).await?.first() == Some(&acting.year) {
        store::update_person_phone(tx, person.0, phone).await?;
    }
    let name = &member.name;
    Ok(changed.into_iter().map(|(key, before, after)| line_of(name, &key, before, after)).collect())
}

pub async fn set_income(tx: &mut Tx, acting: &Acting<'_>, written: &BTreeMap<String, String>) -> Result<Vec<Applied>> {
    let household = acting.household()?.household_id;
    let lines = read_ledger(acting.catalog, written)?;
    let members = list_members(tx, household, acting.year).await?;
    let staying = members.iter().filter(|member| member.stayed()).count();
    let staying = i16::try_from(staying).map_err(Error::internal)?;
    let sum = sum_income(&lines, &acting.catalog.income, staying)
        .map_err(|_| Error::from(RegistryError::Bad("act.lines", Fault::new("registry.no_members"))))?;
    let before = store::find_ledger(tx, household, acting.year).await?;
    let mut changed = Vec::new();
    for item in &acting.catalog.income {
        let (old, new) = (before.get(&item.code), lines.get(&item.code));
        if old != new {
            changed.push(line(&item.code, old.map(Decimal::to_string), new.map(Decimal::to_string)));
        }
    }
    if !changed.is_empty() {
        store::save_ledger(tx, household, acting.year, serde_json::to_value(&lines)?, sum, acting.origin).await?;
    }
    Ok(changed)
}

/// Yuan by item; what is zero or blank is no line.
fn read_ledger(catalog: &Catalog, written: &BTreeMap<String, String>) -> Result<BTreeMap<String, Decimal>> {
    let mut faults = fupin_contract::Faults::new();
    let mut lines = BTreeMap::new();
    let money = fupin_contract::registry::catalog::Field {
        key: "money".to_owned(),
        of: Subject::Household,
        title: String::new(),
        titles: Vec::new(),
        group: None,
        r#type: FieldType::Decimal { scale: 2, least: 0, most: 100_000_000, unit: None },
        level: 2,
        role: None,
        synonyms: Vec::new(),
        since: None,
        until: None,
        required: false,
    };
    for (code, typed) in written {
        let mut fault = |fault| faults.entry(format!("act.lines.{code}")).or_default().push(fault);
        if catalog.income_item(code).is_none() {
            fault(Fault::new("fact.unknown_field"));
            continue;
        }
        match money.read(catalog, typed, 0, "") {
            Ok(Some(yuan)) => {
                let yuan: Decimal = yuan.parse().map_err(Error::internal)?;
                if !yuan.is_zero() {
                    lines.insert(code.clone(), yuan);
                }
            }
            Ok(None) => {}
            Err(misread) => fault(misread.fault()),
        }
    }
    if faults.is_empty() { Ok(lines) } else { Err(RegistryError::Faulty(faults).into()) }
}

pub async fn verify(
    tx: &mut Tx,
    acting: &Acting<'_>,
    keys: &[String],
    people: &BTreeMap<PersonId, Vec<String>>,
) -> Result<Vec<Applied>> {
    let id = acting.household()?.household_id;
    let mut lines = Vec::new();
    if !keys.is_empty() {
        let page = find_year(tx, id, acting.year).await?.ok_or(Error::NotFound)?;
        let mut values = Values::of_household(acting, id, &page)?;
        let verified = values.verify(acting.origin, keys);
        lines.extend(verified.into_iter().map(|key| line("verified", None, Some(key))));
        let written = values.written(acting, YearRow::Household(id, acting.year))?;
        store::update_household_year(tx, id, acting.year, &written).await?;
    }
    for (person, keys) in people {
        let member = member_of(tx, acting, *person).await?;
        let mut values = Values::of_person(acting, &member)?;
        let verified = values.verify(acting.origin, keys);
        lines.extend(verified.into_iter().map(|key| line_of(&member.name, "verified", None, Some(key))));
        let written = values.written(acting, YearRow::Person(person.0, acting.year))?;
        store::update_person_year(tx, person.0, acting.year, &written).await?;
    }
    Ok(lines)
}

/// Values of somebody who comes in, as the first page keeps them.
pub struct Fresh {
    pub facts: Value,
    pub numbers: Numbers,
}

impl Fresh {
    /// What comes with somebody, numbers masked.
    pub fn lines(&self, catalog: &Catalog, person: &str) -> Vec<Applied> {
        let facts = self.facts.as_object().into_iter().flatten();
        let facts = facts.filter_map(|(key, value)| Some((key, value.as_str()?.to_owned())));
        let numbers = self
            .numbers
            .iter()
            .filter_map(|(key, number)| catalog.field(key).map(|field| (key, numbers::masked(field, number))));
        facts.chain(numbers).map(|(key, value)| line_of(person, key, None, Some(value))).collect()
    }
}

/// Read the attributes that come with somebody or something new.
pub fn fresh(catalog: &Catalog, of: Subject, written: &Written, year: i16, at: &str) -> Result<Fresh> {
    let read = read_facts(catalog, of, written, year, at)?;
    let (mut facts, mut numbers) = (Map::new(), Numbers::new());
    for (key, value) in read {
        let Some(value) = value else { continue };
        if catalog.field(&key).is_some_and(|field| field.r#type.is_sealed()) {
            numbers.insert(key, value);
        } else {
            facts.insert(key, Value::String(value));
        }
    }
    Ok(Fresh { facts: Value::Object(facts), numbers })
}
