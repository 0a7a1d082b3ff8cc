//! Two records that may be of one person: queued when they come in, merged by somebody who knows them, and taken back.

use chrono::NaiveDate;
use fupin_client::Uuid;
use fupin_contract::{
    PersonId,
    access::Role,
    registry::{
        DecideDuplicate, Duplicate, DuplicateAct, DuplicateFilter, DuplicateState, FindPeople, Household, Likeness,
        NewMember,
    },
};
use fupin_testing::Person;

use crate::world::{VILLAGE, World, faults, id_number, refused, written};

const BORN: &str = "1980-01-01";

/// The same name, sex and birthday, without papers.
fn unnumbered(world: &World, name: &str) -> NewMember {
    NewMember {
        id_number: None,
        sex: Some("2".to_owned()),
        birthday: Some(BORN.parse::<NaiveDate>().unwrap()),
        ..world.member(name, "01", "")
    }
}

async fn registered(world: &World, by: &Person, village: &str, head: NewMember) -> Household {
    let act = world.household(village, head);
    let change = by.client.register_household(&act, Uuid::new_v4()).await.unwrap();
    let asked = fupin_contract::registry::YearQuery::default();
    by.client.get_household(change.household_id.unwrap(), &asked).await.unwrap()
}

async fn pairs(who: &Person, state: Option<DuplicateState>) -> Vec<Duplicate> {
    who.client.list_duplicates(&DuplicateFilter { state, ..DuplicateFilter::default() }).await.unwrap().items
}

fn say(act: DuplicateAct) -> DecideDuplicate {
    DecideDuplicate { act, reason: "入户核实".to_owned() }
}

async fn decide(who: &Person, pair: &Duplicate, act: DuplicateAct) -> Result<Duplicate, fupin_client::ClientError> {
    who.client.decide_duplicate(pair.id, &say(act), Uuid::new_v4()).await
}

fn ids(pair: &Duplicate) -> Vec<PersonId> {
    pair.sides.iter().filter_map(|side| side.person_id).collect()
}

#[tokio::test]
async fn who_comes_twice_is_queued_merged_and_taken_back() {
    let world = World::start_unreviewed().await;
    let first = world.registered("符小梅", &id_number(BORN, 22)).await;
    let second = registered(&world, &world.clerk, VILLAGE, unnumbered(&world, "符小梅")).await;
    // Another birthday, another sex, another name: other people.
    world.registered("符小梅", &id_number("1980-01-02", 22)).await;
    world.registered("符小梅", &id_number(BORN, 31)).await;
    world.registered("符大梅", &id_number(BORN, 42)).await;
    let open = pairs(&world.reviewer, None).await;
    let [pair] = open.as_slice() else { panic!("{open:#?}") };
    assert_eq!((pair.state, pair.likeness, pair.may_decide), (DuplicateState::Open, Likeness::Unnumbered, true));
    assert_eq!(ids(pair), [first.members[0].id, second.members[0].id]);
    assert_eq!(pair.sides[0].id_number, first.members[0].id_number, "masked as on the page");

    let merged = decide(&world.reviewer, pair, DuplicateAct::Merge { keep: first.members[0].id }).await.unwrap();
    assert_eq!((merged.state, merged.sides[1].merged), (DuplicateState::Merged, true));
    let gone = world.page(second.id).await;
    assert_eq!(gone.members.len(), 0, "both have a page of the year: the one that was not kept is gone");
    assert_eq!(gone.events[0].kind, "voided");
    let person = world.clerk.client.get_person(second.members[0].id).await.unwrap();
    assert_eq!((person.voided.as_deref(), person.merged_into), (Some("入户核实"), Some(first.members[0].id)));
    assert_eq!(person.years.len(), 1, "what was kept of it is still there");
    assert_eq!(pairs(&world.reviewer, None).await.len(), 0);
    assert_eq!(pairs(&world.reviewer, Some(DuplicateState::Merged)).await.len(), 1);
    let again = decide(&world.reviewer, pair, DuplicateAct::Merge { keep: first.members[0].id }).await;
    assert_eq!(refused(again), "registry.decided");

    let open = decide(&world.reviewer, pair, DuplicateAct::Reopen).await.unwrap();
    assert_eq!((open.state, open.sides[1].merged, open.reason), (DuplicateState::Open, false, None));
    let back = world.page(second.id).await;
    assert_eq!(back.members, second.members, "it stands as before");
    assert_eq!(back.events[0].kind, "corrected");
    let person = world.clerk.client.get_person(second.members[0].id).await.unwrap();
    assert_eq!((person.voided, person.merged_into, person.present), (None, None, true));
}

#[tokio::test]
async fn years_that_the_kept_record_lacks_go_over_to_it_and_back() {
    let world = World::start_unreviewed().await;
    // Last year without papers, this year with them: a table of each year made two records of one person.
    let mut last = world.household(VILLAGE, unnumbered(&world, "符小梅"));
    last.year = world.year - 1;
    last.head.facts = written(&[("phone", "19900000031")]);
    let change = world.clerk.client.register_household(&last, Uuid::new_v4()).await.unwrap();
    let old = world.page(change.household_id.unwrap()).await;
    let new = world.registered("符小梅", &id_number(BORN, 22)).await;
    let pair = pairs(&world.reviewer, None).await.remove(0);
    let keep = new.members[0].id;
    decide(&world.reviewer, &pair, DuplicateAct::Merge { keep }).await.unwrap();
    let person = world.clerk.client.get_person(keep).await.unwrap();
    assert_eq!(person.years.iter().map(|year| year.year).collect::<Vec<_>>(), [world.year, world.year - 1]);
    assert_eq!(person.years[1].facts["phone"].value, "199****0031", "sealed anew for where it lies");
    let page = world.page(old.id).await;
    assert_eq!((page.members[0].id, page.head_id), (keep, Some(keep)), "nobody is missing from last year's page");
    decide(&world.reviewer, &pair, DuplicateAct::Reopen).await.unwrap();
    let back = world.page(old.id).await;
    assert_eq!((&back.members, back.head_id), (&old.members, old.head_id));
    assert_eq!(world.clerk.client.get_person(keep).await.unwrap().years.len(), 1);
}

#[tokio::test]
async fn two_people_are_told_apart_for_good_until_somebody_thinks_better_of_it() {
    let world = World::start_unreviewed().await;
    world.registered("符小梅", &id_number(BORN, 22)).await;
    world.registered("符小梅", &id_number(BORN, 24)).await;
    let pair = pairs(&world.reviewer, None).await.remove(0);
    assert_eq!(pair.likeness, Likeness::Renumbered);
    let apart = decide(&world.reviewer, &pair, DuplicateAct::Part).await.unwrap();
    assert_eq!((apart.state, apart.reason.as_deref()), (DuplicateState::Apart, Some("入户核实")));
    // A third like them is another pair with each; what was said of the first stays.
    world.registered("符小梅", &id_number(BORN, 26)).await;
    assert_eq!(pairs(&world.reviewer, None).await.len(), 2);
    assert_eq!(pairs(&world.reviewer, Some(DuplicateState::Apart)).await.len(), 1);
    decide(&world.reviewer, &pair, DuplicateAct::Reopen).await.unwrap();
    assert_eq!(pairs(&world.reviewer, None).await.len(), 3);
    assert_eq!(refused(decide(&world.reviewer, &pair, DuplicateAct::Reopen).await), "registry.decided");
}

#[tokio::test]
async fn a_head_with_a_family_and_a_number_that_is_anothers_by_now_stay_where_they_are() {
    let world = World::start_unreviewed().await;
    let first = world.registered("符小梅", &id_number(BORN, 22)).await;
    let number = id_number(BORN, 24);
    let second = world.registered("符小梅", &number).await;
    let child = fupin_contract::registry::HouseholdAct::AddMember {
        member: world.member("符小弟", "03", &id_number("2010-01-01", 11)),
    };
    let second = world.changed(&second, child).await;
    let pair = pairs(&world.reviewer, None).await.remove(0);
    let keep = first.members[0].id;
    assert_eq!(refused(decide(&world.reviewer, &pair, DuplicateAct::Merge { keep }).await), "registry.head_stays");
    let other = second.members.iter().find(|member| member.name == "符小弟").unwrap().id;
    let wrong = decide(&world.reviewer, &pair, DuplicateAct::Merge { keep: other }).await;
    assert_eq!(faults(wrong), [("act.keep".to_owned(), "registry.not_of_the_pair".to_owned())]);

    // The other way round: the one who stands alone goes, and comes back only while the number is free.
    let keep = second.members.iter().find(|member| member.name == "符小梅").unwrap().id;
    decide(&world.reviewer, &pair, DuplicateAct::Merge { keep }).await.unwrap();
    let again = world.registered("符阿梅", &id_number(BORN, 22)).await;
    assert_ne!(again.members[0].id, first.members[0].id);
    assert_eq!(refused(decide(&world.reviewer, &pair, DuplicateAct::Reopen).await), "registry.taken");
}

#[tokio::test]
async fn of_another_region_only_what_says_whom_to_telephone_is_shown() {
    let world = World::start_unreviewed().await;
    let other = world.app.person(Role::Clerk, "甲东二村").await;
    world.registered("符小梅", &id_number(BORN, 22)).await;
    registered(&world, &other, "甲东二村", unnumbered(&world, "符小梅")).await;
    let [pair] = pairs(&world.clerk, None).await.try_into().unwrap();
    assert!(!pair.may_decide);
    let side = &pair.sides[1];
    assert_eq!((side.name.as_str(), side.place.as_str()), ("符**", "甲县"));
    assert_eq!((side.person_id, side.household_id, &side.id_number, side.birthday), (None, None, &None, None));
    assert_eq!(refused(decide(&world.clerk, &pair, DuplicateAct::Part).await), "access.forbidden");
    let elsewhere = world.app.person(Role::Reviewer, "乙县").await;
    assert_eq!(pairs(&elsewhere, None).await.len(), 0);
    assert_eq!(refused(decide(&elsewhere, &pair, DuplicateAct::Part).await), "request.not_found");
    let one = world.app.person(Role::Reviewer, VILLAGE).await;
    assert_eq!(refused(decide(&one, &pair, DuplicateAct::Part).await), "request.not_found", "half of it is not enough");
    // Of the town's reviewer both are; a search of one's own shows the same.
    assert!(pairs(&world.reviewer, None).await[0].may_decide);
    let asked = FindPeople { name: Some("符小梅".to_owned()), ..FindPeople::default() };
    assert_eq!(world.clerk.client.find_people(&asked).await.unwrap().items.len(), 1);
}
