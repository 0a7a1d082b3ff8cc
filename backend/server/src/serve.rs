//! Running the server: database, state, background loops, HTTP; and stopping all of it in the reverse order.

use std::{fs::File, io::BufReader, net::SocketAddr, time::Duration};

use actix_web::{HttpRequest, HttpResponse, HttpServer};
use fupin_access::{founding, stack};
use fupin_kernel::{
    App, Db, Error, Result, Settings, audit,
    edge::{self, KnownPaths},
    settings::Limits,
};
use graphile_worker::{LocalQueueConfig, RefetchDelayConfig, WorkerOptions};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio::sync::watch;

use crate::{api, cli::Serve, database::Database, demo, map, province::Province, setup, spa};

/// As many as the machine this is sized for has cores.
const WORKERS: usize = 2;
const SEAL_EVERY: Duration = Duration::from_secs(2);
/// Answers to repeated requests are kept for as long as a phone may be without signal.
const REPEATS_KEPT: &str = "7 days";

/// Serve until told to stop.
pub async fn run(options: Serve) -> Result<()> {
    refuse_open_door(&options)?;
    let database = Database::open(&options.place).await?;
    let settings = settings(&options, &database);
    let app = database.app(settings)?;
    let started = start(&options, &database, &app).await;
    database.close().await;
    started
}

async fn start(options: &Serve, database: &Database, app: &App) -> Result<()> {
    fupin_kernel::upload::sweep(&app.settings.data_dir)?;
    map::check(&app.settings)?;
    if options.demo {
        demo::prepare(app, options.scale).await?;
    } else {
        setup::offer(app).await?;
    }
    refresh(app).await?;
    let (stop, stopped) = watch::channel(());
    let background = tokio::task::spawn_local(background(app.clone(), database.urls.worker.clone(), stopped));
    let served = serve_http(options, app).await;
    // Dropping the sender tells the loops; the job in hand is finished first.
    drop(stop);
    if tokio::time::timeout(Duration::from_secs(5), background).await.is_err() {
        tracing::warn!("background work was cut off");
    }
    served
}

/// An instance that an earlier version founded learns what this one ships.
async fn refresh(app: &App) -> Result<()> {
    app.db
        .write(async |tx| {
            let Some(key) = founding::province_key(tx).await? else { return Ok(()) };
            match Province::refresh(tx, &key).await {
                Err(Error::NotFound) => {
                    tracing::warn!(province = %key, "this version ships no data of this province");
                    Ok(())
                }
                refreshed => refreshed,
            }
        })
        .await
        .map(|_| ())
}

/// In clear only where nobody listens in.
fn refuse_open_door(options: &Serve) -> Result<()> {
    let loopback = options.listen.ip().is_loopback();
    if options.demo && !loopback {
        return Err(Error::Unavailable("a demonstration is served on loopback alone".to_owned()));
    }
    if loopback || options.tls_cert.is_some() || !options.behind_proxy.is_empty() {
        return Ok(());
    }
    Err(Error::Unavailable(format!(
        "{} can be reached from outside: give --tls-cert and --tls-key, or say with --behind-proxy who speaks TLS for us",
        options.listen
    )))
}

fn settings(options: &Serve, database: &Database) -> Settings {
    let scheme = if options.tls_cert.is_some() { "https" } else { "http" };
    let public_url = options.public_url.clone().unwrap_or_else(|| format!("{scheme}://{}", options.listen));
    let mut limits = Limits::default();
    if options.demo {
        limits.sign_ins_per_minute = None;
    }
    Settings {
        data_dir: database.data_dir.clone(),
        public_url: public_url.trim_end_matches('/').to_owned(),
        listen: options.listen,
        demo: options.demo,
        trusted_proxies: options.behind_proxy.clone(),
        limits,
        hook_may_call_private: options.hook_may_call_private,
    }
}

async fn serve_http(options: &Serve, app: &App) -> Result<()> {
    let state = app.clone();
    let server =
        HttpServer::new(move || stack::http_app(state.clone(), api::configure, api::PUBLIC, spa::configure, fallback))
            .workers(WORKERS)
            .keep_alive(stack::CONNECTION_RESTS)
            .client_request_timeout(Duration::from_secs(15))
            .shutdown_timeout(5);
    let server = match (&options.tls_cert, &options.tls_key) {
        (Some(cert), Some(key)) => server.bind_rustls_0_23(options.listen, tls(cert, key)?),
        _ => server.bind(options.listen),
    };
    let server = server.map_err(|error| Error::Unavailable(format!("{}: {error}", options.listen)))?;
    announce(options.listen, app);
    server.run().await.map_err(Error::internal)
}

#[expect(clippy::print_stdout, reason = "the address is for the person who started the server")]
fn announce(listen: SocketAddr, app: &App) {
    let kind = if app.settings.demo { "演示 (demonstration)" } else { "fupin" };
    println!("{kind}: {}", app.settings.public_url);
    tracing::info!(%listen, "serving");
}

/// What no operation serves: the page's files, the page itself, or a problem.
fn fallback(request: &HttpRequest, known: &KnownPaths) -> HttpResponse {
    spa::serve(request).unwrap_or_else(|| edge::unserved(request, known))
}

fn tls(cert: &std::path::Path, key: &std::path::Path) -> Result<ServerConfig> {
    let open = |path: &std::path::Path| {
        File::open(path).map(BufReader::new).map_err(|error| Error::Unavailable(format!("{}: {error}", path.display())))
    };
    let chain: Vec<CertificateDer<'static>> =
        CertificateDer::pem_reader_iter(open(cert)?).collect::<Result<_, _>>().map_err(Error::internal)?;
    let key = PrivateKeyDer::from_pem_reader(open(key)?).map_err(Error::internal)?;
    ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).map_err(Error::internal)
}

/// Sealing, messages, reminders, jobs and sweeping, until told to stop.
async fn background(app: App, worker_url: String, stopped: watch::Receiver<()>) {
    let loops = async {
        tokio::join!(seal(&app), sweep(&app), fupin_notify::run(app.clone()), fupin_reporting::run(app.clone()))
    };
    tokio::select! {
        _ = loops => {}
        () = work(&app, &worker_url, stopped) => {}
    }
    // What was done in the last moments is sealed as well.
    if let Err(error) = audit::seal_pending(&app.db, &app.keys).await {
        tracing::warn!(%error, "the last audit rows were left unsealed");
    }
}

async fn seal(app: &App) {
    loop {
        match audit::seal_pending(&app.db, &app.keys).await {
            Ok(0) => tokio::time::sleep(SEAL_EVERY).await,
            Ok(_) => {}
            Err(error) => {
                tracing::error!(%error, "audit rows could not be sealed");
                tokio::time::sleep(SEAL_EVERY * 5).await;
            }
        }
    }
}

async fn sweep(app: &App) {
    loop {
        if let Err(error) = fupin_kernel::idempotency::forget(&app.db, REPEATS_KEPT).await {
            tracing::warn!(%error, "old answers could not be swept");
        }
        if let Err(error) = fupin_registry::sightings::seal(app).await {
            tracing::error!(%error, "looks at people could not be sealed");
        }
        if let Err(error) = fupin_registry::imports::sweep(app).await {
            tracing::warn!(%error, "files of tables that nobody took could not be swept");
        }
        if let Err(error) = fupin_reporting::sweep_exports(app).await {
            tracing::warn!(%error, "old exports could not be swept");
        }
        if let Err(error) = fupin_reporting::sweep_attachments(app).await {
            tracing::warn!(%error, "attachments that were taken away could not be swept");
        }
        tokio::time::sleep(Duration::from_secs(3600)).await;
    }
}

/// Run jobs until told to stop, and finish those in hand; start again should the queue's connection be lost.
async fn work(app: &App, worker_url: &str, stopped: watch::Receiver<()>) {
    // The sender is dropped, never used.
    while stopped.has_changed().is_ok() {
        if let Err(error) = work_once(app, worker_url, stopped.clone()).await {
            tracing::error!(%error, "the job queue stopped");
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
    }
}

async fn work_once(app: &App, worker_url: &str, mut stopped: watch::Receiver<()>) -> Result<()> {
    let db = app.db.clone();
    let options = WorkerOptions::default()
        .database_url(worker_url)
        .schema(fupin_kernel::jobs::SCHEMA)
        .max_pg_conn(6)
        .concurrency(4)
        .poll_interval(Duration::from_secs(1))
        // Fetched and finished many at a time: five times as many messages a second as one by one.
        // Without a delay the queue's own wake-up starts its next fetch at once: an idle server would ask two thousand
        // times a second.
        .local_queue(LocalQueueConfig::default().with_size(50).with_refetch_delay(
            RefetchDelayConfig::default().with_duration(Duration::from_millis(200)).with_threshold(0),
        ))
        .complete_job_batch_delay(Duration::from_millis(20))
        // A server that is killed leaves its jobs locked: the next one frees them when the heart has been still.
        .heartbeat_interval(Duration::from_secs(5))
        .sweep_interval(Duration::from_secs(10))
        .sweep_threshold(Duration::from_secs(30))
        .recovery_delay(Duration::from_secs(1))
        .listen_os_shutdown_signals(false)
        // Its queue asks again at once when a fetch fails: without a database it would do nothing else.
        .shutdown_signal(async move {
            tokio::select! {
                _ = stopped.changed() => {}
                () = lose(&db) => {}
            }
        })
        .shutdown_grace_period(Duration::from_secs(4));
    let office = fupin_notify::gateway::PostOffice::open(app)?;
    let options = fupin_access::imports::jobs::define(options, app);
    let options = fupin_registry::imports::jobs::define(options, app);
    let options = fupin_reporting::define_jobs(options, app);
    let worker = fupin_notify::jobs::define(options, office).init().await.map_err(Error::internal)?;
    worker.run().await.map_err(Error::internal)
}

/// Return when the database does not answer.
async fn lose(db: &Db) {
    while db.moment().await.is_ok() {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}
