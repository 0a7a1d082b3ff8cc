//! The SQL of exports. Villages were found within a scope.

use chrono::NaiveDate;
use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Binary, Date, Integer, Jsonb, Nullable, SmallInt, Text},
};
use diesel_async::RunQueryDsl;
use fupin_kernel::{Result, Tx};
use serde_json::Value;

#[derive(QueryableByName)]
struct VillageRow {
    #[diesel(sql_type = Integer)]
    unit_id: i32,
}

/// Villages within ranges that have a household, by place.
pub async fn list_villages(tx: &mut Tx, ranges: &(Vec<i32>, Vec<i32>)) -> Result<Vec<i32>> {
    let rows: Vec<VillageRow> = sql_query(
        "select p.unit_id from v_access_place p
         where p.level = 3
           and exists (select from unnest($1::int[], $2::int[]) s(lo, hi) where p.lo >= s.lo and p.lo < s.hi)
           and exists (select from household h where h.village_id = p.unit_id and h.voided_at is null)
         order by p.lo, p.unit_id",
    )
    .bind::<Array<Integer>, _>(&ranges.0)
    .bind::<Array<Integer>, _>(&ranges.1)
    .load(tx.conn()?)
    .await?;
    Ok(rows.into_iter().map(|row| row.unit_id).collect())
}

/// A household in a year, as far as tables tell of it.
#[derive(Debug, QueryableByName)]
pub struct HomeRow {
    #[diesel(sql_type = BigInt)]
    pub household_id: i64,
    #[diesel(sql_type = Text)]
    pub number: String,
    #[diesel(sql_type = Text)]
    pub village: String,
    #[diesel(sql_type = Text)]
    pub town: String,
    #[diesel(sql_type = Text)]
    pub county: String,
    #[diesel(sql_type = Text)]
    pub province: String,
    #[diesel(sql_type = Jsonb)]
    pub facts: Value,
    #[diesel(sql_type = Nullable<Binary>)]
    pub sealed: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub head_id: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    pub head_name: Option<String>,
    #[diesel(sql_type = Nullable<Binary>)]
    pub head_id_sealed: Option<Vec<u8>>,
    #[diesel(sql_type = BigInt)]
    pub members: i64,
    #[diesel(sql_type = Nullable<Jsonb>)]
    pub lines: Option<Value>,
}

const HOMES: &str = "
    from household h
    join household_year hy on hy.household_id = h.household_id and hy.year = $2
    join v_access_place v on v.unit_id = hy.village_id
    join v_access_unit t on t.unit_id = v.parent_id
    join v_access_unit c on c.unit_id = t.parent_id
    join v_access_unit p on p.unit_id = c.parent_id
    left join person head on head.person_id = hy.head_id";

pub async fn list_households(tx: &mut Tx, villages: &[i32], year: i16) -> Result<Vec<HomeRow>> {
    let rows = sql_query(format!(
        "select h.household_id, h.number, v.name as village, t.name as town, c.name as county, p.name as province,
             hy.facts, hy.sealed, hy.head_id, head.name as head_name, head.id_sealed as head_id_sealed, i.lines,
             (select count(*) from person_year m join person q using (person_id)
              where m.household_id = h.household_id and m.year = $2 and m.left_on is null
                and q.voided_at is null) as members
         {HOMES}
         left join income i on i.household_id = h.household_id and i.year = $2
         where h.village_id = any($1) and h.voided_at is null
         order by array_position($1, h.village_id), h.household_id"
    ))
    .bind::<Array<Integer>, _>(villages)
    .bind::<SmallInt, _>(year)
    .load(tx.conn()?)
    .await?;
    Ok(rows)
}

/// A member in a year, with the household.
#[derive(Debug, QueryableByName)]
pub struct PersonRow {
    #[diesel(embed)]
    pub home: HomeRow,
    #[diesel(sql_type = BigInt)]
    pub person_id: i64,
    #[diesel(sql_type = Nullable<Text>)]
    pub person_number: Option<String>,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub sex: String,
    #[diesel(sql_type = Nullable<Date>)]
    pub birthday: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Text>)]
    pub id_type: Option<String>,
    #[diesel(sql_type = Nullable<Binary>)]
    pub id_sealed: Option<Vec<u8>>,
    #[diesel(sql_type = Text)]
    pub relation: String,
    #[diesel(sql_type = Jsonb)]
    pub person_facts: Value,
    #[diesel(sql_type = Nullable<Binary>)]
    pub person_sealed: Option<Vec<u8>>,
}

pub async fn list_people(tx: &mut Tx, villages: &[i32], year: i16) -> Result<Vec<PersonRow>> {
    let rows = sql_query(format!(
        "select h.household_id, h.number, v.name as village, t.name as town, c.name as county, p.name as province,
             hy.facts, hy.sealed, hy.head_id, head.name as head_name, head.id_sealed as head_id_sealed,
             null::jsonb as lines, 0::bigint as members,
             q.person_id, q.number as person_number, q.name, q.sex, q.birthday, q.id_type, q.id_sealed, y.relation,
             y.facts as person_facts, y.sealed as person_sealed
         {HOMES}
         join person_year y on y.household_id = h.household_id and y.year = $2 and y.left_on is null
         join person q on q.person_id = y.person_id and q.voided_at is null
         where h.village_id = any($1) and h.voided_at is null
         order by array_position($1, h.village_id), h.household_id, y.relation, q.person_id"
    ))
    .bind::<Array<Integer>, _>(villages)
    .bind::<SmallInt, _>(year)
    .load(tx.conn()?)
    .await?;
    Ok(rows)
}
