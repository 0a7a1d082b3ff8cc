//! Numbers in clear: one by one, for a purpose, within a quota, and nowhere else.

use fupin_contract::{
    access::Role,
    registry::{HouseholdAct, Purpose, Reveal, SeenAct, SightingFilter},
};

use crate::world::{World, id_number, refused, written};

fn of_person(id: fupin_contract::PersonId, field: &str) -> Reveal {
    Reveal {
        household_id: None,
        person_id: Some(id),
        year: None,
        field: field.to_owned(),
        purpose: Purpose::Visit,
        note: Some("入户核对".to_owned()),
    }
}

#[tokio::test]
async fn a_number_is_shown_for_a_purpose_and_the_look_is_on_record() {
    let world = World::start_unreviewed().await;
    let number = id_number("1980-01-01", 22);
    let page = world.registered("符小梅", &number).await;
    let head = page.members[0].id;
    let shown = world.clerk.client.reveal_number(&of_person(head, "id_number")).await.unwrap();
    assert_eq!((shown.value.as_str(), shown.left), (number.as_str(), 2));
    let row = world.app.number(
        "select count(*) from audit_row where event = 'registry.number_revealed' and outcome = 'done'
         and detail::jsonb->>'purpose' = 'visit' and detail::jsonb->>'field' = 'id_number'",
    );
    assert_eq!(row.await, 1);
    let auditor = world.app.person(Role::AuditAdmin, "样例省").await;
    let of = SightingFilter { person_id: Some(head), ..SightingFilter::default() };
    let seen = auditor.client.list_sightings(&of).await.unwrap();
    let reveal = seen.items.iter().find(|sighting| sighting.act == SeenAct::Revealed).unwrap();
    assert_eq!((reveal.account_id, reveal.person.as_deref()), (world.clerk.account_id, Some("符**")));
}

#[tokio::test]
async fn numbers_of_a_year_are_asked_with_the_year() {
    let world = World::start_unreviewed().await;
    let page = world.registered("符小梅", &id_number("1980-01-01", 22)).await;
    let facts = written(&[("household_phone", "19900000007")]);
    let page = world.changed(&page, HouseholdAct::CorrectHousehold { facts }).await;
    let asked = Reveal {
        household_id: Some(page.id),
        person_id: None,
        year: Some(world.year),
        ..of_person(page.members[0].id, "household_phone")
    };
    assert_eq!(world.clerk.client.reveal_number(&asked).await.unwrap().value, "19900000007");
    let absent = Reveal { field: "bank_card".to_owned(), ..asked.clone() };
    assert_eq!(refused(world.clerk.client.reveal_number(&absent).await), "request.not_found");
    let yearless = Reveal { year: None, ..asked };
    assert_eq!(refused(world.clerk.client.reveal_number(&yearless).await), "request.invalid");
}

#[tokio::test]
async fn what_is_out_of_sight_or_beyond_the_quota_is_not_shown() {
    let world = World::start_unreviewed().await;
    let page = world.registered("符小梅", &id_number("1980-01-01", 22)).await;
    let asked = of_person(page.members[0].id, "id_number");
    let beside = world.app.person(Role::Clerk, "甲东二村").await;
    assert_eq!(refused(beside.client.reveal_number(&asked).await), "request.not_found");
    let admin = world.app.person(Role::UnitAdmin, "甲东镇").await;
    assert_eq!(refused(admin.client.reveal_number(&asked).await), "access.forbidden");
    for left in [2, 1, 0] {
        assert_eq!(world.clerk.client.reveal_number(&asked).await.unwrap().left, left);
    }
    assert_eq!(refused(world.clerk.client.reveal_number(&asked).await), "registry.revealed_enough");
}

#[tokio::test]
async fn no_number_lies_in_clear_in_the_database() {
    let world = World::start_unreviewed().await;
    let number = id_number("1980-01-01", 22);
    let page = world.registered("符小梅", &number).await;
    let facts = written(&[("household_phone", "19900005678"), ("bank_card", "6222021234567890123")]);
    world.changed(&page, HouseholdAct::CorrectHousehold { facts }).await;
    let client = world.app.superuser().await;
    let tables = client
        .query("select relname::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace", &[]);
    for row in tables.await.unwrap() {
        let table: String = row.get(0);
        for canary in [number.as_str(), "19900005678", "6222021234567890123"] {
            let hex = canary.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
            let query =
                format!("select count(*) from {table} t where t::text like '%{canary}%' or t::text like '%{hex}%'");
            let found: i64 = client.query_one(&query, &[]).await.unwrap().get(0);
            assert_eq!(found, 0, "{canary} lies in {table}");
        }
    }
}
