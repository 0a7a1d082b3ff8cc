//! Who saw whom: every look leaves its trace, and a walk through a village is told.

use fupin_contract::{
    access::Role,
    registry::{FindPeople, FindSubject, HouseholdFilter, SeenAct, SightingFilter, SightingSubject, YearQuery},
};

use crate::world::{World, faults, id_number, refused};

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
async fn whose_traces_are_meant_is_said_by_a_number_or_a_name_of_an_account() {
    let world = World::start_unreviewed().await;
    let number = id_number("1980-01-01", 22);
    let page = world.registered("符小梅", &number).await;
    let auditor = world.app.person(Role::AuditAdmin, "样例省").await;
    let find = async |mark: &str| auditor.client.find_sighting_subject(&FindSubject { mark: mark.into() }).await;
    let person = SightingSubject::Person { id: page.members[0].id, name: "符**".to_owned() };
    assert_eq!(find(&number).await.unwrap(), person);
    let wide: String = number.chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()).collect();
    assert_eq!(find(&wide).await.unwrap(), person, "as it is typed");
    let household = SightingSubject::Household { id: page.id, number: page.number.clone() };
    assert_eq!(find(&page.number).await.unwrap(), household);
    let username = fupin_testing::TestApp::username(world.clerk.account_id);
    let account = find(&username).await.unwrap();
    assert!(matches!(account, SightingSubject::Account { id, .. } if id == world.clerk.account_id));
    assert_eq!(
        faults(find(&id_number("1980-01-01", 99)).await),
        [("mark".to_owned(), "registry.no_subject".to_owned())]
    );
    let told = "select count(*) from audit_row where event = 'registry.sighting_subject_sought'";
    assert!(world.app.number(told).await >= 4);
    let kept = format!("select count(*) from audit_row where detail::text like '%{number}%'");
    assert_eq!(world.app.number(&kept).await, 0, "the mark itself is not kept");
    let denied = world.clerk.client.find_sighting_subject(&FindSubject { mark: number.as_str().into() }).await;
    assert_eq!(refused(denied), "access.forbidden");
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

#[tokio::test]
async fn an_hour_that_is_over_is_sealed_and_a_look_that_is_taken_out_is_noticed() {
    let world = World::start_unreviewed().await;
    let page = world.registered("符小梅", &id_number("1980-01-01", 22)).await;
    world.page(page.id).await;
    let app = &world.app.app;
    fupin_registry::sightings::seal(app).await.unwrap();
    let verdict = fupin_registry::sightings::verify(app).await.unwrap();
    assert_eq!((verdict.hours, verdict.broken), (0, None), "this hour is not over");
    // What was seen now was seen some hours ago.
    world.app.sql("update sighting set at = date_trunc('hour', at) - interval '3 hours' + interval '7 minutes'").await;
    fupin_registry::sightings::seal(app).await.unwrap();
    fupin_registry::sightings::seal(app).await.unwrap();
    let verdict = fupin_registry::sightings::verify(app).await.unwrap();
    let looks = world.app.number("select count(*) from sighting").await;
    assert!(verdict.hours >= 2 && looks > 0, "{verdict:?}");
    assert_eq!((verdict.looks, verdict.broken), (looks, None));
    let first = world.app.number("select extract(epoch from min(hour))::bigint from sighting_seal").await;
    for harm in [
        "delete from sighting where ctid = (select min(ctid) from sighting)",
        "update sighting set act = 6 where ctid = (select min(ctid) from sighting)",
        "insert into sighting (at, onlooker_no, act) select min(at), min(onlooker_no), 2 from sighting",
    ] {
        world.app.sql(&format!("create table kept as select * from sighting; {harm}")).await;
        let broken = fupin_registry::sightings::verify(app).await.unwrap().broken.unwrap();
        assert_eq!(broken.timestamp(), first, "{harm}");
        world.app.sql("truncate sighting; insert into sighting select * from kept; drop table kept").await;
        assert_eq!(fupin_registry::sightings::verify(app).await.unwrap().broken, None);
    }
    // Without the last seal its hour's looks could go unnoticed: the audit trail knows that there was one.
    world.app.sql("delete from sighting_seal where hour = (select max(hour) from sighting_seal)").await;
    assert!(fupin_registry::sightings::verify(app).await.unwrap().broken.is_some());
}
