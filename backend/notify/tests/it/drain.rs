//! Who is told what, and that each is told once.

use std::time::Instant;

use fupin_notify::words::segments;
use serde_json::json;

use crate::world::World;

const MESSAGES: &str = "select recipient_name || '|' || body from message order by recipient_name, body";
const NOTICES: &str = "select a.name || '|' || n.body || '|' || n.link from notice n join account a using (account_id)
    order by 1";

#[tokio::test]
async fn each_clerk_is_told_once_of_all_that_is_owed() {
    let world = World::start().await;
    world.person("符丽", "clerk", 4).await;
    world.person("王镇", "clerk", 3).await;
    let task = world.task(&["收入监测表", "帮扶措施表"]).await;
    for village in [4, 5, 6] {
        world.owe(task, village).await;
    }
    world.push("reporting.task_issued", json!({ "task_id": task })).await;
    world.push("reporting.task_issued", json!({ "task_id": task })).await;
    world.drain().await;
    let messages = world.texts(MESSAGES).await;
    assert_eq!(
        messages,
        [
            "王镇|【海南扶贫】王镇您好，2026年11月有4张报表待填（收入监测表、帮扶措施表），请在11月25日前提交，\
             从这里打开：https://fp.example.cn/todo",
            "符丽|【海南扶贫】符丽您好，2026年11月有2张报表待填（收入监测表、帮扶措施表），请在11月25日前提交，\
             从这里打开：https://fp.example.cn/todo",
        ]
    );
    assert_eq!(world.count("select count(*) from notice").await, 2);
    assert_eq!(world.count("select count(*) from outbox").await, 0);
    assert_eq!(world.count("select count(*) from graphile_worker.jobs").await, 2);
    let counted: i32 = world.sql.query_one("select segments from message limit 1", &[]).await.unwrap().get(0);
    assert_eq!(counted, segments(messages[0].split_once('|').unwrap().1));
    // Issued again, to one village more: who was told is not told again.
    world.owe(task, 8).await;
    world.person("李村", "clerk", 8).await;
    world.push("reporting.task_issued", json!({ "task_id": task })).await;
    world.drain().await;
    assert_eq!(world.count("select count(*) from message").await, 3);
    assert_eq!(world.count("select count(*) from message_event where state = 'queued'").await, 3);
}

#[tokio::test]
async fn a_single_report_is_named_and_linked() {
    let world = World::start().await;
    world.person("符丽", "clerk", 4).await;
    let task = world.task(&["收入监测表"]).await;
    let report = world.owe(task, 4).await[0];
    world.push("reporting.task_issued", json!({ "task_id": task })).await;
    world.drain().await;
    assert_eq!(
        world.texts(MESSAGES).await,
        [format!(
            "符丽|【海南扶贫】符丽您好，2026年11月的《收入监测表》请在11月25日前填好提交，\
             从这里打开：https://fp.example.cn/r/{report}"
        )]
    );
    assert_eq!(
        world.texts(NOTICES).await,
        [format!("符丽|2026 年 11 月的《收入监测表》已下发，请在 11 月 25 日前填好提交|/r/{report}")]
    );
}

#[tokio::test]
async fn reviewers_of_the_turn_are_told_of_many_at_once() {
    let world = World::start().await;
    for (name, role, unit) in [
        ("镇审", "reviewer", 3),
        ("邻审", "reviewer", 7),
        ("县审", "reviewer", 2),
        ("省审", "reviewer", 1),
        ("村员", "clerk", 4),
    ] {
        world.person(name, role, unit).await;
    }
    let task = world.task(&["收入监测表"]).await;
    for village in [4, 5, 6] {
        let report = world.owe(task, village).await[0];
        world.set_report(report, "submitted", 0, None).await;
        world.push("reporting.report_submitted", json!({ "report_id": report })).await;
    }
    let approved_on = world.owe(task, 8).await[0];
    world.set_report(approved_on, "submitted", 1, None).await;
    world.push("reporting.report_approved_on", json!({ "report_id": approved_on })).await;
    world.drain().await;
    let messages = world.texts(MESSAGES).await;
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(
        messages[0].starts_with("县审|") && messages[0].contains("潮村提交了2026年11月的《收入监测表》"),
        "{messages:?}"
    );
    assert!(messages[0].ends_with(&format!("/r/{approved_on}")), "{messages:?}");
    assert!(messages[1].starts_with("镇审|") && messages[1].contains("等单位提交了3张报表"), "{messages:?}");
}

#[tokio::test]
async fn what_no_longer_holds_is_told_to_nobody() {
    let world = World::start().await;
    world.person("镇审", "reviewer", 3).await;
    world.person("符丽", "clerk", 4).await;
    let task = world.task(&["甲表", "乙表", "丙表"]).await;
    let reports = world.owe(task, 4).await;
    // Taken back, mended and submitted again, of a task that was cancelled: before anybody read the line.
    world.push("reporting.report_submitted", json!({ "report_id": reports[0] })).await;
    world.set_report(reports[1], "submitted", 0, None).await;
    world.push("reporting.report_returned", json!({ "report_id": reports[1] })).await;
    world.push("reporting.report_submitted", json!({ "report_id": uuid::Uuid::now_v7() })).await;
    world.push("reporting.report_submitted", json!({ "nonsense": 1 })).await;
    world.drain().await;
    assert_eq!(world.count("select count(*) from message").await, 0);
    assert_eq!(world.count("select count(*) from outbox").await, 0);
    world.set_report(reports[2], "submitted", 0, None).await;
    world.push("reporting.report_submitted", json!({ "report_id": reports[2] })).await;
    world.sql.execute("update task set status = 'cancelled', cancel_reason = '误发'", &[]).await.unwrap();
    world.drain().await;
    assert_eq!(world.count("select count(*) from message").await, 0);
}

#[tokio::test]
async fn a_returned_report_is_told_with_its_reason_and_an_approved_one_in_the_application_alone() {
    let world = World::start().await;
    world.person("符丽", "clerk", 4).await;
    let task = world.task(&["甲表", "乙表"]).await;
    let reports = world.owe(task, 4).await;
    world.set_report(reports[0], "returned", 0, Some("第 4 行「脱贫人口」大于「总人口」\n请核对")).await;
    world.set_report(reports[1], "approved", 3, None).await;
    world.push("reporting.report_returned", json!({ "report_id": reports[0] })).await;
    world.push("reporting.report_approved", json!({ "report_id": reports[1] })).await;
    world.drain().await;
    assert_eq!(
        world.texts(MESSAGES).await,
        [format!(
            "符丽|【海南扶贫】符丽您好，什寒村2026年11月的《甲表》被退回，原因是“第 4 行「脱贫人口」大于「总人口」 请核对”，\
             请改正后再提交：https://fp.example.cn/r/{}",
            reports[0]
        )]
    );
    assert_eq!(world.texts(NOTICES).await.len(), 2);
    assert!(world.texts(NOTICES).await.iter().any(|line| line.contains("《乙表》已全部审核通过")));
}

#[tokio::test]
async fn only_those_are_told_who_can_act_and_only_phones_get_messages() {
    let world = World::start().await;
    let gone = world.person("走了", "clerk", 4).await;
    let pending = world.person("没来", "clerk", 4).await;
    world.sql.execute("update account set disabled_at = now() where account_id = $1", &[&gone]).await.unwrap();
    world.sql.execute("update account set password_hash = null where account_id = $1", &[&pending]).await.unwrap();
    let here = world.person("王镇", "clerk", 3).await;
    let no_phone = world.person("无号", "clerk", 3).await;
    world.sql.execute("update account set phone_sealed = null where account_id = $1", &[&no_phone]).await.unwrap();
    let task = world.task(&["甲表"]).await;
    world.owe(task, 4).await;
    world.push("reporting.task_issued", json!({ "task_id": task })).await;
    world.drain().await;
    let told = world.sql.query("select account_id from message", &[]).await.unwrap();
    assert_eq!(told.iter().map(|row| row.get(0)).collect::<Vec<uuid::Uuid>>(), [here]);
    assert_eq!(world.count("select count(*) from notice").await, 2);
}

#[tokio::test]
async fn a_drain_that_dies_loses_nothing_and_two_that_race_count_once() {
    let world = World::start().await;
    world.person("符丽", "clerk", 4).await;
    for _ in 0..20 {
        let task = world.task(&["甲表"]).await;
        world.owe(task, 4).await;
        world.push("reporting.task_issued", json!({ "task_id": task })).await;
    }
    for polls in 1..12 {
        // Dropped in the middle, wherever it happened to be.
        let _ =
            tokio::time::timeout(std::time::Duration::from_millis(polls), fupin_notify::drain::drain(&world.app)).await;
    }
    let drains = (0..4).map(|_| {
        let app = world.app.clone();
        tokio::spawn(async move { fupin_notify::drain::drain(&app).await.unwrap() })
    });
    for drain in drains.collect::<Vec<_>>() {
        drain.await.unwrap();
    }
    // A drain that was dropped holds its lines until the server has noticed that its connection is gone.
    let emptied = async {
        while world.count("select count(*) from outbox").await > 0 {
            world.drain().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), emptied).await.unwrap();
    assert_eq!(world.count("select count(*) from message").await, 20);
    assert_eq!(world.count("select count(*) from graphile_worker.jobs").await, 20);
}

#[tokio::test]
async fn a_phone_that_has_had_enough_is_told_the_rest_together() {
    let world = World::start().await;
    let reviewer = world.person("镇审", "reviewer", 3).await;
    let task = world.task(&["甲", "乙", "丙", "丁", "戊", "己", "庚"]).await;
    let reports = world.owe(task, 4).await;
    for (index, report) in reports.iter().enumerate() {
        world.set_report(*report, "submitted", 0, None).await;
        world.push("reporting.report_submitted", json!({ "report_id": report })).await;
        world.drain().await;
        let messages = world.count("select count(*) from message").await;
        assert_eq!(messages, [1, 2, 3, 4, 4, 4, 4][index]);
    }
    let last = world.texts("select body from message where waits_until is not null").await;
    assert!(last[0].contains("提交了4张报表") && last[0].ends_with("/todo"), "{last:?}");
    assert_eq!(
        world.count("select count(*) from graphile_worker.jobs where run_at > now() + interval '9 minutes'").await,
        1
    );
    // The application tells each at once.
    assert_eq!(world.count("select count(*) from notice").await, 7);
    let worker = world.work().await;
    world.settle().await;
    worker.abort();
    assert_eq!(world.count("select count(*) from sandbox_message").await, 4);
    // What comes after the window is told at once again.
    world.sql.execute("update message set created_at = now() - interval '11 minutes'", &[]).await.unwrap();
    let again = world.owe(world.task(&["辛"]).await, 5).await[0];
    world.set_report(again, "submitted", 0, None).await;
    world.push("reporting.report_submitted", json!({ "report_id": again })).await;
    world.drain().await;
    assert_eq!(world.count("select count(*) from message where state = 'queued' and waits_until is null").await, 1);
    assert_eq!(world.sql.query("select from message where account_id = $1", &[&reviewer]).await.unwrap().len(), 5);
}

pub const PROVINCE: &str = "
    insert into unit (unit_id) overriding system value select n from generate_series(1000, 4558) n;
    -- 19 counties, 243 towns, 3,296 villages.
    insert into tree_node (tree_id, unit_id, parent_id, level, code, name, lo, hi)
    select 1, 1000 + n, 1, 1, 'c' || n, '县' || n, 1000 + n * 1000, 1999 + n * 1000 from generate_series(1, 19) n;
    insert into tree_node (tree_id, unit_id, parent_id, level, code, name, lo, hi)
    select 1, 1019 + n, 1001 + n % 19, 2, 't' || n, '镇' || n, 100000 + n * 100, 100099 + n * 100
    from generate_series(1, 243) n;
    insert into tree_node (tree_id, unit_id, parent_id, level, code, name, lo, hi)
    select 1, 1262 + n, 1020 + n % 243, 3, 'v' || n, '村' || n, 200000 + n, 200001 + n from generate_series(1, 3296) n;
    insert into account (account_id, username, name, unit_id, phone_sealed, password_hash)
    select gen_random_uuid(), 'clerk' || unit_id, '文员' || unit_id, unit_id, '\\x01', 'x' from tree_node where unit_id > 1262;
    insert into account_grant (grant_id, account_id, role, unit_id)
    select gen_random_uuid(), account_id, 'clerk', unit_id from account where username like 'clerk%';
    analyze;";

#[tokio::test]
async fn a_whole_province_is_told_at_once() {
    let world = World::start().await;
    world.sql.batch_execute(PROVINCE).await.unwrap();
    let task = world.task(&["甲表", "乙表", "丙表"]).await;
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
    world.push("reporting.task_issued", json!({ "task_id": task })).await;
    let begun = Instant::now();
    world.drain().await;
    let took = begun.elapsed();
    assert_eq!(world.count("select count(*) from message").await, 3296);
    assert_eq!(world.count("select count(distinct account_id) from notice").await, 3296);
    assert_eq!(world.count("select count(*) from graphile_worker.jobs").await, 3296);
    // How fast is for `make bench` to say: here other tests run beside it.
    println!("3,296 messages queued in {took:?}");
}
