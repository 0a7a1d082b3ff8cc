//! The SQL of people. A person is found within a scope by the village of the household.

use chrono::NaiveDate;
use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{Array, BigInt, Binary, Bool, Date, Integer, Nullable, SmallInt, Text},
};
use diesel_async::RunQueryDsl;
use fupin_access::Scope;
use fupin_contract::PersonId;
use fupin_kernel::{Error, Result, Tx};

use crate::{households::store::KeptRow, place::VISIBLE};

/// A person as of today.
#[derive(Clone, Debug, QueryableByName)]
pub struct PersonRow {
    #[diesel(sql_type = BigInt)]
    pub household_id: i64,
    #[diesel(sql_type = Text)]
    pub household_number: String,
    #[diesel(sql_type = Integer)]
    pub village_id: i32,
    #[diesel(sql_type = Bool)]
    pub present: bool,
    #[diesel(sql_type = Nullable<Text>)]
    pub number: Option<String>,
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
    #[diesel(sql_type = Nullable<Text>)]
    pub void_reason: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub merged_into: Option<i64>,
}

const PEOPLE: &str = "
    select q.household_id, h.number as household_number, q.village_id, q.present, q.number, q.name, q.sex,
        q.birthday, q.id_type, q.id_sealed, q.void_reason, q.merged_into
    from person q join household h using (household_id)
    join v_access_place p on p.unit_id = q.village_id";

/// A person within a scope.
pub async fn find_person(tx: &mut Tx, scope: &Scope, id: PersonId) -> Result<PersonRow> {
    let row = sql_query(format!("{PEOPLE} where q.person_id = $3 and {VISIBLE}"))
        .bind::<Array<Integer>, _>(scope.lo())
        .bind::<Array<Integer>, _>(scope.hi())
        .bind::<BigInt, _>(id.0)
        .get_result(tx.conn()?)
        .await
        .optional()?;
    row.ok_or(Error::NotFound)
}

/// What is kept of a person in one year.
#[derive(Clone, Debug, QueryableByName)]
pub struct PersonYearRow {
    #[diesel(sql_type = SmallInt)]
    pub year: i16,
    #[diesel(sql_type = BigInt)]
    pub household_id: i64,
    #[diesel(sql_type = Text)]
    pub household_number: String,
    #[diesel(sql_type = Text)]
    pub relation: String,
    #[diesel(sql_type = Nullable<Date>)]
    pub left_on: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Text>)]
    pub left_reason: Option<String>,
    #[diesel(embed)]
    pub kept: KeptRow,
}

/// All years of a person, the latest first.
pub async fn list_years(tx: &mut Tx, id: i64) -> Result<Vec<PersonYearRow>> {
    let rows = sql_query(
        "select y.year, y.household_id, h.number as household_number, y.relation, y.facts, y.sealed, y.left_on,
             y.left_reason, y.origin_id, y.marks, y.unmapped
         from person_year y join household h using (household_id)
         where y.person_id = $1 order by y.year desc",
    )
    .bind::<BigInt, _>(id)
    .load(tx.conn()?)
    .await?;
    Ok(rows)
}
