//! Plays a reporting month against a running demonstration, through its public API alone: people are made, twenty forms
//! issued, filled, dunned, returned, mended and approved at three levels; then every total is compared with an addition
//! from nothing, and the workbooks are fetched.

#![expect(clippy::print_stdout, reason = "printing is what it is for")]

mod content;
mod month;
mod people;
mod proof;

use std::{error::Error, path::PathBuf, time::Instant};

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};

use crate::{month::Month, people::Place};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Play a reporting month against a running demonstration.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where it runs.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    url: String,
    /// Only this unit and what stands below it, by name or code; absent, the whole province.
    #[arg(long)]
    unit: Option<String>,
    /// Where the workbooks go.
    #[arg(long, default_value = "fupin-demo")]
    out: PathBuf,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let arguments = Arguments::parse();
    let began = Instant::now();
    let place = Place::find(&arguments.url).await?;
    let units = place.units(arguments.unit.as_deref().filter(|unit| !unit.is_empty())).await?;
    let people = place.enrol(&units).await?;
    let month = Month::issue(&place, &people, &units).await?;
    month.fill().await?;
    month.review().await?;
    proof::compare_totals(&place, &month, &units).await?;
    proof::await_messages(&place).await?;
    proof::export(&place, &month, &units, &arguments.out).await?;
    say(&format!("看板（{}，{}）：", units.top.name, month.period));
    proof::show_board(&place, &month, &units).await?;
    say(&format!("全月用时 {:.0} 秒；打开 {} 查看", began.elapsed().as_secs_f64(), arguments.url));
    Ok(())
}

fn say(line: &str) {
    println!("{line}");
}

fn progress(what: &str, of: usize) -> ProgressBar {
    let bar = ProgressBar::new(of.try_into().unwrap_or(u64::MAX));
    let style = ProgressStyle::with_template("{prefix:　<6} {bar:40} {pos}/{len} {elapsed}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_prefix(what.to_owned());
    bar
}
