//! The SQL of exports.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, QueryableByName, sql_query,
    sql_types::{Array, BigInt, Date, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_access::Scope;
use fupin_contract::{
    AccountId, ExportId, FormId, Period, TaskId, UnitId,
    reporting::{Export, ExportState},
    units::UnitName,
};
use fupin_kernel::{Error, Result, Tx};
use fupin_schema::export;
use uuid::Uuid;

use super::rules::{state_name, state_of};
use crate::{
    place::rules::{Node, level_of},
    tasks::store::IN_SCOPE,
};

/// The most that a list shows.
const MOST: i64 = 100;

#[derive(QueryableByName)]
struct ExportRow {
    #[diesel(sql_type = SqlUuid)]
    export_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    task_id: Uuid,
    #[diesel(sql_type = Text)]
    task_title: String,
    #[diesel(sql_type = Date)]
    period: NaiveDate,
    #[diesel(sql_type = SqlUuid)]
    form_id: Uuid,
    #[diesel(sql_type = Text)]
    form_title: String,
    #[diesel(sql_type = Integer)]
    unit_id: i32,
    #[diesel(sql_type = Text)]
    unit_name: String,
    #[diesel(sql_type = SmallInt)]
    unit_level: i16,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Integer)]
    total: i32,
    #[diesel(sql_type = Integer)]
    written: i32,
    #[diesel(sql_type = Nullable<BigInt>)]
    bytes: Option<i64>,
    #[diesel(sql_type = Timestamptz)]
    ordered_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    started_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    finished_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    expires_at: Option<DateTime<Utc>>,
}

impl ExportRow {
    fn read(self, as_of: DateTime<Utc>) -> Result<Export> {
        let state = state_of(&self.state).ok_or_else(|| Error::internal("an export is in no known state"))?;
        // A file that nobody has swept yet is gone all the same.
        let is_over = state == ExportState::Done && self.expires_at.is_some_and(|at| at <= as_of);
        Ok(Export {
            id: ExportId(self.export_id),
            task_id: TaskId(self.task_id),
            task_title: self.task_title,
            period: Period::of(self.period),
            form_id: FormId(self.form_id),
            form_title: self.form_title,
            unit: UnitName { id: UnitId(self.unit_id), name: self.unit_name, level: level_of(self.unit_level)? },
            state: if is_over { ExportState::Expired } else { state },
            total: self.total.into(),
            written: self.written.into(),
            bytes: self.bytes,
            ordered_at: self.ordered_at,
            started_at: self.started_at,
            finished_at: self.finished_at,
            expires_at: self.expires_at,
            as_of,
        })
    }
}

/// Exports of one account whose unit lies within its scope today.
fn visible() -> String {
    format!(
        "select e.export_id, e.task_id, t.title as task_title, t.period, e.form_id, f.title as form_title, e.unit_id,
             n.name as unit_name, n.level as unit_level, e.state, e.total, e.written, e.bytes, e.ordered_at,
             e.started_at, e.finished_at, e.expires_at
         from export e
         join task t on t.task_id = e.task_id
         join form f on f.form_id = e.form_id
         join tree_node n on n.tree_id = t.tree_id and n.unit_id = e.unit_id
         join v_access_unit u on u.unit_id = e.unit_id
         where {IN_SCOPE} and e.account_id = $3"
    )
}

pub async fn list_exports(tx: &mut Tx, scope: &Scope, owner: AccountId) -> Result<Vec<Export>> {
    let rows: Vec<ExportRow> =
        sql_query(format!("{} order by e.ordered_at desc, e.export_id desc limit $4", visible()))
            .bind::<Array<Integer>, _>(scope.lo())
            .bind::<Array<Integer>, _>(scope.hi())
            .bind::<SqlUuid, _>(owner.0)
            .bind::<BigInt, _>(MOST)
            .load(tx.conn()?)
            .await?;
    let now = tx.now();
    rows.into_iter().map(|row| row.read(now)).collect()
}

pub async fn find_export(tx: &mut Tx, scope: &Scope, owner: AccountId, id: ExportId) -> Result<Export> {
    let row: ExportRow = sql_query(format!("{} and e.export_id = $4", visible()))
        .bind::<Array<Integer>, _>(scope.lo())
        .bind::<Array<Integer>, _>(scope.hi())
        .bind::<SqlUuid, _>(owner.0)
        .bind::<SqlUuid, _>(id.0)
        .get_result(tx.conn()?)
        .await?;
    let now = tx.now();
    row.read(now)
}

/// What somebody orders.
#[derive(Clone, Copy, Debug)]
pub struct NewExport {
    pub id: ExportId,
    pub owner: AccountId,
    pub task: TaskId,
    pub form: FormId,
    pub unit: UnitId,
    pub total: i32,
}

/// Keep an order. If the same is under way already, that one's id.
pub async fn insert_export(tx: &mut Tx, new: NewExport) -> Result<Option<ExportId>> {
    let same = export::account_id
        .eq(new.owner.0)
        .and(export::task_id.eq(new.task.0))
        .and(export::form_id.eq(new.form.0))
        .and(export::unit_id.eq(new.unit.0));
    let values = (
        export::export_id.eq(new.id.0),
        export::account_id.eq(new.owner.0),
        export::task_id.eq(new.task.0),
        export::form_id.eq(new.form.0),
        export::unit_id.eq(new.unit.0),
        export::total.eq(new.total),
        export::ordered_at.eq(tx.now()),
    );
    let insert = diesel::insert_into(export::table).values(values).on_conflict_do_nothing();
    if insert.execute(tx.conn()?).await? == 1 {
        return Ok(None);
    }
    let under_way = export::state.eq_any(["queued", "running"]);
    let query = export::table.filter(same.and(under_way)).select(export::export_id);
    let id: Option<Uuid> = query.first(tx.conn()?).await.optional()?;
    // It has ended in this very moment.
    id.map(ExportId).map(Some).ok_or_else(|| Error::conflict("request.try_again"))
}

/// What a job is to write.
#[derive(Clone, Debug)]
pub struct Order {
    pub id: ExportId,
    pub task: TaskId,
    pub form: FormId,
    pub unit: UnitId,
}

/// Begin, or begin again after a death; none if there is nothing to do any more.
pub async fn update_begun(tx: &mut Tx, id: ExportId) -> Result<Option<Order>> {
    let open = export::export_id.eq(id.0).and(export::state.eq_any(["queued", "running"]));
    let values =
        (export::state.eq(state_name(ExportState::Running)), export::written.eq(0), export::started_at.eq(tx.now()));
    let row: Option<(Uuid, Uuid, i32)> = diesel::update(export::table)
        .filter(open)
        .set(values)
        .returning((export::task_id, export::form_id, export::unit_id))
        .get_result(tx.conn()?)
        .await
        .optional()?;
    let order = |(task, form, unit)| Order { id, task: TaskId(task), form: FormId(form), unit: UnitId(unit) };
    Ok(row.map(order))
}

/// Say how far it is. False when nobody waits for it any more.
pub async fn update_written(tx: &mut Tx, id: ExportId, written: i32) -> Result<bool> {
    let running = export::export_id.eq(id.0).and(export::state.eq(state_name(ExportState::Running)));
    let update = diesel::update(export::table).filter(running).set(export::written.eq(written));
    Ok(update.execute(tx.conn()?).await? == 1)
}

/// The file is there. False when nobody waits for it any more.
pub async fn update_done(tx: &mut Tx, id: ExportId, bytes: i64, expires_at: DateTime<Utc>) -> Result<bool> {
    let running = export::export_id.eq(id.0).and(export::state.eq(state_name(ExportState::Running)));
    let values = (
        export::state.eq(state_name(ExportState::Done)),
        export::total.eq(export::written),
        export::bytes.eq(bytes),
        export::finished_at.eq(tx.now()),
        export::expires_at.eq(expires_at),
    );
    Ok(diesel::update(export::table).filter(running).set(values).execute(tx.conn()?).await? == 1)
}

/// End one that is under way without a file.
pub async fn update_ended(tx: &mut Tx, id: ExportId, state: ExportState) -> Result<bool> {
    let open = export::export_id.eq(id.0).and(export::state.eq_any(["queued", "running"]));
    let values = (export::state.eq(state_name(state)), export::finished_at.eq(tx.now()));
    Ok(diesel::update(export::table).filter(open).set(values).execute(tx.conn()?).await? == 1)
}

/// Those whose time is over, marked as such.
pub async fn update_expired(tx: &mut Tx) -> Result<Vec<ExportId>> {
    let over = export::state.eq(state_name(ExportState::Done)).and(export::expires_at.le(tx.now()));
    let ids: Vec<Uuid> = diesel::update(export::table)
        .filter(over)
        .set(export::state.eq(state_name(ExportState::Expired)))
        .returning(export::export_id)
        .get_results(tx.conn()?)
        .await?;
    Ok(ids.into_iter().map(ExportId).collect())
}

/// Those whose file somebody may still fetch, or that somebody waits for.
pub async fn list_living(tx: &mut Tx) -> Result<Vec<ExportId>> {
    let living = export::state.eq_any(["queued", "running", "done"]);
    let ids: Vec<Uuid> = export::table.filter(living).select(export::export_id).load(tx.conn()?).await?;
    Ok(ids.into_iter().map(ExportId).collect())
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many reports of a form there are at or below a unit of the task's tree.
pub async fn count_reports(tx: &mut Tx, tree: i32, task: TaskId, form: FormId, top: &Node) -> Result<i64> {
    let row: CountRow = sql_query(
        "select count(*) as count from report r
         join tree_node n on n.tree_id = $1 and n.unit_id = r.unit_id
         where r.task_id = $2 and r.form_id = $3 and not r.void and n.lo >= $4 and n.lo < $5",
    )
    .bind::<Integer, _>(tree)
    .bind::<SqlUuid, _>(task.0)
    .bind::<SqlUuid, _>(form.0)
    .bind::<Integer, _>(top.lo)
    .bind::<Integer, _>(top.hi)
    .get_result(tx.conn()?)
    .await?;
    Ok(row.count)
}

/// A report to be written: what it is made of, and where its unit stands.
#[derive(Clone, Debug, QueryableByName)]
pub struct ReportRow {
    #[diesel(sql_type = SqlUuid)]
    pub report_id: Uuid,
    #[diesel(sql_type = Integer)]
    pub version: i32,
    #[diesel(sql_type = Text)]
    pub cells: String,
    #[diesel(sql_type = Integer)]
    pub ordinal: i32,
    #[diesel(sql_type = Integer)]
    pub unit_id: i32,
    #[diesel(sql_type = Text)]
    pub unit_name: String,
}

/// The next reports at or below a unit of the task's tree, in its order, behind an ordinal.
pub async fn list_next(
    tx: &mut Tx,
    tree: i32,
    order: &Order,
    (after, hi): (i32, i32),
    limit: i64,
) -> Result<Vec<ReportRow>> {
    let query = "select r.report_id, r.version, r.cells, n.lo as ordinal, r.unit_id, n.name as unit_name
         from tree_node n
         join report r on r.unit_id = n.unit_id
         where n.tree_id = $1 and r.task_id = $2 and r.form_id = $3 and not r.void and n.lo > $4 and n.lo < $5
         order by n.lo limit $6";
    let rows = sql_query(query)
        .bind::<Integer, _>(tree)
        .bind::<SqlUuid, _>(order.task.0)
        .bind::<SqlUuid, _>(order.form.0)
        .bind::<Integer, _>(after)
        .bind::<Integer, _>(hi)
        .bind::<BigInt, _>(limit)
        .load(tx.conn()?)
        .await?;
    Ok(rows)
}

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

/// The units below one in a tree that have others below them, in its order.
pub async fn list_parents(tx: &mut Tx, tree: i32, top: &Node) -> Result<Vec<Node>> {
    let rows: Vec<NodeRow> = sql_query(
        "select unit_id, name, level, lo, hi from tree_node
         where tree_id = $1 and lo > $2 and lo < $3 and hi > lo + 1 order by lo",
    )
    .bind::<Integer, _>(tree)
    .bind::<Integer, _>(top.lo)
    .bind::<Integer, _>(top.hi)
    .load(tx.conn()?)
    .await?;
    let node = |row: NodeRow| {
        let unit = UnitName { id: UnitId(row.unit_id), name: row.name, level: level_of(row.level)? };
        Ok(Node { unit, lo: row.lo, hi: row.hi })
    };
    rows.into_iter().map(node).collect()
}
