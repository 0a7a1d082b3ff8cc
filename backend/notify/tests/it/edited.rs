//! What administrators edit and read: limits, words, costs, the log; and what phones reply. Through HTTP.

use fupin_client::{ClientError, ReceiptProof};
use fupin_contract::{
    Phone,
    access::Role,
    notify::{
        AliyunReply, CarrierReply, GatewayKind, GatewayPrice, GatewaySettings, MessageFilter, MessageLimits,
        PreviewTemplate, QuietHours, ReplyCounts, SetTemplate, TemplateChannel, TencentReply,
    },
};
use fupin_kernel::seal;
use fupin_notify::signature;
use fupin_testing::{Person, TestApp};

use crate::people::{hook, plant, start};

fn faults(refused: &ClientError) -> Vec<(String, String)> {
    let faults = &refused.problem().unwrap().faults;
    faults.iter().map(|(field, faults)| (field.clone(), faults[0].code.clone())).collect()
}

#[tokio::test]
async fn limits_are_edited_with_an_audit_row_and_what_waits_is_judged_anew() {
    let app = start().await;
    let (admin, clerk) = (app.person(Role::SystemAdmin, "样例省").await, app.person(Role::Clerk, "甲东一村").await);
    assert_eq!(admin.client.get_message_limits().await.unwrap(), MessageLimits::default());
    plant(&app, &clerk, 3, "queued").await;
    app.sql("update message set held_until = now() + interval '1 day', held_for = 'budget'").await;
    let limits = MessageLimits {
        quiet: Some(QuietHours { from: "22:00".into(), until: "06:00".into() }),
        urgent: vec!["reporting.report_returned".into()],
        per_minute: Some(1),
        per_hour: Some(5),
        per_day: Some(10),
        mail_per_day: Some(30),
        monthly_segments: Some(1000),
        prices: vec![],
    };
    assert_eq!(admin.client.set_message_limits(&limits).await.unwrap(), limits);
    assert_eq!(admin.client.get_message_limits().await.unwrap(), limits);
    assert_eq!(app.number("select count(*) from graphile_worker.jobs").await, 3);
    let audited = "select count(*) from audit_row where event = 'notify.limits_set' and detail like '%22:00%before%'
        or event = 'notify.limits_set' and detail like '%before%22:00%'";
    assert_eq!(app.number(audited).await, 1);

    let unknown = MessageLimits { urgent: vec!["reporting.task_lost".into()], ..limits.clone() };
    let refused = admin.client.set_message_limits(&unknown).await.unwrap_err();
    assert_eq!(faults(&refused), [("urgent".to_owned(), "template.no_event".to_owned())]);
    let price = GatewayPrice { gateway: GatewayKind::Http, yuan: "0.045".parse().unwrap() };
    let twice = MessageLimits { prices: vec![price.clone(), price], ..limits.clone() };
    let refused = admin.client.set_message_limits(&twice).await.unwrap_err();
    assert_eq!(faults(&refused), [("prices".to_owned(), "template.twice".to_owned())]);
    let wrong = MessageLimits { quiet: Some(QuietHours { from: "25:00".into(), until: "06:00".into() }), ..limits };
    assert_eq!(admin.client.set_message_limits(&wrong).await.unwrap_err().status(), Some(422));
    assert_eq!(clerk.client.get_message_limits().await.unwrap_err().status(), Some(403));
    let below = app.person(Role::SystemAdmin, "甲县").await;
    assert_eq!(below.client.get_message_limits().await.unwrap_err().status(), Some(404));
}

#[tokio::test]
async fn words_are_previewed_with_their_segments_and_refused_when_they_ask_for_what_is_not_there() {
    let app = start().await;
    let admin = app.person(Role::SystemAdmin, "样例省").await;
    let preview = |body: &str| {
        let template =
            PreviewTemplate { event: "reporting.task_issued".into(), channel: None, subject: None, body: body.into() };
        let client = &admin.client;
        async move { client.preview_message_template(&template).await }
    };
    let short = preview(&"村".repeat(70)).await.unwrap();
    assert_eq!((short.characters, short.segments), (70, 1));
    let long = preview(&"村".repeat(71)).await.unwrap();
    assert_eq!((long.characters, long.segments), (71, 2));
    let filled = preview("{{name}}，{{due_month}}月{{due_day}}日前").await.unwrap();
    assert_eq!(filled.text, "张三，11月25日前");
    for (body, code) in [("{{nobody}}", "template.no_fact"), ("{{name", "template.open")] {
        let refused = preview(body).await.unwrap_err();
        assert_eq!(faults(&refused), [("body".to_owned(), code.to_owned())], "{body}");
        let words = SetTemplate { subject: None, body: body.into() };
        let set = admin.client.set_message_template("reporting.task_issued", TemplateChannel::Message, &words).await;
        assert_eq!(faults(&set.unwrap_err()), [("body".to_owned(), code.to_owned())], "{body}");
    }
    let words = SetTemplate { subject: None, body: "{{name}}有新任务 {{link}}".into() };
    admin.client.set_message_template("reporting.task_issued", TemplateChannel::Message, &words).await.unwrap();
    let list = admin.client.list_message_templates().await.unwrap();
    assert_eq!(list.items.len(), 1);
    assert_eq!((list.items[0].body.as_str(), list.items[0].facts.len() > 5), (words.body.as_str(), true));
    let nowhere = admin.client.set_message_template("reporting.lost", TemplateChannel::Message, &words).await;
    assert_eq!(nowhere.unwrap_err().status(), Some(404));
    assert_eq!(app.number("select count(*) from audit_row where event = 'notify.template_set'").await, 1);
}

#[tokio::test]
async fn a_newer_version_brings_words_for_new_events_and_leaves_edited_ones() {
    let app = start().await;
    let admin = app.person(Role::SystemAdmin, "样例省").await;
    let words = SetTemplate { subject: None, body: "{{name}}有新任务 {{link}}".into() };
    admin.client.set_message_template("reporting.task_issued", TemplateChannel::Message, &words).await.unwrap();
    let shipped = r#"[
        {"event": "reporting.task_issued", "channel": "message", "body": "{{form}}"},
        {"event": "reporting.overdue", "channel": "message", "body": "{{form}}逾期"}
    ]"#;
    app.app.db.write(async |tx| fupin_notify::load_templates(tx, shipped).await).await.unwrap();
    let list = admin.client.list_message_templates().await.unwrap();
    let bodies: Vec<&str> = list.items.iter().map(|item| item.body.as_str()).collect();
    assert_eq!(bodies, [words.body.as_str(), "{{form}}逾期"]);
}

#[tokio::test]
async fn the_log_is_filtered_by_state_gateway_month_and_unit() {
    let app = start().await;
    let admin = app.person(Role::SystemAdmin, "样例省").await;
    let (here, there) = (app.person(Role::Clerk, "甲东一村").await, app.person(Role::Clerk, "乙东镇").await);
    plant(&app, &here, 2, "failed").await;
    plant(&app, &there, 3, "failed").await;
    app.sql(
        "update message set gateway = 'aliyun', created_at = '2026-10-31 17:00+00' where gateway_code is null
             and unit_id in (select unit_id from message group by unit_id having count(*) = 3)",
    )
    .await;
    let found = async |filter: MessageFilter| admin.client.list_messages(&filter).await.unwrap().items.len();
    let all = MessageFilter::default();
    assert_eq!(found(all.clone()).await, 5);
    assert_eq!(found(MessageFilter { gateway: Some(GatewayKind::Aliyun), ..all.clone() }).await, 3);
    assert_eq!(found(MessageFilter { gateway: Some(GatewayKind::Tencent), ..all.clone() }).await, 0);
    // An hour into November, in China.
    assert_eq!(
        found(MessageFilter {
            month: Some("2026-11".parse().unwrap()),
            gateway: Some(GatewayKind::Aliyun),
            ..all.clone()
        })
        .await,
        3
    );
    assert_eq!(found(MessageFilter { month: Some("2026-10".parse().unwrap()), ..all.clone() }).await, 0);
    assert_eq!(found(MessageFilter { unit: Some(app.unit("甲县")), ..all.clone() }).await, 2);
    assert_eq!(
        found(MessageFilter { unit: Some(app.unit("甲县")), gateway: Some(GatewayKind::Aliyun), ..all }).await,
        0
    );
}

#[tokio::test]
async fn costs_are_told_by_month_and_gateway() {
    let app = start().await;
    let admin = app.person(Role::SystemAdmin, "样例省").await;
    app.sql("insert into message_spending values ('2026-10-01', 'aliyun', 10, 20, 0.9), ('2026-09-01', 'http', 1, 1, 0.045)").await;
    let costs = admin.client.get_message_costs().await.unwrap();
    let lines: Vec<String> = costs
        .items
        .iter()
        .map(|cost| format!("{} {} {} {}", cost.month, cost.gateway, cost.segments, cost.yuan))
        .collect();
    assert_eq!(lines, ["2026-10 aliyun 20 0.9000", "2026-09 http 1 0.0450"]);
    assert_eq!((costs.monthly_segments, costs.held_for_budget, costs.replies), (None, 0, ReplyCounts::default()));
}

/// A message that told somebody of something, and the notice of the same.
async fn told(app: &TestApp, who: &Person, number: &str) {
    plant(app, who, 1, "delivered").await;
    let mac = seal::index(&app.app.keys, "message.number", number).unwrap();
    let mac: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
    app.sql(&format!(
        "update message set number_mac = '\\x{mac}', sent_at = now() where account_id = '{}'",
        who.account_id
    ))
    .await;
    app.sql(&format!(
        "insert into notice (notice_id, intent, account_id, body, link, at)
         select gen_random_uuid(), intent, account_id, '有', '/todo', now() from message where account_id = '{0}'
         union all
         select gen_random_uuid(), 'another' || account_id, account_id, '另有', '/todo', now() from message where account_id = '{0}'",
        who.account_id
    ))
    .await;
}

#[tokio::test]
async fn a_one_from_a_phone_marks_what_it_was_told_as_read_and_strangers_are_counted_alone() {
    let app = start().await;
    let admin = app.person(Role::SystemAdmin, "样例省").await;
    let mut settings = hook("https://sms.example.cn/send", "shared");
    settings.aliyun = crate::carriers::settings(crate::dialect::Dialect::Aliyun, "https://dysmsapi.example.cn").aliyun;
    settings.tencent = crate::carriers::settings(crate::dialect::Dialect::Tencent, "https://sms.example.cn").tencent;
    let settings: GatewaySettings = admin.client.set_gateway(&settings).await.unwrap();
    let (aliyun, tencent) = (settings.aliyun.unwrap().receipt_token, settings.tencent.unwrap().receipt_token);
    assert!(aliyun.len() > 30 && aliyun != tencent, "a token was chosen from outside");
    let mut people = Vec::new();
    for number in ["13800000001", "13800000002", "13800000003"] {
        let who = app.person(Role::Clerk, "甲东一村").await;
        told(&app, &who, number).await;
        people.push(who);
    }
    let nobody = app.nobody();
    let sign = |body: &[u8]| {
        let timestamp = chrono::Utc::now().timestamp().to_string();
        ReceiptProof { signature: signature::sign(b"shared", &timestamp, body).unwrap(), timestamp }
    };
    let reply = |phone: &str, text: &str| CarrierReply { phone: Phone::parse(phone).unwrap(), text: text.into() };
    nobody.take_reply(GatewayKind::Http, &reply("13800000001", "1"), sign).await.unwrap();
    nobody.take_reply(GatewayKind::Http, &reply("13900000009", "1"), sign).await.unwrap();
    let replies = ["＋8613800000002", "13800000002"]
        .map(|phone| AliyunReply { phone_number: phone.into(), content: " １ ".into() });
    nobody.take_aliyun_replies(&aliyun, &replies).await.unwrap();
    let word = TencentReply { mobile: "13800000003".into(), text: "收到".into() };
    nobody.take_tencent_reply(&tencent, &word).await.unwrap();
    let mut unread = Vec::new();
    for who in &people {
        unread.push(who.client.list_notices().await.unwrap().unread);
    }
    // Two notices each, of which the message told one.
    assert_eq!(unread, [1, 1, 2]);
    let counts = admin.client.get_message_costs().await.unwrap().replies;
    assert_eq!(counts, ReplyCounts { read: 2, other: 1, unknown: 2 });
    let refused = nobody.take_tencent_reply(&aliyun, &word).await.unwrap_err();
    assert_eq!((refused.status(), refused.code()), (Some(401), "notify.bad_signature"));
    assert_eq!(app.number("select count(*) from message_reply where gateway = 'http'").await, 2);
}
