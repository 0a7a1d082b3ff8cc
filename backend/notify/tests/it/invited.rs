//! Whoever is invited gets a link that lies nowhere else; whoever changes the number is told at the one before.

use fupin_kernel::{keys::token_digest, seal};
use serde_json::json;
use uuid::Uuid;

use crate::world::World;

const BLANK: &str = "/activate#*******************************************";

impl World {
    /// Somebody who has no password yet.
    async fn newcomer(&self, name: &str) -> Uuid {
        let id = self.person(name, "clerk", 4).await;
        self.sql.execute("update account set password_hash = null where account_id = $1", &[&id]).await.unwrap();
        id
    }

    async fn invite(&self, account: Uuid, round: i32) {
        let import = Uuid::nil();
        let payload = json!({"account_id": account, "account_import_id": import, "round": round});
        self.push("access.person_invited", payload).await;
        self.drain().await;
    }

    /// The token that the sandbox shows last.
    async fn last_token(&self) -> String {
        let text = self.texts("select text from sandbox_message where text is not null order by at").await.pop();
        let text = text.unwrap();
        text.split_once("/activate#").unwrap().1.to_owned()
    }

    async fn is_open(&self, token: &str) -> bool {
        let query = "select count(*) from one_time_link
                     where token_digest = $1 and used_at is null and kind = 'activation'";
        let row = self.sql.query_one(query, &[&token_digest(token)]).await.unwrap();
        row.get::<_, i64>(0) == 1
    }
}

#[tokio::test]
async fn the_link_is_made_when_the_message_leaves_and_kept_nowhere() {
    let world = World::start().await;
    let newcomer = world.newcomer("符丽").await;
    world.invite(newcomer, 1).await;
    world.invite(newcomer, 1).await;
    let queued = world.texts("select body from message").await;
    assert_eq!(queued.len(), 1, "an intent is told once");
    assert!(queued[0].ends_with(BLANK), "{queued:?}");
    assert_eq!(world.count("select count(*) from one_time_link").await, 0);

    let worker = world.work().await;
    world.settle().await;
    let first = world.last_token().await;
    assert!(world.is_open(&first).await);
    let kept = world.texts("select body || facts::text from message").await;
    assert!(kept.iter().all(|text| !text.contains(&first)), "the log does not hold it");

    world.invite(newcomer, 2).await;
    world.settle().await;
    let second = world.last_token().await;
    assert!(world.is_open(&second).await && !world.is_open(&first).await, "the former link stops working");
    worker.abort();
}

#[tokio::test]
async fn whoever_has_a_password_by_then_gets_no_link() {
    let world = World::start().await;
    let (early, late) = (world.newcomer("符丽").await, world.newcomer("黄春燕").await);
    let activate = "update account set password_hash = 'x' where account_id = $1";
    world.sql.execute(activate, &[&early]).await.unwrap();
    world.invite(early, 1).await;
    assert_eq!(world.count("select count(*) from message").await, 0);
    world.invite(late, 1).await;
    world.sql.execute(activate, &[&late]).await.unwrap();
    let worker = world.work().await;
    world.settle().await;
    worker.abort();
    assert_eq!(world.texts("select state from message").await, ["failed"]);
    assert_eq!(world.count("select count(*) from one_time_link").await, 0);
    assert_eq!(world.count("select count(*) from sandbox_message").await, 0);
}

#[tokio::test]
async fn the_number_before_is_told_of_another() {
    let world = World::start().await;
    let clerk = world.person("符丽", "clerk", 4).await;
    let before = seal::seal(&world.app.keys, &format!("account.phone:{clerk}"), "19900000009").unwrap();
    let payload = json!({
        "change_id": Uuid::now_v7(), "account_id": clerk, "before": hex::encode(&before), "now": "199****5678",
    });
    world.push("access.phone_changed", payload).await;
    world.drain().await;
    let row = world.sql.query_one("select body, phone_sealed from message", &[]).await.unwrap();
    assert!(row.get::<_, String>(0).contains("改为199****5678"), "{}", row.get::<_, String>(0));
    assert_eq!(row.get::<_, Vec<u8>>(1), before);
}
