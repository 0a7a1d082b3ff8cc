//! Who saw whom: every look leaves its trace, and a walk through a village is told.

use fupin_contract::{
    access::Role,
    registry::{FindPeople, HouseholdFilter, SeenAct, SightingFilter, YearQuery},
};

use crate::world::{World, id_number, refused};

#[tokio::test]
async fn each_way_of_looking_leaves_its_trace_and_both_questions_are_answered() {
    let world = World::start_unreviewed().await;
    let page = world.registered("符小梅", &id_number("1980-01-01", 22)).await;
    world.registered("王小明", &id_number("1981-01-01", 31)).await;
    let looker = &world.reviewer;
    let (household, head) = (page.id, page.members[0].id);
    looker.client.list_households(&HouseholdFilter::default()).await.unwrap();
    let asked = FindPeople { name: Some("符小梅".to_owned()), ..FindPeople::default() };
    looker.client.find_people(&asked).await.unwrap();
    looker.client.get_household(household, &YearQuery::default()).await.unwrap();
    looker.client.get_person(head).await.unwrap();
    let auditor = world.app.person(Role::AuditAdmin, "样例省").await;
    let acts = async |filter: SightingFilter| {
        let page = auditor.client.list_sightings(&filter).await.unwrap();
        let own = page.items.into_iter().filter(|seen| seen.account_id == looker.account_id);
        own.map(|seen| seen.act).collect::<Vec<_>>()
    };
    let all = [SeenAct::Person, SeenAct::Household, SeenAct::Found, SeenAct::Listed];
    let of = SightingFilter { person_id: Some(head), ..SightingFilter::default() };
    assert_eq!(acts(of).await, all);
    let of = SightingFilter { household_id: Some(household), ..SightingFilter::default() };
    assert_eq!(acts(of).await, all);
    let of = SightingFilter { account_id: Some(looker.account_id), ..SightingFilter::default() };
    assert_eq!(acts(of.clone()).await, all);
    let first = auditor.client.list_sightings(&SightingFilter { limit: Some(3), ..of.clone() }).await.unwrap();
    let rest = SightingFilter { limit: Some(3), after: first.next, ..of.clone() };
    assert_eq!(acts(rest).await, [SeenAct::Listed]);
    let yesterday = world.today.pred_opt();
    assert_eq!(acts(SightingFilter { to: yesterday, ..of.clone() }).await, []);
    assert_eq!(refused(world.clerk.client.list_sightings(&of).await), "access.forbidden");
    assert_eq!(refused(auditor.client.list_sightings(&SightingFilter::default()).await), "request.invalid");
}

#[tokio::test]
async fn a_trace_is_never_changed_or_deleted_by_the_platform() {
    let world = World::start_unreviewed().await;
    let page = world.registered("符小梅", &id_number("1980-01-01", 22)).await;
    world.page(page.id).await;
    let (client, connection) = tokio_postgres::connect(&world.app.db.urls.app, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    for statement in ["update sighting set act = 1", "delete from sighting", "truncate sighting"] {
        assert!(client.batch_execute(statement).await.is_err(), "{statement}");
    }
}

#[tokio::test]
async fn a_walk_through_a_village_is_told_once() {
    let world = World::start_unreviewed().await;
    let mut pages = Vec::new();
    for serial in 0..6 {
        pages.push(world.registered("符小梅", &id_number("1980-01-01", 100 + serial)).await.id);
    }
    // Whoever registered them has looked at each of them.
    let told = "select count(*) from outbox where topic = 'registry.walked'";
    assert_eq!(world.app.number(told).await, 1);
    let walker = &world.reviewer;
    for (place, id) in pages.iter().enumerate() {
        walker.client.get_household(*id, &YearQuery::default()).await.unwrap();
        walker.client.get_household(*id, &YearQuery::default()).await.unwrap();
        let so_far = world.app.number(told).await - 1;
        assert_eq!(so_far, i64::from(place >= 4), "after {} households", place + 1);
    }
}
