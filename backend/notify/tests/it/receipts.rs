//! The carrier's word, over HTTP: signed, repeated, shuffled, early, forged.

use actix_web::{App as Site, dev::ServerHandle, web};
use fupin_client::{Client, ReceiptProof, native::Native};
use fupin_contract::{
    MessageId,
    notify::{GatewayKind, Receipt, ReceiptOutcome},
};
use fupin_notify::{sending, signature};
use utoipa_actix_web::AppExt;

use crate::{
    carrier::{Carrier, Deed},
    world::{SECRET, World},
};

pub struct Served {
    pub client: Client<Native>,
    pub base: String,
    handle: ServerHandle,
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

pub async fn serve(world: &World) -> Served {
    let app = world.app.clone();
    let server = actix_web::HttpServer::new(move || {
        let (site, _) = Site::new()
            .into_utoipa_app()
            .app_data(web::Data::new(app.clone()))
            .service(utoipa_actix_web::scope("/api").configure(fupin_notify::configure))
            .split_for_parts();
        site
    })
    .workers(1)
    .disable_signals()
    .bind("127.0.0.1:0")
    .unwrap();
    let base = format!("http://{}", server.addrs()[0]);
    let server = server.run();
    let handle = server.handle();
    tokio::spawn(server);
    Served { client: Client::native(&base).unwrap(), base, handle }
}

fn signed(body: &[u8]) -> ReceiptProof {
    let timestamp = chrono::Utc::now().timestamp().to_string();
    let signature = signature::sign(SECRET.as_bytes(), &timestamp, body).unwrap();
    ReceiptProof { timestamp, signature }
}

fn receipt(id: MessageId, outcome: ReceiptOutcome, code: &str) -> Receipt {
    Receipt { message_id: id, outcome, code: code.to_owned() }
}

type Forgery = Box<dyn FnOnce(&[u8]) -> ReceiptProof>;

/// A message that waits for its answer.
async fn sending(world: &World) -> MessageId {
    world.install_hook("http://127.0.0.1:9/").await;
    let id = world.queue(1).await[0];
    world.sql.execute("update message set state = 'sending'", &[]).await.unwrap();
    id
}

#[tokio::test]
async fn receipts_five_times_each_in_any_order_end_as_in_a_clean_run() {
    let world = World::start().await;
    let served = serve(&world).await;
    let id = sending(&world).await;
    let words =
        [(ReceiptOutcome::Accepted, "1"), (ReceiptOutcome::Failed, "UNDELIV"), (ReceiptOutcome::Delivered, "DELIVRD")];
    let orders = [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1], [0, 2, 1], [1, 0, 2]];
    for order in orders {
        let clean = "update message set state = 'sending', gateway_code = null";
        world.sql.batch_execute(clean).await.unwrap();
        world.sql.batch_execute("delete from message_event where state <> 'queued'").await.unwrap();
        for index in order.iter().cycle().take(15) {
            let (outcome, code) = words[*index];
            served.client.take_receipt(GatewayKind::Http, &receipt(id, outcome, code), signed).await.unwrap();
        }
        let row = world.sql.query_one("select state, gateway_code from message", &[]).await.unwrap();
        assert_eq!((row.get(0), row.get(1)), ("delivered", "DELIVRD"), "{order:?}");
        // Each word is kept, once.
        assert_eq!(world.count("select count(*) from message_event where state <> 'queued'").await, 3);
    }
}

#[tokio::test]
async fn a_receipt_may_overtake_the_answer_that_never_comes() {
    let world = World::start().await;
    let served = serve(&world).await;
    let carrier = Carrier::start(|_, _| Deed::Hang).await;
    world.install_hook(&carrier.url).await;
    let id = world.queue(1).await[0];
    let office = fupin_notify::gateway::PostOffice::with_patience(&world.app, crate::world::PATIENCE).unwrap();
    let sent = tokio::spawn(async move { sending::send(&office, id).await });
    while carrier.calls().is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let word = receipt(id, ReceiptOutcome::Delivered, "DELIVRD");
    served.client.take_receipt(GatewayKind::Http, &word, signed).await.unwrap();
    sent.await.unwrap().unwrap();
    assert_eq!(world.state(id).await, "delivered");
}

#[tokio::test]
async fn a_late_receipt_ends_the_doubt() {
    let world = World::start().await;
    let served = serve(&world).await;
    let id = sending(&world).await;
    world.sql.execute("update message set state = 'unknown'", &[]).await.unwrap();
    let word = receipt(id, ReceiptOutcome::Accepted, "1");
    served.client.take_receipt(GatewayKind::Http, &word, signed).await.unwrap();
    assert_eq!(world.state(id).await, "accepted");
}

#[tokio::test]
async fn forged_receipts_change_nothing() {
    let world = World::start().await;
    let served = serve(&world).await;
    let id = sending(&world).await;
    let word = receipt(id, ReceiptOutcome::Delivered, "DELIVRD");
    let now = chrono::Utc::now().timestamp();
    let with = |secret: &'static str, at: i64| {
        move |body: &[u8]| ReceiptProof {
            timestamp: at.to_string(),
            signature: signature::sign(secret.as_bytes(), &at.to_string(), body).unwrap(),
        }
    };
    let forgeries: [Forgery; 7] = [
        Box::new(with("another secret", now)),
        Box::new(with("", now)),
        Box::new(with(SECRET, now - 400)),
        Box::new(with(SECRET, now + 400)),
        Box::new(|_| signed(b"{}")),
        Box::new(|body| ReceiptProof { signature: String::new(), ..signed(body) }),
        Box::new(|body| ReceiptProof { timestamp: String::new(), ..signed(body) }),
    ];
    for forgery in forgeries {
        let refused = served.client.take_receipt(GatewayKind::Http, &word, forgery).await.unwrap_err();
        assert_eq!((refused.status(), refused.code()), (Some(401), "notify.bad_signature"));
    }
    // Nobody speaks for the sandbox from outside.
    let refused = served.client.take_receipt(GatewayKind::Sandbox, &word, signed).await.unwrap_err();
    assert_eq!(refused.code(), "notify.bad_signature");
    assert_eq!(world.state(id).await, "sending");
}

#[tokio::test]
async fn a_signed_receipt_for_nobody_is_kept_for_a_person_and_a_garbled_one_is_refused() {
    let world = World::start().await;
    let served = serve(&world).await;
    sending(&world).await;
    let word = receipt(MessageId::generate(), ReceiptOutcome::Delivered, "DELIVRD");
    served.client.take_receipt(GatewayKind::Http, &word, signed).await.unwrap();
    assert_eq!(world.count("select count(*) from stray_receipt where body like '%DELIVRD%'").await, 1);
    for (body, status) in [
        ("{", 400),
        ("{}", 422),
        (r#"{"message_id":"x","outcome":"delivered"}"#, 422),
        (r#"{"message_id":"018f0000-0000-7000-8000-000000000001","outcome":"read"}"#, 422),
        (r#"{"message_id":"018f0000-0000-7000-8000-000000000001","outcome":"failed","why":1}"#, 422),
    ] {
        let proof = signed(body.as_bytes());
        let answer = reqwest::Client::new()
            .post(format!("{}/api/receipts/http", served.base))
            .header("Content-Type", "application/json")
            .header("X-Fupin-Timestamp", proof.timestamp)
            .header("X-Fupin-Signature", proof.signature)
            .body(body)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status().as_u16(), status, "{body}");
    }
    let nowhere = reqwest::Client::new().post(format!("{}/api/receipts/pigeon", served.base)).send().await.unwrap();
    assert_eq!(nowhere.status().as_u16(), 404);
}
