//! Clerks on bad lines: they write down what they are about to do, do it, and repeat it with the same key until the server
//! answers, whatever becomes of the server meanwhile.

use std::{
    collections::BTreeMap,
    future::Future,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use fupin_client::{Result, Uuid};
use fupin_contract::{
    ReportId,
    reporting::{AtVersion, HistoryKind, SaveCell, SaveCells, SubmitReport},
};
use fupin_form::{Cells, Form, Severity};

use crate::world::World;

const WRITERS: usize = 8;
/// A server that does not come back for so long has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// One act on a report.
#[derive(Debug)]
pub struct Act {
    pub kind: HistoryKind,
    pub key: Uuid,
    /// What stands in the report after it, of the cells that can be filled.
    pub cells: Cells,
    /// The report's version after it, once the server has acknowledged it.
    pub acknowledged: Option<i32>,
    pub tries: usize,
    /// Why it was refused: after a kill, a sign that something before it was lost or done twice.
    pub refused: Option<String>,
}

/// All acts, by report, in their order.
#[derive(Debug, Default)]
pub struct Journal(pub BTreeMap<ReportId, Vec<Act>>);

impl Journal {
    pub fn join(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub fn reports(&self) -> usize {
        self.0.len()
    }

    pub fn acts(&self) -> usize {
        self.0.values().flatten().filter(|act| act.acknowledged.is_some()).count()
    }

    /// Acts whose first answer never came.
    pub fn repeated(&self) -> usize {
        self.0.values().flatten().filter(|act| act.tries > 1).count()
    }
}

/// Eight writers fill report after report for as long as `storm` lasts, and then finish what they have in hand.
pub async fn write_while(world: &World, storm: impl Future<Output = ()>) -> Journal {
    let over = AtomicBool::new(false);
    let writers = futures_util::future::join_all((0..WRITERS).map(|_| write(world, &over)));
    let storm = async {
        storm.await;
        over.store(true, Ordering::Relaxed);
    };
    let (journals, ()) = tokio::join!(writers, storm);
    let mut whole = Journal::default();
    journals.into_iter().for_each(|journal| whole.join(journal));
    whole
}

async fn write(world: &World, over: &AtomicBool) -> Journal {
    let mut journal = Journal::default();
    while !over.load(Ordering::Relaxed) {
        let Some(report) = world.next_report() else { break };
        let acts = fill_in(world, report).await;
        journal.0.insert(report, acts);
    }
    journal
}

/// At once; or saved first; or taken back and handed over again with other values.
async fn fill_in(world: &World, report: ReportId) -> Vec<Act> {
    let ways: [&[HistoryKind]; 4] = [
        &[HistoryKind::Submitted],
        &[HistoryKind::Submitted],
        &[HistoryKind::Saved, HistoryKind::Submitted],
        &[HistoryKind::Submitted, HistoryKind::Withdrawn, HistoryKind::Submitted],
    ];
    let way = ways[rand::random_range(0..ways.len())];
    let mut acts: Vec<Act> = Vec::new();
    for kind in way {
        let (version, before) =
            acts.last().map_or((0, Cells::default()), |act| (act.acknowledged.unwrap_or(-1), act.cells.clone()));
        let (cells, explanations) = match kind {
            HistoryKind::Saved | HistoryKind::Submitted => fill(&world.form),
            HistoryKind::Withdrawn
            | HistoryKind::Approved
            | HistoryKind::Returned
            | HistoryKind::Amended
            | HistoryKind::Revoked => (before, BTreeMap::new()),
        };
        acts.push(Act { kind: *kind, key: Uuid::now_v7(), cells, acknowledged: None, tries: 0, refused: None });
        let Some(act) = acts.last_mut() else { break };
        perform(world, report, version, act, &explanations).await;
        if act.refused.is_some() {
            break;
        }
    }
    acts
}

async fn perform(
    world: &World,
    report: ReportId,
    version: i32,
    act: &mut Act,
    explanations: &BTreeMap<String, String>,
) {
    let began = Instant::now();
    loop {
        act.tries += 1;
        match call(world, report, version, act, explanations).await {
            Ok(version) => {
                act.acknowledged = Some(version);
                world.count_acknowledged();
                return;
            }
            Err(error) if error.is_passing() && began.elapsed() < PATIENCE => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(error) => {
                act.refused = Some(format!("{error} ({})", error.code()));
                return;
            }
        }
    }
}

async fn call(
    world: &World,
    report: ReportId,
    version: i32,
    act: &Act,
    explanations: &BTreeMap<String, String>,
) -> Result<i32> {
    let clerk = &world.clerk;
    match act.kind {
        HistoryKind::Saved => {
            let cells = act.cells.iter();
            let cells =
                cells.map(|(key, cell)| (key.as_str().to_owned(), SaveCell { cell: cell.clone(), base: version }));
            let saved = clerk.save_cells(report, &SaveCells { cells: cells.collect() }, act.key).await?;
            Ok(saved.version)
        }
        HistoryKind::Submitted => {
            let input = SubmitReport { version, cells: Some(act.cells.clone()), explanations: explanations.clone() };
            Ok(clerk.submit_report(report, &input, act.key).await?.version)
        }
        HistoryKind::Withdrawn => Ok(clerk.withdraw_report(report, &AtVersion { version }, act.key).await?.version),
        HistoryKind::Approved | HistoryKind::Returned | HistoryKind::Amended | HistoryKind::Revoked => Ok(version),
    }
}

/// Zeros, and random numbers where no hard rule forbids them; with a reason for every soft rule that they break.
fn fill(form: &Form) -> (Cells, BTreeMap<String, String>) {
    let mut cells = Cells::default();
    for cell in form.cells().iter().filter(|cell| cell.is_fillable()) {
        if let Ok(zero) = fupin_form::parse_entry(cell, "0") {
            cells.insert(cell.key.clone(), zero);
        }
    }
    let keys: Vec<_> = cells.keys().cloned().collect();
    let mut kept = 0;
    while kept < 3 {
        let key = keys[rand::random_range(0..keys.len())].clone();
        let before = cells.cell(key.as_str()).clone();
        let Some(Ok(random)) =
            form.cell(key.as_str()).map(|cell| fupin_form::parse_entry(cell, &rand::random_range(1..1000).to_string()))
        else {
            continue;
        };
        cells.insert(key.clone(), random);
        let findings = fupin_form::check(form, &cells);
        if findings.iter().any(|finding| finding.severity == Severity::Hard) {
            cells.insert(key, before);
        } else {
            kept += 1;
        }
    }
    let broken = fupin_form::check(form, &cells).into_iter().filter_map(|finding| finding.rule);
    (cells, broken.map(|rule| (rule.to_string(), "情况属实".to_owned())).collect())
}
