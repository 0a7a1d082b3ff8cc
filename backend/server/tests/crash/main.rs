//! kill -9 of the real server and of its PostgreSQL while reports are being submitted: what was acknowledged is there,
//! once, whole and counted. The same test on an unsafe database shows that it would notice.
//!
//! Who does what: `world` makes a demonstration with a province of reports to fill; `writers` fill them and keep a journal
//! of what they intended and what was acknowledged; `checks` holds the database against the journals.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails, and says what it measured")]

mod checks;
mod tables;
mod world;
mod writers;

use std::{path::Path, process::Command, time::Duration};

use fupin_cluster::{Binaries, Options, PrivateCluster, data_folder};
use fupin_testing::{Instance, kill_postgres};

use self::{checks::Finding, world::World, writers::Journal};

const BINARY: &str = env!("CARGO_BIN_EXE_fupin");
/// How often each of the two is killed; a long run sets it to fifty.
const KILLS: &str = "FUPIN_CRASH_KILLS";
/// An unsafe database that loses nothing in so many kills would make this test worthless.
const PATIENCE: usize = 12;

#[derive(Clone, Copy, Debug)]
enum Victim {
    Server,
    Postgres,
}

fn kills() -> usize {
    std::env::var(KILLS).map_or(15, |text| text.parse().unwrap())
}

#[tokio::test]
async fn what_was_acknowledged_survives_kills_of_server_and_database() {
    let mut instance = Instance::new(BINARY);
    println!("first start: {:.1} s", instance.start().await.as_secs_f64());
    let world = World::make(&instance).await;
    let victims = (0..kills()).flat_map(|_| [Victim::Server, Victim::Postgres]);
    let began = std::time::Instant::now();
    let journal = writers::write_while(&world, storm(&mut instance, &world, victims)).await;
    let findings = checks::find(&instance, &world, &journal).await;
    println!(
        "{} kills of each in {:.0} s: {} reports, {} acts acknowledged, {} of them repeated; {} findings",
        kills(),
        began.elapsed().as_secs_f64(),
        journal.reports(),
        journal.acts(),
        journal.repeated(),
        findings.len()
    );
    assert!(findings.is_empty(), "{findings:#?}");
    assert!(journal.repeated() > 0, "no kill met a call under way");
    instance.stop().await;
    let verified = instance.run(&["audit", "verify"]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
}

/// Kill at random moments, each time under load: only after an act was acknowledged since the last kill.
async fn storm(instance: &mut Instance, world: &World, victims: impl Iterator<Item = Victim>) {
    for victim in victims {
        let before = world.acknowledged();
        while world.acknowledged() == before {
            assert!(world.has_reports_left(), "all reports are submitted, and nothing is left to do under the kills");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_millis(rand::random_range(50..400))).await;
        match victim {
            Victim::Server => {
                instance.kill();
                instance.start().await;
            }
            Victim::Postgres => {
                instance.kill_postgres();
                instance.wait_until_well().await;
            }
        }
    }
}

#[tokio::test]
async fn an_unsafe_database_is_refused_by_name_and_would_be_found_out() {
    let folder = tempfile::Builder::new().permissions(open_to_all()).tempdir().unwrap();
    let options = Options::default().with("synchronous_commit", "off");
    let cluster = PrivateCluster::start(&folder.path().join("data"), options).await.unwrap();
    let mut instance = Instance::on_database(BINARY, cluster.admin_url());
    let refused = instance.command_to_serve().output().unwrap();
    let complaint = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && complaint.contains("synchronous_commit = off"), "{complaint}");

    instance.set("FUPIN_TEST_UNSAFE_DATABASE", "1");
    instance.start().await;
    let world = World::make(&instance).await;
    let mut journal = Journal::default();
    let mut killed = 0;
    let lost = loop {
        journal.join(writers::write_while(&world, kill_once(&mut instance, &world, folder.path())).await);
        killed += 1;
        let findings = checks::find(&instance, &world, &journal).await;
        let lost = findings.iter().filter(|finding| matches!(finding, Finding::Lost { .. })).count();
        if lost > 0 || killed == PATIENCE {
            break lost;
        }
    };
    println!("synchronous_commit = off: {lost} acknowledged reports lost after {killed} kills of PostgreSQL");
    assert!(lost > 0, "losses of an unsafe database stayed unnoticed in {killed} kills");
    instance.stop().await;
    cluster.stop().await;
}

async fn kill_once(instance: &mut Instance, world: &World, folder: &Path) {
    while world.acknowledged() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::sleep(Duration::from_millis(rand::random_range(200..400))).await;
    kill_postgres(&folder.join("data"));
    instance.wait_until_well().await;
}

fn open_to_all() -> std::fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o755)
}

#[tokio::test]
async fn an_operator_stops_it_cleanly_and_starts_it_again_at_once() {
    let mut instance = Instance::new(BINARY);
    instance.start().await;
    // A page that somebody left open must hold up nothing.
    let open = instance.enter("cun-tian").await;
    open.get_session().await.unwrap();
    let (status, stopped_in) = instance.stop().await;
    assert!(status.success(), "{status}");
    assert!(stopped_in < Duration::from_secs(5), "stopping took {stopped_in:?}");
    assert_eq!(state_of(&instance), "shut down");
    assert!(!data_folder(&instance.data_dir).join("postmaster.pid").exists(), "PostgreSQL was left behind");
    let started_in = instance.start().await;
    println!("stop: {:.2} s; start after it: {:.2} s", stopped_in.as_secs_f64(), started_in.as_secs_f64());
    assert!(started_in < Duration::from_secs(6), "starting took {started_in:?}");
    instance.stop().await;
}

/// What the cluster says of its own end.
fn state_of(instance: &Instance) -> String {
    let program = Binaries::find().unwrap().program("pg_controldata");
    let told = Command::new(program).env("LC_ALL", "C").arg(data_folder(&instance.data_dir)).output().unwrap();
    let text = String::from_utf8_lossy(&told.stdout).into_owned();
    text.lines().find_map(|line| line.strip_prefix("Database cluster state:")).unwrap().trim().to_owned()
}
