//! The database by PostgreSQL's own programs: dumped in one moment of it, restored in one transaction.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read, Seek},
    process::{Command, Stdio},
};

use fupin_cluster::{Binaries, client_command, client_program};
use fupin_kernel::{Error, Result};
use tokio_postgres::{Client, NoTls};

use super::error::{BackupError, Doing};

const DUMP: &str = "pg_dump";
const RESTORE: &str = "pg_restore";

/// An administrator's way to the database, and the programs that speak its version.
pub struct Admin {
    pub url: String,
    pub binaries: Option<Binaries>,
}

/// What the database said of itself in the moment that was dumped.
pub struct Dumped {
    pub content: File,
    pub migrations: Vec<String>,
    pub audit_head: String,
    pub rows: BTreeMap<String, i64>,
}

impl Admin {
    pub async fn connect(&self) -> Result<Client, BackupError> {
        let (client, connection) = tokio_postgres::connect(&self.url, NoTls).await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "an administrator's connection ended");
            }
        });
        Ok(client)
    }

    /// Dump into a file without a name. Rows are counted in the very moment that is dumped, whoever writes meanwhile.
    pub async fn dump(&self, file: File) -> Result<Dumped> {
        let client = self.connect().await?;
        let statement = "begin isolation level repeatable read read only";
        client.batch_execute(statement).await.map_err(BackupError::from)?;
        let moment = text(&client, "select pg_export_snapshot()").await?;
        let rows = count_rows(&client).await?;
        let migrations = migrations(&client).await?;
        let head = "select coalesce((select segment_no || ':' || encode(mac, 'hex') from audit_segment
            order by segment_no desc limit 1), '0:')";
        let audit_head = text(&client, head).await?;
        let mut command = client_command(self.binaries.as_ref(), DUMP, &self.url).map_err(stop)?;
        // Not compressed here: the archive is.
        command.args(["--format=custom", "--compress=0"]).arg(format!("--snapshot={moment}"));
        let doing = || format!("running {DUMP}");
        command.stdout(file.try_clone().doing(doing)?);
        run(DUMP, command).await?;
        let mut content = file;
        content.rewind().doing(doing)?;
        self.list(content.try_clone().doing(doing)?).await?;
        content.rewind().doing(doing)?;
        Ok(Dumped { content, migrations, audit_head, rows })
    }

    /// A dump is one only if the other program can read it.
    async fn list(&self, dump: File) -> Result<(), BackupError> {
        let mut command = client_program(self.binaries.as_ref(), RESTORE);
        command.arg("--list").stdin(dump).stdout(Stdio::null());
        run(RESTORE, command).await
    }

    /// Restore a dump, with its owners and rights, wholly or not at all. Blocks: a command serves nobody else.
    pub fn restore(&self, dump: &mut dyn Read) -> Result<(), BackupError> {
        let mut command = client_command(self.binaries.as_ref(), RESTORE, &self.url)
            .map_err(|error| BackupError::Program { program: RESTORE, said: error.to_string() })?;
        let doing = || format!("running {RESTORE}");
        let mut complaints = tempfile::tempfile().doing(doing)?;
        command.args(["--single-transaction", "--exit-on-error"]).stdin(Stdio::piped()).stdout(Stdio::null());
        let mut child = command.stderr(complaints.try_clone().doing(doing)?).spawn().doing(doing)?;
        let mut sent = Ok(0);
        if let Some(mut stdin) = child.stdin.take() {
            sent = io::copy(dump, &mut stdin);
        }
        if child.wait().doing(doing)?.success() {
            return sent.map(|_| ()).doing(doing);
        }
        // Its own words tell more than the pipe that it closed.
        let mut text = Vec::new();
        complaints.rewind().and_then(|()| complaints.read_to_end(&mut text)).doing(doing)?;
        Err(said(RESTORE, &text))
    }
}

/// Run to the end, with stdout where it was sent.
async fn run(program: &'static str, command: Command) -> Result<(), BackupError> {
    let mut command = tokio::process::Command::from(command);
    let doing = || format!("running {program}");
    let output = command.stderr(Stdio::piped()).spawn().doing(doing)?.wait_with_output().await.doing(doing)?;
    if output.status.success() { Ok(()) } else { Err(said(program, &output.stderr)) }
}

fn said(program: &'static str, text: &[u8]) -> BackupError {
    BackupError::Program { program, said: String::from_utf8_lossy(text).trim().to_owned() }
}

/// All tables, the platform's and the job queue's.
const TABLES: &str = "select format('%I.%I', schemaname, tablename) from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema') order by 1";

/// Rows of every table.
pub async fn count_rows(client: &Client) -> Result<BTreeMap<String, i64>, BackupError> {
    let mut rows = BTreeMap::new();
    for table in client.query(TABLES, &[]).await? {
        let table: String = table.try_get(0)?;
        let count = client.query_one(&format!("select count(*) from {table}"), &[]).await?.try_get(0)?;
        rows.insert(table, count);
    }
    Ok(rows)
}

async fn migrations(client: &Client) -> Result<Vec<String>, BackupError> {
    let rows = client.query("select version from __diesel_schema_migrations order by 1", &[]).await?;
    rows.iter().map(|row| row.try_get(0).map_err(BackupError::from)).collect()
}

async fn text(client: &Client, query: &str) -> Result<String, BackupError> {
    Ok(client.query_one(query, &[]).await?.try_get(0)?)
}

fn stop(error: impl std::fmt::Display) -> Error {
    Error::Unavailable(error.to_string())
}
