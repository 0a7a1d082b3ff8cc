//! Members: who they are, that they come and go, that one was registered in error.

use chrono::NaiveDate;
use fupin_contract::{
    Fault, IdNumber, PersonId,
    registry::{
        Applied, NewMember,
        catalog::{FieldRole, Subject},
    },
};
use fupin_kernel::{Error, Result, Tx};

use super::{
    Acting, line_of,
    store::{self, Holder, NewPerson},
    values,
};
use crate::{
    changes::reading::{Identity, Told, check_day, check_reason, check_relation, read_identity, read_member},
    duplicates::store::{self as duplicates, Newly},
    error::RegistryError,
    households::store::list_members,
    names,
    numbers::{self, YearRow},
};

/// What is to be corrected of somebody; what is absent stays.
#[derive(Clone, Copy)]
pub struct Said<'a> {
    pub name: Option<&'a str>,
    pub id_number: Option<&'a str>,
    pub sex: Option<&'a str>,
    pub birthday: Option<NaiveDate>,
}

pub async fn correct_identity(
    tx: &mut Tx,
    acting: &Acting<'_>,
    person: PersonId,
    said: Said<'_>,
) -> Result<Vec<Applied>> {
    let member = values::member_of(tx, acting, person).await?;
    let kept = member.id_sealed.as_deref().map(|sealed| numbers::open_id(acting.crypto, person.0, sealed));
    let kept = kept.transpose()?;
    // A new number brings its own sex and birthday; else what was kept stays.
    let renumbered = said.id_number.is_some();
    let told = Told {
        name: said.name.unwrap_or(&member.name),
        id_number: said.id_number.or(kept.as_deref()),
        sex: said.sex.or((!renumbered).then_some(member.sex.as_str())),
        birthday: said.birthday.or(if renumbered { None } else { member.birthday }),
    };
    let now = read_identity(acting.catalog, told, "act")?;
    if let Some(number) = &now.id_number {
        refuse_taken(tx, acting, number, Some(person)).await?;
    }
    let shown = |number: Option<String>| number.map(|number| fupin_contract::mask_id_number(&number));
    let number = now.id_number.as_ref().map(|number| number.reveal().to_owned());
    let mut lines = Vec::new();
    let mut note = |key: &str, before: Option<String>, after: Option<String>| {
        if before != after {
            lines.push(line_of(&member.name, key, before, after));
        }
    };
    note("name", Some(member.name.clone()), Some(now.name.clone()));
    note("sex", Some(member.sex.clone()), Some(now.sex.clone()));
    note("birthday", member.birthday.map(|day| day.to_string()), now.birthday.map(|day| day.to_string()));
    if kept != number {
        note("id_number", shown(kept), shown(number));
    }
    store::update_identity(tx, acting.crypto, person, &now, &names::readings(&now.name)).await?;
    duplicates::insert_likenesses(tx, Newly::Person(person)).await?;
    Ok(lines)
}

/// Nobody has another's number.
async fn refuse_taken(
    tx: &mut Tx,
    acting: &Acting<'_>,
    number: &IdNumber,
    but: Option<PersonId>,
) -> Result<Option<Holder>> {
    let Some(_) = number.seventeen() else { return Ok(None) };
    let key = numbers::key_of(acting.crypto, Some(number), PersonId(1))?;
    let holder = store::find_holder(tx, key.stored()).await?;
    let Some(holder) = holder.filter(|holder| but.is_none_or(|but| holder.person_id != but.0)) else {
        return Ok(None);
    };
    if !holder.present && but.is_none() {
        return Ok(Some(holder));
    }
    // Whoever asks may not see that household: a masked name and the county say whom to telephone.
    let name = fupin_contract::registry::mask_name(&holder.name);
    Err(RegistryError::Taken { name, place: holder.place }.into())
}

/// The head's code among relations.
pub fn head_code(acting: &Acting<'_>) -> Result<String> {
    let relations = acting.catalog.dictionary_of(FieldRole::Relation);
    let head = relations.and_then(|list| list.codes.iter().find(|code| code.traits.head));
    head.map(|code| code.code.clone()).ok_or_else(|| Error::internal("no relation is the head"))
}

pub async fn add_member(tx: &mut Tx, acting: &Acting<'_>, member: &NewMember) -> Result<Vec<Applied>> {
    check_relation(acting.catalog, &member.relation, "act.member.relation")?;
    if member.relation == head_code(acting)? {
        return Err(RegistryError::Bad("act.member.relation", Fault::new("registry.two_heads")).into());
    }
    let household = acting.household()?;
    let (household_id, village_id) = (household.household_id, household.village_id);
    let (_, lines) = bring_in(tx, acting, member, household_id, village_id).await?;
    Ok(lines)
}

/// Somebody comes into a household: new to the registry, or back from another one that he or she has left.
pub async fn bring_in(
    tx: &mut Tx,
    acting: &Acting<'_>,
    member: &NewMember,
    household_id: i64,
    village_id: i32,
) -> Result<(PersonId, Vec<Applied>)> {
    check_reason(acting.catalog, &member.reason, true, "act.member.reason")?;
    check_day(member.on, tx.today(), "act.member.on")?;
    let identity = read_member(acting.catalog, member)?;
    let fresh = values::fresh(acting.catalog, Subject::Person, &member.facts, acting.year, "act.member.facts")?;
    let known = match &identity.id_number {
        Some(number) => refuse_taken(tx, acting, number, None).await?,
        None => None,
    };
    let person = match known {
        Some(holder) => {
            store::move_person(tx, holder.person_id, household_id, village_id).await?;
            PersonId(holder.person_id)
        }
        None => insert_person(tx, acting, &identity, household_id, village_id).await?,
    };
    let sealed = numbers::seal_numbers(acting.crypto, YearRow::Person(person.0, acting.year), &fresh.numbers)?;
    store::save_person_year(tx, acting, person, household_id, &member.relation, &fresh.facts, sealed).await?;
    if let Some(phone) = acting.catalog.of_role(FieldRole::Phone).and_then(|field| fresh.numbers.get(&field.key)) {
        let index = numbers::phone_index(acting.crypto, phone)?;
        store::update_person_phone(tx, person.0, Some(index)).await?;
    }
    store::insert_event(
        tx,
        acting.origin,
        household_id,
        "joined",
        Some(person.0),
        Some(&member.reason),
        member.on,
        None,
    )
    .await?;
    let number = identity.id_number.as_ref().map(IdNumber::masked);
    let mut lines = vec![
        line_of(&identity.name, "joined", None, Some(member.on.to_string())),
        line_of(&identity.name, "reason", None, Some(member.reason.clone())),
        line_of(&identity.name, "relation", None, Some(member.relation.clone())),
    ];
    if let Some(number) = number {
        lines.push(line_of(&identity.name, "id_number", None, Some(number)));
    }
    lines.push(line_of(&identity.name, "sex", None, Some(identity.sex.clone())));
    lines.extend(identity.birthday.map(|day| line_of(&identity.name, "birthday", None, Some(day.to_string()))));
    lines.extend(fresh.lines(acting.catalog, &identity.name));
    Ok((person, lines))
}

async fn insert_person(
    tx: &mut Tx,
    acting: &Acting<'_>,
    identity: &Identity,
    household_id: i64,
    village_id: i32,
) -> Result<PersonId> {
    let new = NewPerson { identity, readings: names::readings(&identity.name), household_id, village_id };
    let person = store::insert_person(tx, acting.crypto, acting.origin, &new).await?;
    duplicates::insert_likenesses(tx, Newly::Person(person)).await?;
    Ok(person)
}

pub async fn remove_member(
    tx: &mut Tx,
    acting: &Acting<'_>,
    person: PersonId,
    reason: &str,
    on: NaiveDate,
) -> Result<Vec<Applied>> {
    check_reason(acting.catalog, reason, false, "act.reason")?;
    check_day(on, tx.today(), "act.on")?;
    let member = values::member_of(tx, acting, person).await?;
    if !member.stayed() {
        return Err(RegistryError::NoMember.into());
    }
    let household = acting.household()?;
    keep_headed(tx, household.household_id, acting.year, household.head_id, person.0).await?;
    let id = household.household_id;
    store::update_left(tx, person.0, id, acting.year, Some((on, reason))).await?;
    store::insert_event(tx, acting.origin, id, "left", Some(person.0), Some(reason), on, None).await?;
    Ok(vec![
        line_of(&member.name, "left", None, Some(on.to_string())),
        line_of(&member.name, "reason", None, Some(reason.to_owned())),
    ])
}

/// The head goes last: while others stay in the year, one of them is to head the household first.
pub async fn keep_headed(tx: &mut Tx, household: i64, year: i16, head: Option<i64>, person: i64) -> Result<()> {
    if head != Some(person) {
        return Ok(());
    }
    let members = list_members(tx, household, year).await?;
    let others = members.iter().any(|member| member.stayed() && member.person_id != person);
    if others { Err(RegistryError::HeadStays.into()) } else { Ok(()) }
}

pub async fn void_person(tx: &mut Tx, acting: &Acting<'_>, person: PersonId, reason: &str) -> Result<Vec<Applied>> {
    let member = values::member_of(tx, acting, person).await?;
    let household = acting.household()?;
    let id = household.household_id;
    keep_headed(tx, id, acting.year, household.head_id, person.0).await?;
    store::void_person(tx, person.0, reason, None).await?;
    let today = tx.today();
    store::insert_event(tx, acting.origin, id, "voided", Some(person.0), Some(reason), today, None).await?;
    Ok(vec![line_of(&member.name, "voided", None, Some(reason.to_owned()))])
}
