//! The own e-mail address, which counts only when its owner has opened the link that was sent there.

use fupin_access::email;
use fupin_contract::{
    AccountId, Email,
    access::Role,
    email::{ChangeEmail, ConfirmEmail},
};
use fupin_testing::{PASSWORD, TestApp};

use crate::imports::code;

const ASKED: &str = "select count(*) from outbox where topic = 'access.email_asked'";
const CHANGED: &str = "select count(*) from outbox where topic = 'access.email_changed'";
const MAILBOXES: &str = "select count(*) from v_access_mailbox";

fn change(password: &str, email: &str) -> ChangeEmail {
    let email = if email.is_empty() { None } else { Some(Email::parse(email).unwrap()) };
    ChangeEmail { password: password.to_owned(), email }
}

/// What the mail to the last address that was asked for carries; none where it says nothing any more.
async fn token(app: &TestApp, account_id: AccountId) -> Option<String> {
    let row = app
        .superuser()
        .await
        .query_one(
            "select payload->>'address' from outbox where topic = 'access.email_asked' order by outbox_id desc limit 1",
            &[],
        )
        .await
        .unwrap();
    token_for(app, account_id, row.get(0)).await
}

async fn token_for(app: &TestApp, account_id: AccountId, address: String) -> Option<String> {
    let sealed = hex::decode(address).unwrap();
    let made = app
        .app
        .db
        .write(async |tx| {
            let expires_at = tx.now() + app.app.settings.limits.one_time_link;
            email::confirmation_token(tx, account_id, &sealed, expires_at).await
        })
        .await;
    made.unwrap().0
}

#[tokio::test]
async fn an_address_counts_when_its_link_has_been_opened() {
    let app = TestApp::start(fupin_access::configure).await;
    let clerk = app.person(Role::Clerk, "甲东一村").await;
    let none = clerk.client.get_own_email().await.unwrap();
    assert_eq!((none.email, none.confirmed_at), (None, None));

    clerk.client.change_email(&change(PASSWORD, "Zhang.San@Example.CN")).await.unwrap();
    let kept = clerk.client.get_own_email().await.unwrap();
    assert_eq!((kept.email.as_deref(), kept.confirmed_at), (Some("Z***@example.cn"), None));
    assert_eq!((app.number(ASKED).await, app.number(MAILBOXES).await), (1, 0));

    let token = token(&app, clerk.account_id).await.unwrap();
    let stranger = app.nobody();
    let confirmed = stranger.confirm_email(&ConfirmEmail { token: token.clone() }).await.unwrap();
    assert_eq!(confirmed.email, "Z***@example.cn");
    assert!(clerk.client.get_own_email().await.unwrap().confirmed_at.is_some());
    assert_eq!(app.number(MAILBOXES).await, 1);
    assert_eq!(code(stranger.confirm_email(&ConfirmEmail { token }).await), "access.link_spent");
    assert_eq!(code(clerk.client.ask_email_confirmation().await), "access.no_email_to_confirm");
    let row = "select count(*) from audit_row where event = 'access.email_confirmed' and outcome = 'done'
                   and account_id is not null";
    assert_eq!(app.number(row).await, 1);
    assert_eq!(app.number("select count(*) from account where failed_attempts > 0").await, 0);
}

#[tokio::test]
async fn a_link_confirms_no_other_address_than_the_one_that_it_was_sent_to() {
    let app = TestApp::start(fupin_access::configure).await;
    let clerk = app.person(Role::Clerk, "甲东一村").await;
    clerk.client.change_email(&change(PASSWORD, "first@example.cn")).await.unwrap();
    let first = token(&app, clerk.account_id).await.unwrap();
    let query = "select payload->>'address' from outbox where topic = 'access.email_asked'";
    let sealed: String = app.superuser().await.query_one(query, &[]).await.unwrap().get(0);

    clerk.client.change_email(&change(PASSWORD, "second@example.cn")).await.unwrap();
    let refused = app.nobody().confirm_email(&ConfirmEmail { token: first }).await;
    assert_eq!(code(refused), "access.link_spent");
    assert_eq!(token_for(&app, clerk.account_id, sealed).await, None, "a mail that still waits has nothing to say");

    let second = token(&app, clerk.account_id).await.unwrap();
    clerk.client.ask_email_confirmation().await.unwrap();
    let third = token(&app, clerk.account_id).await.unwrap();
    let refused = app.nobody().confirm_email(&ConfirmEmail { token: second }).await;
    assert_eq!(code(refused), "access.link_spent", "the newest link alone works");
    app.nobody().confirm_email(&ConfirmEmail { token: third }).await.unwrap();
    assert_eq!(app.number(CHANGED).await, 0, "an address that never counted is told nothing");
}

#[tokio::test]
async fn a_link_works_for_a_day() {
    let app = TestApp::start(fupin_access::configure).await;
    let clerk = app.person(Role::Clerk, "甲东一村").await;
    clerk.client.change_email(&change(PASSWORD, "z@example.cn")).await.unwrap();
    let token = token(&app, clerk.account_id).await.unwrap();
    app.sql("update email_confirmation set expires_at = clock_now()").await;
    assert_eq!(code(app.nobody().confirm_email(&ConfirmEmail { token }).await), "access.link_spent");
}

#[tokio::test]
async fn a_confirmed_address_is_told_of_its_end() {
    let app = TestApp::start(fupin_access::configure).await;
    let clerk = app.person(Role::Clerk, "甲东一村").await;
    clerk.client.change_email(&change(PASSWORD, "first@example.cn")).await.unwrap();
    let token = token(&app, clerk.account_id).await.unwrap();
    app.nobody().confirm_email(&ConfirmEmail { token }).await.unwrap();
    clerk.client.change_email(&change(PASSWORD, "first@example.cn")).await.unwrap();
    assert_eq!((app.number(CHANGED).await, app.number(MAILBOXES).await), (0, 1), "it is the same");

    clerk.client.change_email(&change(PASSWORD, "second@example.cn")).await.unwrap();
    assert_eq!((app.number(CHANGED).await, app.number(MAILBOXES).await), (1, 0));
    clerk.client.change_email(&change(PASSWORD, "")).await.unwrap();
    assert_eq!(clerk.client.get_own_email().await.unwrap().email, None);
    assert_eq!(app.number(CHANGED).await, 1, "the second one never counted");
}

#[tokio::test]
async fn nobody_floods_mailboxes_through_us_or_guesses_the_password() {
    let app = TestApp::start(fupin_access::configure).await;
    let clerk = app.person(Role::Clerk, "甲东一村").await;
    for number in 0..5 {
        clerk.client.change_email(&change(PASSWORD, &format!("victim{number}@example.cn"))).await.unwrap();
    }
    assert_eq!(code(clerk.client.change_email(&change(PASSWORD, "one@example.cn")).await), "access.email_too_often");
    assert_eq!(code(clerk.client.ask_email_confirmation().await), "access.email_too_often");
    assert_eq!(app.number(ASKED).await, 5);
    app.sql("update email_confirmation set asked_at = asked_at - interval '1 day'").await;
    clerk.client.ask_email_confirmation().await.unwrap();

    let other = app.person(Role::Clerk, "甲东二村").await;
    for _ in 0..5 {
        let refused = other.client.change_email(&change("Wrong horse 9", "z@example.cn")).await;
        assert_eq!(code(refused), "access.wrong_password");
    }
    let locked = other.client.change_email(&change(PASSWORD, "z@example.cn")).await;
    assert_eq!(code(locked), "access.wrong_password", "these attempts count as those at the door");
    assert_eq!(other.client.get_own_email().await.unwrap().email, None);
}
