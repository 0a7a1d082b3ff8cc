//! The demonstration: a province's tree and forms, and one account for each role and level along the path to one
//! village, with passwords made at the first start. Everybody in it is made up.

use std::{fs, io::Write, os::unix::fs::OpenOptionsExt, path::PathBuf};

use fupin_access::{
    founding::{self, Founder, Seat},
    sign_in::password,
};
use fupin_contract::{
    Phone, UnitId,
    access::Role,
    notify::{GatewayKind, GatewaySettings},
    setup::DemoAccount,
};
use fupin_kernel::{App, Error, Result};
use rand::seq::IndexedRandom;

use crate::{cli::Place, database::Database, province::Province, synthetic};

/// The province that the demonstration shows.
const PROVINCE: &str = "hainan";

/// In whose name tables are brought in.
const OFFICER: &str = "sheng-ban";

/// A person of the demonstration: user name, name, role, and the rank of the level that he works at.
const PEOPLE: [(&str, &str, Role, usize); 12] = [
    ("sheng-ban", "符明月", Role::Officer, 0),
    ("sheng-shen", "王海涛", Role::Reviewer, 0),
    ("sheng-zhang", "林若兰", Role::Leader, 0),
    ("xitong", "陈系明", Role::SystemAdmin, 0),
    ("anquan", "吴安然", Role::SecurityAdmin, 0),
    ("shenji", "郑计明", Role::AuditAdmin, 0),
    ("xian-guan", "黎建业", Role::UnitAdmin, 1),
    ("xian-shen", "苏文静", Role::Reviewer, 1),
    ("xian-zhang", "何志远", Role::Leader, 1),
    ("zhen-shen", "黄春燕", Role::Reviewer, 2),
    ("zhen-tian", "卓小敏", Role::Clerk, 2),
    ("cun-tian", "王阿梅", Role::Clerk, 3),
];

/// Make the demonstration at the first start; find it again at later ones.
pub async fn prepare(app: &App, scale: f64) -> Result<()> {
    let instance = app.db.read(async |tx| founding::instance(tx).await).await?;
    match instance {
        Some((_, true)) => show(&offered(app)?),
        Some((_, false)) => {
            return Err(Error::Unavailable("this data directory holds a real instance; choose another".to_owned()));
        }
        None => make(app, scale).await?,
    }
    Ok(())
}

/// Put a synthetic province into a demonstration that exists, whether it is served now or not.
pub async fn fill(place: &Place, scale: f64) -> Result<()> {
    let database = Database::find(place).await?;
    let app = database.app_for_command()?;
    let filled = fill_found(&app, scale).await;
    database.close().await;
    filled
}

async fn fill_found(app: &App, scale: f64) -> Result<()> {
    let demo = app.db.read(async |tx| founding::instance(tx).await).await?;
    if !demo.is_some_and(|(_, demo)| demo) {
        return Err(Error::Unavailable("only a demonstration is filled with people who are nobody".to_owned()));
    }
    let officer = app.db.read(async |tx| founding::find_account(tx, OFFICER).await).await?;
    let officer = officer.ok_or_else(|| Error::Unavailable("the demonstration has no officer".to_owned()))?;
    synthetic::fill(app, &Province::read(PROVINCE)?, scale, officer).await
}

async fn make(app: &App, scale: f64) -> Result<()> {
    let province = Province::read(PROVINCE)?;
    let passwords: Vec<String> = PEOPLE.iter().map(|_| make_password()).collect();
    let mut hashes = Vec::with_capacity(passwords.len());
    for made in &passwords {
        hashes.push(password::hash(made.clone()).await?);
    }
    let (path, _) = app
        .db
        .write(async |tx| {
            founding::found(tx, &province.key, &province.name, true).await?;
            province.load(tx).await?;
            fupin_notify::limits::lift(tx).await?;
            let sandbox = GatewaySettings::of(GatewayKind::Sandbox);
            fupin_notify::gateway::install(tx, &app.keys, sandbox).await?;
            let path = founding::path_to_village(tx, province.demo_village.as_deref()).await?;
            for (index, (person, hash)) in PEOPLE.iter().zip(&hashes).enumerate() {
                founding::insert_founder(tx, &app.keys, &founder(person, index, hash, &path)?).await?;
            }
            // The passwords are on disk before the accounts exist, or neither is.
            keep(app, &accounts(&passwords, &path)?)?;
            Ok(path)
        })
        .await?;
    if scale > 0.0 {
        fill_found(app, scale).await?;
    }
    show(&accounts(&passwords, &path)?);
    Ok(())
}

fn seat(path: &[Seat], rank: usize) -> Result<&Seat> {
    path.get(rank).ok_or_else(|| Error::internal("the demonstration's village has no such level above it"))
}

fn founder(person: &(&str, &str, Role, usize), index: usize, hash: &str, path: &[Seat]) -> Result<Founder> {
    let (username, name, role, rank) = *person;
    // Numbers of the range that carriers keep unassigned for tests.
    let phone = Phone::parse(&format!("1990000{index:04}")).map_err(Error::internal)?;
    Ok(Founder {
        username: username.to_owned(),
        name: name.to_owned(),
        role,
        unit: UnitId(seat(path, rank)?.unit_id),
        phone: Some(phone),
        password_hash: Some(hash.to_owned()),
    })
}

fn accounts(passwords: &[String], path: &[Seat]) -> Result<Vec<DemoAccount>> {
    let account = |(person, password): (&(&str, &str, Role, usize), &String)| {
        let (username, name, role, rank) = *person;
        Ok(DemoAccount {
            username: username.to_owned(),
            password: password.clone(),
            name: name.to_owned(),
            role,
            unit: seat(path, rank)?.name.clone(),
        })
    };
    PEOPLE.iter().zip(passwords).map(account).collect()
}

/// Fourteen characters that nobody mistakes for one another, of three classes.
fn make_password() -> String {
    const LOWER: &[u8] = b"abcdefghijkmnpqrstuvwxyz";
    const UPPER: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
    const DIGITS: &[u8] = b"23456789";
    let mut rng = rand::rng();
    let groups = [UPPER, LOWER, LOWER, LOWER, LOWER, DIGITS, LOWER, LOWER, LOWER, LOWER, DIGITS, DIGITS, DIGITS, UPPER];
    groups.iter().filter_map(|group| group.choose(&mut rng)).map(|byte| char::from(*byte)).collect()
}

fn file(app: &App) -> PathBuf {
    app.settings.data_dir.join("demo-accounts.json")
}

fn keep(app: &App, accounts: &[DemoAccount]) -> Result<()> {
    let text = serde_json::to_string_pretty(accounts)?;
    let mut options = fs::OpenOptions::new();
    let mut file =
        options.write(true).create(true).truncate(true).mode(0o600).open(file(app)).map_err(Error::internal)?;
    file.write_all(text.as_bytes()).map_err(Error::internal)
}

/// The accounts that the sign-in page offers.
pub fn offered(app: &App) -> Result<Vec<DemoAccount>> {
    let text = fs::read_to_string(file(app)).map_err(Error::internal)?;
    Ok(serde_json::from_str(&text)?)
}

#[expect(clippy::print_stdout, reason = "the accounts are for the person who started the demonstration")]
fn show(accounts: &[DemoAccount]) {
    for account in accounts {
        println!(
            "  {:12} {:16} {} · {:?} · {}",
            account.username, account.password, account.name, account.role, account.unit
        );
    }
}
