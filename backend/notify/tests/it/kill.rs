//! `kill -9` of the process that sends, in the middle of everything.

use std::{path::Path, process::Stdio, time::Duration};

use fupin_contract::MessageId;
use fupin_kernel::keys::Keys;
use fupin_notify::gateway::PostOffice;

use crate::{
    carrier::{Carrier, Deed},
    mail,
    post::Post,
    world::{self, PATIENCE, World},
};

const KEYS: &str = "FUPIN_TEST_KEYS";
const APP: &str = "FUPIN_TEST_APP_URL";
const WORKER: &str = "FUPIN_TEST_WORKER_URL";

/// Not a test: the process that the test below kills.
#[tokio::test]
#[ignore = "runs as the victim of another test"]
async fn victim() {
    let (Ok(keys), Ok(app), Ok(worker)) = (std::env::var(KEYS), std::env::var(APP), std::env::var(WORKER)) else {
        return;
    };
    let app = world::app_on(&app, Keys::open(Path::new(&keys)).unwrap());
    let office = PostOffice::with_patience(&app, PATIENCE).unwrap();
    world::work(&worker, office).await.await.unwrap();
}

#[tokio::test]
async fn killed_while_sending_again_and_again_no_message_is_taken_twice_or_lost() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::start_with(Keys::open(folder.path()).unwrap()).await;
    let ids = world.queue(60).await;
    // Slow enough to be killed in, and honest, so that what is taken twice is our fault.
    let carrier = Carrier::start(|id, tries| match (tries, id.as_bytes()[id.len() - 1] % 3) {
        (0, 0) => Deed::Busy,
        (_, 1) => Deed::AcceptSlowly,
        _ => Deed::Accept,
    })
    .await;
    world.install_hook(&carrier.url).await;
    for round in 0..12 {
        let mut victim = start_victim(&world, folder.path());
        let begun = carrier.calls().len();
        // Killed once it has begun to call, at another moment each time.
        for _ in 0..400 {
            if carrier.calls().len() > begun {
                break;
            }
            world.hurry().await;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_millis(round * 3)).await;
        victim.kill().await.unwrap();
        free_jobs_of_the_dead(&world).await;
    }
    let worker = world.work().await;
    world.settle().await;
    worker.abort();
    let (mut known, mut unknown) = (0, 0);
    for id in ids {
        let (state, taken) = (world.state(id).await, carrier.taken(&MessageId::to_string(&id)));
        assert!(taken <= 1, "{id} was taken {taken} times");
        match state.as_str() {
            "accepted" => {
                assert_eq!(taken, 1, "{id}");
                known += 1;
            }
            "unknown" => unknown += 1,
            other => panic!("{id} came to rest as {other}"),
        }
    }
    println!("{known} accepted, {unknown} of unknown fate after 12 kills");
    assert!(known > 0 && unknown > 0, "the kills hit nothing, or everything");
}

#[tokio::test]
async fn killed_while_a_mail_is_handed_over_it_is_doubted_and_not_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::start_with(Keys::open(folder.path()).unwrap()).await;
    // It has the mail, and is about to say so.
    let post = Post::start(&["late"]).await;
    mail::install(&world, post.server()).await;
    mail::owe(&world, "符丽").await;
    let id = mail::ids(&world, "mail").await[0];
    let mut victim = start_victim(&world, folder.path());
    assert_eq!(post.mails_within(1, Duration::from_secs(30)).await.len(), 1);
    victim.kill().await.unwrap();
    free_jobs_of_the_dead(&world).await;
    let worker = world.work().await;
    world.settle().await;
    worker.abort();
    assert_eq!(world.state(id).await, "unknown");
    assert_eq!(post.mails(1).await.len(), 1, "it was sent again");
}

fn start_victim(world: &World, keys: &Path) -> tokio::process::Child {
    tokio::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::victim", "--ignored", "--nocapture"])
        .env(KEYS, keys)
        .env(APP, &world.db.urls.app)
        .env(WORKER, &world.db.urls.worker)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

/// What the worker's recovery does once a dead worker's heart has been still for long enough.
async fn free_jobs_of_the_dead(world: &World) {
    world
        .sql
        .batch_execute(
            "update graphile_worker._private_jobs set locked_at = null, locked_by = null where locked_at is not null",
        )
        .await
        .unwrap();
}
