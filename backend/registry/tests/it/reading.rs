//! What is read of households: by whom, in which year, from whom it comes.

use fupin_client::Uuid;
use fupin_contract::{
    access::Role,
    registry::{ChangeHousehold, HouseholdAct, HouseholdFilter, YearQuery},
};

use crate::world::{VILLAGE, World, id_number, refused, written};

#[tokio::test]
async fn a_household_shows_each_value_with_its_origin_and_numbers_masked() {
    let world = World::start().await;
    let number = id_number("1970-03-05", 11);
    let page = world.registered("符亚大", &number).await;
    let facts =
        written(&[("household_phone", "199 0000 0001"), ("bank_card", "6222021234567890123"), ("farmland", "３．５")]);
    let page = world.changed(&page, HouseholdAct::CorrectHousehold { facts }).await;
    assert_eq!(page.facts["household_phone"].value, "199****0001");
    assert_eq!(page.facts["bank_card"].value, "***************0123");
    assert_eq!(page.facts["farmland"].value, "3.5");
    let origin = &page.origins[page.facts["farmland"].origin as usize];
    assert_eq!((origin.kind.as_str(), origin.source.as_str()), ("change", "correct_household"));
    assert_eq!(page.origins[page.facts["kind"].origin as usize].source, "register");
    let head = &page.members[0];
    assert_eq!(head.id_number.as_deref(), Some(&*format!("469***********{}", &number[14..])));
    assert_eq!((head.sex.as_str(), head.relation.as_str()), ("1", "01"));
    assert_eq!(page.head_id, Some(head.id));
    assert_eq!(page.path.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>(), ["甲县", "甲东镇"]);
}

#[tokio::test]
async fn whoever_says_that_a_value_is_so_is_named_until_the_value_changes() {
    let world = World::start().await;
    let page = world.registered("符亚大", &id_number("1970-03-05", 11)).await;
    let verify = HouseholdAct::Verify { household: vec!["kind".to_owned()], people: [].into() };
    let change = world.try_change(&page, verify).await.unwrap();
    assert_eq!(change.state, fupin_contract::registry::ChangeState::Applied, "a word of one's own waits for nobody");
    let page = world.page(page.id).await;
    let verified = page.facts["kind"].verified.unwrap();
    assert_eq!(page.origins[verified as usize].by.as_deref(), Some("甲东一村的人"));
    let page = world.changed(&page, HouseholdAct::CorrectHousehold { facts: written(&[("kind", "02")]) }).await;
    assert_eq!(page.facts["kind"].verified, None);
}

#[tokio::test]
async fn last_years_page_stays_as_it_was() {
    let world = World::start_unreviewed().await;
    let mut act = world.household(VILLAGE, world.member("符亚大", "01", &id_number("1970-03-05", 11)));
    act.year -= 1;
    act.facts.extend(written(&[("household_phone", "19900000001"), ("house_area", "60")]));
    let change = world.clerk.client.register_household(&act, Uuid::new_v4()).await.unwrap();
    let old = world.page(change.household_id.unwrap()).await;
    assert_eq!(old.years, [world.year - 1]);
    // When this year's page is opened by a change, it starts from last year's.
    let act = ChangeHousehold {
        version: old.version,
        year: world.year,
        act: HouseholdAct::CorrectHousehold { facts: written(&[("house_area", "80"), ("household_phone", "")]) },
    };
    world.clerk.client.change_household(old.id, &act, Uuid::new_v4()).await.unwrap();
    let new = world.page(old.id).await;
    assert_eq!((new.year, new.years.as_slice()), (world.year, &[world.year, world.year - 1][..]));
    assert_eq!(new.facts["house_area"].value, "80");
    assert_eq!(new.facts["kind"].value, "01");
    assert!(!new.facts.contains_key("household_phone"));
    let query = YearQuery { year: Some(world.year - 1) };
    let again = world.clerk.client.get_household(old.id, &query).await.unwrap();
    assert_eq!(again.facts["house_area"].value, "60");
    assert_eq!(again.facts["household_phone"].value, "199****0001");
    assert_eq!(again.members, old.members);
}

#[tokio::test]
async fn a_household_out_of_sight_is_as_if_absent() {
    let world = World::start().await;
    let page = world.registered("符亚大", &id_number("1970-03-05", 11)).await;
    for (role, unit) in [(Role::Clerk, "甲东二村"), (Role::Reviewer, "甲西镇"), (Role::Officer, "乙县")] {
        let stranger = world.app.person(role, unit).await;
        assert_eq!(refused(stranger.client.get_household(page.id, &YearQuery::default()).await), "request.not_found");
        assert_eq!(refused(stranger.client.get_person(page.members[0].id).await), "request.not_found");
        assert_eq!(stranger.client.list_households(&HouseholdFilter::default()).await.unwrap().items, []);
    }
    let leader = world.app.person(Role::Leader, "样例省").await;
    assert_eq!(refused(leader.client.get_household(page.id, &YearQuery::default()).await), "access.forbidden");
}

#[tokio::test]
async fn a_list_goes_by_place_and_its_pages_neither_miss_nor_repeat_anybody() {
    let world = World::start_unreviewed().await;
    let neighbour = world.app.person(Role::Clerk, "甲东二村").await;
    let mut expected = Vec::new();
    for serial in 0..7 {
        let (who, village) = if serial % 3 == 0 { (&neighbour, "甲东二村") } else { (&world.clerk, VILLAGE) };
        let act = world.household(village, world.member("王小明", "01", &id_number("1980-01-01", 100 + serial)));
        let change = who.client.register_household(&act, Uuid::new_v4()).await.unwrap();
        expected.push((village == "甲东二村", change.household_id.unwrap()));
    }
    expected.sort();
    let mut seen = Vec::new();
    let mut filter = HouseholdFilter { limit: Some(2), ..HouseholdFilter::default() };
    loop {
        let page = world.reviewer.client.list_households(&filter).await.unwrap();
        seen.extend(page.items.iter().map(|line| (line.village.name == "甲东二村", line.id)));
        filter.after = page.next;
        if filter.after.is_none() {
            break;
        }
    }
    assert_eq!(seen, expected);
    let of_village = HouseholdFilter { unit_id: Some(world.app.unit("甲东二村")), ..HouseholdFilter::default() };
    let page = world.reviewer.client.list_households(&of_village).await.unwrap();
    assert_eq!(page.items.len(), 3);
    assert_eq!(page.items[0].head_name.as_deref(), Some("王小明"));
    assert_eq!((page.items[0].members, page.items[0].town.as_str()), (1, "甲东镇"));
}

#[tokio::test]
async fn a_list_can_be_asked_for_attributes_of_households_and_of_their_members() {
    let world = World::start_unreviewed().await;
    let ill = world.registered("符亚大", &id_number("1970-03-05", 11)).await;
    let well = world.registered("王小明", &id_number("1980-01-01", 21)).await;
    let head = ill.members[0].id;
    world.changed(&ill, HouseholdAct::CorrectPerson { person_id: head, facts: written(&[("health", "02")]) }).await;
    world.changed(&well, HouseholdAct::CorrectHousehold { facts: written(&[("kind", "02")]) }).await;
    let ids = async |having: &str| {
        let filter = HouseholdFilter { having: Some(having.to_owned()), ..HouseholdFilter::default() };
        let page = world.clerk.client.list_households(&filter).await.unwrap();
        page.items.into_iter().map(|line| line.id).collect::<Vec<_>>()
    };
    assert_eq!(ids("health=02").await, [ill.id]);
    assert_eq!(ids("kind=02").await, [well.id]);
    assert_eq!(ids("kind=02,health=02").await, []);
    assert_eq!(ids("main_cause=01").await, [ill.id, well.id]);
    let bad = HouseholdFilter { having: Some("bank_card=6222".to_owned()), ..HouseholdFilter::default() };
    assert_eq!(refused(world.clerk.client.list_households(&bad).await), "request.invalid");
}
