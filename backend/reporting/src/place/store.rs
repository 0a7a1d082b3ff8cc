//! Reading trees.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{Array, Date, Integer, Nullable, SmallInt, Text},
};
use diesel_async::RunQueryDsl;
use fupin_access::Scope;
use fupin_contract::{
    UnitId,
    units::{Level, UnitName},
};
use fupin_kernel::{Error, Result, Tx};

use super::rules::{Node, index_of, level_of};

#[derive(QueryableByName)]
struct NodeRow {
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

#[derive(QueryableByName)]
struct PlaceRow {
    #[diesel(sql_type = Integer)]
    unit_id: i32,
    #[diesel(sql_type = Integer)]
    lo: i32,
}

#[derive(QueryableByName)]
struct TreeRow {
    #[diesel(sql_type = Nullable<Integer>)]
    tree_id: Option<i32>,
}

impl TryFrom<NodeRow> for Node {
    type Error = Error;

    fn try_from(row: NodeRow) -> Result<Self> {
        let unit = UnitName { id: UnitId(row.unit_id), name: row.name, level: level_of(row.level)? };
        Ok(Self { unit, lo: row.lo, hi: row.hi })
    }
}

/// The tree of a day; none before the first one.
pub async fn find_tree(tx: &mut Tx, day: NaiveDate) -> Result<Option<i32>> {
    let row: TreeRow = sql_query("select tree_on($1) as tree_id").bind::<Date, _>(day).get_result(tx.conn()?).await?;
    Ok(row.tree_id)
}

/// A unit within the scope, where it stands today: itself, or by what it was merged into.
pub async fn find_standing(tx: &mut Tx, scope: &Scope, unit: UnitId) -> Result<Node> {
    let row: Option<NodeRow> = sql_query("select unit_id, name, level, lo, hi from v_access_place where unit_id = $1")
        .bind::<Integer, _>(unit.0)
        .get_result(tx.conn()?)
        .await
        .optional()?;
    let row = row.filter(|row| scope.covers(row.lo)).ok_or(Error::NotFound)?;
    row.try_into()
}

/// A unit as it stands in a tree.
pub async fn find_node(tx: &mut Tx, tree: i32, unit: UnitId) -> Result<Option<Node>> {
    let row: Option<NodeRow> =
        sql_query("select unit_id, name, level, lo, hi from tree_node where tree_id = $1 and unit_id = $2")
            .bind::<Integer, _>(tree)
            .bind::<Integer, _>(unit.0)
            .get_result(tx.conn()?)
            .await
            .optional()?;
    row.map(Node::try_from).transpose()
}

/// All units of a tree.
pub async fn list_nodes(tx: &mut Tx, tree: i32) -> Result<Vec<Node>> {
    let rows: Vec<NodeRow> = sql_query("select unit_id, name, level, lo, hi from tree_node where tree_id = $1")
        .bind::<Integer, _>(tree)
        .load(tx.conn()?)
        .await?;
    rows.into_iter().map(Node::try_from).collect()
}

/// The units directly below one in a tree, in its order; not those that stand outside the scope today. A unit that has
/// ended since belongs to whoever reads what it was part of.
pub async fn list_children(tx: &mut Tx, scope: &Scope, tree: i32, parent: UnitId) -> Result<Vec<Node>> {
    let rows: Vec<NodeRow> = sql_query(
        "select n.unit_id, n.name, n.level, n.lo, n.hi
         from tree_node n
         left join v_access_place u on u.unit_id = n.unit_id
         where n.tree_id = $3 and n.parent_id = $4
             and (u.unit_id is null or exists (
                 select from unnest($1::int[], $2::int[]) s (lo, hi) where u.lo >= s.lo and u.lo < s.hi))
         order by n.lo",
    )
    .bind::<Array<Integer>, _>(scope.lo())
    .bind::<Array<Integer>, _>(scope.hi())
    .bind::<Integer, _>(tree)
    .bind::<Integer, _>(parent.0)
    .load(tx.conn()?)
    .await?;
    rows.into_iter().map(Node::try_from).collect()
}

/// From the province down to a unit's parent in a tree.
pub async fn list_path(tx: &mut Tx, tree: i32, unit: UnitId) -> Result<Vec<UnitName>> {
    let rows: Vec<NodeRow> = sql_query(
        "select p.unit_id, p.name, p.level, p.lo, p.hi
         from tree_node n
         join tree_node p on p.tree_id = n.tree_id and p.lo < n.lo and p.hi > n.lo
         where n.tree_id = $1 and n.unit_id = $2
         order by p.level",
    )
    .bind::<Integer, _>(tree)
    .bind::<Integer, _>(unit.0)
    .load(tx.conn()?)
    .await?;
    rows.into_iter().map(|row| Ok(Node::try_from(row)?.unit)).collect()
}

/// Of some units those that stand within the scope today, in the same order.
pub async fn keep_visible(tx: &mut Tx, scope: &Scope, units: Vec<UnitName>) -> Result<Vec<UnitName>> {
    let rows: Vec<NodeRow> =
        sql_query("select unit_id, name, level, lo, hi from v_access_place where unit_id = any($1)")
            .bind::<Array<Integer>, _>(units.iter().map(|unit| unit.id.0).collect::<Vec<_>>())
            .load(tx.conn()?)
            .await?;
    let visible = |unit: &UnitName| rows.iter().any(|row| row.unit_id == unit.id.0 && scope.covers(row.lo));
    Ok(units.into_iter().filter(visible).collect())
}

/// The units of a level at or below one, within the scope, as they stand today.
pub async fn list_lines(tx: &mut Tx, scope: &Scope, top: &Node, level: Level) -> Result<Vec<Node>> {
    let rows: Vec<NodeRow> = sql_query(
        "select u.unit_id, u.name, u.level, u.lo, u.hi from v_access_unit u
         where u.level = $3 and u.lo >= $4 and u.lo < $5
             and exists (select from unnest($1::int[], $2::int[]) s (lo, hi) where u.lo >= s.lo and u.lo < s.hi)
         order by u.lo",
    )
    .bind::<Array<Integer>, _>(scope.lo())
    .bind::<Array<Integer>, _>(scope.hi())
    .bind::<SmallInt, _>(level.rank())
    .bind::<Integer, _>(top.lo)
    .bind::<Integer, _>(top.hi)
    .load(tx.conn()?)
    .await?;
    rows.into_iter().map(Node::try_from).collect()
}

/// Units with the line that each belongs to today; one that was merged away belongs to where it went.
pub async fn list_places(tx: &mut Tx, lines: &[Node]) -> Result<Vec<(UnitId, i32)>> {
    let first = lines.first().map_or(0, |line| line.lo);
    let end = lines.last().map_or(0, |line| line.hi);
    let rows: Vec<PlaceRow> = sql_query("select unit_id, lo from v_access_place where lo >= $1 and lo < $2")
        .bind::<Integer, _>(first)
        .bind::<Integer, _>(end)
        .load(tx.conn()?)
        .await?;
    let line = |row: PlaceRow| index_of(lines, row.lo).map(|line| (UnitId(row.unit_id), lines[line].lo));
    Ok(rows.into_iter().filter_map(line).collect())
}

/// The units that stand within the scope today, themselves or by what they were merged into.
pub async fn list_seen(tx: &mut Tx, scope: &Scope) -> Result<HashSet<UnitId>> {
    let rows: Vec<PlaceRow> = sql_query("select unit_id, lo from v_access_place").load(tx.conn()?).await?;
    Ok(rows.into_iter().filter(|row| scope.covers(row.lo)).map(|row| UnitId(row.unit_id)).collect())
}

/// Where the units at or below one stand in a tree.
pub async fn list_ordinals(tx: &mut Tx, tree: i32, top: &Node) -> Result<HashMap<UnitId, i32>> {
    let rows: Vec<PlaceRow> =
        sql_query("select unit_id, lo from tree_node where tree_id = $1 and lo >= $2 and lo < $3")
            .bind::<Integer, _>(tree)
            .bind::<Integer, _>(top.lo)
            .bind::<Integer, _>(top.hi)
            .load(tx.conn()?)
            .await?;
    Ok(rows.into_iter().map(|row| (UnitId(row.unit_id), row.lo)).collect())
}
