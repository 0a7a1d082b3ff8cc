//! The SQL that writes many rows at once, and keeps what it writes over.

use chrono::NaiveDate;
use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Binary, Date, Integer, Nullable, SmallInt, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_kernel::{Result, Tx, crypto::CryptoProvider};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::existing::PageThere;
use crate::{
    households::facts::{Mark, Marks},
    imports::judging::Values,
    numbers::{self, YearRow},
};

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// So many new numbers of a sequence.
pub async fn next_ids(tx: &mut Tx, sequence: &str, count: usize) -> Result<Vec<i64>> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let rows: Vec<IdRow> = sql_query("select nextval($1::regclass) as id from generate_series(1, $2)")
        .bind::<Text, _>(sequence)
        .bind::<BigInt, _>(count as i64)
        .load(tx.conn()?)
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

fn column<'a, T, V>(rows: &'a [T], of: impl Fn(&'a T) -> V) -> Vec<V> {
    rows.iter().map(of).collect()
}

/// A household that a file brings.
#[derive(Debug)]
pub struct NewHousehold<'a> {
    pub id: i64,
    pub number: &'a str,
    pub village_id: i32,
    pub year: i16,
}

pub async fn insert_households(tx: &mut Tx, import: Uuid, new: &[NewHousehold<'_>]) -> Result<()> {
    if new.is_empty() {
        return Ok(());
    }
    let today = tx.today();
    sql_query(
        "insert into household (household_id, number, village_id, origin_id, registered_on)
         select n.id, n.number, n.village_id, $1, least(make_date(n.year, 12, 31), $2)
         from unnest($3::bigint[], $4::text[], $5::int[], $6::int[]) n(id, number, village_id, year)",
    )
    .bind::<SqlUuid, _>(import)
    .bind::<Date, _>(today)
    .bind::<Array<BigInt>, _>(column(new, |row| row.id))
    .bind::<Array<Text>, _>(column(new, |row| row.number))
    .bind::<Array<Integer>, _>(column(new, |row| row.village_id))
    .bind::<Array<Integer>, _>(column(new, |row| i32::from(row.year)))
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// A person whom a file brings.
#[derive(Debug)]
pub struct NewPerson<'a> {
    pub id: i64,
    pub key: i64,
    pub household_id: i64,
    pub village_id: i32,
    pub number: Option<&'a str>,
    pub name: &'a str,
    pub pinyin: String,
    pub initials: String,
    pub sex: &'a str,
    pub birthday: Option<NaiveDate>,
    pub id_type: Option<&'a str>,
    pub id_sealed: Option<Vec<u8>>,
    pub tail_index: Option<i64>,
    pub phone_index: Option<i64>,
}

pub async fn insert_people(tx: &mut Tx, import: Uuid, new: &[NewPerson<'_>]) -> Result<()> {
    if new.is_empty() {
        return Ok(());
    }
    sql_query(
        "insert into person (person_id, person_key, household_id, village_id, number, name, pinyin, initials, sex,
             birthday, id_type, id_sealed, tail_index, phone_index, origin_id)
         select n.*, $1
         from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::int[], $6::text[], $7::text[], $8::text[],
             $9::text[], $10::text[], $11::date[], $12::text[], $13::bytea[], $14::bigint[], $15::bigint[]) n",
    )
    .bind::<SqlUuid, _>(import)
    .bind::<Array<BigInt>, _>(column(new, |row| row.id))
    .bind::<Array<BigInt>, _>(column(new, |row| row.key))
    .bind::<Array<BigInt>, _>(column(new, |row| row.household_id))
    .bind::<Array<Integer>, _>(column(new, |row| row.village_id))
    .bind::<Array<Nullable<Text>>, _>(column(new, |row| row.number))
    .bind::<Array<Text>, _>(column(new, |row| row.name))
    .bind::<Array<Text>, _>(column(new, |row| row.pinyin.as_str()))
    .bind::<Array<Text>, _>(column(new, |row| row.initials.as_str()))
    .bind::<Array<Text>, _>(column(new, |row| row.sex))
    .bind::<Array<Nullable<Date>>, _>(column(new, |row| row.birthday))
    .bind::<Array<Nullable<Text>>, _>(column(new, |row| row.id_type))
    .bind::<Array<Nullable<Binary>>, _>(column(new, |row| row.id_sealed.as_deref()))
    .bind::<Array<Nullable<BigInt>>, _>(column(new, |row| row.tail_index))
    .bind::<Array<Nullable<BigInt>>, _>(column(new, |row| row.phone_index))
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Whose pages they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Household,
    Person,
}

impl Subject {
    fn table(self) -> &'static str {
        match self {
            Self::Household => "household_year",
            Self::Person => "person_year",
        }
    }

    fn id(self) -> &'static str {
        match self {
            Self::Household => "household_id",
            Self::Person => "person_id",
        }
    }
}

/// A page of a year as it is to stand there.
#[derive(Debug)]
pub struct NewPage {
    pub subject_id: i64,
    pub year: i16,
    pub household_id: i64,
    pub village_id: i32,
    pub relation: Option<String>,
    pub facts: Map<String, Value>,
    pub sealed: Option<Vec<u8>>,
    pub unmapped: Option<Value>,
    /// Of a page that was there: the fields that change.
    pub changed: Vec<String>,
}

/// What is there with what a row says: what the row does not say stays.
pub fn merge(crypto: &dyn CryptoProvider, row: YearRow, there: &PageThere, values: &Values) -> Result<NewPage> {
    let mut facts = there.facts.as_object().cloned().unwrap_or_default();
    let mut unmapped = there.unmapped.as_ref().and_then(Value::as_object).cloned().unwrap_or_default();
    let mut changed = Vec::new();
    for (key, value) in &values.facts {
        let waited = unmapped.remove(key).is_some();
        if facts.insert(key.clone(), value.clone()).as_ref() != Some(value) || waited {
            changed.push(key.clone());
        }
    }
    let mut sealed = there.sealed.clone();
    if !values.numbers.is_empty() {
        let mut kept = numbers::open_numbers(crypto, row, there.sealed.as_deref())?;
        let mut differs = false;
        for (key, value) in &values.numbers {
            if kept.insert(key.clone(), value.clone()).as_ref() != Some(value) {
                changed.push(key.clone());
                differs = true;
            }
        }
        if differs {
            sealed = numbers::seal_numbers(crypto, row, &kept)?;
        }
    }
    for (key, typed) in &values.unmapped {
        let waiting = Value::String(typed.clone());
        if unmapped.insert(key.clone(), waiting.clone()).as_ref() != Some(&waiting) {
            facts.remove(key);
            changed.push(key.clone());
        }
    }
    Ok(NewPage {
        subject_id: there.subject_id,
        year: there.year,
        household_id: there.household_id,
        village_id: 0,
        relation: there.relation.clone(),
        facts,
        sealed,
        unmapped: if unmapped.is_empty() { None } else { Some(Value::Object(unmapped)) },
        changed,
    })
}

fn texts(pages: &[NewPage]) -> Result<Vec<String>> {
    pages.iter().map(|page| Ok(serde_json::to_string(&page.facts)?)).collect()
}

pub async fn insert_pages(tx: &mut Tx, subject: Subject, import: Uuid, pages: &[NewPage]) -> Result<()> {
    if pages.is_empty() {
        return Ok(());
    }
    let query = match subject {
        Subject::Household => {
            "insert into household_year (household_id, year, village_id, facts, sealed, unmapped, origin_id)
             select n.id, n.year, n.village_id, n.facts::jsonb, n.sealed, n.unmapped::jsonb, $1
             from unnest($2::bigint[], $3::smallint[], $4::bigint[], $5::int[], $6::text[], $7::text[], $8::bytea[],
                 $9::text[]) n(id, year, household_id, village_id, relation, facts, sealed, unmapped)"
        }
        Subject::Person => {
            "insert into person_year (person_id, year, household_id, relation, facts, sealed, unmapped, origin_id)
             select n.id, n.year, n.household_id, n.relation, n.facts::jsonb, n.sealed, n.unmapped::jsonb, $1
             from unnest($2::bigint[], $3::smallint[], $4::bigint[], $5::int[], $6::text[], $7::text[], $8::bytea[],
                 $9::text[]) n(id, year, household_id, village_id, relation, facts, sealed, unmapped)"
        }
    };
    write(tx, query, import, pages).await
}

async fn write(tx: &mut Tx, query: &str, import: Uuid, pages: &[NewPage]) -> Result<()> {
    let unmapped: Vec<Option<String>> = column(pages, |page| page.unmapped.as_ref().map(Value::to_string));
    sql_query(query)
        .bind::<SqlUuid, _>(import)
        .bind::<Array<BigInt>, _>(column(pages, |page| page.subject_id))
        .bind::<Array<SmallInt>, _>(column(pages, |page| page.year))
        .bind::<Array<BigInt>, _>(column(pages, |page| page.household_id))
        .bind::<Array<Integer>, _>(column(pages, |page| page.village_id))
        .bind::<Array<Nullable<Text>>, _>(column(pages, |page| page.relation.as_deref()))
        .bind::<Array<Text>, _>(texts(pages)?)
        .bind::<Array<Nullable<Binary>>, _>(column(pages, |page| page.sealed.as_deref()))
        .bind::<Array<Nullable<Text>>, _>(unmapped)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

/// Write over pages; each is kept as it was, and says of each field that changes whence it comes now.
pub async fn update_pages(tx: &mut Tx, subject: Subject, import: Uuid, pages: &[NewPage]) -> Result<()> {
    if pages.is_empty() {
        return Ok(());
    }
    let (table, id) = (subject.table(), subject.id());
    sql_query(format!(
        "insert into registry_import_before (registry_import_id, kind, subject_id, year, before)
         select $1, '{table}', y.{id}, y.year, to_jsonb(y)
         from unnest($2::bigint[], $3::smallint[]) w(id, year)
         join {table} y on y.{id} = w.id and y.year = w.year
         on conflict do nothing"
    ))
    .bind::<SqlUuid, _>(import)
    .bind::<Array<BigInt>, _>(column(pages, |page| page.subject_id))
    .bind::<Array<SmallInt>, _>(column(pages, |page| page.year))
    .execute(tx.conn()?)
    .await?;
    let place = match subject {
        Subject::Household => "village_id = n.village_id",
        Subject::Person => "household_id = n.household_id, relation = n.relation, left_on = null, left_reason = null",
    };
    let mark = Mark { origin: Some(import), verified: None };
    let marks: Vec<String> = pages
        .iter()
        .map(|page| {
            let marks: Marks = page.changed.iter().map(|key| (key.clone(), mark)).collect();
            Ok(serde_json::to_string(&marks)?)
        })
        .collect::<Result<_>>()?;
    let unmapped: Vec<Option<String>> = column(pages, |page| page.unmapped.as_ref().map(Value::to_string));
    sql_query(format!(
        "update {table} y set {place}, facts = n.facts::jsonb, sealed = n.sealed, unmapped = n.unmapped::jsonb,
             marks = nullif(coalesce(y.marks, '{{}}'::jsonb) || n.marks::jsonb, '{{}}'::jsonb)
         from unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::int[], $5::text[], $6::text[], $7::bytea[],
             $8::text[], $9::text[]) n(id, year, household_id, village_id, relation, facts, sealed, unmapped, marks)
         where y.{id} = n.id and y.year = n.year"
    ))
    .bind::<Array<BigInt>, _>(column(pages, |page| page.subject_id))
    .bind::<Array<SmallInt>, _>(column(pages, |page| page.year))
    .bind::<Array<BigInt>, _>(column(pages, |page| page.household_id))
    .bind::<Array<Integer>, _>(column(pages, |page| page.village_id))
    .bind::<Array<Nullable<Text>>, _>(column(pages, |page| page.relation.as_deref()))
    .bind::<Array<Text>, _>(texts(pages)?)
    .bind::<Array<Nullable<Binary>>, _>(column(pages, |page| page.sealed.as_deref()))
    .bind::<Array<Nullable<Text>>, _>(unmapped)
    .bind::<Array<Text>, _>(marks)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// What holds today of somebody who was there.
#[derive(Clone, Debug)]
pub struct PersonNow {
    pub id: i64,
    pub household_id: i64,
    pub village_id: i32,
    pub name: String,
    pub pinyin: String,
    pub initials: String,
    /// Absent: what is known stays.
    pub phone_index: Option<i64>,
}

async fn keep(tx: &mut Tx, import: Uuid, table: &str, ids: &[i64]) -> Result<()> {
    sql_query(format!(
        "insert into registry_import_before (registry_import_id, kind, subject_id, year, before)
         select $1, '{table}', t.{table}_id, 0, to_jsonb(t) from {table} t where t.{table}_id = any($2)
           and t.origin_id <> $1
         on conflict do nothing"
    ))
    .bind::<SqlUuid, _>(import)
    .bind::<Array<BigInt>, _>(ids)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

pub async fn update_people(tx: &mut Tx, import: Uuid, people: &[PersonNow]) -> Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    keep(tx, import, "person", &column(people, |person| person.id)).await?;
    sql_query(
        "update person q set household_id = n.household_id, village_id = n.village_id, present = true, name = n.name,
             pinyin = n.pinyin, initials = n.initials, phone_index = coalesce(n.phone_index, q.phone_index)
         from unnest($1::bigint[], $2::bigint[], $3::int[], $4::text[], $5::text[], $6::text[], $7::bigint[])
             n(id, household_id, village_id, name, pinyin, initials, phone_index)
         where q.person_id = n.id",
    )
    .bind::<Array<BigInt>, _>(column(people, |person| person.id))
    .bind::<Array<BigInt>, _>(column(people, |person| person.household_id))
    .bind::<Array<Integer>, _>(column(people, |person| person.village_id))
    .bind::<Array<Text>, _>(column(people, |person| person.name.as_str()))
    .bind::<Array<Text>, _>(column(people, |person| person.pinyin.as_str()))
    .bind::<Array<Text>, _>(column(people, |person| person.initials.as_str()))
    .bind::<Array<Nullable<BigInt>>, _>(column(people, |person| person.phone_index))
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// What holds today of a household that was there.
#[derive(Clone, Copy, Debug)]
pub struct HouseholdNow {
    pub id: i64,
    pub village_id: i32,
    pub phone_index: Option<i64>,
}

pub async fn update_households(tx: &mut Tx, import: Uuid, households: &[HouseholdNow]) -> Result<()> {
    if households.is_empty() {
        return Ok(());
    }
    keep(tx, import, "household", &column(households, |household| household.id)).await?;
    sql_query(
        "update household h set village_id = n.village_id, phone_index = coalesce(n.phone_index, h.phone_index)
         from unnest($1::bigint[], $2::int[], $3::bigint[]) n(id, village_id, phone_index)
         where h.household_id = n.id",
    )
    .bind::<Array<BigInt>, _>(column(households, |household| household.id))
    .bind::<Array<Integer>, _>(column(households, |household| household.village_id))
    .bind::<Array<Nullable<BigInt>>, _>(column(households, |household| household.phone_index))
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// Who heads a household in a year; of the latest year, today as well.
pub async fn update_heads(tx: &mut Tx, heads: &[(i64, i16, i64)]) -> Result<()> {
    if heads.is_empty() {
        return Ok(());
    }
    for query in [
        "update household_year y set head_id = n.head_id
         from unnest($1::bigint[], $2::smallint[], $3::bigint[]) n(id, year, head_id)
         where y.household_id = n.id and y.year = n.year and y.head_id is distinct from n.head_id",
        "update household h set head_id = n.head_id
         from unnest($1::bigint[], $2::smallint[], $3::bigint[]) n(id, year, head_id)
         where h.household_id = n.id and h.head_id is distinct from n.head_id
           and not exists (select from household_year y where y.household_id = n.id and y.year > n.year)",
    ] {
        sql_query(query)
            .bind::<Array<BigInt>, _>(column(heads, |head| head.0))
            .bind::<Array<SmallInt>, _>(column(heads, |head| head.1))
            .bind::<Array<BigInt>, _>(column(heads, |head| head.2))
            .execute(tx.conn()?)
            .await?;
    }
    Ok(())
}
