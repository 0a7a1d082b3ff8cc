//! Getting in, staying in, getting out.

use fupin_client::{ClientError, Method, Request, Transport};
use fupin_contract::access::{ChangePassword, Role, SignIn};
use fupin_testing::{PASSWORD, TestApp};

fn credentials(username: &str, password: &str) -> SignIn {
    SignIn { username: username.to_owned(), password: password.to_owned() }
}

fn code(error: &ClientError) -> String {
    error.code().to_owned()
}

#[tokio::test]
async fn a_person_signs_in_and_sees_who_he_is() {
    let app = TestApp::start(fupin_access::configure).await;
    let clerk = app.person(Role::Clerk, "甲东一村").await;
    let me = clerk.client.get_session().await.unwrap();
    assert_eq!(me.account_id, clerk.account_id);
    assert_eq!(me.grants[0].unit.name, "甲东一村");
}

#[tokio::test]
async fn a_wrong_password_an_unknown_name_and_a_locked_account_answer_alike() {
    let app = TestApp::start(fupin_access::configure).await;
    let account = app.account("甲东一村").await;
    let username = TestApp::username(account);
    let client = app.nobody();
    let unknown = client.sign_in(&credentials("nobody.there", "x")).await.unwrap_err();
    let mut answers = vec![code(&unknown)];
    for _ in 0..5 {
        answers.push(code(&client.sign_in(&credentials(&username, "wrong")).await.unwrap_err()));
    }
    answers.push(code(&client.sign_in(&credentials(&username, PASSWORD)).await.unwrap_err()));
    assert!(answers.iter().all(|answer| answer == "access.wrong_credentials"), "{answers:?}");
}

#[tokio::test]
async fn a_lock_opens_by_itself_when_its_time_is_over() {
    let app = TestApp::start(fupin_access::configure).await;
    let account = app.account("甲东一村").await;
    let username = TestApp::username(account);
    let client = app.nobody();
    for _ in 0..5 {
        client.sign_in(&credentials(&username, "wrong")).await.unwrap_err();
    }
    client.sign_in(&credentials(&username, PASSWORD)).await.unwrap_err();
    app.shift_clock("31 minutes").await;
    client.sign_in(&credentials(&username, PASSWORD)).await.unwrap();
}

#[tokio::test]
async fn a_refresh_renews_once_and_a_second_use_ends_the_session() {
    let app = TestApp::start(fupin_access::configure).await;
    let account = app.account("甲东一村").await;
    let first = app.nobody();
    first.enter(&TestApp::username(account), PASSWORD).await.unwrap();
    let renewed = first.refresh_session().await.unwrap();
    first.transport().set_token(Some(renewed.access_token));
    first.get_session().await.unwrap();
    // The used token again, as a thief who copied the cookie would send it: by its digest, put back as unused's twin.
    let stolen = app.number("select count(*) from refresh_token where used_at is not null").await;
    assert_eq!(stolen, 1);
    app.sql("update refresh_token set used_at = clock_now() where used_at is null").await;
    assert_eq!(code(&first.refresh_session().await.unwrap_err()), "access.session_over");
    assert_eq!(code(&first.get_session().await.unwrap_err()), "access.session_over");
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions() {
    let app = TestApp::start(fupin_access::configure).await;
    let account = app.account("甲东一村").await;
    let (here, there) = (app.enter(account).await, app.enter(account).await);
    let wrong = ChangePassword { current: "wrong".to_owned(), new: "Another horse 9".to_owned() };
    assert_eq!(code(&here.client.change_password(&wrong).await.unwrap_err()), "access.wrong_password");
    let change = ChangePassword { current: PASSWORD.to_owned(), new: "Another horse 9".to_owned() };
    here.client.change_password(&change).await.unwrap();
    here.client.get_session().await.unwrap();
    assert_eq!(code(&there.client.get_session().await.unwrap_err()), "access.session_over");
}

#[tokio::test]
async fn a_thousand_parallel_wrong_passwords_are_five_guesses() {
    let app = TestApp::start(fupin_access::configure).await;
    let account = app.account("甲东一村").await;
    let username = TestApp::username(account);
    let guesses = (0..1000).map(|_| async {
        let guess = app.nobody().sign_in(&credentials(&username, "wrong")).await.unwrap_err();
        code(&guess)
    });
    let answers = futures_util::future::join_all(guesses).await;
    // Beside a wrong password: too many wait for their turn at the hash, or for a connection.
    let refusals = ["access.wrong_credentials", "access.busy", "server.unavailable"];
    assert!(answers.iter().all(|answer| refusals.contains(&answer.as_str())), "{answers:?}");
    assert_eq!(app.number("select max(failed_attempts)::bigint from account").await, 5);
    let right = app.nobody().sign_in(&credentials(&username, PASSWORD)).await.unwrap_err();
    assert_eq!(code(&right), "access.wrong_credentials");
}

#[tokio::test]
async fn every_refused_sign_in_leaves_one_audit_row_and_every_done_one_too() {
    let app = TestApp::start(fupin_access::configure).await;
    let account = app.account("甲东一村").await;
    let client = app.nobody();
    client.sign_in(&credentials(&TestApp::username(account), "wrong")).await.unwrap_err();
    client.sign_in(&credentials(&TestApp::username(account), PASSWORD)).await.unwrap();
    let rows = "select count(*) from audit_row where event = 'access.signed_in' and outcome = ";
    assert_eq!(app.number(&format!("{rows} 'refused'")).await, 1);
    assert_eq!(app.number(&format!("{rows} 'done'")).await, 1);
    assert_eq!(app.number("select count(*) from audit_row").await, 2);
}

#[tokio::test]
async fn a_disabled_account_is_out_at_once() {
    let app = TestApp::start(fupin_access::configure).await;
    let clerk = app.person(Role::Clerk, "甲东一村").await;
    app.sql("update account set disabled_at = now()").await;
    assert_eq!(code(&clerk.client.get_session().await.unwrap_err()), "access.session_over");
}

#[tokio::test]
async fn an_idle_session_is_over() {
    let app = TestApp::start(fupin_access::configure).await;
    let clerk = app.person(Role::Clerk, "甲东一村").await;
    app.shift_clock("31 minutes").await;
    assert_eq!(code(&clerk.client.get_session().await.unwrap_err()), "access.session_over");
    assert_eq!(code(&clerk.client.refresh_session().await.unwrap_err()), "access.session_over");
}

#[tokio::test]
async fn an_unknown_path_is_404_and_a_wrong_method_405() {
    let app = TestApp::start(fupin_access::configure).await;
    let send = async |method, path: &str| {
        let request = Request { method, path: path.to_owned(), query: String::new(), headers: vec![], body: None };
        app.nobody().transport().send(request).await.unwrap().status
    };
    assert_eq!(send(Method::Get, "/api/nothing").await, 404);
    assert_eq!(send(Method::Patch, "/api/session").await, 405);
    assert_eq!(send(Method::Get, "/api/session").await, 401);
}
