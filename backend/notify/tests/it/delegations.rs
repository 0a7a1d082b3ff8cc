//! Whoever delegates work and whoever does it hear of it, each once.

use serde_json::json;
use uuid::Uuid;

use crate::world::World;

const MESSAGES: &str = "select recipient_name || '|' || body from message order by created_at, recipient_name";
const NOTICES: &str = "select body || '|' || link from notice order by at, body";

impl World {
    async fn delegate(&self, principal: Uuid, delegate: Uuid) -> Uuid {
        let id = Uuid::now_v7();
        self.sql
            .execute(
                "insert into delegation (delegation_id, principal_id, delegate_id, first_day, last_day, reason, made_by,
                     made_at)
                 values ($1, $2, $3, '2026-12-01', '2026-12-09', '年休假', $2, now())",
                &[&id, &principal, &delegate],
            )
            .await
            .unwrap();
        id
    }

    async fn tell(&self, topic: &str, delegation: Uuid) {
        self.push(topic, json!({ "delegation_id": delegation })).await;
        self.drain().await;
    }
}

#[tokio::test]
async fn both_hear_that_a_delegation_begins_and_that_it_ended() {
    let world = World::start().await;
    let (principal, delegate) = (world.person("黄春燕", "reviewer", 3).await, world.person("符丽", "clerk", 4).await);
    let delegation = world.delegate(principal, delegate).await;
    world.tell("access.delegation_made", delegation).await;
    world.tell("access.delegation_made", delegation).await;
    let messages = world.texts(MESSAGES).await;
    assert_eq!(messages.len(), 2, "an intent is told once: {messages:?}");
    let to = |name: &str| messages.iter().find(|text| text.starts_with(name)).unwrap();
    assert!(to("符丽|").contains("12月1日至12月9日黄春燕的填报审核工作由您代办，原因是“年休假”"), "{messages:?}");
    assert!(to("黄春燕|").contains("您的填报审核工作由符丽代办"), "{messages:?}");
    assert!(messages.iter().all(|text| text.ends_with("https://fp.example.cn/delegations")), "{messages:?}");
    assert_eq!(world.texts(NOTICES).await.len(), 2);

    let end = "update delegation set ended_at = now(), ended_by = principal_id";
    world.sql.batch_execute(end).await.unwrap();
    world.tell("access.delegation_ended", delegation).await;
    let messages = world.texts(MESSAGES).await;
    assert_eq!(messages.len(), 4);
    assert!(messages.iter().any(|text| text.contains("您代黄春燕办理的委托已经结束")), "{messages:?}");
}

#[tokio::test]
async fn what_ended_before_it_was_told_is_not_told_as_beginning() {
    let world = World::start().await;
    let (principal, delegate) = (world.person("黄春燕", "reviewer", 3).await, world.person("符丽", "clerk", 4).await);
    let delegation = world.delegate(principal, delegate).await;
    world.sql.batch_execute("update delegation set ended_at = now(), ended_by = principal_id").await.unwrap();
    world.tell("access.delegation_made", delegation).await;
    assert!(world.texts(MESSAGES).await.is_empty());
}

#[tokio::test]
async fn whoever_stands_in_is_told_what_the_principal_is_told() {
    let world = World::start().await;
    let (principal, delegate) = (world.person("黄春燕", "reviewer", 3).await, world.person("符丽", "leader", 3).await);
    let delegation = world.delegate(principal, delegate).await;
    world.sql.batch_execute("update delegation set first_day = local_today(), last_day = local_today()").await.unwrap();
    let told = "select distinct name from v_access_recipient where role = 'reviewer' and unit_id = 3 order by 1";
    assert_eq!(world.texts(told).await.len(), 2);
    world.sql.execute("update delegation set ended_at = now() where delegation_id = $1", &[&delegation]).await.unwrap();
    assert_eq!(world.texts(told).await, ["黄春燕"]);
}
