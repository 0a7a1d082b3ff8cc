//! Whoever is out is out of everything: a disabled account, an ended session, a password that was never set.

use fupin_client::Transport;
use fupin_contract::access::Role;

use crate::{
    probes::PROBES,
    world::{Someone, World},
};

/// The operations that let somebody in who should be out, with their answers.
async fn open_to(world: &World, who: &Someone) -> Vec<(&'static str, u16)> {
    let mut open = Vec::new();
    for probe in PROBES.iter().filter(|probe| !fupin_server::api::PUBLIC.contains(&probe.operation)) {
        let answer = who.client.transport().send((probe.request)(world, who)).await.unwrap();
        if answer.status != 401 {
            open.push((probe.operation, answer.status));
        }
    }
    open
}

#[tokio::test]
async fn a_disabled_account_is_out_of_everything() {
    let world = World::start().await;
    for role in Role::ALL {
        let who = world.who(role, 4);
        world
            .test
            .sql(&format!("update account set disabled_at = clock_now() where username = '{}'", who.username))
            .await;
        assert_eq!(open_to(&world, who).await, [], "{role:?}");
        let again = world.test.nobody().enter(&who.username, fupin_testing::PASSWORD).await.unwrap_err();
        assert_eq!(again.status(), Some(401), "{role:?}");
    }
}

#[tokio::test]
async fn an_ended_session_is_out_of_everything() {
    let world = World::start().await;
    for role in Role::ALL {
        let who = world.who(role, 4);
        who.client.sign_out().await.unwrap();
        assert_eq!(open_to(&world, who).await, [], "{role:?}");
    }
}

#[tokio::test]
async fn an_account_that_waits_for_its_link_or_is_locked_gets_no_token() {
    let world = World::start().await;
    let waiting = world.test.account("甲县").await;
    world.test.sql(&format!("update account set password_hash = null where account_id = '{waiting}'")).await;
    for account in [waiting, world.objects.locked, world.objects.disabled] {
        let username = fupin_testing::TestApp::username(account);
        for password in [fupin_testing::PASSWORD, "", " "] {
            let refused = world.test.nobody().enter(&username, password).await.unwrap_err();
            assert!(matches!(refused.status(), Some(401 | 422)), "{username}: {refused}");
        }
    }
}

#[tokio::test]
async fn a_lock_neither_ends_a_living_session_nor_lets_its_password_be_guessed_there() {
    let world = World::start().await;
    let who = world.who(Role::Clerk, 0);
    let lock = "failed_attempts = 5, locked_until = clock_now() + interval '20 minutes'";
    world.test.sql(&format!("update account set {lock} where username = '{}'", who.username)).await;
    // Else whoever knows a user name could throw its owner out at will.
    who.client.get_session().await.unwrap();
    let change = fupin_contract::access::ChangePassword {
        current: fupin_testing::PASSWORD.to_owned(),
        new: "Another horse 9".to_owned(),
    };
    assert_eq!(who.client.change_password(&change).await.unwrap_err().code(), "access.wrong_password");
}

#[tokio::test]
async fn a_role_that_is_taken_away_counts_from_the_next_call_on() {
    let world = World::start().await;
    let clerk = &world.who(Role::Clerk, 0).client;
    clerk.get_report(world.objects.draft).await.unwrap();
    world.test.sql("delete from account_grant where role = 'clerk'").await;
    assert_eq!(clerk.get_report(world.objects.draft).await.unwrap_err().status(), Some(403));
    assert_eq!(clerk.get_session().await.unwrap().permissions, []);
}
