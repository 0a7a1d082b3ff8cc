//! The SQL that looks up what is there, for many rows at once.

use std::collections::HashMap;

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Binary, Bool, Integer, Jsonb, Nullable, SmallInt, Text},
};
use diesel_async::RunQueryDsl;
use fupin_kernel::{Result, Tx};
use serde_json::Value;

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
