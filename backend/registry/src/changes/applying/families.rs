//! Households as wholes: registered, headed by another, moved, split, merged, voided.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use fupin_contract::{
    Fault, HouseholdId, PersonId, UnitId,
    registry::{
        Applied, RegisterHousehold, Relations,
        catalog::{FieldType, Subject},
    },
    units::Level,
};
use fupin_kernel::{Error, Result, Tx};
use serde_json::{Map, Value};

use super::{Acting, Done, line, line_of, members, store, values};
use crate::{
    changes::reading::{check_day, check_relation},
    error::RegistryError,
    households::store::{MemberRow, find_year, list_members, list_years},
    numbers::{self, YearRow},
    place,
};

pub async fn register(tx: &mut Tx, acting: &Acting<'_>, asked: &RegisterHousehold) -> Result<Done> {
    let head = members::head_code(acting)?;
    if asked.head.relation != head {
        return Err(RegistryError::Bad("head.relation", Fault::new("registry.no_head")).into());
    }
    let fresh = values::fresh(acting.catalog, Subject::Household, &asked.facts, acting.year, "facts")?;
    let id = store::insert_household(tx, acting, asked.number.as_deref(), asked.head.on).await?;
    let sealed = numbers::seal_numbers(acting.crypto, YearRow::Household(id, acting.year), &fresh.numbers)?;
    store::insert_household_year(tx, acting, id, &fresh.facts, sealed).await?;
    let (person, mut lines) = members::bring_in(tx, acting, &asked.head, id, acting.village_id).await?;
    store::update_head(tx, id, acting.year, person.0).await?;
    store::insert_event(tx, acting.origin, id, "registered", Some(person.0), None, asked.head.on, None).await?;
    if let Some(number) = &asked.number {
        lines.insert(0, line("household_number", None, Some(number.clone())));
    }
    let facts = fresh.facts.as_object().into_iter().flatten();
    lines.extend(facts.map(|(key, value)| line(key, None, value.as_str().map(str::to_owned))));
    Ok(Done { household_id: HouseholdId(id), lines })
}

/// Those who belong to the household at the end of the year.
async fn staying(tx: &mut Tx, acting: &Acting<'_>) -> Result<Vec<MemberRow>> {
    let all = list_members(tx, acting.household()?.household_id, acting.year).await?;
    Ok(all.into_iter().filter(MemberRow::stayed).collect())
}

pub async fn change_head(
    tx: &mut Tx,
    acting: &Acting<'_>,
    person: PersonId,
    relations: &Relations,
    on: NaiveDate,
) -> Result<Vec<Applied>> {
    check_day(on, tx.today(), "act.on")?;
    let household = acting.household()?;
    let members = staying(tx, acting).await?;
    let head = members.iter().find(|member| member.person_id == person.0).ok_or(RegistryError::NoMember)?;
    let others: BTreeSet<i64> = members.iter().map(|member| member.person_id).filter(|id| *id != person.0).collect();
    let said: BTreeSet<i64> = relations.keys().map(|id| id.0).collect();
    let code = members::head_code(acting)?;
    if others != said || relations.values().any(|relation| *relation == code) {
        return Err(RegistryError::RelationsMissing.into());
    }
    let before = members.iter().find(|member| household.head_id == Some(member.person_id));
    let mut lines = Vec::new();
    if household.head_id != Some(person.0) {
        lines.push(line("head", before.map(|member| member.name.clone()), Some(head.name.clone())));
    }
    for member in &members {
        let relation = relations.get(&PersonId(member.person_id)).unwrap_or(&code);
        check_relation(acting.catalog, relation, "act.relations")?;
        if *relation != member.relation {
            let (old, new) = (Some(member.relation.clone()), Some(relation.clone()));
            lines.push(line_of(&member.name, "relation", old, new));
            store::update_relation(tx, member.person_id, acting.year, relation).await?;
        }
    }
    let id = household.household_id;
    store::update_head(tx, id, acting.year, person.0).await?;
    store::insert_event(tx, acting.origin, id, "headed", Some(person.0), None, on, None).await?;
    Ok(lines)
}

pub async fn move_village(tx: &mut Tx, acting: &Acting<'_>, village: UnitId, on: NaiveDate) -> Result<Vec<Applied>> {
    check_day(on, tx.today(), "act.on")?;
    let household = acting.household()?;
    let spot = place::find_spot(tx, village).await?.filter(|spot| spot.unit.level == Level::Village);
    let spot = spot.ok_or(RegistryError::Bad("act.village_id", Fault::new("registry.no_village")))?;
    if spot.unit.id.0 == household.village_id {
        return Ok(Vec::new());
    }
    let (before, _) = place::find_path(tx, household.village_id).await?;
    let id = household.household_id;
    store::update_village(tx, id, acting.year, spot.unit.id.0).await?;
    let other = Some(i64::from(household.village_id));
    store::insert_event(tx, acting.origin, id, "moved", None, None, on, other).await?;
    Ok(vec![line("village", Some(before.name), Some(spot.unit.name))])
}

pub async fn split(
    tx: &mut Tx,
    acting: &Acting<'_>,
    number: Option<&str>,
    relations: &Relations,
    on: NaiveDate,
) -> Result<Vec<Applied>> {
    check_day(on, tx.today(), "act.on")?;
    let household = acting.household()?;
    let members = staying(tx, acting).await?;
    let code = members::head_code(acting)?;
    let going: Vec<&MemberRow> =
        members.iter().filter(|member| relations.contains_key(&PersonId(member.person_id))).collect();
    let heads: Vec<&PersonId> = relations.iter().filter(|(_, relation)| **relation == code).map(|(id, _)| id).collect();
    let takes_head = going.iter().any(|member| household.head_id == Some(member.person_id));
    let [new_head] = heads[..] else { return Err(RegistryError::BadSplit.into()) };
    if going.len() != relations.len() || going.len() >= members.len() || takes_head {
        return Err(RegistryError::BadSplit.into());
    }
    let id = household.household_id;
    let new = store::insert_household(tx, acting, number, on).await?;
    let page = find_year(tx, id, acting.year).await?.ok_or(Error::NotFound)?;
    store::insert_household_year(tx, acting, new, &without_amounts(acting, &page.kept.facts), None).await?;
    let mut lines = Vec::new();
    for member in going {
        let relation = relations.get(&PersonId(member.person_id)).ok_or(RegistryError::BadSplit)?;
        check_relation(acting.catalog, relation, "act.relations")?;
        store::move_person(tx, member.person_id, new, household.village_id).await?;
        store::move_person_year(tx, member.person_id, acting.year, new, relation).await?;
        lines.push(line_of(&member.name, "split", Some(member.relation.clone()), Some(relation.clone())));
    }
    store::update_head(tx, new, acting.year, new_head.0).await?;
    store::insert_event(tx, acting.origin, id, "split", Some(new_head.0), None, on, Some(new)).await?;
    store::insert_event(tx, acting.origin, new, "registered", Some(new_head.0), None, on, Some(id)).await?;
    Ok(lines)
}

/// What the household is goes with both halves; what it has would be counted twice.
fn without_amounts(acting: &Acting<'_>, facts: &Value) -> Value {
    let keeps = |key: &str| {
        let field = acting.catalog.field(key);
        field.is_some_and(|field| matches!(field.r#type, FieldType::Code { .. } | FieldType::Boolean | FieldType::Year))
    };
    let kept: Map<String, Value> = facts
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| keeps(key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    Value::Object(kept)
}

pub async fn merge_into(
    tx: &mut Tx,
    acting: &Acting<'_>,
    into: HouseholdId,
    relations: &Relations,
    on: NaiveDate,
) -> Result<Vec<Applied>> {
    check_day(on, tx.today(), "act.on")?;
    let household = acting.household()?;
    let id = household.household_id;
    if into.0 == id {
        return Err(RegistryError::SameHousehold.into());
    }
    // Whoever may change this household may have it join one of the same village, whose people are in sight as well.
    let other = store::lock_neighbour(tx, into, household.village_id).await?;
    let members = staying(tx, acting).await?;
    let code = members::head_code(acting)?;
    let said: BTreeSet<i64> = relations.keys().map(|id| id.0).collect();
    let all: BTreeSet<i64> = members.iter().map(|member| member.person_id).collect();
    if said != all || relations.values().any(|relation| *relation == code) {
        return Err(RegistryError::RelationsMissing.into());
    }
    if !list_years(tx, into.0).await?.contains(&acting.year) {
        return Err(RegistryError::Bad("act.household_id", Fault::new("registry.no_page")).into());
    }
    let mut lines = vec![line("merged", Some(household.number.clone()), Some(other))];
    for member in &members {
        let relation = relations.get(&PersonId(member.person_id)).ok_or(RegistryError::RelationsMissing)?;
        check_relation(acting.catalog, relation, "act.relations")?;
        store::move_person(tx, member.person_id, into.0, household.village_id).await?;
        store::move_person_year(tx, member.person_id, acting.year, into.0, relation).await?;
        lines.push(line_of(&member.name, "relation", Some(member.relation.clone()), Some(relation.clone())));
    }
    store::void_household(tx, id, "merged", Some(into.0)).await?;
    store::insert_event(tx, acting.origin, id, "merged", None, None, on, Some(into.0)).await?;
    store::insert_event(tx, acting.origin, into.0, "merged", None, None, on, Some(id)).await?;
    store::bump_version(tx, into.0).await?;
    Ok(lines)
}

pub async fn void_household(tx: &mut Tx, acting: &Acting<'_>, reason: &str) -> Result<Vec<Applied>> {
    let household = acting.household()?;
    let id = household.household_id;
    let mut lines = vec![line("voided", None, Some(reason.to_owned()))];
    for member in staying(tx, acting).await? {
        store::void_person(tx, member.person_id, reason, None).await?;
        lines.push(line_of(&member.name, "voided", None, Some(reason.to_owned())));
    }
    store::void_household(tx, id, reason, None).await?;
    let today = tx.today();
    store::insert_event(tx, acting.origin, id, "voided", None, Some(reason), today, None).await?;
    Ok(lines)
}
