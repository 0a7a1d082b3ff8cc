//! Measures the registry at the size of a whole province: a million people from a file, two hundred thousand from a workbook,
//! all of them out again, searches, pages and lists among them, and who saw whom among millions of looks.

mod looking;
mod tables;

use std::time::{Duration, Instant};

use fupin_contract::registry::{ExportTable, TableImport, TableImportState, TableKind, UploadTable};
use fupin_kernel::{
    crypto::{CryptoProvider, Numbered, Software},
    keys::Keys,
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{Outcome, round, say, server::Server};

/// Registered people that are brought in from text, and from a workbook.
pub(crate) const FROM_TEXT: usize = 1_000_000;
pub(crate) const FROM_WORKBOOK: usize = 200_000;
const KEYS: u64 = 20_000_000;

pub async fn measure() -> Outcome<()> {
    let mut server = Server::start().await?;
    let mut figures = Map::new();
    let mut note = |name: &str, figure: f64| {
        figures.insert(name.to_owned(), json!(round(figure)));
    };
    note("keys_per_s", keys_per_second()?);
    let year = tables::year();
    let text = tables::people_as_text(FROM_TEXT)?;
    say(&format!("made: {FROM_TEXT} people of {year} with errors among them, {} MB of text", text.len() / 1_000_000));
    let (seconds, peak, done) = bring_in(&server, "text/csv", text).await?;
    say(&format!(
        "import: {} rows, {} taken, {} faulty, checked and written in {seconds:.1} s, {peak:.0} MB at most",
        done.total, done.counts.create, done.counts.faulty
    ));
    note("import_1m_s", seconds);
    note("import_1m_mb", peak);
    let (seconds, size) = take_out(&server, year).await?;
    let peak = server.peak_mb()?;
    say(&format!("export: {size} MB of text in {seconds:.1} s, {peak:.0} MB at most"));
    note("export_1m_s", seconds);
    note("export_1m_mb", peak);
    let looking = looking::measure(&server, year).await?;
    for (name, figure) in looking {
        note(name, figure);
    }
    let book = tables::people_as_workbook(FROM_WORKBOOK)?;
    say(&format!("made: a workbook of {FROM_WORKBOOK} people, {} MB", book.len() / 1_000_000));
    let media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let (seconds, peak, done) = bring_in(&server, media, book).await?;
    say(&format!(
        "workbook: {} rows, {} taken, {} faulty, in {seconds:.1} s, {peak:.0} MB at most",
        done.total, done.counts.create, done.counts.faulty
    ));
    note("import_xlsx_s", seconds);
    server.stop().await?;
    println!("BENCH {}", Value::Object(figures));
    Ok(())
}

/// Numbers of people, one after the other on one core.
fn keys_per_second() -> Outcome<f64> {
    let crypto = Software::new(&Keys::ephemeral())?;
    let began = Instant::now();
    let mut folded = 0;
    for number in 0..KEYS {
        folded ^= crypto.person_key(Numbered::Digits(46_999_919_000_000_000 + number))?.stored();
    }
    let per_second = KEYS as f64 / began.elapsed().as_secs_f64();
    say(&format!("keys: {:.1} million a second on one core ({folded:x})", per_second / 1e6));
    Ok(per_second)
}

/// From the first byte sent to the last row written; and the most memory that the server held.
async fn bring_in(server: &Server, media: &'static str, file: Vec<u8>) -> Outcome<(f64, f64, TableImport)> {
    server.forget_peak()?;
    let officer = server.enter("sheng-ban").await?;
    let how = UploadTable { table: TableKind::Person, source: None, name: Some("全省".to_owned()), atomic: None };
    let began = Instant::now();
    let import = officer.upload_table(&how, media, file, Uuid::new_v4()).await?;
    let sent = began.elapsed().as_secs_f64();
    let checked = wait(&officer, import, TableImportState::Checking).await?;
    let seen = began.elapsed().as_secs_f64();
    officer.take_table(checked.id, Uuid::new_v4()).await?;
    let taking = officer.get_table_import(checked.id).await?;
    let done = wait(&officer, taking, TableImportState::Taking).await?;
    let seconds = began.elapsed().as_secs_f64();
    say(&format!("  sent {sent:.1} s, looked at {:.1} s, taken {:.1} s", seen - sent, seconds - seen));
    Ok((seconds, server.peak_mb()?, done))
}

async fn wait(
    officer: &fupin_client::Client<fupin_client::native::Native>,
    mut import: TableImport,
    state: TableImportState,
) -> Outcome<TableImport> {
    while import.state == state {
        tokio::time::sleep(Duration::from_millis(200)).await;
        import = officer.get_table_import(import.id).await?;
    }
    match &import.failure {
        Some(failure) => Err(format!("the table failed: {}", failure.code).into()),
        None => Ok(import),
    }
}

async fn take_out(server: &Server, year: i16) -> Outcome<(f64, usize)> {
    server.forget_peak()?;
    say(&format!("  {:.0} MB before it", server.memory_mb()?));
    let officer = server.enter("sheng-ban").await?;
    let began = Instant::now();
    let asked = ExportTable { table: TableKind::Person, year, unit_id: None, purpose: None };
    let file = officer.export_table(&asked).await?;
    Ok((began.elapsed().as_secs_f64(), file.bytes.len() / 1_000_000))
}
