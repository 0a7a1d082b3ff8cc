//! Changes that wait: who decides, what the reviewer is shown, what happens when others came first.

use fupin_client::{ClientError, Uuid};
use fupin_contract::{
    access::Role,
    insight::TodoKind,
    registry::{ChangeDecision, ChangeFilter, ChangeState, HouseholdAct},
};

use crate::world::{TOWN, VILLAGE, World, faults, id_number, refused, written};

const APPROVE: ChangeDecision = ChangeDecision { approve: true, reason: None };

#[tokio::test]
async fn a_proposal_changes_nothing_before_the_town_approves_it() {
    let world = World::start().await;
    let act = world.household(VILLAGE, world.member("符亚大", "01", &id_number("1970-03-05", 11)));
    let change = world.clerk.client.register_household(&act, Uuid::new_v4()).await.unwrap();
    assert_eq!((change.state, change.household_id), (ChangeState::Proposed, None));
    assert!(change.may_withdraw && !change.may_decide);
    assert_eq!(world.app.number("select count(*) from household").await, 0);
    let waiting = ChangeFilter { state: Some(ChangeState::Proposed), ..ChangeFilter::default() };
    let list = world.reviewer.client.list_changes(&waiting).await.unwrap();
    assert_eq!(list.items.len(), 1);
    assert!(list.items[0].may_decide);
    let todos = world.reviewer.client.list_todos().await.unwrap();
    assert_eq!(
        (todos.count, todos.items[0].kind, todos.items[0].object_id.as_str()),
        (1, TodoKind::ReviewChange, &*change.id.to_string())
    );
    assert_eq!(world.clerk.client.list_todos().await.unwrap().count, 0, "nothing of one's own");
    let after: Vec<_> = list.items[0].lines.iter().map(|line| (line.key.as_str(), line.after.as_deref())).collect();
    assert!(after.contains(&("relation", Some("01"))) && after.contains(&("kind", Some("01"))), "{after:?}");
    let done = world.reviewer.client.decide_change(change.id, &APPROVE, Uuid::new_v4()).await.unwrap();
    assert_eq!(done.state, ChangeState::Applied);
    let page = world.page(done.household_id.unwrap()).await;
    assert_eq!(page.members[0].name, "符亚大");
    let again = world.reviewer.client.decide_change(change.id, &APPROVE, Uuid::new_v4()).await;
    assert_eq!(refused(again), "registry.decided");
}

#[tokio::test]
async fn only_the_towns_reviewer_decides_and_never_on_what_he_proposed() {
    let world = World::start().await;
    let page = world.registered("符亚大", &id_number("1970-03-05", 11)).await;
    let both = world.app.account(TOWN).await;
    world.app.grant(both, Role::Clerk, TOWN).await;
    world.app.grant(both, Role::Reviewer, TOWN).await;
    let both = world.app.enter(both).await;
    let act = HouseholdAct::CorrectHousehold { facts: written(&[("kind", "02")]) };
    let act = fupin_contract::registry::ChangeHousehold { version: page.version, year: page.year, act };
    let change = both.client.change_household(page.id, &act, Uuid::new_v4()).await.unwrap();
    let own = both.client.decide_change(change.id, &APPROVE, Uuid::new_v4()).await;
    assert_eq!(refused(own), "registry.own_change");
    let county = world.app.person(Role::Reviewer, "甲县").await;
    let above = county.client.decide_change(change.id, &APPROVE, Uuid::new_v4()).await;
    assert_eq!(refused(above), "registry.not_your_level");
    let beside = world.app.person(Role::Reviewer, "甲西镇").await;
    let elsewhere = beside.client.decide_change(change.id, &APPROVE, Uuid::new_v4()).await;
    assert_eq!(refused(elsewhere), "request.not_found");
    let clerk = world.clerk.client.decide_change(change.id, &APPROVE, Uuid::new_v4()).await;
    assert_eq!(refused(clerk), "access.forbidden");
    let others = world.clerk.client.withdraw_change(change.id).await;
    assert_eq!(refused(others), "registry.not_yours");
}

#[tokio::test]
async fn a_rejection_says_why_and_a_proposal_can_be_taken_back() {
    let world = World::start().await;
    let page = world.registered("符亚大", &id_number("1970-03-05", 11)).await;
    let propose = async |kind: &str| {
        let act = HouseholdAct::CorrectHousehold { facts: written(&[("kind", kind)]) };
        world.try_change(&page, act).await.unwrap()
    };
    let change = propose("02").await;
    let wordless = ChangeDecision { approve: false, reason: None };
    let answer = world.reviewer.client.decide_change(change.id, &wordless, Uuid::new_v4()).await;
    assert_eq!(faults(answer), [("reason".to_owned(), "required".to_owned())]);
    let why = ChangeDecision { approve: false, reason: Some("与低保证不符".to_owned()) };
    let rejected = world.reviewer.client.decide_change(change.id, &why, Uuid::new_v4()).await.unwrap();
    assert_eq!((rejected.state, rejected.reason.as_deref()), (ChangeState::Rejected, Some("与低保证不符")));
    let change = propose("03").await;
    assert_eq!(world.page(page.id).await.waiting.len(), 1);
    let taken = world.clerk.client.withdraw_change(change.id).await.unwrap();
    assert_eq!(taken.state, ChangeState::Withdrawn);
    assert_eq!(world.page(page.id).await.facts["kind"].value, "01");
}

#[tokio::test]
async fn a_proposal_that_others_outran_is_shown_anew_and_one_beside_it_is_not_disturbed() {
    let world = World::start().await;
    let page = world.registered("符亚大", &id_number("1970-03-05", 11)).await;
    let propose = async |key: &str, value: &str| {
        let act = HouseholdAct::CorrectHousehold { facts: written(&[(key, value)]) };
        world.try_change(&page, act).await.unwrap()
    };
    let (first, second, beside) =
        (propose("kind", "02").await, propose("kind", "03").await, propose("fuel", "04").await);
    world.approved(first).await;
    let outrun = world.reviewer.client.decide_change(second.id, &APPROVE, Uuid::new_v4()).await;
    let Err(ClientError::Problem(problem)) = outrun else { panic!("{outrun:?}") };
    assert_eq!(problem.code, "registry.stale_version");
    assert_eq!(problem.current.unwrap()["lines"][0]["before"], "02");
    world.approved(beside).await;
    let page = world.page(page.id).await;
    assert_eq!((page.facts["kind"].value.as_str(), page.facts["fuel"].value.as_str()), ("02", "04"));
}

#[tokio::test]
async fn two_who_are_proposed_with_one_number_are_not_both_approved() {
    let world = World::start().await;
    let number = id_number("1970-03-05", 11);
    let mut proposals = Vec::new();
    for name in ["符亚大", "符亚二"] {
        let act = world.household(VILLAGE, world.member(name, "01", &number));
        proposals.push(world.clerk.client.register_household(&act, Uuid::new_v4()).await.unwrap());
    }
    world.approved(proposals.remove(0)).await;
    let second = world.reviewer.client.decide_change(proposals[0].id, &APPROVE, Uuid::new_v4()).await;
    assert_eq!(refused(second), "registry.taken");
}
