//! The database and its three roles: who may do what is said in `roles.sql`, here it is applied and given passwords.
//! Invariant: doing it again changes nothing but refreshes the passwords from the file that keeps them.

use std::fmt;
use std::path::Path;

use postgres_protocol::password::scram_sha_256;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, NoTls};

use crate::account::Account;
use crate::error::ClusterError;
use crate::folder::{Folder, Passwords};
use crate::url;

pub const OWNER_ROLE: &str = "fupin_owner";
pub const APP_ROLE: &str = "fupin_app";
pub const WORKER_ROLE: &str = "fupin_worker";

const ROLES: [&str; 3] = [OWNER_ROLE, APP_ROLE, WORKER_ROLE];
const ROLES_SQL: &str = include_str!("roles.sql");

/// Two servers that start at the same time on one database take turns; any number will do that nobody else uses.
const TURN: i64 = 0x6675_7069_6e00;

/// One address per role.
#[derive(Clone, PartialEq, Eq)]
pub struct Urls {
    /// Owns the schema and runs migrations.
    pub owner: String,
    /// Serves requests; cannot change the schema.
    pub app: String,
    /// Runs the job queue and owns its schema.
    pub worker: String,
}

impl fmt::Debug for Urls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Urls { .. }")
    }
}

impl Urls {
    /// The same roles in another database of the same server.
    pub fn in_database(&self, database: &str) -> Result<Self, ClusterError> {
        Ok(Self {
            owner: url::with_database(&self.owner, database)?,
            app: url::with_database(&self.app, database)?,
            worker: url::with_database(&self.worker, database)?,
        })
    }
}

/// Makes the database and the roles where they are missing. `admin_url` is a superuser's, or that of an account which may
/// create roles and databases; passwords are kept in `<data_dir>/postgres/passwords`, so servers that share one database
/// share that file, or are given the three addresses instead.
pub async fn bootstrap(admin_url: &str, database: &str, data_dir: &Path) -> Result<Urls, ClusterError> {
    let folder = Folder::prepare(data_dir, Account::choose()?)?;
    let passwords = Passwords::keep(&folder.passwords(), &ROLES)?;
    create_database(admin_url, database).await?;
    let client = connect(&url::with_database(admin_url, database)?).await?;
    client.execute("select pg_advisory_lock($1)", &[&TURN]).await?;
    client.batch_execute(ROLES_SQL).await.map_err(explain)?;
    for role in ROLES {
        // The verifier, not the password: statements may be logged where we are a guest.
        let verifier = scram_sha_256(passwords.of(role).as_bytes());
        client.batch_execute(&format!("alter role {role} login password '{verifier}'")).await.map_err(explain)?;
    }
    addresses(admin_url, database, &passwords)
}

/// The addresses that [`bootstrap`] gave, for a process that comes after it.
pub fn urls(admin_url: &str, database: &str, data_dir: &Path) -> Result<Urls, ClusterError> {
    let folder = Folder::prepare(data_dir, Account::choose()?)?;
    addresses(admin_url, database, &Passwords::keep(&folder.passwords(), &ROLES)?)
}

fn addresses(admin_url: &str, database: &str, passwords: &Passwords) -> Result<Urls, ClusterError> {
    let url = |role| url::with_user(admin_url, role, passwords.of(role), database);
    Ok(Urls { owner: url(OWNER_ROLE)?, app: url(APP_ROLE)?, worker: url(WORKER_ROLE)? })
}

/// Applies owner and rights of `roles.sql` to the database of `client`, which is connected as an administrator: a
/// database made from a template starts with PostgreSQL's open defaults.
pub async fn close_database(client: &Client) -> Result<(), ClusterError> {
    client.batch_execute(ROLES_SQL).await.map_err(explain)
}

async fn create_database(admin_url: &str, database: &str) -> Result<(), ClusterError> {
    if let Err(error) = connect(&url::with_database(admin_url, database)?).await {
        if error.code() != Some(&SqlState::INVALID_CATALOG_NAME) {
            return Err(error.into());
        }
        let client = connect(&url::with_database(admin_url, "postgres")?).await?;
        let name = database.replace('"', "\"\"");
        let made =
            client.batch_execute(&format!("create database \"{name}\" template template0 encoding 'UTF8'")).await;
        // A server that starts at the same moment may make it first, which PostgreSQL tells in either of two ways.
        let lost_the_race = [&SqlState::DUPLICATE_DATABASE, &SqlState::UNIQUE_VIOLATION];
        made.or_else(|error| match error.code() {
            Some(code) if lost_the_race.contains(&code) => Ok(()),
            Some(_) | None => Err(explain(error)),
        })?;
    }
    Ok(())
}

fn explain(error: tokio_postgres::Error) -> ClusterError {
    match error.as_db_error() {
        Some(refusal) if *refusal.code() == SqlState::INSUFFICIENT_PRIVILEGE => {
            ClusterError::NotAdministrator(refusal.message().to_owned())
        }
        Some(_) | None => error.into(),
    }
}

pub(crate) async fn connect(url: &str) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection of the set-up ended");
        }
    });
    Ok(client)
}
