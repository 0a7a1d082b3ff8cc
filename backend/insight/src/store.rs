//! Queries over the views that domains publish.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Bool, Date, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use fupin_access::Scope;
use fupin_contract::{
    AccountId, Period,
    insight::{Hit, HitKind, Todo, TodoKind, TodoList},
};
use fupin_kernel::{Error, Result, Tx};
use uuid::Uuid;

/// More would not be read; the count says how many there are.
const SHOWN: i64 = 200;
const HITS: i64 = 20;

#[derive(QueryableByName)]
struct TodoRow {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    object_id: String,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Text)]
    unit_name: String,
    #[diesel(sql_type = Date)]
    period: NaiveDate,
    #[diesel(sql_type = Timestamptz)]
    since: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    due_at: DateTime<Utc>,
    #[diesel(sql_type = Bool)]
    overdue: bool,
    #[diesel(sql_type = Nullable<Text>)]
    on_behalf_of: Option<String>,
    #[diesel(sql_type = BigInt)]
    total: i64,
    #[diesel(sql_type = BigInt)]
    total_overdue: i64,
}

/// Grants as columns, for a query.
struct Reach {
    lo: Vec<i32>,
    hi: Vec<i32>,
    levels: Vec<i16>,
    /// In whose place each is used: ids and names.
    principals: Vec<Option<Uuid>>,
    names: Vec<Option<String>>,
}

impl Reach {
    fn of(scope: &Scope) -> Self {
        let held = scope.held();
        let principals = held.iter().map(|held| held.on_behalf_of.as_ref());
        Self {
            lo: scope.lo(),
            hi: scope.hi(),
            levels: held.iter().map(|held| held.level.rank()).collect(),
            principals: principals.clone().map(|principal| principal.map(|principal| principal.id.0)).collect(),
            names: principals.map(|principal| principal.map(|principal| principal.name.clone())).collect(),
        }
    }
}

/// Where the caller fills reports, reviews them, and reviews changes of households.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scopes<'a> {
    pub fills: &'a Scope,
    pub reviews: &'a Scope,
    pub changes: &'a Scope,
}

/// Reports to fill or mend within one scope, and reports and changes whose turn it is at exactly the level of a grant in the others.
/// What the caller wrote is nothing for the caller to review, by whatever grant, nor what the principal wrote for whoever
/// stands in for that one; the caller's own grants go first.
pub(crate) async fn list_todos(tx: &mut Tx, own: AccountId, scopes: Scopes<'_>) -> Result<TodoList> {
    let (fills, reviews, changes) = (Reach::of(scopes.fills), Reach::of(scopes.reviews), Reach::of(scopes.changes));
    let rows: Vec<TodoRow> = sql_query(
        "select t.kind, t.object_id::text, t.title, u.name as unit_name, t.period, t.since, t.due_at,
                t.due_at <= clock_now() as overdue, by.name as on_behalf_of,
                count(*) over () as total,
                count(*) filter (where t.due_at <= clock_now()) over () as total_overdue
         from (
             select 'report' as family, kind, object_id, title, unit_id, period, since, due_at, review_level,
                 null::uuid as proposed_by, null::uuid as proposed_for
             from v_reporting_todo
             union all
             select 'change', kind, object_id, title, unit_id, period, since, due_at, review_level, proposed_by,
                 on_behalf_of
             from v_registry_todo
         ) t
         join v_access_place u on u.unit_id = t.unit_id
         join lateral (
             select s.name from unnest($1::int[], $2::int[], $3::text[]) s(lo, hi, name)
             where t.family = 'report' and t.review_level is null and u.lo >= s.lo and u.lo < s.hi
             union all
             select s.name from unnest($4::int[], $5::int[], $6::smallint[], $7::uuid[], $8::text[]) s(lo, hi, level, principal, name)
             where t.family = 'report' and s.level = t.review_level and u.lo >= s.lo and u.lo < s.hi
               and not exists (
                   select from v_reporting_writer w where w.report_id = t.object_id
                     and (w.account_id in (s.principal, $9) or w.on_behalf_of in (s.principal, $9)))
             union all
             select s.name
             from unnest($11::int[], $12::int[], $13::smallint[], $14::uuid[], $15::text[]) s(lo, hi, level, principal, name)
             where t.family = 'change' and s.level = t.review_level and u.lo >= s.lo and u.lo < s.hi
               and t.proposed_by <> $9 and t.proposed_by is distinct from s.principal
               and t.proposed_for is distinct from $9
               and (t.proposed_for is null or t.proposed_for is distinct from s.principal)
             order by name nulls first limit 1
         ) by on true
         order by t.due_at, u.lo, t.title, t.object_id
         limit $10",
    )
    .bind::<Array<Integer>, _>(fills.lo)
    .bind::<Array<Integer>, _>(fills.hi)
    .bind::<Array<Nullable<Text>>, _>(fills.names)
    .bind::<Array<Integer>, _>(reviews.lo)
    .bind::<Array<Integer>, _>(reviews.hi)
    .bind::<Array<SmallInt>, _>(reviews.levels)
    .bind::<Array<Nullable<SqlUuid>>, _>(reviews.principals)
    .bind::<Array<Nullable<Text>>, _>(reviews.names)
    .bind::<SqlUuid, _>(own.0)
    .bind::<BigInt, _>(SHOWN)
    .bind::<Array<Integer>, _>(changes.lo)
    .bind::<Array<Integer>, _>(changes.hi)
    .bind::<Array<SmallInt>, _>(changes.levels)
    .bind::<Array<Nullable<SqlUuid>>, _>(changes.principals)
    .bind::<Array<Nullable<Text>>, _>(changes.names)
    .load(tx.conn()?)
    .await?;
    let (count, overdue) = rows.as_slice().first().map_or((0, 0), |row| (row.total, row.total_overdue));
    let items = rows.into_iter().map(todo).collect::<Result<_>>()?;
    Ok(TodoList { count, overdue, items })
}

fn todo(row: TodoRow) -> Result<Todo> {
    let kind = match row.kind.as_str() {
        "fill_report" => TodoKind::FillReport,
        "mend_report" => TodoKind::MendReport,
        "review_report" => TodoKind::ReviewReport,
        "review_change" => TodoKind::ReviewChange,
        other => return Err(Error::internal(format!("a todo of kind {other}"))),
    };
    Ok(Todo {
        kind,
        object_id: row.object_id,
        title: row.title,
        unit_name: row.unit_name,
        period: Period::of(row.period),
        since: row.since,
        due_at: row.due_at,
        overdue: row.overdue,
        on_behalf_of: row.on_behalf_of,
    })
}

#[derive(QueryableByName)]
struct HitRow {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    object_id: String,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Text)]
    place: String,
}

/// Units within one scope; forms, and tasks that meet the other.
pub(crate) async fn search(tx: &mut Tx, units: &Scope, reports: &Scope, asked: &str) -> Result<Vec<Hit>> {
    let rows: Vec<HitRow> = sql_query(
        "select kind, object_id, title, place from (
             select 'unit' as kind, u.unit_id::text as object_id, u.name as title,
                    coalesce(pp.name || ' › ', '') || coalesce(p.name, '') as place, u.level as rank, u.lo as seat
             from v_access_unit u
             left join v_access_unit p on p.unit_id = u.parent_id
             left join v_access_unit pp on pp.unit_id = p.parent_id and pp.level > 0
             where (position($1 in u.name) > 0 or starts_with(u.code, $1))
               and exists (select from unnest($2, $3) s(lo, hi) where u.lo >= s.lo and u.lo < s.hi)
             union all
             select r.kind, r.object_id::text, r.title, r.place, 4, 0
             from v_reporting_search r
             left join v_access_unit u on u.unit_id = r.unit_id
             where position($1 in r.title) > 0
               and exists (select from unnest($4, $5) s(lo, hi)
                           where r.unit_id is null or (s.lo < u.hi and u.lo < s.hi))
         ) hit
         order by title <> $1, rank, seat, title limit $6",
    )
    .bind::<Text, _>(asked.trim())
    .bind::<Array<Integer>, _>(units.lo())
    .bind::<Array<Integer>, _>(units.hi())
    .bind::<Array<Integer>, _>(reports.lo())
    .bind::<Array<Integer>, _>(reports.hi())
    .bind::<BigInt, _>(HITS)
    .load(tx.conn()?)
    .await?;
    rows.into_iter().map(hit).collect()
}

fn hit(row: HitRow) -> Result<Hit> {
    let kind = match row.kind.as_str() {
        "unit" => HitKind::Unit,
        "form" => HitKind::Form,
        "task" => HitKind::Task,
        other => return Err(Error::internal(format!("a hit of kind {other}"))),
    };
    Ok(Hit { kind, object_id: row.object_id, title: row.title, place: row.place })
}
