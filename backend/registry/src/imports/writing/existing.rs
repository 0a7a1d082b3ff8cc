//! What is there already of the people, households and ledgers that rows speak of; and what a row would come to.

use std::collections::HashMap;

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Binary, Bool, Integer, Jsonb, Nullable, SmallInt, Text},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{Fault, PersonId, registry::TableKind};
use fupin_kernel::{Result, Tx, crypto::CryptoProvider};
use serde_json::Value;

use super::tables;
use crate::{
    imports::judging::Judged,
    numbers::{self, YearRow},
};

/// A household by its number.
#[derive(Clone, Debug, QueryableByName)]
pub struct HouseholdThere {
    #[diesel(sql_type = BigInt)]
    pub household_id: i64,
    #[diesel(sql_type = Text)]
    pub number: String,
    #[diesel(sql_type = Integer)]
    pub village_id: i32,
    /// The latest year of which something is kept.
    #[diesel(sql_type = Nullable<SmallInt>)]
    pub latest: Option<i16>,
}

pub async fn list_households(tx: &mut Tx, numbers: &[&str]) -> Result<HashMap<String, HouseholdThere>> {
    let rows: Vec<HouseholdThere> = sql_query(
        "select h.household_id, h.number, h.village_id,
             (select max(y.year) from household_year y where y.household_id = h.household_id) as latest
         from household h where h.number = any($1) and h.voided_at is null",
    )
    .bind::<Array<Text>, _>(numbers)
    .load(tx.conn()?)
    .await?;
    Ok(rows.into_iter().map(|row| (row.number.clone(), row)).collect())
}

/// A person by key.
#[derive(Clone, Debug, QueryableByName)]
pub struct PersonThere {
    #[diesel(sql_type = BigInt)]
    pub person_id: i64,
    #[diesel(sql_type = BigInt)]
    pub person_key: i64,
    #[diesel(sql_type = BigInt)]
    pub household_id: i64,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Bool)]
    pub present: bool,
    #[diesel(sql_type = Nullable<SmallInt>)]
    pub latest: Option<i16>,
}

pub async fn list_people(tx: &mut Tx, keys: &[i64]) -> Result<HashMap<i64, PersonThere>> {
    let rows: Vec<PersonThere> = sql_query(
        "select q.person_id, q.person_key, q.household_id, q.name, q.present,
             (select max(y.year) from person_year y where y.person_id = q.person_id) as latest
         from person q where q.person_key = any($1) and q.voided_at is null",
    )
    .bind::<Array<BigInt>, _>(keys)
    .load(tx.conn()?)
    .await?;
    Ok(rows.into_iter().map(|row| (row.person_key, row)).collect())
}

/// People without a valid number are known again within their household, by name.
pub async fn list_unnumbered(tx: &mut Tx, households: &[i64]) -> Result<HashMap<(i64, String), PersonThere>> {
    let rows: Vec<PersonThere> = sql_query(
        "select q.person_id, q.person_key, q.household_id, q.name, q.present,
             (select max(y.year) from person_year y where y.person_id = q.person_id) as latest
         from person q where q.household_id = any($1) and q.id_sealed is null and q.voided_at is null",
    )
    .bind::<Array<BigInt>, _>(households)
    .load(tx.conn()?)
    .await?;
    Ok(rows.into_iter().map(|row| ((row.household_id, row.name.clone()), row)).collect())
}

/// The page of a year as it is there.
#[derive(Clone, Debug, QueryableByName)]
pub struct PageThere {
    #[diesel(sql_type = BigInt)]
    pub subject_id: i64,
    #[diesel(sql_type = SmallInt)]
    pub year: i16,
    #[diesel(sql_type = BigInt)]
    pub household_id: i64,
    #[diesel(sql_type = Nullable<Text>)]
    pub relation: Option<String>,
    #[diesel(sql_type = Jsonb)]
    pub facts: Value,
    #[diesel(sql_type = Nullable<Binary>)]
    pub sealed: Option<Vec<u8>>,
    #[diesel(sql_type = Bool)]
    pub left: bool,
    #[diesel(sql_type = Nullable<Jsonb>)]
    pub unmapped: Option<Value>,
}

pub async fn list_person_pages(tx: &mut Tx, of: &[(i64, i16)]) -> Result<HashMap<(i64, i16), PageThere>> {
    list_pages(
        tx,
        "select y.person_id as subject_id, y.year, y.household_id, y.relation, y.facts, y.sealed,
             y.left_on is not null as left, y.unmapped
         from unnest($1::bigint[], $2::smallint[]) w(id, year)
         join person_year y on y.person_id = w.id and y.year = w.year",
        of,
    )
    .await
}

pub async fn list_household_pages(tx: &mut Tx, of: &[(i64, i16)]) -> Result<HashMap<(i64, i16), PageThere>> {
    list_pages(
        tx,
        "select y.household_id as subject_id, y.year, y.household_id, null as relation, y.facts, y.sealed,
             false as left, y.unmapped
         from unnest($1::bigint[], $2::smallint[]) w(id, year)
         join household_year y on y.household_id = w.id and y.year = w.year",
        of,
    )
    .await
}

async fn list_pages(tx: &mut Tx, query: &str, of: &[(i64, i16)]) -> Result<HashMap<(i64, i16), PageThere>> {
    let rows: Vec<PageThere> = sql_query(query)
        .bind::<Array<BigInt>, _>(of.iter().map(|(id, _)| *id).collect::<Vec<_>>())
        .bind::<Array<SmallInt>, _>(of.iter().map(|(_, year)| *year).collect::<Vec<_>>())
        .load(tx.conn()?)
        .await?;
    Ok(rows.into_iter().map(|row| ((row.subject_id, row.year), row)).collect())
}

/// By what a person of a row is looked up.
pub fn key_of(crypto: &dyn CryptoProvider, judged: &Judged) -> Result<Option<i64>> {
    let number = judged.who.as_ref().and_then(|who| who.id_number.as_ref());
    let Some(number) = number.filter(|number| number.seventeen().is_some()) else { return Ok(None) };
    numbers::key_of(crypto, Some(number), PersonId(1)).map(|key| Some(key.stored()))
}

/// What a row would come to.
#[derive(Clone, Debug, PartialEq)]
pub enum Outlook {
    Create,
    Update,
    Same,
    Refused(Fault),
}

/// What a look at a batch tells.
#[derive(Debug)]
pub struct Looked {
    /// Of each row.
    pub outlooks: Vec<Outlook>,
    /// Whether each row's household has a page of the year already.
    pub homes: Vec<bool>,
}

/// What each good row of a batch would come to, without changing anything.
pub async fn look_up(tx: &mut Tx, crypto: &dyn CryptoProvider, table: TableKind, rows: &[Judged]) -> Result<Looked> {
    let wanted: Vec<&str> = rows.iter().map(|row| row.household_number.as_str()).collect();
    let households = list_households(tx, &wanted).await?;
    let home = |row: &Judged| households.get(&row.household_number).map(|home| home.household_id);
    let of: Vec<(i64, i16)> = rows.iter().filter_map(|row| Some((home(row)?, row.year))).collect();
    let pages = list_household_pages(tx, &of).await?;
    let page = |row: &Judged| home(row).and_then(|id| pages.get(&(id, row.year)));
    let homes = rows.iter().map(|row| page(row).is_some()).collect();
    let outlooks = match table {
        TableKind::Person => look_up_people(tx, crypto, rows, &households).await?,
        TableKind::Household => rows
            .iter()
            .map(|row| match page(row) {
                None => Ok(Outlook::Create),
                Some(there) => {
                    let place = YearRow::Household(there.subject_id, there.year);
                    let merged = tables::merge(crypto, place, there, &row.household)?;
                    Ok(if merged.changed.is_empty() { Outlook::Same } else { Outlook::Update })
                }
            })
            .collect::<Result<_>>()?,
        TableKind::Income => super::ledgers::look_up(tx, rows, &households).await?,
    };
    Ok(Looked { outlooks, homes })
}

async fn look_up_people(
    tx: &mut Tx,
    crypto: &dyn CryptoProvider,
    rows: &[Judged],
    households: &HashMap<String, HouseholdThere>,
) -> Result<Vec<Outlook>> {
    let keys: Vec<Option<i64>> = rows.iter().map(|row| key_of(crypto, row)).collect::<Result<_>>()?;
    let people = list_people(tx, &keys.iter().flatten().copied().collect::<Vec<_>>()).await?;
    let known = |key: &Option<i64>| key.and_then(|key| people.get(&key));
    let of: Vec<(i64, i16)> =
        rows.iter().zip(&keys).filter_map(|(row, key)| Some((known(key)?.person_id, row.year))).collect();
    let pages = list_person_pages(tx, &of).await?;
    let outlook = |(row, key): (&Judged, &Option<i64>)| {
        let page = known(key).and_then(|there| pages.get(&(there.person_id, row.year)));
        let Some(page) = page else { return Ok(Outlook::Create) };
        let household = households.get(&row.household_number).map(|household| household.household_id);
        if Some(page.household_id) != household && !page.left {
            return Ok(Outlook::Refused(Fault::new("import.taken")));
        }
        let place = YearRow::Person(page.subject_id, page.year);
        let merged = tables::merge(crypto, place, page, &row.person)?;
        let relation = row.who.as_ref().map(|who| who.relation.as_str());
        let same = merged.changed.is_empty() && page.relation.as_deref() == relation && !page.left;
        Ok(if same { Outlook::Same } else { Outlook::Update })
    };
    rows.iter().zip(&keys).map(outlook).collect()
}
