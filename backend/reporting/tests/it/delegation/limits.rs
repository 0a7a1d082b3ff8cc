//! What may not be delegated, to whom, and by whom.

use fupin_contract::{
    access::Role,
    delegations::{CreateDelegation, DelegateFilter, DelegationFilter, DelegationState},
};

use super::{Town, ask};
use crate::world::{World, code};

#[tokio::test]
async fn delegations_neither_overlap_nor_pass_on() {
    let town = Town::waiting().await;
    let (app, today) = (&town.world.app, town.world.today);
    let third = app.person(Role::Reviewer, "甲东镇").await;
    let made = town.delegated().await;
    assert_eq!(made.state, DelegationState::Running);
    let absent = &town.absent.client;
    let to_third = |first, last| ask(third.account_id, today, first, last);
    assert_eq!(code(absent.create_delegation(&to_third(3, 5)).await), "access.delegation_overlaps");
    let next = absent.create_delegation(&to_third(4, 5)).await.unwrap();
    assert_eq!(next.state, DelegationState::Ahead);
    // Who stands in has nothing of his own to delegate, and were it otherwise, it would not go on.
    let standing_in = &town.standing_in.client;
    assert_eq!(code(standing_in.create_delegation(&to_third(0, 0)).await), "access.delegation_of_nothing");
    app.grant(town.standing_in.account_id, Role::Reviewer, "甲东镇").await;
    assert_eq!(code(standing_in.create_delegation(&to_third(0, 0)).await), "access.delegates_on");
    let to_absent = ask(town.absent.account_id, today, 1, 1);
    assert_eq!(code(third.client.create_delegation(&to_absent).await), "access.delegate_away");
    let myself = ask(third.account_id, today, 1, 1);
    assert_eq!(code(third.client.create_delegation(&myself).await), "access.delegation_to_oneself");
    let past = CreateDelegation { first_day: today.pred_opt().unwrap(), ..to_third(0, 0) };
    assert_eq!(code(standing_in.create_delegation(&past).await), "request.invalid");
}

#[tokio::test]
async fn a_delegate_is_a_colleague_and_a_stranger_is_nobody() {
    let world = World::start().await;
    let (app, today) = (&world.app, world.today);
    let reviewer = app.person(Role::Reviewer, "甲东镇").await;
    let county = app.account("甲县").await;
    let stranger = app.account("甲西镇").await;
    let administrator = app.person(Role::SystemAdmin, "甲东镇").await.account_id;
    let offered = reviewer.client.list_delegates(&DelegateFilter::default()).await.unwrap().items;
    assert_eq!(offered.iter().map(|colleague| colleague.id).collect::<Vec<_>>(), [county]);
    let to = |delegate| ask(delegate, today, 0, 1);
    assert_eq!(code(reviewer.client.create_delegation(&to(stranger)).await), "request.not_found");
    let to_office = reviewer.client.create_delegation(&to(administrator)).await;
    assert_eq!(code(to_office), "access.delegate_administrates");
    app.sql(&format!("update account set password_hash = null where account_id = '{county}'")).await;
    assert_eq!(code(reviewer.client.create_delegation(&to(county)).await), "access.delegate_cannot_sign_in");
    let officer = app.person(Role::Officer, "甲东镇").await;
    let nothing = officer.client.create_delegation(&to(reviewer.account_id)).await;
    assert_eq!(code(nothing), "access.delegation_of_nothing");
}

#[tokio::test]
async fn a_unit_administrator_delegates_for_those_below_and_ends_it() {
    let town = Town::waiting().await;
    let app = &town.world.app;
    let wanted = CreateDelegation { principal: Some(town.absent.account_id), ..town.days(0, 1) };
    let beside = app.person(Role::UnitAdmin, "乙县").await.client;
    assert_eq!(code(beside.create_delegation(&wanted).await), "request.not_found");
    let same = app.person(Role::UnitAdmin, "甲东镇").await.client;
    assert_eq!(code(same.create_delegation(&wanted).await), "request.not_found", "not one's peers");
    let above = app.person(Role::UnitAdmin, "甲县").await.client;
    let made = above.create_delegation(&wanted).await.unwrap();
    assert_eq!((made.principal.id, made.delegate.id), (town.absent.account_id, town.standing_in.account_id));
    town.standing_in.client.get_report(town.reports[0]).await.unwrap();
    let below = DelegationFilter { below: Some(true) };
    assert_eq!(above.list_delegations(&below).await.unwrap().items.len(), 1);
    assert!(beside.list_delegations(&below).await.unwrap().items.is_empty());
    above.end_delegation(made.id).await.unwrap();
    assert_eq!(code(town.standing_in.client.get_report(town.reports[0]).await), "access.forbidden");
    // Work that lies higher than the administrator is not his to lend.
    app.grant(town.absent.account_id, Role::Reviewer, "样例省").await;
    assert_eq!(code(above.create_delegation(&wanted).await), "access.delegation_not_yours");
}
