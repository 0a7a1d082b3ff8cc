//! A table of people while server and database are killed: each good row is there once; and none of its numbers lies in clear
//! in anything that the instance wrote: database, log of changes, temporary files, log, archive.

use std::{
    collections::HashSet,
    fs,
    io::Read,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use fupin_client::{Client, Uuid, native::Native};
use fupin_contract::{
    RegistryImportId,
    registry::{CSV_MEDIA_TYPE, HouseholdFilter, TableImport, TableImportState, TableKind, UploadTable},
};
use fupin_server::province::Province;
use fupin_synth::{Catalog, Plan, Planter, Sheets, Units, write_village};
use fupin_testing::Instance;

use crate::BINARY;

/// A twentieth of a province: enough to be killed in the midst of it.
const PLAN: Plan = Plan { scale: 0.05, seed: 7, last_year: 2025 };

/// Everybody of the plan's last year, with errors among them.
fn people() -> Vec<u8> {
    let province = Province::read("hainan").unwrap();
    let registry = &province.registry;
    let units = Units::read(&province.units_csv, &registry.weights).unwrap();
    let forms = Catalog::read(&registry.catalog, &registry.dictionaries).unwrap().forms(PLAN.last_year).unwrap();
    let mut sheets = [Sheets::begin(forms, [Vec::new(), Vec::new(), Vec::new(), Vec::new()]).unwrap()];
    for village in units.villages() {
        write_village(&PLAN, village, Some(&Planter::new(PLAN.seed)), &mut sheets).unwrap();
    }
    let [sheets] = sheets;
    let [people, ..] = sheets.finish().unwrap();
    people
}

async fn upload(officer: &Client<Native>, file: Vec<u8>) -> TableImport {
    let how = UploadTable { table: TableKind::Person, source: None, name: Some("人口".to_owned()), atomic: None };
    officer.upload_table(&how, CSV_MEDIA_TYPE, file, Uuid::new_v4()).await.unwrap()
}

/// Until the import stands where it should; it may be asked in the midst of a kill.
async fn until(officer: &Client<Native>, id: RegistryImportId, stands: impl Fn(&TableImport) -> bool) -> TableImport {
    let began = Instant::now();
    loop {
        match officer.get_table_import(id).await {
            Ok(import) if stands(&import) => return import,
            Ok(import) => assert_eq!(import.failure, None),
            Err(error) => assert!(error.is_passing(), "{error}"),
        }
        assert!(began.elapsed() < Duration::from_secs(180), "the import came to no end");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_table_survives_kills_and_leaves_no_number_in_clear() {
    let mut instance = Instance::new(BINARY);
    let (log, temporary) = (instance.beside("log"), instance.beside("tmp"));
    fs::create_dir(&temporary).unwrap();
    instance.set("TMPDIR", temporary.to_str().unwrap());
    instance.set("FUPIN_LOG", "debug");
    instance.log_to(&log);
    instance.start().await;
    let file = people();
    let officer = instance.enter("sheng-ban").await;
    let checked = upload(&officer, file.clone()).await;
    // Killed while it is looked at, it is looked at again.
    instance.kill();
    instance.start().await;
    let officer = instance.enter("sheng-ban").await;
    let checked = until(&officer, checked.id, |import| import.state == TableImportState::Checked).await;
    officer.take_table(checked.id, Uuid::new_v4()).await.unwrap();
    until(&officer, checked.id, |import| import.handled > 0).await;
    instance.kill();
    instance.start().await;
    let officer = instance.enter("sheng-ban").await;
    let under_way = officer.get_table_import(checked.id).await.unwrap();
    assert_eq!(under_way.state, TableImportState::Taking, "it was killed in the midst of it: {:?}", under_way.handled);
    until(&officer, checked.id, |import| import.handled > under_way.handled).await;
    instance.kill_postgres();
    instance.wait_until_well().await;
    let done = until(&officer, checked.id, |import| import.state == TableImportState::Done).await;
    assert_eq!(done.counts.create, checked.counts.create);
    let sql = instance.superuser().await;
    let kept: i64 = sql.query_one("select count(*) from person", &[]).await.unwrap().get(0);
    assert_eq!(kept, done.counts.create, "each once");
    whoever_has_an_attribute_is_listed_once(&officer, &sql).await;
    // The same file again finds every good row as it says.
    let again = upload(&officer, file.clone()).await;
    let again = until(&officer, again.id, |import| import.state == TableImportState::Checked).await;
    assert_eq!((again.counts.create, again.counts.update), (0, 0));
    assert_eq!(again.counts.same, done.counts.create);
    let archive = instance.beside("archive.tar.zst");
    assert!(instance.run(&["backup", archive.to_str().unwrap()]).status.success());
    instance.stop().await;

    let canaries = Canaries::of(&file);
    println!("{} rows, {} taken, {} numbers looked for", done.total, kept, canaries.numbers.len());
    let mut found = Found::default();
    for place in [&instance.data_dir, &temporary] {
        for path in files(place) {
            canaries.look(&path.display().to_string(), fs::File::open(&path).unwrap(), &mut found);
        }
    }
    canaries.look("the log", fs::File::open(&log).unwrap(), &mut found);
    canaries.look("the archive", zstd::Decoder::new(fs::File::open(&archive).unwrap()).unwrap(), &mut found);
    assert!(found.households > 1_000, "whoever looks here would find them: {}", found.households);
    assert_eq!(found.numbers, Vec::<String>::new());
}

/// What is rare is looked for some villages at a time: the pages together have each household that has it, and no other.
async fn whoever_has_an_attribute_is_listed_once(officer: &Client<Native>, sql: &tokio_postgres::Client) {
    let having = "select count(distinct household_id) from person_year where facts @> '{\"health\": \"03\"}'";
    let expected: i64 = sql.query_one(having, &[]).await.unwrap().get(0);
    let mut filter = HouseholdFilter { having: Some("health=03".to_owned()), ..HouseholdFilter::default() };
    let (mut listed, mut short) = (Vec::new(), 0);
    loop {
        let page = officer.list_households(&filter).await.unwrap();
        listed.extend(page.items.iter().map(|line| line.id.0));
        let Some(next) = page.next else { break };
        short += usize::from(page.items.len() < 50);
        filter.after = Some(next);
    }
    assert!(short > 0, "no page ended before it was full");
    let found = listed.len() as i64;
    assert_eq!((found, listed.into_iter().collect::<HashSet<_>>().len() as i64), (expected, expected));
}

fn files(place: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(place).unwrap().map(|entry| entry.unwrap());
    let below = |entry: fs::DirEntry| {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() { files(&entry.path()) } else { Vec::from_iter(kind.is_file().then(|| entry.path())) }
    };
    entries.flat_map(below).collect()
}

/// What may lie nowhere, and what must lie somewhere.
struct Canaries {
    /// ID and phone numbers.
    numbers: HashSet<Vec<u8>>,
    /// Numbers of households are no secret.
    households: HashSet<Vec<u8>>,
}

#[derive(Default)]
struct Found {
    numbers: Vec<String>,
    households: usize,
}

const ID: usize = 18;
const PHONE: usize = 11;

impl Canaries {
    fn of(file: &[u8]) -> Self {
        let mut rows = csv::Reader::from_reader(file);
        let header = rows.headers().unwrap().clone();
        let column = |name: &str| header.iter().position(|title| title == name).unwrap();
        let (id, household) = (column("证件号码"), column("户编号"));
        let phones: Vec<usize> = (0..header.len()).filter(|at| header[*at].contains("电话")).collect();
        let (mut numbers, mut households) = (HashSet::new(), HashSet::new());
        for row in rows.records().map(Result::unwrap) {
            let digits = |text: &str, length: usize| {
                text.len() == length && text[..length - 1].bytes().all(|byte| byte.is_ascii_digit())
            };
            numbers.extend(Some(&row[id]).filter(|text| digits(text, ID)).map(|text| text.as_bytes().to_vec()));
            let called = phones.iter().map(|at| &row[*at]).filter(|text| digits(text, PHONE));
            numbers.extend(called.map(|text| text.as_bytes().to_vec()));
            households.insert(row[household].as_bytes().to_vec());
        }
        assert!(numbers.len() > 10_000 && households.len() > 1_000);
        Self { numbers, households }
    }

    /// Of a stream, every run of digits is looked at, wherever a block of reading ends.
    fn look(&self, place: &str, mut from: impl Read, found: &mut Found) {
        let mut run = Vec::new();
        let mut block = vec![0; 1 << 20];
        loop {
            let read = from.read(&mut block).unwrap();
            for byte in &block[..read] {
                if byte.is_ascii_digit() || matches!(byte, b'X' | b'x') {
                    run.push(byte.to_ascii_uppercase());
                } else if !run.is_empty() {
                    self.judge(place, &run, found);
                    run.clear();
                }
            }
            if read == 0 {
                return self.judge(place, &run, found);
            }
        }
    }

    /// Eleven digits within more of them are a phone's by chance: the sizes and times of an archive are digits too.
    fn judge(&self, place: &str, run: &[u8], found: &mut Found) {
        let number = run.windows(ID).chain([run]).find(|digits| self.numbers.contains(*digits));
        if let Some(number) = number {
            found.numbers.push(format!("{} in {place}", String::from_utf8_lossy(number)));
        }
        found.households += usize::from(self.households.contains(run));
    }
}
