//! The SQL of villages.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, Bool, Integer, Text},
};
use diesel_async::RunQueryDsl;
use fupin_kernel::{Result, Tx};

/// A village with what stands above it.
#[derive(QueryableByName)]
pub struct VillageRow {
    #[diesel(sql_type = Integer)]
    pub unit_id: i32,
    #[diesel(sql_type = Text)]
    pub code: String,
    #[diesel(sql_type = Text)]
    pub village: String,
    #[diesel(sql_type = Text)]
    pub town: String,
    #[diesel(sql_type = Text)]
    pub county: String,
    #[diesel(sql_type = Bool)]
    pub within: bool,
}

/// All villages; those in the ranges may be spoken of.
pub async fn list_villages(tx: &mut Tx, ranges: &(Vec<i32>, Vec<i32>)) -> Result<Vec<VillageRow>> {
    let rows = sql_query(
        "select v.unit_id, v.code, v.name as village, t.name as town, c.name as county,
             exists (select from unnest($1::int[], $2::int[]) s(lo, hi) where v.lo >= s.lo and v.lo < s.hi) as within
         from v_access_unit v
         join v_access_unit t on t.unit_id = v.parent_id
         join v_access_unit c on c.unit_id = t.parent_id
         where v.level = 3",
    )
    .bind::<Array<Integer>, _>(&ranges.0)
    .bind::<Array<Integer>, _>(&ranges.1)
    .load(tx.conn()?)
    .await?;
    Ok(rows)
}
