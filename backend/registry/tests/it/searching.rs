//! Finding people by each mark, within one's sight and quota.

use fupin_contract::{
    Secret,
    access::Role,
    registry::{FindPeople, HouseholdAct},
};

use crate::world::{World, faults, id_number, refused, written};

fn by_name(name: &str) -> FindPeople {
    FindPeople { name: Some(name.to_owned()), ..FindPeople::default() }
}

#[tokio::test]
async fn people_are_found_by_name_by_pinyin_and_by_initials() {
    let world = World::start_unreviewed().await;
    for (name, serial) in [("符小梅", 22), ("符小明", 33), ("王小梅", 44), ("𠮷·㐀", 55)] {
        world.registered(name, &id_number("1980-01-01", serial)).await;
    }
    let found = async |asked: &str| {
        let page = world.clerk.client.find_people(&by_name(asked)).await.unwrap();
        page.items.into_iter().map(|person| person.name).collect::<Vec<_>>()
    };
    assert_eq!(found("符").await, ["符小梅", "符小明"]);
    assert_eq!(found("符小梅").await, ["符小梅"]);
    assert_eq!(found("fuxiaomei").await, ["符小梅"]);
    assert_eq!(found("FXM").await, ["符小梅", "符小明"]);
    assert_eq!(found("wang").await, ["王小梅"]);
    assert_eq!(found("𠮷").await, ["𠮷·㐀"]);
    assert_eq!(found("张").await, Vec::<String>::new());
    assert_eq!(found("·%").await, Vec::<String>::new());
}

#[tokio::test]
async fn people_are_found_by_their_numbers_however_those_are_written() {
    let world = World::start_unreviewed().await;
    let number = id_number("1980-01-01", 22);
    let page = world.registered("符小梅", &number).await;
    world.registered("王小明", &id_number("1981-01-01", 31)).await;
    let phone = HouseholdAct::CorrectHousehold { facts: written(&[("household_phone", "19900000007")]) };
    world.changed(&page, phone).await;
    let spaced = format!("{} {}", &number[..6], number[6..].to_lowercase());
    let marks = [
        FindPeople { id_number: Some(Secret::from(spaced.as_str())), ..FindPeople::default() },
        FindPeople { id_tail: Some(number[14..].to_owned()), ..FindPeople::default() },
        FindPeople { phone: Some(Secret::from("199-0000-0007")), ..FindPeople::default() },
        FindPeople { household_number: Some(page.number.clone()), ..FindPeople::default() },
    ];
    for asked in marks {
        let found = world.clerk.client.find_people(&asked).await.unwrap().items;
        assert_eq!(found.iter().map(|person| person.name.as_str()).collect::<Vec<_>>(), ["符小梅"], "{asked:?}");
        assert_eq!(found[0].id_number.as_deref(), Some(&*format!("469***********{}", &number[14..])));
    }
    let beside = world.app.person(Role::Clerk, "甲东二村").await;
    let asked = FindPeople { id_number: Some(Secret::from(number.as_str())), ..FindPeople::default() };
    assert_eq!(beside.client.find_people(&asked).await.unwrap().items, []);
}

#[tokio::test]
async fn what_cannot_be_looked_for_is_said_so() {
    let world = World::start_unreviewed().await;
    let wrong = FindPeople { id_number: Some(Secret::from("6.22E+17")), ..FindPeople::default() };
    assert_eq!(
        faults(world.clerk.client.find_people(&wrong).await),
        [("id_number".to_owned(), "id_number.rounded".to_owned())]
    );
    let nothing = world.clerk.client.find_people(&FindPeople::default()).await;
    assert_eq!(refused(nothing), "request.invalid");
    let officer = world.app.person(Role::Officer, "样例省").await;
    let tail = FindPeople { id_tail: Some("0011".to_owned()), ..FindPeople::default() };
    assert_eq!(
        faults(officer.client.find_people(&tail).await),
        [("unit_id".to_owned(), "registry.county_needed".to_owned())]
    );
    let in_county = FindPeople { unit_id: Some(world.app.unit("甲县")), ..tail };
    assert_eq!(officer.client.find_people(&in_county).await.unwrap().items, []);
}

#[tokio::test]
async fn guessing_is_counted_and_ends() {
    let world = World::start_unreviewed().await;
    for _ in 0..30 {
        world.clerk.client.find_people(&by_name("张")).await.unwrap();
    }
    assert_eq!(refused(world.clerk.client.find_people(&by_name("张")).await), "registry.searched_enough");
    world.app.shift_clock("61 minutes").await;
    let later = world.app.enter(world.clerk.account_id).await;
    later.client.find_people(&by_name("张")).await.unwrap();
}

#[tokio::test]
async fn a_long_answer_goes_on_where_it_ended() {
    let world = World::start_unreviewed().await;
    for serial in 0..53 {
        world.registered("符小梅", &id_number("1980-01-01", 100 + serial)).await;
    }
    let first = world.clerk.client.find_people(&by_name("符")).await.unwrap();
    assert_eq!(first.items.len(), 50);
    let rest = FindPeople { after: first.next.clone(), ..by_name("符") };
    let rest = world.clerk.client.find_people(&rest).await.unwrap();
    assert_eq!((rest.items.len(), rest.next), (3, None));
    assert!(rest.items.iter().all(|person| !first.items.contains(person)));
}
