//! Many at once: what may happen once happens once.

use fupin_client::{ClientError, Method, Transport};
use fupin_contract::access::{Role, SignedIn, UseLink};
use fupin_testing::{Caller, TestApp};
use futures_util::future::join_all;

use crate::world::request;

const COOKIE: &str = "__Host-fupin-refresh";

/// Sign in, and keep the cookie as a thief would who copied it.
async fn copied_cookie(test: &TestApp, username: &str) -> (String, SignedIn) {
    let credentials = serde_json::json!({"username": username, "password": fupin_testing::PASSWORD});
    let call = reqwest::Client::new().post(format!("{}/api/session", test.url)).json(&credentials);
    let answer = call.send().await.unwrap();
    let cookies = answer.headers().get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    let cookie =
        cookies.map(|value| value.split(';').next().unwrap().to_owned()).find(|value| value.starts_with(COOKIE));
    (cookie.unwrap(), answer.json().await.unwrap())
}

async fn refresh(client: &Caller, cookie: &str) -> (u16, Option<SignedIn>) {
    let mut call = request(Method::Post, "/api/session/refresh".to_owned(), None);
    call.headers.extend([("X-Fupin", "1".to_owned()), ("Cookie", cookie.to_owned())]);
    let answer = client.transport().send(call).await.unwrap();
    (answer.status, serde_json::from_slice(&answer.body).ok())
}

#[tokio::test]
async fn of_twenty_who_renew_with_one_cookie_at_once_one_wins_and_then_all_are_out() {
    let test = TestApp::start(fupin_server::api::configure).await;
    let person = test.person(Role::Clerk, "甲东一村").await;
    let (cookie, first) = copied_cookie(&test, &person.username).await;
    let clients: Vec<Caller> = (0..20).map(|_| test.nobody()).collect();
    let answers = join_all(clients.iter().map(|client| refresh(client, &cookie))).await;
    let won: Vec<&SignedIn> = answers.iter().filter_map(|(_, signed_in)| signed_in.as_ref()).collect();
    assert_eq!(won.len(), 1, "{:?}", answers.iter().map(|(status, _)| status).collect::<Vec<_>>());
    assert!(answers.iter().all(|(status, _)| matches!(status, 200 | 401)));
    // Nobody can tell the owner from the thief: both tokens, and the renewed cookie, are worth nothing now.
    for token in [&first.access_token, &won[0].access_token] {
        let client = test.nobody();
        client.transport().set_token(Some(token.clone()));
        assert_eq!(client.get_session().await.unwrap_err().code(), "access.session_over");
    }
    assert_eq!(refresh(&test.nobody(), &cookie).await.0, 401);
    let living =
        format!("select count(*) from session where session_id = '{}' and ended_at is null", first.me.session_id);
    assert_eq!(test.number(&living).await, 0);
    // Other sessions of the same account were not copied.
    person.client.get_session().await.unwrap();
}

#[tokio::test]
async fn a_reset_link_sets_one_password_however_many_use_it_at_once() {
    let test = TestApp::start(fupin_server::api::configure).await;
    let system = test.person(Role::SystemAdmin, "样例省").await;
    let person = test.person(Role::Clerk, "甲东一村").await;
    let link = system.client.issue_reset_link(person.account_id).await.unwrap().link;
    let token = link.split_once('#').unwrap().1.to_owned();
    let passwords: Vec<String> = (0..8).map(|number| format!("Another horse {number}")).collect();
    let clients: Vec<Caller> = (0..8).map(|_| test.nobody()).collect();
    let uses = clients.iter().zip(&passwords).map(|(client, password)| {
        let token = token.clone();
        async move { client.use_link(&UseLink { token, password: password.clone() }).await }
    });
    let answers: Vec<Result<(), ClientError>> = join_all(uses).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    let refused = answers.iter().filter_map(|answer| answer.as_ref().err());
    assert!(refused.clone().all(|error| error.code() == "access.link_spent"), "{answers:?}");
    for (password, answer) in passwords.iter().zip(&answers) {
        let entered = test.nobody().enter(&person.username, password).await;
        assert_eq!(entered.is_ok(), answer.is_ok(), "{password}");
        if entered.is_err() {
            // Five wrong guesses would lock the account before the right one's turn.
            test.sql("update account set failed_attempts = 0, locked_until = null").await;
        }
    }
    assert_eq!(person.client.get_session().await.unwrap_err().code(), "access.session_over");
}
