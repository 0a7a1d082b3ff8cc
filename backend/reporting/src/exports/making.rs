//! Making the file: a handful of reports at a time is read, written as workbooks on all processors, and put into the
//! archive.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, BufWriter, Write},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::Duration;
use fupin_access::{Permit, permit::ExportReports};
use fupin_contract::{
    ExportId, Period,
    reporting::{ExportState, FormSummary},
};
use fupin_form::Form;
use fupin_kernel::{App, Error, Result};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{
    jobs::WriteExport,
    rules::FileNames,
    store::{self, Order, ReportRow},
};
use crate::{
    forms,
    place::{self, rules::Node},
    sheets::{Origin, official::Official, template},
    tasks::store::find_task,
};

/// Below the data directory; a backup leaves it out.
pub const FOLDER: &str = "exports";
/// How long a file waits to be fetched.
const KEPT: Duration = Duration::hours(72);
/// Reports in memory at a time; after each handful somebody may have given up.
const HANDFUL: i64 = 64;
/// As many as the machine this is sized for has cores.
const WRITERS: usize = 2;

/// Where the file of an export lies when it is whole.
pub fn file_of(data_dir: &Path, id: ExportId) -> PathBuf {
    data_dir.join(FOLDER).join(format!("{id}.zip"))
}

/// Write the file of an export, if anybody still waits for it.
pub async fn make(app: &App, id: ExportId) -> Result<()> {
    let (order, _) = app.db.write(async |tx| store::update_begun(tx, id).await).await?;
    let Some(order) = order else { return Ok(()) };
    let made = write(app, &order).await;
    let path = file_of(&app.settings.data_dir, id);
    match made {
        Ok(true) => Ok(()),
        Ok(false) => remove(&path),
        // The database is away or the server stops: the job comes again. All else would fail again as well.
        Err(error @ (Error::Unavailable(_) | Error::Conflict(_))) => Err(error),
        Err(error) => {
            tracing::error!(%error, export = %id, "an export failed");
            remove(&path)?;
            app.db.write(async |tx| store::update_ended(tx, id, ExportState::Failed).await).await.map(|_| ())
        }
    }
}

/// What all sheets of an export have in common.
struct Common {
    form: Arc<Form>,
    official: Option<Arc<Official>>,
    summary: FormSummary,
    period: Period,
    tree: i32,
    top: Node,
    /// Units that become folders, in the tree's order.
    parents: Vec<Node>,
}

async fn common(app: &App, order: &Order) -> Result<Common> {
    // A permit stays on its thread; its scope may travel.
    let scope = Permit::<ExportReports>::for_job(app, WriteExport::TASK).scope().clone();
    app.db
        .read(async |tx| {
            let found = find_task(tx, &scope, order.task).await?;
            let form = forms::compiled(tx, order.form).await?;
            let summary = forms::list_summaries(tx, &[order.form.0]).await?.pop().ok_or(Error::NotFound)?;
            let top = place::store::find_node(tx, found.tree_id, order.unit).await?.ok_or(Error::NotFound)?;
            let parents = store::list_parents(tx, found.tree_id, &top).await?;
            let official = forms::find_official(tx, order.form).await?;
            Ok(Common { form, official, summary, period: found.task.period, tree: found.tree_id, top, parents })
        })
        .await
}

/// False when nobody waits for it any more.
async fn write(app: &App, order: &Order) -> Result<bool> {
    let common = Arc::new(common(app, order).await?);
    let path = file_of(&app.settings.data_dir, order.id);
    let part = path.with_extension("part");
    let mut archive = begin(&part)?;
    let (mut names, mut after, mut written) = (FileNames::default(), common.top.lo - 1, 0_i32);
    loop {
        let range = (after, common.top.hi);
        let rows = app.db.read(async |tx| store::list_next(tx, common.tree, order, range, HANDFUL).await).await?;
        let Some(last) = rows.last() else { break };
        after = last.ordinal;
        written += i32::try_from(rows.len()).map_err(Error::internal)?;
        let files = rows.iter().map(|row| file_name(&common, row, &mut names)).collect();
        let workbooks = workbooks(&common, rows).await?;
        archive = put(archive, files, workbooks).await?;
        let (waited_for, _) = app.db.write(async |tx| store::update_written(tx, order.id, written).await).await?;
        if !waited_for {
            drop(archive);
            remove(&part)?;
            return Ok(false);
        }
    }
    let bytes = end(archive, &part, &path).await?;
    let (waited_for, _) = app
        .db
        .write(async |tx| {
            let expires_at = tx.now() + KEPT;
            store::update_done(tx, order.id, bytes, expires_at).await
        })
        .await?;
    Ok(waited_for)
}

fn file_name(common: &Common, row: &ReportRow, names: &mut FileNames) -> String {
    let above = common.parents.iter().filter(|node| node.lo < row.ordinal && node.covers(row.ordinal));
    let above: Vec<&str> = above.map(|node| node.unit.name.as_str()).collect();
    names.next(&above, &row.unit_name)
}

/// The workbooks of some reports, in the same order.
async fn workbooks(common: &Arc<Common>, rows: Vec<ReportRow>) -> Result<Vec<Vec<u8>>> {
    let share = rows.len().div_ceil(WRITERS).max(1);
    let mut writers = Vec::new();
    for rows in rows.chunks(share) {
        let (common, rows) = (common.clone(), rows.to_vec());
        let write = move || rows.iter().map(|row| workbook(&common, row)).collect::<Result<Vec<_>>>();
        writers.push(tokio::task::spawn_blocking(write));
    }
    let mut workbooks = Vec::new();
    for writer in writers {
        workbooks.extend(writer.await.map_err(Error::internal)??);
    }
    Ok(workbooks)
}

fn workbook(common: &Common, row: &ReportRow) -> Result<Vec<u8>> {
    let origin = Origin {
        report: row.report_id.to_string(),
        version: row.version,
        form_code: common.summary.code.clone(),
        form_version: common.summary.version,
        form_title: common.summary.title.clone(),
        period: common.period.to_string(),
        unit: row.unit_id,
        unit_name: row.unit_name.clone(),
    };
    let cells = serde_json::from_str(&row.cells)?;
    let filled = template::Filled {
        form: common.form.clone(),
        official: common.official.clone(),
        cells,
        origin,
        period: common.period,
    };
    template::write(&filled).map_err(Error::internal)
}

type Archive = ZipWriter<BufWriter<File>>;

fn begin(part: &Path) -> Result<Archive> {
    if let Some(folder) = part.parent() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(Error::internal)?;
    }
    Ok(ZipWriter::new(BufWriter::new(File::create(part).map_err(Error::internal)?)))
}

async fn put(mut archive: Archive, names: Vec<String>, workbooks: Vec<Vec<u8>>) -> Result<Archive> {
    let put = move || -> zip::result::ZipResult<Archive> {
        // A workbook is packed already.
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        for (name, workbook) in names.iter().zip(&workbooks) {
            archive.start_file(name.as_str(), stored)?;
            archive.write_all(workbook)?;
        }
        Ok(archive)
    };
    tokio::task::spawn_blocking(put).await.map_err(Error::internal)?.map_err(Error::internal)
}

/// Bring it to the disk and give it its name; answers its size.
async fn end(archive: Archive, part: &Path, path: &Path) -> Result<i64> {
    let (part, path) = (part.to_owned(), path.to_owned());
    let end = move || -> io::Result<i64> {
        let file = archive.finish().map_err(io::Error::other)?.into_inner()?;
        file.sync_all()?;
        let bytes = i64::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
        fs::rename(part, path)?;
        Ok(bytes)
    };
    tokio::task::spawn_blocking(end).await.map_err(Error::internal)?.map_err(Error::internal)
}

fn remove(path: &Path) -> Result<()> {
    for path in [path.to_owned(), path.with_extension("part")] {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(Error::internal(error)),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// Remove files whose time is over, and those that nobody waits for any more.
pub async fn sweep(app: &App) -> Result<()> {
    let (living, _) = app
        .db
        .write(async |tx| {
            store::update_expired(tx).await?;
            store::list_living(tx).await
        })
        .await?;
    let living: BTreeSet<String> = living.iter().map(ToString::to_string).collect();
    let Ok(files) = fs::read_dir(app.settings.data_dir.join(FOLDER)) else { return Ok(()) };
    for file in files {
        let path = file.map_err(Error::internal)?.path();
        let is_living = path.file_stem().and_then(|stem| stem.to_str()).is_some_and(|stem| living.contains(stem));
        if !is_living {
            remove(&path)?;
        }
    }
    Ok(())
}
