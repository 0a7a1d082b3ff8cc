//! Messages against a carrier that does everything wrong.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use fupin_contract::MessageId;
use fupin_notify::{sending, signature};

use crate::{
    carrier::{Carrier, Deed},
    world::{SECRET, World},
};

async fn states(world: &World) -> HashMap<String, String> {
    let rows = world.sql.query("select message_id::text, state from message", &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test]
async fn the_sandbox_keeps_each_message_and_its_receipt_comes_back() {
    let world = World::start().await;
    let ids = world.queue(3).await;
    let worker = world.work().await;
    world.settle().await;
    worker.abort();
    for id in ids {
        assert_eq!(world.state(id).await, "delivered");
        let steps = "select string_agg(state, ' ' order by event_id) from message_event where message_id = $1";
        let steps: String = world.sql.query_one(steps, &[&id.0]).await.unwrap().get(0);
        // The receipt may overtake the answer.
        let orders = ["queued sending accepted delivered", "queued sending delivered accepted"];
        assert!(orders.contains(&steps.as_str()), "{steps}");
    }
    assert_eq!(world.count("select count(*) from sandbox_message").await, 3);
}

#[tokio::test]
async fn the_call_says_what_was_configured_and_is_signed() {
    let world = World::start().await;
    let carrier = Carrier::start(|_, _| Deed::Accept).await;
    world.install_hook(&carrier.url).await;
    let id = world.queue(1).await[0];
    let worker = world.work().await;
    world.settle().await;
    worker.abort();
    let calls = carrier.calls();
    assert_eq!(calls.len(), 1);
    let header = |name: &str| {
        let line = calls[0].head.lines().find_map(|line| line.strip_prefix(name).map(str::to_owned));
        line.unwrap().trim().to_owned()
    };
    let now = chrono::Utc::now().timestamp();
    let (timestamp, mac) = (header("x-fupin-timestamp:"), header("x-fupin-signature:"));
    assert!(signature::verify(SECRET.as_bytes(), &timestamp, &mac, calls[0].body.as_bytes(), now));
    let body: serde_json::Value = serde_json::from_str(&calls[0].body).unwrap();
    assert_eq!(body["id"], id.to_string());
    assert_eq!(body["phone"], "13900000001");
    assert!(body["text"].as_str().unwrap().contains("《收入监测表》"));
    let row = world.sql.query_one("select state, gateway, gateway_code, attempts from message", &[]).await.unwrap();
    assert_eq!((row.get(0), row.get(1), row.get(3)), ("accepted", "http", 1));
    assert_eq!(row.get::<_, &str>(2), r#"200 {"code":"OK","bizId":"9006^0"}"#);
}

/// What each deed must lead to when it is the first and last thing that the carrier does.
fn end_of(deed: Deed) -> &'static str {
    match deed {
        Deed::Accept | Deed::AcceptWithoutBody => "accepted",
        Deed::Refuse => "failed",
        Deed::AcceptSlowly
        | Deed::AcceptAndReset
        | Deed::AcceptAndBreakOff
        | Deed::AcceptBehindBadGateway
        | Deed::AcceptAndMumble
        | Deed::HangUp
        | Deed::Hang => "unknown",
        // Tried again, and taken the second time.
        Deed::Busy | Deed::Broken => "accepted",
    }
}

#[tokio::test]
async fn each_fault_of_the_carrier_ends_where_it_must() {
    let world = World::start().await;
    let ids = world.queue(Deed::ALL.len()).await;
    let deeds: HashMap<String, Deed> = ids.iter().map(MessageId::to_string).zip(Deed::ALL).collect();
    let script = deeds.clone();
    let carrier = Carrier::start(move |id, tries| if tries == 0 { script[id] } else { Deed::Accept }).await;
    world.install_hook(&carrier.url).await;
    let worker = world.work().await;
    world.settle().await;
    worker.abort();
    let states = states(&world).await;
    for (id, deed) in &deeds {
        assert_eq!(states[id], end_of(*deed), "{deed:?}");
        assert!(carrier.taken(id) <= 1, "{deed:?}");
        let calls = carrier.calls().iter().filter(|call| call.body.contains(id.as_str())).count();
        let again = matches!(deed, Deed::Busy | Deed::Broken);
        assert_eq!(calls, if again { 2 } else { 1 }, "{deed:?}");
    }
}

#[tokio::test]
async fn a_hundred_messages_through_random_faults_are_each_taken_at_most_once_and_none_is_lost() {
    let world = World::start().await;
    let ids = world.queue(100).await;
    let carrier = Carrier::start(|id, tries| {
        let mut hasher = DefaultHasher::new();
        (id, tries).hash(&mut hasher);
        let luck = usize::try_from(hasher.finish() % 1000).unwrap();
        Deed::ALL[luck % Deed::ALL.len()]
    })
    .await;
    world.install_hook(&carrier.url).await;
    let worker = world.work().await;
    world.settle().await;
    worker.abort();
    let states = states(&world).await;
    assert_eq!(states.len(), 100);
    for id in ids.iter().map(MessageId::to_string) {
        assert!(carrier.taken(&id) <= 1, "{id} was taken {} times", carrier.taken(&id));
        match states[&id].as_str() {
            "accepted" => assert_eq!(carrier.taken(&id), 1),
            "failed" => assert_eq!(carrier.taken(&id), 0),
            "unknown" => {}
            other => panic!("{id} came to rest as {other}"),
        }
    }
}

#[tokio::test]
async fn a_carrier_that_cannot_be_reached_is_tried_again_until_it_can() {
    let world = World::start().await;
    // A port that nobody listens on.
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    world.install_hook(&format!("http://{closed}/send")).await;
    let id = world.queue(1).await[0];
    let worker = world.work().await;
    for _ in 0..500 {
        world.hurry().await;
        if world.count("select attempts::bigint from message").await >= 3 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let carrier = Carrier::start(|_, _| Deed::Accept).await;
    world.install_hook(&carrier.url).await;
    world.settle().await;
    worker.abort();
    assert_eq!(world.state(id).await, "accepted");
    assert_eq!(carrier.taken(&id.to_string()), 1);
    assert!(world.count("select attempts::bigint from message").await > 3);
    assert!(world.count("select count(*) from message_event where gateway_code = 'not connected'").await >= 3);
}

#[tokio::test]
async fn a_message_left_sending_is_doubted_and_never_sent_again_by_itself() {
    let world = World::start().await;
    let carrier = Carrier::start(|_, _| Deed::Accept).await;
    world.install_hook(&carrier.url).await;
    let ids = world.queue(2).await;
    // As a worker leaves it that is killed during the call: one job comes again, the other is gone for good.
    world.sql.execute("update message set state = 'sending'", &[]).await.unwrap();
    world
        .sql
        .execute("delete from graphile_worker._private_jobs where payload->>'message_id' = $1", &[&ids[1].to_string()])
        .await
        .unwrap();
    sending::sweep(&world.app).await.unwrap();
    assert_eq!(world.state(ids[1]).await, "sending", "it may still be under way");
    let old = "update message set touched_at = now() - interval '1 hour' where message_id = $1";
    world.sql.execute(old, &[&ids[1].0]).await.unwrap();
    sending::sweep(&world.app).await.unwrap();
    let worker = world.work().await;
    world.settle().await;
    worker.abort();
    assert_eq!((world.state(ids[0]).await.as_str(), world.state(ids[1]).await.as_str()), ("unknown", "unknown"));
    assert!(carrier.calls().is_empty(), "a message of unknown fate was sent again");
}

#[tokio::test]
async fn a_queued_message_whose_job_is_gone_gets_another() {
    let world = World::start().await;
    let id = world.queue(1).await[0];
    world.sql.batch_execute("delete from graphile_worker._private_jobs").await.unwrap();
    world.sql.batch_execute("update message set touched_at = now() - interval '3 hours'").await.unwrap();
    sending::sweep(&world.app).await.unwrap();
    let worker = world.work().await;
    world.settle().await;
    worker.abort();
    assert_eq!(world.state(id).await, "delivered");
}

#[tokio::test]
async fn a_hook_that_leads_into_the_house_is_not_called() {
    let world = World::start().await;
    let carrier = Carrier::start(|_, _| Deed::Accept).await;
    world.install_hook(&carrier.url).await;
    let id = world.queue(1).await[0];
    let mut app = world.app.clone();
    let settings = fupin_kernel::Settings { hook_may_call_private: false, ..(*app.settings).clone() };
    app.settings = std::sync::Arc::new(settings);
    let office = fupin_notify::gateway::PostOffice::open(&app).unwrap();
    sending::send(&office, id).await.unwrap();
    assert_eq!(world.state(id).await, "queued");
    assert!(carrier.calls().is_empty());
    assert_eq!(world.texts("select gateway_code from message").await, ["url.private"]);
}
