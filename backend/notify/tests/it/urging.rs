//! Asked a second time: by the calendar, by an officer, and up the tree.

use std::time::Instant;

use serde_json::json;
use uuid::Uuid;

use crate::world::World;

const MESSAGES: &str = "select recipient_name || '|' || body from message order by 1";

impl World {
    async fn set_deadline(&self, task: Uuid, days: i32) {
        self.sql
            .execute("update task set deadline = local_today() + $2::int where task_id = $1", &[&task, &days])
            .await
            .unwrap();
    }

    async fn remind(&self, task: Uuid, levels: &[i16]) {
        self.push("reporting.reminder_due", json!({ "task_id": task, "day": 1, "levels": levels })).await;
    }

    async fn dunned(&self, task: Uuid, dunning: Uuid, account: Uuid) {
        self.sql
            .execute(
                "insert into dunned (task_id, account_id, dunning_id, at) values ($1, $2, $3, now())",
                &[&task, &account, &dunning],
            )
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_run_of_reminders_makes_one_message_for_each_person() {
    let world = World::start().await;
    world.person("符丽", "clerk", 4).await;
    world.person("王镇", "clerk", 5).await;
    let (ahead, late) = (world.task(&["甲表", "乙表"]).await, world.task(&["丙表"]).await);
    world.set_deadline(ahead, 3).await;
    world.set_deadline(late, -1).await;
    for village in [4, 5] {
        world.owe(ahead, village).await;
    }
    world.owe(late, 4).await;
    let done = world.owe(ahead, 6).await;
    world.set_report(done[0], "submitted", 0, None).await;
    world.remind(ahead, &[]).await;
    world.remind(late, &[]).await;
    world.drain().await;
    let messages = world.texts(MESSAGES).await;
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(
        messages[0].starts_with("王镇|") && messages[0].contains("还有2张报表没有提交（甲表、乙表）"),
        "{messages:?}"
    );
    assert!(
        messages[1].starts_with("符丽|") && messages[1].contains("有3张报表没有提交（丙表、甲表、乙表）"),
        "{messages:?}"
    );
    assert!(messages[1].contains("已过"), "what is late goes first: {messages:?}");
    assert_eq!(world.count("select count(*) from notice").await, 2);
}

#[tokio::test]
async fn lateness_is_told_up_the_tree_as_a_number_of_units() {
    let world = World::start().await;
    for (name, role, unit) in
        [("镇审", "reviewer", 3), ("邻审", "reviewer", 7), ("县审", "reviewer", 2), ("省审", "reviewer", 1)]
    {
        world.person(name, role, unit).await;
    }
    let (one, other) = (world.task(&["甲表", "乙表"]).await, world.task(&["丙表"]).await);
    for task in [one, other] {
        world.set_deadline(task, -3).await;
        for village in [4, 5] {
            world.owe(task, village).await;
        }
    }
    world.owe(one, 8).await;
    world.remind(one, &[2, 1]).await;
    world.remind(other, &[2, 1]).await;
    world.drain().await;
    let messages = world.texts(MESSAGES).await;
    let told: Vec<&str> = messages.iter().map(|message| message.split('|').next().unwrap()).collect();
    assert_eq!(told, ["县审", "邻审", "镇审"], "{messages:?}");
    assert!(messages[0].contains("有3个单位的8张报表逾期未交"), "{messages:?}");
    assert!(messages[2].contains("有2个单位的6张报表逾期未交"), "{messages:?}");
    assert!(messages[1].contains("有1个单位的2张报表逾期未交") && messages[1].contains("/tasks/"), "{messages:?}");
}

#[tokio::test]
async fn whoever_is_dunned_hears_of_all_that_he_still_owes() {
    let world = World::start().await;
    let clerk = world.person("符丽", "clerk", 4).await;
    let resting = world.person("王镇", "clerk", 5).await;
    let task = world.task(&["甲表", "乙表", "丙表"]).await;
    let reports = world.owe(task, 4).await;
    world.owe(task, 5).await;
    let dunning = Uuid::now_v7();
    world.dunned(task, dunning, clerk).await;
    world.dunned(task, Uuid::now_v7(), resting).await;
    world.set_report(reports[1], "submitted", 0, None).await;
    world.push("reporting.reports_dunned", json!({ "dunning_id": dunning })).await;
    world.push("reporting.reports_dunned", json!({ "nonsense": 1 })).await;
    world.drain().await;
    let messages = world.texts(MESSAGES).await;
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0].contains("现催报2026年11月的2张报表（甲表、丙表）"), "{messages:?}");
    assert_eq!(world.count("select count(*) from outbox").await, 0);
}

#[tokio::test]
async fn a_dunned_province_is_queued_in_about_a_second() {
    let world = World::start().await;
    world.sql.batch_execute(crate::drain::PROVINCE).await.unwrap();
    let task = world.task(&["甲表"]).await;
    world
        .sql
        .execute(
            "insert into report (report_id, task_id, form_id, unit_id, form_code, period, changed_at)
             select gen_random_uuid(), tf.task_id, tf.form_id, n.unit_id, f.code, '2026-11-01', now()
             from task_form tf join form f using (form_id), tree_node n
             where tf.task_id = $1 and n.unit_id > 1262",
            &[&task],
        )
        .await
        .unwrap();
    let dunning = Uuid::now_v7();
    world
        .sql
        .execute(
            "insert into dunned (task_id, account_id, dunning_id, at)
             select $1, account_id, $2, now() from account where username like 'clerk%'",
            &[&task, &dunning],
        )
        .await
        .unwrap();
    world.push("reporting.reports_dunned", json!({ "dunning_id": dunning })).await;
    let begun = Instant::now();
    world.drain().await;
    let took = begun.elapsed();
    assert_eq!(world.count("select count(*) from message").await, 3296);
    println!("3,296 dunned people queued in {took:?}");
    assert!(took.as_secs_f64() < 4.0, "{took:?}");
}
