//! What an administrator and everybody else does about mail, through HTTP.

use fupin_client::ClientError;
use fupin_contract::{
    access::Role,
    notify::{
        MailSecurity, MailServer, MailSettings, MailTrialOutcome, MessageChannel, MessageChoice, MessageFilter,
        PreviewTemplate, SetMessageChoices, SetTemplate, TemplateChannel,
    },
};
use fupin_kernel::seal;
use fupin_testing::{Person, TestApp};
use serde_json::json;

use crate::{
    people::{plant, start},
    post::{PASSWORD, Post, USER},
};

fn faults(refused: ClientError) -> Vec<(String, String)> {
    let faults = refused.problem().unwrap().faults.clone();
    faults.into_iter().map(|(field, faults)| (field, faults[0].code.clone())).collect()
}

fn one(field: &str, code: &str) -> Vec<(String, String)> {
    vec![(field.to_owned(), code.to_owned())]
}

async fn load_words(app: &TestApp) {
    let words = include_str!("../../../server/provinces/hainan/messages.json");
    app.app.db.write(async |tx| fupin_notify::load_templates(tx, words).await).await.unwrap();
}

async fn confirm(app: &TestApp, person: &Person, address: &str) {
    let sealed = seal::seal(&app.app.keys, &format!("account.email:{}", person.account_id), address).unwrap();
    let confirm = "update account set email_sealed = $2, email_confirmed_at = clock_now() where account_id = $1";
    app.superuser().await.execute(confirm, &[&person.account_id.0, &sealed]).await.unwrap();
}

fn settings(server: MailServer) -> MailSettings {
    MailSettings { server: Some(server) }
}

#[tokio::test]
async fn the_password_is_written_and_never_read_back_and_goes_to_no_other_host() {
    let app = start().await;
    let admin = app.person(Role::SystemAdmin, "样例省").await;
    let post = Post::with(MailSecurity::Starttls, json!({ "user": USER, "password": PASSWORD })).await;
    assert_eq!(admin.client.get_mail_server().await.unwrap().server, None);

    let set = admin.client.set_mail_server(&settings(post.server_for(USER, PASSWORD))).await.unwrap();
    assert_eq!(set.server.as_ref().unwrap().password, "");
    assert_eq!(admin.client.get_mail_server().await.unwrap(), set);
    let kept = app.superuser().await.query_one("select settings_sealed from mail_server", &[]).await.unwrap();
    assert!(!String::from_utf8_lossy(&kept.get::<_, Vec<u8>>(0)).contains("localhost"));

    admin.client.set_mail_server(&settings(post.server_for(USER, ""))).await.unwrap();
    assert_eq!(admin.client.try_mail_server().await.unwrap().outcome, MailTrialOutcome::LetIn, "the one before stays");
    let elsewhere = MailServer { host: "127.0.0.1".to_owned(), ..post.server_for(USER, "") };
    admin.client.set_mail_server(&settings(elsewhere)).await.unwrap();
    admin.client.set_mail_server(&settings(post.server_for(USER, ""))).await.unwrap();
    let trial = admin.client.try_mail_server().await.unwrap();
    assert_eq!(trial.outcome, MailTrialOutcome::Failed, "another host had none");
    assert!(trial.code.starts_with("535"), "{}", trial.code);

    assert_eq!(admin.client.set_mail_server(&MailSettings { server: None }).await.unwrap().server, None);
    let refused = admin.client.try_mail_server().await.unwrap_err();
    assert_eq!((refused.status(), refused.code()), (Some(409), "notify.no_mail_server"));
}

#[tokio::test]
async fn what_cannot_work_is_named_by_field() {
    let app = start().await;
    let admin = app.person(Role::SystemAdmin, "样例省").await;
    let post = Post::start(&[]).await;
    let refused = async |server: MailServer| faults(admin.client.set_mail_server(&settings(server)).await.unwrap_err());
    let remote = MailServer { host: "smtp.example.cn".to_owned(), ..post.server() };
    assert_eq!(refused(remote).await, one("server.security", "plain_remote"));
    let forged = MailServer { authority: "-----BEGIN CERTIFICATE-----".to_owned(), ..post.server() };
    assert_eq!(refused(forged).await, one("server.authority", "certificate"));
    let no_host = MailServer { host: "smtp.example.cn:25".to_owned(), ..post.server() };
    assert_eq!(refused(no_host).await, one("server.host", "host"));
    let two_lines = MailServer { from_name: "海南\r\nBcc: a@b.cn".to_owned(), ..post.server() };
    assert_eq!(refused(two_lines).await, one("server.from_name", "blank"));
    let below = app.person(Role::SystemAdmin, "甲县").await;
    assert_eq!(below.client.get_mail_server().await.unwrap_err().status(), Some(404));
    assert_eq!(below.client.try_mail_server().await.unwrap_err().status(), Some(404));
}

#[tokio::test]
async fn a_test_mail_goes_to_ones_own_confirmed_address_alone() {
    let app = start().await;
    load_words(&app).await;
    let admin = app.person(Role::SystemAdmin, "样例省").await;
    let post = Post::start(&["take", "spam"]).await;
    admin.client.set_mail_server(&settings(post.server())).await.unwrap();
    let knocked = admin.client.try_mail_server().await.unwrap();
    assert_eq!((knocked.outcome, knocked.address), (MailTrialOutcome::LetIn, None));
    assert!(post.mails(0).await.is_empty());

    confirm(&app, &admin, "admin@example.cn").await;
    let sent = admin.client.try_mail_server().await.unwrap();
    assert_eq!(sent.outcome, MailTrialOutcome::Sent);
    assert_eq!((sent.address.as_deref(), sent.code.as_str()), (Some("a***@example.cn"), "250 2.0.0 queued as 4F1A2B"));
    let mail = &post.mails(1).await[0];
    assert_eq!(
        (&mail["to"], &mail["headers"]["subject"]),
        (&json!(["admin@example.cn"]), &json!("测试邮件 Test mail"))
    );
    assert!(mail["text"].as_str().unwrap().contains("您收到这封邮件"));
    let refused = admin.client.try_mail_server().await.unwrap();
    assert_eq!((refused.outcome, refused.code.as_str()), (MailTrialOutcome::Failed, "554 5.7.1 我们不收这样的邮件"));
    let rows = "select count(*) from audit_row where event = 'notify.mail_tried' and outcome = 'done'";
    assert_eq!(app.number(rows).await, 3);
}

#[tokio::test]
async fn each_person_chooses_by_which_ways_and_never_none() {
    let app = start().await;
    load_words(&app).await;
    let (clerk, other) = (app.person(Role::Clerk, "甲东一村").await, app.person(Role::Clerk, "甲东二村").await);
    let before = clerk.client.get_message_choices().await.unwrap();
    assert!(!before.mail_offered && before.items.iter().all(|choice| choice.sms && choice.mail));
    let events: Vec<&str> = before.items.iter().map(|choice| choice.event.as_str()).collect();
    assert!(events.contains(&"reporting.task_issued") && events.contains(&"access.delegation_made"));
    assert!(!events.contains(&"reporting.report_approved"), "of it nobody is told but in the application");

    let choice = |event: &str, sms, mail| MessageChoice { event: event.to_owned(), sms, mail };
    let set = |items| SetMessageChoices { items };
    let chosen = set(vec![choice("reporting.due_soon", false, true), choice("reporting.overdue", true, false)]);
    clerk.client.set_message_choices(&chosen).await.unwrap();
    clerk.client.set_message_choices(&set(vec![choice("reporting.overdue", true, true)])).await.unwrap();
    let after = clerk.client.get_message_choices().await.unwrap();
    assert!(after.items.contains(&choice("reporting.due_soon", false, true)));
    assert!(after.items.contains(&choice("reporting.overdue", true, true)));
    assert_eq!(other.client.get_message_choices().await.unwrap(), before, "nobody chooses for another");

    let refused = async |items| faults(clerk.client.set_message_choices(&set(items)).await.unwrap_err());
    let none = refused(vec![choice("reporting.overdue", false, false)]).await;
    assert_eq!(none, one("items.0.__all__", "no_way"));
    let unknown = refused(vec![choice("access.person_invited", true, false)]).await;
    assert_eq!(unknown, one("items", "template.no_event"), "a way to get in is nobody's to choose");
    let twice = refused(vec![choice("reporting.overdue", true, false), choice("reporting.overdue", false, true)]).await;
    assert_eq!(twice, one("items", "template.twice"));
}

#[tokio::test]
async fn words_of_a_mail_have_a_subject_and_lines_and_no_reason() {
    let app = start().await;
    load_words(&app).await;
    let admin = app.person(Role::SystemAdmin, "样例省").await;
    let all = admin.client.list_message_templates().await.unwrap().items;
    let returned = |channel| all.iter().find(|it| it.event == "reporting.report_returned" && it.channel == channel);
    assert!(returned(TemplateChannel::Message).unwrap().facts.contains(&"reason".to_owned()));
    let mail = returned(TemplateChannel::Mail).unwrap();
    assert!(!mail.facts.contains(&"reason".to_owned()) && !mail.subject.is_empty());

    let words =
        |subject: Option<&str>, body: &str| SetTemplate { subject: subject.map(str::to_owned), body: body.to_owned() };
    let event = "reporting.report_returned";
    let set = async |channel, words: SetTemplate| admin.client.set_message_template(event, channel, &words).await;
    set(TemplateChannel::Mail, words(Some("{{unit}}退回"), "{{name}}：\n\n{{link}}")).await.unwrap();
    for (channel, wrong, field, code) in [
        (TemplateChannel::Mail, words(None, "x"), "subject", "required"),
        (TemplateChannel::Mail, words(Some("退回"), "{{reason}}"), "body", "template.no_fact"),
        (TemplateChannel::Mail, words(Some("{{reason}}"), "x"), "subject", "template.no_fact"),
        (TemplateChannel::Mail, words(Some("退\n回"), "x"), "subject", "blank"),
        (TemplateChannel::Message, words(Some("退回"), "x"), "subject", "no_subject"),
        (TemplateChannel::Message, words(None, "一\n二"), "body", "blank"),
        (TemplateChannel::Mail, words(Some("退回"), &"长".repeat(501)), "body", "length"),
    ] {
        assert_eq!(faults(set(channel, wrong).await.unwrap_err()), one(field, code));
    }
    let preview = PreviewTemplate {
        event: event.to_owned(),
        channel: Some(TemplateChannel::Mail),
        subject: Some("{{unit}}退回".to_owned()),
        body: "{{name}}：\n{{link}}".to_owned(),
    };
    let seen = admin.client.preview_message_template(&preview).await.unwrap();
    assert_eq!(seen.subject.as_deref(), Some("样例村退回"));
    assert!(
        seen.text.starts_with("张三：\nhttp") && seen.text.contains("\n\n-- \n海南扶贫平台自动发出"),
        "{}",
        seen.text
    );
}

#[tokio::test]
async fn the_log_tells_texts_from_mails() {
    let app = start().await;
    let (admin, clerk) = (app.person(Role::SystemAdmin, "样例省").await, app.person(Role::Clerk, "甲东一村").await);
    plant(&app, &clerk, 2, "accepted").await;
    let sealed = seal::seal(&app.app.keys, &format!("account.email:{}", clerk.account_id), "z@example.cn").unwrap();
    app.superuser()
        .await
        .execute(
            "insert into message (message_id, intent, account_id, unit_id, recipient_name, phone_sealed, body, segments,
                 state, gateway, channel, subject, created_at, changed_at)
             select gen_random_uuid(), 'm', account_id, unit_id, name, $2, 'body', 1, 'accepted', 'mail', 'mail', '主题',
                 now(), now()
             from account where account_id = $1",
            &[&clerk.account_id.0, &sealed],
        )
        .await
        .unwrap();
    let of = async |channel| {
        let filter = MessageFilter { channel, ..MessageFilter::default() };
        admin.client.list_messages(&filter).await.unwrap().items
    };
    assert_eq!((of(None).await.len(), of(Some(MessageChannel::Sms)).await.len()), (3, 2));
    let mails = of(Some(MessageChannel::Mail)).await;
    assert_eq!(mails.len(), 1);
    assert_eq!((mails[0].channel, mails[0].address.as_str()), (MessageChannel::Mail, "z***@example.cn"));
    assert_eq!(mails[0].subject.as_deref(), Some("主题"));
}
