//! Saving a whole instance into one archive, and bringing it back from one.
//!
//! Who does what: `archive` is the file and what makes it trustworthy; `dump` is the database by PostgreSQL's own
//! programs; `nest` is the place where a restored instance grows until it is whole; here both ways are put together.
//!
//! Invariants: saving disturbs no running server, and the database in an archive is that of one moment; what was restored
//! was counted and its audit trail verified before anything can serve from it; both ways leave a row in that trail.

mod archive;
mod dump;
mod error;
mod nest;

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use fupin_access::{Permit, permit::Anyone};
use fupin_contract::audit::AuditVerdict;
use fupin_kernel::{
    App, Result,
    audit::{self, Event},
    migrate,
};

use self::{
    archive::{DATABASE, FILES, FORMAT, Manifest, Writer},
    dump::{Admin, Dumped},
    error::{BackupError, Doing},
    nest::Nest,
};
use crate::{
    cli::Place,
    database::{Database, data_dir},
};

/// What belongs to PostgreSQL itself is dumped, not copied.
const POSTGRES: &str = "postgres";

/// `fupin backup`.
pub async fn save(place: &Place, target: &Path) -> Result<()> {
    let target = std::path::absolute(target).doing(|| format!("finding {}", target.display()))?;
    if target.exists() {
        return Err(BackupError::Exists(target).into());
    }
    let database = Database::find(place).await?;
    let saved = save_instance(&database, &target).await;
    database.close().await;
    let (bytes, rows) = saved?;
    tell(&format!("{}: {bytes} bytes, {rows} rows, read again and found whole", target.display()));
    Ok(())
}

async fn save_instance(database: &Database, target: &Path) -> Result<(u64, i64)> {
    let folder = target.parent().unwrap_or(target);
    refuse_within(folder, target, &database.data_dir)?;
    let app = database.app_for_command()?;
    // On record before the first row leaves the house.
    record(&app, "backup", Event::new("ops.backed_up")).await?;
    let admin = Admin { url: database.admin_url.clone(), binaries: database.binaries.clone() };
    let made_at = app.db.read(async |tx| Ok(tx.now())).await?;
    let file = tempfile::tempfile_in(folder).doing(|| format!("writing in {}", folder.display()))?;
    let dumped = admin.dump(file).await?;
    let rows = dumped.rows.values().sum();
    // Files after the database: whatever a row of it points at was there before the row.
    Ok((write(target, made_at, dumped, &database.data_dir)?, rows))
}

fn refuse_within(folder: &Path, target: &Path, data_dir: &Path) -> Result<(), BackupError> {
    let real = |path: &Path| path.canonicalize().doing(|| format!("finding {}", path.display()));
    if real(folder)?.starts_with(real(data_dir)?) {
        return Err(BackupError::WithinData(target.to_owned()));
    }
    Ok(())
}

fn write(target: &Path, made_at: DateTime<Utc>, dumped: Dumped, data_dir: &Path) -> Result<u64, BackupError> {
    let mut writer = Writer::create(target)?;
    writer.add(DATABASE, &dumped.content)?;
    for (name, path) in files_of(data_dir)? {
        let file = match File::open(&path) {
            // Swept meanwhile: no row of the dump has pointed at it for a day.
            Err(error) if error.kind() == io::ErrorKind::NotFound && name.starts_with(fupin_reporting::ATTACHMENTS) => {
                continue;
            }
            opened => opened.doing(|| format!("opening {}", path.display()))?,
        };
        writer.add(&format!("{FILES}{name}"), &file)?;
    }
    writer.finish(Manifest {
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        made_at,
        migrations: dumped.migrations,
        audit_head: dumped.audit_head,
        rows: dumped.rows,
        members: Default::default(),
    })
}

/// What comes and goes while a server runs, and is nobody's only copy.
const PASSING: [&str; 2] = [fupin_kernel::upload::FOLDER, fupin_reporting::EXPORTS];

/// Every file of the data directory by its relative name, without PostgreSQL's own, without what a restore left and
/// without what only passes through.
fn files_of(data_dir: &Path) -> Result<Vec<(String, PathBuf)>, BackupError> {
    let mut files = Vec::new();
    let mut folders = vec![data_dir.to_owned()];
    while let Some(folder) = folders.pop() {
        let doing = || format!("reading {}", folder.display());
        for entry in fs::read_dir(&folder).doing(doing)? {
            let entry = entry.doing(doing)?;
            let path = entry.path();
            let is_left_out = |name: &std::ffi::OsStr| {
                name == POSTGRES || name == nest::NAME || PASSING.iter().any(|passing| name == *passing)
            };
            if folder == data_dir && is_left_out(&entry.file_name()) {
                continue;
            }
            let kind = entry.file_type().doing(doing)?;
            let name = path.strip_prefix(data_dir).ok().and_then(Path::to_str);
            match name {
                Some(_) if kind.is_dir() => folders.push(path),
                Some(name) if kind.is_file() => files.push((name.to_owned(), path)),
                Some(_) | None => return Err(BackupError::Strange(path)),
            }
        }
    }
    files.sort();
    Ok(files)
}

/// `fupin restore`.
pub async fn restore(place: &Place, source: &Path) -> Result<()> {
    let manifest = archive::check(source)?;
    refuse_newer(&manifest)?;
    let nest = Nest::make(&data_dir(place)?)?;
    let within = Place { data_dir: Some(nest.path().to_owned()), database_url: place.database_url.clone() };
    let database = Database::make(&within).await?;
    let restored = restore_instance(&database, source, &manifest).await;
    database.close().await;
    let verdict = restored?;
    let whole = nest.settle()?;
    let (rows, head) = (manifest.rows.values().sum::<i64>(), verdict.head);
    tell(&format!("{}: {rows} rows as of {}, audit trail whole to {head}", whole.display(), manifest.made_at));
    Ok(())
}

fn refuse_newer(manifest: &Manifest) -> Result<()> {
    let known = migrate::known()?;
    let unknown = manifest.migrations.iter().find(|version| !known.contains(version));
    let later = number(&manifest.version) > number(env!("CARGO_PKG_VERSION"));
    if unknown.is_some() || later {
        return Err(BackupError::Newer(manifest.version.clone()).into());
    }
    Ok(())
}

fn number(version: &str) -> Vec<u64> {
    version.split(['.', '-', '+']).map_while(|part| part.parse().ok()).collect()
}

async fn restore_instance(database: &Database, source: &Path, manifest: &Manifest) -> Result<AuditVerdict> {
    let admin = Admin { url: database.admin_url.clone(), binaries: database.binaries.clone() };
    let client = admin.connect().await?;
    let there = dump::count_rows(&client).await?;
    if let Some(table) = there.keys().next() {
        return Err(BackupError::NotEmpty(format!("the database, which has the table {table},")).into());
    }
    // Preparing the database has made it, and the dump will.
    let statement = "drop schema if exists graphile_worker";
    client.batch_execute(statement).await.map_err(BackupError::from)?;
    archive::visit(source, |name, found| match name.strip_prefix(FILES) {
        Some(file) => archive::unpack(found, &database.data_dir.join(file)),
        None if name == DATABASE => admin.restore(found.content),
        None => Err(BackupError::Damaged(format!("{name} belongs to no archive of this layout"))),
    })?;
    compare_rows(&dump::count_rows(&client).await?, manifest)?;
    client.batch_execute(AFTER).await.map_err(BackupError::from)?;
    migrate::run(&database.urls.owner, &database.urls.worker).await?;
    let app = database.app_for_command()?;
    let verdict = verify(&app, manifest).await?;
    record(&app, "restore", Event::new("ops.restored").with("made_at", manifest.made_at.to_rfc3339())).await?;
    Ok(verdict)
}

/// Transaction numbers begin anew in a new cluster, and the ticks of the audit trail must not; a planner without
/// statistics plans badly.
const AFTER: &str = "
    update audit_base set base = greatest(base,
        (select coalesce(max(tick), 0) from audit_row), (select coalesce(max(to_tick), 0) from audit_segment));
    analyze;
";

fn compare_rows(restored: &std::collections::BTreeMap<String, i64>, manifest: &Manifest) -> Result<(), BackupError> {
    if *restored == manifest.rows {
        return Ok(());
    }
    let tables = manifest.rows.keys().chain(restored.keys());
    let differs = |table: &&String| manifest.rows.get(*table) != restored.get(*table);
    let table = tables.filter(differs).map(String::as_str).next().unwrap_or_default();
    let (was, is) = (manifest.rows.get(table), restored.get(table));
    Err(BackupError::Differs(format!("{table} had {was:?} rows, and has {is:?}")))
}

/// The trail must be the one that was saved, to its last row.
async fn verify(app: &App, manifest: &Manifest) -> Result<AuditVerdict> {
    let verdict = app.db.read(async |tx| audit::verify(tx, &app.keys, Some(&manifest.audit_head)).await).await?;
    if let Some(breach) = &verdict.breach {
        return Err(BackupError::Differs(format!("the audit trail is not whole: {breach:?}")).into());
    }
    if verdict.head != manifest.audit_head || Some(&verdict.rows) != manifest.rows.get("public.audit_row") {
        return Err(BackupError::Differs(format!("the audit trail ends at {}", verdict.head)).into());
    }
    Ok(verdict)
}

async fn record(app: &App, command: &str, event: Event) -> Result<()> {
    Permit::<Anyone>::for_job(app, command).write(event, async |_| Ok(())).await
}

#[expect(clippy::print_stdout, reason = "what was done is for the person who asked for it")]
fn tell(line: &str) {
    println!("{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(version: &str, migration: &str) -> Manifest {
        Manifest {
            format: FORMAT,
            version: version.to_owned(),
            made_at: DateTime::UNIX_EPOCH,
            migrations: vec![migration.to_owned()],
            audit_head: String::new(),
            rows: Default::default(),
            members: Default::default(),
        }
    }

    #[test]
    fn an_archive_of_a_newer_program_is_refused() {
        let known = migrate::known().unwrap().remove(0);
        let ours = env!("CARGO_PKG_VERSION");
        assert!(refuse_newer(&manifest(ours, &known)).is_ok());
        assert!(refuse_newer(&manifest("0.0.9", &known)).is_ok());
        assert!(refuse_newer(&manifest("0.10.0", &known)).is_err());
        assert!(refuse_newer(&manifest(ours, "29991231000000")).is_err(), "a migration that nobody knows here");
    }

    #[test]
    fn whatever_is_no_plain_file_is_named_and_not_left_out() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("postgres/data")).unwrap();
        fs::write(folder.path().join("postgres/data/PG_VERSION"), "15").unwrap();
        for passing in PASSING {
            fs::create_dir(folder.path().join(passing)).unwrap();
            fs::write(folder.path().join(passing).join("a"), "").unwrap();
        }
        fs::create_dir(folder.path().join("keys")).unwrap();
        fs::write(folder.path().join("keys/a"), "").unwrap();
        let names: Vec<String> = files_of(folder.path()).unwrap().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["keys/a"]);
        std::os::unix::fs::symlink("/etc", folder.path().join("keys/link")).unwrap();
        assert!(matches!(files_of(folder.path()), Err(BackupError::Strange(_))));
    }
}
