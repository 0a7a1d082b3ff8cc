//! The SQL of one report and of lists of reports.
//! Invariant: every change names the version and the status that were judged, and does nothing to any other.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, OptionalExtension,
    PgExpressionMethods, QueryDsl, Queryable, dsl,
    dsl::sql,
    sql_types::{Array, Bool, Integer, Nullable, SmallInt, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use fupin_access::{Held, Scope};
use fupin_contract::{
    AccountId, FormId, Period, ReportId, TaskId, UnitId,
    reporting::{HistoryKind, ReportFilter, ReportStatus, ReportSummary, TaskStatus},
    units::{Level, UnitName},
};
use fupin_kernel::{Error, Result, Tx};
use fupin_schema::{account, form, report, report_edit, task, tree_node, v_access_place, v_access_unit};
use uuid::Uuid;

use super::rules::{self, Judged, Stand};
use crate::{
    place::rules::{Node, level_of},
    tasks::rules::status_of as task_status_of,
};

/// A report with what its task, its form and its unit say of it; without its content.
#[derive(Clone, Debug)]
pub struct Found {
    pub id: ReportId,
    pub task_id: TaskId,
    pub form_id: FormId,
    pub form_title: String,
    pub period: Period,
    /// As it stands in the task's tree.
    pub unit: UnitName,
    /// Where the unit stands in today's tree, itself or by what it was merged into.
    pub ordinal: i32,
    pub stand: Stand,
    pub version: i32,
    pub late: bool,
    pub submitted_at: Option<DateTime<Utc>>,
    pub submitter: Option<Person>,
    /// In whose place it was submitted.
    pub submitted_for: Option<AccountId>,
    pub return_reason: Option<String>,
    pub changed_at: DateTime<Utc>,
    pub task_title: String,
    pub tree_id: i32,
    pub due_at: DateTime<Utc>,
    pub chain: Vec<Level>,
}

/// Somebody by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: AccountId,
    pub name: String,
}

/// Who acts, and in whose place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doer {
    pub id: AccountId,
    pub on_behalf_of: Option<AccountId>,
}

impl Doer {
    /// Whether it was this account, or somebody in its place.
    pub fn is(self, account: AccountId) -> bool {
        self.id == account || self.on_behalf_of == Some(account)
    }
}

/// What a clerk has written, as JSON.
#[derive(Clone, Debug, Queryable)]
pub struct Content {
    pub cells: String,
    pub explanations: String,
    /// The cells that the last return opened, with remarks; none for all.
    pub reopened: Option<String>,
}

#[derive(Queryable)]
pub struct ReportRow {
    report_id: Uuid,
    task_id: Uuid,
    pub(super) form_id: Uuid,
    period: NaiveDate,
    status: String,
    stage: i16,
    version: i32,
    submitted_at: Option<DateTime<Utc>>,
    pub(super) submitted_by: Option<Uuid>,
    return_reason: Option<String>,
    changed_at: DateTime<Utc>,
    void: bool,
    submitted_for: Option<Uuid>,
}

#[derive(Queryable)]
pub(super) struct AroundRow {
    pub(super) task_title: String,
    pub(super) task_status: String,
    pub(super) tree_id: i32,
    pub(super) due_at: DateTime<Utc>,
    pub(super) chain: Vec<i16>,
    pub(super) form_title: String,
    pub(super) unit_id: i32,
    pub(super) unit_name: String,
    pub(super) unit_level: i16,
    pub(super) submitter: Option<String>,
}

/// A report, what is around it, and where its unit stands today.
pub(super) type Rows = (ReportRow, AroundRow, i32);

impl Found {
    pub(super) fn from_rows((row, around, ordinal): Rows) -> Result<Self> {
        let unknown =
            |what: &str| Error::internal(format!("the {what} of report {} is in no known state", row.report_id));
        // To a report that was taken out of its task, the task is as good as cancelled.
        let task = match task_status_of(&around.task_status).ok_or_else(|| unknown("task"))? {
            TaskStatus::Open if row.void => TaskStatus::Cancelled,
            status => status,
        };
        let status = rules::status_of(&row.status).ok_or_else(|| unknown("status"))?;
        let chain = around.chain.iter().map(|rank| level_of(*rank)).collect::<Result<_>>()?;
        let submitter = row.submitted_by.zip(around.submitter).map(|(id, name)| Person { id: AccountId(id), name });
        Ok(Self {
            id: ReportId(row.report_id),
            task_id: TaskId(row.task_id),
            form_id: FormId(row.form_id),
            form_title: around.form_title,
            period: Period::of(row.period),
            unit: UnitName { id: UnitId(around.unit_id), name: around.unit_name, level: level_of(around.unit_level)? },
            ordinal,
            stand: Stand { task, status, stage: row.stage },
            version: row.version,
            // By the deadline in force, which may have been set anew since.
            late: row.submitted_at.is_some_and(|at| at >= around.due_at),
            submitted_at: row.submitted_at,
            submitter,
            submitted_for: row.submitted_for.map(AccountId),
            return_reason: row.return_reason,
            changed_at: row.changed_at,
            task_title: around.task_title,
            tree_id: around.tree_id,
            due_at: around.due_at,
            chain,
        })
    }

    /// The level whose turn it is.
    pub fn turn(&self) -> Option<Level> {
        match self.stand.task {
            TaskStatus::Open => rules::turn(&self.chain, self.stand.status, self.stand.stage),
            TaskStatus::Closed | TaskStatus::Cancelled => None,
        }
    }

    /// As far as it decides who may do what.
    pub fn judged(&self) -> Judged<'_> {
        Judged { ordinal: self.ordinal, chain: &self.chain, stand: self.stand }
    }

    /// Whether an account submitted it, or somebody in its place.
    pub fn was_submitted_by(&self, account: AccountId) -> bool {
        self.submitter.as_ref().is_some_and(|submitter| submitter.id == account) || self.submitted_for == Some(account)
    }

    /// The report in a list.
    pub fn summary(&self) -> ReportSummary {
        ReportSummary {
            id: self.id,
            task_id: self.task_id,
            form_id: self.form_id,
            form_title: self.form_title.clone(),
            period: self.period,
            unit: self.unit.clone(),
            status: self.stand.status,
            stage: self.stand.stage,
            waits_for: self.turn(),
            version: self.version,
            due_at: self.due_at,
            late: self.late,
            submitted_at: self.submitted_at,
            submitted_by: self.submitter.as_ref().map(|submitter| submitter.name.clone()),
            return_reason: self.return_reason.clone(),
        }
    }
}

/// A report with its task, its form, its unit in the task's tree, and whoever submitted it.
#[dsl::auto_type]
fn joined() -> _ {
    report::table
        .inner_join(task::table)
        .inner_join(form::table)
        .inner_join(
            tree_node::table.on(tree_node::tree_id.eq(task::tree_id).and(tree_node::unit_id.eq(report::unit_id))),
        )
        .left_join(account::table.on(report::submitted_by.eq(account::account_id.nullable())))
}

/// [`joined`], with the unit where it stands today itself: one index finds it, which is what most calls need.
#[dsl::auto_type]
fn joined_today() -> _ {
    joined().inner_join(v_access_unit::table.on(v_access_unit::unit_id.eq(report::unit_id)))
}

/// [`joined`], with the unit where it stands today, itself or by what it was merged into: looks at the whole tree.
#[dsl::auto_type]
fn joined_anywhere() -> _ {
    joined().inner_join(v_access_place::table.on(v_access_place::unit_id.eq(report::unit_id)))
}

#[dsl::auto_type]
pub(super) fn of_report() -> _ {
    (
        report::report_id,
        report::task_id,
        report::form_id,
        report::period,
        report::status,
        report::stage,
        report::version,
        report::submitted_at,
        report::submitted_by,
        report::return_reason,
        report::changed_at,
        report::void,
        report::submitted_for,
    )
}

#[dsl::auto_type]
fn around() -> _ {
    let submitter: dsl::Nullable<account::name> = account::name.nullable();
    (
        task::title,
        task::status,
        task::tree_id,
        task::due_at,
        task::chain,
        form::title,
        tree_node::unit_id,
        tree_node::name,
        tree_node::level,
        submitter,
    )
}

/// A report within the scope.
pub async fn find_report(tx: &mut Tx, scope: &Scope, id: ReportId) -> Result<Found> {
    let today = joined_today().filter(report::report_id.eq(id.0)).select((of_report(), around(), v_access_unit::lo));
    let rows: Option<Rows> = today.first(tx.conn()?).await.optional()?;
    let rows = match rows {
        Some(rows) => rows,
        None => {
            let anywhere = joined_anywhere().filter(report::report_id.eq(id.0));
            anywhere.select((of_report(), around(), v_access_place::lo)).first(tx.conn()?).await?
        }
    };
    within(scope, rows)
}

/// A report within the scope, with its content.
pub async fn find_content(mut connection: &AsyncPgConnection, scope: &Scope, id: ReportId) -> Result<(Found, Content)> {
    let content = (report::cells, report::explanations, report::reopened);
    let today = joined_today().filter(report::report_id.eq(id.0));
    let today = today.select(((of_report(), around(), v_access_unit::lo), content));
    let found: Option<(Rows, Content)> = today.first(&mut connection).await.optional()?;
    let (rows, content) = match found {
        Some(found) => found,
        None => {
            let anywhere = joined_anywhere().filter(report::report_id.eq(id.0));
            let anywhere = anywhere.select(((of_report(), around(), v_access_place::lo), content));
            anywhere.first::<(Rows, Content)>(&mut connection).await?
        }
    };
    Ok((within(scope, rows)?, content))
}

// The statement stays the same for every caller, so that it is prepared once; the row is nobody's until it passed here.
pub(super) fn within(scope: &Scope, rows: Rows) -> Result<Found> {
    if scope.covers(rows.2) { Found::from_rows(rows) } else { Err(Error::NotFound) }
}

/// Let others who would change the report wait until this transaction ends.
pub async fn lock_report(tx: &mut Tx, id: ReportId) -> Result<()> {
    let query = report::table.find(id.0).select(report::version).for_no_key_update();
    query.first::<i32>(tx.conn()?).await?;
    Ok(())
}

/// Which reports a list shows beside what its filter says.
#[derive(Clone, Debug, Default)]
pub struct Narrowed {
    /// At or below a unit of today's tree.
    pub unit: Option<Node>,
    /// Only those that wait for this reviewer.
    pub waiting_for: Option<Reviewer>,
}

/// A reviewer and where he or she may approve.
#[derive(Clone, Debug)]
pub struct Reviewer {
    pub id: AccountId,
    pub scope: Scope,
}

impl Reviewer {
    /// Of the heads of the scope, beside its ranges.
    pub fn levels(&self) -> Vec<i16> {
        self.scope.held().iter().map(|held| held.level.rank()).collect()
    }

    /// In whose place each grant of the scope is used: what such a one submitted is not reviewed by it.
    pub fn principals(&self) -> Vec<Option<Uuid>> {
        let principal = |held: &Held| held.on_behalf_of.as_ref().map(|principal| principal.id.0);
        self.scope.held().iter().map(principal).collect()
    }
}

/// Living reports within the scope, those that changed last first.
pub async fn list_reports(
    tx: &mut Tx,
    scope: &Scope,
    filter: &ReportFilter,
    narrowed: Narrowed,
    limit: i64,
) -> Result<Vec<Found>> {
    let in_scope = sql::<Bool>("exists (select from unnest(")
        .bind::<Array<Integer>, _>(scope.lo())
        .sql(", ")
        .bind::<Array<Integer>, _>(scope.hi())
        .sql(") as s (lo, hi) where v_access_place.lo >= s.lo and v_access_place.lo < s.hi)");
    let mut query = joined_anywhere()
        .filter(report::void.eq(false))
        .filter(in_scope)
        .select((of_report(), around(), v_access_place::lo))
        .order((report::changed_at.desc(), report::report_id.desc()))
        .limit(limit)
        .into_boxed();
    if let Some(task) = filter.task {
        query = query.filter(report::task_id.eq(task.0));
    }
    if let Some(form) = filter.form {
        query = query.filter(report::form_id.eq(form.0));
    }
    if let Some(status) = filter.status {
        query = query.filter(report::status.eq(rules::status_name(status)));
    }
    if let Some(unit) = narrowed.unit {
        query = query.filter(v_access_place::lo.ge(unit.lo).and(v_access_place::lo.lt(unit.hi)));
    }
    if let Some((at, id)) = filter.after.as_ref().and_then(fupin_contract::Cursor::read) {
        let earlier = report::changed_at.lt(at);
        query = query.filter(earlier.or(report::changed_at.eq(at).and(report::report_id.lt(id))));
    }
    if let Some(reviewer) = narrowed.waiting_for {
        let in_turn = sql::<Bool>("exists (select from unnest(")
            .bind::<Array<Integer>, _>(reviewer.scope.lo())
            .sql(", ")
            .bind::<Array<Integer>, _>(reviewer.scope.hi())
            .sql(", ")
            .bind::<Array<SmallInt>, _>(reviewer.levels())
            .sql(", ")
            .bind::<Array<Nullable<SqlUuid>>, _>(reviewer.principals())
            .sql(
                ") as h (lo, hi, level, principal) where v_access_place.lo >= h.lo and v_access_place.lo < h.hi
                     and h.level = task.chain[report.stage + 1]
                     and h.principal is distinct from report.submitted_by
                     and (h.principal is null or h.principal is distinct from report.submitted_for)
                     and not exists (select from report_edit e where e.report_id = report.report_id
                         and e.kind in ('saved', 'submitted') and h.principal in (e.account_id, e.on_behalf_of)))
                 and not exists (select from report_edit e where e.report_id = report.report_id
                     and e.kind in ('saved', 'submitted') and ",
            )
            .bind::<SqlUuid, _>(reviewer.id.0)
            .sql(" in (e.account_id, e.on_behalf_of))");
        query = query
            .filter(report::status.eq(rules::status_name(ReportStatus::Submitted)))
            .filter(task::status.eq("open"))
            .filter(report::submitted_by.ne(reviewer.id.0))
            .filter(report::submitted_for.is_distinct_from(reviewer.id.0))
            .filter(in_turn);
    }
    let rows: Vec<Rows> = query.load(tx.conn()?).await?;
    rows.into_iter().map(Found::from_rows).collect()
}

/// Those of some reports that lie within the scope.
pub async fn list_found(tx: &mut Tx, scope: &Scope, ids: &[Uuid]) -> Result<Vec<Found>> {
    let query = joined_anywhere().filter(report::report_id.eq_any(ids)).order(report::report_id);
    let rows: Vec<Rows> = query.select((of_report(), around(), v_access_place::lo)).load(tx.conn()?).await?;
    rows.into_iter().filter(|rows| scope.covers(rows.2)).map(Found::from_rows).collect()
}

/// What an act leaves behind.
#[derive(Clone, Copy, Debug)]
pub struct Edit<'a> {
    pub kind: HistoryKind,
    pub by: Doer,
    pub reason: Option<&'a str>,
    /// The cells that it changed with their new content, as JSON.
    pub cells: &'a str,
    /// The cells that it opened with remarks, as JSON.
    pub reopened: Option<&'a str>,
}

/// The one row of history that an act leaves, under the version that it made.
pub async fn insert_edit(tx: &mut Tx, id: ReportId, version: i32, edit: Edit<'_>) -> Result<()> {
    let values = (
        report_edit::report_id.eq(id.0),
        report_edit::version.eq(version),
        report_edit::kind.eq(rules::kind_name(edit.kind)),
        report_edit::account_id.eq(edit.by.id.0),
        report_edit::on_behalf_of.eq(edit.by.on_behalf_of.map(|principal| principal.0)),
        report_edit::at.eq(tx.now()),
        report_edit::reason.eq(edit.reason),
        report_edit::cells.eq(edit.cells),
        report_edit::reopened.eq(edit.reopened),
    );
    diesel::insert_into(report_edit::table).values(values).execute(tx.conn()?).await?;
    Ok(())
}

/// Bring a report that stood as `before` to where it stands now. False if it no longer stood so.
pub async fn update_standing(tx: &mut Tx, before: &Found, now: &Found) -> Result<bool> {
    let as_judged = report::report_id
        .eq(before.id.0)
        .and(report::version.eq(before.version))
        .and(report::status.eq(rules::status_name(before.stand.status)))
        .and(report::void.eq(false));
    let values = (
        report::status.eq(rules::status_name(now.stand.status)),
        report::stage.eq(now.stand.stage),
        report::version.eq(now.version),
        report::submitted_at.eq(now.submitted_at),
        report::submitted_by.eq(now.submitter.as_ref().map(|submitter| submitter.id.0)),
        report::submitted_for.eq(now.submitted_for.map(|principal| principal.0)),
        report::return_reason.eq(now.return_reason.as_deref()),
        report::changed_at.eq(now.changed_at),
    );
    Ok(diesel::update(report::table).filter(as_judged).set(values).execute(tx.conn()?).await? == 1)
}

/// A step of a report's history with the name of whoever took it.
#[derive(Clone, Debug, Queryable)]
pub struct EditRow {
    pub version: i32,
    pub kind: String,
    pub at: DateTime<Utc>,
    pub by: String,
    pub on_behalf_of: Option<String>,
    pub reason: Option<String>,
    pub cells: String,
    pub reopened: Option<String>,
}

/// The history of a report that was found within a scope, from a version on, oldest first.
pub async fn list_edits(tx: &mut Tx, found: &Found, after: i32) -> Result<Vec<EditRow>> {
    let principal = diesel::alias!(account as principal);
    let is_principal = principal.field(account::account_id).nullable().eq(report_edit::on_behalf_of);
    let query = report_edit::table
        .inner_join(account::table.on(account::account_id.eq(report_edit::account_id)))
        .left_join(principal.on(is_principal))
        .filter(report_edit::report_id.eq(found.id.0).and(report_edit::version.gt(after)))
        .order(report_edit::version)
        .select((
            report_edit::version,
            report_edit::kind,
            report_edit::at,
            account::name,
            principal.field(account::name).nullable(),
            report_edit::reason,
            report_edit::cells,
            report_edit::reopened,
        ));
    Ok(query.load(tx.conn()?).await?)
}

/// Who gave the approval that stands last.
pub async fn find_last_approver(tx: &mut Tx, found: &Found) -> Result<Option<Doer>> {
    let steps: Vec<(String, Uuid, Option<Uuid>)> = report_edit::table
        .filter(report_edit::report_id.eq(found.id.0).and(report_edit::kind.ne(rules::kind_name(HistoryKind::Saved))))
        .order(report_edit::version)
        .select((report_edit::kind, report_edit::account_id, report_edit::on_behalf_of))
        .load(tx.conn()?)
        .await?;
    let known = |(kind, by, principal): (String, Uuid, Option<Uuid>)| {
        let doer = Doer { id: AccountId(by), on_behalf_of: principal.map(AccountId) };
        rules::kind_of(&kind).map(|kind| (kind, doer))
    };
    Ok(rules::last_approver(steps.into_iter().filter_map(known)))
}

/// Who has saved or submitted what stands in some reports, himself or through a colleague.
#[derive(Clone, Debug, Default)]
pub struct Writers(BTreeSet<(ReportId, AccountId)>);

impl Writers {
    pub fn wrote(&self, report: ReportId, account: AccountId) -> bool {
        self.0.contains(&(report, account))
    }
}

/// All who ever wrote in some reports: what one wrote may stand long after another has submitted it.
pub async fn list_writers(tx: &mut Tx, ids: &[Uuid]) -> Result<Writers> {
    let rows: Vec<(Uuid, Uuid, Option<Uuid>)> = report_edit::table
        .filter(report_edit::report_id.eq_any(ids))
        .filter(report_edit::kind.eq_any([HistoryKind::Saved, HistoryKind::Submitted].map(rules::kind_name)))
        .select((report_edit::report_id, report_edit::account_id, report_edit::on_behalf_of))
        .distinct()
        .load(tx.conn()?)
        .await?;
    let both = |(report, by, principal): (Uuid, Uuid, Option<Uuid>)| {
        [Some(by), principal].into_iter().flatten().map(move |account| (ReportId(report), AccountId(account)))
    };
    Ok(Writers(rows.into_iter().flat_map(both).collect()))
}

/// Open chosen cells to the clerk, or all.
pub async fn update_reopened(tx: &mut Tx, id: ReportId, cells: Option<&str>) -> Result<()> {
    diesel::update(report::table.find(id.0)).set(report::reopened.eq(cells)).execute(tx.conn()?).await?;
    Ok(())
}
