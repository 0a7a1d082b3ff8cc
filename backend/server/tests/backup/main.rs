//! A real instance saved, wiped and brought back: nothing is missing, nothing is different, and it works.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on fails, and says what it measured"
)]

mod fingerprint;
mod people;

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Output,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use fupin_cluster::{Options, PrivateCluster, with_database};
use fupin_contract::{access::AccountFilter, notify::SandboxFilter};
use fupin_kernel::{keys::Keys, seal};
use fupin_testing::Instance;
use tokio_postgres::{Client, NoTls};

use self::fingerprint::Fingerprint;

const BINARY: &str = env!("CARGO_BIN_EXE_fupin");

#[tokio::test]
async fn an_instance_is_saved_wiped_and_brought_back_whole() {
    let mut instance = Instance::new(BINARY);
    instance.start().await;
    people::fill(&instance).await;

    // Beside the running server.
    let beside = save(&instance, "beside.tar.zst");
    assert!(failed(&instance, &["backup", text(&beside)]).contains("is there already"));
    instance.stop().await;

    // Without a server; then nothing changes any more.
    let archive = save(&instance, "still.tar.zst");
    let before = inspect(&instance.data_dir, async |client| Fingerprint::take(&client).await).await;
    let phones = phones(&instance).await;
    fs::remove_dir_all(&instance.data_dir).unwrap();

    let began = Instant::now();
    succeeded(instance.run(&["restore", text(&archive)]));
    println!("restored in {:.1} s", began.elapsed().as_secs_f64());
    assert!(failed(&instance, &["restore", text(&archive)]).contains("not empty"));
    let after = inspect(&instance.data_dir, async |client| Fingerprint::take(&client).await).await;
    before.assert_same(&after);
    assert_eq!(self::phones(&instance).await, phones);
    assert!(!phones.is_empty());
    it_works(&mut instance).await;
}

/// The audit trail goes on, people sign in, and jobs reach their end.
async fn it_works(instance: &mut Instance) {
    instance.start().await;
    let auditor = instance.enter("shenji").await;
    let verdict = auditor.verify_audit().await.unwrap();
    assert_eq!(verdict.breach, None);
    let system = instance.enter("xitong").await;
    let accounts = system.list_accounts(&AccountFilter::default()).await.unwrap().items;
    assert!(accounts.iter().any(|account| account.phone.is_some()), "no sealed field opens");
    people::fetch(instance).await;
    let superuser = instance.superuser().await;
    let order = "select max(tick) filter (where at < (select max(at) from audit_row where event = 'ops.restored'))
        < min(tick) filter (where event = 'ops.restored') from audit_row";
    assert!(superuser.query_one(order, &[]).await.unwrap().get::<_, bool>(0), "ticks do not grow across a restore");

    let sent = instance.client().list_sandbox_messages(&SandboxFilter::default()).await.unwrap().items;
    people::issue(instance, 1).await;
    let began = Instant::now();
    loop {
        let now = instance.client().list_sandbox_messages(&SandboxFilter::default()).await.unwrap().items;
        if now.first().map(|message| message.id) != sent.first().map(|message| message.id) {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "no job runs after the restore");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // The whole trail from both lives of the instance, beside the running server.
    succeeded(instance.run(&["audit", "verify", "--head", &verdict.head]));
    instance.stop().await;
}

#[tokio::test]
async fn an_archive_made_under_load_is_that_of_one_moment() {
    let mut instance = Instance::new(BINARY);
    instance.start().await;
    people::fill(&instance).await;
    let archive = instance.beside("load.tar.zst");
    let saves = AtomicUsize::new(0);
    let backup = async {
        while saves.load(Ordering::Relaxed) == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let command = instance.command(&["backup", text(&archive)]);
        succeeded(tokio::process::Command::from(command).output().await.unwrap());
    };
    tokio::select! {
        () = backup => {}
        () = people::keep_saving(&instance, &saves) => {}
    }
    assert!(saves.into_inner() > 1, "nobody wrote while it was made");
    instance.stop().await;
    let elsewhere = Instance::new(BINARY);
    // The restore counts every table against the archive, and verifies the trail.
    succeeded(elsewhere.run(&["restore", text(&archive)]));
}

#[tokio::test]
async fn what_is_damaged_or_misplaced_is_refused_and_leaves_nothing() {
    let mut instance = Instance::new(BINARY);
    assert!(failed(&instance, &["backup", text(&instance.beside("none"))]).contains("no instance"));
    instance.start().await;
    assert!(failed(&instance, &["backup", text(&instance.data_dir.join("within"))]).contains("data directory"));
    let archive = save(&instance, "whole.tar.zst");
    let whole = fs::read(&archive).unwrap();
    let elsewhere = Instance::new(BINARY);
    let damaged = instance.beside("damaged.tar.zst");
    for place in [whole.len() / 3, whole.len() / 2, whole.len() - 3] {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x10;
        fs::write(&damaged, bytes).unwrap();
        assert!(failed(&elsewhere, &["restore", text(&damaged)]).contains("damaged"), "at {place}");
    }
    fs::write(&damaged, &whole[..whole.len() - 10]).unwrap();
    assert!(failed(&elsewhere, &["restore", text(&damaged)]).contains("damaged"), "cut off");
    assert!(!elsewhere.data_dir.exists(), "a refused archive left something behind");
    instance.stop().await;
}

fn save(instance: &Instance, name: &str) -> std::path::PathBuf {
    let archive = instance.beside(name);
    let began = Instant::now();
    succeeded(instance.run(&["backup", text(&archive)]));
    let facts = fs::metadata(&archive).unwrap();
    println!("saved in {:.1} s, {} bytes", began.elapsed().as_secs_f64(), facts.len());
    assert_eq!(facts.permissions().mode() & 0o777, 0o600);
    archive
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn succeeded(output: Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn failed(instance: &Instance, arguments: &[&str]) -> String {
    let output = instance.run(arguments);
    assert!(!output.status.success(), "{arguments:?} was not refused");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Look into the database of an instance that nobody serves.
async fn inspect<T>(data_dir: &Path, look: impl AsyncFnOnce(Client) -> T) -> T {
    let cluster = PrivateCluster::start(data_dir, Options::default()).await.unwrap();
    let url = with_database(cluster.admin_url(), "fupin").unwrap();
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let seen = look(client).await;
    cluster.stop().await;
    seen
}

/// Sealed fields, opened with the keys that lie in the data directory.
async fn phones(instance: &Instance) -> Vec<String> {
    let keys = Keys::open(&instance.data_dir.join("keys")).unwrap();
    let query = "select account_id::text, phone_sealed from account where phone_sealed is not null order by 1";
    let rows = inspect(&instance.data_dir, async |client| client.query(query, &[]).await.unwrap()).await;
    let open = |row: &tokio_postgres::Row| {
        seal::open(&keys, &format!("account.phone:{}", row.get::<_, String>(0)), row.get(1)).unwrap()
    };
    rows.iter().map(open).collect()
}
