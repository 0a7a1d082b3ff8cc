//! Values and members: what is read, what is refused and where, what a year's page says afterwards.

use chrono::Days;
use fupin_client::{ClientError, Uuid};
use fupin_contract::{
    Secret,
    access::Role,
    registry::{HouseholdAct, IncomeLinePlace, LineKind, NewMember, SetIncomeLine},
};
use rust_decimal::Decimal;

use crate::world::{TOWN, VILLAGE, World, faults, id_number, person, refused, relation, written};

#[tokio::test]
async fn wrong_values_are_named_by_field_and_nothing_is_changed() {
    let world = World::start_unreviewed().await;
    let page = world.registered("符亚大", &id_number("1970-03-05", 11)).await;
    let facts = written(&[
        ("farmland", "三亩"),
        ("kind", "甲"),
        ("water_safe", "也许"),
        ("nothing", "1"),
        ("road_kind", "水泥路"),
    ]);
    let answer = world.try_change(&page, HouseholdAct::CorrectHousehold { facts }).await;
    let expected = [
        ("act.facts.farmland", "fact.not_a_number"),
        ("act.facts.kind", "fact.unknown_code"),
        ("act.facts.nothing", "fact.unknown_field"),
        ("act.facts.water_safe", "fact.not_yes_no"),
    ];
    let expected = expected.map(|(field, code)| (field.to_owned(), code.to_owned()));
    assert_eq!(faults(answer), expected);
    assert_eq!(world.page(page.id).await.facts, page.facts);
    let same = HouseholdAct::CorrectHousehold { facts: written(&[("kind", "01")]) };
    assert_eq!(refused(world.try_change(&page, same).await), "registry.nothing_changes");
}

#[tokio::test]
async fn of_two_who_change_at_once_the_later_is_shown_what_the_first_made_of_it() {
    let world = World::start_unreviewed().await;
    let page = world.registered("符亚大", &id_number("1970-03-05", 11)).await;
    world.changed(&page, HouseholdAct::CorrectHousehold { facts: written(&[("kind", "02")]) }).await;
    let late = world.try_change(&page, HouseholdAct::CorrectHousehold { facts: written(&[("kind", "03")]) }).await;
    let Err(ClientError::Problem(problem)) = late else { panic!("{late:?}") };
    assert_eq!(problem.code, "registry.stale_version");
    assert_eq!(problem.current.unwrap()["facts"]["kind"]["value"], "02");
}

#[tokio::test]
async fn a_newborn_without_papers_comes_with_sex_and_birthday() {
    let world = World::start_unreviewed().await;
    let page = world.registered("符亚大", &id_number("1990-03-05", 11)).await;
    let born = |sex: Option<&str>| NewMember {
        id_number: None,
        sex: sex.map(str::to_owned),
        birthday: Some(world.today),
        reason: "06".to_owned(),
        ..world.member("符小宝", "04", "")
    };
    let answer = world.try_change(&page, HouseholdAct::AddMember { member: born(None) }).await;
    assert_eq!(faults(answer), [("act.member.sex".to_owned(), "required".to_owned())]);
    let page = world.changed(&page, HouseholdAct::AddMember { member: born(Some("2")) }).await;
    let child = page.members.iter().find(|member| member.name == "符小宝").unwrap();
    assert_eq!((child.age, child.id_number.as_deref()), (Some(0), None));
    assert_eq!(page.events[0].kind, "joined");
    assert_eq!(page.warnings, []);
}

#[tokio::test]
async fn a_death_keeps_the_year_and_its_reason_and_the_head_goes_last() {
    let world = World::start_unreviewed().await;
    let page = world.registered("符亚大", &id_number("1950-03-05", 11)).await;
    let wife = world.member("王阿香", "02", &id_number("1952-01-01", 22));
    let page = world.changed(&page, HouseholdAct::AddMember { member: wife }).await;
    let (head, wife) = (person(&page, "符亚大"), person(&page, "王阿香"));
    let died = |person_id| HouseholdAct::RemoveMember { person_id, reason: "01".to_owned(), on: world.today };
    assert_eq!(refused(world.try_change(&page, died(head)).await), "registry.head_stays");
    let heads =
        HouseholdAct::ChangeHead { person_id: wife, relations: [(head, "02".to_owned())].into(), on: world.today };
    let page = world.changed(&page, heads).await;
    assert_eq!(
        (page.head_id, relation(&page, "王阿香"), relation(&page, "符亚大")),
        (Some(wife), "01".into(), "02".into())
    );
    let page = world.changed(&page, died(head)).await;
    let gone = page.members.iter().find(|member| member.id == head).unwrap();
    assert_eq!((gone.left_on, gone.left_reason.as_deref()), (Some(world.today), Some("01")));
    assert_eq!(refused(world.try_change(&page, died(head)).await), "registry.no_member");
    let future =
        HouseholdAct::RemoveMember { person_id: wife, reason: "01".to_owned(), on: world.today + Days::new(1) };
    assert_eq!(faults(world.try_change(&page, future).await), [("act.on".to_owned(), "registry.day".to_owned())]);
    let born = HouseholdAct::RemoveMember { person_id: wife, reason: "06".to_owned(), on: world.today };
    assert_eq!(
        faults(world.try_change(&page, born).await),
        [("act.reason".to_owned(), "fact.unknown_code".to_owned())]
    );
}

#[tokio::test]
async fn nobody_is_registered_twice_and_whoever_left_comes_back_as_the_same_person() {
    let world = World::start_unreviewed().await;
    let (mei, number) = ("符小梅", id_number("1998-05-05", 24));
    let parents = world.registered("符亚大", &id_number("1970-03-05", 11)).await;
    let parents = world.changed(&parents, HouseholdAct::AddMember { member: world.member(mei, "04", &number) }).await;
    let husbands = world.registered("王小明", &id_number("1996-01-01", 31)).await;
    let bride = NewMember { reason: "05".to_owned(), ..world.member(mei, "02", &number) };
    let taken = world.try_change(&husbands, HouseholdAct::AddMember { member: bride.clone() }).await;
    let Err(ClientError::Problem(problem)) = taken else { panic!("{taken:?}") };
    assert_eq!(problem.code, "registry.taken");
    assert_eq!((&problem.params["name"], &problem.params["place"]), (&"符**".into(), &"甲县 甲东镇".into()));
    let id = person(&parents, mei);
    world
        .changed(&parents, HouseholdAct::RemoveMember { person_id: id, reason: "02".to_owned(), on: world.today })
        .await;
    let husbands = world.changed(&husbands, HouseholdAct::AddMember { member: bride }).await;
    assert_eq!(person(&husbands, mei), id);
    let read = world.clerk.client.get_person(id).await.unwrap();
    assert_eq!((read.household_id, read.present), (husbands.id, true));
    assert!(read.events.iter().any(|event| event.kind == "left"), "{:?}", read.events);
}

#[tokio::test]
async fn an_identity_is_corrected_and_its_number_must_be_nobody_elses() {
    let world = World::start_unreviewed().await;
    let other = id_number("1980-01-01", 21);
    world.registered("王小明", &other).await;
    let page = world.registered("符亚大", &id_number("1970-03-05", 11)).await;
    let head = page.members[0].id;
    let correct = |name: Option<&str>, number: Option<&str>| HouseholdAct::CorrectIdentity {
        person_id: head,
        name: name.map(str::to_owned),
        id_number: number.map(Secret::from),
        sex: None,
        birthday: None,
    };
    assert_eq!(refused(world.try_change(&page, correct(None, Some(&other))).await), "registry.taken");
    let answer = world.try_change(&page, correct(None, Some("6.22E+17"))).await;
    assert_eq!(faults(answer), [("act.id_number".to_owned(), "id_number.rounded".to_owned())]);
    let right = id_number("1971-04-06", 12);
    let page = world.changed(&page, correct(Some("𠮷·㐀"), Some(&right.to_lowercase()))).await;
    let head = &page.members[0];
    assert_eq!((head.name.as_str(), head.sex.as_str()), ("𠮷·㐀", "2"));
    assert_eq!(head.birthday.unwrap().to_string(), "1971-04-06");
    assert_eq!(head.id_number.as_deref(), Some(&*format!("469***********{}", &right[14..])));
}

#[tokio::test]
async fn a_ledger_is_summed_and_held_against_the_line_of_its_year() {
    let world = World::start_unreviewed().await;
    let page = world.registered("符亚大", &id_number("1970-03-05", 11)).await;
    let ledger = |lines: &[(&str, &str)]| HouseholdAct::SetIncome {
        lines: lines.iter().map(|(code, yuan)| ((*code).to_owned(), (*yuan).to_owned())).collect(),
    };
    let answer = world.try_change(&page, ledger(&[("A1", "-5"), ("Z9", "1"), ("B1", "1.234")])).await;
    assert_eq!(faults(answer).len(), 3);
    let page = world
        .changed(&page, ledger(&[("A1", "24,000"), ("B1", "9600"), ("C1", "800"), ("D2", "3600"), ("E1", "3900")]))
        .await;
    let income = &page.incomes[0];
    assert_eq!(income.sum.net, Decimal::from(34_100));
    assert_eq!(income.measures, [], "no line is set for this year, and none is taken in its place");
    let officer = world.app.person(Role::Officer, "样例省").await;
    let line = SetIncomeLine {
        kind: LineKind::Monitoring,
        unit_id: world.app.unit("样例省"),
        year: world.year,
        value: "40000".to_owned(),
        source: "样例省农〔2026〕1号".to_owned(),
    };
    officer.client.set_income_line(&line).await.unwrap();
    let income = world.page(page.id).await.incomes.remove(0);
    assert_eq!(income.measures.len(), 1);
    assert!(income.measures[0].below);
    let clerk = world.clerk.client.set_income_line(&line).await;
    assert_eq!(refused(clerk), "access.forbidden");
    let place = IncomeLinePlace { kind: line.kind, unit_id: line.unit_id, year: line.year };
    assert_eq!(refused(world.clerk.client.remove_income_line(&place).await), "access.forbidden");
    let lines = officer.client.remove_income_line(&place).await.unwrap().items;
    assert!(lines.iter().all(|line| !line.by_hand), "those of the province's folder stay");
    assert_eq!(world.page(page.id).await.incomes.remove(0).measures, [], "and none is taken in its place");
    assert_eq!(refused(officer.client.remove_income_line(&place).await), "request.not_found");
}

#[tokio::test]
async fn a_repeated_request_registers_one_household() {
    let world = World::start().await;
    let act = world.household(VILLAGE, world.member("符亚大", "01", &id_number("1970-03-05", 11)));
    let key = Uuid::new_v4();
    let first = world.clerk.client.register_household(&act, key).await.unwrap();
    let again = world.clerk.client.register_household(&act, key).await.unwrap();
    assert_eq!(first, again);
    assert_eq!(world.app.number("select count(*) from household_change").await, 1);
    let elsewhere = world.household(TOWN, world.member("符亚大", "01", &id_number("1970-03-05", 11)));
    assert_eq!(refused(world.clerk.client.register_household(&elsewhere, Uuid::new_v4()).await), "request.not_found");
}
