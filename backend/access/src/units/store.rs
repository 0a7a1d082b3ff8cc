//! The SQL of trees and units.

use chrono::NaiveDate;
use diesel::{
    OptionalExtension, QueryableByName, sql_query,
    sql_types::{Array, BigInt, Date, Integer, Nullable, SmallInt, Text},
};
use diesel_async::RunQueryDsl;
use fupin_contract::{
    UnitId,
    units::{Level, Unit, UnitDetail, UnitFilter, UnitName, UnitSpan},
};
use fupin_kernel::{Error, Result, Tx};

use super::{
    import::Ended,
    timeline::Dated,
    tree::{Node, Tree},
};
use crate::scope::Scope;

/// More than any unit has children.
const MOST_LISTED: i64 = 500;

/// One act on the tree at a time: each is decided on the trees that the one before it left.
pub(super) async fn lock_trees(tx: &mut Tx) -> Result<()> {
    sql_query("lock table tree in share row exclusive mode").execute(tx.conn()?).await?;
    Ok(())
}

#[derive(QueryableByName)]
struct TreeRow {
    #[diesel(sql_type = Integer)]
    tree_id: i32,
    #[diesel(sql_type = Date)]
    valid_from: NaiveDate,
}

/// The trees that are in force from a day on, the first of them since that day or before; where that day lies before
/// all trees, all of them.
pub(super) async fn list_trees_from(tx: &mut Tx, day: NaiveDate) -> Result<Vec<Dated>> {
    let rows: Vec<TreeRow> = sql_query(
        "select distinct on (valid_from) tree_id, valid_from from tree
         where valid_from >= coalesce((select max(valid_from) from tree where valid_from <= $1), '-infinity')
         order by valid_from, tree_id desc",
    )
    .bind::<Date, _>(day)
    .load(tx.conn()?)
    .await?;
    let mut trees = Vec::with_capacity(rows.len());
    for row in rows {
        trees.push(Dated { from: row.valid_from, tree: load_tree(tx, row.tree_id).await? });
    }
    Ok(trees)
}

#[derive(QueryableByName)]
struct NodeRow {
    #[diesel(sql_type = Integer)]
    unit_id: i32,
    #[diesel(sql_type = Nullable<Integer>)]
    parent_id: Option<i32>,
    #[diesel(sql_type = SmallInt)]
    level: i16,
    #[diesel(sql_type = Text)]
    code: String,
    #[diesel(sql_type = Text)]
    name: String,
}

async fn load_tree(tx: &mut Tx, tree_id: i32) -> Result<Tree> {
    let rows: Vec<NodeRow> =
        sql_query("select unit_id, parent_id, level, code, name from tree_node where tree_id = $1 order by lo")
            .bind::<Integer, _>(tree_id)
            .load(tx.conn()?)
            .await?;
    let loose = |row: NodeRow| {
        Ok(Node::loose(UnitId(row.unit_id), row.parent_id.map(UnitId), level(row.level)?, row.code, row.name))
    };
    // What is stored once was a tree; that it is none any more is no fault of the caller.
    Tree::grow(rows.into_iter().map(loose).collect::<Result<_>>()?).map_err(Error::internal)
}

/// The level of a stored rank.
pub(crate) fn level(rank: i16) -> Result<Level> {
    Level::from_rank(rank).ok_or_else(|| Error::internal(format!("no level has the rank {rank}")))
}

/// Store a tree; it is in force from its day on in place of any that began on the same day.
pub(super) async fn insert_tree(tx: &mut Tx, from: NaiveDate, tree: &Tree) -> Result<()> {
    let nodes = tree.nodes();
    sql_query(
        "with made as (insert into tree (valid_from) values ($1) returning tree_id)
         insert into tree_node (tree_id, unit_id, parent_id, level, code, name, lo, hi)
         select made.tree_id, n.* from made, unnest($2, $3, $4, $5, $6, $7, $8) n",
    )
    .bind::<Date, _>(from)
    .bind::<Array<Integer>, _>(nodes.iter().map(|node| node.unit_id.0).collect::<Vec<_>>())
    .bind::<Array<Nullable<Integer>>, _>(nodes.iter().map(|node| node.parent_id.map(|unit| unit.0)).collect::<Vec<_>>())
    .bind::<Array<SmallInt>, _>(nodes.iter().map(|node| node.level.rank()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(nodes.iter().map(|node| node.code.as_str()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(nodes.iter().map(|node| node.name.as_str()).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(nodes.iter().map(|node| node.lo).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(nodes.iter().map(|node| node.hi).collect::<Vec<_>>())
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct UnitIdRow {
    #[diesel(sql_type = Integer)]
    unit_id: i32,
}

/// Numbers for as many new units, in rising order.
pub(super) async fn insert_units(tx: &mut Tx, count: usize) -> Result<Vec<UnitId>> {
    let rows: Vec<UnitIdRow> = sql_query(
        "with made as (
             insert into unit (successor_id) select null::integer from generate_series(1, $1) returning unit_id
         )
         select unit_id from made order by unit_id",
    )
    .bind::<Integer, _>(i32::try_from(count).map_err(Error::internal)?)
    .load(tx.conn()?)
    .await?;
    Ok(rows.into_iter().map(|row| UnitId(row.unit_id)).collect())
}

/// Say which unit goes on in the place of one that was merged away.
pub(super) async fn update_successor(tx: &mut Tx, unit: UnitId, successor: UnitId) -> Result<()> {
    sql_query("update unit set successor_id = $2 where unit_id = $1")
        .bind::<Integer, _>(unit.0)
        .bind::<Integer, _>(successor.0)
        .execute(tx.conn()?)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct EndedRow {
    #[diesel(sql_type = Text)]
    code: String,
    #[diesel(sql_type = SmallInt)]
    level: i16,
    #[diesel(sql_type = Integer)]
    unit_id: i32,
}

/// Units of other trees than that of a day, which were not merged into another: an import may bring them back.
pub(super) async fn list_ended(tx: &mut Tx, day: NaiveDate) -> Result<Ended> {
    let rows: Vec<EndedRow> = sql_query(
        "select distinct on (n.code, n.level) n.code, n.level, n.unit_id
         from tree_node n join unit u on u.unit_id = n.unit_id
         where u.successor_id is null
           and not exists (select from tree_node c where c.tree_id = tree_on($1) and c.unit_id = n.unit_id)
         order by n.code, n.level, n.tree_id desc",
    )
    .bind::<Date, _>(day)
    .load(tx.conn()?)
    .await?;
    rows.into_iter().map(|row| Ok(((row.code, level(row.level)?), UnitId(row.unit_id)))).collect()
}

#[derive(QueryableByName)]
struct UnitRow {
    #[diesel(sql_type = Integer)]
    unit_id: i32,
    #[diesel(sql_type = Nullable<Integer>)]
    parent_id: Option<i32>,
    #[diesel(sql_type = SmallInt)]
    level: i16,
    #[diesel(sql_type = Text)]
    code: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    children: i64,
}

impl UnitRow {
    fn wire(self) -> Result<Unit> {
        Ok(Unit {
            id: UnitId(self.unit_id),
            name: self.name,
            code: self.code,
            level: level(self.level)?,
            parent_id: self.parent_id.map(UnitId),
            children: self.children,
        })
    }
}

/// The units of tree $1 that stand today in the scope of $2 and $3: themselves, by what they were merged into, or, if
/// they stand nowhere, by the next unit above them that does.
const VISIBLE: &str = "with seated as (
    select n.*, coalesce(p.lo, (
        select above.lo from tree_node a join v_access_place above on above.unit_id = a.unit_id
        where a.tree_id = n.tree_id and a.lo < n.lo and a.hi > n.lo order by a.level desc limit 1
    )) as seat
    from tree_node n left join v_access_place p on p.unit_id = n.unit_id where n.tree_id = $1
), visible as (
    select * from seated where exists (select from unnest($2, $3) s(lo, hi) where seat >= s.lo and seat < s.hi)
)
select v.unit_id, v.parent_id, v.level, v.code, v.name,
    (select count(*) from tree_node c where c.tree_id = v.tree_id and c.parent_id = v.unit_id) as children
from visible v";

/// Of all trees those that are or were in force: the newest of each day.
const IN_FORCE: &str =
    "(select distinct on (valid_from) tree_id, valid_from from tree order by valid_from, tree_id desc)";

pub(super) async fn list_units(tx: &mut Tx, scope: &Scope, filter: &UnitFilter) -> Result<Vec<Unit>> {
    let day = filter.on.unwrap_or_else(|| tx.today());
    let Some(tree_id) = tree_on(tx, day).await? else { return Ok(Vec::new()) };
    let wanted = match (&filter.q, filter.parent) {
        (Some(_), _) => {
            "(strpos(v.name, $5) > 0 or starts_with(v.code, $5))
             and ($4 is null or exists (select from tree_node t
                 where t.tree_id = v.tree_id and t.unit_id = $4 and v.lo > t.lo and v.lo < t.hi))"
        }
        (None, Some(_)) => "v.parent_id = $4 and $5 is null",
        (None, None) => {
            "not exists (select from visible a where a.unit_id = v.parent_id) and $4 is null and $5 is null"
        }
    };
    let rows: Vec<UnitRow> = sql_query(format!("{VISIBLE} where {wanted} order by v.lo limit $6"))
        .bind::<Integer, _>(tree_id)
        .bind::<Array<Integer>, _>(scope.lo())
        .bind::<Array<Integer>, _>(scope.hi())
        .bind::<Nullable<Integer>, _>(filter.parent.map(|unit| unit.0))
        .bind::<Nullable<Text>, _>(filter.q.as_deref())
        .bind::<BigInt, _>(if filter.q.is_some() { MOST_FOUND } else { MOST_LISTED })
        .load(tx.conn()?)
        .await?;
    rows.into_iter().map(UnitRow::wire).collect()
}

/// Whoever looks for more knows a longer part of the name.
const MOST_FOUND: i64 = 50;

#[derive(QueryableByName)]
struct TreeOnRow {
    #[diesel(sql_type = Nullable<Integer>)]
    tree_id: Option<i32>,
}

async fn tree_on(tx: &mut Tx, day: NaiveDate) -> Result<Option<i32>> {
    let row: TreeOnRow = sql_query("select tree_on($1) as tree_id").bind::<Date, _>(day).get_result(tx.conn()?).await?;
    Ok(row.tree_id)
}

/// A unit of the scope, in the tree of today, the last one that had it, or else the first that will.
async fn find_unit(tx: &mut Tx, scope: &Scope, unit: UnitId) -> Result<Option<(i32, UnitRow)>> {
    let tree: Option<TreeOnRow> = sql_query(format!(
        "select t.tree_id from {IN_FORCE} t join tree_node n on n.tree_id = t.tree_id and n.unit_id = $1
         order by case when t.valid_from <= local_today() then t.valid_from end desc nulls last, t.valid_from limit 1",
    ))
    .bind::<Integer, _>(unit.0)
    .get_result(tx.conn()?)
    .await
    .optional()?;
    let Some(tree_id) = tree.and_then(|row| row.tree_id) else { return Ok(None) };
    let row: Option<UnitRow> = sql_query(format!("{VISIBLE} where v.unit_id = $4"))
        .bind::<Integer, _>(tree_id)
        .bind::<Array<Integer>, _>(scope.lo())
        .bind::<Array<Integer>, _>(scope.hi())
        .bind::<Integer, _>(unit.0)
        .get_result(tx.conn()?)
        .await
        .optional()?;
    Ok(row.map(|row| (tree_id, row)))
}

/// Refuse a unit outside the scope as if there were none.
pub(super) async fn require_unit(tx: &mut Tx, scope: &Scope, unit: UnitId) -> Result<()> {
    find_unit(tx, scope, unit).await?.map(|_| ()).ok_or(Error::NotFound)
}

pub(super) async fn find_detail(tx: &mut Tx, scope: &Scope, unit: UnitId) -> Result<UnitDetail> {
    let (tree_id, row) = find_unit(tx, scope, unit).await?.ok_or(Error::NotFound)?;
    let path = list_path(tx, tree_id, unit).await?;
    let history = list_history(tx, unit).await?;
    Ok(UnitDetail { unit: row.wire()?, path, history })
}

#[derive(QueryableByName)]
struct NameRow {
    #[diesel(sql_type = Integer)]
    unit_id: i32,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = SmallInt)]
    level: i16,
}

async fn list_path(tx: &mut Tx, tree_id: i32, unit: UnitId) -> Result<Vec<UnitName>> {
    let rows: Vec<NameRow> = sql_query(
        "select a.unit_id, a.name, a.level
         from tree_node n join tree_node a on a.tree_id = n.tree_id and a.lo < n.lo and a.hi > n.lo
         where n.tree_id = $1 and n.unit_id = $2 order by a.lo",
    )
    .bind::<Integer, _>(tree_id)
    .bind::<Integer, _>(unit.0)
    .load(tx.conn()?)
    .await?;
    rows.into_iter()
        .map(|row| Ok(UnitName { id: UnitId(row.unit_id), name: row.name, level: level(row.level)? }))
        .collect()
}

#[derive(QueryableByName)]
struct SpanRow {
    #[diesel(sql_type = Date)]
    valid_from: NaiveDate,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    code: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    parent_name: Option<String>,
}

async fn list_history(tx: &mut Tx, unit: UnitId) -> Result<Vec<UnitSpan>> {
    let rows: Vec<SpanRow> = sql_query(format!(
        "select t.valid_from, n.name, n.code, p.name as parent_name
         from {IN_FORCE} t
         left join tree_node n on n.tree_id = t.tree_id and n.unit_id = $1
         left join tree_node p on p.tree_id = t.tree_id and p.unit_id = n.parent_id
         order by t.valid_from",
    ))
    .bind::<Integer, _>(unit.0)
    .load(tx.conn()?)
    .await?;
    let mut spans: Vec<UnitSpan> = Vec::new();
    for row in rows {
        let from = row.valid_from;
        let span = row.name.zip(row.code).map(|(name, code)| UnitSpan {
            from,
            until: None,
            name,
            code,
            parent_name: row.parent_name,
        });
        let open = spans.last_mut().filter(|last| last.until.is_none());
        let goes_on = |last: &UnitSpan, span: &UnitSpan| {
            (&last.name, &last.code, &last.parent_name) == (&span.name, &span.code, &span.parent_name)
        };
        match (open, span) {
            (Some(last), Some(span)) if goes_on(last, &span) => {}
            (open, span) => {
                if let Some(last) = open {
                    last.until = Some(from);
                }
                spans.extend(span);
            }
        }
    }
    Ok(spans)
}
