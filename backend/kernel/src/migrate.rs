//! Bringing a database to the schema of this binary: our migrations by the owner role, the job queue's by its own.

use diesel::{migration::MigrationSource, pg::Pg};
use diesel_async::{AsyncConnection, AsyncMigrationHarness, AsyncPgConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use graphile_worker::WorkerOptions;

use crate::{
    error::{Error, Result},
    jobs,
};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

/// The runtime role enqueues through these functions alone; they run with the rights of the queue's owner.
const ENQUEUE: &str = "
    create schema if not exists fupin_worker;
    create or replace function fupin_worker.enqueue(task text, payload jsonb, run_at timestamptz) returns void
        language sql security definer set search_path = pg_catalog, pg_temp as
        $$ select graphile_worker.add_job(task, payload => payload::json, run_at => run_at) $$;
    create or replace function fupin_worker.enqueue_all(task text, payloads jsonb) returns void
        language sql security definer set search_path = pg_catalog, pg_temp as
        $$ select graphile_worker.add_jobs(array(
            select row(task, payload::json, null, null, null, null, null, null)::graphile_worker.job_spec
            from jsonb_array_elements(payloads) as payload)) $$;
    revoke all on all functions in schema fupin_worker from public;
    grant usage on schema fupin_worker to fupin_app;
    grant execute on all functions in schema fupin_worker to fupin_app;
    create or replace view fupin_worker.backlog with (security_barrier) as
        select task_identifier as task, count(*) as jobs, min(run_at) as oldest, max(attempts) as attempts
        from graphile_worker.jobs where run_at <= now() group by 1;
    grant select on fupin_worker.backlog to fupin_app;
";

/// Run all pending migrations.
pub async fn run(owner_url: &str, worker_url: &str) -> Result<()> {
    let owner = AsyncPgConnection::establish(owner_url).await.map_err(unreachable)?;
    // The harness blocks the thread that it runs on.
    tokio::task::spawn_blocking(move || {
        let mut harness = AsyncMigrationHarness::new(owner);
        harness.run_pending_migrations(MIGRATIONS).map(|_| ()).map_err(|error| Error::internal(error.to_string()))
    })
    .await
    .map_err(Error::internal)??;
    WorkerOptions::default()
        .database_url(worker_url)
        .schema(jobs::SCHEMA)
        .max_pg_conn(2)
        .init()
        .await
        .map_err(Error::internal)?;
    let mut worker = AsyncPgConnection::establish(worker_url).await.map_err(unreachable)?;
    diesel_async::SimpleAsyncConnection::batch_execute(&mut worker, ENQUEUE).await?;
    Ok(())
}

/// The versions of the migrations that this program knows: a database that has seen another is a newer program's.
pub fn known() -> Result<Vec<String>> {
    let migrations = MigrationSource::<Pg>::migrations(&MIGRATIONS).map_err(Error::internal)?;
    Ok(migrations.iter().map(|migration| migration.name().version().to_string()).collect())
}

fn unreachable(error: diesel::ConnectionError) -> Error {
    Error::Unavailable(error.to_string())
}
