//! The contact phone, which its owner keeps current.

use fupin_contract::{
    Phone,
    access::{ChangePhone, Role},
};
use fupin_testing::{PASSWORD, TestApp};

use crate::imports::code;

fn change(password: &str, phone: &str) -> ChangePhone {
    ChangePhone { password: password.to_owned(), phone: Phone::parse(phone).unwrap() }
}

#[tokio::test]
async fn a_person_changes_the_own_phone_and_the_number_before_is_told() {
    let app = TestApp::start(fupin_access::configure).await;
    let clerk = app.person(Role::Clerk, "甲东一村").await;
    assert_eq!(clerk.client.get_own_phone().await.unwrap().phone, None);
    let told = "select count(*) from outbox where topic = 'access.phone_changed'";

    clerk.client.change_phone(&change(PASSWORD, "19900001234")).await.unwrap();
    assert_eq!(app.number(told).await, 0, "there was no number to tell");
    clerk.client.change_phone(&change(PASSWORD, "19900001234")).await.unwrap();
    assert_eq!(app.number(told).await, 0, "it is the same");
    clerk.client.change_phone(&change(PASSWORD, "19900005678")).await.unwrap();

    assert_eq!(app.number(told).await, 1);
    assert_eq!(clerk.client.get_own_phone().await.unwrap().phone.as_deref(), Some("199****5678"));
    let rows = "select count(*) from audit_row where event = 'access.phone_changed' and outcome = 'done'";
    assert_eq!(app.number(rows).await, 3);
    assert_eq!(app.number("select count(*) from account where failed_attempts > 0").await, 0);
}

#[tokio::test]
async fn whoever_does_not_know_the_password_changes_no_phone() {
    let app = TestApp::start(fupin_access::configure).await;
    let clerk = app.person(Role::Clerk, "甲东一村").await;
    for _ in 0..5 {
        let refused = clerk.client.change_phone(&change("Wrong horse 9", "19900001234")).await;
        assert_eq!(code(refused), "access.wrong_password");
    }
    let locked = clerk.client.change_phone(&change(PASSWORD, "19900001234")).await;
    assert_eq!(code(locked), "access.wrong_password", "these attempts count as those at the door");
    assert_eq!(clerk.client.get_own_phone().await.unwrap().phone, None);
}
