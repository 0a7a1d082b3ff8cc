//! A synthetic province in a demonstration: households through five years with known errors among them, and the accounts of
//! those who work with them. It comes in by the same door as any file, and its truth lies beside it.
//!
//! Invariant: nothing larger than a village is in memory; tables lie sealed while they are written, as any upload does.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::Path,
};

use chrono::Datelike;
use fupin_access::founding::{self, Founder};
use fupin_contract::{
    AccountId, Phone, UnitId,
    registry::{TableCounts, TableImportState, TableKind},
};
use fupin_kernel::{App, Error, Result, clock};
use fupin_registry::imports::Incoming;
use fupin_synth::{Catalog, Plan, Planter, Sheets, Units, accounts, helpers, write_village};
use indicatif::{ProgressBar, ProgressStyle};

use crate::province::Province;

/// The same province each time.
const SEED: u64 = 469_999;
/// Below the data directory: what was planted, and who helps whom.
const FOLDER: &str = "synthetic";

/// Fill a demonstration with so much of a province, in an account's name.
pub async fn fill(app: &App, province: &Province, scale: f64, by: AccountId) -> Result<()> {
    if !(scale > 0.0 && scale <= 1.5) {
        return Err(Error::Unavailable("a scale lies above 0 and goes up to 1.5".to_owned()));
    }
    let units = Units::read(&province.units_csv, &province.registry.weights).map_err(Error::internal)?;
    let now = app.db.moment().await?.now;
    let last_year = clock::local_date(now).year() - 1;
    let plan = Plan { scale, seed: SEED, last_year };
    let top = app.db.read(async |tx| founding::path_to_village(tx, None).await).await?;
    let top = UnitId(top.first().ok_or_else(|| Error::internal("a province without units"))?.unit_id);
    let tables = write_tables(app, province, &units, plan).await?;
    let bar = progress("导入", 2 * tables.len() as u64);
    let mut sum = TableCounts::default();
    for table in tables {
        let counts = table.bring_in(app, by, top, |_: TableImportState| bar.inc(1)).await?;
        sum.create += counts.create;
        sum.faulty += counts.faulty;
    }
    bar.finish();
    let made = make_accounts(app, &units, plan).await?;
    tracing::info!(rows = sum.create, faulty = sum.faulty, accounts = made, "a synthetic province was brought in");
    Ok(())
}

fn progress(what: &'static str, of: u64) -> ProgressBar {
    let bar = ProgressBar::new(of);
    let style = ProgressStyle::with_template("{prefix} {bar:40} {pos}/{len} {elapsed}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_prefix(what);
    bar
}

/// One of a table's outputs: what is brought in, or the truth beside it.
enum Output {
    Table(Box<BufWriter<Incoming>>),
    Truth(BufWriter<File>),
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::Table(table) => table.write(bytes),
            Self::Truth(truth) => truth.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::Table(table) => table.flush(),
            Self::Truth(truth) => truth.flush(),
        }
    }
}

/// All years at once, village by village: people first, since ledgers are divided by them.
async fn write_tables(app: &App, province: &Province, units: &Units, plan: Plan) -> Result<Vec<Incoming>> {
    let registry = &province.registry;
    let catalog = Catalog::read(&registry.catalog, &registry.dictionaries).map_err(Error::internal)?;
    let folder = app.settings.data_dir.join(FOLDER);
    fs::create_dir_all(&folder).map_err(Error::internal)?;
    let mut years = Vec::new();
    for year in plan.years() {
        years.push(begin(app, &catalog, &folder, year)?);
    }
    let (units, demo_village) = (units.clone(), province.demo_village.clone());
    let written = tokio::task::spawn_blocking(move || {
        write_helpers(&folder, &units, plan)?;
        write_villages(&units, plan, demo_village.as_deref(), years)
    });
    written.await.map_err(Error::internal)?
}

fn begin(app: &App, catalog: &Catalog, folder: &Path, year: i32) -> Result<Sheets<Output>> {
    let table = |kind, name: &str| -> Result<Output> {
        let incoming = Incoming::begin(app, kind, &format!("合成数据-{name}-{year}"))?;
        Ok(Output::Table(Box::new(BufWriter::with_capacity(64 * 1024, incoming))))
    };
    let truth = File::create(folder.join(format!("truth-{year}.csv"))).map_err(Error::internal)?;
    let outputs = [
        table(TableKind::Person, "人口")?,
        table(TableKind::Household, "户")?,
        table(TableKind::Income, "收支")?,
        Output::Truth(BufWriter::new(truth)),
    ];
    let forms = catalog.forms(year).map_err(Error::internal)?;
    Sheets::begin(forms, outputs).map_err(Error::internal)
}

fn write_villages(
    units: &Units,
    plan: Plan,
    demo_village: Option<&str>,
    mut years: Vec<Sheets<Output>>,
) -> Result<Vec<Incoming>> {
    let planter = Planter::new(plan.seed);
    let bar = progress("生成", units.villages().len() as u64);
    for village in units.villages() {
        // The village whose people the demonstration offers is as large as it is.
        let whole = demo_village == Some(village.code.as_str());
        let plan = if whole { Plan { scale: plan.scale.max(1.0), ..plan } } else { plan };
        write_village(&plan, village, Some(&planter), &mut years).map_err(Error::internal)?;
        bar.inc(1);
    }
    bar.finish();
    let mut by_kind: [Vec<Incoming>; 3] = Default::default();
    for sheets in years {
        let [person, household, income, truth] = sheets.finish().map_err(Error::internal)?;
        for (kind, output) in by_kind.iter_mut().zip([person, household, income]) {
            if let Output::Table(table) = output {
                kind.push(table.into_inner().map_err(|error| Error::internal(error.into_error()))?);
            }
        }
        let mut truth = truth;
        truth.flush().map_err(Error::internal)?;
    }
    Ok(by_kind.into_iter().flatten().collect())
}

/// Who helps whom; the register of helpers is another domain's.
fn write_helpers(folder: &Path, units: &Units, plan: Plan) -> Result<()> {
    let file = File::create(folder.join("helpers.csv")).map_err(Error::internal)?;
    let mut out = BufWriter::new(file);
    writeln!(out, "name,employer,phone,from,to,households").map_err(Error::internal)?;
    for helper in helpers(&plan, units) {
        let to = helper.to.map(|day| day.to_string()).unwrap_or_default();
        let households = helper.households.join(" ");
        writeln!(out, "{},{},{},{},{to},{households}", helper.name, helper.employer, helper.phone, helper.from)
            .map_err(Error::internal)?;
    }
    out.flush().map_err(Error::internal)
}

/// Accounts without a password, each with its role: nobody is sent a link, since nobody is there.
async fn make_accounts(app: &App, units: &Units, plan: Plan) -> Result<u64> {
    let all: Vec<_> = accounts(&plan, units).collect();
    let codes: Vec<String> = all.iter().map(|account| account.unit.clone()).collect();
    let places = app.db.read(async |tx| founding::units_by_code(tx, &codes).await).await?;
    let bar = progress("账号", all.len() as u64);
    let mut made = 0;
    for some in all.chunks(500) {
        let (count, _) = app
            .db
            .write(async |tx| {
                let mut count = 0;
                for account in some {
                    let Some(unit) = places.get(&account.unit) else { continue };
                    let founder = Founder {
                        username: account.username.clone(),
                        name: account.name.clone(),
                        role: account.role,
                        unit: *unit,
                        phone: Some(Phone::parse(&account.phone).map_err(Error::internal)?),
                        password_hash: None,
                    };
                    founding::insert_founder(tx, &app.keys, &founder).await?;
                    count += 1;
                }
                Ok(count)
            })
            .await?;
        made += count;
        bar.inc(some.len() as u64);
    }
    bar.finish();
    Ok(made)
}
