//! What is in the database, held against what was intended and what was acknowledged.

use std::collections::{BTreeMap, HashMap, HashSet};

use fupin_contract::{
    ReportId, TaskId,
    reporting::{HistoryKind, TotalsFilter},
};
use fupin_form::Cells;
use fupin_testing::Instance;
use rust_decimal::Decimal;
use tokio_postgres::Client;
use uuid::Uuid;

use crate::{
    world::World,
    writers::{Act, Journal},
};

/// Something that must not be.
#[derive(Debug)]
#[expect(dead_code, reason = "read by whoever reads the failed test")]
pub enum Finding {
    /// Acknowledged, and not there.
    Lost { report: ReportId, what: String },
    /// There, and nobody did it, or done more often than it was asked for.
    TooMuch { report: ReportId, what: String },
    /// In no state that a report can be in.
    Half { what: String },
    /// Refused though it was in order.
    Refused { report: ReportId, what: String },
    /// A total that is not the sum of its reports.
    Total { task: TaskId, what: String },
}

/// A report as it is stored.
struct Stored {
    task: TaskId,
    status: String,
    version: i32,
    cells: Cells,
    history: Vec<String>,
    audit: Vec<String>,
}

/// Everything that is wrong.
pub async fn find(instance: &Instance, world: &World, journal: &Journal) -> Vec<Finding> {
    let superuser = instance.superuser().await;
    let stored = read(&superuser).await;
    let keys = keys(&superuser).await;
    let mut findings = Vec::new();
    for (report, acts) in &journal.0 {
        match stored.get(report) {
            Some(stored) => compare(*report, stored, acts, &keys, &mut findings),
            None => findings.push(Finding::Lost { report: *report, what: "the report".to_owned() }),
        }
    }
    let untouched = stored.iter().filter(|(report, _)| !journal.0.contains_key(report));
    findings.extend(
        untouched
            .filter(|(_, stored)| stored.version != 0 || !stored.history.is_empty())
            .map(|(report, stored)| Finding::TooMuch { report: *report, what: format!("{:?}", stored.history) }),
    );
    findings.extend(half_done(&superuser).await);
    for task in &world.tasks {
        findings.extend(check_totals(world, *task, &stored, journal).await);
    }
    findings
}

/// One report against the acts on it: each of them once, in their order, in history, audit trail and kept answers.
fn compare(
    report: ReportId,
    stored: &Stored,
    acts: &[Act],
    keys: &HashMap<String, usize>,
    findings: &mut Vec<Finding>,
) {
    findings.extend(acts.iter().filter_map(|act| {
        act.refused.as_ref().map(|why| Finding::Refused { report, what: format!("{:?}: {why}", act.kind) })
    }));
    let done: Vec<&Act> = acts.iter().filter(|act| act.acknowledged.is_some()).collect();
    let kinds: Vec<&str> = done.iter().map(|act| history_name(act.kind)).collect();
    let events: Vec<&str> = done.iter().map(|act| event_name(act.kind)).collect();
    for (what, expected, found) in [("history", &kinds, &stored.history), ("audit trail", &events, &stored.audit)] {
        if found.len() < expected.len() {
            findings.push(Finding::Lost { report, what: format!("{what}: {found:?} for {expected:?}") });
        } else if found != expected {
            findings.push(Finding::TooMuch { report, what: format!("{what}: {found:?} for {expected:?}") });
        }
    }
    for act in &done {
        match keys.get(&act.key.to_string()) {
            Some(1) => {}
            Some(_) => findings.push(Finding::TooMuch { report, what: "a kept answer".to_owned() }),
            None => findings.push(Finding::Lost { report, what: "a kept answer".to_owned() }),
        }
    }
    let Some(last) = done.last() else { return };
    if Some(stored.version) != last.acknowledged || stored.status != status_name(last.kind) {
        let what = format!("{} at version {}, acknowledged {last:?}", stored.status, stored.version);
        findings.push(Finding::Lost { report, what });
    }
    let other = last.cells.iter().find(|(key, cell)| stored.cells.cell(key.as_str()) != *cell);
    if let Some((key, cell)) = other {
        let what = format!("{}: {:?} for {cell:?}", key.as_str(), stored.cells.cell(key.as_str()));
        findings.push(Finding::Lost { report, what });
    }
}

fn history_name(kind: HistoryKind) -> &'static str {
    match kind {
        HistoryKind::Saved => "saved",
        HistoryKind::Submitted => "submitted",
        HistoryKind::Withdrawn => "withdrawn",
        HistoryKind::Approved => "approved",
        HistoryKind::Returned => "returned",
        HistoryKind::Amended => "amended",
        HistoryKind::Revoked => "revoked",
    }
}

fn event_name(kind: HistoryKind) -> &'static str {
    match kind {
        HistoryKind::Saved => "reporting.cells_saved",
        HistoryKind::Submitted => "reporting.report_submitted",
        HistoryKind::Withdrawn => "reporting.report_withdrawn",
        HistoryKind::Approved => "reporting.report_approved",
        HistoryKind::Returned => "reporting.report_returned",
        HistoryKind::Amended => "reporting.task_amended",
        HistoryKind::Revoked => "reporting.approval_revoked",
    }
}

fn status_name(last: HistoryKind) -> &'static str {
    match last {
        // Nobody amends a task here.
        HistoryKind::Saved | HistoryKind::Withdrawn | HistoryKind::Amended => "draft",
        HistoryKind::Submitted | HistoryKind::Revoked => "submitted",
        HistoryKind::Approved => "approved",
        HistoryKind::Returned => "returned",
    }
}

const REPORTS: &str = "
    select r.report_id, r.task_id, r.status, r.version, r.cells,
        coalesce((select array_agg(e.kind order by e.version) from report_edit e where e.report_id = r.report_id), '{}'),
        coalesce(a.events, '{}')
    from report r
    left join (select object_id, array_agg(event order by tick) as events from audit_row
        where outcome = 'done' and event like 'reporting.%' and object_id is not null group by object_id) a
        on a.object_id = r.report_id::text";

async fn read(superuser: &Client) -> BTreeMap<ReportId, Stored> {
    let rows = superuser.query(REPORTS, &[]).await.unwrap();
    let stored = rows.iter().map(|row| {
        let cells: String = row.get(4);
        let stored = Stored {
            task: TaskId(row.get(1)),
            status: row.get(2),
            version: row.get(3),
            cells: serde_json::from_str(&cells).unwrap(),
            history: row.get(5),
            audit: row.get(6),
        };
        (ReportId(row.get(0)), stored)
    });
    stored.collect()
}

/// How many answers are kept under each key.
async fn keys(superuser: &Client) -> HashMap<String, usize> {
    let rows = superuser.query("select key, count(*) from idempotency group by key", &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), usize::try_from(row.get::<_, i64>(1)).unwrap())).collect()
}

/// Reports that are neither submitted nor not, and history without a report's version.
async fn half_done(superuser: &Client) -> Vec<Finding> {
    let query = "
        select r.report_id from report r
        left join lateral (select kind, version from report_edit e
            where e.report_id = r.report_id order by version desc limit 1) last on true
        where (r.status = 'submitted') <> (last.kind is not distinct from 'submitted')
            or (r.status = 'submitted' and (r.leaf is null or r.submitted_at is null or r.submitted_by is null))
            or r.version <> coalesce(last.version, 0)
            or r.version <> (select count(*) from report_edit e where e.report_id = r.report_id)";
    let rows = superuser.query(query, &[]).await.unwrap();
    rows.iter().map(|row| Finding::Half { what: row.get::<_, Uuid>(0).to_string() }).collect()
}

/// The server's totals against the sums of what the writers wrote.
async fn check_totals(
    world: &World,
    task: TaskId,
    stored: &BTreeMap<ReportId, Stored>,
    journal: &Journal,
) -> Vec<Finding> {
    let filter = TotalsFilter { form: world.form_id, unit: None, of: None };
    let totals = world.officer.get_totals(task, &filter).await.unwrap().whole;
    let finding = |what: String| Finding::Total { task, what };
    let submitted: Vec<&Act> = journal
        .0
        .iter()
        .filter(|(report, _)| stored.get(report).is_some_and(|stored| stored.task == task))
        .filter_map(|(_, acts)| acts.iter().rfind(|act| act.acknowledged.is_some()))
        .filter(|act| act.kind == HistoryKind::Submitted)
        .collect();
    let mut findings = Vec::new();
    if usize::try_from(totals.counted).ok() != Some(submitted.len()) {
        findings.push(finding(format!("{} counted, {} submitted", totals.counted, submitted.len())));
    }
    let summed: HashSet<&str> = world.form.measures().iter().map(|measure| measure.key.as_str()).collect();
    for cell in world.form.cells().iter().filter(|cell| cell.is_fillable() && summed.contains(cell.key.as_str())) {
        let key = cell.key.as_str();
        let sum: Decimal = submitted.iter().filter_map(|act| act.cells.cell(key).decimal()).sum();
        let told = totals.values.get(key).and_then(|total| total.value.as_deref());
        let told = told.map(|text| text.parse::<Decimal>().unwrap()).unwrap_or_default();
        if told != sum {
            findings.push(finding(format!("{key}: {told} for {sum}")));
        }
    }
    findings
}
