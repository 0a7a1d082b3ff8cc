//! Measures a demonstration server of its own, over the full tree of the province, on this machine: the load generator
//! runs on the same cores. Says the conditions with each figure; the last line is `BENCH` and one JSON object.

#![expect(clippy::print_stdout, reason = "printing is what it is for")]

mod load;
mod month;
mod people;
mod registry;
mod server;

use std::{
    error::Error,
    sync::{Arc, atomic::AtomicUsize},
    time::Duration,
};

use fupin_contract::reporting::TotalsFilter;
use serde_json::json;

use crate::server::Server;

const CONNECTIONS: usize = 16;
const SECONDS: u64 = 12;
const SECONDS_MORE: u64 = 120;

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Outcome<()> {
    if std::env::args().nth(1).as_deref() == Some("registry") {
        say_conditions()?;
        return registry::measure().await;
    }
    let mut server = Server::start().await?;
    say_conditions()?;

    let ready = people::prepare(&server).await?;
    println!("prepared: {} expected reports of a form of {} cells", ready.reports.len(), ready.cells);
    let before = server.cpu_seconds()?;
    let next = Arc::new(AtomicUsize::new(0));
    let measured = load::submit(&server, &ready, CONNECTIONS, Duration::from_secs(SECONDS), &next).await?;
    println!(
        "submit: {} reports in {:.1} s over {CONNECTIONS} connections, {:.0}/s, p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms",
        measured.count(),
        measured.seconds,
        measured.per_second(),
        measured.percentile(50),
        measured.percentile(95),
        measured.percentile(99),
    );
    let after = server.cpu_seconds()?;
    let each = |seconds: f64| seconds * 1000.0 / measured.count().max(1) as f64;
    println!(
        "submit: {:.2} ms of CPU each in the server, {:.2} ms in PostgreSQL",
        each(after.0 - before.0),
        each(after.1 - before.1)
    );
    let rest = load::submit(&server, &ready, CONNECTIONS, Duration::from_secs(SECONDS_MORE), &next).await?;
    println!("submit: {} more in {:.0} s, so that a year of them stands there", rest.count(), rest.seconds);
    check_totals(&ready, measured.count() + rest.count()).await?;
    let month = month::measure(&server, &ready).await?;

    // What the allocator gives back, it gives back within seconds of rest.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let rested_mb = server.memory_mb()?;
    println!("at rest after the load, a year of it kept in memory: {rested_mb:.0} MB resident, without PostgreSQL");
    let first_page_mb = server.first_page_mb().await?;
    println!("first page: {first_page_mb:.2} MB compressed, all files of the page");
    server.stop().await?;
    let start_s = server.start_again().await?;
    println!("start: {start_s:.2} s after a clean stop, until the first answer");
    month::look_at_boards(&server.enter("sheng-ban").await?, &ready.tasks).await?;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let idle_mb = server.memory_mb()?;
    println!("idle: {idle_mb:.0} MB resident, without PostgreSQL, after a look at the board of each month of the year");
    server.stop().await?;

    let mut figures = json!({
        "submit_per_s": measured.per_second().round(),
        "submit_p95_ms": round(measured.percentile(95)),
        "start_s": round(start_s),
        "idle_mb": idle_mb.round(),
        "rested_mb": rested_mb.round(),
        "first_page_mb": round(first_page_mb),
    });
    for (name, figure) in month {
        figures[name] = json!(round(figure));
    }
    println!("BENCH {figures}");
    Ok(())
}

fn say_conditions() -> Outcome<()> {
    let cores = std::thread::available_parallelism()?.get();
    let level = option_env!("CARGO_PROFILE_DEV_OPT_LEVEL").unwrap_or("1");
    println!(
        "conditions: {cores} cores shared by server, PostgreSQL and load generator; opt-level {level}, no LTO, assertions on"
    );
    Ok(())
}

fn say(line: &str) {
    println!("{line}");
}

/// Of times in any order.
fn percentile(mut times: Vec<f64>, percent: usize) -> f64 {
    times.sort_unstable_by(f64::total_cmp);
    let index = (times.len() * percent / 100).min(times.len().saturating_sub(1));
    times.get(index).copied().unwrap_or_default()
}

fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// The totals count exactly what was acknowledged.
async fn check_totals(ready: &people::Ready, acknowledged: usize) -> Outcome<()> {
    let mut counted = 0;
    for task in &ready.tasks {
        let filter = TotalsFilter { form: ready.form, unit: None, of: None };
        let began = std::time::Instant::now();
        let totals = ready.officer.get_totals(*task, &filter).await?;
        if counted == 0 {
            println!("totals: province and 19 counties in {:.0} ms", began.elapsed().as_secs_f64() * 1000.0);
        }
        counted += totals.whole.counted;
    }
    let acknowledged = i64::try_from(acknowledged)?;
    if counted == acknowledged {
        println!("totals: {counted} reports counted, {acknowledged} acknowledged");
        return Ok(());
    }
    Err(format!("totals count {counted} reports, but {acknowledged} were acknowledged").into())
}
