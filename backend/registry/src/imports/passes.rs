//! Going through a file: once to say what would happen, once more to do it. Rows are read, decoded and judged on a thread of
//! their own while those before them are looked up or written.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::Datelike;
use fupin_contract::{
    Fault, RegistryImportId,
    registry::{TableCounts, TableFailure, TableImportState, TableKind, catalog::Catalog},
};
use fupin_kernel::{
    App, Error, RequestFacts, Result, Tx,
    audit::{self, Actor, Event, Outcome},
};
use serde_json::Value;
use tokio::sync::mpsc;

use super::{
    columns::{self, Columns},
    formats::{self, failure},
    jobs::WorkOnTable,
    judging::{Judge, Judged, Remark},
    places::Places,
    store::{self, ImportRow, NewFault},
    structure::{BadRows, Structure},
    undoing, vault,
    writing::{self, Outlook, Taking},
};
use crate::{
    catalog,
    duplicates::store::{self as duplicates, Newly},
    gaps,
};

/// Rows that are looked up or written at once.
const BATCH: usize = 4_000;
/// Batches that may wait for one another.
const WAITING: usize = 2;
/// More are counted, not listed.
const MOST_FAULTS: usize = 200_000;
/// How often one sees how far it is.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// Do something, and leave its audit row in the same transaction.
pub(super) async fn recorded<T>(app: &App, event: Event, act: impl AsyncFnOnce(&mut Tx) -> Result<T>) -> Result<T> {
    let done = app.db.write(async |tx| {
        let answer = act(tx).await?;
        let facts = RequestFacts::of_job(WorkOnTable::TASK);
        audit::record(tx, &app.keys, &facts, Actor::default(), &event, Outcome::Done)?;
        Ok(answer)
    });
    done.await.map(|(answer, _)| answer)
}

/// Do what the state of an import asks for.
pub async fn work(app: &App, id: RegistryImportId) -> Result<()> {
    let Some(row) = app.db.read(async |tx| store::find_for_job(tx, id).await).await? else { return Ok(()) };
    let done = match row.state()? {
        TableImportState::Checking => check(app, &row).await,
        TableImportState::Taking => take(app, &row).await,
        TableImportState::Undoing => undoing::undo(app, &row).await.map(Ok),
        TableImportState::Checked
        | TableImportState::Done
        | TableImportState::Undone
        | TableImportState::Failed
        | TableImportState::Dropped => Ok(Ok(())),
    };
    match done {
        Ok(Ok(())) => Ok(()),
        Ok(Err(why)) => fail(app, id, &why).await,
        // The database is away or the server stops: the job comes again. All else would fail again as well.
        Err(error @ (Error::Unavailable(_) | Error::Conflict(_))) => Err(error),
        Err(error) => {
            tracing::error!(%error, import = %id, "an import failed");
            fail(app, id, &failure("import.broken")).await
        }
    }
}

async fn fail(app: &App, id: RegistryImportId, why: &TableFailure) -> Result<()> {
    app.db.write(async |tx| store::update_failed(tx, id, why).await).await?;
    vault::remove(&app.settings.data_dir, id)
}

/// What the reading thread tells.
enum Told {
    Columns(&'static str, Columns),
    Rows(Vec<Judged>),
    Failed(TableFailure),
}

/// What is needed to read a file.
struct Reading {
    file: fupin_kernel::vault::VaultReader,
    catalog: Arc<Catalog>,
    places: Arc<Places>,
    table: TableKind,
    source: String,
    this_year: i16,
}

async fn prepare(app: &App, row: &ImportRow) -> Result<Reading> {
    let key = row.key_sealed().ok_or_else(|| Error::internal("the file of an import is gone"))?;
    let file = vault::open(app, row.id(), key)?;
    let (catalog, places, this_year) = app
        .db
        .read(async |tx| {
            let catalog = catalog::current(tx).await?;
            let places = Places::load(tx, &row.ranges()).await?;
            Ok((catalog, Arc::new(places), tx.today().year() as i16))
        })
        .await?;
    Ok(Reading { file, catalog, places, table: row.table()?, source: row.source().to_owned(), this_year })
}

/// Begin to read; whoever no longer listens ends it.
fn start(reading: Reading) -> mpsc::Receiver<Told> {
    let (tell, told) = mpsc::channel(WAITING);
    tokio::task::spawn_blocking(move || {
        if let Err(why) = read(reading, &tell) {
            // Nobody listens any more: then nobody asks why.
            drop(tell.blocking_send(Told::Failed(why)));
        }
    });
    told
}

fn read(reading: Reading, tell: &mpsc::Sender<Told>) -> Result<(), TableFailure> {
    let Reading { file, catalog, places, table, source, this_year } = reading;
    let mut opened = formats::open(file)?;
    let header = loop {
        match opened.lines.next() {
            None => return Err(failure("import.empty")),
            // A title above the header is one cell wide.
            Some(line) => {
                let line = line?;
                if line.cells.iter().filter(|cell| !cell.trim().is_empty()).count() > 1 {
                    break line.cells;
                }
                if line.row > 10 {
                    return Err(failure("import.no_header"));
                }
            }
        }
    };
    let columns = columns::understand(&catalog, table, &header)?;
    let judge = Judge::new(&catalog, table, &columns, &places, &source, this_year);
    let gone = tell.blocking_send(Told::Columns(opened.format, columns.clone())).is_err();
    let mut batch = Vec::with_capacity(BATCH);
    let mut rows = 0;
    for line in opened.lines {
        let line = line?;
        if gone {
            return Ok(());
        }
        if line.cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        rows += 1;
        if rows > opened.most_rows {
            let mut many = failure("import.too_many_rows");
            many.params.insert("most".to_owned(), Value::from(opened.most_rows));
            return Err(many);
        }
        batch.push(judge.judge(&line));
        if batch.len() == BATCH {
            let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            if tell.blocking_send(Told::Rows(full)).is_err() {
                return Ok(());
            }
        }
    }
    if rows == 0 {
        return Err(failure("import.empty"));
    }
    drop(tell.blocking_send(Told::Rows(batch)));
    Ok(())
}

/// What a look gathers.
#[derive(Default)]
struct Look {
    total: i64,
    bad: BadRows,
    warned: BadRows,
    there: BadRows,
    same: BadRows,
    faults: Vec<NewFault>,
    structure: Structure,
    unknown: BTreeMap<i16, gaps::store::Unknown>,
}

impl Look {
    fn remark(&mut self, columns: &Columns, row: i64, place: usize, remark: &Remark) {
        if remark.warns {
            self.warned.insert(row);
        } else {
            self.bad.insert(row);
        }
        if self.faults.len() >= MOST_FAULTS {
            return;
        }
        let header = remark.key.as_deref().and_then(|key| columns.header_of(key));
        self.faults.push(NewFault {
            row,
            place: i32::try_from(place).unwrap_or(i32::MAX),
            header: header.map(str::to_owned),
            code: remark.fault.code.clone(),
            params: Value::Object(remark.fault.params.clone()),
            warns: remark.warns,
        });
    }

    fn count(&mut self) -> TableCounts {
        let (bad, total) = (self.bad.len(), self.total);
        let of = |rows: &BadRows| rows.iter().filter(|row| !self.bad.contains(*row)).count() as i64;
        let (there, same, warned) = (of(&self.there), of(&self.same), of(&self.warned));
        TableCounts { create: total - bad - there, update: there - same, same, faulty: bad, warned }
    }
}

/// Look at a file: nothing is changed but what is known of the file.
async fn check(app: &App, row: &ImportRow) -> Result<Result<(), TableFailure>> {
    let id = row.id();
    app.db.write(async |tx| store::delete_faults(tx, id).await).await?;
    let reading = prepare(app, row).await?;
    let (catalog, table) = (reading.catalog.clone(), reading.table);
    let mut told = start(reading);
    let mut look = Look::default();
    let mut columns = None;
    let mut last_told = Instant::now();
    while let Some(message) = told.recv().await {
        match message {
            Told::Failed(why) => return Ok(Err(why)),
            Told::Columns(format, known) => {
                let told = known.told.clone().into();
                app.db.write(async |tx| store::update_columns(tx, id, format, &told).await).await?;
                columns = Some(known);
            }
            Told::Rows(rows) => {
                let known = columns.as_ref().ok_or_else(|| Error::internal("rows before their header"))?;
                look_at(app, table, known, rows, &mut look).await?;
                if last_told.elapsed() >= TELL_EVERY {
                    app.db.write(async |tx| store::update_handled(tx, id, look.total).await).await?;
                    last_told = Instant::now();
                }
            }
        }
    }
    let known = columns.as_ref().ok_or_else(|| Error::internal("a file without a header"))?;
    let together = std::mem::take(&mut look.structure).judge(&catalog);
    for (place, (row, remark)) in together.iter().enumerate() {
        look.remark(known, *row, 1_000 + place, remark);
    }
    conclude(app, row, look).await.map(Ok)
}

async fn look_at(app: &App, table: TableKind, columns: &Columns, rows: Vec<Judged>, look: &mut Look) -> Result<()> {
    look.total += rows.len() as i64;
    for judged in &rows {
        for (place, remark) in judged.remarks.iter().enumerate() {
            look.remark(columns, judged.row, place, remark);
        }
        for (list, typed) in &judged.unknown {
            let unknown = look.unknown.entry(judged.year).or_default();
            *unknown.entry((list.clone(), typed.clone())).or_insert(0) += 1;
        }
    }
    let good: Vec<Judged> = rows.into_iter().filter(Judged::is_good).collect();
    let crypto = app.crypto.as_ref();
    let looked = app.db.read(async |tx| writing::look_up(tx, crypto, table, &good).await).await?;
    for ((judged, outlook), home) in good.iter().zip(looked.outlooks).zip(looked.homes) {
        match outlook {
            Outlook::Create => {}
            Outlook::Update => look.there.insert(judged.row),
            Outlook::Same => {
                look.there.insert(judged.row);
                look.same.insert(judged.row);
            }
            Outlook::Refused(fault) => {
                look.remark(columns, judged.row, 900, &Remark { key: None, fault, warns: false });
                continue;
            }
        }
        let key = writing::key_of(crypto, judged)?;
        if let Some(remark) = look.structure.take(judged, key, home) {
            look.remark(columns, judged.row, 901, &remark);
        }
    }
    Ok(())
}

async fn conclude(app: &App, row: &ImportRow, mut look: Look) -> Result<()> {
    let counts = look.count();
    let event = Event::on("registry.table_checked", row.id()).with("rows", look.total).with("faulty", counts.faulty);
    recorded(app, event, async |tx| {
        for faults in look.faults.chunks(10_000) {
            store::insert_faults(tx, row.id(), faults).await?;
        }
        for (year, unknown) in &look.unknown {
            gaps::store::insert_gaps(tx, row.source(), *year, unknown).await?;
        }
        store::update_checked(tx, row.id(), look.total, counts, look.bad.pack()).await
    })
    .await
}

/// Take the good rows, from where it was left.
async fn take(app: &App, row: &ImportRow) -> Result<Result<(), TableFailure>> {
    let reading = prepare(app, row).await?;
    let catalog = reading.catalog.clone();
    let mut progress = Progress {
        bad: BadRows::unpack(row.bad_rows()),
        skip: row.handled(),
        handled: 0,
        counts: if row.handled() == 0 { TableCounts::default() } else { row.counts() },
    };
    progress.counts.warned = row.counts().warned;
    let taking = Taking { catalog: &catalog, crypto: app.crypto.as_ref(), table: row.table()?, import: row.id().0 };
    let told = start(reading);
    let ended = if row.atomic() {
        let event = Event::on("registry.table_taken", row.id()).with("atomic", true);
        match recorded(app, event, async |tx| take_whole(tx, row, &taking, told, &mut progress).await).await {
            Err(Error::Conflict(refusal)) => Err(failure(refusal.code)),
            done => Ok(done?),
        }
    } else {
        take_batches(app, row, &taking, told, &mut progress).await?
    };
    if ended.is_err() {
        return Ok(ended);
    }
    let event = Event::on("registry.table_imported", row.id())
        .with("created", progress.counts.create)
        .with("updated", progress.counts.update);
    recorded(app, event, async |tx| {
        store::update_bad_rows(tx, row.id(), progress.bad.pack()).await?;
        if taking.table == TableKind::Person {
            duplicates::insert_likenesses(tx, Newly::Imported(taking.import)).await?;
        }
        store::update_state(tx, row.id(), TableImportState::Done, None).await
    })
    .await?;
    if progress.counts.faulty == 0 {
        vault::remove(&app.settings.data_dir, row.id())?;
    }
    Ok(Ok(()))
}

/// How far taking is.
struct Progress {
    bad: BadRows,
    /// Rows that were dealt with before a kill.
    skip: i64,
    handled: i64,
    counts: TableCounts,
}

async fn take_batches(
    app: &App,
    row: &ImportRow,
    taking: &Taking<'_>,
    mut told: mpsc::Receiver<Told>,
    progress: &mut Progress,
) -> Result<Result<(), TableFailure>> {
    while let Some(message) = told.recv().await {
        match message {
            Told::Failed(why) => return Ok(Err(why)),
            Told::Columns(..) => {}
            Told::Rows(rows) => {
                let event = Event::on("registry.table_rows_taken", row.id()).with("rows", rows.len());
                recorded(app, event, async |tx| take_rows(tx, row, taking, rows, progress).await).await?;
            }
        }
    }
    Ok(Ok(()))
}

async fn take_whole(
    tx: &mut Tx,
    row: &ImportRow,
    taking: &Taking<'_>,
    mut told: mpsc::Receiver<Told>,
    progress: &mut Progress,
) -> Result<()> {
    while let Some(message) = told.recv().await {
        match message {
            // It was whole when it was looked at.
            Told::Failed(why) => return Err(Error::internal(why.code)),
            Told::Columns(..) => {}
            Told::Rows(rows) => take_rows(tx, row, taking, rows, progress).await?,
        }
    }
    // Others may have come in between: then all of it is taken back.
    if progress.counts.faulty > 0 { Err(Error::conflict("import.atomic_faulty")) } else { Ok(()) }
}

async fn take_rows(
    tx: &mut Tx,
    row: &ImportRow,
    taking: &Taking<'_>,
    mut rows: Vec<Judged>,
    progress: &mut Progress,
) -> Result<()> {
    let all = rows.len() as i64;
    progress.handled += all;
    if progress.handled <= progress.skip {
        return Ok(());
    }
    rows.retain(|judged| judged.is_good() && !progress.bad.contains(judged.row));
    let left_out = all - rows.len() as i64;
    let taken = writing::take(tx, taking, &rows).await?;
    let counts = &mut progress.counts;
    counts.create += taken.counts.create;
    counts.update += taken.counts.update;
    counts.same += taken.counts.same;
    counts.faulty += taken.counts.faulty + left_out;
    let late: Vec<NewFault> = taken.refused.iter().map(|(row, fault)| late_fault(*row, fault)).collect();
    for (row, _) in &taken.refused {
        progress.bad.insert(*row);
    }
    store::insert_faults(tx, row.id(), &late).await?;
    store::update_taken(tx, row.id(), progress.handled, *counts).await
}

fn late_fault(row: i64, fault: &Fault) -> NewFault {
    NewFault {
        row,
        place: 902,
        header: None,
        code: fault.code.clone(),
        params: Value::Object(fault.params.clone()),
        warns: false,
    }
}
