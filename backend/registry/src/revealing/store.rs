//! The SQL of numbers that are seen in clear. Whoever calls has found the household or person within a scope.

use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{BigInt, Binary, Nullable, SmallInt},
};
use diesel_async::RunQueryDsl;
use fupin_kernel::{Result, Tx};

#[derive(QueryableByName)]
struct SealedRow {
    #[diesel(sql_type = Nullable<Binary>)]
    sealed: Option<Vec<u8>>,
}

pub async fn find_sealed_of_household(tx: &mut Tx, id: i64, year: i16) -> Result<Option<Vec<u8>>> {
    find_sealed(tx, "select sealed from household_year where household_id = $1 and year = $2", id, year).await
}

pub async fn find_sealed_of_person(tx: &mut Tx, id: i64, year: i16) -> Result<Option<Vec<u8>>> {
    find_sealed(tx, "select sealed from person_year where person_id = $1 and year = $2", id, year).await
}

async fn find_sealed(tx: &mut Tx, query: &str, id: i64, year: i16) -> Result<Option<Vec<u8>>> {
    let row: Option<SealedRow> =
        sql_query(query).bind::<BigInt, _>(id).bind::<SmallInt, _>(year).get_result(tx.conn()?).await.optional()?;
    Ok(row.and_then(|row| row.sealed))
}
