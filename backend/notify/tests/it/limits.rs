//! Quiet hours, caps of a number and the month's budget: what waits, until when, and that nothing is lost.

use chrono::{DateTime, Duration, Utc};
use fupin_contract::{
    MessageId,
    notify::{GatewayKind, GatewayPrice, MessageLimits, QuietHours},
};
use fupin_notify::{gateway::PostOffice, limits, sending};
use serde_json::json;

use crate::{
    carrier::{Carrier, Deed},
    world::World,
};

/// Set the platform's clock.
async fn set_clock(world: &World, local: &str) {
    let at = DateTime::parse_from_rfc3339(local).unwrap().with_timezone(&Utc);
    world.sql.execute("update clock_offset set shift = $1 - now()", &[&at]).await.unwrap();
}

async fn limit(world: &World, limits: &MessageLimits) {
    world.app.db.write(async |tx| limits::store::save_limits(tx, limits).await).await.unwrap();
}

fn night() -> MessageLimits {
    let quiet = Some(QuietHours { from: "21:30".into(), until: "07:30".into() });
    MessageLimits { quiet, ..MessageLimits::default() }
}

async fn send_all(world: &World, ids: &[MessageId]) {
    let office = PostOffice::open(&world.app).unwrap();
    for id in ids {
        sending::send(&office, *id).await.unwrap();
    }
}

async fn held(world: &World) -> Vec<String> {
    let query = "select held_for || ' ' || to_char(held_until at time zone 'Asia/Shanghai', 'MM-DD HH24:MI')
        from message where held_until is not null order by held_until";
    world.texts(query).await
}

/// Run what the sweep lets go.
async fn sweep_and_send(world: &World) {
    sending::sweep(&world.app).await.unwrap();
    let due = world.sql.query("select message_id from message where state = 'queued' and held_until is null", &[]);
    let due: Vec<MessageId> = due.await.unwrap().iter().map(|row| MessageId(row.get(0))).collect();
    send_all(world, &due).await;
}

#[tokio::test]
async fn by_night_a_message_waits_for_the_morning_unless_it_is_urgent() {
    let world = World::start().await;
    limit(&world, &night()).await;
    set_clock(&world, "2026-11-24T22:00:00+08:00").await;
    let ids = world.queue(1).await;
    send_all(&world, &ids).await;
    assert_eq!(world.state(ids[0]).await, "queued");
    assert_eq!(held(&world).await, ["quiet 11-25 07:30"]);
    sweep_and_send(&world).await;
    assert_eq!(world.state(ids[0]).await, "queued", "it is night still");
    set_clock(&world, "2026-11-25T07:31:00+08:00").await;
    sweep_and_send(&world).await;
    assert_eq!(world.state(ids[0]).await, "accepted");
    assert!(held(&world).await.is_empty());
    // The same in the next night, told to be urgent.
    limit(&world, &MessageLimits { urgent: vec!["reporting.task_issued".into()], ..night() }).await;
    set_clock(&world, "2026-11-25T23:00:00+08:00").await;
    let ids = world.queue(1).await;
    send_all(&world, &ids[1..]).await;
    assert_eq!(world.state(ids[1]).await, "accepted");
}

#[tokio::test]
async fn what_happens_by_night_is_told_together_in_the_morning() {
    let world = World::start().await;
    limit(&world, &night()).await;
    set_clock(&world, "2026-11-24T22:00:00+08:00").await;
    world.person("镇审", "reviewer", 3).await;
    let reports = world.owe(world.task(&["甲", "乙", "丙"]).await, 4).await;
    for report in &reports {
        world.set_report(*report, "submitted", 0, None).await;
        world.push("reporting.report_submitted", json!({ "report_id": report })).await;
        world.drain().await;
    }
    let bodies = world.texts("select body from message").await;
    assert_eq!(bodies.len(), 1);
    assert!(bodies[0].contains("提交了3张报表"), "{bodies:?}");
    assert_eq!(world.count("select count(*) from notice").await, 3);
}

#[tokio::test]
async fn a_number_gets_no_more_than_its_fill_and_the_rest_later() {
    let world = World::start().await;
    limit(&world, &MessageLimits { per_minute: Some(1), per_hour: Some(2), ..MessageLimits::default() }).await;
    set_clock(&world, "2026-11-24T10:00:00+08:00").await;
    // Four people with one number.
    let ids = world.queue(4).await;
    let office = PostOffice::open(&world.app).unwrap();
    // At once: the cap holds for senders that race as well.
    let racing = ids.iter().map(|id| {
        let (office, id) = (office.clone(), *id);
        tokio::spawn(async move { sending::send(&office, id).await.unwrap() })
    });
    for sender in racing.collect::<Vec<_>>() {
        sender.await.unwrap();
    }
    let gone = "select count(*) from message where state <> 'queued'";
    assert_eq!((world.count(gone).await, held(&world).await.len()), (1, 3));
    set_clock(&world, "2026-11-24T10:01:30+08:00").await;
    sweep_and_send(&world).await;
    assert_eq!(world.count(gone).await, 2);
    set_clock(&world, "2026-11-24T10:30:00+08:00").await;
    sweep_and_send(&world).await;
    assert_eq!(world.count(gone).await, 2, "more than an hour's fill");
    for minute in ["11:02", "11:04", "12:10", "12:20"] {
        set_clock(&world, &format!("2026-11-24T{minute}:00+08:00")).await;
        sweep_and_send(&world).await;
    }
    assert_eq!(world.count(gone).await, 4);
}

#[tokio::test]
async fn a_spent_budget_holds_the_rest_tells_the_administrators_once_and_loses_nothing() {
    let world = World::start().await;
    let price = GatewayPrice { gateway: GatewayKind::Http, yuan: "0.045".parse().unwrap() };
    let limits = MessageLimits { monthly_segments: Some(5), prices: vec![price], ..MessageLimits::default() };
    limit(&world, &limits).await;
    set_clock(&world, "2026-11-30T12:00:00+08:00").await;
    world.person("系统管理员", "system_admin", 1).await;
    let carrier = Carrier::start(|_, _| Deed::Accept).await;
    world.install_hook(&carrier.url).await;
    // Two segments each.
    let ids = world.queue(4).await;
    assert_eq!(world.texts("select distinct segments::text from message").await, ["2"]);
    send_all(&world, &ids).await;
    assert_eq!(carrier.calls().len(), 2);
    assert_eq!(held(&world).await, ["budget 12-01 00:00", "budget 12-01 00:00"]);
    let spent =
        "select month || ' ' || gateway || ' ' || messages || ' ' || segments || ' ' || yuan from message_spending";
    assert_eq!(world.texts(spent).await, ["2026-11-01 http 2 4 0.1800"]);
    let told = world.texts("select body from notice where intent like 'notify.budget_spent%'").await;
    assert_eq!(told, ["2026 年 11 月的短信预算 5 条已用完，其余短信留到下月；提高预算后会立即发出"]);
    set_clock(&world, "2026-12-01T08:00:00+08:00").await;
    sweep_and_send(&world).await;
    assert_eq!(carrier.calls().len(), 4);
    assert_eq!(world.texts(&format!("{spent} order by month desc limit 1")).await, ["2026-12-01 http 2 4 0.1800"]);
}

#[tokio::test]
async fn what_the_gateway_did_not_take_costs_nothing() {
    let world = World::start().await;
    let limits = MessageLimits { per_minute: Some(1), monthly_segments: Some(2), ..MessageLimits::default() };
    limit(&world, &limits).await;
    let carrier = Carrier::start(|_, tries| if tries < 2 { Deed::Busy } else { Deed::Accept }).await;
    world.install_hook(&carrier.url).await;
    let ids = world.queue(1).await;
    for spent in [0, 0, 2] {
        send_all(&world, &ids).await;
        assert_eq!(world.count("select coalesce(sum(segments), 0) from message_spending").await, spent);
    }
    assert_eq!(world.state(ids[0]).await, "accepted");
    let shift = Duration::minutes(2).num_seconds();
    world.sql.batch_execute(&format!("update clock_offset set shift = make_interval(secs => {shift})")).await.unwrap();
    let more = world.queue(1).await;
    send_all(&world, &more[1..]).await;
    assert_eq!(held(&world).await.len(), 1, "the budget is spent");
}
