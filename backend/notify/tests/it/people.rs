//! What administrators and recipients see and do, through HTTP.

use fupin_client::ClientError;
use fupin_contract::{
    Cursor, MessageId,
    access::Role,
    notify::{
        GatewayKind, GatewaySettings, HttpGateway, HttpHeader, MessageFilter, MessageState, ReadNotices, SandboxFilter,
        SettleMessage, UnknownDecision,
    },
};
use fupin_kernel::seal;
use fupin_testing::{Person, TestApp};

use crate::carrier::{Carrier, Deed};

fn operations(service: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    fupin_access::configure(service);
    fupin_notify::configure(service);
}

pub async fn start() -> TestApp {
    TestApp::start(operations).await
}

/// So many messages to somebody, one second apart, in a state.
pub async fn plant(app: &TestApp, to: &Person, messages: i32, state: &str) {
    let phone = seal::seal(&app.app.keys, &format!("account.phone:{}", to.account_id), "13800005678").unwrap();
    let phone: String = phone.iter().map(|byte| format!("{byte:02x}")).collect();
    app.sql(&format!(
        "insert into message (message_id, intent, account_id, unit_id, recipient_name, phone_sealed, body, segments,
             state, gateway, created_at, changed_at)
         select gen_random_uuid(), '{state}' || n || '{0}', account_id, unit_id, name, '\\x{phone}', '第' || n || '条 https://x/', 1,
             '{state}', 'sandbox', now() - n * interval '1 second', now()
         from account, generate_series(1, {messages}) n where account_id = '{0}'",
        to.account_id
    ))
    .await;
}

pub fn hook(url: &str, secret: &str) -> GatewaySettings {
    let http = HttpGateway {
        url: url.to_owned(),
        headers: vec![HttpHeader { name: "X-Key".into(), value: "k".into() }],
        body: r#"{"id":{{id}},"phone":{{phone}},"text":{{text}}}"#.to_owned(),
        secret: secret.to_owned(),
    };
    GatewaySettings { http: Some(http), ..GatewaySettings::of(GatewayKind::Http) }
}

fn faults(refused: &ClientError) -> Vec<String> {
    refused.problem().unwrap().faults.keys().cloned().collect()
}

#[tokio::test]
async fn the_log_is_read_page_by_page_with_masked_numbers() {
    let app = start().await;
    let (admin, clerk) = (app.person(Role::SystemAdmin, "样例省").await, app.person(Role::Clerk, "甲东一村").await);
    plant(&app, &clerk, 120, "accepted").await;
    plant(&app, &clerk, 3, "unknown").await;
    let mut filter = MessageFilter { limit: Some(50), ..MessageFilter::default() };
    let mut seen = Vec::new();
    loop {
        let page = admin.client.list_messages(&filter).await.unwrap();
        assert!(page.items.len() <= 50);
        assert!(page.items.iter().all(|message| message.address == "138****5678"));
        seen.extend(page.items.iter().map(|message| (message.created_at, message.id)));
        filter.after = page.next;
        if filter.after.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 123);
    assert!(seen.windows(2).all(|pair| pair[0] > pair[1]), "newest first, each once");
    let unknown = MessageFilter { state: Some(MessageState::Unknown), ..MessageFilter::default() };
    assert_eq!(admin.client.list_messages(&unknown).await.unwrap().items.len(), 3);
    let garbled = MessageFilter { after: Some(Cursor("1.x".into())), ..MessageFilter::default() };
    let refused = admin.client.list_messages(&garbled).await.unwrap_err();
    assert_eq!((refused.status(), faults(&refused)), (Some(422), vec!["after".to_owned()]));
    let refused = clerk.client.list_messages(&MessageFilter::default()).await.unwrap_err();
    assert_eq!(refused.status(), Some(403));
}

#[tokio::test]
async fn the_log_shows_the_own_scope_alone() {
    let app = start().await;
    let (here, there) = (app.person(Role::Clerk, "甲东一村").await, app.person(Role::Clerk, "乙东镇").await);
    plant(&app, &here, 1, "unknown").await;
    plant(&app, &there, 1, "unknown").await;
    let admin = app.person(Role::SystemAdmin, "甲县").await;
    let page = admin.client.list_messages(&MessageFilter::default()).await.unwrap();
    assert_eq!(page.items.len(), 1);
    let hidden = app.superuser().await;
    let row = hidden.query_one("select message_id from message where account_id = $1", &[&there.account_id.0]).await;
    let hidden = MessageId(row.unwrap().get(0));
    let act = SettleMessage { decision: UnknownDecision::Failed, reason: "问过".into() };
    let absent = admin.client.settle_message(MessageId::generate(), &act).await.unwrap_err();
    let refused = admin.client.settle_message(hidden, &act).await.unwrap_err();
    assert_eq!((refused.status(), refused.code()), (absent.status(), absent.code()));
    assert_eq!(refused.status(), Some(404));
}

#[tokio::test]
async fn a_message_of_unknown_fate_is_settled_once_by_a_person() {
    let app = start().await;
    let (admin, clerk) = (app.person(Role::SystemAdmin, "样例省").await, app.person(Role::Clerk, "甲东一村").await);
    plant(&app, &clerk, 3, "unknown").await;
    let messages = admin.client.list_messages(&MessageFilter::default()).await.unwrap().items;
    let settle = |index: usize, decision| {
        let (client, id) = (&admin.client, messages[index].id);
        async move { client.settle_message(id, &SettleMessage { decision, reason: "问过运营商".into() }).await }
    };
    assert_eq!(settle(0, UnknownDecision::Delivered).await.unwrap().state, MessageState::Delivered);
    assert_eq!(settle(1, UnknownDecision::Failed).await.unwrap().state, MessageState::Failed);
    let again = settle(2, UnknownDecision::SendAgain).await.unwrap();
    assert_eq!((again.state, again.attempts), (MessageState::Queued, 0));
    assert_eq!(app.number("select count(*) from graphile_worker.jobs").await, 1);
    let refused = settle(0, UnknownDecision::SendAgain).await.unwrap_err();
    assert_eq!((refused.status(), refused.code()), (Some(409), "notify.not_unknown"));
    assert_eq!(refused.problem().unwrap().current.as_ref().unwrap()["state"], "delivered");
    let decided = "select count(*) from message_event where account_id is not null and reason = '问过运营商'";
    assert_eq!(app.number(decided).await, 3);
    let audited = "select count(*) from audit_row where event = 'notify.message_settled'";
    assert_eq!(app.number(audited).await, 4);
}

#[tokio::test]
async fn the_gateway_is_set_checked_and_its_secret_never_read_back() {
    let app = start().await;
    let admin = app.person(Role::SystemAdmin, "样例省").await;
    assert_eq!(admin.client.get_gateway().await.unwrap_err().status(), Some(404));
    let set = admin.client.set_gateway(&hook("https://sms.example.cn/send", "first secret")).await.unwrap();
    assert_eq!(set.http.as_ref().unwrap().secret, "");
    assert_eq!(admin.client.get_gateway().await.unwrap(), set);
    // Written empty, the secret stays: calls are signed with it.
    let carrier = Carrier::start(|_, _| Deed::Accept).await;
    admin.client.set_gateway(&hook(&carrier.url, "")).await.unwrap();
    let clerk = app.person(Role::Clerk, "甲东一村").await;
    plant(&app, &clerk, 1, "queued").await;
    let id = admin.client.list_messages(&MessageFilter::default()).await.unwrap().items[0].id;
    let office = fupin_notify::gateway::PostOffice::open(&app.app).unwrap();
    fupin_notify::sending::send(&office, id).await.unwrap();
    let call = carrier.calls().remove(0);
    let header = |name: &str| {
        let line = call.head.lines().find_map(|line| line.strip_prefix(name).map(str::to_owned));
        line.unwrap().trim().to_owned()
    };
    assert_eq!(header("x-key:"), "k");
    let (at, mac) = (header("x-fupin-timestamp:"), header("x-fupin-signature:"));
    let now = chrono::Utc::now().timestamp();
    assert!(fupin_notify::signature::verify(b"first secret", &at, &mac, call.body.as_bytes(), now));
    let stored = "select count(*) from gateway where encode(settings_sealed, 'escape') like '%secret%'";
    assert_eq!(app.number(stored).await, 0);
    assert_eq!(app.number("select count(*) from audit_row where detail like '%secret%'").await, 0);

    let wrong = hook("ftp://sms.example.cn/", "s");
    assert_eq!(faults(&admin.client.set_gateway(&wrong).await.unwrap_err()), ["http.url"]);
    let nothing = GatewaySettings::of(GatewayKind::Http);
    assert_eq!(faults(&admin.client.set_gateway(&nothing).await.unwrap_err()), ["http"]);
    assert_eq!(clerk.client.get_gateway().await.unwrap_err().status(), Some(403));
    assert_eq!(app.nobody().get_gateway().await.unwrap_err().status(), Some(401));
}

#[tokio::test]
async fn notices_are_ones_own_and_read_up_to_where_one_has_read() {
    let app = start().await;
    let (one, other) = (app.person(Role::Clerk, "甲东一村").await, app.person(Role::Clerk, "甲东二村").await);
    for person in [&one, &other] {
        app.sql(&format!(
            "insert into notice (notice_id, intent, account_id, body, link, at)
             select ('018f0000-0000-7000-8000-0000000000' || lpad(to_hex(n), 2, '0'))::uuid, 'i' || n, '{}', '第' || n, '/todo', now()
             from generate_series({1}, {1} + 59) n",
            person.account_id,
            if person.account_id == one.account_id { 1 } else { 100 },
        ))
        .await;
    }
    let list = one.client.list_notices().await.unwrap();
    assert_eq!((list.unread, list.items.len()), (60, 50));
    assert_eq!((list.items[0].text.as_str(), list.items[0].read), ("第60", false));
    one.client.read_notices(&ReadNotices { up_to: list.items[5].id }).await.unwrap();
    let list = one.client.list_notices().await.unwrap();
    assert_eq!(list.unread, 5);
    assert_eq!(list.items.iter().filter(|notice| notice.read).count(), 45);
    assert_eq!(other.client.list_notices().await.unwrap().unread, 60, "somebody else's were marked");
    assert_eq!(app.nobody().list_notices().await.unwrap_err().status(), Some(401));
}

#[tokio::test]
async fn the_sandbox_shows_what_a_phone_would_to_those_who_may_read_it() {
    let app = start().await;
    let (admin, clerk) = (app.person(Role::SystemAdmin, "样例省").await, app.person(Role::Clerk, "甲东一村").await);
    plant(&app, &clerk, 60, "delivered").await;
    app.sql("insert into sandbox_message (message_id, at) select message_id, created_at from message").await;
    let all = SandboxFilter::default();
    assert_eq!(app.nobody().list_sandbox_messages(&all).await.unwrap_err().status(), Some(401));
    assert_eq!(clerk.client.list_sandbox_messages(&all).await.unwrap_err().status(), Some(403));
    let page = admin.client.list_sandbox_messages(&all).await.unwrap();
    assert_eq!((page.items.len(), page.items[0].text.as_str()), (50, "第1条 https://x/"));
    let rest = SandboxFilter { after: page.next, ..all };
    assert_eq!(admin.client.list_sandbox_messages(&rest).await.unwrap().items.len(), 10);
    for (q, found) in [("第7条", 1), ("甲东一村", 50), ("5678", 50), ("13800005678", 50), ("9999", 0), ("%", 0)] {
        let filter = SandboxFilter { q: Some(q.into()), after: None };
        let page = admin.client.list_sandbox_messages(&filter).await.unwrap();
        assert_eq!(page.items.len(), found, "{q}");
    }
}
