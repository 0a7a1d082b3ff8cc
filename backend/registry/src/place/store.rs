//! The SQL of places.

use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{Array, Integer, Nullable, SmallInt, Text},
};
use diesel_async::RunQueryDsl;
use fupin_access::Scope;
use fupin_contract::{
    UnitId,
    units::{Level, UnitName},
};
use fupin_kernel::{Error, Result, Tx};

/// `p` stands where a household's village is today; it lies in the ranges of `$1` and `$2`.
pub const VISIBLE: &str =
    "exists (select from unnest($1::int[], $2::int[]) s(lo, hi) where p.lo >= s.lo and p.lo < s.hi)";

pub fn level(rank: i16) -> Result<Level> {
    Level::from_rank(rank).ok_or_else(|| Error::internal(format!("a unit of rank {rank}")))
}

#[derive(QueryableByName)]
struct UnitRow {
    #[diesel(sql_type = Integer)]
    unit_id: i32,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = SmallInt)]
    level: i16,
    #[diesel(sql_type = Integer)]
    lo: i32,
    #[diesel(sql_type = Integer)]
    hi: i32,
}

/// A unit of today's tree with its range of ordinals.
#[derive(Clone, Debug)]
pub struct Spot {
    pub unit: UnitName,
    pub lo: i32,
    pub hi: i32,
}

impl UnitRow {
    fn spot(self) -> Result<Spot> {
        let unit = UnitName { id: UnitId(self.unit_id), name: self.name, level: level(self.level)? };
        Ok(Spot { unit, lo: self.lo, hi: self.hi })
    }
}

/// Where a unit stands today, itself or by what it was merged into; none where it stands nowhere.
pub async fn find_spot(tx: &mut Tx, unit: UnitId) -> Result<Option<Spot>> {
    let row: Option<UnitRow> =
        sql_query("select place_id as unit_id, name, level, lo, hi from v_access_place where unit_id = $1")
            .bind::<Integer, _>(unit.0)
            .get_result(tx.conn()?)
            .await
            .optional()?;
    row.map(UnitRow::spot).transpose()
}

/// A unit that the scope covers, or is a part of: 404 elsewhere.
pub async fn find_within(tx: &mut Tx, scope: &Scope, unit: UnitId) -> Result<Spot> {
    let spot = find_spot(tx, unit).await?.ok_or(Error::NotFound)?;
    if scope.covers(spot.lo) { Ok(spot) } else { Err(Error::NotFound) }
}

/// A village within a scope, to live in.
pub async fn find_village(tx: &mut Tx, scope: &Scope, unit: UnitId) -> Result<Spot> {
    let spot = find_within(tx, scope, unit).await?;
    if spot.unit.level == Level::Village { Ok(spot) } else { Err(Error::NotFound) }
}

/// The part of a scope that lies within a unit, as heads and ends of ranges; the whole scope where none is named.
pub async fn ranges(tx: &mut Tx, scope: &Scope, unit: Option<UnitId>) -> Result<(Vec<i32>, Vec<i32>)> {
    let (lo, hi) = (scope.lo(), scope.hi());
    let Some(unit) = unit else { return Ok((lo, hi)) };
    let spot = find_spot(tx, unit).await?.ok_or(Error::NotFound)?;
    let cut: Vec<(i32, i32)> =
        lo.into_iter().zip(hi).map(|(lo, hi)| (lo.max(spot.lo), hi.min(spot.hi))).filter(|(lo, hi)| lo < hi).collect();
    if cut.is_empty() { Err(Error::NotFound) } else { Ok(cut.into_iter().unzip()) }
}

/// A village as it was called last, and what stands above it today, from the county down.
pub async fn find_path(tx: &mut Tx, village: i32) -> Result<(UnitName, Vec<UnitName>)> {
    let rows: Vec<UnitRow> = sql_query(
        "with recursive up as (
             select place_id as unit_id, parent_id, level, name, lo, hi from v_access_place where unit_id = $1
             union all
             select u.unit_id, u.parent_id, u.level, u.name, u.lo, u.hi
             from up join v_access_unit u on u.unit_id = up.parent_id
         )
         select unit_id, name, level, lo, hi from up order by level",
    )
    .bind::<Integer, _>(village)
    .load(tx.conn()?)
    .await?;
    let mut path = rows.into_iter().map(|row| row.spot().map(|spot| spot.unit)).collect::<Result<Vec<_>>>()?;
    let own = path.pop().ok_or_else(|| Error::internal("a household lives nowhere"))?;
    path.retain(|unit| unit.level != Level::Province);
    Ok((own, path))
}

#[derive(QueryableByName)]
struct LinesRow {
    #[diesel(sql_type = Nullable<Array<Nullable<Integer>>>)]
    above: Option<Vec<Option<i32>>>,
}

/// The units above a village and itself, the nearest first.
pub async fn list_above(tx: &mut Tx, village: i32) -> Result<Vec<i32>> {
    let row: LinesRow = sql_query(
        "select array_agg(a.unit_id order by a.level desc) as above
         from v_access_place p join v_access_unit a on a.lo <= p.lo and p.lo < a.hi
         where p.unit_id = $1",
    )
    .bind::<Integer, _>(village)
    .get_result(tx.conn()?)
    .await?;
    Ok(row.above.unwrap_or_default().into_iter().flatten().collect())
}
