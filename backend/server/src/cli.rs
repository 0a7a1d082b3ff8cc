//! The command line.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand};
use fupin_contract::audit::AuditVerdict;
use fupin_kernel::{Error, Result, audit};
use fupin_registry::sightings::SightingVerdict;
use tracing_subscriber::EnvFilter;

use crate::{api, backup, database::Database, demo, serve};

#[derive(Debug, Parser)]
#[command(name = "fupin", version, about = "扶贫: the precision poverty-alleviation platform of a province")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve people and programs
    Serve(Serve),
    /// Bring the database to the schema of this program, and stop
    Migrate(Place),
    /// Print the API's document
    Openapi,
    /// Fill a demonstration with a synthetic province: households, people and accounts of nobody
    Demo {
        /// How much of a province: 1 is 648,600 registered people in five years
        #[arg(long, default_value_t = 1.0)]
        scale: f64,
        #[command(flatten)]
        place: Place,
    },
    /// Save the whole instance into one verified archive, beside a running server or without one
    Backup {
        /// The archive to make; it holds the keys, so keep it as you keep those
        file: PathBuf,
        #[command(flatten)]
        place: Place,
    },
    /// Bring an instance back from an archive, into an empty data directory
    Restore {
        /// The archive
        file: PathBuf,
        #[command(flatten)]
        place: Place,
    },
    /// Make a one-time link to a new password: the way back for an administrator, whom no other may reset
    ResetLink {
        username: String,
        #[command(flatten)]
        place: Place,
    },
    /// Read an uploaded spreadsheet; the server starts this for itself, in a process with little memory and time
    #[command(name = fupin_sheet::COMMAND, hide = true)]
    ParseSheet {
        file: PathBuf,
        /// How much is to be told of it: form, list, looks or rows
        #[arg(default_value = "form")]
        telling: String,
    },
    /// Look after the audit trail
    Audit {
        #[command(subcommand)]
        command: Audit,
    },
}

#[derive(Debug, Subcommand)]
enum Audit {
    /// Verify the whole trail; names the first row that is changed, missing, added or moved
    Verify {
        #[command(flatten)]
        place: Place,
        /// A head that was noted earlier, elsewhere: shows whether the tail was cut off since
        #[arg(long)]
        head: Option<String>,
    },
}

/// Where an instance lives.
#[derive(Clone, Debug, Args)]
pub struct Place {
    /// The data directory: keys, files, and the private database where DATABASE_URL is not set
    #[arg(long, env = "FUPIN_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
    /// An administrator's address of a PostgreSQL of yours, 15 or later
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
}

#[derive(Clone, Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    pub place: Place,
    /// A demonstration on loopback, with offered accounts and an open sandbox gateway
    #[arg(long)]
    pub demo: bool,
    /// How much of a synthetic province a new demonstration is filled with; nought leaves it empty
    #[arg(long, env = "FUPIN_DEMO_SCALE", default_value_t = 0.01)]
    pub scale: f64,
    #[arg(long, env = "FUPIN_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Where people reach it, when not at the address it listens on
    #[arg(long, env = "FUPIN_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Certificate chain and key, PEM
    #[arg(long, env = "FUPIN_TLS_CERT", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    #[arg(long, env = "FUPIN_TLS_KEY", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// The address of a proxy that speaks TLS for us, and whose word on client addresses is believed
    #[arg(long, env = "FUPIN_BEHIND_PROXY")]
    pub behind_proxy: Vec<std::net::IpAddr>,
    /// Let the message hook call loopback and private addresses
    #[arg(long, env = "FUPIN_HOOK_MAY_CALL_PRIVATE")]
    pub hook_may_call_private: bool,
}

/// Run the command that was asked for.
pub fn run() -> Result<()> {
    let cli = Cli::parse();
    if let Command::ParseSheet { file, telling } = &cli.command {
        let telling = fupin_sheet::Telling::from_name(telling);
        return fupin_sheet::run(file, telling, &mut std::io::stdout().lock()).map_err(Error::internal);
    }
    start_log();
    let system = actix_web::rt::System::new();
    system.block_on(async {
        match cli.command {
            Command::Serve(options) => serve::run(options).await,
            Command::Migrate(place) => {
                let database = Database::open(&place).await?;
                database.close().await;
                Ok(())
            }
            Command::Openapi => print_document(),
            Command::Demo { scale, place } => demo::fill(&place, scale).await,
            Command::ParseSheet { .. } => Ok(()),
            Command::Backup { file, place } => backup::save(&place, &file).await,
            Command::Restore { file, place } => backup::restore(&place, &file).await,
            Command::ResetLink { username, place } => reset_link(&place, &username).await,
            Command::Audit { command: Audit::Verify { place, head } } => verify_audit(&place, head.as_deref()).await,
        }
    })
}

/// Lines for a person at a terminal, JSON for a collector. Bodies are never logged.
fn start_log() {
    let filter = EnvFilter::try_from_env("FUPIN_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,actix_server=warn,graphile_worker=warn,tokio_postgres=warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = if std::env::var_os("FUPIN_LOG_JSON").is_some() {
        log.json().try_init()
    } else {
        log.with_target(false).try_init()
    };
    if started.is_err() {
        tracing::debug!("a log was started before");
    }
}

#[expect(clippy::print_stdout, reason = "the document is what the command is for")]
fn print_document() -> Result<()> {
    println!("{}", serde_json::to_string_pretty(&api::document())?);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the verdict is what the command is for")]
async fn verify_audit(place: &Place, head: Option<&str>) -> Result<()> {
    let database = Database::find(place).await?;
    let verdict = examine_audit(&database, head).await;
    database.close().await;
    let verdict = verdict?;
    println!("{}", serde_json::to_string_pretty(&verdict)?);
    match (verdict.trail.breach, verdict.sightings.broken) {
        (None, None) => Ok(()),
        (Some(_), _) => Err(Error::internal("the audit trail is not whole")),
        (None, Some(_)) => Err(Error::internal("the looks at people are not as they were sealed")),
    }
}

#[expect(clippy::print_stdout, reason = "the link is what the command is for")]
async fn reset_link(place: &Place, username: &str) -> Result<()> {
    let database = Database::find(place).await?;
    let made = match database.app_for_command() {
        Ok(app) => fupin_access::issue_reset_link_at_host(&app, username).await,
        Err(error) => Err(error),
    };
    database.close().await;
    let made = made?;
    println!("{}  (good until {}; append it to the address of the server)", made.link, made.expires_at);
    Ok(())
}

/// What both trails come to: who did what, and who saw whom.
#[derive(serde::Serialize)]
struct Verdicts {
    #[serde(flatten)]
    trail: AuditVerdict,
    sightings: SightingVerdict,
}

async fn examine_audit(database: &Database, head: Option<&str>) -> Result<Verdicts> {
    let app = database.app_for_command()?;
    while audit::seal_pending(&app.db, &app.keys).await? > 0 {}
    let trail = app.db.read(async |tx| audit::verify(tx, &app.keys, head).await).await?;
    let sightings = fupin_registry::sightings::verify(&app).await?;
    Ok(Verdicts { trail, sightings })
}
