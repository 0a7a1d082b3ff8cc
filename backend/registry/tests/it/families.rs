//! Households that move, split and merge, or were registered in error.

use fupin_contract::{
    HouseholdId,
    registry::{Household, HouseholdAct},
};

use crate::world::{World, id_number, person, refused, relation, written};

/// A couple with a grown son and his wife.
async fn family(world: &World) -> Household {
    let page = world.registered("符亚大", &id_number("1950-03-05", 11)).await;
    let page = add(world, &page, "王阿香", "02", &id_number("1952-01-01", 22)).await;
    let page = add(world, &page, "符小大", "03", &id_number("1980-01-01", 33)).await;
    add(world, &page, "陈阿美", "05", &id_number("1982-01-01", 44)).await
}

async fn add(world: &World, page: &Household, name: &str, relation: &str, number: &str) -> Household {
    world.changed(page, HouseholdAct::AddMember { member: world.member(name, relation, number) }).await
}

#[tokio::test]
async fn a_household_splits_and_merges_again() {
    let world = World::start_unreviewed().await;
    let page = family(&world).await;
    let page = world.changed(&page, HouseholdAct::CorrectHousehold { facts: written(&[("farmland", "4")]) }).await;
    let (son, wife, head) = (person(&page, "符小大"), person(&page, "陈阿美"), person(&page, "符亚大"));
    let split = |relations: &[(fupin_contract::PersonId, &str)]| HouseholdAct::SplitHousehold {
        number: Some("980100100200-9".to_owned()),
        relations: relations.iter().map(|(id, relation)| (*id, (*relation).to_owned())).collect(),
        on: world.today,
    };
    assert_eq!(refused(world.try_change(&page, split(&[(son, "03"), (wife, "02")])).await), "registry.bad_split");
    assert_eq!(refused(world.try_change(&page, split(&[(head, "01")])).await), "registry.bad_split");
    let page = world.changed(&page, split(&[(son, "01"), (wife, "02")])).await;
    assert_eq!(page.members.len(), 2);
    let event = page.events.iter().find(|event| event.kind == "split").unwrap();
    assert_eq!(event.other.as_deref(), Some("980100100200-9"));
    let new = world.clerk.client.get_person(son).await.unwrap().household_id;
    let young = world.page(new).await;
    assert_eq!((young.number.as_str(), young.head_id), ("980100100200-9", Some(son)));
    assert_eq!(young.facts["kind"].value, "01", "what it is goes along");
    assert!(!young.facts.contains_key("farmland"), "what it has would count twice");

    let merge = HouseholdAct::MergeInto {
        household_id: page.id,
        relations: [(son, "03".to_owned()), (wife, "05".to_owned())].into(),
        on: world.today,
    };
    let ended = world.changed(&young, merge).await;
    assert_eq!((ended.voided.as_deref(), ended.merged_into), (Some("merged"), Some(page.id)));
    let page = world.page(page.id).await;
    assert_eq!((page.members.len(), relation(&page, "陈阿美")), (4, "05".to_owned()));
    let again = world.try_change(&ended, HouseholdAct::CorrectHousehold { facts: written(&[("kind", "02")]) }).await;
    assert_eq!(refused(again), "registry.voided");
}

#[tokio::test]
async fn relations_to_a_new_head_are_said_for_everybody_and_for_nobody_else() {
    let world = World::start_unreviewed().await;
    let page = family(&world).await;
    let (head, wife, son, bride) =
        (person(&page, "符亚大"), person(&page, "王阿香"), person(&page, "符小大"), person(&page, "陈阿美"));
    let heads = |relations: &[(fupin_contract::PersonId, &str)]| HouseholdAct::ChangeHead {
        person_id: son,
        relations: relations.iter().map(|(id, relation)| (*id, (*relation).to_owned())).collect(),
        on: world.today,
    };
    for wrong in [
        &[(head, "11"), (wife, "12")][..],
        &[(head, "11"), (wife, "12"), (bride, "01")][..],
        &[(head, "11"), (wife, "12"), (bride, "02"), (son, "03")][..],
    ] {
        assert_eq!(refused(world.try_change(&page, heads(wrong)).await), "registry.relations_missing");
    }
    let page = world.changed(&page, heads(&[(head, "11"), (wife, "12"), (bride, "02")])).await;
    assert_eq!((page.head_id, page.warnings.as_slice()), (Some(son), &[][..]));
    assert_eq!(page.members[0].name, "符小大", "the head stands first");
}

#[tokio::test]
async fn a_household_moves_with_its_people_and_is_seen_where_it_lives() {
    let world = World::start_unreviewed().await;
    let page = family(&world).await;
    let village_id = world.app.unit("乙西一村");
    let moves = HouseholdAct::MoveVillage { village_id, on: world.today };
    let change = world.try_change(&page, moves).await.unwrap();
    assert_eq!(
        (change.lines[0].before.as_deref(), change.lines[0].after.as_deref()),
        (Some("甲东一村"), Some("乙西一村"))
    );
    let gone = world.clerk.client.get_household(page.id, &Default::default()).await;
    assert_eq!(refused(gone), "request.not_found");
    let there = world.app.person(fupin_contract::access::Role::Clerk, "乙西一村").await;
    let seen = there.client.get_household(page.id, &Default::default()).await.unwrap();
    assert_eq!((seen.village.name.as_str(), seen.members.len()), ("乙西一村", 4));
    assert_eq!(seen.events[0].other.as_deref(), Some("甲东一村"));
    there.client.get_person(page.members[0].id).await.unwrap();
}

#[tokio::test]
async fn a_record_made_in_error_is_voided_and_its_number_is_free_again() {
    let world = World::start_unreviewed().await;
    let number = id_number("1970-03-05", 11);
    let page = world.registered("符亚大", &number).await;
    let void = HouseholdAct::VoidHousehold { reason: "重复登记".to_owned() };
    let change = world.try_change(&page, void).await.unwrap();
    assert_eq!(change.lines.len(), 2);
    let kept = world.page(page.id).await;
    assert_eq!(kept.voided.as_deref(), Some("重复登记"));
    let again = world.registered("符亚大", &number).await;
    assert_ne!(again.id, page.id);
    let list = world.clerk.client.list_households(&Default::default()).await.unwrap();
    assert_eq!(list.items.iter().map(|line| line.id).collect::<Vec<HouseholdId>>(), [again.id]);
}
