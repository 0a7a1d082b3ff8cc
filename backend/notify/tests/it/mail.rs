//! Mail, by a real server that does everything wrong: what is sent, once, to whom, and what is known after it.

use std::time::Duration;

use fupin_contract::{
    MessageId,
    notify::{MailSecurity, MailServer, MessageLimits},
};
use fupin_kernel::seal;
use fupin_notify::{gateway::PostOffice, limits, mail, sending};
use serde_json::json;
use uuid::Uuid;

use crate::{
    post::{PASSWORD, Post, USER},
    world::World,
};

/// Nothing but a server that says nothing is waited for so long.
const PATIENCE: Duration = Duration::from_secs(10);

pub async fn install(world: &World, server: MailServer) {
    world.app.db.write(async |tx| mail::install(tx, &world.app.keys, Some(server)).await).await.unwrap();
}

/// A person confirms an address.
async fn confirm(world: &World, account: Uuid, address: &str) {
    let sealed = seal::seal(&world.app.keys, &format!("account.email:{account}"), address).unwrap();
    let confirm = "update account set email_sealed = $2, email_confirmed_at = now() where account_id = $1";
    world.sql.execute(confirm, &[&account, &sealed]).await.unwrap();
}

async fn choose(world: &World, account: Uuid, event: &str, sms: bool, mail: bool) {
    let choose = "insert into message_choice values ($1, $2, $3, $4)";
    world.sql.execute(choose, &[&account, &event, &sms, &mail]).await.unwrap();
}

/// A clerk with a confirmed address owes a report; says the report's id.
pub async fn owe(world: &World, name: &str) -> (Uuid, Uuid) {
    let (task, clerk) = (world.task(&["收入监测表"]).await, world.person(name, "clerk", 4).await);
    confirm(world, clerk, "zhang.san@example.cn").await;
    let report = world.owe(task, 4).await[0];
    world.push("reporting.task_issued", json!({ "task_id": task })).await;
    world.drain().await;
    (clerk, report)
}

pub async fn ids(world: &World, channel: &str) -> Vec<MessageId> {
    let query = "select message_id from message where channel = $1 order by created_at, message_id";
    world.sql.query(query, &[&channel]).await.unwrap().iter().map(|row| MessageId(row.get(0))).collect()
}

async fn send(world: &World, id: MessageId) {
    send_within(world, id, PATIENCE).await;
}

async fn send_within(world: &World, id: MessageId, patience: Duration) {
    sending::send(&PostOffice::with_patience(&world.app, patience).unwrap(), id).await.unwrap();
}

async fn code(world: &World, id: MessageId) -> String {
    world.sql.query_one("select gateway_code from message where message_id = $1", &[&id.0]).await.unwrap().get(0)
}

#[tokio::test]
async fn a_mail_arrives_with_its_chinese_its_link_and_why_it_came() {
    let world = World::start().await;
    let post = Post::start(&[]).await;
    install(&world, post.server()).await;
    let (_, report) = owe(&world, "符\r\nBcc: other@example.cn丽").await;
    let mails = ids(&world, "mail").await;
    assert_eq!((mails.len(), ids(&world, "sms").await.len()), (1, 1), "by both ways, once each");
    send(&world, mails[0]).await;

    assert_eq!(world.state(mails[0]).await, "accepted");
    assert_eq!(code(&world, mails[0]).await, "250 2.0.0 queued as 4F1A2B");
    let mail = &post.mails(1).await[0];
    assert_eq!((&mail["from"], &mail["to"]), (&json!("fupin@example.cn"), &json!(["zhang.san@example.cn"])));
    let headers = &mail["headers"];
    assert_eq!(headers["subject"], "11月《收入监测表》请在11月25日前提交");
    assert_eq!(headers["from"], "海南扶贫 <fupin@example.cn>");
    assert!(headers["to"].as_str().unwrap().ends_with("<zhang.san@example.cn>"), "{headers}");
    assert!(headers.get("bcc").is_none(), "{headers}");
    assert_eq!(headers["message-id"], format!("<{}@example.cn>", mails[0]));
    assert_eq!(headers["auto-submitted"], "auto-generated");
    assert_eq!(headers["content-type"], "text/plain; charset=utf-8");
    assert_eq!(mail["ascii"], true);
    let text = mail["text"].as_str().unwrap();
    assert!(text.contains(&format!("打开报表：https://fp.example.cn/r/{report}\n")), "{text}");
    assert!(text.contains("您收到这封邮件，是因为") && text.ends_with("https://fp.example.cn/me"), "{text}");
    assert_eq!(world.count("select count(*) from message_spending").await, 0, "mail costs nothing");
}

#[tokio::test]
async fn it_goes_only_where_it_is_wanted_and_nobody_goes_untold() {
    let world = World::start().await;
    let post = Post::start(&[]).await;
    let task = world.task(&["收入监测表"]).await;
    world.owe(task, 4).await;
    let mut people = Vec::new();
    for (name, confirmed, choice) in [
        ("甲", false, None),
        ("乙", true, None),
        ("丙", true, Some((true, false))),
        ("丁", true, Some((false, true))),
        ("戊", false, Some((false, true))),
    ] {
        let person = world.person(name, "clerk", 4).await;
        if confirmed {
            confirm(&world, person, "z@example.cn").await;
        }
        if let Some((sms, mail)) = choice {
            choose(&world, person, "reporting.task_issued", sms, mail).await;
        }
        people.push(person);
    }
    let told = "select recipient_name || ' ' || channel from message order by recipient_name collate \"C\", channel";
    world.push("reporting.task_issued", json!({ "task_id": task })).await;
    world.drain().await;
    assert_eq!(world.count("select count(*) from message where channel = 'mail'").await, 0, "there is no server");
    assert_eq!(world.count("select count(*) from message").await, 5);

    world.sql.batch_execute("delete from message_event; delete from message; delete from notice").await.unwrap();
    install(&world, post.server()).await;
    world.push("reporting.task_issued", json!({ "task_id": task })).await;
    world.drain().await;
    let mut ways = world.texts(told).await;
    ways.sort();
    let mut expected = vec!["甲 sms", "乙 sms", "乙 mail", "丙 sms", "丁 mail", "戊 sms"];
    expected.sort_unstable();
    assert_eq!(ways, expected);
    // Told again: each intent has its message by each way.
    world.push("reporting.task_issued", json!({ "task_id": task })).await;
    world.drain().await;
    assert_eq!(world.texts(told).await.len(), 6);
}

#[tokio::test]
async fn tls_starttls_and_both_ways_of_signing_in_work_and_nothing_is_said_in_clear() {
    for security in [MailSecurity::Tls, MailSecurity::Starttls] {
        for method in ["PLAIN", "LOGIN"] {
            let world = World::start().await;
            let told = json!({ "user": USER, "password": PASSWORD, "methods": [method] });
            let post = Post::with(security, told).await;
            install(&world, post.server_for(USER, PASSWORD)).await;
            owe(&world, "符丽").await;
            let id = ids(&world, "mail").await[0];
            send(&world, id).await;
            assert_eq!(world.state(id).await, "accepted", "{security:?} {method}: {}", code(&world, id).await);
            let auth = &post.said("auth", 1).await[0];
            assert_eq!(auth, &json!({ "method": method, "right": true, "secure": true }));
            let mail = &post.mails(1).await[0];
            assert_eq!((&mail["secure"], &mail["user"]), (&json!(true), &json!(USER)));
        }
    }
}

#[tokio::test]
async fn a_wrong_password_a_wrong_certificate_or_no_tls_keep_the_mail_waiting() {
    let world = World::start().await;
    owe(&world, "符丽").await;
    let told = json!({ "user": USER, "password": PASSWORD });
    let (tls, clear) = (Post::with(MailSecurity::Tls, told.clone()).await, Post::start(&[]).await);
    install(&world, tls.server_for(USER, "wrong")).await;
    owe(&world, "王阿梅").await;
    let id = *ids(&world, "mail").await.last().unwrap();
    let stranger = Post::with(MailSecurity::Tls, told).await;
    for (server, says) in [
        (tls.server_for(USER, "wrong"), "535"),
        (tls.server(), "530"),
        (MailServer { authority: stranger.server().authority, ..tls.server() }, "certificate"),
        (MailServer { authority: String::new(), ..tls.server() }, "certificate"),
        (MailServer { host: "127.0.0.1".to_owned(), ..tls.server() }, "certificate"),
        (MailServer { security: MailSecurity::Starttls, ..clear.server() }, "STARTTLS"),
        (MailServer { port: closed_port().await, ..clear.server() }, "refused"),
        (MailServer { host: "no-such-host.invalid".to_owned(), ..tls.server() }, "not known"),
        (MailServer { host: "169.254.169.254".to_owned(), ..tls.server() }, "may not be called"),
        (MailServer { host: "10.0.0.1".to_owned(), ..clear.server() }, "may not be called"),
    ] {
        install(&world, server).await;
        send(&world, id).await;
        assert_eq!(world.state(id).await, "queued", "{says}");
        let said = world
            .texts(
                "select gateway_code from message_event where gateway_code is not null order by event_id desc limit 1",
            )
            .await;
        assert!(said[0].to_lowercase().contains(&says.to_lowercase()), "{says}: {said:?}");
    }
    assert!(tls.said("auth", 1).await.iter().all(|auth| auth["right"] == false));
    assert!(tls.mails(0).await.is_empty() && clear.mails(0).await.is_empty());
    install(&world, tls.server_for(USER, PASSWORD)).await;
    send(&world, id).await;
    assert_eq!(world.state(id).await, "accepted");
    assert_eq!(tls.mails(1).await.len(), 1);
}

async fn closed_port() -> u16 {
    tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

#[tokio::test]
async fn a_server_that_is_busy_is_asked_again_and_one_that_refuses_is_not() {
    let world = World::start().await;
    let post = Post::start(&["busy", "take", "refuse", "spam"]).await;
    install(&world, post.server()).await;
    for name in ["甲", "乙", "丙"] {
        let (clerk, _) = owe(&world, name).await;
        world.sql.execute("update account set disabled_at = now() where account_id = $1", &[&clerk]).await.unwrap();
    }
    let mails = ids(&world, "mail").await;
    send(&world, mails[0]).await;
    assert_eq!(world.state(mails[0]).await, "queued");
    assert_eq!(code(&world, mails[0]).await, "451 4.7.1 greylisted, try again later");
    assert_eq!(world.count("select count(*) from message where sent_at is not null").await, 0, "nothing was taken");
    send(&world, mails[0]).await;
    send(&world, mails[1]).await;
    send(&world, mails[2]).await;
    let states = [world.state(mails[0]).await, world.state(mails[1]).await, world.state(mails[2]).await];
    assert_eq!(states, ["accepted", "failed", "failed"]);
    assert_eq!(code(&world, mails[1]).await, "550 5.1.1 no such user here");
    assert_eq!(code(&world, mails[2]).await, "554 5.7.1 我们不收这样的邮件");
    for id in &mails {
        send(&world, *id).await;
    }
    assert_eq!(post.mails(1).await.len(), 1, "what is settled is not sent again");
    assert_eq!(post.said("turned_away", 2).await, ["busy", "spam"]);
}

#[tokio::test]
async fn a_conversation_that_breaks_after_the_text_leaves_a_doubt_that_only_a_person_settles() {
    let world = World::start().await;
    let post = Post::start(&["drop", "late"]).await;
    install(&world, post.server()).await;
    owe(&world, "甲").await;
    owe(&world, "乙").await;
    let mails = ids(&world, "mail").await;
    send(&world, mails[0]).await;
    send_within(&world, mails[1], Duration::from_secs(2)).await;
    for id in &mails[..2] {
        assert_eq!(world.state(*id).await, "unknown");
        send(&world, *id).await;
    }
    sending::sweep(&world.app).await.unwrap();
    assert_eq!(code(&world, mails[1]).await, "no answer in time");
    assert_eq!(post.mails(2).await.len(), 2, "it may have been taken, and is not sent again");
    let asking = "select count(*) from graphile_worker.jobs where task_identifier = 'notify.ask_carrier'";
    assert_eq!(world.count(asking).await, 0, "there is nobody to ask");
}

#[tokio::test]
async fn a_server_that_does_not_greet_is_not_waited_for() {
    let world = World::start().await;
    let post = Post::with(MailSecurity::None, json!({ "greeting": 3_600_000 })).await;
    install(&world, post.server()).await;
    owe(&world, "符丽").await;
    let id = ids(&world, "mail").await[0];
    send_within(&world, id, Duration::from_millis(300)).await;
    assert_eq!((world.state(id).await.as_str(), code(&world, id).await.as_str()), ("queued", "no answer in time"));
}

#[tokio::test]
async fn a_mail_left_sending_is_doubted_and_receipts_of_texts_say_nothing_of_it() {
    let world = World::start().await;
    let post = Post::start(&[]).await;
    install(&world, post.server()).await;
    owe(&world, "符丽").await;
    let id = ids(&world, "mail").await[0];
    world.sql.execute("update message set state = 'sending' where message_id = $1", &[&id.0]).await.unwrap();
    send(&world, id).await;
    assert_eq!(world.state(id).await, "unknown");
    let receipt = fupin_contract::notify::Receipt {
        message_id: id,
        outcome: fupin_contract::notify::ReceiptOutcome::Delivered,
        code: "DELIVRD".to_owned(),
    };
    let (ours, _) = world.app.db.write(async |tx| sending::receive(tx, &receipt).await).await.unwrap();
    assert!(!ours);
    assert_eq!(world.state(id).await, "unknown");
    assert!(post.mails(0).await.is_empty());
}

#[tokio::test]
async fn an_address_gets_so_many_mails_a_day_at_any_hour() {
    let world = World::start().await;
    let post = Post::start(&[]).await;
    install(&world, post.server()).await;
    let night = fupin_contract::notify::QuietHours { from: "00:00".into(), until: "23:59".into() };
    let cap = MessageLimits { quiet: Some(night), mail_per_day: Some(2), ..MessageLimits::default() };
    world.app.db.write(async |tx| limits::store::save_limits(tx, &cap).await).await.unwrap();
    for name in ["甲", "乙", "丙"] {
        let (clerk, _) = owe(&world, name).await;
        world.sql.execute("update account set disabled_at = now() where account_id = $1", &[&clerk]).await.unwrap();
    }
    let mails = ids(&world, "mail").await;
    for id in &mails {
        send(&world, *id).await;
    }
    assert_eq!(post.mails(2).await.len(), 2);
    assert_eq!(
        world.texts("select state || ' ' || held_for from message where held_for is not null").await,
        ["queued number"]
    );
    world.sql.batch_execute("update clock_offset set shift = interval '1 day'").await.unwrap();
    sending::sweep(&world.app).await.unwrap();
    send(&world, mails[2]).await;
    assert_eq!(world.state(mails[2]).await, "accepted");
}

#[tokio::test]
async fn an_unconfirmed_address_gets_its_link_alone_and_another_address_is_told_of_its_end() {
    let world = World::start().await;
    let post = Post::start(&[]).await;
    install(&world, post.server()).await;
    let clerk = world.person("符丽", "clerk", 4).await;
    let sealed = seal::seal(&world.app.keys, &format!("account.email:{clerk}"), "new@example.cn").unwrap();
    world.sql.execute("update account set email_sealed = $2 where account_id = $1", &[&clerk, &sealed]).await.unwrap();
    let ask = Uuid::now_v7();
    let asked = "insert into email_confirmation (email_confirmation_id, account_id, asked_at) values ($1, $2, now())";
    world.sql.execute(asked, &[&ask, &clerk]).await.unwrap();
    let payload = json!({ "ask_id": ask, "account_id": clerk, "address": hex::encode(&sealed) });
    world.push("access.email_asked", payload.clone()).await;
    world.push("access.email_asked", payload).await;
    let task = world.task(&["收入监测表"]).await;
    world.owe(task, 4).await;
    world.push("reporting.task_issued", json!({ "task_id": task })).await;
    world.drain().await;
    let mails = ids(&world, "mail").await;
    assert_eq!(mails.len(), 1, "nothing but the link");
    send(&world, mails[0]).await;
    let mail = &post.mails(1).await[0];
    assert_eq!((&mail["to"], &mail["headers"]["subject"]), (&json!(["new@example.cn"]), &json!("请确认您的邮箱")));
    let text = mail["text"].as_str().unwrap();
    let token = text.split("https://fp.example.cn/confirm-email#").nth(1).unwrap().split('\n').next().unwrap();
    assert_eq!(token.len(), 43);
    let kept = world.texts("select body from message where channel = 'mail'").await;
    assert!(!kept[0].contains(token), "the token lies nowhere");
    let digest = fupin_kernel::keys::token_digest(token);
    let found = world.sql.query("select from email_confirmation where token_digest = $1", &[&digest]).await.unwrap();
    assert_eq!(found.len(), 1);

    let again = json!({ "ask_id": Uuid::now_v7(), "account_id": clerk, "address": hex::encode(&sealed) });
    world.push("access.email_asked", again).await;
    world.sql.execute("update account set email_confirmed_at = now() where account_id = $1", &[&clerk]).await.unwrap();
    let ended = json!({ "change_id": Uuid::now_v7(), "account_id": clerk, "before": hex::encode(&sealed) });
    world.push("access.email_changed", ended).await;
    world.drain().await;
    let mails = ids(&world, "mail").await;
    for id in &mails {
        send(&world, *id).await;
    }
    let subjects: Vec<_> = post.mails(2).await.iter().map(|mail| mail["headers"]["subject"].clone()).collect();
    assert_eq!(subjects, ["请确认您的邮箱", "此邮箱不再接收提醒"], "who has confirmed is asked no more");
    assert_eq!(world.count("select count(*) from message where channel = 'mail' and state = 'failed'").await, 1);
}

#[tokio::test]
async fn mails_that_come_too_fast_are_told_together_apart_from_texts() {
    let world = World::start().await;
    let post = Post::start(&[]).await;
    install(&world, post.server()).await;
    let task = world.task(&["甲表", "乙表", "丙表", "丁表", "戊表", "己表"]).await;
    let clerk = world.person("符丽", "clerk", 4).await;
    confirm(&world, clerk, "z@example.cn").await;
    choose(&world, clerk, "reporting.report_returned", false, true).await;
    for report in world.owe(task, 4).await {
        world.set_report(report, "returned", 0, Some("王家的收入不对")).await;
        world.push("reporting.report_returned", json!({ "report_id": report })).await;
        world.drain().await;
    }
    let mails = "select subject from message where channel = 'mail' order by created_at, message_id";
    let subjects = world.texts(mails).await;
    assert_eq!(subjects.len(), 4);
    assert_eq!(subjects[3], "3张报表被退回，请改正");
    assert_eq!(world.count("select count(*) from message where channel = 'sms'").await, 0);
    assert_eq!(world.count("select count(*) from message where body like '%王家%'").await, 0);
}
