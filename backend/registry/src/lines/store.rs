//! The SQL of income lines.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, Bool, Integer, Nullable, Numeric, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_access::Scope;
use fupin_contract::{
    AccountId, UnitId,
    registry::{IncomeLine, IncomeLinePlace, LineKind, SetIncomeLine},
    units::UnitName,
};
use fupin_kernel::{Error, Result, Tx};
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::place::level;

/// A line over a place, and how far above it its unit stands; the nation is farthest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Holding {
    pub kind: LineKind,
    pub year: i16,
    pub distance: i32,
    pub value: Decimal,
}

fn kind(name: &str) -> Result<LineKind> {
    let known = LineKind::ALL.into_iter().find(|kind| kind.name() == name);
    known.ok_or_else(|| Error::internal(format!("an income line of kind {name}")))
}

#[derive(QueryableByName)]
struct HoldingRow {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = SmallInt)]
    year: i16,
    #[diesel(sql_type = Integer)]
    distance: i32,
    #[diesel(sql_type = Numeric)]
    value: Decimal,
}

/// All lines over a place, whose units are given the nearest first.
pub(crate) async fn list_over(tx: &mut Tx, above: &[i32]) -> Result<Vec<Holding>> {
    let rows: Vec<HoldingRow> = sql_query(
        "select l.kind, l.year, coalesce(array_position($1, l.unit_id), 100) as distance, l.value
         from income_line l where l.unit_id is null or l.unit_id = any($1)",
    )
    .bind::<Array<Integer>, _>(above)
    .load(tx.conn()?)
    .await?;
    let holding = |row: HoldingRow| {
        Ok(Holding { kind: kind(&row.kind)?, year: row.year, distance: row.distance, value: row.value })
    };
    rows.into_iter().map(holding).collect()
}

#[derive(QueryableByName)]
struct LineRow {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Nullable<Integer>)]
    unit_id: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    level: Option<i16>,
    #[diesel(sql_type = SmallInt)]
    year: i16,
    #[diesel(sql_type = Numeric)]
    value: Decimal,
    #[diesel(sql_type = Text)]
    source: String,
    #[diesel(sql_type = Bool)]
    by_hand: bool,
}

/// Lines of the nation, and of units that lie over or within the scope.
pub(super) async fn list_lines(tx: &mut Tx, scope: &Scope) -> Result<Vec<IncomeLine>> {
    let rows: Vec<LineRow> = sql_query(
        "select l.kind, u.place_id as unit_id, u.name, u.level, l.year, l.value, l.source,
             l.set_by is not null and l.unit_id is not null as by_hand
         from income_line l left join v_access_place u on u.unit_id = l.unit_id
         where l.unit_id is null
            or exists (select from unnest($1::int[], $2::int[]) s(lo, hi) where s.lo < u.hi and u.lo < s.hi)
         order by l.year desc, l.kind, u.lo nulls first limit 2000",
    )
    .bind::<Array<Integer>, _>(scope.lo())
    .bind::<Array<Integer>, _>(scope.hi())
    .load(tx.conn()?)
    .await?;
    rows.into_iter().map(wire).collect()
}

fn wire(row: LineRow) -> Result<IncomeLine> {
    let unit = match (row.unit_id, row.name, row.level) {
        (Some(id), Some(name), Some(rank)) => Some(UnitName { id: UnitId(id), name, level: level(rank)? }),
        _ => None,
    };
    let LineRow { year, value, source, by_hand, .. } = row;
    Ok(IncomeLine { kind: kind(&row.kind)?, unit, year, value, source, by_hand })
}

pub(super) async fn save_line(tx: &mut Tx, line: &SetIncomeLine, value: Decimal, by: AccountId) -> Result<()> {
    let now = tx.now();
    sql_query(
        "insert into income_line (kind, unit_id, year, value, source, set_by, set_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (kind, unit_id, year) do update
             set value = excluded.value, source = excluded.source, set_by = excluded.set_by, set_at = excluded.set_at",
    )
    .bind::<Text, _>(line.kind.name())
    .bind::<Integer, _>(line.unit_id.0)
    .bind::<SmallInt, _>(line.year)
    .bind::<Numeric, _>(value)
    .bind::<Text, _>(&line.source)
    .bind::<SqlUuid, _>(by.0)
    .bind::<Timestamptz, _>(now)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

/// 404 where nobody set such a line.
pub(super) async fn delete_line(tx: &mut Tx, line: &IncomeLinePlace) -> Result<()> {
    let gone =
        sql_query("delete from income_line where kind = $1 and unit_id = $2 and year = $3 and set_by is not null")
            .bind::<Text, _>(line.kind.name())
            .bind::<Integer, _>(line.unit_id.0)
            .bind::<SmallInt, _>(line.year)
            .execute(tx.conn()?)
            .await?;
    if gone == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// A line as the province's folder has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    kind: LineKind,
    /// `national`, or the code of a unit.
    region: String,
    year: i16,
    value: Decimal,
    source: String,
}

/// Take in the lines of the province's folder where none is set.
pub async fn load(tx: &mut Tx, lines: &str) -> Result<()> {
    let now = tx.now();
    for line in serde_json::from_str::<Vec<Written>>(lines)? {
        sql_query(
            "insert into income_line (kind, unit_id, year, value, source, set_at)
             select $1, u.unit_id, $3, $4, $5, $6
             from (select null::int as unit_id where $2 = 'national'
                   union all select unit_id from v_access_unit where code = $2) u
             on conflict (kind, unit_id, year) do nothing",
        )
        .bind::<Text, _>(line.kind.name())
        .bind::<Text, _>(line.region)
        .bind::<SmallInt, _>(line.year)
        .bind::<Numeric, _>(line.value)
        .bind::<Text, _>(line.source)
        .bind::<Timestamptz, _>(now)
        .execute(tx.conn()?)
        .await?;
    }
    Ok(())
}
